"""Some frames of a body's pose as tensors, and what an increment does to them."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from interact_core.bodies.kinematics import rotation_matrices
from interact_core.clip.skeleton import NUM_JOINTS

WIDTH: Final = 3 + 3 * NUM_JOINTS
"""Columns of an increment: translation in metres, then rotation vectors on the right of the joints' local rotations."""


@dataclass(frozen=True)
class Pose:
    """local (T, 52, 3, 3), transl (T, 3)."""

    local: Tensor
    transl: Tensor

    def __len__(self) -> int:
        return len(self.transl)

    def __getitem__(self, frames: slice | Tensor) -> "Pose":
        return Pose(self.local[frames], self.transl[frames])

    def moved(self, step: Tensor) -> "Pose":
        """After increments (T, WIDTH); differentiable in them."""
        turns: Tensor = rotation_matrices(step[:, 3:].unflatten(1, (NUM_JOINTS, 3)))
        return Pose(self.local @ turns, self.transl + step[:, :3])

    def chosen(self, other: "Pose", take: Tensor) -> "Pose":
        """The other's frames where take (T,), else these."""
        return Pose(torch.where(take[:, None, None, None], other.local, self.local),
                    torch.where(take[:, None], other.transl, self.transl))  # fmt: skip


def rotation_vectors(matrix: Tensor) -> Tensor:
    """(..., 3) of rotation matrices (..., 3, 3) below half a turn. Sine and cosine of the angle are the skew part's length
    and the trace; near half a turn the axis gets inexact, where no penalty of ours needs it."""
    m = matrix
    skew = 0.5 * torch.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], dim=-1)
    sine = torch.linalg.vector_norm(skew, dim=-1)
    cosine = 0.5 * (m.diagonal(dim1=-2, dim2=-1).sum(dim=-1) - 1)
    ratio = torch.where(sine > 1e-5, torch.atan2(sine, cosine) / sine.clamp(min=1e-5), torch.ones_like(sine))
    return skew * ratio[..., None]
