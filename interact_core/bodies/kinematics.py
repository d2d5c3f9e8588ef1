"""Forward kinematics of the 52 joints: the same lines in numpy and in torch, on CPU and CUDA."""

from functools import cache
from math import pi

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.arrays import Array, like, namespace
from interact_core.clip.skeleton import NUM_JOINTS, PARENTS


@cache
def depth_levels() -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]:
    """(joints, their parents) per depth below the root, so that a pose takes 9 small products instead of 51."""
    depth = np.zeros(NUM_JOINTS, int)
    for joint in range(1, NUM_JOINTS):
        depth[joint] = depth[PARENTS[joint]] + 1
    parents = np.array(PARENTS)
    groups = [np.flatnonzero(depth == k) for k in range(1, depth.max() + 1)]
    return tuple((group, parents[group]) for group in groups)


def rotation_matrices(axis_angle: Array) -> Array:
    """(..., 3) rotation vectors to (..., 3, 3), Rodrigues' formula; exact at zero."""
    xp = namespace(axis_angle)
    angle = xp.linalg.vector_norm(axis_angle, axis=-1)[..., None, None]
    x, y, z = axis_angle[..., 0], axis_angle[..., 1], axis_angle[..., 2]
    o = xp.zeros_like(x)
    cross = xp.reshape(xp.stack([o, -z, y, z, o, -x, -y, x, o], axis=-1), (*x.shape, 3, 3))
    sine = xp.sinc(angle / pi)
    versine = 0.5 * xp.sinc(angle / (2 * pi)) ** 2  # (1 - cos a) / a^2 without the cancellation
    return _identity(axis_angle) + sine * cross + versine * (cross @ cross)


def _identity(x: Array) -> Array:
    eye = like(np.eye(3), x)
    return namespace(x).astype(eye, x.dtype)


def forward(local: Array, rest_joints: Array, transl: Array) -> tuple[Array, Array]:
    """World rotations (T, 52, 3, 3) and joints (T, 52, 3) from local rotations, rest joints (52, 3) and transl (T, 3)."""
    xp = namespace(local)
    rotation = xp.empty_like(local)
    joints = xp.empty_like(local[..., 0])
    rotation[:, 0] = local[:, 0]
    joints[:, 0] = rest_joints[0] + transl
    for group, parents in depth_levels():
        rotation[:, group] = rotation[:, parents] @ local[:, group]
        offset = rest_joints[group] - rest_joints[parents]
        joints[:, group] = joints[:, parents] + (rotation[:, parents] @ offset[None, ..., None])[..., 0]
    return rotation, joints
