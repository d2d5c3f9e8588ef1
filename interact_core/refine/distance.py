"""Distance to rigid parts in torch: one look at the grid gives value and slope, so the backward pass looks no second time."""

from collections.abc import Sequence
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


def pair_distance(
    skin: Tensor, rotation: Tensor, translation: Tensor, where: tuple[Tensor, Tensor, Tensor], fields: Sequence[PartField]
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """(P,) distance of pairs, frame, part and point `where`, of skin points (T, N, 3) and parts posed by (T, K, 3, 3) and
    (T, K, 3); and (P, 3) its slope in the world, which is not differentiable."""
    result: tuple[Tensor, Tensor] = _Pairs.apply(skin, rotation, translation, where, fields)
    return result


class _Pairs(torch.autograd.Function):
    """One step from skin and parts to distances: most pairs have no say in the energy, and cost nothing on the way back."""

    @staticmethod
    def forward(
        ctx: Any, skin: Tensor, rotation: Tensor, translation: Tensor, where: tuple[Tensor, Tensor, Tensor],
        fields: Sequence[PartField],
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        frame, part, point = where
        world = skin[frame, point]
        value, slope, normal = torch.zeros_like(world[:, 0]), torch.zeros_like(world), torch.zeros_like(world)
        away = torch.zeros_like(world)
        for k, field in enumerate(fields):
            mine = torch.nonzero(part == k)[:, 0]
            turn = rotation[frame[mine], k]
            offset = world[mine] - translation[frame[mine], k]
            value[mine], local = field.look(turned(turn.mT, offset))
            slope[mine], away[mine] = local, offset
            normal[mine] = turned(turn, local)
        ctx.save_for_backward(frame, part, point, slope, normal, away)
        ctx.shapes = skin.shape, rotation.shape
        ctx.mark_non_differentiable(normal)
        return value, normal

    @staticmethod
    def backward(ctx: Any, grad: Tensor, _: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        some = torch.nonzero(grad)[:, 0]
        frame, part, point, slope, normal, away = (a[some] for a in ctx.saved_tensors)
        (frames, points, _), (_, parts, _, _) = ctx.shapes
        push = grad[some, None] * normal
        own = frame * parts + part
        skin = push.new_zeros(frames * points, 3).index_add_(0, frame * points + point, push)
        translation = push.new_zeros(frames * parts, 3).index_add_(0, own, push, alpha=-1)
        turn = (away[:, :, None] * (grad[some, None] * slope)[:, None]).flatten(1)
        rotation = push.new_zeros(frames * parts, 9).index_add_(0, own, turn)
        return skin.view(frames, points, 3), rotation.view(frames, parts, 3, 3), translation.view(frames, parts, 3), None, None


def picked(values: Tensor, frame: Tensor, item: Tensor) -> Tensor:
    """values[frame, item]; on the way back a sum over rows, which takes a fraction of what indexing's own takes."""
    return values.flatten(0, 1).index_select(0, frame * values.shape[1] + item)


def turned(turn: Tensor, vector: Tensor) -> Tensor:
    """(P, 3) of turn (P, 3, 3) and vector (P, 3); a batch of such small products takes several times as long as one."""
    x, y, z = vector.unbind(-1)
    return turn[..., 0] * x[:, None] + turn[..., 1] * y[:, None] + turn[..., 2] * z[:, None]
