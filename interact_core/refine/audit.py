"""Is there anything to repair, and were the fingers captured at all?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip
from interact_core.clip.skeleton import NUM_BODY_JOINTS
from interact_core.inspection.signals import frames_of, running_median, runs
from interact_core.refine.marks import MARKS
from interact_core.refine.measuring import Seen
from interact_core.refine.options import RefineOptions

_PASSES: Final = {
    "penetration_max": 0.004, "thin_wall": 0.004, "gap_left_hand_max": 0.004, "gap_right_hand_max": 0.004,
    "foot_skate_left_mean": 0.02, "foot_skate_right_mean": 0.02, "ground_penetration_object": 0.006,
}  # fmt: skip
"""Figures that are stricter than the measures' own thresholds; an artifact of any other kind fails the audit too."""
_STANDS: Final = 0.003
"""Metres above or below the floor on which a sole may stand: half of its plants' frames farther off is a body too high or low.

The inspection asks for more (15 mm below, 40 mm of air), since it must hold for stand-in bodies, whose soles are not the
person's; a body with its own soles is held to what a repair is held to."""
_KICKS: Final = {"jitter_body", "jitter_object", "ground_penetration_body"}
"""A throw and a kick jerk as much as noise does, and a foot that strikes out dips: these are told apart below."""
_SHAKING: Final = 0.0015
"""Metres: median fourth difference of body joints, which noise raises 8-fold and motion hardly; and its mean over all joints,
the median of half a second, so that a throw (3 mm in clean clips) is none and a burst of noise (2 mm of it: 32 mm) is."""
_BURST: Final = 0.006
_BURST_SECONDS: Final = 0.5
_STRAIGHT: Final = np.radians(1.0)


@dataclass(frozen=True)
class Verdict:
    passed: bool
    reason: str


def audit(seen: Seen, fps: float, true_body: bool, made_up: dict[str, bool]) -> Verdict:
    """Whether the clip may stay as it is, with the reason either way."""
    if any(made_up.values()):
        return Verdict(False, "fingers were not captured")
    kinds = sorted(seen.artifacts - _KICKS)
    if kinds:
        return Verdict(False, f"artifacts: {', '.join(kinds)}")
    for name, limit in _PASSES.items():
        if seen.figures.get(name, 0.0) > limit:
            return Verdict(False, f"{name} is {seen.figures[name]:.4f}")
    for side in ("left", "right") if true_body else ():
        height = standing_height(seen, side)
        if abs(height) > _STANDS:
            return Verdict(
                False, f"the {side} sole stands {1000 * abs(height):.0f} mm {'above' if height > 0 else 'below'} the floor"
            )
    shaking = _shaking(seen, fps)
    if shaking:
        return Verdict(False, f"joints shake by {1000 * shaking:.1f} mm")
    return Verdict(True, "Nothing to repair: the clip passes every measure.")


def _shaking(seen: Seen, fps: float) -> float:
    """Metres of fourth difference where it is too much, else 0."""
    if seen.num_frames <= 8:
        return 0.0
    bends = _bends(seen)
    burst = float(_bursts(bends, fps).max())
    whole = float(np.median(bends))
    return burst if burst > _BURST else whole if whole > _SHAKING else 0.0


def _bends(seen: Seen) -> NDArray[np.float64]:
    """(T - 4, 22) metres of fourth difference."""
    return np.linalg.norm(np.diff(seen.joints[:, :NUM_BODY_JOINTS].astype(np.float64), n=4, axis=0), axis=-1)


def _bursts(bends: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    return running_median(bends.mean(axis=1), frames_of(_BURST_SECONDS, fps))


def faulty_frames(seen: Seen, fps: float, true_body: bool) -> NDArray[np.bool_]:
    """(T,) the frames that fail the audit, as far as single frames or plants of a foot do."""
    faulty = np.zeros(seen.num_frames, bool)
    for fault in seen.faults:
        if fault.kind not in _KICKS:
            faulty[fault.start : fault.stop] = True
    for name, limit in _PASSES.items():
        mark = MARKS[name]
        values = np.nan_to_num(seen.tracks[mark.track]) if mark.track in seen.tracks else np.zeros(seen.num_frames)
        if mark.where:
            for start, stop in runs(mark.picked(seen.tracks)):
                faulty[start:stop] |= float(values[start:stop].mean()) > limit
        else:
            faulty |= values > limit
    for side in ("left", "right") if true_body else ():
        for start, stop in runs(seen.tracks[f"foot_planted_{side}"] > 0.5):
            faulty[start:stop] |= abs(standing_height(seen, side, slice(start, stop))) > _STANDS
    if seen.num_frames > 8:
        faulty[2:-2] |= _bursts(_bends(seen), fps) > _BURST
    return faulty


def standing_height(seen: Seen, side: str, frames: slice = slice(None)) -> float:
    """Metres of the planted sole over the floor, the median of its frames; 0 where it stands on an object or not at all."""
    planted = seen.tracks[f"foot_planted_{side}"][frames] > 0.5
    if not planted.any():
        return 0.0
    air = float(np.median(seen.tracks[f"foot_float_{side}"][frames][planted]))
    return air if air > 0 else min(0.0, float(np.median(seen.tracks[f"foot_height_{side}"][frames][planted])))


def missing_hands(clip: Clip, options: RefineOptions) -> dict[str, bool]:
    """Per side: the source has no finger motion, so that grasps have to be made up."""
    hands = {"left": clip.body.left_hand_pose, "right": clip.body.right_hand_pose}
    if clip.body.family == "smpl":
        return dict.fromkeys(hands, False)
    if options.missing_hands != "auto":
        return dict.fromkeys(hands, options.missing_hands == "yes")
    return {side: bool(np.linalg.norm(pose, axis=-1).max(initial=0.0) < _STRAIGHT) for side, pose in hands.items()}
