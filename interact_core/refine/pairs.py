"""The pairs of points a round of solving works on: skin against parts, parts against skin, regions against slipping."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.refine.contacts import Contacts
from interact_core.refine.exits import leave_well
from interact_core.refine.feet import Feet
from interact_core.refine.options import RefineOptions
from interact_core.refine.scene import Scene
from interact_core.refine.sides import goes_in
from interact_core.refine.state import State
from interact_core.refine.survey import Survey
from interact_core.refine.through import at_walls, joined

WATCHED: Final = 0.012
"""Metres before a part from which skin vertices are watched for going in."""
_UNIT_AREA: Final = 1e-4
_CLEARANCE: Final = 0.0004
"""Metres outside a part that a hand is asked to be beyond its allowance: about what a soft term is left short of."""
_NEAREST: Final = 3
_PER_FRAME: Final = 400
"""Skin vertices watched per frame at most; where there are more, the deepest."""


@dataclass(frozen=True)
class SkinPairs:
    """P skin points against parts. `point` are columns of the round's poser. Residuals: (-d - allowance)+ with weight
    `push`, |d - wanted| or (d - wanted)+ with weight `pull`."""

    frame: Tensor
    part: Tensor
    point: Tensor
    allowance: Tensor
    push: Tensor
    pull: Tensor
    wanted: Tensor


@dataclass(frozen=True)
class InnerRows:
    """Q points of parts against skin points: distance + normal . (motion of the part's point - motion of the skin's)."""

    frame: Tensor
    part: Tensor
    local: Tensor
    point: Tensor
    normal: Tensor
    offset: Tensor
    allowance: Tensor
    weight: Tensor


@dataclass(frozen=True)
class SlipPoints:
    """Mean points of up to four skin vertices: columns (S, 4), part (S,), -1 for the floor; weight (T - 1, S) of each step,
    touching (T, S) that of each frame, height (T, S) weight and level of standing on the floor."""

    columns: Tensor
    part: Tensor
    weight: Tensor
    touching: Tensor
    planted: Tensor
    level: Tensor
    held: "Held | None" = None


@dataclass(frozen=True)
class Held:
    """Where slip points belong: place (T, S, 3) in their part's frame, metres, and how much that counts, weight (T, S);
    `tolerance` metres off are one unit."""

    place: Tensor
    weight: Tensor
    tolerance: float


@dataclass(frozen=True)
class Touching:
    """S touching regions: ids (S, 4) vertices, part (S,), weight (T, S) of touching in each frame."""

    ids: NDArray[np.intp]
    part: NDArray[np.intp]
    weight: NDArray[np.float64]

    def frames(self, where: slice) -> "Touching":
        return Touching(self.ids, self.part, self.weight[where])


@dataclass(frozen=True)
class Pairs:
    """All pairs of a round. `ids` (N,) are the skin vertices to be posed; the first ones are the leaves of the skeleton."""

    ids: NDArray[np.intp]
    skin: SkinPairs
    inner: InnerRows
    slip: SlipPoints
    floor: Tensor
    """Columns of vertices that are watched for sinking below the floor."""


class _Columns:
    """Gives every vertex that is asked for a column."""

    def __init__(self, first: NDArray[np.intp]) -> None:
        self._lists = [np.asarray(first, np.int64)]

    def add(self, ids: NDArray[np.integer]) -> None:
        self._lists.append(np.unique(ids).astype(np.int64))

    def close(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """ids, and a table from vertex to column."""
        first = self._lists[0]
        rest = np.setdiff1d(np.concatenate([np.zeros(0, np.int64), *self._lists[1:]]), first)
        ids = np.concatenate([first, rest])
        table = np.full(int(ids.max(initial=0)) + 1, -1, np.int64)
        table[ids] = np.arange(len(ids))
        return ids.astype(np.intp), table


def find_pairs(
    scene: Scene, state: State, survey: Survey, contacts: Contacts, feet: Feet, options: RefineOptions, fingers: dict[str, float],
    touching: Touching | None = None,
) -> Pairs:  # fmt: skip
    """The pairs of a window; contacts and feet are those of the window. `fingers` says what a side's fingers count.
    `touching` are the regions that are followed against slipping; those of this survey where it is None."""
    columns = _Columns(scene.leaf_ids)
    frame, part, vertex = _watched(scene, survey)
    pull = _pulled(scene, survey, contacts)
    regions = find_touching(survey, contacts) if touching is None else touching
    steps = np.minimum(regions.weight[:-1], regions.weight[1:])
    pairs, leaving = leave_well(scene, state, survey, contacts)
    walls = at_walls(scene, state, survey, contacts)
    if walls is not None:
        pairs, leaving = joined(pairs, walls), np.concatenate([leaving, np.ones(len(walls), bool)])
    for ids in (vertex, pull.vertex, pairs.vertex.cpu().numpy(), regions.ids.ravel(), feet.ids.ravel(), feet.watched):
        columns.add(ids)
    ids, table = columns.close()
    hands = _hand_mask(scene)

    def whole(values: NDArray[np.integer]) -> Tensor:
        return torch.as_tensor(np.asarray(values, np.int64), device=scene.device)

    def real(values: NDArray[np.floating]) -> Tensor:
        return torch.as_tensor(np.asarray(values), device=scene.device, dtype=scene.dtype)

    area = scene.vertex_area.cpu().numpy()
    every_vertex = np.concatenate([vertex, pull.vertex])
    allowance = np.where(hands, options.hand_allowance - _CLEARANCE, options.body_allowance)
    size = np.clip(area / _UNIT_AREA, 0.3, 3.0)
    push = size[every_vertex]
    push[len(vertex) :] = 0.0
    say = _finger_say(scene, fingers)
    push *= say[every_vertex]
    push[: len(vertex)] *= goes_in(scene, state, survey, frame, part, vertex)
    skin = SkinPairs(
        whole(np.concatenate([frame, pull.frame])), whole(np.concatenate([part, pull.part])), whole(table[every_vertex]),
        real(allowance[every_vertex]), real(push), real(np.concatenate([np.zeros(len(vertex)), pull.weight])),
        real(np.concatenate([np.zeros(len(vertex)), pull.wanted])),
    )  # fmt: skip
    inner = InnerRows(
        pairs.frame, pairs.part, pairs.point, whole(table[pairs.vertex.cpu().numpy()]), pairs.normal, pairs.distance,
        real(allowance[pairs.vertex.cpu().numpy()]),
        real((say * size)[pairs.vertex.cpu().numpy()] * leaving),
    )  # fmt: skip
    slip = SlipPoints(
        whole(table[np.concatenate([regions.ids, feet.ids])]), whole(np.concatenate([regions.part, np.full(len(feet.ids), -1)])),
        real(np.concatenate([steps, feet.still], axis=1)),
        real(np.concatenate([regions.weight, np.zeros_like(feet.planted)], axis=1)),
        real(np.concatenate([np.zeros((len(feet.planted), len(regions.ids))), feet.planted], axis=1)),
        real(np.concatenate([np.zeros(len(regions.ids)), feet.level])),
    )  # fmt: skip
    return Pairs(ids, skin, inner, slip, whole(table[feet.watched]))


def _finger_say(scene: Scene, fingers: dict[str, float]) -> NDArray[np.float64]:
    regions = scene.choice.model.regions
    say = np.ones(len(regions.vertex_region))
    for side, value in fingers.items():
        say[regions.mask(f"{side}_hand") & ~regions.mask(f"{side}_palm")] = value
    return say


def _hand_mask(scene: Scene) -> NDArray[np.bool_]:
    regions = scene.choice.model.regions
    result: NDArray[np.bool_] = regions.mask("left_hand") | regions.mask("right_hand")
    return result


def _watched(scene: Scene, survey: Survey) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """(frame, part, vertex) of skin in or just before a part that has an inside; the deepest of each frame."""
    found = [np.zeros((3, 0), np.intp)]
    for k, distance in enumerate(survey.distance):
        if scene.fields[k].thin:
            continue
        values = distance.cpu().numpy()
        frame, vertex = np.nonzero(values < WATCHED)
        depth = values[frame, vertex]
        order = np.lexsort((vertex, depth, frame))
        frame, vertex = frame[order], vertex[order]
        start = np.searchsorted(frame, np.arange(len(values)))
        keep = np.arange(len(frame)) - start[frame] < _PER_FRAME
        found.append(np.stack([frame[keep], np.full(keep.sum(), k), vertex[keep]]))
    frame, part, vertex = np.concatenate(found, axis=1)
    return frame, part, vertex


@dataclass(frozen=True)
class _Pull:
    frame: NDArray[np.intp]
    part: NDArray[np.intp]
    vertex: NDArray[np.intp]
    weight: NDArray[np.float64]
    wanted: NDArray[np.float64]


def _pulled(scene: Scene, survey: Survey, contacts: Contacts) -> _Pull:
    """Of every touching region its three nearest vertices."""
    found = [np.zeros((5, 0))]
    if not survey.distance:
        return _Pull(*(np.zeros(0, np.intp),) * 3, np.zeros(0), np.zeros(0))
    distance = np.stack([d.cpu().numpy() for d in survey.distance])
    for r, ids in enumerate(contacts.vertices):
        frames = np.flatnonzero(contacts.weight[:, r] > 0.02)
        if not len(frames) or not len(ids):
            continue
        own = distance[contacts.part[frames, r], frames][:, ids]
        count = min(_NEAREST, len(ids))
        nearest = np.argpartition(own, count - 1, axis=1)[:, :count]
        good = np.isfinite(np.take_along_axis(own, nearest, axis=1))
        t = np.repeat(frames, count).reshape(-1, count)[good]
        found.append(np.stack([t, contacts.part[t, r], ids[nearest][good], contacts.weight[t, r] / count, contacts.wanted[t, r]]))
    frame, part, vertex, weight, wanted = np.concatenate(found, axis=1)
    return _Pull(frame.astype(np.intp), part.astype(np.intp), vertex.astype(np.intp), weight, wanted)


def find_touching(survey: Survey, contacts: Contacts) -> Touching:
    """Of every touching region and part the four vertices that are nearest over all its contact."""
    ids, parts, weights = [], [], []
    distance = [d.cpu().numpy() for d in survey.distance]
    for r, own in enumerate(contacts.vertices):
        for k, values in enumerate(distance):
            weight = np.where(contacts.part[:, r] == k, contacts.weight[:, r], 0.0)
            if weight.max(initial=0.0) < 0.1 or len(own) < 4:
                continue
            mean = np.minimum(values[weight > 0][:, own], 0.2).mean(axis=0)
            ids.append(own[np.argsort(mean, kind="stable")[:4]])
            parts.append(k)
            weights.append(weight)
    if not ids:
        return Touching(np.zeros((0, 4), np.intp), np.zeros(0, np.intp), np.zeros((len(contacts.weight), 0)))
    return Touching(np.array(ids), np.array(parts), np.stack(weights, axis=1))
