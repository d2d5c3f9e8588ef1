"""What the published objective looks at: posed skin, objects as clouds of vertices, nearest vertex to vertex, sign by normal."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from torch import Tensor

from interact_core.bodies.kinematics import rotation_matrices
from interact_core.bodies.open_body import BoundOpenBody
from interact_core.bodies.skinning import skin, skinning_matrix
from interact_core.bodies.surface import vertex_normals
from interact_core.clip import Clip
from interact_core.clip.skeleton import NUM_JOINTS

SIDES: Final = ("left", "right")
_PAIRS_AT_ONCE: Final = 2**26
"""Distances computed at once on a GPU: 256 MB."""


@dataclass(frozen=True)
class Nearest:
    """Per query point (T, N): the object vertex's world place and normal (T, N, 3), detached but for the objects' pose."""

    place: Tensor
    normal: Tensor


class Scene:
    """One clip's shape and objects on a device. Objects are all parts of all objects; each keeps its own tree of vertices."""

    def __init__(self, clip: Clip, bound: BoundOpenBody, device: str) -> None:
        self.clip, self.bound, self.device = clip, bound, device
        self.parts = [part for thing in clip.objects for part in thing.parts]
        self._clouds = [np.asarray(p.mesh.vertices, np.float32)[np.unique(p.mesh.faces)] for p in self.parts]
        self.clouds = [self.tensor(cloud) for cloud in self._clouds]
        self._normals = [self.tensor(vertex_normals(p.mesh.vertices, p.mesh.faces)[np.unique(p.mesh.faces)]) for p in self.parts]
        self._memories: dict[tuple[int, int], _Memory] = {}

    def tensor(self, values: NDArray[np.generic]) -> Tensor:
        return torch.as_tensor(np.array(values), dtype=torch.float32, device=self.device)

    @cached_property
    def _trees(self) -> list[cKDTree]:
        return [cKDTree(cloud) for cloud in self._clouds]

    def skin_of(self, ids: NDArray[np.intp]) -> Tensor:
        """The skinning matrix of some vertices."""
        model = self.bound.model
        bones = NUM_JOINTS + len(model.helpers)
        return self.tensor(
            skinning_matrix(self.bound.rest_vertices[ids], model.weight_index[ids], model.weight_value[ids], bones)
        )

    def bones(self, local: Tensor, transl: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        rotation, translation, joints = self.bound.bones(local, transl)
        return rotation, translation, joints

    def object_pose(self) -> tuple[Tensor, Tensor]:
        """(T, K, 3, 3) and (T, K, 3)."""
        if not self.parts:
            return self.tensor(np.zeros((self.clip.num_frames, 0, 3, 3))), self.tensor(np.zeros((self.clip.num_frames, 0, 3)))
        return (
            self.tensor(np.stack([np.asarray(p.rotation) for p in self.parts], 1)),
            self.tensor(np.stack([np.asarray(p.translation) for p in self.parts], 1)),
        )

    def pose_tensors(self) -> tuple[Tensor, Tensor]:
        """Rotation vectors (T, 52, 3) and transl (T, 3) of the clip."""
        return self.tensor(self.clip.body.full_pose()), self.tensor(self.clip.body.transl)

    def nearest(self, points: Tensor, rotation: Tensor, translation: Tensor, wanted: Tensor | None = None) -> Nearest:
        """The nearest vertex of any part to each point (T, N, 3); differentiable in the objects' pose.

        Where `wanted` (T, N) is false any vertex will do.
        """
        with torch.no_grad():
            found = [self._in_part(points, rotation[:, k], translation[:, k], k, wanted) for k in range(len(self.parts))]
            best = torch.stack([d for d, _ in found]).argmin(dim=0)
        place, normal = torch.zeros_like(points), torch.zeros_like(points)
        for k, (_, index) in enumerate(found):
            mine = (best == k)[..., None]
            world = self.clouds[k][index] @ rotation[:, k].transpose(-1, -2) + translation[:, None, k]
            facing = self._normals[k][index] @ rotation[:, k].detach().transpose(-1, -2)
            place, normal = torch.where(mine, world, place), torch.where(mine, facing, normal)
        return Nearest(place, normal)

    def _in_part(
        self, points: Tensor, rotation: Tensor, translation: Tensor, k: int, wanted: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        local = (points - translation[:, None]) @ rotation
        if self.device != "cpu":
            return _brute_force(local, self.clouds[k])
        memory = self._memories.setdefault((k, local.shape[1]), _Memory(self._trees[k]))
        index = torch.as_tensor(memory.nearest(local.numpy(), None if wanted is None else wanted.numpy()))
        return torch.linalg.vector_norm(local - self.clouds[k][index], dim=-1), index

    def object_vertices(self, rotation: Tensor, translation: Tensor) -> Tensor:
        """(T, Vo, 3) of all parts in the world."""
        posed = [self.clouds[k] @ rotation[:, k].transpose(-1, -2) + translation[:, None, k] for k in range(len(self.parts))]
        return torch.cat(posed, dim=1)


class _Memory:
    """The nearest vertices of slowly moving points. A point that moved by less than half of what its second nearest vertex
    was farther away than its nearest still has the same nearest one; only the others are looked up again."""

    def __init__(self, tree: cKDTree) -> None:
        self._tree = tree
        self._reference = np.zeros((0, 0, 3), np.float32)
        self._index = np.zeros((0, 0), np.int64)
        self._margin = np.zeros((0, 0), np.float32)

    def nearest(self, points: NDArray[np.float32], wanted: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        if self._reference.shape != points.shape:
            self._reference = points.copy()
            self._index, self._margin = np.zeros(points.shape[:2], np.int64), np.full(points.shape[:2], -1, np.float32)
        moved = np.sqrt(((points - self._reference) ** 2).sum(axis=-1))
        stale = 2 * moved + 1e-6 >= self._margin
        if wanted is not None:
            stale &= wanted
        if stale.any():
            found = self._tree.query(points[stale], k=2, workers=torch.get_num_threads())
            distance, index = np.asarray(found[0]), np.asarray(found[1])
            index[index == self._tree.n] = 0  # a cloud of a single vertex
            self._index[stale], self._margin[stale] = index[:, 0], distance[:, 1] - distance[:, 0]
            self._reference[stale] = points[stale]
        return self._index


def _brute_force(points: Tensor, cloud: Tensor) -> tuple[Tensor, Tensor]:
    rows = max(1, _PAIRS_AT_ONCE // len(cloud))
    flat = points.reshape(-1, 3)
    found = [torch.cdist(block, cloud).min(dim=1) for block in flat.chunk(ceil(len(flat) / rows))]
    shape = points.shape[:2]
    return torch.cat([f.values for f in found]).reshape(shape), torch.cat([f.indices for f in found]).reshape(shape)


class Hands:
    """The skin of both hands: ids, side (N,) 0 left 1 right, the 32 regions as columns (N, 32), the palm side, faces."""

    def __init__(self, scene: Scene) -> None:
        model = scene.bound.model
        regions = model.regions
        groups = [regions.vertices(f"{side}_hand") for side in SIDES]
        self.ids = np.concatenate(groups)
        self.side = torch.as_tensor(np.repeat([0, 1], [len(g) for g in groups]), device=scene.device)
        self.counts = scene.tensor(np.array([len(g) for g in groups], np.float32))
        names = [name for side in SIDES for name in regions.groups[f"{side}_hand"]]
        self.regions = scene.tensor(np.stack([np.isin(self.ids, regions.vertices(name)) for name in names], axis=1))
        self.region_side = torch.as_tensor(np.repeat([0, 1], len(names) // 2), device=scene.device)
        self.inner = torch.as_tensor(regions.inner_hand[self.ids], device=scene.device)
        self.skin = scene.skin_of(self.ids)
        self.faces = self._own_faces(model.faces, scene.device)

    def _own_faces(self, faces: NDArray[np.int32], device: str) -> Tensor:
        place = np.full(int(faces.max()) + 1, -1)
        place[self.ids] = np.arange(len(self.ids))
        mine = place[faces]
        return torch.as_tensor(mine[(mine >= 0).all(axis=1)], device=device)

    def posed(self, rotation: Tensor, translation: Tensor) -> Tensor:
        """(T, N, 3)."""
        vertices: Tensor = skin(self.skin, rotation, translation)
        return vertices

    def normals(self, vertices: Tensor) -> Tensor:
        """(T, N, 3) of the vertices' area-weighted normals, not differentiated."""
        corners = vertices.detach()[:, self.faces]
        area = torch.linalg.cross(corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0])
        total = torch.zeros_like(vertices)
        for k in range(3):
            total.index_add_(1, self.faces[:, k], area)
        return torch.nn.functional.normalize(total, dim=-1)

    def per_side(self, values: Tensor, reduce: str = "amin") -> Tensor:
        """(T, 2) least or sum of values (T, N) per hand."""
        columns = [values[:, self.side == k] for k in (0, 1)]
        return torch.stack([c.amin(dim=1) if reduce == "amin" else c.sum(dim=1) for c in columns], dim=1)


def to_6d(matrix: Tensor) -> Tensor:
    """(..., 6): the first two rows."""
    return matrix[..., :2, :].flatten(-2)


def from_6d(values: Tensor) -> Tensor:
    """(..., 3, 3) by Gram-Schmidt on the two rows."""
    a, b = values[..., :3], values[..., 3:]
    first = torch.nn.functional.normalize(a, dim=-1)
    second = torch.nn.functional.normalize(b - (first * b).sum(-1, keepdim=True) * first, dim=-1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-2)


def matrices(rotation_vectors: Tensor) -> Tensor:
    result: Tensor = rotation_matrices(rotation_vectors)
    return result


def steps(values: Tensor) -> tuple[Tensor, Tensor]:
    """First and second differences along the frames."""
    first = values[1:] - values[:-1]
    return first, first[1:] - first[:-1]
