"""Symmetric positive definite systems in which a frame is coupled to the next two: Cholesky, two frames a block."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Banded:
    """near (T, n, n) a frame with itself, one (T, n, n) with the next, two (T, n, n) with the one after that.

    Rows past the end of `one` and `two` are ignored. The lower half follows by symmetry.
    """

    near: Tensor
    one: Tensor
    two: Tensor

    @staticmethod
    def zeros(frames: int, width: int, like: Tensor) -> "Banded":
        return Banded(*(torch.zeros(frames, width, width, device=like.device, dtype=like.dtype) for _ in range(3)))

    def diagonal(self) -> Tensor:
        """(T, n)."""
        return self.near.diagonal(dim1=-2, dim2=-1)


def solve(matrix: Banded, right: Tensor, damping: Tensor, checkpoint: Callable[[], None]) -> Tensor | None:
    """x (T, n) of (matrix + diag(damping)) x = right (T, n); None where that is not positive definite."""
    frames, width = right.shape
    scale = (matrix.diagonal() + damping).clamp(min=1e-20).rsqrt()
    blocks = -(-frames // 2)
    total = 2 * blocks
    near, one, two = (_padded(m, total) for m in (matrix.near, matrix.one, matrix.two))
    s = _padded(scale, total)
    diagonal = torch.arange(width, device=right.device)
    near = near * s[:, :, None] * s[:, None, :]
    # With this scaling the diagonal is one, and rounding errors stay below what is added here.
    near[:, diagonal, diagonal] = 1.0 + 100 * torch.finfo(near.dtype).eps
    one[:-1] *= s[:-1, :, None] * s[1:, None, :]
    two[:-2] *= s[:-2, :, None] * s[2:, None, :]
    one[frames - 1 :] = 0
    two[max(frames - 2, 0) :] = 0
    wanted = _padded(right * scale, total).reshape(blocks, 2 * width, 1)
    solution = _sweep(near, one, two, wanted, checkpoint)
    return None if solution is None else solution.reshape(total, width)[:frames] * scale


def _padded(values: Tensor, total: int) -> Tensor:
    result = torch.zeros(total, *values.shape[1:], device=values.device, dtype=values.dtype)
    result[: len(values)] = values
    return result


def _sweep(near: Tensor, one: Tensor, two: Tensor, right: Tensor, checkpoint: Callable[[], None]) -> Tensor | None:
    blocks, width = len(right), near.shape[1]
    factors: list[Tensor] = []
    links: list[Tensor] = []
    forward: list[Tensor] = []
    for k in range(blocks):
        if k % 8 == 0:
            checkpoint()
        block = torch.zeros(2 * width, 2 * width, device=near.device, dtype=near.dtype)
        block[:width, :width], block[width:, width:] = near[2 * k], near[2 * k + 1]
        block[:width, width:], block[width:, :width] = one[2 * k], one[2 * k].T
        value = right[k]
        if k:
            block = torch.addmm(block, links[-1].T, links[-1], alpha=-1)
            value = value - links[-1].T @ forward[-1]
        factor, info = torch.linalg.cholesky_ex(block)
        if int(info) != 0:
            return None
        factors.append(factor)
        forward.append(torch.linalg.solve_triangular(factor, value, upper=False))
        if k + 1 < blocks:
            link = torch.zeros_like(block)
            link[:width, :width], link[width:, :width], link[width:, width:] = two[2 * k], one[2 * k + 1], two[2 * k + 1]
            links.append(torch.linalg.solve_triangular(factor, link, upper=False))
    return _backward(factors, links, forward)


def _backward(factors: list[Tensor], links: list[Tensor], forward: list[Tensor]) -> Tensor:
    found: list[Tensor] = []
    for k in reversed(range(len(factors))):
        value = forward[k] if not found else forward[k] - links[k] @ found[-1]
        found.append(torch.linalg.solve_triangular(factors[k].T, value, upper=True))
    return torch.stack(found[::-1])
