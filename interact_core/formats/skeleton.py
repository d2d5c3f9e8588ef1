"""Rest skeletons from recorded joints: what the data say about bone lengths, and where they contradict themselves."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Notice
from interact_core.clip.skeleton import JOINT_NAMES, NUM_JOINTS, PARENTS

CONSISTENT: Final = 0.005
"""Metres a bone's rest offset may move within a clip; true skeletons stay below 0.01 mm, wrong slots exceed 50 mm."""
_LEFT_HAND: Final = np.arange(22, 37)
_RIGHT_HAND: Final = np.arange(37, 52)
_LEFT_THUMB: Final = np.arange(34, 37)
_RIGHT_THUMB: Final = np.arange(49, 52)
_PARENTS: Final = np.array(PARENTS, np.intp)


@dataclass(frozen=True)
class RecoveredSkeleton:
    """rest_joints (52, 3) T-pose with the pelvis at the origin; joints (T, 52, 3) world, wrong slots mended."""

    rest_joints: NDArray[np.float64]
    joints: NDArray[np.float64]
    notices: tuple[Notice, ...]


def rest_offsets(world_rotations: NDArray[np.float64], joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, 52, 3): each joint seen from its parent in the parent's rest frame; the root row is zero."""
    parents = np.maximum(_PARENTS, 0)
    bone = joints - joints[:, parents]
    # swapaxes: the inverse of the parent's rotation
    offsets = np.matmul(np.swapaxes(world_rotations[:, parents], -1, -2), bone[..., None])[..., 0]
    offsets[:, 0] = 0.0
    return offsets


def joints_from_offsets(
    offsets: NDArray[np.float64], world_rotations: NDArray[np.float64], root: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Forward kinematics: offsets (52, 3), world_rotations (T, 52, 3, 3), root (T, 3) -> (T, 52, 3)."""
    joints = np.empty((len(root), NUM_JOINTS, 3))
    joints[:, 0] = root
    for joint in range(1, NUM_JOINTS):
        parent = PARENTS[joint]
        joints[:, joint] = joints[:, parent] + world_rotations[:, parent] @ offsets[joint]
    return joints


def rest_joints_from_offsets(offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """(52, 3) positions with the pelvis at the origin."""
    rest = np.zeros((NUM_JOINTS, 3))
    for joint in range(1, NUM_JOINTS):
        rest[joint] = rest[PARENTS[joint]] + offsets[joint]
    return rest


def recover_skeleton(
    world_rotations: NDArray[np.float64], joints: NDArray[np.float64], good: NDArray[np.bool_]
) -> RecoveredSkeleton:
    """The rest skeleton behind recorded world rotations and joints; `good` (T,) marks frames to trust."""
    wrong = _wrong_joints(rest_offsets(world_rotations[good], joints[good]))
    notices: tuple[Notice, ...] = ()
    if wrong.any():
        shifted = _shift_fingers(joints)
        left = _wrong_joints(rest_offsets(world_rotations[good], shifted[good]))
        if left.sum() < wrong.sum() and not np.isin(np.flatnonzero(left), _RIGHT_THUMB, invert=True).any():
            joints, wrong, notices = shifted, np.isin(np.arange(NUM_JOINTS), _RIGHT_THUMB), (_SHIFTED,)
    offsets = np.median(rest_offsets(world_rotations[good], joints[good]), axis=0)
    if wrong.any():
        offsets, replaced = _from_other_side(offsets, wrong)
        rebuilt = joints_from_offsets(offsets, world_rotations, joints[:, 0])
        joints = np.where(wrong[:, None], rebuilt, joints)
        notices = notices or (_contradiction(wrong, replaced),)
    return RecoveredSkeleton(rest_joints_from_offsets(offsets), joints, notices)


_SHIFTED: Final = Notice(
    "inconsistent-skeleton",
    "Finger positions stand three slots late (InterMimic's first OMOMO release: the first left slots hold jaw and eyes, "
    "the right thumb is lost). They were moved back and the right thumb mirrored from the left; rotations were right.",
    "positions",
)


def _shift_fingers(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo InterMimic's first OMOMO release, whose 30 finger slots start at SMPL-X joint 22 (jaw) instead of 25."""
    mended = joints.copy()
    mended[:, 22:49] = joints[:, 25:52]
    return mended


def _wrong_joints(offsets: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(52,) joints whose offset moves within the clip: a bone does not stretch."""
    spread = np.linalg.norm(offsets - np.median(offsets, axis=0), axis=-1).max(axis=0)
    length = np.linalg.norm(np.median(offsets, axis=0), axis=-1)
    # No bone of an adult is longer than 0.7 m: catches a wrong skeleton in clips too short or still to stretch.
    return (spread > CONSISTENT) | (length > 0.7)


def _from_other_side(offsets: NDArray[np.float64], wrong: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Replace wrong offsets by the mirror image (x -> -x) of the other side where that one is right."""
    mended, replaced = offsets.copy(), np.zeros(NUM_JOINTS, bool)
    for joint in np.flatnonzero(wrong):
        twin = _TWIN[joint]
        if twin != joint and not wrong[twin]:
            mended[joint] = offsets[twin] * (-1.0, 1.0, 1.0)
            replaced[joint] = True
    return mended, replaced


def _contradiction(wrong: NDArray[np.bool_], replaced: NDArray[np.bool_]) -> Notice:
    names = ", ".join(JOINT_NAMES[j] for j in np.flatnonzero(wrong))
    how = "taken from the other side" if replaced[wrong].all() else "set to their median where the other side is wrong too"
    text = f"Bones change length within the clip ({names}); their rest offsets were {how}."
    return Notice("inconsistent-skeleton", text, "positions")


def _twin_of(name: str) -> int:
    for side, other in (("left_", "right_"), ("right_", "left_")):
        if name.startswith(side):
            return JOINT_NAMES.index(other + name.removeprefix(side))
    return JOINT_NAMES.index(name)


_TWIN: Final = np.array([_twin_of(name) for name in JOINT_NAMES], np.intp)
