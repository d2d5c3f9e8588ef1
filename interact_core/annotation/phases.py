"""What is done to things, phase by phase, from the facts of a clip: lifted, carried, put down, pushed, turned, kicked, sat on.

One phase is what one verb tells. The thresholds are chosen on our own demo clips, where the truth is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Floats, Mask, Thing, mask_runs

Verb = Literal[
    "lift", "raise", "put down", "lower", "carry", "move", "push", "pull", "rotate", "open", "close", "throw", "catch", "kick",
    "pass", "hold", "touch", "sit", "drink",
]  # fmt: skip

RISE: Final = 0.08
"""Metres up or down that count as lifting or lowering."""
TRAVEL: Final = 0.15
"""Metres over the floor that count as moving."""
TURN: Final = np.radians(25.0)
_CLIMB: Final = 0.12
"""m/s upwards or downwards."""
_SHORTEST: Final = 0.3
"""Seconds of a phase between two others."""
_FACE: Final = 0.27
"""Metres from the head joint, which lies behind the mouth, to the middle of what is at the mouth."""


@dataclass(frozen=True)
class Phase:
    """One verb's worth, frames [start, end). `hand` is left, right, both or ""; `way` as Evidence.way; `turn` in radians."""

    verb: Verb
    start: int
    end: int
    object: str
    part: str = ""
    hand: str = ""
    way: tuple[float, float, float] = (0.0, 0.0, 0.0)
    heading: float | None = None
    """As Evidence.heading."""
    turn: float = 0.0
    walking: bool = False
    to_and_fro: bool = False
    other: str = ""
    """The hand that takes over, or the foot that kicks."""

    @property
    def distance(self) -> float:
        """Metres over the floor."""
        return float(np.hypot(self.way[0], self.way[1]))


@lru_cache(maxsize=32)
def phases_of(evidence: Evidence) -> tuple[Phase, ...]:
    """By start. Things that nobody touches and that only lie there have none. Kept: rules ask at every key stroke."""
    found: list[Phase] = []
    for thing in evidence.things.values():
        for start, end in mask_runs(thing.moving):
            found += _motion(evidence, thing, start, end)
        found += _still(evidence, thing)
        found += _passing(evidence, thing)
        found += _at_the_mouth(evidence, thing)
    passes = [p for p in found if p.verb == "pass"]
    found = [p for p in found if p.verb != "hold" or not any(share_of(p, q) > 0.5 for q in passes)]
    for touch in evidence.touches_of("seat"):
        if evidence.person.sitting[touch.start : touch.end].mean() > 0.5:
            found.append(Phase("sit", touch.start, touch.end, touch.object, touch.part))
    return tuple(sorted(found, key=lambda p: (p.start, p.end, p.verb)))


def _motion(evidence: Evidence, thing: Thing, start: int, end: int) -> Iterator[Phase]:
    foot = _kicking_foot(evidence, thing, start)
    hands = evidence.hands_on(thing.name, start, end, 0.25)
    if foot and not hands:
        way, heading = _triple(evidence.way(thing.name, start, end)), evidence.heading(thing.name, start, end)
        yield Phase("kick", start, end, thing.name, way=way, heading=heading, other=foot)
        return
    for a, b, held in _held_parts(evidence, thing, start, end):
        if held:
            yield from _handled(evidence, thing, a, b)
        elif a > start and thing.raised[a:b].mean() > 0.5:
            yield _with_hands(evidence, Phase("throw", a, b, thing.name), before=True)
            if b < end:
                yield _with_hands(evidence, Phase("catch", max(b - 3, a), min(b + 6, end), thing.name))


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
        yield _with_hands(evidence, Phase(verb, start, end, thing.name))
        return
    last = start
    for a, b, up in _climbs(thing.height, start, end, evidence.fps):
        phase = _vertical(evidence, thing, a, b, up)
        if phase.verb in ("raise", "lower") and phase.distance > abs(phase.way[2]):
            continue  # it bobs while it is carried
        yield from _level(evidence, thing, last, a)
        yield _with_hands(evidence, phase)
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
    return Phase(verb, start, end, thing.name, way=_triple(way))


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
    phase = Phase("move", start, end, thing.name, way=_triple(way), turn=turn, walking=walking, to_and_fro=to_and_fro)
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
    yield _with_hands(evidence, phase)


def _leads(evidence: Evidence, thing: Thing, start: int, end: int) -> bool:
    """It goes away from where the person is: pushed. Else it comes along or nearer: pulled."""
    step = np.diff(thing.centre[start:end], axis=0)[:, [0, 2]]
    away = (thing.centre - evidence.person.pelvis)[start : end - 1][:, [0, 2]]
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return float((step * away).sum()) > 0


def _turned(thing: Thing, start: int, end: int) -> float:
    """Radians about the vertical, anticlockwise seen from above positive."""
    return float(thing.turned[end - 1] - thing.turned[start])


def _still(evidence: Evidence, thing: Thing) -> Iterator[Phase]:
    """Hands on what does not move: held in the air, or touched where it stands."""
    touched = np.logical_or.reduce([evidence.touching(hand, thing.name) for hand in HAND_LIMBS])
    for start, end in mask_runs(touched & ~thing.moving):
        if end - start < evidence.fps:
            continue
        up = thing.raised[start:end].mean() > 0.5
        moved = (start > 0 and touched[start - 1]) or (end < len(touched) and touched[end])
        if up or not moved:  # a hand still on what it has just moved is no deed of its own
            yield _with_hands(evidence, Phase("hold" if up else "touch", start, end, thing.name))


def _passing(evidence: Evidence, thing: Thing) -> Iterator[Phase]:
    """One hand lets go of what the other has taken."""
    for giver, taker in (HAND_LIMBS, HAND_LIMBS[::-1]):
        for take in evidence.touches_of(taker, thing.name):
            for give in evidence.touches_of(giver, thing.name):
                overlap = give.end - take.start
                before, after = take.start - give.start, take.end - give.end
                if 0 < overlap < 1.5 * evidence.fps and min(before, after) > 0.4 * evidence.fps and thing.raised[take.start]:
                    yield Phase("pass", take.start, give.end, thing.name, take.part, giver, other=taker)


def _at_the_mouth(evidence: Evidence, thing: Thing) -> Iterator[Phase]:
    """A held thing that comes from farther away and stays at the mouth."""
    near: Mask = np.linalg.norm(thing.centre - evidence.person.head, axis=1) < _FACE
    for start, end in mask_runs(near):
        hand = evidence.hands_on(thing.name, start, end)
        if hand and 0.4 * evidence.fps < end - start < evidence.num_frames and thing.raised[start:end].all():
            yield Phase("drink", start, end, thing.name, hand=hand)


def _with_hands(evidence: Evidence, phase: Phase, before: bool = False) -> Phase:
    start, end = (max(0, phase.start - 5), phase.start) if before else (phase.start, phase.end)
    parts = [t.part for t in evidence.touches if t.hand and t.object == phase.object and t.start < end and t.end > start]
    hand, heading = evidence.hands_on(phase.object, start, end), evidence.heading(phase.object, phase.start, phase.end)
    return replace(phase, hand=hand, part=parts[0] if parts else "", heading=heading)


def smooth(values: Floats, window: int) -> Floats:
    """Running mean along the first axis, the ends repeated."""
    if window < 2 or len(values) < 2:
        return values
    padding = [(window // 2, window - 1 - window // 2)] + [(0, 0)] * (values.ndim - 1)
    total = np.cumsum(np.pad(np.nan_to_num(values), padding, mode="edge"), axis=0)
    total = np.concatenate([np.zeros_like(total[:1]), total])
    return np.asarray((total[window:] - total[:-window]) / window)


def share_of(one: Phase, other: Phase) -> float:
    """How much of `one` lies in `other`, 0..1."""
    return max(0, min(one.end, other.end) - max(one.start, other.start)) / (one.end - one.start)


def _triple(way: Floats) -> tuple[float, float, float]:
    return float(way[0]), float(way[1]), float(way[2])
