"""The work of refining clips, for a worker thread: read, repair, store the version, tell how far it is."""

import dataclasses
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from interact_app.bridge.refining_child import PreviewArrays, PreviewFiles, refine_here
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, NamedContext, SubContext
from interact_core.project import Project, Version, refined_manifest

if TYPE_CHECKING:
    from interact_core.jobs.process_worker import ProcessWorker
    from interact_core.refine.options import RefineOptions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RefineRequest:
    """What the dialog asks for. `parents`: the version of a clip that is refined, where it is not the source."""

    clip_ids: tuple[str, ...]
    options: "RefineOptions"
    parents: Mapping[str, str]
    ranges: tuple[tuple[int, int], ...] = ()
    """Half-open ranges of the one clip that alone are refined, into one version; none: whole clips."""
    per_dataset: bool = False
    """Take the defaults of each clip's data set where the options have the preset's."""


@dataclass(frozen=True)
class RefineOutcome:
    """What came of it: new versions, clips that needed nothing, clips that could not be done and why."""

    versions: tuple[Version, ...]
    skipped: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True)
class Watcher:
    """Who is told, on the worker's thread. `watched` says whether anybody looks at a clip: pictures of its state cost time."""

    stored: Callable[[Version], None]
    preview: Callable[[str, PreviewArrays], None]
    watched: Callable[[str], bool]


def refine_clips(
    project: Project, request: RefineRequest, models_dir: Path | None, cache_dir: Path, context: JobContext, watcher: Watcher
) -> RefineOutcome:
    """One clip after the other; a bad one is noted and passed.

    The work is done in a child process: it leaves Python's lock to the window, can be killed wherever it is, and takes its
    memory with it.
    """
    from interact_core.jobs.process_worker import ProcessWorker

    versions: list[Version] = []
    skipped: dict[str, str] = {}
    problems: dict[str, str] = {}
    context.progress(0.0, "starting")
    with ProcessWorker() as worker, TemporaryDirectory(prefix="interact-refine-", ignore_cleanup_errors=True) as folder:
        one = _One(project, request, models_dir, cache_dir, watcher, worker, Path(folder))
        for number, clip_id in enumerate(request.clip_ids):
            context.checkpoint()
            share = SubContext(context, number / len(request.clip_ids), (number + 1) / len(request.clip_ids))
            step: JobContext = share if len(request.clip_ids) == 1 else NamedContext(share, clip_id.rsplit("/", 1)[-1])
            try:
                version, why = one.refine(clip_id, step)
            except InputError as error:
                if len(request.clip_ids) == 1:
                    raise
                log.warning("%s was not refined: %s", clip_id, error)
                problems[clip_id] = str(error)
                continue
            if version is None:
                skipped[clip_id] = why
            else:
                versions.append(version)
                watcher.stored(version)
    return RefineOutcome(tuple(versions), skipped, problems)


@dataclass(frozen=True)
class _One:
    """What refining one clip of a request needs."""

    project: Project
    request: RefineRequest
    models_dir: Path | None
    cache_dir: Path
    watcher: Watcher
    worker: "ProcessWorker"
    folder: Path

    def refine(self, clip_id: str, context: JobContext) -> tuple[Version | None, str]:
        """The new version, or None and why the clip was left as it is."""
        project, parent = self.project, self.request.parents.get(clip_id, "")
        context.progress(0.0, "reading")
        clip = project.versions.read(parent) if parent else project.read_clip(clip_id, self.models_dir)
        options = _options_of(project, self.request, clip_id)
        previews = self.folder if self.watcher.watched(clip_id) else None
        result = self.worker.call(
            refine_here, clip, pieces_of(options, self.request.ranges), self.models_dir, self.cache_dir, previews,
            context=context, told=lambda files: self._show(clip_id, files),
        )  # fmt: skip
        context.checkpoint()  # whoever cancelled at the last moment wants no version
        if result.report.skipped is not None:
            return None, result.report.skipped
        parameters = dataclasses.asdict(options)
        if ranges := self.request.ranges:
            parameters |= {"first_frame": ranges[0][0], "last_frame": ranges[-1][1], "ranges": [list(one) for one in ranges]}
        manifest = refined_manifest(result.report.record(), parameters, parent=parent)
        return project.versions.add(clip_id, result.clip, manifest), ""

    def _show(self, clip_id: str, files: PreviewFiles) -> None:
        arrays = files.take()
        if arrays is not None:
            self.watcher.preview(clip_id, arrays)


def _options_of(project: Project, request: RefineRequest, clip_id: str) -> "RefineOptions":
    if not request.per_dataset:
        return request.options
    from interact_core.refine.options import DEFAULT, options_for

    known = dataclasses.asdict(options_for(project.library.row(clip_id).dataset))
    chosen = dataclasses.asdict(request.options)
    standard = dataclasses.asdict(DEFAULT)
    return request.options.with_values({name: known[name] for name in known if chosen[name] == standard[name]})


def pieces_of(options: "RefineOptions", ranges: Sequence[tuple[int, int]]) -> "list[RefineOptions]":
    """The options of each range; those of the whole clip where there is none."""
    return [options.with_values({"first_frame": a, "last_frame": b}) for a, b in ranges] or [options]


def title_of(request: RefineRequest) -> str:
    """Of the job, in the list of jobs."""
    if len(request.clip_ids) > 1:
        return f"Refine {len(request.clip_ids)} clips"
    ranges = ", ".join(f"{start} to {stop - 1}" for start, stop in request.ranges)
    return f"Refine {request.clip_ids[0]}" + (f", frames {ranges}" if ranges else "")
