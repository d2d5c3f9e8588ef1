"""Refining clips: the one door for the window, the command line and the benchmarks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from interact_core.clip import Clip
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.report import Measured, Preview, RefineResult

StateListener = Callable[[Preview], None]


def refine_clip(
    clip: Clip, options: RefineOptions = DEFAULT, *, cache_dir: Path, models_dir: Path | None = None,
    context: JobContext | None = None, on_state: StateListener | None = None, measured: Measured | None = None,
) -> RefineResult:  # fmt: skip
    """Repair a clip; frames, fps, captions and meshes stay. Raises Cancelled; InputError if it has no finite pose.

    `cache_dir` holds the objects' distance grids. `measured` is what inspection already knows of this very clip, if it was
    measured; it saves the audit. `on_state` is called on this thread at most twice a second.
    """
    from interact_core.refine.pipeline import Run

    return Run(clip, options, cache_dir, models_dir, context or NullContext(), on_state).result(measured)


def refine_batch(
    clips: Sequence[Clip], options: RefineOptions = DEFAULT, *, cache_dir: Path, models_dir: Path | None = None,
    context: JobContext | None = None,
) -> list[RefineResult]:  # fmt: skip
    """Several clips one after the other, in their order; the first error ends it."""
    context = context or NullContext()
    results = []
    for k, clip in enumerate(clips):
        part = SubContext(context, k / len(clips), (k + 1) / len(clips))
        results.append(refine_clip(clip, options, cache_dir=cache_dir, models_dir=models_dir, context=part))
    return results
