"""Rotations on arrays with any leading shape, in double precision: thin over scipy.spatial.transform.Rotation.

Axis-angle (..., 3) rad; quaternions (..., 4) in **xyzw** order; matrices (..., 3, 3) acting on columns, v' = R @ v.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from interact_core.clip.body import Floats

Doubles = NDArray[np.float64]


def axis_angle_to_matrix(axis_angle: Floats) -> Doubles:
    return _from_axis_angle(axis_angle).as_matrix().reshape(*axis_angle.shape[:-1], 3, 3)


def axis_angle_to_quaternion_xyzw(axis_angle: Floats) -> Doubles:
    return _from_axis_angle(axis_angle).as_quat().reshape(*axis_angle.shape[:-1], 4)


def matrix_to_axis_angle(matrix: Floats) -> Doubles:
    """Angles in [0, pi]; a slightly non-orthogonal matrix gives its nearest rotation."""
    return _from_matrix(matrix).as_rotvec().reshape(*matrix.shape[:-2], 3)


def matrix_to_quaternion_xyzw(matrix: Floats) -> Doubles:
    return _from_matrix(matrix).as_quat().reshape(*matrix.shape[:-2], 4)


def quaternion_xyzw_to_matrix(quaternion: Floats) -> Doubles:
    """Quaternions need not be of unit length; ValueError on one of length zero."""
    return _from_quaternion(quaternion).as_matrix().reshape(*quaternion.shape[:-1], 3, 3)


def quaternion_xyzw_to_axis_angle(quaternion: Floats) -> Doubles:
    return _from_quaternion(quaternion).as_rotvec().reshape(*quaternion.shape[:-1], 3)


def matrix_to_rotation_6d(matrix: Floats) -> Doubles:
    """(..., 6): the first two **rows** of R, row by row, as InterAct writes them (not the two-column form)."""
    return np.asarray(matrix, np.float64)[..., :2, :].reshape(*matrix.shape[:-2], 6)


def rotation_6d_to_matrix(rotation: Floats) -> Doubles:
    """Gram-Schmidt on the two rows (Zhou et al. 2019, "On the Continuity of Rotation Representations")."""
    rows = np.asarray(rotation, np.float64).reshape(*rotation.shape[:-1], 2, 3)
    first = _unit(rows[..., 0, :])
    second = _unit(rows[..., 1, :] - np.sum(first * rows[..., 1, :], axis=-1, keepdims=True) * first)
    return np.stack((first, second, np.cross(first, second)), axis=-2)


def rotation_angle(a: Floats, b: Floats) -> Doubles:
    """Geodesic angle (...) rad between two stacks of matrices, accurate near 0 and near pi."""
    relative = np.matmul(np.swapaxes(np.asarray(a, np.float64), -1, -2), b)
    return _from_matrix(relative).magnitude().reshape(relative.shape[:-2])


def local_to_global(local: Floats, parents: Sequence[int]) -> Doubles:
    """World matrices (..., J, 3, 3) of joints given relative to their parents; a parent comes before its children."""
    world = np.array(local, np.float64)
    for joint, parent in enumerate(parents):
        if parent >= 0:
            world[..., joint, :, :] = world[..., parent, :, :] @ world[..., joint, :, :]
    return world


def global_to_local(world: Floats, parents: Sequence[int]) -> Doubles:
    """Inverse of :func:`local_to_global`; roots keep their world rotation."""
    local = np.array(world, np.float64)
    turns = local.copy()
    children = np.array([j for j, p in enumerate(parents) if p >= 0], np.intp)
    above = np.array([p for p in parents if p >= 0], np.intp)
    local[..., children, :, :] = np.swapaxes(turns[..., above, :, :], -1, -2) @ turns[..., children, :, :]
    return local


def _unit(v: Doubles) -> Doubles:
    return np.asarray(v / np.linalg.norm(v, axis=-1, keepdims=True), np.float64)


def _from_axis_angle(axis_angle: Floats) -> Rotation:
    return Rotation.from_rotvec(np.asarray(axis_angle, np.float64).reshape(-1, 3))


def _from_matrix(matrix: Floats) -> Rotation:
    return Rotation.from_matrix(np.asarray(matrix, np.float64).reshape(-1, 3, 3))


def _from_quaternion(quaternion: Floats) -> Rotation:
    return Rotation.from_quat(np.asarray(quaternion, np.float64).reshape(-1, 4))
