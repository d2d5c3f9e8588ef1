"""Range of motion of the fingers: how far any joint is beyond what a hand can do.

Each joint's rotation is split into twist about its bone and swing; the swing's components are flexion (towards the palm,
positive) and abduction. The limits are ours: active ranges of clinical goniometry (MCP 90, PIP 110, DIP 80..90, thumb MCP
50, IP 80 degrees of flexion) with about 15 degrees of tolerance, because a model's rest hand is not exactly straight.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, PARENTS
from interact_core.inspection.evidence import Evidence
from interact_core.inspection.findings import Findings, ranges_over, share, worst
from interact_core.inspection.results import Track
from interact_core.inspection.swing_twist import swing_twist

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """Degrees; flexion from..to, the others symmetric."""

    flexion: tuple[float, float]
    abduction: float
    twist: float


LIMITS: Final[dict[str, Limits]] = {
    "index1": Limits((-45, 105), 35, 35), "middle1": Limits((-45, 105), 35, 35), "ring1": Limits((-45, 105), 35, 35),
    "pinky1": Limits((-45, 110), 45, 45),
    "index2": Limits((-20, 125), 20, 25), "middle2": Limits((-20, 125), 20, 25), "ring2": Limits((-20, 125), 20, 25),
    "pinky2": Limits((-25, 125), 25, 30),
    "index3": Limits((-30, 100), 20, 25), "middle3": Limits((-30, 100), 20, 25), "ring3": Limits((-30, 100), 20, 25),
    "pinky3": Limits((-30, 100), 25, 30),
    "thumb1": Limits((-70, 70), 70, 70), "thumb2": Limits((-45, 80), 45, 45), "thumb3": Limits((-45, 100), 30, 35),
}  # fmt: skip


def measure(evidence: Evidence) -> Findings:
    excess = hand_excess(evidence)
    worst_joint = excess.max(axis=1)
    limit = evidence.thresholds.hand_range
    values = np.where(evidence.body_ready, worst_joint, np.nan).astype(np.float32)
    track = Track("hand_range", "Finger beyond its range of motion", "deg", values, limit, "hand")
    over = Track(
        "hand_range_over", "", "", np.where(np.isfinite(values), values > limit, np.nan).astype(np.float32), None, "hand"
    )
    artifacts = ranges_over(track, evidence.thresholds.severe("hand_range"), kind="hand_range")
    summary = (("hand_range", worst(track)), ("hand_range_share", share(over, "Frames with a finger beyond its range")))
    return Findings((track,), (), summary, artifacts)


def hand_excess(evidence: Evidence) -> Doubles:
    """(T, 30) degrees beyond the limits per finger joint, left hand first, 0 within them."""
    motion, rest = evidence.posed.clip.body, np.asarray(evidence.posed.choice.bound.rest_joints, np.float64)
    columns = []
    for side, pose in (("left", motion.left_hand_pose), ("right", motion.right_hand_pose)):
        first = JOINT_INDEX[f"{side}_index1"]
        for k in range(15):
            bone, palmar = joint_axes(rest, first + k, side)
            swing, twist = swing_twist(np.asarray(pose[:, k], np.float64), bone)
            columns.append(_beyond(swing, twist, bone, palmar, LIMITS[JOINT_NAMES[first + k].split("_")[1]]))
    return np.stack(columns, axis=1)


def _beyond(swing: Doubles, twist: Doubles, bone: Doubles, palmar: Doubles, limits: Limits) -> Doubles:
    flexion = np.degrees(swing @ np.cross(bone, palmar))
    abduction, turn = np.abs(np.degrees(swing @ palmar)), np.abs(np.degrees(twist))
    low, high = limits.flexion
    beyond = np.stack([low - flexion, flexion - high, abduction - limits.abduction, turn - limits.twist])
    result: Doubles = np.maximum(beyond.max(axis=0), 0.0)
    return result


def joint_axes(rest: Doubles, joint: int, side: str) -> tuple[Doubles, Doubles]:
    """Unit bone direction and, perpendicular to it, the direction its pad looks, at rest (52, 3)."""
    name = JOINT_NAMES[joint]
    end = joint if name.endswith("3") else joint + 1
    bone = _unit(rest[end] - rest[PARENTS[end]])
    wrist, index, pinky = (rest[JOINT_INDEX[f"{side}_{n}"]] for n in ("wrist", "index1", "pinky1"))
    palm = _unit(np.cross(pinky - wrist, index - wrist)) * (1.0 if side == "left" else -1.0)
    if "thumb" in name:
        # The thumb's pad looks halfway between out of the palm and towards the fingers.
        palm = _unit(palm) + 0.6 * _unit(index - rest[JOINT_INDEX[f"{side}_thumb1"]])
    return bone, _unit(palm - bone * (palm @ bone))


def _unit(vector: Doubles) -> Doubles:
    result: Doubles = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return result
