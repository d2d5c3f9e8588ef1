"""How far joints of the body can go: the ranges of the inspection's measure less a margin, soft, in torch.

Unlike fingers, limbs turn far and twist while they do, so their Jacobian is not that of fixed axes; it is taken exactly, but
only of the few joints and frames that are beyond their range.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.base import BoundBody
from interact_core.inspection.body_range import bounds_of
from interact_core.refine.banded import Banded
from interact_core.refine.limits import joint_angles
from interact_core.refine.state import TURNS

_MARGIN: Final = 3.0
"""Degrees that a joint is kept from the end of its range."""
_STEP: Final = 1e-3


class BodyLimits:
    """The limits of one skeleton."""

    def __init__(self, bound: BoundBody, device: str, dtype: torch.dtype) -> None:
        bounds = bounds_of(np.asarray(bound.rest_joints))
        longest = max(len(joints) for joints in bounds.joints)
        # A joint alone is itself and then nothing: index 0 of the padded rotations below is no turn.
        padded = [[*(j + 1 for j in joints), *[0] * (longest - len(joints))] for joints in bounds.joints]
        self._joints = torch.as_tensor(padded, device=device)
        self._axes = torch.as_tensor(bounds.axes, device=device, dtype=dtype)
        self._owner = torch.as_tensor(bounds.owner, device=device)
        self._rows = torch.as_tensor(bounds.coefficients, device=device, dtype=dtype)
        self._limit = torch.as_tensor(np.radians(bounds.limit - _MARGIN), device=device, dtype=dtype)
        self._last = int(self._joints.max())

    def _turns(self, local: Tensor) -> Tensor:
        """(T, R, longest, 3, 3) rotations of each range's joints."""
        still = torch.eye(3, device=local.device, dtype=local.dtype).expand(len(local), 1, 3, 3)
        return torch.cat([still, local[:, : self._last]], dim=1)[:, self._joints]

    def _beyond(self, turns: Tensor) -> Tensor:
        """(T, bounds) radians beyond each bound."""
        whole = turns[:, :, 0]
        for k in range(1, turns.shape[2]):
            whole = whole @ turns[:, :, k]
        angles = joint_angles(whole, self._axes)
        return torch.relu((angles[:, self._owner] * self._rows).sum(dim=-1) - self._limit)

    def value(self, local: Tensor) -> Tensor:
        """Sum of squared radians beyond the ranges of local rotations (T, 52, 3, 3)."""
        return self._beyond(self._turns(local)).square().sum()

    def add_rows(self, result: Banded, local: Tensor, columns: Tensor, weight: float) -> None:
        """Add weight * row^T row of every bound that is broken to the frames' own blocks, over increments' `columns`."""
        turns = self._turns(local)
        frame, which = torch.nonzero(self._beyond(turns), as_tuple=True)
        if not len(frame):
            return
        owner = self._owner[which]
        slopes = self._slopes(turns[frame, owner], owner, which)  # (N, longest, 3)
        width = max(TURNS.stop, int(columns.max()) + 1)
        rows = torch.zeros(len(frame), width, device=local.device, dtype=local.dtype)
        first = TURNS.start + 3 * (self._joints[owner] - 1).clamp(min=0)
        place = first[..., None] + torch.arange(3, device=local.device)
        rows.scatter_add_(1, place.flatten(1), slopes.flatten(1))
        add_frame_rows(result, frame, rows[:, columns] * weight**0.5)

    def _slopes(self, turns: Tensor, owner: Tensor, which: Tensor) -> Tensor:
        """(N, longest, 3) how bounds' angles change with turns on the right of each of their joints (N, longest, 3, 3)."""
        whole, after = turns[:, 0], []
        for k in range(1, turns.shape[1]):
            whole = whole @ turns[:, k]
        rest = torch.eye(3, device=turns.device, dtype=turns.dtype).expand(len(turns), 3, 3)
        for k in reversed(range(turns.shape[1])):
            after.append(rest)
            rest = turns[:, k] @ rest
        step = torch.linalg.matrix_exp(_STEP * _generators(turns))
        axes = self._axes[owner][:, None]
        ahead = joint_angles(whole[:, None] @ step, axes)
        behind = joint_angles(whole[:, None] @ step.transpose(-1, -2), axes)
        slope = ((ahead - behind) * self._rows[which][:, None]).sum(dim=-1) / (2 * _STEP)
        # A turn w on the right of an inner joint is the turn rest^T w on the right of the whole.
        found = torch.einsum("nlab,nb->nla", torch.stack(after[::-1], dim=1), slope)
        used = (self._joints[owner] > 0)[..., None]
        return found * used


def _generators(like: Tensor) -> Tensor:
    """(3, 3, 3) skew matrices of the unit axes."""
    result = torch.zeros(3, 3, 3, device=like.device, dtype=like.dtype)
    for k in range(3):
        result[k, (k + 2) % 3, (k + 1) % 3] = 1.0
        result[k, (k + 1) % 3, (k + 2) % 3] = -1.0
    return result


def add_frame_rows(result: Banded, frame: Tensor, rows: Tensor) -> None:
    """Add row^T row of rows (N, n), in order of their frames, to the frames' own blocks."""
    first = torch.searchsorted(frame, torch.arange(len(result.near), device=frame.device))
    rank = torch.arange(len(frame), device=frame.device) - first[frame]
    stacked = torch.zeros(len(result.near), int(rank.max()) + 1, rows.shape[1], device=rows.device, dtype=rows.dtype)
    stacked[frame, rank] = rows
    result.near += stacked.transpose(1, 2) @ stacked
