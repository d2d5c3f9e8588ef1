"""What is done to a thing while it moves: lifted, carried, put down, pushed, pulled, turned, opened, thrown, kicked."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Floats, Thing, mask_runs
from interact_core.annotation.phase import RISE, TRAVEL, TURN, Phase, Verb, triple, with_hands

_CLIMB: Final = 0.12
"""m/s upwards or downwards."""
_SHORTEST: Final = 0.3
"""Seconds of a phase between two others."""


def moving_phases(evidence: Evidence, thing: Thing, start: int, end: int) -> Iterator[Phase]:
    foot = _kicking_foot(evidence, thing, start)
    hands = evidence.hands_on(thing.name, start, end, 0.25)
    if foot and not hands:
        way, heading = triple(evidence.way(thing.name, start, end)), evidence.heading(thing.name, start, end)
        yield Phase("kick", start, end, thing.name, way=way, heading=heading, other=foot)
        return
    for a, b, held in _held_parts(evidence, thing, start, end):
        if held:
            yield from _handled(evidence, thing, a, b)
        elif a > start and thing.raised[a:b].mean() > 0.5:
            yield with_hands(evidence, Phase("throw", a, b, thing.name), before=True)
            if b < end:
                yield with_hands(evidence, Phase("catch", max(b - 3, a), min(b + 6, end), thing.name))


def _kicking_foot(evidence: Evidence, thing: Thing, start: int) -> str:
    near = range(max(0, start - 5), start + 6)
    for foot in ("left_foot", "right_foot"):
        if any(t.start in near or t.start <= start < t.end for t in evidence.touches_of(foot, thing.name)):
            return foot
    return ""


def _held_parts(evidence: Evidence, thing: Thing, start: int, end: int) -> list[tuple[int, int, bool]]:
    """[start, end) cut where the last hand leaves and the first comes back; gaps of a few frames are held."""
    held = np.zeros(evidence.num_frames, bool)
    for limb in HAND_LIMBS:
        held |= evidence.touching(limb, thing.name)
    inside = held[start:end].copy()
    shortest = max(1, round(0.2 * evidence.fps))
    for a, b in mask_runs(~inside):
        if b - a < shortest:
            inside[a:b] = True
    cuts = [0, *(int(k) + 1 for k in np.flatnonzero(np.diff(inside))), len(inside)]
    return [(start + a, start + b, bool(inside[a])) for a, b in pairwise(cuts)]


def _handled(evidence: Evidence, thing: Thing, start: int, end: int) -> Iterator[Phase]:
    """A motion with hands on the thing, cut into up, level and down."""
    if thing.opened is not None and abs(thing.opened[end - 1] - thing.opened[start]) > TURN:
        verb: Verb = "open" if thing.opened[end - 1] > thing.opened[start] else "close"
        yield with_hands(evidence, Phase(verb, start, end, thing.name))
        return
    last = start
    for a, b, up in _climbs(thing.height, start, end, evidence.fps):
        phase = _vertical(evidence, thing, a, b, up)
        if phase.verb in ("raise", "lower") and phase.distance > abs(phase.way[2]):
            continue  # it bobs while it is carried
        yield from _level(evidence, thing, last, a)
        yield with_hands(evidence, phase)
        last = b
    yield from _level(evidence, thing, last, end)


def _climbs(height: Floats, start: int, end: int, fps: float) -> list[tuple[int, int, bool]]:
    """Frames in which the lowest point rises (True) or sinks for good."""
    inside = smooth(height[start:end], max(1, round(0.2 * fps)))
    if len(inside) < 3:
        return []
    rate = np.gradient(inside) * fps
    found = []
    for up in (True, False):
        for a, b in mask_runs(rate > _CLIMB if up else rate < -_CLIMB):
            if abs(inside[b - 1] - inside[a]) >= RISE:
                found.append((start + a, start + b, up))
    return sorted(found)


def _vertical(evidence: Evidence, thing: Thing, start: int, end: int, up: bool) -> Phase:
    way = evidence.way(thing.name, start, end)
    if up:
        verb: Verb = "raise" if thing.raised[max(start - 1, 0)] and thing.raised[start : start + 3].all() else "lift"
    else:
        after = thing.raised[min(end + round(0.4 * evidence.fps), evidence.num_frames - 1)]
        verb = "lower" if after else "put down"
    return Phase(verb, start, end, thing.name, way=triple(way))


def _level(evidence: Evidence, thing: Thing, start: int, end: int) -> Iterator[Phase]:
    if end - start < _SHORTEST * evidence.fps:
        return
    way = evidence.way(thing.name, start, end)
    turn = _turned(thing, start, end)
    path = smooth(thing.centre[start:end], max(1, round(0.2 * evidence.fps)))[:, [0, 2]]
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    distance = float(np.hypot(way[0], way[1]))
    walking = bool(evidence.person.walking[start:end].mean() > 0.3)
    to_and_fro = length > 0.4 and length > 3 * distance + 0.2
    raised = bool(thing.raised[start:end].mean() >= 0.5)
    phase = Phase("move", start, end, thing.name, way=triple(way), turn=turn, walking=walking, to_and_fro=to_and_fro)
    settled = thing.raised[start:end].any() and not thing.raised[end - 1 : end + 3].any()
    if raised and walking and distance > 2 * TRAVEL:
        phase = replace(phase, verb="carry")
    elif distance < 2 * TRAVEL and abs(turn) > TURN and not walking:
        phase = replace(phase, verb="rotate")
    elif settled and raised:
        phase = replace(phase, verb="put down")
    elif not raised and distance >= TRAVEL and not to_and_fro:
        phase = replace(phase, verb="push" if _leads(evidence, thing, start, end) else "pull")
    elif distance < TRAVEL and not to_and_fro and thing.spin[start:end].max() - thing.spin[start:end].min() > TURN:
        phase = replace(phase, verb="rotate")
    elif distance < TRAVEL and not to_and_fro:
        return
    yield with_hands(evidence, phase)


def _leads(evidence: Evidence, thing: Thing, start: int, end: int) -> bool:
    """It goes away from where the person is: pushed. Else it comes along or nearer: pulled."""
    step = np.diff(thing.centre[start:end], axis=0)[:, [0, 2]]
    away = (thing.centre - evidence.person.pelvis)[start : end - 1][:, [0, 2]]
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return float((step * away).sum()) > 0


def _turned(thing: Thing, start: int, end: int) -> float:
    """Radians about the vertical, anticlockwise seen from above positive."""
    return float(thing.turned[end - 1] - thing.turned[start])


def smooth(values: Floats, window: int) -> Floats:
    """Running mean along the first axis, the ends repeated."""
    if window < 2 or len(values) < 2:
        return values
    padding = [(window // 2, window - 1 - window // 2)] + [(0, 0)] * (values.ndim - 1)
    total = np.cumsum(np.pad(np.nan_to_num(values), padding, mode="edge"), axis=0)
    total = np.concatenate([np.zeros_like(total[:1]), total])
    return np.asarray((total[window:] - total[:-window]) / window)
