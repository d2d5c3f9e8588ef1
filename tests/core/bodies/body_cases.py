"""Poses and an independent posing of the open body, in float64 with scipy's rotations, for the tests beside it."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from interact_core.bodies.open_body import OpenBody
from interact_core.clip import Betas, BodyMotion, Family, Gender, Shape
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS, PARENTS

Array = NDArray[np.float64]


def motion_of(
    pose: Array, *, shape: Shape | None = None, transl: Array | None = None, family: Family = "open", gender: Gender = "neutral"
) -> BodyMotion:
    """A motion from (T, 52, 3) axis-angle."""
    moved = np.zeros((len(pose), 3)) if transl is None else transl
    return BodyMotion(family, gender, shape or Betas(np.zeros(0)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], moved)


def posed(**joints: tuple[float, float, float]) -> Array:
    """(1, 52, 3) with the named joints turned by x-y-z degrees about a fixed axis vector (a rotation vector in degrees)."""
    pose = np.zeros((1, NUM_JOINTS, 3))
    for name, degrees in joints.items():
        pose[0, JOINT_INDEX[name]] = np.radians(degrees)
    return pose


def random_pose(frames: int, seed: int, spread: float = 0.5) -> Array:
    return np.random.default_rng(seed).normal(0, spread, (frames, NUM_JOINTS, 3))


def reference_joints(pose: Array, rest: Array, transl: Array) -> tuple[Rotation, Array]:
    """World rotation of each joint as a list and (52, 3) joints of one frame."""
    world: list[Rotation] = []
    place = np.zeros((NUM_JOINTS, 3))
    for joint, parent in enumerate(PARENTS):
        local = Rotation.from_rotvec(pose[joint])
        if parent < 0:
            world.append(local)
            place[joint] = rest[joint] + transl
        else:
            world.append(world[parent] * local)
            place[joint] = place[parent] + world[parent].apply(rest[joint] - rest[parent])
    return Rotation.concatenate(world), place


def reference_vertices(body: OpenBody, vertices: Array, rest: Array, pose: Array, transl: Array) -> Array:
    """One frame (V, 3) by dense blending, helpers included, written from their definition."""
    world, place = reference_joints(pose, rest, transl)
    bones = [(world[j], place[j], rest[j]) for j in range(NUM_JOINTS)]
    table = body.helpers
    for h in range(len(table)):
        joint = int(table.joint[h])
        axis = rest[table.axis_end[h]] - rest[joint]
        axis /= np.linalg.norm(axis)
        local = Rotation.from_rotvec(pose[joint])
        x, y, z, w = local.as_quat(canonical=True)
        angle = 2 * np.arctan2(np.array([x, y, z]) @ axis, w)
        twist, part = Rotation.from_rotvec(angle * axis), Rotation.from_rotvec(float(table.twist[h]) * angle * axis)
        swing_share = float(table.swing[h])
        if table.proximal[h]:
            turned = part * Rotation.from_rotvec(swing_share * (twist.inv() * local).as_rotvec())
        else:
            turned = Rotation.from_rotvec(swing_share * (local * twist.inv()).as_rotvec()) * part
        bones.append((world[PARENTS[joint]] * turned, place[joint], rest[joint]))
    result = np.zeros_like(vertices)
    for bone, (rotation, at, anchor) in enumerate(bones):
        weight = np.where(body.weight_index == bone, body.weight_value, 0).sum(1)
        chosen = weight > 0
        result[chosen] += weight[chosen, None] * (rotation.apply(vertices[chosen] - anchor) + at)
    return result
