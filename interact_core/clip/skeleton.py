"""The 52 joints of SMPL-H, which every body in the project shares, and the orders that files use."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_FINGERS: Final = ("index", "middle", "pinky", "ring", "thumb")
_BODY: Final = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle",
    "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip
_HANDS: Final = tuple(f"{side}_{finger}{k}" for side in ("left", "right") for finger in _FINGERS for k in (1, 2, 3))

JOINT_NAMES: Final[tuple[str, ...]] = _BODY + _HANDS
NUM_JOINTS: Final = 52
NUM_BODY_JOINTS: Final = 22
_BODY_PARENTS: Final = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)


def _hand_parents(wrist: int, first: int) -> tuple[int, ...]:
    return tuple(wrist if k == 0 else first + 3 * f + k - 1 for f in range(5) for k in range(3))


PARENTS: Final[tuple[int, ...]] = _BODY_PARENTS + _hand_parents(20, 22) + _hand_parents(21, 37)

JOINT_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(JOINT_NAMES)}

MUJOCO_ORDER: Final[tuple[int, ...]] = (
    0, 1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12, 15, 13, 16, 18, 20, *range(22, 37), 14, 17, 19, 21, *range(37, 52),
)  # fmt: skip
"""Slot k of a MuJoCo depth-first file (InterMimic, holosoma) holds SMPL-H joint MUJOCO_ORDER[k]."""


def joint_array(*names: str) -> NDArray[np.intp]:
    """Indices (len(names),) of joints by name; KeyError on an unknown one."""
    return np.array([JOINT_INDEX[n] for n in names], dtype=np.intp)
