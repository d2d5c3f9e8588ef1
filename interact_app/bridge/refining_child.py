"""What the child process of a refinement does: refine a clip, and leave pictures of its state where the window can map them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.jobs.context import JobContext, SubContext

if TYPE_CHECKING:
    from interact_core.refine.options import RefineOptions
    from interact_core.refine.report import Preview, RefineReport, RefineResult

_ARRAYS = ("body", "joints", "things")


@dataclass(frozen=True)
class PreviewFiles:
    """Arrays of the frames being solved in files beside each other; a pipe would hold the window's lock for tens of MB."""

    stage: str
    stem: str
    frames: slice

    def take(self) -> "PreviewArrays | None":
        """Map them; the files themselves go. None where they are gone already."""
        found = []
        for name in _ARRAYS:
            path = Path(f"{self.stem}-{name}.npy")
            try:
                found.append(np.load(path, mmap_mode="r", allow_pickle=False))
                path.unlink()
            except PermissionError:  # Windows keeps what is mapped; the folder goes at the job's end
                continue
            except OSError:
                return None
        return PreviewArrays(self.stage, self.frames, *found)


@dataclass(frozen=True)
class PreviewArrays:
    """World vertices of body (N, V, 3) and objects (N, Vo, 3), joints (N, 52, 3) of the clip's `frames`."""

    stage: str
    frames: slice
    body: NDArray[np.float32]
    joints: NDArray[np.float32]
    things: NDArray[np.float32]


def refine_here(
    clip: Clip, pieces: "Sequence[RefineOptions]", models_dir: Path | None, cache_dir: Path, previews: Path | None,
    context: JobContext, tell: Callable[[Any], None],
) -> "RefineResult":  # fmt: skip
    """Work of a ProcessWorker: one range after the other, each from what the one before made of the clip.

    `previews` is the folder for pictures; None where nobody looks, which saves posing them.
    """
    from interact_core.refine.refine import refine_clip
    from interact_core.refine.report import RefineResult

    show = None if previews is None else StateWriter(clip, previews, tell)
    results: list[RefineResult] = []
    for k, options in enumerate(pieces):
        share = SubContext(context, k / len(pieces), (k + 1) / len(pieces))
        now = results[-1].clip if results else clip
        results.append(refine_clip(now, options, models_dir=models_dir, cache_dir=cache_dir, context=share, on_state=show))
    return RefineResult(results[-1].clip, told_together([result.report for result in results]))


def told_together(reports: "Sequence[RefineReport]") -> "RefineReport":
    """From before the first to after the last; left alone only where every one was."""
    first, last = reports[0], reports[-1]
    if len(reports) == 1:
        return first
    names = dict.fromkeys(name for report in reports for name in report.moved)
    worked = [report for report in reports if report.skipped is None]
    return replace(
        last, before=first.before, seconds=sum(report.seconds for report in reports),
        moved={name: max(report.moved.get(name, 0.0) for report in reports) for name in names},
        stages=tuple(stage for report in reports for stage in report.stages),
        contacts=tuple(contact for report in reports for contact in report.contacts),
        repairs=tuple(repair for report in reports for repair in report.repairs),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        skipped=None if worked else first.skipped,
        worse=tuple(worse for report in reports for worse in report.worse),
    )  # fmt: skip


class StateWriter:
    """A listener of states that writes them down and tells where."""

    def __init__(self, clip: Clip, folder: Path, tell: Callable[[Any], None]) -> None:
        self._parts = [part for obj in clip.objects for part in obj.parts]
        self._folder, self._tell, self._count = folder, tell, 0

    def __call__(self, state: "Preview") -> None:
        self._count += 1
        files = PreviewFiles(state.stage, str(self._folder / str(self._count)), state.frames)
        things = [
            replace(part, rotation=state.part_rotation[:, k], translation=state.part_translation[:, k]).posed()
            for k, part in enumerate(self._parts)
        ]
        none = np.zeros((len(state.joints), 0, 3), np.float32)
        arrays = (state.vertices, state.joints, np.concatenate([none, *things], axis=1))
        try:
            for name, array in zip(_ARRAYS, arrays, strict=True):
                np.save(f"{files.stem}-{name}.npy", np.asarray(array, np.float32), allow_pickle=False)
        except OSError:
            return  # a full disk: the refinement matters, its pictures do not
        self._tell(files)
