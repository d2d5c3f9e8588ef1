"""Turns MakeHuman's A-pose into SMPL's T-pose, and places the 52 joints in the flesh the way SMPL does.

SMPL rotations drive a body sensibly only if its bones rest in SMPL's directions about pivots in SMPL's places: arms along
+-x, palms down, straight fingers, feet under the hips; hip joints close together and low, pelvis well above them, collar
bones below the shoulders. Directions and proportions below are such facts, rounded; they are compared with the rest skeletons
recovered from published OMOMO motion in tests/core/bodies.
"""

import numpy as np
from scipy.spatial.transform import Rotation

from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_JOINTS, PARENTS
from scripts.open_body.sources import Array

DIRECTIONS = {
    "hip": ("knee", (0.03, -1.0, 0.0)), "knee": ("ankle", (-0.05, -0.99, -0.07)),
    "shoulder": ("elbow", (0.985, -0.13, -0.11)), "elbow": ("wrist", (0.998, 0.03, -0.01)),
    "wrist": ("middle1", (1.0, -0.03, -0.03)),
}  # fmt: skip
"""Left side: joint -> the joint its bone leads to, and where to."""
FINGERS = {
    "index": (0.99, -0.05, 0.10), "middle": (1.0, -0.04, -0.02), "ring": (0.98, -0.05, -0.14),
    "pinky": (0.95, -0.07, -0.27), "thumb": (0.78, -0.32, 0.54),
}  # fmt: skip
COLLAR_RAISE, TOE_OUT = 12.0, 8.0
"""degrees"""


def t_pose_rotations(heads: Array) -> Array:
    """World rotations (52, 3, 3) that take the A-pose with these joints (52, 3) to the T-pose."""
    turn = np.tile(np.eye(3), (NUM_JOINTS, 1, 1))
    for joint in range(1, NUM_JOINTS):
        parent, name = PARENTS[joint], JOINT_NAMES[joint]
        side, _, part = name.partition("_")
        if side not in ("left", "right"):
            continue
        sign = 1.0 if side == "left" else -1.0
        turn[joint] = turn[parent]
        if part == "collar":
            turn[joint] = Rotation.from_euler("z", sign * COLLAR_RAISE, degrees=True).as_matrix()
        elif part in ("ankle", "foot"):
            turn[joint] = Rotation.from_euler("y", sign * TOE_OUT, degrees=True).as_matrix()
        elif part in DIRECTIONS:
            end, direction = DIRECTIONS[part]
            bone = heads[JOINT_INDEX[f"{side}_{end}"]] - heads[joint]
            turn[joint] = _aligned(turn[parent], bone, _sided(direction, sign))
            if part == "wrist":
                turn[joint] = _palm_down(turn[joint], heads, side, _sided(direction, sign))
        elif part[:-1] in FINGERS:
            end = joint + 1 if not part.endswith("3") else None
            if end is not None:
                turn[joint] = _aligned(turn[parent], heads[end] - heads[joint], _sided(FINGERS[part[:-1]], sign))
    return turn


def _sided(direction: tuple[float, float, float], sign: float) -> Array:
    vector = np.array(direction) * [sign, 1.0, 1.0]
    return vector / np.linalg.norm(vector)


def _aligned(parent: Array, bone: Array, direction: Array) -> Array:
    """The parent's rotation followed by the shortest one that brings the bone to the direction."""
    source = parent @ bone / np.linalg.norm(bone)
    axis = np.cross(source, direction)
    sine = np.linalg.norm(axis)
    if sine < 1e-12:
        return parent
    return Rotation.from_rotvec(axis / sine * np.arctan2(sine, source @ direction)).as_matrix() @ parent


def _palm_down(turn: Array, heads: Array, side: str, axis: Array) -> Array:
    """Roll about the hand's axis until index and little finger knuckles are level."""
    across = turn @ (heads[JOINT_INDEX[f"{side}_index1"]] - heads[JOINT_INDEX[f"{side}_pinky1"]])
    across -= axis * (across @ axis)
    level = np.array([0.0, 0.0, 1.0]) - axis * axis[2]
    return _aligned(np.eye(3), across, level) @ turn


def local_axis_angle(world: Array) -> Array:
    """(52, 3) local rotation vectors of world rotations (52, 3, 3)."""
    parents = np.maximum(np.array(PARENTS), 0)
    local = np.swapaxes(world[parents], 1, 2) @ world
    local[0] = world[0]
    return Rotation.from_matrix(local).as_rotvec()


def smpl_like_joints(posed: Array, stature: float) -> Array:
    """(52, 3) pivots for SMPL rotations from the T-posed MakeHuman joints; linear, so shapes move them consistently."""
    joints = posed.copy()
    size = stature / 1.83
    for side, sign in (("left", 1.0), ("right", -1.0)):
        at = {name: JOINT_INDEX[f"{side}_{name}"] for name in ("hip", "collar", "shoulder", "foot", "ankle")}
        joints[at["hip"]] = posed[at["hip"]] * [0.57, 1, 1] + [0, -0.050 * size, -0.010 * size]
        shoulder = posed[at["shoulder"]]
        joints[at["collar"]] = [0.25 * shoulder[0], shoulder[1] - 0.062 * size, shoulder[2] + 0.012 * size]
        joints[at["ankle"]] = posed[at["ankle"]] + np.array([0.0, 0.022, 0.0]) * size
        joints[at["foot"]] = posed[at["foot"]] + np.array([sign * 0.004, 0.030, -0.010]) * size
    hips = joints[JOINT_INDEX["left_hip"]] * [0, 1, 1]
    joints[0] = hips + np.array([0, 0.105, 0.02]) * size
    neck = posed[JOINT_INDEX["neck"]]
    for name, share, back in (("spine1", 0.235, 0.030), ("spine2", 0.555, 0.030), ("spine3", 0.68, 0.015)):
        joints[JOINT_INDEX[name]] = joints[0] + share * (neck - joints[0]) - [0, 0, back * size]
    return joints
