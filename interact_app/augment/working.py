"""The work of augmenting clips, for a worker thread: read, have candidates made in a child process, keep what is to be kept."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from interact_app.augment.child import Task, augment_here
from interact_app.bridge.refining_child import PreviewArrays, PreviewFiles
from interact_core.errors import InputError
from interact_core.jobs.context import JobContext, NamedContext, SubContext
from interact_core.project import Project

if TYPE_CHECKING:
    from interact_core.augment.options import AugmentOptions
    from interact_core.augment.trials import Trial
    from interact_core.clip import Mesh
    from interact_core.jobs.process_worker import ProcessWorker

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AugmentRequest:
    """`options.count` candidates of each clip; those that are there already are not made again. `parents`: the version of a
    clip that is augmented, where it is not the source. `keep_passed`: nobody has to look before they are kept."""

    clip_ids: tuple[str, ...]
    options: "AugmentOptions"
    parents: Mapping[str, str] = field(default_factory=dict)
    indices: tuple[int, ...] = ()
    """Those to be made, where it is not the first `options.count`."""
    keep_passed: bool = False
    meshes: tuple[tuple[str, "Mesh"], ...] = ()
    author: str = ""


@dataclass(frozen=True)
class AugmentOutcome:
    """What came of it, over all clips: counts, how many were there before, clips that could not be done and why."""

    made: int
    passed: int
    kept: int
    known: int
    problems: Mapping[str, str]


@dataclass(frozen=True)
class Onlookers:
    """Who is told, on the worker's thread. `watched` says whether anybody looks at a clip: pictures of its state cost time."""

    stored: Callable[["Trial"], None]
    preview: Callable[[str, PreviewArrays], None]
    watched: Callable[[str], bool]


def augment_clips(
    project: Project, request: AugmentRequest, models_dir: Path | None, cache_dir: Path, context: JobContext, told: Onlookers
) -> AugmentOutcome:
    """One clip after the other in one child process (decisions/refinement-process.md); a bad clip is noted and passed."""
    from interact_core.jobs.process_worker import ProcessWorker

    problems: dict[str, str] = {}
    made: list[Trial] = []
    kept = known = 0
    context.progress(0.0, "starting")
    with ProcessWorker() as worker, TemporaryDirectory(prefix="interact-augment-", ignore_cleanup_errors=True) as folder:
        one = _One(project, request, models_dir, cache_dir, told, worker, Path(folder))
        for number, clip_id in enumerate(request.clip_ids):
            context.checkpoint()
            share = SubContext(context, number / len(request.clip_ids), (number + 1) / len(request.clip_ids))
            try:
                found, before, stored = one.augment(
                    clip_id, NamedContext(share, clip_id.rsplit("/", 1)[-1]) if len(request.clip_ids) > 1 else share
                )
            except InputError as error:
                if len(request.clip_ids) == 1:
                    raise
                log.warning("%s was not augmented: %s", clip_id, error)
                problems[clip_id] = str(error)
                continue
            made, known, kept = made + found, known + before, kept + stored
    return AugmentOutcome(len(made), sum(trial.passed for trial in made), kept, known, problems)


@dataclass(frozen=True)
class _One:
    """What augmenting one clip of a request needs."""

    project: Project
    request: AugmentRequest
    models_dir: Path | None
    cache_dir: Path
    told: Onlookers
    worker: "ProcessWorker"
    folder: Path

    def augment(self, clip_id: str, context: JobContext) -> "tuple[list[Trial], int, int]":
        """The candidates that were made, how many were there before, and how many were kept now."""
        from interact_core.augment.trials import TrialStore, read_trial, trial_key

        project, request = self.project, self.request
        parent = request.parents.get(clip_id, "")
        key = trial_key(request.options, parent)
        known = {t.index: t for t in TrialStore(project.folder).of(clip_id) if t.key == key}
        wanted = request.indices or range(request.options.count)
        missing = tuple(k for k in wanted if k not in known)
        made: list[Trial] = []
        kept = sum(self._keep(known[k]) for k in wanted if k in known)
        if missing:
            context.progress(0.0, "reading")
            clip = project.versions.read(parent) if parent else project.read_clip(clip_id, self.models_dir)
            previews = self.folder if self.told.watched(clip_id) else None
            task = Task(
                clip, clip_id, parent, request.options, missing, marks_of(known.values()), project.folder, self.models_dir,
                self.cache_dir, previews, request.meshes,
            )  # fmt: skip

            def take(said: Any) -> None:
                nonlocal kept
                if isinstance(said, PreviewFiles):
                    self._show(clip_id, said)
                    return
                trial = read_trial(Path(said))
                if trial is not None:
                    made.append(trial)
                    kept += self._keep(trial)

            self.worker.call(augment_here, task, context=context, told=take)
        context.checkpoint()
        return made, len(known), kept

    def _keep(self, trial: "Trial") -> bool:
        """Tells of a candidate, kept where that was asked for."""
        from interact_core.augment.keep import keep

        keeps = self.request.keep_passed and trial.passed and trial.decision == ""
        self.told.stored(keep(self.project, trial, self.models_dir, self.request.author) if keeps else trial)
        return keeps

    def _show(self, clip_id: str, files: PreviewFiles) -> None:
        arrays = files.take()
        if arrays is not None:
            self.told.preview(clip_id, arrays)


def marks_of(trials: "Iterable[Trial]") -> dict[int, Any]:
    """What tells those apart that passed, by index."""
    found = {trial.index: trial.mark() for trial in trials if trial.passed}
    return {index: mark for index, mark in found.items() if mark is not None}


def title_of(request: AugmentRequest) -> str:
    """Of the job, in the list of jobs."""
    if len(request.clip_ids) > 1:
        return f"Augment {len(request.clip_ids)} clips, {request.options.count} candidates each"
    count = len(request.indices) or request.options.count
    return f"Augment {request.clip_ids[0]}, {count} candidate{'s' if count != 1 else ''}"
