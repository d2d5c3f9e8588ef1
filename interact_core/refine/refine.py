"""Refining clips: the one door for the window, the command line and the benchmarks."""

from collections.abc import Callable
from pathlib import Path

from interact_core.clip import Clip
from interact_core.jobs.context import JobContext, NullContext
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.report import Preview, RefineResult

StateListener = Callable[[Preview], None]


def refine_clip(
    clip: Clip, options: RefineOptions = DEFAULT, *, cache_dir: Path, models_dir: Path | None = None,
    context: JobContext | None = None, on_state: StateListener | None = None,
) -> RefineResult:  # fmt: skip
    """Repair a clip; frames, fps, captions and meshes stay. Raises Cancelled; InputError if it has no finite pose.

    `cache_dir` holds the objects' distance grids. `on_state` is called on this thread at most twice a second.
    """
    from interact_core.refine.pipeline import Run

    return Run(clip, options, cache_dir, models_dir, context or NullContext(), on_state).result()
