"""Contact guidance as published: once, late, the predicted frames are nudged until markers and object agree.

Each of 78 entries, the markers and the object's place on the floor, has told where its nearest object point lies, in the
world (the entry plus its vector) and in the object's own frame. The nudge lowers the distance between the two.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from interact_core.generate.official.text_to_interaction import MARKERS, OBJECT, RELATION, completed

AT: Final = 50
"""The step of 1000 at which it happens."""
_LEAST: Final = 0.01
_PLACE: Final = 10.0
"""How much farther the object's place goes than everything else."""


@dataclass(frozen=True)
class ContactGuide:
    """samples (S, 3): points of the object at rest, metres."""

    samples: Tensor

    def nudged(self, clean: Tensor, variance: float) -> Tensor:
        """clean (B, 962, 1, T) one step of the gradient on."""
        with torch.enable_grad():
            markers = clean[:, MARKERS].detach().requires_grad_()
            thing = clean[:, OBJECT].detach().requires_grad_()
            energy = self.energy(markers, thing, clean[:, RELATION].detach())
            by_markers, by_thing = torch.autograd.grad(energy, (markers, thing))
        rate = max(variance, _LEAST)
        result = clean.clone()
        result[:, MARKERS] -= rate * by_markers
        pace = by_thing.new_tensor([1.0] * 6 + [_PLACE] * 3)[:, None, None]
        result[:, OBJECT] -= rate * pace * by_thing
        return completed(result)

    def energy(self, markers: Tensor, thing: Tensor, relation: Tensor) -> Tensor:
        """Summed over clips, frames and entries; markers (B, 231, 1, T), thing (B, 9, 1, T), relation (B, 468, 1, T)."""
        places = _by_frame(markers, 3)  # (B, T, 77, 3)
        pose = thing[:, :, 0].mT  # (B, T, 9)
        rotation, shift = rotations(pose[..., :6]), pose[..., 6:]
        floor = shift * shift.new_tensor([1.0, 0.0, 1.0])
        entries = torch.cat([places, floor[:, :, None]], dim=2)
        told = _by_frame(relation, 6)
        vector, canonical = told[..., :3], told[..., 3:]
        nearest = torch.cdist(canonical.reshape(-1, 3), self.samples.to(canonical)).argmin(dim=1)
        rest = self.samples.to(canonical)[nearest].reshape(canonical.shape)
        posed = rest @ rotation.mT + shift[:, :, None]
        length = vector.norm(dim=-1)
        weight = torch.softmax((length.amax(dim=-1, keepdim=True) - length) ** 4, dim=-1)
        return (weight * (entries + vector - posed).norm(dim=-1)).sum()


def _by_frame(columns: Tensor, width: int) -> Tensor:
    """(B, T, N, width) of (B, N * width, 1, T)."""
    return columns[:, :, 0].mT.unflatten(-1, (-1, width))


def rotations(rows: Tensor) -> Tensor:
    """(..., 3, 3) from the first two rows (..., 6), made orthogonal (Zhou et al. 2019)."""
    a, b = rows[..., :3], rows[..., 3:]
    first = torch.nn.functional.normalize(a, dim=-1)
    second = torch.nn.functional.normalize(b - (first * b).sum(dim=-1, keepdim=True) * first, dim=-1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-2)
