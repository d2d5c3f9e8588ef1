"""Symmetric positive definite systems in which a frame is coupled to the next two: Cholesky, frame by frame."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

_CACHED: Final = 2**17
"""Numbers of a band that are prepared at once: what stays in a processor's cache."""
_NARROW: Final = 64
"""Frames of fewer unknowns are taken several at a time: a call costs more than the numbers it works on."""


@dataclass
class Banded:
    """near (T, n, n) a frame with itself, one (T, n, n) with the next, two (T, n, n) with the one after that.

    Rows past the end of `one` and `two` are ignored. The lower half follows by symmetry. The unknowns are `apart` stretches
    of equal length that have nothing to do with each other; what stands between them is ignored.
    """

    near: Tensor
    one: Tensor
    two: Tensor
    apart: int = 1

    @staticmethod
    def zeros(frames: int, width: int, like: Tensor, apart: int = 1) -> "Banded":
        near, one, two = (torch.zeros(frames, width, width, device=like.device, dtype=like.dtype) for _ in range(3))
        return Banded(near, one, two, apart)

    def diagonal(self) -> Tensor:
        """(T, n)."""
        return self.near.diagonal(dim1=-2, dim2=-1)


def solve(matrix: Banded, right: Tensor, damping: Tensor, checkpoint: Callable[[], None]) -> Tensor | None:
    """x (T, n) of (matrix + diag(damping)) x = right (T, n); None where that is not positive definite."""
    scale = (matrix.diagonal() + damping).clamp(min=1e-20).rsqrt()
    near, one, two = (_stacked(band, matrix.apart) for band in (matrix.near, matrix.one, matrix.two))
    scale_, wanted = (v.unflatten(1, (matrix.apart, -1)).transpose(0, 1) for v in (scale, right * scale))
    group = max(1, _NARROW // near.shape[-1])
    if group > 1:
        near, one, two, scale_, wanted = _grouped(near, one, two, scale_, wanted, group)
    found = _Sweep(near, one, two, scale_, wanted).solution(checkpoint)
    if found is None:
        return None
    whole = found.unflatten(2, (group, -1)).flatten(1, 2)[:, : len(right)]
    return whole.transpose(0, 1).flatten(1) * scale


def _stacked(band: Tensor, apart: int) -> Tensor:
    """(apart, T, n / apart, n / apart), a view."""
    return band.unflatten(2, (apart, -1)).unflatten(1, (apart, -1)).diagonal(dim1=1, dim2=3).permute(3, 0, 1, 2)


def _grouped(near: Tensor, one: Tensor, two: Tensor, scale: Tensor, wanted: Tensor, group: int) -> tuple[Tensor, ...]:
    """The same system with `group` frames as one; the last ones are filled with unknowns that are zero."""
    apart, frames, width = scale.shape
    count = -(-frames // group)
    bands = near.new_zeros(2, apart, count, group, width, group, width)
    for k in range(group):
        for band, shift in ((near, 0), (one, 1), (two, 2)):
            some = band[:, k : frames - shift : group]
            there, last = divmod(k + shift, group)
            if there:
                bands[1][:, : some.shape[1], k, :, last] = some
            else:  # of a block's own numbers the lower half is read
                bands[0][:, : some.shape[1], last, :, k] = some.mT
    padded = near.new_zeros(2, apart, count * group, width)
    padded[0, :, :frames], padded[1, :, :frames] = scale, wanted
    own, next_ = bands.flatten(-2).flatten(3, 4).unbind(0)
    return own, next_, torch.zeros_like(next_), *padded.unflatten(2, (count, group)).flatten(3).unbind(0)


class _Sweep:
    """Eliminates frame after frame, those of `apart` systems at once. What a frame leaves on the next two is taken from them.

    `blocks` (n + 1, n) per frame are its own block and, last, what its right side gets; `rows` (2 n + 2, n) its coupling to
    the next, its right side, its coupling to the one after that and the right side again, so that both products a frame
    needs are of rows that lie side by side. All is scaled to a diagonal of one.
    """

    def __init__(self, near: Tensor, one: Tensor, two: Tensor, scale: Tensor, wanted: Tensor) -> None:
        self._near, self._one, self._two, self._scale, self._wanted = near, one, two, scale, wanted
        self._apart, self._frames, self._width = wanted.shape
        self._chunk = max(1, _CACHED // (self._apart * self._width**2))
        self._factors: list[Tensor] = []
        self._solved: list[Tensor] = []

    def solution(self, checkpoint: Callable[[], None]) -> Tensor | None:
        """(apart, T, n)."""
        blocks, rows = self._empty(2, 1)
        for start in range(0, self._frames, self._chunk):
            checkpoint()
            stop = min(start + self._chunk, self._frames)
            blocks, rows = self._prepared(start, stop, blocks[:, -2:], rows[:, -1:])
            for k in range(stop - start):
                if not self._eliminated(blocks, rows, k):
                    return None
        return self._backward()

    def _empty(self, blocks: int, rows: int) -> tuple[Tensor, Tensor]:
        apart, width = self._apart, self._width
        return self._near.new_zeros(apart, blocks, width + 1, width), self._near.new_zeros(apart, rows, 2 * width + 2, width)

    def _prepared(self, start: int, stop: int, blocks_before: Tensor, rows_before: Tensor) -> tuple[Tensor, Tensor]:
        """Blocks and rows of some frames, and of the two and one after them what has been taken from those so far."""
        width, count = self._width, stop - start
        blocks, rows = self._empty(count + 2, count + 1)
        s = self._scale[:, start : stop + 2]
        torch.mul(s[:, :count, :, None] * self._near[:, start:stop], s[:, :count, None], out=blocks[:, :count, :width])
        # With this scaling the diagonal is one, and rounding errors stay below what is added here.
        blocks[:, :count, :width].diagonal(dim1=2, dim2=3).fill_(1.0 + 100 * torch.finfo(s.dtype).eps)
        for band, shift, first in ((self._one, 1, 0), (self._two, 2, width + 1)):
            last = min(count, self._frames - start - shift)
            if last > 0:
                coupling = s[:, shift : shift + last, :, None] * band[:, start : start + last].mT
                torch.mul(coupling, s[:, :last, None], out=rows[:, :last, first : first + width])
        rows[:, :count, width] = self._wanted[:, start:stop]
        blocks[:, :2] += blocks_before
        rows[:, :1] += rows_before
        return blocks, rows

    def _eliminated(self, blocks: Tensor, rows: Tensor, k: int) -> bool:
        """Whether frame k of the prepared ones could be."""
        width = self._width
        factor, info = torch.linalg.cholesky_ex(blocks[:, k, :width])
        if bool(info.any()):
            return False
        rows[:, k, width] += blocks[:, k, width]
        rows[:, k, 2 * width + 1] = rows[:, k, width]
        solved = torch.linalg.solve_triangular(factor.mT, rows[:, k], upper=True, left=False)
        to_next, to_second = solved[:, :width], solved[:, width + 1 :]
        blocks[:, k + 1, :width].baddbmm_(to_next, to_next.mT, alpha=-1)
        rows[:, k + 1, : width + 1].baddbmm_(to_second, to_next.mT, alpha=-1)
        blocks[:, k + 2].baddbmm_(to_second, to_second[:, :width].mT, alpha=-1)
        self._factors.append(factor)
        self._solved.append(solved)
        return True

    def _backward(self) -> Tensor:
        width = self._width
        found: list[Tensor] = []
        next_, second = (self._scale.new_zeros(self._apart, 1, width) for _ in range(2))
        for factor, solved in zip(reversed(self._factors), reversed(self._solved), strict=True):
            value = solved[:, width : width + 1].baddbmm(next_, solved[:, :width], alpha=-1)
            value.baddbmm_(second, solved[:, width + 1 : -1], alpha=-1)
            next_, second = torch.linalg.solve_triangular(factor, value, upper=False, left=False), next_
            found.append(next_)
        return torch.cat(found[::-1], dim=1)
