"""Nudging the predicted clean streams: hands that mean to touch touch, nothing is inside the object, feet are not in the floor.

Each inner step goes down E = sum of squared violations of a frame by E / |dE|^2 (Polyak's step), which needs no gain: it takes
half of every violation back, whatever its scale and however many points push the same object. The net is not differentiated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from interact_core.clip.skeleton import joint_array
from interact_core.generate.clips import Thing
from interact_core.generate.diffusion import kept
from interact_core.generate.motion import HANDS, RADII, Motion, body_points
from interact_core.generate.representation import STREAMS, Scales, Streams, decode
from interact_core.geometry.grid_cache import load_or_build_grid
from interact_core.geometry.object_grid import ObjectGrid
from interact_core.jobs.context import JobContext

_FEET: Final = joint_array("left_foot", "right_foot", "left_ankle", "right_ankle").tolist()
_LEAST: Final = 0.02
"""Metres over the floor of the lowest foot joint."""


class Surface(Protocol):
    """The objects of a batch."""

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Signed distance (B, N) and its direction (B, N, 3) at points (B, N, 3) in the frames of the objects' box middles."""


class GridSurface:
    """One distance grid for every clip of a batch; `middle` (3,) is the middle of the mesh's box in the mesh's frame."""

    def __init__(self, grid: ObjectGrid, middle: Tensor) -> None:
        self._grid, self._middle = grid, middle

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            return self._grid.sample(points + self._middle.to(points))


def grid_surface(thing: Thing, cache: Path, context: JobContext | None = None) -> GridSurface | None:
    """None for an object without an inside."""
    grid = load_or_build_grid(thing.mesh, cache, context)
    return None if grid.thin_shell else GridSurface(grid, torch.from_numpy(thing.box[0].astype(np.float32)))


class EachSurface:
    """One surface per row of a batch; None for an object without an inside, which everything is outside of."""

    def __init__(self, surfaces: Sequence[Surface | None]) -> None:
        self._surfaces = surfaces

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        found = [_one(surface, points[k : k + 1]) for k, surface in enumerate(self._surfaces)]
        return torch.cat([value for value, _ in found]), torch.cat([way for _, way in found])


def _one(surface: Surface | None, points: Tensor) -> tuple[Tensor, Tensor]:
    return (torch.ones_like(points[..., 0]), torch.zeros_like(points)) if surface is None else surface(points)


@dataclass(frozen=True)
class Guidance:
    """When and how much: below noise level `below`, `inner` steps, no number moved by more than `most` (scaled units) at once."""

    below: float = 0.45
    inner: int = 3
    most: float = 0.2
    contact: float = 1.0
    """Weight of hands that should touch, against depth at weight 1."""
    near: float = 0.06
    """Metres of predicted way within which a hand means to touch."""


def guided(
    clean: Streams, known: Streams, given: Streams, scales: Scales, bones: Tensor, surface: Surface, options: Guidance
) -> Streams:
    """The clean streams (scaled) after the inner steps; what is given stays as it is."""
    for _ in range(options.inner):
        free = {name: clean[name].detach().requires_grad_() for name in ("human", "object")}
        with torch.enable_grad():
            streams = {**free, "reach": clean["reach"].detach()}
            mixed = {name: kept(streams[name], known[name], given[name]) for name in STREAMS}
            energy = frame_energy(decode(scales.physical(mixed), bones), surface, options)
            grads = torch.autograd.grad(energy.sum(), list(free.values()))
        length = torch.stack([(g**2).sum(-1) for g in grads]).sum(0)
        share = (energy.detach() / length.clamp(min=1e-9))[..., None]
        moved = {}
        for (name, value), grad in zip(free.items(), grads, strict=True):
            change = (share * grad).clamp(-options.most, options.most)
            moved[name] = torch.where(given[name][..., None] > 0, value.detach(), value.detach() - change)
        clean = {**moved, "reach": clean["reach"]}
    return clean


def frame_energy(motion: Motion, surface: Surface, options: Guidance) -> Tensor:
    """(B, T) m^2: depth of POINTS, distance of hands that mean to touch, depth of feet in the floor."""
    points = body_points(motion.joints, motion.rotations)
    outside = distances(motion, points, surface)
    depth = functional.relu(outside.new_tensor(RADII) - outside) ** 2
    meant = torch.exp(-((torch.linalg.vector_norm(motion.reach[..., HANDS, :].detach(), dim=-1) / options.near) ** 2))
    apart = functional.relu(outside[..., HANDS] - 0.01) ** 2
    floor = functional.relu(_LEAST - motion.joints[..., _FEET, 1]) ** 2
    return depth.sum(-1) + options.contact * (meant * apart).sum(-1) + floor.sum(-1)


def distances(motion: Motion, points: Tensor, surface: Surface) -> Tensor:
    """(B, T, K) signed distance, differentiable through its direction."""
    b, t, k = points.shape[:3]
    local = ((points - motion.object_place[:, :, None]) @ motion.object_rotation).reshape(b, t * k, 3)
    value, way = surface(local.detach())
    return (value + ((local - local.detach()) * way).sum(-1)).reshape(b, t, k)
