"""What the child process of an augmentation does: candidates one after the other, each stored before the next is begun."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from interact_app.bridge.refining_child import StateWriter
from interact_app.sheet.thinner import Thinner
from interact_core.clip import Clip, Mesh
from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from interact_core.augment.options import AugmentOptions
    from interact_core.refine.report import Preview


@dataclass(frozen=True)
class Task:
    """Candidates `indices` of a clip. `passed`: what tells those apart that passed before, by index. `project` is a folder."""

    clip: Clip
    clip_id: str
    parent: str
    options: "AugmentOptions"
    indices: tuple[int, ...]
    passed: Mapping[int, NDArray[np.float64]]
    project: Path
    models_dir: Path | None
    cache_dir: Path
    previews: Path | None
    """Folder for pictures of the solving body; None where nobody looks."""
    meshes: tuple[tuple[str, Mesh], ...] = ()


def augment_here(task: Task, context: JobContext, tell: Callable[[Any], None]) -> int:
    """Work of a ProcessWorker. Tells the folder (a str) of each candidate that is stored, and pictures; returns how many."""
    from interact_core.augment.augment import Augmentation

    show = None if task.previews is None else _Pictures(StateWriter(task.clip, task.previews, tell), task.clip.num_frames)
    work = Augmentation(task.clip, task.options, task.cache_dir, task.models_dir, context, task.meshes, show)
    storing = _Storing(task, work)
    for number, index in enumerate(task.indices):
        share = SubContext(context, number / len(task.indices), (number + 1) / len(task.indices))
        tell(storing.one(index, _Staged(share, index)))
    return len(task.indices)


class _Storing:
    """Judges a candidate among those before it and keeps it in the project's folder."""

    def __init__(self, task: Task, work: Any) -> None:
        from interact_core.augment.trials import TrialStore

        self._task, self._work, self._store = task, work, TrialStore(task.project)
        self._passed = dict(task.passed)
        self._thinner: Thinner | None = None

    def one(self, index: int, context: JobContext) -> str:
        from interact_core.augment.diversity import nearest
        from interact_core.inspection.figures import figures_of

        candidate = self._work.candidate(index, context)
        measured = self._work.measured
        if not candidate.reasons:
            places = list(self._passed)
            place, away = nearest(self._work.mark(candidate), list(self._passed.values()))
            if away < self._task.options.limits.twin:
                candidate = replace(candidate, twin=places[place])
            else:
                self._passed[index] = self._work.mark(candidate)
        view: dict[str, NDArray[Any]] = {}
        if measured is not None:
            if self._thinner is None:
                self._thinner = Thinner(_first_pose(self._task), measured.posed.body_faces)
            view = {**self._thinner.view(measured.posed), "mark": self._work.mark(candidate)}
            title = self._task.clip.metadata.get("title") or self._task.clip_id.rsplit("/", 1)[-1]
            told = {"parent": self._task.clip_id, "title": f"{title}, augmented {index + 1}"}
            metadata = {**candidate.clip.metadata, **told}
            candidate = replace(candidate, clip=replace(candidate.clip, metadata=metadata, source=None))
        before = figures_of(self._work.source_figures)
        after = {} if measured is None else figures_of(measured.inspection.summary)
        trial = self._store.add(self._task.clip_id, self._task.parent, self._task.options, candidate, view, before, after)
        return str(trial.folder)


class _Pictures:
    """Hands states on as pictures. Those of another time than the clip's cannot stand in its place."""

    def __init__(self, writer: StateWriter, frames: int) -> None:
        self._writer, self._frames = writer, frames

    def __call__(self, index: int, state: "Preview") -> None:
        if state.frames == slice(0, self._frames):
            self._writer(replace(state, stage=f"candidate {index + 1}, {state.stage}"))


class _Staged:
    """The candidate's number before the stage."""

    def __init__(self, context: JobContext, index: int) -> None:
        self._context, self._name = context, f"candidate {index + 1}"

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        plain = not stage or stage == self._name
        self._context.progress(fraction, self._name if plain else f"{self._name}: {stage}", metrics)

    def checkpoint(self) -> None:
        self._context.checkpoint()


def _first_pose(task: Task) -> NDArray[np.float32]:
    """(V, 3): one pose of the clip, the same for all its candidates, so that they are thinned alike."""
    from interact_core.inspection.posed import pose_clip
    from interact_core.refine.measuring import cut

    return pose_clip(cut(task.clip, slice(0, 1)), task.models_dir, "cpu").body_vertices[0]
