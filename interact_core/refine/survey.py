"""Where a state's body and objects are against each other: looked up afresh between the solver's rounds.

Every vertex of the skin near a part gets its distance, and every sample point of a part near the skin gets the place of the
skin it would have to leave by. Between two surveys the solver works on the pairs found here only.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.geometry.moving_mesh import MovingMesh
from interact_core.geometry.warp_runtime import kernels
from interact_core.jobs.context import JobContext
from interact_core.refine.contacts import HAND_REGIONS
from interact_core.refine.scene import Scene
from interact_core.refine.state import State

REACH: Final = 0.15
"""Metres from a part within which distances are looked up; farther ones count as infinite."""
SKIN_REACH: Final = 0.012
"""Metres before the skin from which sample points of an object are watched."""
_CHUNK: Final = 60


@dataclass(frozen=True)
class Survey:
    """vertices (T, V, 3) and joints (T, 52, 3) in the world; distance per part (T, V) metres, infinite beyond REACH."""

    vertices: Tensor
    joints: Tensor
    distance: tuple[Tensor, ...]
    inner: "InnerPairs"

    @property
    def nearest(self) -> Tensor:
        """(T, V) to the nearest part."""
        if not self.distance:
            return torch.full(self.vertices.shape[:2], torch.inf, device=self.vertices.device, dtype=self.vertices.dtype)
        return torch.stack(self.distance).amin(dim=0)


@dataclass(frozen=True)
class InnerPairs:
    """Q sample points of objects in or just before the skin: frame, part, point (Q, 3) in the part's frame, the skin's
    nearest vertex, the skin's outward direction (Q, 3) there and the point's signed distance (Q,)."""

    frame: Tensor
    part: Tensor
    point: Tensor
    vertex: Tensor
    normal: Tensor
    distance: Tensor

    def __len__(self) -> int:
        return len(self.frame)


class Surveyor:
    """Makes surveys of one scene; keeps the poser of the whole skin and the search tree over it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._poser = scene.poser(np.arange(scene.choice.model.num_vertices))
        self._mesh: MovingMesh | None = None
        regions = scene.choice.model.regions
        self._hands = [own for name in HAND_REGIONS if len(own := regions.vertices(name))]

    def pose(self, state: State, context: JobContext, first: int = 0) -> tuple[Tensor, Tensor]:
        """Vertices and joints of every frame; `first` is the clip's frame that the state begins with."""
        vertices, joints = [], []
        for start in range(0, state.num_frames, _CHUNK):
            context.checkpoint()
            part = state.frames(slice(start, start + _CHUNK))
            where = slice(first + start, first + start + part.num_frames)
            with torch.no_grad():
                v, j, _ = self._poser(part.local, part.transl, where)
            vertices.append(v)
            joints.append(j)
        return torch.cat(vertices), torch.cat(joints)

    def survey(self, state: State, context: JobContext, first: int = 0, *, skin: bool = True) -> Survey:
        """`skin` False leaves out the objects' points, which take the longest."""
        vertices, joints = self.pose(state, context, first)
        distance = tuple(self._to_part(state, vertices, k, first, context) for k in range(self._scene.num_parts))
        inner = self._inner(state, vertices, first, context) if skin else self._no_pairs()
        return Survey(vertices, joints, distance, inner)

    def blind(self, state: State, context: JobContext, first: int = 0) -> Survey:
        """Where the body is, with nothing near it."""
        return Survey(*self.pose(state, context, first), (), self._no_pairs())

    def _to_part(self, state: State, vertices: Tensor, k: int, first: int, context: JobContext) -> Tensor:
        field = self._scene.fields[k]
        out = torch.full(vertices.shape[:2], torch.inf, device=vertices.device, dtype=vertices.dtype)
        low, high = field.low + 0.1 - REACH, field.high - 0.1 + REACH
        for start in range(0, len(vertices), _CHUNK):
            context.checkpoint()
            where = slice(start, start + _CHUNK)
            own = (vertices[where] - state.translation[where, k, None]) @ state.rotation[where, k]
            near = self._scene.present[first + start : first + start + len(own), k, None]
            for axis in range(3):
                near = near & (own[..., axis] > low[axis]) & (own[..., axis] < high[axis])
            some = torch.nonzero(near.flatten())[:, 0]
            value, _ = field.look(own.flatten(0, 1)[some])
            out[where].view(-1)[some] = torch.where(value < REACH, value, torch.inf)
        return out

    def _inner(self, state: State, vertices: Tensor, first: int, context: JobContext) -> InnerPairs:
        scene = self._scene
        if not scene.num_parts:
            return self._no_pairs()
        kernels("cpu")
        found: list[tuple[NDArray[np.generic], ...]] = []
        skin = vertices.float().cpu().numpy()
        faces = scene.choice.model.closed_skin_faces
        if self._mesh is None:
            self._mesh = MovingMesh(faces, scene.choice.model.num_vertices)
        rotation, translation = state.rotation.float().cpu().numpy(), state.translation.float().cpu().numpy()
        present = scene.present.cpu().numpy()
        for t in range(state.num_frames):
            if t % 8 == 0:
                context.checkpoint()
            poses = list(zip(scene.samples, rotation[t], translation[t], strict=True))
            tried = [samples.tried(self._hand_boxes(skin[t], turn, shift)) for samples, turn, shift in poses]
            points, owner = np.concatenate(tried), np.repeat(np.arange(scene.num_parts), [len(own) for own in tried])
            world = np.concatenate([own @ turn.T + shift for own, (_, turn, shift) in zip(tried, poses, strict=True)])
            near = present[first + t][owner]
            for axis in range(3):  # reducing over an axis of three costs more than three comparisons
                along = np.ascontiguousarray(skin[t, :, axis])
                near &= (world[:, axis] > along.min() - SKIN_REACH) & (world[:, axis] < along.max() + SKIN_REACH)
            if near.any():
                found += self._frame(t, world, near, points, owner, skin[t], faces)
        return self._pairs(found)

    def _hand_boxes(
        self, skin: NDArray[np.float32], rotation: NDArray[np.float32], translation: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(regions, 2, 3) where each region of the hands is in a part's frame, with what is watched around it."""
        found = np.zeros((len(self._hands), 2, 3), np.float32)
        for box, ids in zip(found, self._hands, strict=True):
            own = (skin[ids] - translation) @ rotation
            box[:] = own.min(axis=0) - SKIN_REACH, own.max(axis=0) + SKIN_REACH
        return found

    def _frame(
        self, t: int, world: NDArray[np.float32], near: NDArray[np.bool_], points: NDArray[np.float32],
        owner: NDArray[np.intp], skin: NDArray[np.float32], faces: NDArray[np.int32],
    ) -> list[tuple[NDArray[np.generic], ...]]:  # fmt: skip
        assert self._mesh is not None
        ids = np.flatnonzero(near)
        # Deeper than the cap counts as that deep, and the next survey sees the rest.
        distance = self._mesh.signed_distance(np.ascontiguousarray(world[ids]), skin, 0.06, outer=SKIN_REACH)
        face = self._mesh.nearest_faces()
        hit = (distance < SKIN_REACH) & (face >= 0)
        if not hit.any():
            return []
        ids, distance, corners = ids[hit], distance[hit], faces[face[hit]]
        normal = _face_normals(skin, corners)
        gaps = np.linalg.norm(skin[corners] - world[ids][:, None], axis=-1)
        vertex = corners[np.arange(len(ids)), gaps.argmin(axis=1)]
        # Of points that share their nearest vertex the deepest says it all: rows are as dense as the skin, not as the part.
        order = np.lexsort((ids, distance, vertex, owner[ids]))
        first = np.ones(len(order), bool)
        first[1:] = (np.diff(vertex[order]) != 0) | (np.diff(owner[ids][order]) != 0)
        pick = np.sort(order[first])
        ids = ids[pick]
        return [(np.full(len(ids), t), owner[ids], points[ids], vertex[pick], normal[pick], distance[pick])]

    def _pairs(self, found: list[tuple[NDArray[np.generic], ...]]) -> InnerPairs:
        if not found:
            return self._no_pairs()
        frame, part, point, vertex, normal, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        device, dtype = self._scene.device, self._scene.dtype
        whole = [torch.as_tensor(a.astype(np.int64), device=device) for a in (frame, part, vertex)]
        real = [torch.as_tensor(a, device=device, dtype=dtype) for a in (point, normal, distance)]
        return InnerPairs(whole[0], whole[1], real[0], whole[2], real[1], real[2])

    def _no_pairs(self) -> InnerPairs:
        device, dtype = self._scene.device, self._scene.dtype
        none = torch.zeros(0, dtype=torch.long, device=device)
        empty = torch.zeros(0, 3, device=device, dtype=dtype)
        return InnerPairs(none, none, empty, none, empty, empty[:, 0])


def _face_normals(skin: NDArray[np.float32], corners: NDArray[np.int32]) -> NDArray[np.float32]:
    a, b, c = (skin[corners[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
