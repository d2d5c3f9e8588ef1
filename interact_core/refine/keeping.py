"""What is kept of a refinement: the last stage that the guard lets pass, mended first where only some frames are at fault.

From the smallest means to the largest: frames that got worse are solved once more with their terms weighted higher; the part
responsible goes back in those frames, then the whole frames, to the state before the solver, at last to the input; then the
stage before is tried the same way; then the input stays.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.jobs.context import JobContext, SubContext
from interact_core.refine.guard import Judgement, back_share, judge, responsible
from interact_core.refine.marks import MARKS, Part
from interact_core.refine.measuring import Seen
from interact_core.refine.solving import Solving
from interact_core.refine.state import State, blend, clip_of

log = logging.getLogger(__name__)
_FADE: Final = 8
"""Frames over which those that go back meet those that do not."""
_TIGHTER: Final = (3.0, 10.0)
"""Tolerances of the terms in question are divided by this in the first and the second solve: 9 and 100 times the weight."""
_ARM: Final = ("collar", "shoulder", "elbow", "wrist")
_LEGS: Final = tuple(f"{side}_{name}" for side in ("left", "right") for name in ("hip", "knee", "ankle", "foot"))
"""Without the root: where that goes back, hands leave what they hold; and the solver moves it least."""


@dataclass(frozen=True)
class Kept:
    """The clip to hand back and what was measured on it; `clip` is the very input where nothing could be kept."""

    clip: Clip
    seen: Seen
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Trial:
    state: State
    clip: Clip
    seen: Seen
    judged: Judgement

    @property
    def value(self) -> tuple[bool, float]:
        """What is worth it comes first; then what is gained, less what is paid, less the frames that got worse."""
        judged = self.judged
        return judged.worth_it, judged.gain - 10 * judged.price - float(judged.local.mean())


class Keeper:
    """Judges states of one clip against `before`. `raw` is the input as a state; only `changed` (T,) frames may differ."""

    def __init__(
        self, clip: Clip, before: Seen, solving: Solving, raw: State, changed: NDArray[np.bool_],
        measure: Callable[[Clip, JobContext], Seen], context: JobContext,
    ) -> None:  # fmt: skip
        self._clip, self._before, self._solving, self._raw, self._changed = clip, before, solving, raw, changed
        self._measure, self._context = measure, context
        self._share = solving.options.worse
        self._left = 1.0
        self._notes: list[str] = []

    def keep(self, states: list[tuple[str, State]]) -> Kept:
        """The best of `states`, the last of which is what the solver ended with; the clip itself if none may be kept."""
        best: _Trial | None = None
        for number, (title, state) in enumerate(reversed(states)):
            first = self._try(state)
            trial = self._mended(first, _TIGHTER if number == 0 else ())
            if trial.judged.worth_it and (best is None or trial.value > best.value):
                best = trial
            # Where mending took half of what was gained, the stage before may have more.
            if best is not None and best.judged.gain >= 0.5 * first.judged.gain:
                return self._kept(best)
            if not trial.judged.worth_it:
                told = "; ".join(w.told() for w in first.judged.worse) or "single frames"
                self._notes.append(f"{title} was taken back: worse in {told}.")
                log.info("%s: %s", self._clip.id, self._notes[-1])
        if best is not None and best.judged.gain > 0:
            return self._kept(best)
        return Kept(self._clip, self._before, tuple(self._notes))

    def _kept(self, trial: _Trial) -> Kept:
        if trial.judged.worse:
            told = "; ".join(w.told() for w in trial.judged.worse)
            self._notes.append(f"The price of the repair, less than a tenth of what it gained: {told}.")
        return Kept(trial.clip, trial.seen, tuple(self._notes))

    def _mended(self, trial: _Trial, tighter: tuple[float, ...]) -> _Trial:
        for number, factor in enumerate(tighter):
            # A price worth paying is tried to be avoided once; a long second try is for what could not be kept otherwise.
            if trial.judged.clean or (number and trial.judged.worth_it):
                return trial
            again = self._again(trial, factor)
            if again.value > trial.value:
                trial = again
                self._notes.append(f"Frames that got worse were solved again with {factor**2:.0f} times the weight.")
        for target, whole in ((self._solving.reference, False), (self._solving.reference, True), (self._raw, True)):
            if trial.judged.worth_it:
                return trial
            back = self._back(trial, target, whole)
            if back.value > trial.value:
                trial = back
        return trial

    def _try(self, state: State) -> _Trial:
        clip = clip_of(self._clip, state, self._changed)
        seen = self._measure(clip, self._step())
        return _Trial(state, clip, seen, judge(self._before, seen, self._share))

    def _again(self, trial: _Trial, factor: float) -> _Trial:
        options = [option for w in trial.judged.worse for option in MARKS[w.measure].tight]
        options += [option for name, frames in trial.judged.risen.items() if frames.any() for option in MARKS[name].tight]
        state = self._solving.again(trial.state, self._frames(trial), dict.fromkeys(options, factor), self._step())
        return self._try(state)

    def _back(self, trial: _Trial, target: State, whole: bool) -> _Trial:
        state = trial.state
        if whole:
            state = _put_back(state, target, self._frames(trial), "all")
        else:
            for worse in trial.judged.worse:
                frames = responsible(self._before, trial.seen, worse, self._share)
                state = _put_back(state, target, frames, MARKS[worse.measure].part)
        back = self._try(state)
        if back.value > trial.value:
            count = int(self._frames(trial).sum())
            self._notes.append(f"{count} frames went back to what they were: they had become worse in something.")
        return back

    def _frames(self, trial: _Trial) -> NDArray[np.bool_]:
        frames = trial.judged.local.copy()
        for worse in trial.judged.worse:
            frames |= responsible(self._before, trial.seen, worse, self._share)
        return frames

    def _step(self) -> JobContext:
        """A third of what is left of the progress: nobody knows how many steps it will take."""
        start, self._left = 1.0 - self._left, self._left * 2 / 3
        return SubContext(self._context, start, 1.0 - self._left)


def _put_back(state: State, target: State, frames: NDArray[np.bool_], part: Part) -> State:
    """`state` with a part of it as in `target` in some frames, faded around them."""
    if not frames.any():
        return state
    share = torch.as_tensor(back_share(frames, _FADE), device=state.transl.device, dtype=state.transl.dtype)
    mixed = blend(state, target, share)
    if part == "all":
        return mixed
    if part == "object":
        return State(state.local, state.transl, mixed.rotation, mixed.translation)
    local = state.local.clone()
    joints = _joints_of(part)
    local[:, joints] = mixed.local[:, joints]
    return State(local, state.transl, state.rotation, state.translation)


def _joints_of(part: Part) -> list[int]:
    if part == "fingers":
        return list(range(NUM_BODY_JOINTS, NUM_JOINTS))
    if part == "legs":
        return [JOINT_INDEX[name] for name in _LEGS]
    found = []
    for k, side in enumerate(("left", "right")):
        if part in ("arms", f"{side}_arm"):
            found += [JOINT_INDEX[f"{side}_{name}"] for name in _ARM]
            found += range(NUM_BODY_JOINTS + 15 * k, NUM_BODY_JOINTS + 15 * (k + 1))
    return found
