"""The energy: what a state costs, in units of the options' tolerances, and the Gauss-Newton matrix of the same terms.

Every residual is divided by its tolerance, squared, made linear where it is hopeless (Huber), weighted, summed over
frames. The gradient is exact, by autograd; the matrix uses rigid-bone derivatives of skin points, which is what makes it
cheap, and a solver that accepts only steps that lower the energy does not mind.
"""

from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import Tensor

from interact_core.clip.skeleton import NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.refine.anchors import anchors
from interact_core.refine.banded import Banded
from interact_core.refine.distance import pair_distance, picked, turned
from interact_core.refine.jacobian import Levers, by_increments
from interact_core.refine.limits import HandLimits
from interact_core.refine.options import RefineOptions
from interact_core.refine.pairs import Held, Pairs
from interact_core.refine.scene import Scene
from interact_core.refine.state import FIRST_OBJECT, ROOT, TURNS, State

PULL: Final = 5.0
"""Say of a touching hand region against a square centimetre of penetrating skin."""
ANCHORED: Final = 2.0
"""Say of a touching region's place on its part against the same;"""
_CAPTURED: Final = 0.5
"""half of it where the place is only what was captured: a region then counts as a joint of the body."""
_FAR: Final = 20.0
"""Residuals beyond this many units count linearly."""
_FAR_MOVE: Final = 4.0
_FAR_SLIP: Final = 4.0
_STILL: Final = 0.25
"""A planted sole may slide this share of its tolerance in height per frame."""
_TURN: Final = 0.35
"""Radians that a joint may turn away from its reference for one unit; three times as much where fingers are made up."""


@dataclass(frozen=True)
class Weights:
    """What differs between stages and clips. point (M,) 1 / tolerance of tracked points, in 1/m; turn (52,) in 1/rad."""

    point: Tensor
    turn: Tensor
    object_point: float
    smooth: float
    turn_smooth: float
    columns: Tensor
    """Indices of the increment's columns that may move."""


def huber(unit: Tensor, far: float) -> Tensor:
    """unit^2, from `far` on linear."""
    return torch.where(unit <= far, unit * unit, 2 * far * unit - far * far)


def share(unit: Tensor, far: float) -> Tensor:
    """What a residual still counts in the Gauss-Newton matrix: 1 near, falling as far / unit."""
    return torch.where(unit <= far, torch.ones_like(unit), far / unit.clamp(min=1e-12))


def length(vector: Tensor) -> Tensor:
    """(...) of (..., 3), differentiable at zero."""
    return (vector.square().sum(dim=-1) + 1e-16).sqrt()


@dataclass(frozen=True)
class Points:
    """A posed state: skin points (T, N, 3), joints (T, 52, 3), their world rotations, tracked points (T, M, 3), corners."""

    state: State
    skin: Tensor
    joints: Tensor
    world: Tensor
    tracked: Tensor
    corners: Tensor


@dataclass(frozen=True)
class _Evaluation:
    """The energy at a state; that of `points` has the same numbers, and the graph leads back to them."""

    state: State
    points: Points
    total: Tensor
    terms: dict[str, Tensor]
    look: tuple[Tensor, Tensor]

    def here(self) -> tuple[Points, tuple[Tensor, Tensor]]:
        """Points and look, without the graph."""
        p = self.points
        bare = (v.detach() for v in (p.skin, p.joints, p.world, p.tracked, p.corners))
        return Points(self.state, *bare), (self.look[0].detach(), self.look[1])


class Energy:
    """The energy of one round on one window that begins at the clip's frame `first`."""

    def __init__(
        self, scene: Scene, pairs: Pairs, reference: State, options: RefineOptions, weights: Weights, first: int,
        limits: HandLimits, shift: Tensor | None = None,
    ) -> None:  # fmt: skip
        """`shift` (T, M, 3) moves the tracked points' goals away from where the reference has them."""
        self._scene, self._pairs, self._options, self._weights = scene, pairs, options, weights
        self._frames = slice(first, first + reference.num_frames)
        self._poser = scene.poser(pairs.ids)
        self._leaves = len(scene.leaf_ids)
        self._levers = Levers(self._poser.joint_weights, self._leaves, scene.groups, weights.columns)
        self._limits = limits
        self._present = scene.present[self._frames]
        self.reference = reference
        self._still: Points | None = None
        self._last: _Evaluation | None = None
        self._here: tuple[Points, tuple[Tensor, Tensor]] | None = None
        with torch.no_grad():
            aim = self.points(reference)
            self._aim = aim if shift is None else replace(aim, tracked=aim.tracked + shift)
            self._floor = self._floor_level()
            self._captured = self._captured_places()

    def points(self, state: State) -> Points:
        if self._here is not None and self._here[0].state is state:
            return self._here[0]
        still = self._still
        if still is not None:
            skin, joints, world, tracked = still.skin, still.joints, still.world, still.tracked
        else:
            skin, joints, world = self._poser(state.local, state.transl, self._frames)
            tracked = torch.cat([joints, skin[:, : self._leaves]], dim=1)
        corners = torch.einsum("tkab,knb->tkna", state.rotation, self._scene.corners) + state.translation[:, :, None]
        return Points(state, skin, joints, world, tracked, corners)

    def value(self, state: State) -> Tensor:
        return self._evaluated(state).total.detach()

    def _evaluated(self, state: State) -> "_Evaluation":
        """The last one is kept: a step that was tried is taken next, and only the way back is left to do."""
        if self._last is None or self._last.state is not state:
            free = State(*(v.detach().requires_grad_() for v in (state.local, state.transl, state.rotation, state.translation)))
            with torch.enable_grad():
                p = self.points(free)
                terms = self.terms(p)
                self._last = _Evaluation(state, p, torch.stack(list(terms.values())).sum(), terms, self._looked)
        return self._last

    def gradient(self, state: State) -> tuple[Tensor, Tensor, dict[str, float]]:
        """Energy, its gradient (T, columns) by increments at zero, and the terms by name."""
        found = self._evaluated(state)
        self._last = None  # the way back can be gone once
        self._here = found.here()  # the matrix is wanted at the same place
        free = found.points.state
        inputs = (free.local, free.transl, free.rotation, free.translation)
        slopes = torch.autograd.grad(found.total, inputs, allow_unused=True, materialize_grads=True)
        slope = by_increments(state, self._scene.groups, State(*slopes))
        return found.total.detach(), slope[:, self._weights.columns], {n: float(v.detach()) for n, v in found.terms.items()}

    def terms(self, p: Points) -> dict[str, Tensor]:
        distance = self._skin_distance(p)
        inner = self._inner_distance(p)
        pairs, o = self._pairs, self._options
        deep = torch.relu(-distance - pairs.skin.allowance) / o.penetration
        thing = torch.relu(-inner - pairs.inner.allowance) / o.penetration
        gap = torch.relu(distance - pairs.skin.wanted - 0.0005) / o.contact
        steps = self._slips(p)
        heights = self._heights(p)
        below = torch.relu(self._floor - p.skin[:, pairs.floor, 1]) / o.floor
        return {
            "penetration": (pairs.skin.push * huber(deep, _FAR)).sum(),
            "object_in_body": (pairs.inner.weight * huber(thing, _FAR)).sum(),
            "contact": PULL * (pairs.skin.pull * huber(gap, _FAR)).sum(),
            "slip": (pairs.slip.weight * huber(steps, _FAR_SLIP)).sum(),
            "anchors": self._anchored(p),
            "planted": (pairs.slip.planted * huber(heights, _FAR)).sum(),
            "floor": huber(below, _FAR).sum() + huber(self._sunk(p), _FAR).sum(),
            **self._closeness(p),
            "limits": self._limits.value(p.state.local) / _radians(o.limits) ** 2,
            "self_penetration": self._scene.self_contact.value(p.joints, p.world, self._close, o.self_penetration),
            "body_limits": self._scene.body_limits.value(p.state.local) / _radians(o.limits) ** 2,
        }

    def _floor_level(self) -> Tensor:
        """(T, 1) heights that no foot may sink below: the floor, for soles that are not the person's own where they were."""
        heights = self._aim.skin[:, self._pairs.floor, 1]
        if not self._scene.choice.stand_in or not heights.shape[1]:
            return torch.zeros_like(heights[:, :1])
        return heights.amin(dim=1, keepdim=True).clamp(max=0.0)

    def _sunk(self, p: Points) -> Tensor:
        """(T, K, S) depth of parts' outermost points below the floor, in units."""
        height = (p.state.rotation[:, :, 1, None] @ self._scene.supports.transpose(1, 2)[None])[:, :, 0]
        height = height + p.state.translation[:, :, 1, None]
        return torch.relu(-height - 0.001) * self._present[:, :, None] / self._options.floor

    def _closeness(self, p: Points) -> dict[str, Tensor]:
        """Staying near the reference, and correcting smoothly."""
        w = self._weights
        away = p.tracked - self._aim.tracked
        thing = (p.corners - self._aim.corners) * self._present[:, :, None, None]
        change = p.state.local - self._aim.state.local
        turned = change.square().sum(dim=(-1, -2)) / 2
        return {
            "body": huber(length(away) * w.point, _FAR_MOVE).sum(),
            "object": huber(length(thing) * w.object_point, _FAR_MOVE).sum(),
            "turns": (turned * w.turn**2).sum() + w.turn_smooth**2 * _bends(change).square().sum() / 2,
            "smooth": w.smooth**2 * (_bends(away).square().sum() + _bends(thing).square().sum()),
        }

    def _skin_distance(self, p: Points) -> Tensor:
        """(P,) of the skin pairs."""
        return self._skin_look(p)[0]

    def _skin_look(self, p: Points) -> tuple[Tensor, Tensor]:
        """The same, with its slope (P, 3) in the world."""
        if self._here is not None and self._here[0] is p:
            return self._here[1]
        s = self._pairs.skin
        where = s.frame, s.part, s.point
        self._looked = pair_distance(p.skin, p.state.rotation, p.state.translation, where, self._scene.fields)
        return self._looked

    def _inner_distance(self, p: Points) -> Tensor:
        """(Q,) of the objects' points to the skin, by the plane of the skin where they were found."""
        i, aim = self._pairs.inner, self._start
        skin = picked(p.skin, i.frame, i.point)
        thing = _onto(p.state, i.frame, i.part, i.local)
        return i.offset + (i.normal * ((thing - aim[0]) - (skin - aim[1]))).sum(dim=-1)

    def begin(self, state: State) -> None:
        """Take the state that the pairs were found in as the one they are relative to."""
        i = self._pairs.inner
        with torch.no_grad():
            p = self.points(state)
            only_objects = int(self._weights.columns.min()) >= FIRST_OBJECT
            if only_objects:
                self._still = p  # the body need not be posed again, nor kept out of itself
            frames = slice(0 if only_objects else None)
            self._close = self._scene.self_contact.close(p.joints[frames], p.world[frames])
            self._start = (_onto(state, i.frame, i.part, i.local), p.skin[i.frame, i.point])

    def _slip_places(self, p: Points) -> Tensor:
        """(T, S, 3) mean points of touching regions in their part's frame; of soles on the floor plan."""
        s = self._pairs.slip
        world = p.skin[:, s.columns].mean(dim=2)
        if not self._scene.num_parts:
            return world * torch.tensor([1.0, 0.0, 1.0], device=world.device, dtype=world.dtype)
        part = s.part.clamp(min=0)
        own = ((world - p.state.translation[:, part])[:, :, None] @ p.state.rotation[:, part])[:, :, 0]
        flat = world * torch.tensor([1.0, 0.0, 1.0], device=world.device, dtype=world.dtype)
        return torch.where((s.part < 0)[None, :, None], flat, own)

    def _slips(self, p: Points) -> Tensor:
        """(T - 1, S) steps in units."""
        places = self._slip_places(p)
        return length(places[1:] - places[:-1]) / self._slip_unit()

    def _slip_unit(self) -> Tensor:
        part = self._pairs.slip.part
        hand = torch.full(part.shape, self._options.slip, device=part.device, dtype=self._scene.dtype)
        return torch.where(part < 0, torch.full_like(hand, _STILL * self._options.sole), hand)

    @property
    def _held(self) -> Held:
        return self._pairs.slip.held or self._captured

    def _captured_places(self) -> Held:
        """Touching regions belong where the reference has them."""
        slip = self._pairs.slip
        places = anchors(self._slip_places(self._aim), slip.touching)
        return Held(places, _CAPTURED * slip.touching, self._options.body_tolerance)

    def _anchored(self, p: Points) -> Tensor:
        """What it costs that touching regions are not where they belong on their part."""
        return ANCHORED * (self._held.weight * huber(self._astray(p), _FAR)).sum()

    def _astray(self, p: Points) -> Tensor:
        """(T, S) units."""
        return length(self._slip_places(p) - self._held.place) / self._held.tolerance

    def _heights(self, p: Points) -> Tensor:
        """(T, S) height of each slip point over its level, in units; counts only for soles."""
        s = self._pairs.slip
        return (p.skin[:, s.columns, 1].mean(dim=2) - s.level).abs() / self._options.sole

    def matrix(self, p: Points) -> Banded:
        """The Gauss-Newton matrix of all terms at a posed state, over the movable columns."""
        frames = p.state.num_frames
        result = Banded.zeros(frames, len(self._weights.columns), p.skin, self._levers.apart)
        self._levers.at(p.state, p.joints, p.world, p.skin)
        self._add_closeness(result, p)
        self._add_surfaces(result, p)
        self._add_slip(result, p)
        self._add_sunk(result, p)
        self._add_turns(result, p)
        o = self._options
        self._scene.self_contact.add_rows(result, p.joints, p.world, self._close, o.self_penetration, self._weights.columns)
        self._scene.body_limits.add_rows(result, p.state.local, self._weights.columns, 2 / _radians(o.limits) ** 2)
        return result

    def _add_closeness(self, result: Banded, p: Points) -> None:
        w = self._weights
        away = length(p.tracked - self._aim.tracked) * w.point
        thing = length(p.corners - self._aim.corners) * w.object_point
        present = self._present[:, :, None].to(away.dtype)
        bodily = (share(away, _FAR_MOVE) * w.point**2)[:, self._levers.moving]
        things = (share(thing, _FAR_MOVE) * present).flatten(1) * w.object_point**2
        near = 2 * torch.cat([bodily, things], dim=1)
        bands = _bend_bands(len(near), 2 * w.smooth**2, near)
        self._levers.add_tracked(result, p.tracked, p.corners, near, bands)

    def _add_surfaces(self, result: Banded, p: Points) -> None:
        """Skin against parts, parts against skin, soles against the floor: one row each, along the surface's normal."""
        o, s, i = self._options, self._pairs.skin, self._pairs.inner
        distance, normal = self._skin_look(p)
        deep = torch.relu(-distance - s.allowance) / o.penetration
        gap = torch.relu(distance - s.wanted - 0.0005) / o.contact
        weight = s.push * share(deep, _FAR) * (deep > 0) / o.penetration**2
        weight = weight + PULL * s.pull * share(gap, _FAR) * (gap > 0) / o.contact**2
        inner = torch.relu(-self._inner_distance(p) - i.allowance) / o.penetration
        inner_weight = i.weight * share(inner, _FAR) * (inner > 0) / o.penetration**2
        below = torch.relu(self._floor - p.skin[:, self._pairs.floor, 1]) / o.floor
        frame, column = torch.nonzero(below > 0, as_tuple=True)
        floor_weight = share(below[frame, column], _FAR) / o.floor**2
        up = torch.zeros(len(frame), 3, device=normal.device, dtype=normal.dtype)
        up[:, 1] = 1.0
        nowhere = torch.full_like(frame, -1)
        self._levers.add_rows(
            result, torch.cat([s.frame, i.frame, frame]), torch.cat([s.point, i.point, self._pairs.floor[column]]),
            torch.cat([s.part, i.part, nowhere]), torch.cat([normal, -i.normal, up]),
            2 * torch.cat([weight, inner_weight, floor_weight]),
        )  # fmt: skip

    def _add_slip(self, result: Banded, p: Points) -> None:
        s = self._pairs.slip
        if not len(s.part):
            return
        units = self._slip_unit()
        w = s.weight * share(self._slips(p), _FAR_SLIP) / units**2
        zero = torch.zeros(1, len(s.part), device=w.device, dtype=w.dtype)
        floor = (s.part < 0).to(w.dtype)
        axis = torch.stack([torch.ones_like(floor), 1.0 - floor, torch.ones_like(floor)], dim=-1)
        both = (torch.cat([w, zero]) + torch.cat([zero, w]))[..., None] * axis
        upright = s.planted * share(self._heights(p), _FAR) * floor / self._options.sole**2
        both[..., 1] += upright
        far = share(self._astray(p), _FAR)
        both += (ANCHORED * self._held.weight * far / self._held.tolerance**2)[..., None]
        self._levers.add_directions(result, s.columns, s.part, 2 * both, -2 * w[..., None] * axis)

    def _add_sunk(self, result: Banded, p: Points) -> None:
        sunk = self._sunk(p)
        weight = (sunk > 0) * share(sunk, _FAR) / self._options.floor**2
        if bool((weight > 0).any()):
            self._levers.add_supports(result, self._scene.supports, 2 * weight)

    def _add_turns(self, result: Banded, p: Points) -> None:
        columns = self._weights.columns
        turning = torch.zeros(self._scene.groups.width, device=p.skin.device, dtype=p.skin.dtype)
        bends = _bend_bands(len(p.skin), 2 * self._weights.turn_smooth**2, p.skin)
        turning[TURNS] = 1.0
        for matrix, band in zip((result.near, result.one, result.two), bends, strict=True):
            matrix.diagonal(dim1=-2, dim2=-1)[:] += band[:, None] * turning[columns]
        turning[TURNS] = 2 * (self._weights.turn**2).repeat_interleave(3)
        result.diagonal()[:] += turning[columns]
        blocks = self._limits.matrix(p.state.local) * (2 / _radians(self._options.limits) ** 2)
        place = torch.full((self._scene.groups.width,), -1, dtype=torch.long, device=p.skin.device)
        place[columns] = torch.arange(len(columns), device=p.skin.device)
        for joint in range(NUM_BODY_JOINTS, NUM_JOINTS):
            at = int(place[TURNS.start + 3 * joint])
            if at >= 0:
                result.near[:, at : at + 3, at : at + 3] += blocks[:, joint - NUM_BODY_JOINTS]


def _radians(degrees: float) -> float:
    return degrees * torch.pi / 180


def _bends(path: Tensor) -> Tensor:
    return path[2:] - 2 * path[1:-1] + path[:-2]


def _bend_bands(frames: int, weight: float, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Diagonals of weight D2^T D2 for a path of `frames`; what lies past the end of the second and third is zero."""
    bands = torch.zeros(3, frames, device=like.device, dtype=like.dtype)
    values = (1.0, -2.0, 1.0)
    for k in range(3):
        for first in range(3 - k):
            bands[k, first : max(frames - 2 + first, 0)] += weight * values[first] * values[first + k]
    return bands[0], bands[1], bands[2]


def _onto(state: State, frame: Tensor, part: Tensor, local: Tensor) -> Tensor:
    if not state.rotation.shape[1]:
        return local
    turn = picked(state.rotation, frame, part)
    return turned(turn, local) + picked(state.translation, frame, part)


__all__ = ["FIRST_OBJECT", "ROOT", "Energy", "Points", "Weights", "huber", "share"]
