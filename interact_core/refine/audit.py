"""Is there anything to repair, and were the fingers captured at all?"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.clip import Clip
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import Measured

_PASSES: Final = {
    "penetration_max": 0.004, "gap_left_hand_max": 0.004, "gap_right_hand_max": 0.004, "foot_skate_left_mean": 0.02,
    "foot_skate_right_mean": 0.02, "ground_penetration_object": 0.006,
}  # fmt: skip
"""Figures that are stricter than the measures' own thresholds; an artifact of any other kind fails the audit too."""
_SHAKING: Final = 0.0015
"""Metres: median fourth difference of body joints, which noise raises 8-fold and motion hardly."""
_STRAIGHT: Final = np.radians(1.0)


@dataclass(frozen=True)
class Verdict:
    passed: bool
    reason: str


def audit(clip: Clip, measured: Measured, options: RefineOptions, made_up: dict[str, bool]) -> Verdict:
    """Whether the clip may stay as it is, with the reason either way."""
    found = measured.inspection
    if any(made_up.values()):
        return Verdict(False, "fingers were not captured")
    kinds = sorted({a.kind for a in found.artifacts} - {"jitter_object", "ground_penetration_body"})
    if kinds:
        return Verdict(False, f"artifacts: {', '.join(kinds)}")
    for name, limit in _PASSES.items():
        if name in found.summary and found.summary[name].value > limit:
            return Verdict(False, f"{name} is {found.summary[name].value:.4f}")
    if clip.num_frames > 8:
        bends = np.diff(measured.posed.joints[:, :22].astype(np.float64), n=4, axis=0)
        shaking = float(np.median(np.linalg.norm(bends, axis=-1)))
        if shaking > _SHAKING:
            return Verdict(False, f"joints shake by {1000 * shaking:.1f} mm")
    return Verdict(True, "Nothing to repair: the clip passes every measure.")


def missing_hands(clip: Clip, options: RefineOptions) -> dict[str, bool]:
    """Per side: the source has no finger motion, so that grasps have to be made up."""
    hands = {"left": clip.body.left_hand_pose, "right": clip.body.right_hand_pose}
    if clip.body.family == "smpl":
        return dict.fromkeys(hands, False)
    if options.missing_hands != "auto":
        return dict.fromkeys(hands, options.missing_hands == "yes")
    return {side: bool(np.linalg.norm(pose, axis=-1).max(initial=0.0) < _STRAIGHT) for side, pose in hands.items()}
