"""What stays the same while a clip is refined: body, distance grids, sample points, which frames an object is missing in."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.bodies.bones import Bones, bones_of
from interact_core.bodies.library import BodyChoice
from interact_core.bodies.points import PointPoser
from interact_core.clip import BodyMotion, Clip, Mesh, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.geometry.grid_cache import load_or_build_grid
from interact_core.geometry.walls import Walls
from interact_core.jobs.context import JobContext
from interact_core.refine.body_limits import BodyLimits
from interact_core.refine.distance import PartField
from interact_core.refine.samples import Samples, samples_of
from interact_core.refine.self_contact import SelfContact
from interact_core.refine.state import Groups, groups_of

_DIRECTIONS: Final = 48
_LEAVES: Final = (
    "head", "left_foot", "right_foot",
    *(f"{side}_{finger}3" for side in ("left", "right") for finger in ("index", "middle", "pinky", "ring", "thumb")),
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """`supports` (K, 48, 3) are the outermost points of parts; `leaf_ids` are skin
    vertices at the far end of bones that carry no further joint: what makes their turns count. `walls` are the triangles of thin
    parts, None of others; `bones` what the skin lies around, None where no part is thin."""

    clip: Clip
    choice: BodyChoice
    device: str
    dtype: torch.dtype
    groups: Groups
    parts: tuple[ObjectPart, ...]
    fields: tuple[PartField, ...]
    corners: Tensor
    supports: Tensor
    samples: tuple[Samples, ...]
    present: Tensor
    leaf_ids: NDArray[np.intp]
    vertex_area: Tensor
    body_limits: BodyLimits
    self_contact: SelfContact
    walls: tuple[Walls | None, ...]
    bones: Bones | None

    @property
    def num_parts(self) -> int:
        return len(self.parts)

    def poser(self, ids: NDArray[np.intp]) -> PointPoser:
        return PointPoser(self.choice.bound, ids, self.clip.body, self.device, self.dtype)

    def holds(self, clip: Clip) -> bool:
        """Whether a clip has this scene's body and things, wherever they are in it."""
        theirs = _parts_of(clip)
        same = len(theirs) == len(self.parts) and clip.num_frames == self.clip.num_frames
        return same and clip.body.shape is self.clip.body.shape and all(
            a.mesh is b.mesh for a, b in zip(theirs, self.parts, strict=True)
        )  # fmt: skip

    def moved(self, clip: Clip) -> "Scene":
        """The scene of a clip that it `holds`."""
        return replace(self, clip=clip, parts=_parts_of(clip), groups=groups_of(clip, self.device, self.dtype))


def build_scene(clip: Clip, choice: BodyChoice, device: str, dtype: torch.dtype, cache_dir: Path, context: JobContext) -> Scene:
    parts = _parts_of(clip)
    fields: dict[str, PartField] = {}
    samples: dict[str, Samples] = {}
    for part in parts:
        context.checkpoint()
        if part.mesh.content_hash not in fields:
            fields[part.mesh.content_hash] = PartField(load_or_build_grid(part.mesh, cache_dir, context), device, dtype)
            samples[part.mesh.content_hash] = samples_of(part.mesh)
    walls = {part.mesh.content_hash: Walls(part.mesh) for part in parts if fields[part.mesh.content_hash].thin}
    present = np.ones((clip.num_frames, len(parts)), bool)
    for k, part in enumerate(parts):
        if part.missing is not None:
            present[:, k] = ~np.asarray(part.missing, bool)
    supports = np.array([_supports(part.mesh) for part in parts]).reshape(-1, _DIRECTIONS, 3)
    corners = np.array([_corners(part.mesh) for part in parts]).reshape(-1, 8, 3)
    return Scene(
        clip, choice, device, dtype, groups_of(clip, device, dtype), parts,
        tuple(fields[part.mesh.content_hash] for part in parts), torch.as_tensor(corners, device=device, dtype=dtype),
        torch.as_tensor(supports, device=device, dtype=dtype),
        tuple(samples[part.mesh.content_hash] for part in parts), torch.as_tensor(present, device=device),
        _leaf_ids(choice, clip.body), torch.as_tensor(_areas(choice), device=device, dtype=dtype),
        BodyLimits(choice.bound, device, dtype), SelfContact(choice.bound, device, dtype),
        tuple(walls.get(part.mesh.content_hash) for part in parts), bones_of(choice.bound) if walls else None,
    )  # fmt: skip


def _parts_of(clip: Clip) -> tuple[ObjectPart, ...]:
    return tuple(part for obj in clip.objects for part in obj.parts)


def _corners(mesh: Mesh) -> NDArray[np.float64]:
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], np.float64)


def _supports(mesh: Mesh) -> NDArray[np.float64]:
    """(_DIRECTIONS, 3) vertices that lie farthest out in evenly spread directions: what can touch the floor first."""
    k = np.arange(_DIRECTIONS) + 0.5
    polar, turn = np.arccos(1 - 2 * k / _DIRECTIONS), np.pi * (1 + np.sqrt(5)) * k  # a Fibonacci sphere
    directions = np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], axis=1)
    vertices = np.asarray(mesh.vertices, np.float64)
    return vertices[(vertices @ directions.T).argmax(axis=0)]


def _leaf_ids(choice: BodyChoice, motion: BodyMotion) -> NDArray[np.intp]:
    """Per leaf joint the vertex farthest from it among those that move with it most."""
    bound = choice.bound
    rest = np.asarray(bound.rest_vertices, np.float64)
    weights = PointPoser(bound, np.arange(len(rest)), motion).joint_weights.numpy()
    owner = weights.argmax(axis=1)
    found = []
    for name in _LEAVES:
        joint = JOINT_INDEX[name]
        own = np.flatnonzero(owner == joint)
        if len(own):
            away = np.linalg.norm(rest[own] - bound.rest_joints[joint], axis=1)
            found.append(own[int(away.argmax())])
    return np.array(found, np.intp)


def _areas(choice: BodyChoice) -> NDArray[np.float64]:
    """(V,) square metres of skin that a vertex stands for."""
    rest = np.asarray(choice.bound.rest_vertices, np.float64)
    faces = choice.model.faces
    a, b, c = (rest[faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6
    return np.asarray(np.bincount(faces.ravel(), np.repeat(area, 3), len(rest)), np.float64)
