"""Rotations on arrays with any leading shape, in double precision.

Axis-angle (..., 3) rad; quaternions (..., 4) in **xyzw** order; matrices (..., 3, 3) acting on columns, v' = R @ v.

Into matrices and quaternions by closed formulas; out of matrices by scipy's Rotation, which also finds the nearest rotation.
scipy.spatial is imported only then: it takes 0.8 s, and no clip needs it before its first picture.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.body import Floats

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

Doubles = NDArray[np.float64]


def axis_angle_to_matrix(axis_angle: Floats) -> Doubles:
    return _unit_quaternion_to_matrix(axis_angle_to_quaternion_xyzw(axis_angle))


def axis_angle_to_quaternion_xyzw(axis_angle: Floats) -> Doubles:
    turn = np.asarray(axis_angle, np.float64)
    half = np.linalg.norm(turn, axis=-1, keepdims=True) / 2
    # sin(h) / 2h, smooth through zero: numpy's sinc is sin(pi x) / (pi x).
    return np.concatenate((turn * (np.sinc(half / np.pi) / 2), np.cos(half)), axis=-1)


def matrix_to_axis_angle(matrix: Floats) -> Doubles:
    """Angles in [0, pi]; a slightly non-orthogonal matrix gives its nearest rotation."""
    return _from_matrix(matrix).as_rotvec().reshape(*matrix.shape[:-2], 3)


def matrix_to_quaternion_xyzw(matrix: Floats) -> Doubles:
    return _from_matrix(matrix).as_quat().reshape(*matrix.shape[:-2], 4)


def quaternion_xyzw_to_matrix(quaternion: Floats) -> Doubles:
    """Quaternions need not be of unit length; ValueError on one of length zero."""
    given = np.asarray(quaternion, np.float64)
    length = np.linalg.norm(given, axis=-1, keepdims=True)
    if not length.all():
        raise ValueError("a quaternion of length zero is no rotation")
    return _unit_quaternion_to_matrix(given / length)


def quaternion_xyzw_to_axis_angle(quaternion: Floats) -> Doubles:
    return (
        _rotation_class()
        .from_quat(np.asarray(quaternion, np.float64).reshape(-1, 4))
        .as_rotvec()
        .reshape(*quaternion.shape[:-1], 3)
    )


def steady_quaternions(quaternions: Doubles) -> Doubles:
    """(T, ..., 4) with neighbours in time on the same side: who interpolates or differentiates them takes the short way."""
    found = quaternions.copy()
    sides = np.where((found[1:] * found[:-1]).sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    found[1:] *= np.cumprod(sides, axis=0)
    return found


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


def _unit_quaternion_to_matrix(quaternion: Doubles) -> Doubles:
    """R = I + 2 w [u]x + 2 [u]x [u]x for the quaternion (u, w)."""
    x, y, z, w = np.moveaxis(quaternion, -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _from_matrix(matrix: Floats) -> "Rotation":
    return _rotation_class().from_matrix(np.asarray(matrix, np.float64).reshape(-1, 3, 3))


def _rotation_class() -> "type[Rotation]":
    from scipy.spatial.transform import Rotation

    return Rotation
