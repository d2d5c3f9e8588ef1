"""From sampled people to an average T-posed body and its ten main directions of variation."""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.helpers import HelperTable, helper_rotations
from interact_core.bodies.kinematics import forward, rotation_matrices
from interact_core.clip.skeleton import NUM_JOINTS
from scripts.open_body.people import sample_people, shape_of
from scripts.open_body.pose import local_axis_angle, smpl_like_joints, t_pose_rotations
from scripts.open_body.sources import Array, Sources
from scripts.open_body.topology import Skin
from scripts.open_body.weights import Helper, HelperSplit, mirrored_joints, pruned

log = logging.getLogger(__name__)
DIRECTIONS = 10


@dataclass(frozen=True)
class ShapeSpace:
    """Mean (V, 3) and joints (52, 3); directions (10, V, 3) and (10, 52, 3) per standard deviation, largest first."""

    vertices: Array
    joints: Array
    directions: Array
    joint_directions: Array
    explained: Array


def table_of(helpers: list[Helper]) -> HelperTable:
    return HelperTable(
        joint=np.array([h.joint for h in helpers]), axis_end=np.array([h.axis_end for h in helpers]),
        proximal=np.array([h.proximal for h in helpers]), twist=np.array([h.twist for h in helpers], np.float32),
        swing=np.array([h.swing for h in helpers], np.float32),
    )  # fmt: skip


@dataclass(frozen=True)
class Poser:
    """Brings any sampled base shape to T-pose on the skin, with the same smooth weights that are shipped."""

    skin: Skin
    weights: Array
    heads: list[NDArray[np.int64]]

    def t_pose(self, base: Array) -> tuple[Array, Array]:
        """Skin (V, 3) and SMPL-like joints (52, 3), pelvis at the origin, exactly symmetric."""
        import torch

        vertices = self.skin.combine @ base
        heads = np.array([base[index].mean(0) for index in self.heads])
        split = HelperSplit(self.weights, vertices, heads)
        split.split_all()
        table = table_of(split.helpers)
        pose = torch.from_numpy(local_axis_angle(t_pose_rotations(heads)))[None]
        rest = torch.from_numpy(heads)
        local = rotation_matrices(pose)
        world, joints = forward(local, rest, torch.zeros(1, 3, dtype=rest.dtype))
        turned = helper_rotations(local, world, table, torch.from_numpy(table.axes(heads).astype(float)))
        rotation = torch.cat([world, turned], dim=1)[0].numpy()
        anchor = np.concatenate([heads, heads[table.joint]])
        place = np.concatenate([joints[0].numpy(), joints[0].numpy()[table.joint]])
        posed = _skinned(vertices, split.weights, rotation, anchor, place)
        posed = 0.5 * (posed + posed[self.skin.mirror] * [-1, 1, 1])
        return _centred(posed, joints[0].numpy())


def _skinned(vertices: Array, weights: Array, rotation: Array, anchor: Array, place: Array) -> Array:
    index, value = pruned(weights)
    share = value / value.sum(1, keepdims=True)
    offset = place - np.einsum("bij,bj->bi", rotation, anchor)
    moved = np.einsum("vkij,vj->vki", rotation[index], vertices) + offset[index]
    return np.einsum("vk,vki->vi", share, moved)


def _centred(vertices: Array, posed_heads: Array) -> tuple[Array, Array]:
    joints = smpl_like_joints(posed_heads, float(np.ptp(vertices[:, 1])))
    joints = 0.5 * (joints + joints[mirrored_joints()] * [-1, 1, 1])
    return vertices - joints[0], joints - joints[0]


def shape_space(gender: str, sources: Sources, base: Array, poser: Poser, count: int, seed: int) -> ShapeSpace:
    bodies, skeletons = [], []
    for person in sample_people(gender, count, seed):
        vertices, joints = poser.t_pose(shape_of(person, sources, base))
        bodies.append(vertices.ravel())
        skeletons.append(joints.ravel())
    stature = [float(np.ptp(body.reshape(-1, 3)[:, 1])) for body in bodies]
    log.info("%s: %d bodies, stature %.3f +- %.3f m", gender, count, np.mean(stature), np.std(stature))
    return _principal(np.array(bodies), np.array(skeletons), poser.skin.faces)


def _principal(bodies: Array, skeletons: Array, faces: NDArray[np.int64]) -> ShapeSpace:
    """PCA; joints follow by regression on the (uncorrelated, unit variance) coefficients."""
    mean, joints = bodies.mean(0), skeletons.mean(0)
    u, s, vt = np.linalg.svd(bodies - mean, full_matrices=False)
    scale = np.sqrt(len(bodies) - 1)
    directions = (vt[:DIRECTIONS] * (s[:DIRECTIONS, None] / scale)).reshape(DIRECTIONS, -1, 3)
    joint_directions = (u[:, :DIRECTIONS].T @ (skeletons - joints) / scale).reshape(DIRECTIONS, NUM_JOINTS, 3)
    template = mean.reshape(-1, 3)
    for k in range(DIRECTIONS):  # the sign of a direction is free: plus is the larger body
        if _volume(template + directions[k], faces) < _volume(template - directions[k], faces):
            directions[k] *= -1
            joint_directions[k] *= -1
    return ShapeSpace(template, joints.reshape(-1, 3), directions, joint_directions, s**2 / (s**2).sum())


def _volume(vertices: Array, faces: NDArray[np.int64]) -> float:
    a, b, c = vertices[faces].transpose(1, 0, 2)
    return float(np.einsum("fi,fi->", a, np.cross(b, c)) / 6)
