"""The solver over a whole clip: window after window, stage after stage, and once more where something got worse."""

import dataclasses
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.inspection.signals import runs
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.limits import HandLimits
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.report import ContactSegment, Preview, StageReport
from interact_core.refine.scene import Scene
from interact_core.refine.stages import Stage, stages_for
from interact_core.refine.state import State
from interact_core.refine.survey import Surveyor
from interact_core.refine.windows import Show, Window, WindowSolver, windows_of

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
        """Of every stage, from the reference on. Windows are solved one after the other; only their own frames are posed."""
        states = [_copy(self.reference) for _ in self._stages]
        with solver_threads():
            for window, part in self._windows(self.frames, self.options, context):
                begin = states[-1] if states else self.reference
                found = self._solve(window, begin, self._stages, self.options, part)
                for state, here in zip(states, found, strict=True):
                    _write(state, window.frames, here)
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
        ranges = self._runs(frames)
        state = _copy(state)
        with solver_threads():
            for k, run in enumerate(ranges):
                for window, part in self._windows(run, options, SubContext(context, k / len(ranges), (k + 1) / len(ranges))):
                    _write(state, window.frames, self._solve(window, state, [last], options, part)[-1])
        return state

    def _windows(self, frames: slice, options: RefineOptions, context: JobContext) -> Iterator[tuple[Window, JobContext]]:
        """The windows of a range with their share of the progress; shorter ones as soon as the device's memory ran out."""
        at, count = frames.start, max(frames.stop - frames.start, 1)
        while at < frames.stop:
            short = dataclasses.replace(options, window=self._window)
            window, *more = windows_of(slice(at, frames.stop), self.reference.num_frames, short)
            size = self._window
            yield window, SubContext(context, (at - frames.start) / count, (window.end - frames.start) / count)
            if self._window < size:
                continue  # it did not fit: the same frames once more
            if not more:
                return
            at = more[0].free

    def _solve(
        self, window: Window, begin: State, stages: list[Stage], options: RefineOptions, context: JobContext
    ) -> list[State]:  # fmt: skip
        """The window after each stage; as it was where it did not fit into memory and shorter windows are to come."""
        try:
            solver = WindowSolver(self.scene, self.reference, window, options, self._limits, self.made_up, context)
            found, told = solver.solve(begin, stages, self._shown(context), grasp=stages is self._stages)
        except torch.OutOfMemoryError:
            self._window = min(self._window, window.stop - window.start) // 2
            if self._window < _SHORTEST:
                raise InputError(
                    "the memory of the device does not hold even a short piece of the clip", field="device",
                    remedy="Refine on the processor (device cpu), or close what else uses the device",
                ) from None  # fmt: skip
            torch.cuda.empty_cache()
            log.warning("out of device memory: going on with windows of %d frames", self._window)
            return [begin.frames(window.frames) for _ in stages]
        self.reports += told
        if stages is self._stages:
            self.contacts += solver.segments
        return found

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
    """Hands the window's state to the listener, at most every _PREVIEW seconds."""

    def __init__(self, scene: Scene, listener: Callable[[Preview], None], context: JobContext) -> None:
        self._listener, self._context = listener, context
        self._surveyor = Surveyor(scene)
        self._last = 0.0

    def __call__(self, stage: str, window: Window, state: State) -> None:
        if time.perf_counter() - self._last < _PREVIEW:
            return
        vertices, joints = self._surveyor.pose(state, self._context, window.start)
        arrays = [a.float().cpu().numpy() for a in (vertices, joints, state.rotation, state.translation)]
        self._listener(Preview(stage, window.frames, *arrays))
        self._last = time.perf_counter()


def _copy(state: State) -> State:
    return State(state.local.clone(), state.transl.clone(), state.rotation.clone(), state.translation.clone())


def _write(state: State, where: slice, other: State) -> None:
    """In place: a copy of all frames for every window of a long clip would take longer than posing it."""
    for name in ("local", "transl", "rotation", "translation"):
        getattr(state, name)[where] = getattr(other, name)


@contextmanager
def solver_threads() -> Iterator[None]:
    """Half the cores for the many small products of the solver: the window needs one too, and threads that wait for each
    other on a busy machine cost more than they bring (measured: fivefold on two cores under load)."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, min(before, (os.cpu_count() or 2) // 2)))
    try:
        yield
    finally:
        torch.set_num_threads(before)
