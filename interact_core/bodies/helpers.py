"""Helper joints: what keeps skin full where linear blending would pinch it.

Blending two rotations that differ by an angle shrinks a cross-section by up to cos(angle / 2). A helper joint sits at
a real joint and turns only part of the way, so the skin blends through several small angles. Each takes its rotation
from one real joint, split into a twist about a bone axis and the remaining swing, and scales both. The pose itself
still has exactly the 52 shared joints; helpers follow from it.

Twist about an axis a of a unit quaternion (w, v): angle = 2 atan2(v . a, w) (swing-twist decomposition).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.arrays import Array, like, namespace
from interact_core.bodies.kinematics import rotation_matrices
from interact_core.clip import Floats
from interact_core.clip.skeleton import PARENTS


@dataclass(frozen=True)
class HelperTable:
    """H helpers: the joint they follow (H,), its far end (H,), whether the twist comes first seen from the parent, fractions.

    A `proximal` helper lives on the parent's bone (the forearm follows the wrist's twist): local = twist^f swing^g.
    A distal one lives on the joint's own bone (the upper arm): local = swing^g twist^f.
    `axis_end` is the other end of the bone whose axis is meant.
    """

    joint: NDArray[np.intp]
    axis_end: NDArray[np.intp]
    proximal: NDArray[np.bool_]
    twist: NDArray[np.float32]
    swing: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.joint)

    def axes(self, rest_joints: Floats) -> NDArray[np.float32]:
        """(H, 3) unit bone axes in the rest pose."""
        direction = np.asarray(rest_joints[self.axis_end] - rest_joints[self.joint], np.float64)
        length = np.linalg.norm(direction, axis=1, keepdims=True)
        return (direction / np.maximum(length, 1e-9)).astype(np.float32)

    def parents(self) -> NDArray[np.intp]:
        return np.array(PARENTS, np.intp)[self.joint]


def helper_rotations(local: Array, world: Array, table: HelperTable, axes: Array) -> Array:
    """World rotations (T, H, 3, 3) of helpers from the joints' local and world rotations (T, 52, 3, 3)."""
    xp = namespace(local)
    whole = local[:, table.joint]
    twist_angle = _twist_angle(whole, axes)
    fraction = like(table.twist, local)
    proximal = like(table.proximal, local)[:, None, None]
    untwist = rotation_matrices(-twist_angle[..., None] * axes)
    partial_twist = rotation_matrices((fraction * twist_angle)[..., None] * axes)
    swing = xp.where(proximal, untwist @ whole, whole @ untwist)
    partial_swing = _power(swing, like(table.swing, local))
    turned = xp.where(proximal, partial_twist @ partial_swing, partial_swing @ partial_twist)
    return world[:, table.parents()] @ turned


def _twist_angle(rotation: Array, axes: Array) -> Array:
    """(T, H) radians in [-pi, pi]. With q = (w, v): 4 w v is the matrix's skew part, 4 w^2 is 1 + trace."""
    xp = namespace(rotation)
    along = xp.sum(_skew(rotation) * axes, axis=-1)
    trace = rotation[..., 0, 0] + rotation[..., 1, 1] + rotation[..., 2, 2]
    return 2 * xp.atan2(along, xp.clip(1 + trace, 1e-9, None))


def _skew(rotation: Array) -> Array:
    xp = namespace(rotation)
    return xp.stack(
        [rotation[..., 2, 1] - rotation[..., 1, 2], rotation[..., 0, 2] - rotation[..., 2, 0],
         rotation[..., 1, 0] - rotation[..., 0, 1]], axis=-1,
    )  # fmt: skip


def _power(rotation: Array, exponent: Array) -> Array:
    """rotation (T, H, 3, 3) taken the fraction `exponent` (H,) of its way; a swing never reaches half a turn in practice."""
    xp = namespace(rotation)
    skew = _skew(rotation)
    sine = 0.5 * xp.linalg.vector_norm(skew, axis=-1)
    cosine = 0.5 * (rotation[..., 0, 0] + rotation[..., 1, 1] + rotation[..., 2, 2] - 1)
    angle = xp.atan2(sine, cosine)
    scale = xp.where(sine > 1e-6, 0.5 * angle / xp.clip(sine, 1e-6, None), xp.full_like(sine, 0.5))
    return rotation_matrices(skew * (scale * exponent)[..., None])
