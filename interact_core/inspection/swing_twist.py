"""Splitting a joint's rotation into a twist about its bone and the swing that turns the bone away."""

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats
from interact_core.geometry.rotations import axis_angle_to_quaternion_xyzw

Doubles = NDArray[np.float64]


def swing_twist(axis_angle: Floats, axis: Floats) -> tuple[Doubles, Doubles]:
    """Rotation vectors (T, 3) -> swing rotation vectors (T, 3) perpendicular to `axis` (3,), twist angles (T,), radians.

    rotation = swing * twist (the twist acts first); twist is in (-pi, pi].
    """
    quaternion = np.asarray(axis_angle_to_quaternion_xyzw(axis_angle), np.float64)
    quaternion = np.where(quaternion[:, 3:] < 0, -quaternion, quaternion)
    vector, scalar = quaternion[:, :3], quaternion[:, 3]
    along = vector @ axis
    length = np.hypot(along, scalar)
    sure = length > 1e-9
    cos = np.where(sure, scalar / np.where(sure, length, 1.0), 1.0)
    sin = np.where(sure, along / np.where(sure, length, 1.0), 0.0)
    # swing = rotation * conjugate(twist), with twist = (axis * sin, cos)
    swing_scalar = scalar * cos + along * sin
    swing_vector = vector * cos[:, None] - scalar[:, None] * sin[:, None] * axis - sin[:, None] * np.cross(vector, axis)
    size = np.linalg.norm(swing_vector, axis=1)
    angle = 2 * np.arctan2(size, swing_scalar)
    swing = swing_vector * (angle / np.maximum(size, 1e-12))[:, None]
    return swing, 2 * np.arctan2(sin, cos)
