"""Where a state's body and objects are against each other: looked up afresh between the solver's rounds.

Every vertex of the skin near a part gets its distance, and every sample point of a part near the skin gets the place of the
skin it would have to leave by. Between two surveys the solver works on the pairs found here only.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.bodies.regions import HAND_PARTS, SIDES
from interact_core.geometry.moving_mesh import MovingMesh
from interact_core.geometry.warp_runtime import worker_count
from interact_core.geometry.watched_points import EVERYWHERE, WatchedPoints
from interact_core.jobs.context import JobContext
from interact_core.refine.scene import Scene
from interact_core.refine.state import State

REACH: Final = 0.15
"""Metres from a part within which distances are looked up; farther ones count as infinite."""
SKIN_REACH: Final = 0.012
"""Metres before the skin from which sample points of an object are watched."""
_DEEPEST: Final = 0.06
"""Metres; deeper counts as that deep, and the next survey sees the rest."""
_NOWHERE: Final = 1e6
"""Metres away is a part in frames that it is missing in."""
_CHUNK: Final = 60
_WATCHED: Final = 16
"""Frames whose points are watched by one thread before it looks whether it is to stop."""


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
    """Makes surveys of one scene; keeps the poser of the whole skin, and for each thread the search tree over it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._poser = scene.poser(np.arange(scene.choice.model.num_vertices))
        self._own = threading.local()

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
        skin = vertices.float().cpu().numpy()
        rotation = state.rotation.float().cpu().numpy()
        translation = state.translation.float().cpu().numpy().copy()
        translation[~scene.present[first : first + len(skin)].cpu().numpy()] = _NOWHERE

        def hits(start: int) -> list[_Hits]:
            context.checkpoint()
            frames = range(start, min(start + _WATCHED, len(skin)))
            return [self._hits(t, skin[t], rotation[t], translation[t]) for t in frames]

        with ThreadPoolExecutor(worker_count(), thread_name_prefix="survey") as pool:
            found = [hit for some in pool.map(hits, range(0, len(skin), _WATCHED)) for hit in some]
        frame, point, face, distance = (np.concatenate(column) for column in zip(*found, strict=True))
        if not len(frame):
            return self._no_pairs()
        return self._pairs(skin, rotation, translation, frame, point, face, distance)

    def _hits(
        self, t: int, skin: NDArray[np.float32], rotation: NDArray[np.float32], translation: NDArray[np.float32]
    ) -> "_Hits":
        """Of one frame the points in or just before the skin."""
        watched = getattr(self._own, "watched", None)
        if watched is None:
            watched = self._own.watched = self._watched_points()
        distance, face = watched.look(skin, rotation, translation, _DEEPEST, SKIN_REACH)
        ids = np.flatnonzero(face >= 0)
        return np.full(len(ids), t), ids, face[ids], distance[ids]

    def _watched_points(self) -> WatchedPoints:
        """Coarse points are tried against the whole body, fine ones against the hands."""
        model = self._scene.choice.model
        mesh = MovingMesh(model.closed_skin_faces, model.num_vertices, segments=model.regions.slices)
        present = np.unique(model.regions.slices[model.closed_skin_faces[:, 0]])
        hands = int(np.searchsorted(present, len(SIDES) * len(HAND_PARTS)))
        points = [(samples.points, np.where(samples.is_fine, hands, EVERYWHERE)) for samples in self._scene.samples]
        return WatchedPoints(mesh, points)

    @cached_property
    def _points(self) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """All parts' sample points, and whose they are."""
        samples = self._scene.samples
        owner = np.repeat(np.arange(len(samples)), [len(own.points) for own in samples])
        return np.concatenate([own.points for own in samples]), owner

    def _pairs(
        self, skin: NDArray[np.float32], rotation: NDArray[np.float32], translation: NDArray[np.float32],
        frame: NDArray[np.intp], point: NDArray[np.intp], face: NDArray[np.int32], distance: NDArray[np.float32],
    ) -> InnerPairs:  # fmt: skip
        points, owner = self._points
        place, part = points[point], owner[point]
        turn = rotation[frame, part]
        world = _turned(turn, place) + translation[frame, part]
        # Rows of all frames' skin, one after the other.
        corners = self._scene.choice.model.closed_skin_faces[face].astype(np.intp) + (frame * skin.shape[1])[:, None]
        rows = skin.reshape(-1, 3)
        a, b, c = (rows[corners[:, k]] for k in range(3))
        gaps = np.stack([_squares(corner - world) for corner in (a, b, c)])
        vertex = corners[np.arange(len(corners)), gaps.argmin(axis=0)]
        # Of points that share their nearest vertex the deepest says it all: rows are as dense as the skin, not as the part.
        key = vertex * len(self._scene.samples) + part
        order = np.lexsort((distance, key))
        first = np.ones(len(order), bool)
        first[1:] = np.diff(key[order]) != 0
        pick = np.sort(order[first])
        normal = _normals(a[pick], b[pick], c[pick])
        device, dtype = self._scene.device, self._scene.dtype
        whole = [torch.as_tensor(v[pick], device=device) for v in (frame, part, vertex - frame * skin.shape[1])]
        real = [torch.as_tensor(v, device=device, dtype=dtype) for v in (place[pick], normal, distance[pick])]
        return InnerPairs(whole[0], whole[1], real[0], whole[2], real[1], real[2])

    def _no_pairs(self) -> InnerPairs:
        device, dtype = self._scene.device, self._scene.dtype
        none = torch.zeros(0, dtype=torch.long, device=device)
        empty = torch.zeros(0, 3, device=device, dtype=dtype)
        return InnerPairs(none, none, empty, none, empty, empty[:, 0])


_Hits = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32], NDArray[np.float32]]
"""Frame, point, nearest face, distance."""


def _turned(turn: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """(P, 3) of turn (P, 3, 3) and vector (P, 3)."""
    x, y, z = (vector[:, k, None] for k in range(3))
    result: NDArray[np.float32] = turn[:, :, 0] * x + turn[:, :, 1] * y + turn[:, :, 2] * z
    return result


def _squares(way: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = way[:, 0] ** 2 + way[:, 1] ** 2 + way[:, 2] ** 2
    return result


def _normals(a: NDArray[np.float32], b: NDArray[np.float32], c: NDArray[np.float32]) -> NDArray[np.float32]:
    normal = np.cross(b - a, c - a)
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
