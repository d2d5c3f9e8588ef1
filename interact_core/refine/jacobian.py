"""How points move with increments: every bone carried rigidly, its turn acting about its joint (the geometric Jacobian).

A row says how far a point p goes along a direction d with each column of an increment. A turn w of joint j at c moves p by
w x (p - c), so the row's entry is w . (p x d) + (c x w) . d: six numbers of the row, (p x d, d), times a 6 x columns matrix
that all rows of a frame share, times how much of the point the joint carries. Rows are made a few frames at a time, so
that they stay in the processor's cache.
"""

from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor

from interact_core.bodies.points import subtree
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.refine.banded import Banded
from interact_core.refine.state import FIRST_OBJECT, TURNS, Groups, State

_MOST_ROWS: Final = 192
"""Rows per frame in the matrix; of more, those of greatest weight. The gradient has all of them."""
_CHUNK: Final = 16
"""Frames whose rows are made at once."""
_FINGERS: Final = tuple(f"{finger}{k}" for finger in ("index", "middle", "pinky", "ring", "thumb") for k in (1, 2, 3))
_ARM: Final = ("collar", "shoulder", "elbow", "wrist", *_FINGERS)


def arranged(columns: Tensor) -> Tensor:
    """Columns in the order that makes rows short: left arm, all that both arms share, right arm."""
    left, right = (_arm_columns(side, columns) for side in ("left", "right"))
    return torch.cat([columns[left], columns[~left & ~right], columns[right]])


def _arm_columns(side: str, columns: Tensor) -> Tensor:
    """(C,) whether a column turns a joint of that arm."""
    joints = torch.tensor([JOINT_INDEX[f"{side}_{name}"] for name in _ARM], device=columns.device)
    return (columns >= TURNS.start) & (columns < FIRST_OBJECT) & torch.isin((columns - TURNS.start) // 3, joints)


def by_increments(state: State, groups: Groups, slope: State) -> Tensor:
    """(T, width) gradient by increments at zero of what has the gradient `slope` by the state's own numbers."""
    turns = _turning(state.local.transpose(-1, -2) @ slope.local)
    result = torch.cat([slope.transl, turns.flatten(1)], dim=1)
    if not groups.count:
        return result
    arm = state.translation - groups.world_centres(state)[:, groups.owner]
    around = _turning(slope.rotation @ state.rotation.transpose(-1, -2)) + torch.linalg.cross(arm, slope.translation)
    parts = torch.cat([slope.translation, around], dim=-1)
    things = torch.zeros(len(parts), groups.count, 6, device=parts.device, dtype=parts.dtype)
    return torch.cat([result, things.index_add_(1, groups.owner, parts).flatten(1)], dim=1)


def _turning(matrix: Tensor) -> Tensor:
    """(..., 3): the derivative of sum(matrix * skew(w)) by w."""
    m = matrix
    return torch.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], dim=-1)


def _skew(v: Tensor) -> Tensor:
    """(..., 3, 3) matrices of the cross product with v (..., 3) from the left."""
    x, y, z = v.unbind(-1)
    o = torch.zeros_like(x)
    return torch.stack([o, -z, y, z, o, -x, -y, x, o], dim=-1).unflatten(-1, (3, 3))


class Levers:
    """Adds rows of the Jacobian over chosen columns of an increment to matrices. `at` sets the state they are taken at."""

    def __init__(self, weights: Tensor, leaves: int, groups: Groups, columns: Tensor) -> None:
        below = torch.as_tensor(subtree(), device=weights.device, dtype=weights.dtype)
        self._groups, self._columns = groups, columns
        turning = (columns >= TURNS.start) & (columns < FIRST_OBJECT)
        self._joints = torch.unique((columns[turning] - TURNS.start) // 3)
        self._left = int(_arm_columns("left", columns).to(torch.int8).cumprod(0).sum())
        self._right = int(_arm_columns("right", columns).flip(0).to(torch.int8).cumprod(0).sum())
        carried = weights @ below.T  # (N, 52): how much of a point turns with joint j
        rigid = below.T.clone()  # a joint's place turns with those strictly above it
        rigid.fill_diagonal_(0.0)
        self._points = self._table(carried)
        every = torch.cat([rigid, carried[:leaves]])
        root = bool((columns < TURNS.start).any())
        moves = torch.full((len(every),), root, device=columns.device) | (every[:, self._joints].abs().sum(dim=1) > 1e-4)
        self.moving = torch.nonzero(moves)[:, 0]
        """Tracked points that can move at all."""
        self._tracked = self._table(every[self.moving])
        self._parts = self._part_table()

    @property
    def apart(self) -> int:
        """2 where only both arms move, which then have nothing to do with each other, else 1."""
        only_arms = 0 < self._left == self._right == len(self._columns) - self._left
        together = any(where == slice(0, len(self._columns)) for where, _ in self._spans(self._points))
        return 2 if only_arms and not together else 1

    def _table(self, carried: Tensor) -> Tensor:
        """(N, C) what share of a point each column moves, from the shares (N, 52) of the joints."""
        whole = torch.zeros(len(carried), self._groups.width, device=carried.device, dtype=carried.dtype)
        whole[:, : TURNS.start] = 1.0
        whole[:, TURNS] = carried.repeat_interleave(3, dim=1)
        return whole[:, self._columns]

    def _part_table(self) -> Tensor:
        """(K + 1, C) the same for points of parts; the last row, of no part, is zero."""
        owner = self._groups.owner
        whole = torch.zeros(len(owner) + 1, self._groups.width, device=owner.device, dtype=self._points.dtype)
        for k, group in enumerate(owner.tolist()):
            whole[k, FIRST_OBJECT + 6 * group : FIRST_OBJECT + 6 * group + 6] = 1.0
        return whole[:, self._columns]

    def at(self, state: State, joints: Tensor, world: Tensor, skin: Tensor) -> None:
        self._skin, self._state = skin, state
        # Places are taken from the root's: far from the world's origin their differences would be lost in rounding.
        self._origin = joints[:, 0]
        whole = torch.zeros(len(skin), 6, self._groups.width, device=skin.device, dtype=skin.dtype)
        eye = torch.eye(3, device=skin.device, dtype=skin.dtype)
        whole[:, 3:, : TURNS.start] = eye
        turns = torch.cat([world, _skew(joints - self._origin[:, None]) @ world], dim=2)  # (T, 52, 6, 3)
        whole[:, :, TURNS] = turns.transpose(1, 2).flatten(2)
        if self._groups.count:
            centres = self._groups.world_centres(state) - self._origin[:, None]
            things = whole[:, :, FIRST_OBJECT:].unflatten(2, (self._groups.count, 2, 3))
            things[:, 3:, :, 0] = eye[:, None]
            things[:, :3, :, 1] = eye[:, None]
            things[:, 3:, :, 1] = _skew(centres).transpose(1, 2)
        self._shared = whole[:, :, self._columns]

    def add_tracked(
        self, result: Banded, points: Tensor, corners: Tensor, near: Tensor, bands: tuple[Tensor, Tensor, Tensor]
    ) -> None:
        """Tracked points (T, M, 3) and objects' corners (T, K, 8, 3), along the world's axes: their places with weight near
        (T, moving + 8 K), their bends with the diagonals `bands`."""
        places = torch.cat([points[:, self.moving], corners.flatten(1, 2)], dim=1) - self._origin[:, None]
        axes = torch.eye(3, device=places.device, dtype=places.dtype).expand(*places.shape[:2], 3, 3)
        six = torch.cat([-_skew(places), axes], dim=-1).flatten(1, 2)
        owned = self._parts[:-1].repeat_interleave(8, dim=0)
        table = torch.cat([self._tracked, owned]).repeat_interleave(3, dim=0)
        own = (near + bands[0][:, None]).repeat_interleave(3, dim=1)
        self._add(result, six, table, own, bands[1][:, None], bands[2][:, None])

    def add_directions(self, result: Banded, columns: Tensor, part: Tensor, near: Tensor, one: Tensor) -> None:
        """The mean points `columns` (S, 4) in their part's axes, of part -1 in the world's: near (T, S, 3) weighs their places
        in a frame, one (T - 1, S, 3) the product of those in two frames."""
        places = self._skin[:, columns].mean(dim=2) - self._origin[:, None]
        axes = torch.eye(3, device=places.device, dtype=places.dtype).expand(*places.shape[:2], 3, 3)
        if self._groups.count:
            own = self._state.rotation[:, part.clamp(min=0)].transpose(-1, -2)
            axes = torch.where((part < 0)[None, :, None, None], axes, own)  # row a is the direction of axis a
        arms = torch.linalg.cross(places[:, :, None].expand_as(axes), axes, dim=-1)
        six = torch.cat([arms, axes], dim=-1).flatten(1, 2)
        table = (self._points[columns].mean(dim=1) - self._parts[part]).repeat_interleave(3, dim=0)
        self._add(result, six, table, near.flatten(1), one.flatten(1))

    def _add(self, result: Banded, six: Tensor, table: Tensor, near: Tensor, *coupling: Tensor) -> None:
        """Rows that every frame has: near (T, R) weighs a frame's with itself, coupling (T, R) or (T, 1) with the next
        and, if there is a second, the one after that."""
        for where, rows in self._spans(table):
            own, shared, share = six[:, rows], self._shared[:, :, where], table[rows, where]
            weights = [w.expand(-1, len(table))[:, rows, None] for w in (near, *coupling)]
            for start in range(0, len(six), _CHUNK):
                stop = min(start + _CHUNK, len(six))
                found = (own[start : stop + 2] @ shared[start : stop + 2]) * share
                first = found[: stop - start].transpose(1, 2)
                result.near[start:stop, where, where] += first @ (found[: stop - start] * weights[0][start:stop])
                for shift, (band, weight) in enumerate(zip((result.one, result.two), weights[1:], strict=False), 1):
                    last = min(stop, len(six) - shift)
                    if last > start:
                        later = found[shift : shift + last - start] * weight[start:last]
                        band[start:last, where, where] += first[: last - start] @ later

    def _spans(self, table: Tensor) -> Iterator[tuple[slice, Tensor]]:
        """Rows of a table (R, C) by the stretch of columns that all their entries are in; all rows are in one of them."""
        count, before = table.shape[1], self._left
        after = count - self._right
        left, right = (table[:, :before] != 0).any(dim=1), (table[:, after:] != 0).any(dim=1)
        for where, mine in (
            (slice(before, after), ~left & ~right), (slice(0, after), left & ~right),
            (slice(before, count), right & ~left), (slice(0, count), left & right),
        ):  # fmt: skip
            rows = torch.nonzero(mine)[:, 0]
            if len(rows):
                yield where, rows

    def add_rows(
        self, result: Banded, frame: Tensor, point: Tensor, part: Tensor, normal: Tensor, weight: Tensor
    ) -> None:  # fmt: skip
        """Add weight * row^T row to the frames' own blocks, a row being how normal . (skin point - part) changes."""
        active = torch.nonzero(weight > 0)[:, 0]
        frame, point, part, normal, weight = (a[active] for a in (frame, point, part, normal, weight))
        order = torch.argsort(weight, descending=True, stable=True)
        order = order[torch.argsort(frame[order], stable=True)]
        order = order[_rank(frame[order], len(result.near)) < _MOST_ROWS]
        frame, point, part, normal, weight = (a[order] for a in (frame, point, part, normal, weight))
        places = self._skin[frame, point] - self._origin[frame]
        six = torch.cat([torch.linalg.cross(places, normal, dim=-1), normal], dim=1) * weight.sqrt()[:, None]
        used, number = torch.unique(point, return_inverse=True)
        for where, mine in self._spans(self._points[used]):
            chosen = torch.zeros(len(used), dtype=torch.bool, device=used.device)
            chosen[mine] = True
            rows = torch.nonzero(chosen[number])[:, 0]
            self._add_own(result, where, frame[rows], point[rows], part[rows], six[rows])

    def _add_own(self, result: Banded, where: slice, frame: Tensor, point: Tensor, part: Tensor, six: Tensor) -> None:
        """Rows that differ from frame to frame, sorted by frame; all their entries are in the columns `where`."""
        rank = _rank(frame, len(result.near))
        stacked = torch.zeros(len(result.near), int(rank.max()) + 1, 6, device=six.device, dtype=six.dtype)
        stacked[frame, rank] = six
        points = torch.zeros(stacked.shape[:2], dtype=torch.long, device=six.device)
        points[frame, rank] = point
        parts = torch.full_like(points, -1)
        parts[frame, rank] = part
        carried, owned = self._points[:, where], self._parts[:, where]
        things = torch.nonzero((owned != 0).any(dim=0))[:, 0]
        for start in range(0, len(stacked), _CHUNK):
            few = slice(start, start + _CHUNK)
            found = stacked[few] @ self._shared[few, :, where]
            share = carried[points[few]]
            if len(things):
                share[..., things] -= owned[parts[few]][..., things]
            found *= share
            result.near[few, where, where] += found.transpose(1, 2) @ found

    def add_supports(self, result: Banded, supports: Tensor, weight: Tensor) -> None:
        """Heights of parts' points supports (K, S, 3) in the parts' frames, weight (T, K, S)."""
        state = self._state
        for k in range(len(supports)):
            places = torch.einsum("tab,sb->tsa", state.rotation[:, k], supports[k]) + state.translation[:, k, None]
            up = torch.zeros_like(places)
            up[..., 1] = 1.0
            six = torch.cat([torch.linalg.cross(places - self._origin[:, None], up, dim=-1), up], dim=-1)
            mine = torch.nonzero(self._parts[k])[:, 0]
            rows = six @ self._shared[:, :, mine]
            result.near[:, mine[:, None], mine] += rows.transpose(1, 2) @ (rows * weight[:, k, :, None])


def _rank(frame: Tensor, frames: int) -> Tensor:
    """The how manieth of its frame each row is; frames are sorted."""
    first = torch.searchsorted(frame, torch.arange(frames, device=frame.device))
    return torch.arange(len(frame), device=frame.device) - first[frame]
