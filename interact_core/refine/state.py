"""The motion being refined as tensors, and how increments move it."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.kinematics import rotation_matrices
from interact_core.clip import BodyMotion, Clip, ObjectMotion, ObjectPart
from interact_core.clip.skeleton import NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle

ROOT: Final = slice(0, 3)
"""Columns of an increment: root translation in metres,"""
TURNS: Final = slice(3, 3 + 3 * NUM_JOINTS)
"""rotation vectors on the right of the joints' local rotations, radians,"""
FIRST_OBJECT: Final = TURNS.stop
"""then per rigid group a translation and a rotation vector about the group's centre, in the world."""


@dataclass(frozen=True)
class State:
    """local (T, 52, 3, 3), transl (T, 3), part rotation (T, K, 3, 3) and translation (T, K, 3)."""

    local: Tensor
    transl: Tensor
    rotation: Tensor
    translation: Tensor

    @property
    def num_frames(self) -> int:
        return len(self.transl)

    def frames(self, where: slice) -> "State":
        return State(self.local[where], self.transl[where], self.rotation[where], self.translation[where])

    def copy(self) -> "State":
        return State(self.local.clone(), self.transl.clone(), self.rotation.clone(), self.translation.clone())

    def put(self, where: slice, other: "State", share: Tensor | None = None) -> "State":
        """A copy with `other` in the frames `where`, blended in by `share` (frames,) from 0 (self) to 1 (other)."""
        result = self.copy()
        mixed = other if share is None else blend(self.frames(where), other, share)
        result.local[where], result.transl[where] = mixed.local, mixed.transl
        result.rotation[where], result.translation[where] = mixed.rotation, mixed.translation
        return result


@dataclass(frozen=True)
class Groups:
    """Which parts move as one: `parts` per group; `owner` (K,) the group of each part; `centres` (G, 3) in the frame of a
    group's first part."""

    parts: tuple[tuple[int, ...], ...]
    owner: Tensor
    centres: Tensor

    @property
    def count(self) -> int:
        return len(self.parts)

    @property
    def width(self) -> int:
        """Columns of an increment."""
        return FIRST_OBJECT + 6 * self.count

    def world_centres(self, state: State) -> Tensor:
        """(T, G, 3)."""
        first = torch.tensor([parts[0] for parts in self.parts], dtype=torch.long, device=state.transl.device)
        return (state.rotation[:, first] @ self.centres[None, ..., None])[..., 0] + state.translation[:, first]


def moved(state: State, groups: Groups, step: Tensor) -> State:
    """The state after increments (T, width); differentiable in them."""
    count = state.num_frames
    turns: Tensor = rotation_matrices(step[:, TURNS].reshape(count, NUM_JOINTS, 3))
    local = state.local @ turns
    transl = state.transl + step[:, ROOT]
    if not groups.count:
        return State(local, transl, state.rotation, state.translation)
    blocks = step[:, FIRST_OBJECT:].reshape(count, groups.count, 6)[:, groups.owner]
    turn: Tensor = rotation_matrices(blocks[..., 3:])
    centre = groups.world_centres(state)[:, groups.owner]
    around = (turn @ (state.translation - centre)[..., None])[..., 0]
    return State(local, transl, turn @ state.rotation, around + centre + blocks[..., :3])


def blend(a: State, b: State, share: Tensor) -> State:
    """Between two states: rotations on the shortest way, positions straight. share (T,) 0 gives a, 1 gives b."""
    s = share[:, None]
    return State(
        turn_between(a.local, b.local, s), torch.lerp(a.transl, b.transl, s),
        turn_between(a.rotation, b.rotation, s), torch.lerp(a.translation, b.translation, s[..., None]),
    )  # fmt: skip


def turn_between(a: Tensor, b: Tensor, share: Tensor) -> Tensor:
    """(..., 3, 3) a times the fraction `share` (...) of the turn from a to b."""
    if a.numel() == 0:
        return a
    between = rotation_vectors(a.transpose(-1, -2) @ b)
    result: Tensor = a @ rotation_matrices(between * share[..., None])
    return result


def rotation_vectors(matrix: Tensor) -> Tensor:
    """(..., 3) of rotation matrices, by scipy in double precision: exact near half a turn too; not differentiable."""
    vectors = matrix_to_axis_angle(matrix.detach().cpu().double().numpy())
    return torch.as_tensor(vectors, device=matrix.device, dtype=matrix.dtype)


def groups_of(clip: Clip, device: str, dtype: torch.dtype) -> Groups:
    """A part with a parent moves with it, hinge and all; parts without one are on their own."""
    parts: list[list[int]] = []
    centres: list[np.ndarray] = []
    k = 0
    for obj in clip.objects:
        group_of: dict[str, int] = {}
        for part in obj.parts:
            if part.parent in group_of:
                group = group_of[part.parent]
                parts[group].append(k)
            else:
                group = len(parts)
                parts.append([k])
                vertices = np.asarray(part.mesh.vertices, np.float64)
                centres.append((vertices.min(axis=0) + vertices.max(axis=0)) / 2)
            group_of[part.name] = group
            k += 1
    owner = np.zeros(k, np.int64)
    for group, members in enumerate(parts):
        owner[members] = group
    return Groups(
        tuple(tuple(members) for members in parts), torch.as_tensor(owner, device=device),
        torch.as_tensor(np.array(centres).reshape(-1, 3), device=device, dtype=dtype),
    )  # fmt: skip


def state_of(clip: Clip, device: str, dtype: torch.dtype) -> State:
    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(np.ascontiguousarray(values), device=device, dtype=dtype)

    parts = [part for obj in clip.objects for part in obj.parts]
    count = clip.num_frames
    rotation = np.stack([np.asarray(p.rotation, np.float64) for p in parts], 1) if parts else np.zeros((count, 0, 3, 3))
    translation = np.stack([np.asarray(p.translation, np.float64) for p in parts], 1) if parts else np.zeros((count, 0, 3))
    local = axis_angle_to_matrix(np.asarray(clip.body.full_pose(), np.float64))
    return State(tensor(local), tensor(clip.body.transl), tensor(rotation), tensor(translation))


def clip_of(clip: Clip, state: State, changed: np.ndarray | None = None) -> Clip:
    """The clip with this motion. Frames that `changed` (T,) leaves out keep the very numbers they had."""
    keep = np.ones(clip.num_frames, bool) if changed is None else changed
    pose = matrix_to_axis_angle(state.local.cpu().double().numpy())
    before = np.asarray(clip.body.full_pose(), np.float64)
    pose = _near(pose, before)
    pose[~keep] = before[~keep]
    transl = np.where(keep[:, None], state.transl.cpu().double().numpy(), clip.body.transl)
    body: BodyMotion = replace(
        clip.body, global_orient=pose[:, 0], body_pose=pose[:, 1:NUM_BODY_JOINTS],
        left_hand_pose=pose[:, NUM_BODY_JOINTS : NUM_BODY_JOINTS + 15], right_hand_pose=pose[:, NUM_BODY_JOINTS + 15 :],
        transl=transl,
    )  # fmt: skip
    objects, k = [], 0
    for obj in clip.objects:
        parts: list[ObjectPart] = []
        for part in obj.parts:
            rotation = np.where(keep[:, None, None], state.rotation[:, k].cpu().double().numpy(), part.rotation)
            translation = np.where(keep[:, None], state.translation[:, k].cpu().double().numpy(), part.translation)
            parts.append(replace(part, rotation=rotation, translation=translation))
            k += 1
        objects.append(ObjectMotion(obj.name, tuple(parts)))
    return replace(clip, body=body, objects=tuple(objects), recorded_joints=None)


def _near(vectors: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Of the rotation vectors that mean the same turn, the one nearest to the input's, which may exceed half a turn."""
    angle = np.linalg.norm(vectors, axis=-1, keepdims=True)
    axis = vectors / np.maximum(angle, 1e-12)
    wanted = np.sum(before * axis, axis=-1, keepdims=True)
    turns = np.round((wanted - angle) / (2 * np.pi))
    return np.where(angle > 1e-9, axis * (angle + 2 * np.pi * turns), vectors)
