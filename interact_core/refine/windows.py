"""Solving a run of frames: contacts found once, pairs found anew every round, stage after stage.

Windows overlap and do not wait for each other: both sides of a seam are solved with free ends and blended, then the seam is
solved once more with its surroundings held. A window that began with its neighbour's last frames as they were spent its steps on
getting from there to the reference, and lost half of its repair.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import torch

from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.jobs.context import JobContext
from interact_core.refine.energy import Energy
from interact_core.refine.finding import around, contacts_of
from interact_core.refine.grasps import with_grasps
from interact_core.refine.limits import HandLimits
from interact_core.refine.options import RefineOptions
from interact_core.refine.pairs import find_pairs
from interact_core.refine.report import ContactSegment, StageReport
from interact_core.refine.scene import Scene
from interact_core.refine.sides import touching_hands
from interact_core.refine.solver import descend
from interact_core.refine.stages import Stage, weights_for
from interact_core.refine.state import State, blend
from interact_core.refine.survey import Survey, Surveyor

_STIFF_FINGERS: Final = 0.1
PINNED: Final = 4
"""Frames beyond a range's ends that stay as they are and hold the motion steady."""
_SEAM: Final = 6
"""Frames on each side of what two windows share that are solved once more with it."""


@dataclass(frozen=True)
class Window:
    """Frames [start, stop) solved together, of which [start, free) and [end, stop) stay as they are."""

    start: int
    stop: int
    free: int
    end: int

    @property
    def frames(self) -> slice:
        return slice(self.start, self.stop)

    def put(self, whole: State, state: State) -> None:
        """This window's free frames into the whole clip's state, in place: a copy of all frames for every window of a long
        clip would take longer than posing it. What was held may have been another window's to move."""
        own = slice(self.free - self.start, self.end - self.start)
        for name in ("local", "transl", "rotation", "translation"):
            getattr(whole, name)[self.free : self.end] = getattr(state, name)[own]


Show = Callable[[str, Window, State], None]
"""Called with a stage, the window and the window's state."""


def windows_of(frames: slice, total: int, options: RefineOptions) -> list[Window]:
    """Windows over a range of a clip of `total` frames, as long as each other. At the range's ends a few frames outside hold
    the motion steady; between windows the ends are free."""
    count = frames.stop - frames.start
    if count <= 0:
        return []
    overlap = min(options.overlap, options.window // 3)
    number = max(1, -(-(count - overlap) // (options.window - overlap)))
    edges = [frames.start + round(k * (count - overlap) / number) for k in range(number + 1)]
    found = []
    for free, edge in pairwise(edges):
        end = min(edge + overlap, frames.stop)
        start = free if free > frames.start else max(free - PINNED, 0)
        found.append(Window(start, end if end < frames.stop else min(end + PINNED, total), free, end))
    return found


def seams_of(windows: Sequence[Window]) -> list[Window]:
    """What neighbours share and some frames on both sides of it, held at its ends."""
    found = []
    for one, other in pairwise(windows):
        shared = one.end - other.free
        # Seams are solved side by side: none reaches into the next.
        room = min(w.end - w.free for w in (one, other)) - 2 * shared
        margin = max(min(_SEAM, shared // 3, room // 2), 0)
        free, end = other.free - margin, one.end + margin
        found.append(Window(free - PINNED, end + PINNED, free, end))
    return found


def joined(windows: Sequence[Window], states: Sequence[State], whole: State) -> None:
    """Put the windows' states into `whole`, in place; what neighbours share passes over smoothly."""
    done = windows[0].free if windows else 0
    for window, state in zip(windows, states, strict=True):
        first, shared, count = window.free - window.start, max(done - window.free, 0), window.stop - window.start
        k = torch.arange(count, device=state.transl.device, dtype=state.transl.dtype) - first
        t = ((k + 1) / (shared + 1)).clamp(0, 1)
        window.put(whole, blend(whole.frames(window.frames), state, t * t * (3 - 2 * t)))
        done = window.end


class WindowSolver:
    """One window of one clip. `reference` is what the result stays near to."""

    def __init__(
        self, scene: Scene, reference: State, window: Window, options: RefineOptions, limits: HandLimits,
        made_up: dict[str, bool], context: JobContext,
    ) -> None:  # fmt: skip
        self._scene, self._window, self._options, self._limits = scene, window, options, limits
        self._made_up, self._context = made_up, context
        self._reference = reference.frames(window.frames)
        self._surveyor = Surveyor(scene)
        self._contacts, self._feet = around(scene, reference, window.frames, options, made_up, context)

    @property
    def segments(self) -> list[ContactSegment]:
        names = tuple(part.name for part in self._scene.parts)
        offset = self._window.start
        return [
            ContactSegment(s.region, s.part, s.start + offset, s.stop + offset) for s in self._contacts.segments(names)
        ]  # fmt: skip

    def solve(
        self, state: State, stages: list[Stage], show: Show, *, grasp: bool = True
    ) -> tuple[list[State], list[StageReport]]:  # fmt: skip
        """This window's state after each stage, from the whole clip's `state`, and a report per stage. `grasp` False: fingers
        that nobody captured have their grasps already."""
        found, reports = [], []
        here = state.frames(self._window.frames)
        bends = [k for k, stage in enumerate(stages) if _bends_fingers(stage)]
        for k, stage in enumerate(stages):
            if k in bends[:1] and any(self._made_up.values()):
                here = self._grasping(here, anew=grasp)
            here, report = self._stage(here, stage, show, k / len(stages), 1 / len(stages))
            found.append(here)
            reports.append(report)
        return found, reports

    def _grasping(self, here: State, *, anew: bool) -> State:
        """The state with grasps for fingers that nobody captured; they are what such fingers stay near to from now on."""
        w = self._window
        hands = touching_hands(self._contacts)
        held = {side: hands[side] for side, made_up in self._made_up.items() if made_up}
        if anew:
            here = with_grasps(self._scene, here, w.start, held, slice(w.free - w.start, w.end - w.start))
        local = self._reference.local.clone()
        for side in held:
            first = JOINT_INDEX[f"{side}_index1"]
            local[:, first : first + 15] = here.local[:, first : first + 15]
        self._reference = replace(self._reference, local=local)
        survey = self._survey(here, skin=False)
        fresh = contacts_of(self._scene, self._reference, survey, w.start, self._options, self._made_up)
        self._contacts = self._contacts.with_hands_of(fresh, tuple(held))
        return here

    def _stage(self, here: State, stage: Stage, show: Show, done: float, share: float) -> tuple[State, StageReport]:
        began = time.perf_counter()
        weights = weights_for(stage, self._scene, self._options, self._made_up, self._scene.clip.fps)
        w = self._window
        free = torch.zeros(w.stop - w.start, dtype=torch.bool, device=self._scene.device)
        free[w.free - w.start : w.end - w.start] = True
        steps, before, after = 0, float("nan"), float("nan")
        # Fingers that nobody captured must not push the arm away before they have been bent.
        bent = _bends_fingers(stage)
        fingers = {side: 1.0 if bent or not made_up else _STIFF_FINGERS for side, made_up in self._made_up.items()}
        rounds = min(self._options.rounds, stage.rounds)
        for round_ in range(rounds):
            survey = self._survey(here)
            pairs = find_pairs(self._scene, here, survey, self._contacts, self._feet, self._options, fingers)
            energy = Energy(self._scene, pairs, self._reference, self._options, weights, w.start, self._limits)
            energy.begin(here)
            taken = steps

            def on_step(state: State, value: float, taken: int = taken, round_: int = round_) -> None:
                self._context.progress(
                    done + share * (round_ + 0.5) / rounds, stage.name, {"energy": value, "step": float(taken)}
                )
                show(stage.name, w, state)

            count = max(1, round(self._options.effort * stage.effort / rounds))
            found = descend(
                energy, self._scene, here, weights.columns, free, count, self._context.checkpoint, on_step, stage.trust
            )
            here, steps, after = found.state, steps + found.steps, found.after
            before = found.before if round_ == 0 else before
            self.terms = found.terms
            self._context.progress(done + share * (round_ + 1) / rounds, stage.name, {"energy": after})
        seconds = time.perf_counter() - began
        return here, StageReport(stage.name, (w.start, w.stop), before, after, steps, seconds)

    def _survey(self, state: State, *, skin: bool = True) -> Survey:
        return self._surveyor.survey(state, self._context, self._window.start, skin=skin)


def _bends_fingers(stage: Stage) -> bool:
    return bool(stage.joints) and max(stage.joints) >= NUM_BODY_JOINTS
