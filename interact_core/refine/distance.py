"""Distance to rigid parts in torch: one look at the grid gives value and slope, so the backward pass looks no second time."""

from typing import Any

import torch
from torch import Tensor

from interact_core.geometry.object_grid import ObjectGrid


class PartField:
    """The distance grid of one part on a device. Signed, unless the part is a thin shell."""

    def __init__(self, grid: ObjectGrid, device: str, dtype: torch.dtype) -> None:
        self.thin = grid.thin_shell
        self._flat = torch.as_tensor(grid.values, device=device, dtype=dtype).reshape(-1)
        self._shape = grid.values.shape
        self._origin = torch.as_tensor(grid.lattice.origin, device=device, dtype=dtype)
        self._cell = float(grid.lattice.cell)
        y, z = self._shape[1], self._shape[2]
        corners = [(a * y + b) * z + c for a in (0, 1) for b in (0, 1) for c in (0, 1)]
        self._corners = torch.tensor(corners, device=device)
        self.low = self._origin
        self.high = self._origin + self._cell * torch.tensor([n - 1 for n in self._shape], device=device, dtype=dtype)

    def look(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Distance (P,) and gradient (P, 3) at points (P, 3) in the part's frame; beyond the box the way to it is added."""
        last = torch.tensor([n - 1 for n in self._shape], device=points.device, dtype=points.dtype)
        place = (points - self._origin) / self._cell
        inside = torch.minimum(place.clamp(min=0), last)
        corner = torch.minimum(inside.floor(), last - 1)
        part = inside - corner
        i, j, k = corner.long().unbind(-1)
        base = (i * self._shape[1] + j) * self._shape[2] + k
        c = self._flat[base[:, None] + self._corners].reshape(-1, 2, 2, 2)
        x, y, z = (part[:, n, None] for n in range(3))
        along_z = torch.lerp(c[..., 0], c[..., 1], z[..., None])
        along_y = torch.lerp(along_z[..., 0], along_z[..., 1], y)
        value = torch.lerp(along_y[:, 0], along_y[:, 1], x[:, 0])
        dx = along_y[:, 1] - along_y[:, 0]
        dy = torch.lerp(along_z[:, 0, 1] - along_z[:, 0, 0], along_z[:, 1, 1] - along_z[:, 1, 0], x[:, 0])
        rise = c[..., 1] - c[..., 0]
        rise_y = torch.lerp(rise[..., 0], rise[..., 1], y)
        dz = torch.lerp(rise_y[:, 0], rise_y[:, 1], x[:, 0])
        gradient = torch.stack([dx, dy, dz], dim=-1) / self._cell
        beyond = (place - inside) * self._cell
        length = torch.linalg.vector_norm(beyond, dim=-1)
        outside = length > 1e-6
        away = beyond / length.clamp(min=1e-6)[:, None]
        return value + length, torch.where(outside[:, None], away, gradient)

    def __call__(self, points: Tensor) -> Tensor:
        """Distance (P,), differentiable in points (P, 3)."""
        result: Tensor = _Look.apply(points, self)
        return result


class _Look(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, points: Tensor, part: PartField) -> Tensor:
        value, gradient = part.look(points.detach())
        ctx.save_for_backward(gradient)
        return value

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (gradient,) = ctx.saved_tensors
        return grad[:, None] * gradient, None
