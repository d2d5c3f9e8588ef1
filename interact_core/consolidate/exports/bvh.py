"""BVH: the 52 joints as a hierarchy, the root with its place, every joint with three angles.

Metres, +Y up, T-pose at rest, rotations in the order Z, X, Y (intrinsic). The form has no objects and no skin.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, MUJOCO_ORDER, PARENTS

Doubles = NDArray[np.float64]
_TURNS: Final = "Zrotation Xrotation Yrotation"
_ORDER: Final = "ZXY"
_TOES: Final = ("left_foot", "right_foot")
_TIP: Final = 0.6
"""Of the last finger bone: how long the end site behind it is."""


def bvh_text(motion: BodyMotion, rest_joints: NDArray[np.floating], fps: float) -> str:
    """`rest_joints` (52, 3) are the body's on which the motion is shown."""
    rest = np.asarray(rest_joints, np.float64)
    lines = ["HIERARCHY", *_joint(0, rest, ""), "MOTION", f"Frames: {motion.num_frames}", f"Frame Time: {1 / fps:.9f}"]
    return "\n".join([*lines, *_rows(motion, rest)]) + "\n"


def _joint(joint: int, rest: Doubles, indent: str) -> list[str]:
    offset = rest[joint] - rest[PARENTS[joint]] if joint else np.zeros(3)
    inner = indent + "\t"
    places = "Xposition Yposition Zposition " if joint == 0 else ""
    lines = [
        f"{indent}{'JOINT' if joint else 'ROOT'} {JOINT_NAMES[joint]}", f"{indent}{{", f"{inner}OFFSET {_numbers(offset)}",
        f"{inner}CHANNELS {6 if joint == 0 else 3} {places}{_TURNS}",
    ]  # fmt: skip
    children = [k for k in MUJOCO_ORDER if PARENTS[k] == joint]
    for child in children:
        lines += _joint(child, rest, inner)
    if not children:
        lines += [f"{inner}End Site", f"{inner}{{", f"{inner}\tOFFSET {_numbers(_end(joint, rest))}", f"{inner}}}"]
    return [*lines, f"{indent}}}"]


def _end(joint: int, rest: Doubles) -> Doubles:
    """Where a bone without a child ends: toes and head by the size of a person, fingers go on as the bone before."""
    if JOINT_NAMES[joint] in _TOES:
        return np.array([0.0, 0.0, 0.08])
    if joint == JOINT_INDEX["head"]:
        return np.array([0.0, 0.18, 0.0])
    found: Doubles = _TIP * (rest[joint] - rest[PARENTS[joint]])
    return found


def _rows(motion: BodyMotion, rest: Doubles) -> list[str]:
    from scipy.spatial.transform import Rotation

    order = list(MUJOCO_ORDER)
    pose = np.asarray(motion.full_pose(), np.float64)[:, order]
    angles = Rotation.from_rotvec(pose.reshape(-1, 3)).as_euler(_ORDER, degrees=True).reshape(len(pose), -1)
    places = np.asarray(motion.transl, np.float64) + rest[0]
    return [_numbers(row) for row in np.concatenate([places, angles], axis=1)]


def _numbers(values: Doubles) -> str:
    return " ".join(f"{value:.6f}" for value in values)
