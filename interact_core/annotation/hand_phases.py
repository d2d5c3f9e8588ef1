"""What each hand does, frame range by frame range: it comes, grasps, moves the thing, holds it or rests on it, lets go."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Touch, limb_title, mask_runs

_REACH: Final = 1.5
"""Seconds: an approach is no longer than this."""
_BRUSH: Final = 0.3
"""Seconds: a shorter touch of what stands still is passing by."""
_SLIP: Final = 0.1
"""Seconds: a grasp or release shorter than this belongs to the motion."""
_PAUSE: Final = 0.4
"""Seconds between two motions that count as a hold or rest of its own."""


@dataclass(frozen=True)
class HandPhase:
    """label is one of vocabulary.PHASES; `confidence` 0..1; `reason` for the person who decides."""

    label: str
    start: int
    end: int
    touch: Touch
    confidence: float
    reason: str


def hand_phases(evidence: Evidence) -> tuple[HandPhase, ...]:
    """For both hands, by start. Ranges of one hand do not overlap."""
    found: list[HandPhase] = []
    for hand in HAND_LIMBS:
        free_from = 0
        for touch in evidence.touches_of(hand):
            moving = evidence.things[touch.object].moving
            if touch.end - touch.start < _BRUSH * evidence.fps and not moving[touch.start : touch.end].any():
                continue
            found += _approach(evidence, touch, free_from)
            found += _contact(evidence, touch)
            free_from = touch.end
    return tuple(sorted(found, key=lambda p: (p.start, p.touch.limb)))


def _approach(evidence: Evidence, touch: Touch, free_from: int) -> list[HandPhase]:
    """Back from the onset as long as the wrist comes nearer to where it touches."""
    wrist = evidence.person.wrists.get(touch.limb)
    if wrist is None or touch.start == 0:
        return []
    seconds = max(1, round(0.1 * evidence.fps))
    first = max(free_from, touch.start - round(_REACH * evidence.fps))
    away = np.linalg.norm(wrist - wrist[touch.start], axis=1)
    start = touch.start
    while start - 1 >= first and away[start - 1] >= away[min(start - 1 + seconds, touch.start)] + 0.005:
        start -= 1
    if touch.start - start < seconds or away[start] < 0.05:
        return []
    nearer = f"comes {100 * away[start]:.0f} cm nearer and touches the {touch.object} at frame {touch.start}"
    reason = f"the {limb_title(touch.limb)} {nearer}"
    return [HandPhase("approach", start, touch.start, touch, 0.7, reason)]


def _contact(evidence: Evidence, touch: Touch) -> list[HandPhase]:
    thing = evidence.things[touch.object]
    moving = thing.moving[touch.start : touch.end].copy()
    pause = round(_PAUSE * evidence.fps)
    for a, b in mask_runs(~moving):
        if a > 0 and b < len(moving) and b - a < pause:
            moving[a:b] = True
    motions = [(touch.start + a, touch.start + b) for a, b in mask_runs(moving)]
    if not motions:
        return [_held(evidence, touch, touch.start, touch.end)]
    slip = round(_SLIP * evidence.fps)
    if motions[0][0] - touch.start < slip:
        motions[0] = (touch.start, motions[0][1])
    if touch.end - motions[-1][1] < slip:
        motions[-1] = (motions[-1][0], touch.end)
    who, name = limb_title(touch.limb), touch.object
    found, last = [], touch.start
    for number, (a, b) in enumerate(motions):
        if a > last:
            if number == 0 and touch.start > 0 and a - last < evidence.fps:
                reason = f"the {who} touches the {name} from frame {touch.start}; it starts to move at frame {a}"
                found.append(HandPhase("grasp", last, a, touch, 0.8, reason))
            else:
                found.append(_held(evidence, touch, last, a))
        speed = float(np.nanmax(thing.speed[a:b]))
        reason = f"the {name} moves at up to {speed:.1f} m/s while the {who} touches it"
        found.append(HandPhase("move", a, b, touch, 0.9, reason))
        last = b
    if last < touch.end:
        if touch.end < evidence.num_frames and touch.end - last < evidence.fps:
            reason = f"the {name} comes to rest at frame {last}; the {who} leaves it at frame {touch.end}"
            found.append(HandPhase("release", last, touch.end, touch, 0.8, reason))
        else:
            found.append(_held(evidence, touch, last, touch.end))
    return found


def _held(evidence: Evidence, touch: Touch, start: int, end: int) -> HandPhase:
    up = bool(evidence.things[touch.object].raised[start:end].mean() > 0.5)
    what = "keeps it up, without moving it" if up else "touches it and it does not move"
    reason = f"{touch.object}: the {limb_title(touch.limb)} {what} in frames {start} to {end - 1}"
    return HandPhase("hold" if up else "rest", start, end, touch, 0.7, reason)
