"""Trilinear look-up of a distance grid in torch, differentiable, the same on CPU and CUDA."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def sample_grid(
    values: NDArray[np.float32], origin: NDArray[np.float64], cell: float, points: "torch.Tensor"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Distance (...) and gradient (..., 3) at points (..., 3); see ObjectGrid.sample for what happens outside the box."""
    import torch

    grid = torch.as_tensor(values, device=points.device, dtype=points.dtype)
    low = torch.as_tensor(origin, device=points.device, dtype=points.dtype)
    last = torch.tensor(grid.shape, device=points.device, dtype=points.dtype) - 1
    place = (points - low) / cell
    inside = torch.minimum(place.clamp(min=0), last)
    corner = torch.minimum(inside.detach().floor(), last - 1)
    value, slope = _trilinear(grid.reshape(-1), grid.shape, corner.long(), inside - corner)
    gradient = slope / cell
    beyond = (place - inside) * cell
    outside = torch.linalg.vector_norm(beyond.detach(), dim=-1) > 1e-6
    steep = torch.linalg.vector_norm(gradient.detach(), dim=-1)
    foot = gradient.detach() * (value / steep.clamp(min=1e-6))[..., None]
    straight = ((steep - 1).abs() <= 0.02)[..., None]
    reach = torch.where(outside[..., None], beyond + torch.where(straight, foot, torch.zeros_like(foot)), torch.ones_like(foot))
    length = torch.linalg.vector_norm(reach, dim=-1)
    far = torch.where(straight[..., 0], length, value + length)
    away = reach / length[..., None]
    return torch.where(outside, far, value), torch.where(outside[..., None], away, gradient)


def _trilinear(
    flat: "torch.Tensor", shape: "torch.Size", corner: "torch.Tensor", part: "torch.Tensor"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Value and derivative per cell, from the eight corner values."""
    import torch

    base = (corner[..., 0] * shape[1] + corner[..., 1]) * shape[2] + corner[..., 2]
    step = (shape[1] * shape[2], shape[2], 1)
    c = [[[flat[base + a * step[0] + b * step[1] + d] for d in (0, 1)] for b in (0, 1)] for a in (0, 1)]
    x, y, z = part.unbind(-1)
    along_z = [[torch.lerp(c[a][b][0], c[a][b][1], z) for b in (0, 1)] for a in (0, 1)]
    near, far = (torch.lerp(along_z[a][0], along_z[a][1], y) for a in (0, 1))
    dx = far - near
    dy = torch.lerp(along_z[0][1] - along_z[0][0], along_z[1][1] - along_z[1][0], x)
    rise = [[c[a][b][1] - c[a][b][0] for b in (0, 1)] for a in (0, 1)]
    dz = torch.lerp(torch.lerp(rise[0][0], rise[0][1], y), torch.lerp(rise[1][0], rise[1][1], y), x)
    return torch.lerp(near, far, x), torch.stack([dx, dy, dz], dim=-1)
