"""Which of InterMimic's bodies touch the object, by the rules of its exporter (data format note, section 9).

The rules are upstream's; its mistakes are not (note, D14): distances are exact and in float32, not halves, and falling is an
acceleration near gravity's along the true up axis. Surfaces are compared whole instead of by samples.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BodyModel
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_JOINTS, joint_array

NEAR: Final = 0.02
"""Metres between body and object: contact for sure."""
FAR: Final = 0.1
"""Metres: no contact, whatever the object does; and a segment that stays beyond it is certainly not touching."""
_TOUCH: Final = 0.005
"""Metres beyond the frame's least distance that still touch, in frames with contact."""
_LOOSE: Final = 0.010
"""Metres that touch in the other frames."""
_LIFTED: Final = 0.02
"""Metres of the object's lowest point above the floor: somebody holds it."""
_GRAVITY: Final = 9.81
_FALLING: Final = 3.0
"""m/s^2 from free fall within which an object falls."""
_FOOT_HEIGHT: Final = 0.1
_FOOT_SPEED: Final = 0.2
"""Metres and m/s: ankles and toes lower and slower stand, and are never said not to touch."""
_FEET: Final = joint_array("left_ankle", "right_ankle", "left_foot", "right_foot")
_FINGERS: Final = ("index", "middle", "ring", "pinky")


@dataclass(frozen=True)
class Labels:
    """object (T,) in {0, 1}; joints (T, 52) in {-1, 0, 1}: touching 1, certainly not -1, unknown 0."""

    object: NDArray[np.float32]
    joints: NDArray[np.float32]


def contact_labels(
    distance: NDArray[np.floating], model: BodyModel, lowest: NDArray[np.floating], joints: NDArray[np.floating], fps: float
) -> Labels:
    """From the distance (T, V) of each body vertex to the object (negative inside, NaN where it is absent), the object's
    lowest height (T,) and the joints (T, 52, 3), +Y up."""
    away = np.nan_to_num(np.maximum(distance, 0.0), nan=np.inf)
    least = away.min(axis=1)
    held = (lowest > _LIFTED) & ~_falling(lowest, fps)
    flag = ((least < NEAR) | held) & (least <= FAR)
    nearest = _by_segment(away, _SEGMENT[model.joint_weights.argmax(axis=1)])
    reach = np.where(flag, least + _TOUCH, _LOOSE)
    labels = np.where(nearest <= reach[:, None], 1.0, np.where(nearest > FAR, -1.0, 0.0))
    standing = np.zeros(labels.shape, bool)
    standing[:, _FEET] = _standing(joints[:, _FEET], fps)
    labels[standing & (labels < 0)] = 0.0
    return Labels(flag.astype(np.float32), labels.astype(np.float32))


def _falling(lowest: NDArray[np.floating], fps: float) -> NDArray[np.bool_]:
    if len(lowest) < 3:
        return np.zeros(len(lowest), bool)
    up = np.gradient(np.gradient(np.asarray(lowest, np.float64))) * fps**2
    result: NDArray[np.bool_] = np.abs(up + _GRAVITY) < _FALLING
    return result


def _standing(feet: NDArray[np.floating], fps: float) -> NDArray[np.bool_]:
    speed = np.linalg.norm(np.gradient(feet, axis=0), axis=-1) * fps if len(feet) > 1 else np.zeros(feet.shape[:2])
    result: NDArray[np.bool_] = (feet[..., 1] < _FOOT_HEIGHT) & (speed < _FOOT_SPEED)
    return result


def _by_segment(away: NDArray[np.floating], segments: NDArray[np.intp]) -> NDArray[np.float64]:
    """(T, 52) least distance of each joint's segment; a segment without surface is never near."""
    found = np.full((len(away), NUM_JOINTS), np.inf)
    for joint in range(NUM_JOINTS):
        mine = segments == _SEGMENT[joint]
        if mine.any():
            found[:, joint] = away[:, mine].min(axis=1)
    return found


def _shared() -> NDArray[np.intp]:
    """(52,) the joint that stands for each: the four fingers of a hand are one segment, its thumb is the palm's."""
    stands = np.arange(NUM_JOINTS)
    for joint, name in enumerate(JOINT_NAMES):
        side, part = name.split("_", 1) if "_" in name else ("", name)
        if part.startswith(_FINGERS):
            stands[joint] = JOINT_INDEX[f"{side}_index1"]
        elif part.startswith("thumb"):
            stands[joint] = JOINT_INDEX[f"{side}_wrist"]
    return stands


_SEGMENT: Final = _shared()
