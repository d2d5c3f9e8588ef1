"""What is done to things, phase by phase, from the facts of a clip: lifted, carried, put down, pushed, turned, kicked, sat on.

The thresholds are chosen on our own demo clips, where the truth is known.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Mask, Thing, mask_runs
from interact_core.annotation.moving_phases import moving_phases
from interact_core.annotation.phase import Phase, share_of, with_hands

_FACE: Final = 0.27
"""Metres from the head joint, which lies behind the mouth, to the middle of what is at the mouth."""


@lru_cache(maxsize=32)
def phases_of(evidence: Evidence) -> tuple[Phase, ...]:
    """By start. Things that nobody touches and that only lie there have none. Kept: rules ask at every key stroke."""
    found: list[Phase] = []
    for thing in evidence.things.values():
        for start, end in mask_runs(thing.moving):
            found += moving_phases(evidence, thing, start, end)
        found += _still(evidence, thing)
        found += _passing(evidence, thing)
        found += _at_the_mouth(evidence, thing)
    passes = [p for p in found if p.verb == "pass"]
    found = [p for p in found if p.verb != "hold" or not any(share_of(p, q) > 0.5 for q in passes)]
    for touch in evidence.touches_of("seat"):
        if evidence.person.sitting[touch.start : touch.end].mean() > 0.5:
            found.append(Phase("sit", touch.start, touch.end, touch.object, touch.part))
    return tuple(sorted(found, key=lambda p: (p.start, p.end, p.verb)))


def _still(evidence: Evidence, thing: Thing) -> Iterator[Phase]:
    """Hands on what does not move: held in the air, or touched where it stands."""
    touched = np.logical_or.reduce([evidence.touching(hand, thing.name) for hand in HAND_LIMBS])
    for start, end in mask_runs(touched & ~thing.moving):
        if end - start < evidence.fps:
            continue
        up = thing.raised[start:end].mean() > 0.5
        moved = (start > 0 and touched[start - 1]) or (end < len(touched) and touched[end])
        if up or not moved:  # a hand still on what it has just moved is no deed of its own
            yield with_hands(evidence, Phase("hold" if up else "touch", start, end, thing.name))


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
