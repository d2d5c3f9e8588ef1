"""Keeping hands and arms out of trunk, head, legs and each other: the spheres of the inspection's measure, soft, in torch."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.base import BoundBody
from interact_core.bodies.points import subtree
from interact_core.bodies.spheres import body_spheres
from interact_core.refine.banded import Banded
from interact_core.refine.body_limits import add_frame_rows
from interact_core.refine.state import TURNS

SAY: Final = 0.3
"""Weight of a pair: the spheres of a hand overlap, so that a finger in a thigh is counted several times."""
_WATCHED: Final = 0.02
"""Metres apart within which pairs are followed until they are looked for again."""
_FAR: Final = 10.0
_MOST_ROWS: Final = 32
_CHUNK: Final = 64


@dataclass(frozen=True)
class Close:
    """Pairs of spheres near each other: frame (N,), a (N,), b (N,) and the distance of centres that they may not go below."""

    frame: Tensor
    a: Tensor
    b: Tensor
    reach: Tensor


class SelfContact:
    """The spheres of one body."""

    def __init__(self, bound: BoundBody, device: str, dtype: torch.dtype) -> None:
        spheres = body_spheres(bound)
        self._joint = torch.as_tensor(spheres.joint, device=device)
        self._offset = torch.as_tensor(spheres.offset, device=device, dtype=dtype)
        # Pairs that may meet are as good as never near.
        reach = np.full((len(spheres.joint), len(spheres.joint)), -np.inf)
        reach[spheres.pairs[:, 0], spheres.pairs[:, 1]] = spheres.radius[spheres.pairs].sum(axis=1) - spheres.allowance
        self._reach = torch.as_tensor(reach, device=device, dtype=dtype)
        self._share = torch.as_tensor(subtree(), device=device, dtype=dtype).T[self._joint]  # (S, 52) turns with joint j

    def close(self, joints: Tensor, world: Tensor) -> Close:
        """Pairs to be followed from posed joints (T, 52, 3) and their rotations (T, 52, 3, 3)."""
        found = [torch.zeros(3, 0, dtype=torch.long, device=joints.device)]
        with torch.no_grad():
            centre = self._centres(joints, world)
            for start in range(0, len(centre), _CHUNK):
                part = centre[start : start + _CHUNK]
                frame, a, b = torch.nonzero(torch.cdist(part, part) < self._reach + _WATCHED, as_tuple=True)
                found.append(torch.stack([frame + start, a, b]))
        frame, a, b = torch.cat(found, dim=1)
        return Close(frame, a, b, self._reach[a, b])

    def _centres(self, joints: Tensor, world: Tensor) -> Tensor:
        return joints[:, self._joint] + (world[:, self._joint] @ self._offset[..., None])[..., 0]

    def _places(self, joints: Tensor, world: Tensor, frame: Tensor, sphere: Tensor) -> Tensor:
        joint = self._joint[sphere]
        return joints[frame, joint] + (world[frame, joint] @ self._offset[sphere][..., None])[..., 0]

    def units(self, joints: Tensor, world: Tensor, close: Close, tolerance: float) -> Tensor:
        """(N,) how much pairs share beyond what they may, in tolerances."""
        away = self._places(joints, world, close.frame, close.a) - self._places(joints, world, close.frame, close.b)
        return torch.relu(close.reach - (away.square().sum(dim=-1) + 1e-12).sqrt()) / tolerance

    def value(self, joints: Tensor, world: Tensor, close: Close, tolerance: float) -> Tensor:
        unit = self.units(joints, world, close, tolerance)
        return SAY * torch.where(unit <= _FAR, unit * unit, 2 * _FAR * unit - _FAR * _FAR).sum()

    def add_rows(
        self, result: Banded, joints: Tensor, world: Tensor, close: Close, tolerance: float, columns: Tensor
    ) -> None:  # fmt: skip
        """Add the Gauss-Newton blocks of pairs that share too much, over increments' `columns`; of many the deepest."""
        unit = self.units(joints, world, close, tolerance)
        kept = _deepest(unit, close.frame, len(result.near))
        if not len(kept):
            return
        frame, a, b, unit = close.frame[kept], close.a[kept], close.b[kept], unit[kept]
        first, second = (self._places(joints, world, frame, s) for s in (a, b))
        normal = torch.nn.functional.normalize(first - second, dim=-1)
        turned = self._turned(joints, world, frame, a, first, normal) - self._turned(joints, world, frame, b, second, normal)
        weight = 2 * SAY * torch.where(unit <= _FAR, torch.ones_like(unit), _FAR / unit) / tolerance**2
        rows = torch.zeros(len(frame), max(TURNS.stop, int(columns.max()) + 1), device=unit.device, dtype=unit.dtype)
        rows[:, TURNS] = turned.flatten(1)  # the root's place moves both alike
        add_frame_rows(result, frame, rows[:, columns] * weight.sqrt()[:, None])

    def _turned(self, joints: Tensor, world: Tensor, frame: Tensor, sphere: Tensor, place: Tensor, normal: Tensor) -> Tensor:
        """(N, 52, 3) how normal . place changes with every joint's turn."""
        lever = place[:, None] - joints[frame]
        cross = torch.linalg.cross(lever, normal[:, None].expand_as(lever), dim=-1)
        return (cross[:, :, None] @ world[frame])[:, :, 0] * self._share[sphere][..., None]


def _deepest(unit: Tensor, frame: Tensor, frames: int) -> Tensor:
    """Indices, in order of their frames, of at most _MOST_ROWS broken pairs of each frame."""
    broken = torch.nonzero(unit > 0)[:, 0]
    order = broken[torch.argsort(unit[broken], descending=True, stable=True)]
    order = order[torch.argsort(frame[order], stable=True)]
    first = torch.searchsorted(frame[order].contiguous(), torch.arange(frames, device=frame.device))
    rank = torch.arange(len(order), device=frame.device) - first[frame[order]]
    return order[rank < _MOST_ROWS]
