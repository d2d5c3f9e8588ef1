"""Work on whole projects, for worker threads: opening one, inspecting every clip of it."""

import dataclasses
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interact_app.bridge.loading import LoadSpec, analyse
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, SubContext
from interact_core.project import Project, ProjectInUseError

if TYPE_CHECKING:
    from interact_core.inspection import Inspection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenedProject:
    """A project, the order its clips are listed in, and what the user should know."""

    project: Project
    clip_ids: tuple[str, ...]
    notices: tuple[str, ...]
    first: str
    """What to show: the clip that was open last, the demo's best one, or the first of the list; empty without clips."""


def open_project(path: Path | None, context: JobContext) -> OpenedProject:
    """No path is the built-in demo. A project that another window has is opened for reading. InputError where there is none."""
    context.progress(0.0, "listing clips")
    notices: tuple[str, ...] = ()
    title = showpiece = ""
    if path is None:
        from interact_core.demo import FIRST_CLIP, demo_root

        path, title, showpiece = demo_root(), "Demo", FIRST_CLIP
    try:
        project = Project.open(path, title=title)
    except ProjectInUseError as error:
        project = Project.open(path, title=title, read_only=True)
        notices = (f"{error} It is open for reading here: nothing you type would be stored.",)
    ids = tuple(row.id for row in project.library.search())
    first = next((wanted for wanted in (project.last_clip_id, showpiece, *ids[:1]) if wanted in ids), "")
    return OpenedProject(project, ids, (*notices, *project.notices), first)


def store_inspection(project: Project, clip_id: str, inspection: "Inspection") -> None:
    """What the library sorts by. A project that cannot be written keeps working without it."""
    summary = {key: dataclasses.asdict(value) for key, value in inspection.summary.items()}
    artifacts = [dataclasses.asdict(artifact) for artifact in inspection.artifacts]
    if project.read_only:
        return
    try:
        project.store_inspection(clip_id, summary, inspection.severity, artifacts)
    except InputError as error:
        log.warning("The inspection of %s was not stored: %s", clip_id, error)


def inspect_all(project: Project, spec: Callable[[str], LoadSpec], stored: Callable[[], None], context: JobContext) -> None:
    """Every clip that has no inspection yet, one after the other; a clip that fails is recorded by the project and passed."""
    waiting = [row.id for row in project.library.search() if row.severity is None and row.status != "missing"]
    for number, clip_id in enumerate(waiting):
        context.checkpoint()
        start, end = number / len(waiting), (number + 1) / len(waiting)
        try:
            inspection = analyse(spec(clip_id), _Quiet(SubContext(context, start, end), clip_id))
        except InputError as error:
            log.warning("%s was not inspected: %s", clip_id, error)
            continue
        store_inspection(project, clip_id, inspection)
        stored()


class _Quiet:
    """Shows the clip's name instead of the stages of its inspection."""

    def __init__(self, context: JobContext, name: str) -> None:
        self._context, self._name = context, name

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self._context.progress(fraction, self._name, metrics)

    def checkpoint(self) -> None:
        self._context.checkpoint()
