"""By which side an object leaves the limb it is in.

A limb is left by one side for as long as the object is in it, or points near opposite sides hold each other in place. What
a hand holds lies on its palm side: it does not leave through the back of a touching finger. In hands, points whose nearest
skin is on another side are measured to the skin on the right one, along the way out; elsewhere they are left out.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from interact_core.bodies.regions import HAND_PARTS, SIDES
from interact_core.inspection.signals import runs
from interact_core.refine.contacts import Contacts
from interact_core.refine.scene import Scene
from interact_core.refine.sides import touching_hands
from interact_core.refine.state import State
from interact_core.refine.survey import InnerPairs, Survey

_LIMBS: Final = tuple(f"{side}_{limb}" for side in SIDES for limb in ("arm", "leg", "whole_foot", *HAND_PARTS))
_FIRST_HAND: Final = 3
"""Of each side's limbs, the number of those that are no part of the hand. Each part of a curled finger has a side of its own."""
_NEAR: Final = 0.005
"""Metres: points this near the skin know best where it is nearest."""

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]


def leave_well(scene: Scene, state: State, survey: Survey, contacts: Contacts) -> tuple[InnerPairs, Mask]:
    """The survey's inner pairs with the ways out they are given, and which of them (Q,) have one."""
    pairs = survey.inner
    frame, part, vertex = (a.cpu().numpy().copy() for a in (pairs.frame, pairs.part, pairs.vertex))
    limb = _limb_of(scene)
    own = limb[vertex]
    front, touched = _fronts(scene, contacts, frame, vertex)
    turn = state.rotation[pairs.frame, pairs.part].cpu().double().numpy()
    # Copies, here and above: arrays of tensors are the tensors' own memory, and the survey stays what it was.
    normal, distance = pairs.normal.cpu().double().numpy().copy(), pairs.distance.cpu().double().numpy().copy()
    local = np.einsum("qji,qj->qi", turn, normal)
    weight = front / (np.maximum(-distance, 0.0) + _NEAR)
    way = _ways(own, frame, part, local * weight[:, None], state.num_frames)
    good = front & ((local * way).sum(axis=1) > 0.0)
    astray = np.flatnonzero(~good & (distance < 0.0) & _of_hands(own))
    if not len(astray):
        return pairs, good
    places = (turn @ pairs.point.cpu().double().numpy()[..., None])[..., 0]
    places += state.translation[pairs.frame, pairs.part].cpu().double().numpy()
    world = np.einsum("qij,qj->qi", turn, way)
    skin = survey.vertices.cpu().double().numpy()
    inner = scene.choice.model.regions.inner_hand
    group = frame[astray] * (len(_LIMBS) + 1) + own[astray]
    for key in np.unique(group):
        rows = astray[group == key]
        ids = np.flatnonzero((limb == own[rows[0]]) & (inner | ~touched[rows[0]]))
        found = _across(places[rows], world[rows], skin[frame[rows[0]], ids])
        rows, ids = rows[found >= 0], ids[found[found >= 0]]
        vertex[rows], normal[rows], good[rows] = ids, world[rows], True
        distance[rows] = ((places[rows] - skin[frame[rows], ids]) * world[rows]).sum(axis=1)
    fresh = replace(
        pairs, vertex=torch.as_tensor(vertex).to(pairs.vertex), normal=torch.as_tensor(normal).to(pairs.normal),
        distance=torch.as_tensor(distance).to(pairs.distance),
    )  # fmt: skip
    return fresh, good


def _of_hands(limb: NDArray[np.intp]) -> Mask:
    """(Q,) whether a limb's number is that of a part of a hand."""
    return (limb > 0) & ((limb - 1) % (len(_LIMBS) // len(SIDES)) >= _FIRST_HAND)


def _across(points: Doubles, way: Doubles, skin: Doubles) -> NDArray[np.intp]:
    """(P,) of the skin (S, 3) ahead of each point the vertex nearest to its way out; -1 where none is ahead."""
    offset = skin[None] - points[:, None]
    ahead = (offset * way[:, None]).sum(axis=-1)
    aside = np.where(ahead > 0, (offset**2).sum(axis=-1) - ahead**2, np.inf)
    if not aside.shape[1]:
        return np.full(len(points), -1, np.intp)
    best = aside.argmin(axis=1)
    result: NDArray[np.intp] = np.where(np.isfinite(aside[np.arange(len(points)), best]), best, -1)
    return result


def _fronts(scene: Scene, contacts: Contacts, frame: NDArray[np.intp], vertex: NDArray[np.intp]) -> tuple[Mask, Mask]:
    """(Q,) not on the back of a touching hand; (Q,) on a touching hand."""
    regions = scene.choice.model.regions
    touched = np.zeros(len(frame), bool)
    for side, touching in touching_hands(contacts).items():
        touched |= regions.mask(f"{side}_hand")[vertex] & touching[frame]
    return ~touched | regions.inner_hand[vertex], touched


def _ways(limb: NDArray[np.intp], frame: NDArray[np.intp], part: NDArray[np.intp], pull: Doubles, frames: int) -> Doubles:
    """(Q, 3) unit way out in the part's frame: one for as long as a part is in a limb."""
    way = np.zeros_like(pull)
    for group in np.unique(limb):
        for k in np.unique(part):
            mine = np.flatnonzero((limb == group) & (part == k))
            present = np.zeros(frames, bool)
            present[frame[mine]] = True
            for start, stop in runs(present):
                some = mine[(frame[mine] >= start) & (frame[mine] < stop)]
                total = pull[some].sum(axis=0)
                way[some] = total / max(float(np.linalg.norm(total)), 1e-12)
    return way


def _limb_of(scene: Scene) -> NDArray[np.intp]:
    """(V,) a number for each limb, 0 for the rest."""
    regions = scene.choice.model.regions
    limb = np.zeros(len(regions.vertex_region), np.intp)
    for number, name in enumerate(_LIMBS, start=1):
        limb[regions.mask(name)] = number
    return limb
