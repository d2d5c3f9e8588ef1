"""How points move with increments: every bone carried rigidly, its turn acting about its joint (the geometric Jacobian)."""

from typing import Final

import torch
from torch import Tensor

from interact_core.bodies.points import subtree
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.refine.banded import Banded
from interact_core.refine.state import FIRST_OBJECT, TURNS, Groups, State

_MOST_ROWS: Final = 192
"""Rows per frame in the matrix; of more, those of greatest weight. The gradient has all of them."""


class Levers:
    """Rows of the Jacobian over chosen columns of an increment. `at` sets the state they are taken at."""

    def __init__(self, weights: Tensor, leaves: int, groups: Groups, columns: Tensor) -> None:
        below = torch.as_tensor(subtree(), device=weights.device, dtype=weights.dtype)
        self._share = weights @ below.T  # (N, 52): how much of a point turns with joint j
        rigid = below.T.clone()  # a joint's place turns with those strictly above it
        rigid.fill_diagonal_(0.0)
        every = torch.cat([rigid, self._share[:leaves]])
        self._groups = groups
        self._columns = columns
        turning = (columns >= TURNS.start) & (columns < FIRST_OBJECT)
        self._joints = torch.unique((columns[turning] - TURNS.start) // 3)
        root = bool((columns < TURNS.start).any())
        moves = torch.full((len(every),), root, device=columns.device) | (every[:, self._joints].abs().sum(dim=1) > 1e-4)
        self.moving = torch.nonzero(moves)[:, 0]
        """Tracked points that can move at all; `tracked` gives rows for these only."""
        self._tracked_share = every[self.moving]

    def at(self, state: State, joints: Tensor, world: Tensor, skin: Tensor) -> None:
        self._joint_place, self._world, self._skin = joints[:, self._joints], world[:, self._joints], skin
        self._state = state
        self._centres = self._groups.world_centres(state) if self._groups.count else None

    def _whole(self, shape: tuple[int, ...], root: Tensor, turns: Tensor) -> Tensor:
        """Rows with all columns, those of objects still zero."""
        rows = torch.zeros(*shape, self._groups.width, device=root.device, dtype=root.dtype)
        rows[..., :3] = root
        block = rows[..., TURNS].unflatten(-1, (NUM_JOINTS, 3))
        block[..., self._joints, :] = turns
        return rows

    def tracked(self, points: Tensor, corners: Tensor) -> Tensor:
        """(T, moving + 8 K, 3, columns) of tracked points and objects' corners, along the world's axes."""
        points = points[:, self.moving]
        frames, count = points.shape[:2]
        lever = points[:, :, None] - self._joint_place[:, None]  # (T, M, J, 3)
        share = self._tracked_share[:, self._joints]
        eye = torch.eye(3, device=points.device, dtype=points.dtype)
        cross = torch.linalg.cross(lever[:, :, None], eye[:, None].expand(1, 1, 3, 1, 3), dim=-1)  # (T, M, 3, J, 3)
        turned = torch.einsum("tmajc,tjcd->tmajd", cross, self._world) * share[None, :, None, :, None]
        rows = self._whole((frames, count, 3), eye.expand(frames, count, 3, 3), turned)
        parts = corners.shape[1]
        things = torch.zeros(frames, parts, 8, 3, self._groups.width, device=points.device, dtype=points.dtype)
        for k in range(parts):
            group = int(self._groups.owner[k])
            assert self._centres is not None
            start = FIRST_OBJECT + 6 * group
            things[:, k, :, :, start : start + 3] = eye
            arm = corners[:, k] - self._centres[:, group, None]
            things[:, k, :, :, start + 3 : start + 6] = torch.linalg.cross(
                arm[:, :, None].expand(-1, -1, 3, -1), eye.expand(frames, 8, 3, 3), dim=-1
            )
        return torch.cat([rows, things.flatten(1, 2)], dim=1)[..., self._columns]

    def _single(self, frame: Tensor, point: Tensor, part: Tensor, normal: Tensor) -> Tensor:
        """(P, columns) how normal . (skin point - part) changes."""
        place = self._skin[frame, point]
        lever = place[:, None] - self._joint_place[frame]
        cross = torch.linalg.cross(lever, normal[:, None].expand_as(lever), dim=-1)
        turned = (cross[:, :, None] @ self._world[frame])[:, :, 0] * self._share[point][:, self._joints, None]
        rows = self._whole((len(frame),), normal, turned)
        if self._centres is not None:
            held = part >= 0
            group = self._groups.owner[part.clamp(min=0)]
            arm = place - self._centres[frame, group]
            both = -torch.cat([normal, torch.linalg.cross(arm, normal, dim=-1)], dim=1) * held[:, None]
            columns = FIRST_OBJECT + 6 * group[:, None] + torch.arange(6, device=group.device)
            rows.scatter_(1, columns, both)
        return rows[:, self._columns]

    def add_rows(
        self, result: Banded, frame: Tensor, point: Tensor, part: Tensor, normal: Tensor, weight: Tensor
    ) -> None:  # fmt: skip
        """Add weight * row^T row to the frames' own blocks."""
        active = weight > 0
        frame, point, part, normal, weight = (a[active] for a in (frame, point, part, normal, weight))
        if not len(frame):
            return
        order = torch.argsort(weight, descending=True, stable=True)
        order = order[torch.argsort(frame[order], stable=True)]
        frame = frame[order]
        first = torch.searchsorted(frame, torch.arange(len(result.near), device=frame.device))
        rank = torch.arange(len(frame), device=frame.device) - first[frame]
        keep = rank < _MOST_ROWS
        order, frame, rank = order[keep], frame[keep], rank[keep]
        rows = self._single(frame, point[order], part[order], normal[order]) * weight[order].sqrt()[:, None]
        stacked = torch.zeros(len(result.near), int(rank.max()) + 1, rows.shape[1], device=rows.device, dtype=rows.dtype)
        stacked[frame, rank] = rows
        result.near += stacked.transpose(1, 2) @ stacked

    def add_supports(self, result: Banded, supports: Tensor, weight: Tensor) -> None:
        """Heights of parts' points supports (K, S, 3) in the parts' frames, weight (T, K, S)."""
        assert self._centres is not None
        state = self._state
        for k in range(len(supports)):
            group = int(self._groups.owner[k])
            arm = (
                torch.einsum("tab,sb->tsa", state.rotation[:, k], supports[k])
                + (state.translation[:, k] - self._centres[:, group])[:, None]
            )
            up = torch.zeros_like(arm)
            up[..., 1] = 1.0
            rows = torch.zeros(*arm.shape[:2], self._groups.width, device=arm.device, dtype=arm.dtype)
            rows[..., FIRST_OBJECT + 6 * group : FIRST_OBJECT + 6 * group + 6] = torch.cat(
                [up, torch.linalg.cross(arm, up, dim=-1)], dim=-1
            )
            own = rows[..., self._columns]
            result.near += own.transpose(1, 2) @ (own * weight[:, k, :, None])

    def directions(self, columns: Tensor, part: Tensor) -> Tensor:
        """(T, S, 3, columns) of the mean points `columns` (S, 4) in their part's axes; of part -1 in the world's."""
        frames, count = len(self._skin), len(part)
        place = self._skin[:, columns].mean(dim=2)
        share = self._share[columns].mean(dim=1)[:, self._joints]
        eye = torch.eye(3, device=place.device, dtype=place.dtype)
        axes = eye.expand(frames, count, 3, 3)
        if self._centres is not None:
            own = self._state.rotation[:, part.clamp(min=0)].transpose(-1, -2)
            axes = torch.where((part < 0)[None, :, None, None], axes, own)  # row a is the direction of axis a
        lever = place[:, :, None] - self._joint_place[:, None]
        cross = torch.linalg.cross(
            lever[:, :, None].expand(-1, -1, 3, -1, -1), axes[:, :, :, None].expand(-1, -1, -1, lever.shape[2], -1), dim=-1
        )
        turned = torch.einsum("tsajc,tjcd->tsajd", cross, self._world) * share[None, :, None, :, None]
        rows = self._whole((frames, count, 3), axes, turned)
        if self._centres is not None:
            for k in torch.unique(part[part >= 0]).tolist():
                mine = torch.nonzero(part == k)[:, 0]
                group = int(self._groups.owner[k])
                start = FIRST_OBJECT + 6 * group
                arm = (place[:, mine] - self._centres[:, group, None])[:, :, None].expand(-1, -1, 3, -1)
                block = -torch.cat([axes[:, mine], torch.linalg.cross(arm, axes[:, mine], dim=-1)], dim=-1)
                rows[:, mine, :, start : start + 6] = block
        return rows[..., self._columns]
