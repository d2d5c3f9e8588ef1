"""Forward kinematics of the 22 body joints and what moving each of them does to a point."""

from dataclasses import dataclass

import numpy as np

from interact_core.clip.skeleton import NUM_BODY_JOINTS, PARENTS
from interact_core.demo.rotation import Array, exp, hat, right_jacobian

BODY_PARENTS = np.array(PARENTS[:NUM_BODY_JOINTS])
DIMENSIONS = 6 + 3 * (NUM_BODY_JOINTS - 1)
"""Columns of a state: root translation 3, root rotation vector 3, then 21 joint rotation vectors."""


def _ancestors() -> Array:
    chain = np.zeros((NUM_BODY_JOINTS, NUM_BODY_JOINTS))
    for j in range(NUM_BODY_JOINTS):
        k = j
        while k >= 0:
            chain[j, k] = 1.0
            k = int(BODY_PARENTS[k])
    return chain


ANCESTORS = _ancestors()
"""(22, 22): 1 where the column joint moves the row joint, itself included."""


@dataclass(frozen=True)
class Posture:
    """T frames: rotations (T, 22, 3, 3) and positions (T, 22, 3) in the world, `axes` (T, 22, 3, 3) = R Jr."""

    rotations: Array
    positions: Array
    axes: Array


def forward(state: Array, heading: Array, offsets: Array) -> Posture:
    """Pose (T, 69) states; heading (T, 3, 3) turns the root frame; offsets (22, 3) of joints from their parents, metres."""
    frames = len(state)
    vectors = state[:, 3:].reshape(frames, NUM_BODY_JOINTS, 3)
    local = exp(vectors)
    rotations = np.empty((frames, NUM_BODY_JOINTS, 3, 3))
    positions = np.empty((frames, NUM_BODY_JOINTS, 3))
    rotations[:, 0] = heading @ local[:, 0]
    positions[:, 0] = state[:, :3]
    for j in range(1, NUM_BODY_JOINTS):
        p = BODY_PARENTS[j]
        rotations[:, j] = rotations[:, p] @ local[:, j]
        positions[:, j] = positions[:, p] + rotations[:, p] @ offsets[j]
    return Posture(rotations, positions, rotations @ right_jacobian(vectors))


def point_jacobian(posture: Posture, joint: int, point: Array) -> Array:
    """d point / d state, (T, 3, 69), of points (T, 3) that ride on a joint."""
    lever = hat(posture.positions - point[:, None])
    turning = (lever @ posture.axes) * ANCESTORS[joint][None, :, None, None]
    return _columns(turning, np.eye(3))


def turn_jacobian(posture: Posture, joint: int) -> Array:
    """d (world rotation vector of a joint) / d state, (T, 3, 69)."""
    return _columns(posture.axes * ANCESTORS[joint][None, :, None, None], np.zeros((3, 3)))


def _columns(turning: Array, root: Array) -> Array:
    frames = len(turning)
    out = np.empty((frames, 3, DIMENSIONS))
    out[:, :, :3] = root
    out[:, :, 3:] = turning.transpose(0, 2, 1, 3).reshape(frames, 3, -1)
    return out


def mass_jacobian(posture: Posture, masses: Array) -> tuple[Array, Array]:
    """Centre of mass (T, 3) and its Jacobian (T, 3, 69); masses (22,) sum to 1 and sit on the joints."""
    centre = np.einsum("j,tjk->tk", masses, posture.positions)
    below = ANCESTORS * masses[:, None]
    weight = below.sum(axis=0)
    moment = np.einsum("ij,tik->tjk", below, posture.positions)
    lever = hat(weight[None, :, None] * posture.positions - moment)
    return centre, _columns(lever @ posture.axes, np.eye(3))
