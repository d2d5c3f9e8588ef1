"""The solver over a whole clip: its windows side by side, stage after stage, and once more where something got worse."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.inspection.signals import runs
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.abreast import abreast, workers_for
from interact_core.refine.limits import HandLimits
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.report import ContactSegment, Preview, StageReport
from interact_core.refine.scene import Scene
from interact_core.refine.stages import Stage, stages_for
from interact_core.refine.state import State
from interact_core.refine.survey import Surveyor
from interact_core.refine.windows import Show, Window, WindowSolver, joined, seams_of, windows_of

log = logging.getLogger(__name__)
_PREVIEW: Final = 0.5
"""Seconds between previews."""
_REACH: Final = 15
"""Frames on each side that give way when some are solved again."""
_JOIN: Final = 20
_SHORTEST: Final = 15
"""Frames: a window that short which does not fit means that the device is full of something else."""


@dataclass
class Solving:
    """One clip's solver. `states` are those after each stage, titled, the first one before the solver."""

    scene: Scene
    reference: State
    options: RefineOptions
    made_up: dict[str, bool]
    frames: slice
    on_state: Callable[[Preview], None] | None = None
    reports: list[StageReport] = field(default_factory=list)
    contacts: list[ContactSegment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._limits = HandLimits(self.scene.choice.bound, self.scene.device, self.scene.dtype, self.made_up)
        fingers = self.scene.choice.model.family != "smpl"
        self._window = self.options.window
        self._stages = stages_for(self.options, has_objects=bool(self.scene.parts), has_fingers=fingers)

    def states(self, context: JobContext) -> list[tuple[str, State]]:
        """Of every stage, from the reference on. Only the frames of windows at work are posed."""
        states = self._solved([self.frames], self.reference, self._stages, self.options, context)
        titled = [(f"Stage '{stage.name}'", state) for stage, state in zip(self._stages, states, strict=True)]
        return [("Repairing wrists and noise", self.reference), *titled]

    def again(self, state: State, frames: NDArray[np.bool_], tighter: dict[str, float], context: JobContext) -> State:
        """`state` with `frames` and some around them solved once more, some options divided by a factor: what is worth more."""
        if not self._stages:
            return state
        changes = {name: getattr(self.options, name) / factor for name, factor in tighter.items()}
        # Steeper terms need their steps, however few the options give the first time.
        options = dataclasses.replace(self.options, **changes, effort=max(self.options.effort, DEFAULT.effort))
        last = dataclasses.replace(self._stages[-1], name="once more")
        return self._solved(self._runs(frames), state, [last], options, context)[-1]

    def _solved(
        self, ranges: list[slice], begin: State, stages: list[Stage], options: RefineOptions, context: JobContext
    ) -> list[State]:  # fmt: skip
        """The clip's state after each stage, from `begin`; windows are shorter from now on where the memory ran out."""
        states = [begin.copy() for _ in stages]
        if not stages:
            return states
        workers = workers_for(self.scene.device)
        with one_thread():
            while True:
                size = dataclasses.replace(options, window=self._window)
                plans = [windows_of(run, self.reference.num_frames, size) for run in ranges]
                windows = [window for plan in plans for window in plan]
                try:
                    found = self._at_once(windows, begin, stages, options, workers, SubContext(context, 0.0, 0.9))
                    break
                except torch.OutOfMemoryError:
                    self._halve(windows)
            for k, state in enumerate(states):
                parts = iter(found)
                for plan in plans:
                    joined(plan, [next(parts)[k] for _ in plan], state)
            seams = [seam for plan in plans for seam in seams_of(plan)]
            last = [dataclasses.replace(stages[-1], name="seams")]
            mended = self._at_once(seams, states[-1], last, options, workers, SubContext(context, 0.9, 1.0))
            for seam, (state,) in zip(seams, mended, strict=True):
                seam.put(states[-1], state)
        if not self.options.move_hands:
            return states
        return [dataclasses.replace(state, local=self._limits.stopped(state.local)) for state in states]

    def _at_once(
        self, windows: Sequence[Window], begin: State, stages: list[Stage], options: RefineOptions, workers: int,
        context: JobContext,
    ) -> list[list[State]]:  # fmt: skip
        """Every window after each stage."""
        show = self._shown(context)

        def one(window: Window) -> Callable[[JobContext], tuple[list[State], list[StageReport], list[ContactSegment]]]:
            def solve(part: JobContext) -> tuple[list[State], list[StageReport], list[ContactSegment]]:
                solver = WindowSolver(self.scene, self.reference, window, options, self._limits, self.made_up, part)
                found, told = solver.solve(begin, stages, show, grasp=stages is self._stages)
                return found, told, solver.segments

            return solve

        done = abreast([one(window) for window in windows], workers, context)
        for _, told, segments in done:
            self.reports += told
            if stages is self._stages:
                self.contacts += segments
        return [found for found, _, _ in done]

    def _halve(self, windows: Sequence[Window]) -> None:
        self._window = min(self._window, max(w.stop - w.start for w in windows)) // 2
        if self._window < _SHORTEST:
            raise InputError(
                "the memory of the device does not hold even a short piece of the clip", field="device",
                remedy="Refine on the processor (device cpu), or close what else uses the device",
            )  # fmt: skip
        torch.cuda.empty_cache()
        log.warning("out of device memory: going on with windows of %d frames", self._window)

    def _runs(self, frames: NDArray[np.bool_]) -> list[slice]:
        """Ranges to solve again, near ones joined, within the range that may change at all."""
        wide = np.zeros(len(frames), bool)
        for start, stop in runs(frames):
            wide[max(start - _REACH, 0) : stop + _REACH] = True
        for start, stop in runs(~wide):
            if start > 0 and stop < len(wide) and stop - start < _JOIN:
                wide[start:stop] = True
        may = np.zeros(len(frames), bool)
        may[self.frames] = True
        return [slice(start, stop) for start, stop in runs(wide & may)]

    def _shown(self, context: JobContext) -> Show:
        if self.on_state is None:
            return lambda _stage, _window, _state: None
        return _Throttled(self.scene, self.on_state, context)


class _Throttled:
    """Hands a window's state to the listener, at most every _PREVIEW seconds, by whichever thread has one then."""

    def __init__(self, scene: Scene, listener: Callable[[Preview], None], context: JobContext) -> None:
        self._listener, self._context = listener, context
        self._surveyor = Surveyor(scene)
        self._last = 0.0
        self._busy = threading.Lock()

    def __call__(self, stage: str, window: Window, state: State) -> None:
        if time.perf_counter() - self._last < _PREVIEW or not self._busy.acquire(blocking=False):
            return
        try:
            vertices, joints = self._surveyor.pose(state, self._context, window.start)
            arrays = [a.float().cpu().numpy() for a in (vertices, joints, state.rotation, state.translation)]
            self._listener(Preview(stage, window.frames, *arrays))
            self._last = time.perf_counter()
        finally:
            self._busy.release()


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread for the many small products of the solver: threads that wait for each other on a busy machine cost
    more than they bring (measured: fivefold on two cores under load), and sums would differ with their number. What there are
    of cores works on windows side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
