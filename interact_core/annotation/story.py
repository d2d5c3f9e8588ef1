"""The phases worth telling, in order: what a sentence about the clip would mention and nothing more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from interact_core.annotation.action_phases import action_phases
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.phase import TRAVEL, Phase, share_of
from interact_core.annotation.phases import phases_of
from interact_core.clip import Segment

_ROUNDABOUT: Final = frozenset({"raise", "lower", "hold", "touch", "move"})
"""Told only where nothing more telling happens to the thing."""
_CLEAR: Final = 37.0
"""Degrees from an axis within which a direction has a name; the diagonals have none."""
_FLYING: Final = frozenset({"raise", "lower", "throw", "catch", "hold", "touch", "move", "lift", "put down"})


@dataclass(frozen=True)
class Beat:
    """A phase as it will be told; `count` repeats; verb may be one of the summary verbs play, exercise, walk, stand up."""

    verb: str
    phase: Phase
    count: int = 1
    direction: str = ""


def story_of(evidence: Evidence, segments: Iterable[Segment] = ()) -> tuple[Beat, ...]:
    """By time. `segments` on the action tier overrule hand and object of the phases they lie over."""
    phases = [_overruled(phase, segments) for phase in phases_of(evidence)]
    beats: list[Beat] = []
    for thing in dict.fromkeys(p.object for p in phases):
        beats += _of_thing(evidence, [p for p in phases if p.object == thing])
    beats.sort(key=lambda b: b.phase.start)
    return tuple(_walked_first(evidence, beats))


def direction_of(phase: Phase) -> str:
    """forward, backward, to the left, to the right, as the person faces meanwhile; "" where it goes nowhere clear."""
    if phase.distance < TRAVEL or phase.to_and_fro or phase.heading is None:
        return ""
    angle = np.degrees(phase.heading)
    if abs(angle) <= _CLEAR or abs(angle) >= 180 - _CLEAR:
        return "forward" if abs(angle) < 90 else "backward"
    if abs(abs(angle) - 90) <= _CLEAR:
        return "to the left" if angle > 0 else "to the right"
    return ""


def turn_of(phase: Phase) -> str:
    """clockwise or anticlockwise seen from above; "" below a quarter of a right angle."""
    if abs(phase.turn) < np.pi / 8:
        return ""
    return "anticlockwise" if phase.turn > 0 else "clockwise"


def _overruled(phase: Phase, segments: Iterable[Segment]) -> Phase:
    for said in segments:
        if said.tier != "action" or min(said.end_frame, phase.end) <= max(said.start_frame, phase.start):
            continue
        inside = replace(phase, start=said.start_frame, end=said.end_frame)
        if share_of(phase, inside) > 0.5 and said.object in ("", phase.object):
            return replace(phase, hand=said.hand or phase.hand)
    return phase


def _of_thing(evidence: Evidence, phases: list[Phase]) -> list[Beat]:
    name = phases[0].object
    for action in action_phases(evidence):
        if action.phase.object == name and action.label in ("Exercise", "Play"):
            verbs = ("throw",) if action.label == "Play" else ("raise", "lift")
            count = sum(p.verb in verbs for p in phases)
            hand = next((p.hand for p in phases if p.hand), "")
            told = Beat(action.label.lower(), replace(phases[0], start=action.start, end=action.end, hand=hand), count)
            return [told, *(Beat(p.verb, p, 1, direction_of(p)) for p in phases if p.verb not in _FLYING)]
    telling = [p for p in phases if p.verb not in _ROUNDABOUT or p.to_and_fro]
    if not telling:
        longest = max(phases, key=lambda p: (p.verb == "move", p.verb != "lower", p.end - p.start))
        return [_beat(longest)]
    beats: list[Beat] = []
    for phase in telling:
        if beats and beats[-1].verb == phase.verb:
            merged = replace(beats[-1].phase, end=phase.end, turn=beats[-1].phase.turn + phase.turn)
            beats[-1] = replace(_beat(merged), direction=beats[-1].direction)
        else:
            beats.append(_beat(phase))
    if beats[-1].verb == "sit" and beats[-1].phase.end < evidence.num_frames - round(0.5 * evidence.fps):
        beats.append(Beat("stand up", replace(beats[-1].phase, start=beats[-1].phase.end, end=evidence.num_frames)))
    return beats


def _beat(phase: Phase) -> Beat:
    direction = turn_of(phase) if phase.verb == "rotate" else direction_of(phase)
    return Beat(phase.verb, phase, 1, direction)


def _walked_first(evidence: Evidence, beats: list[Beat]) -> list[Beat]:
    """ "walks to the ball": a walk forwards that ends shortly before the first thing happens."""
    if not beats:
        return beats
    first = beats[0].phase
    walked = np.flatnonzero(evidence.person.walking[: first.start + 1])
    if len(walked) < 0.5 * evidence.fps or first.verb in ("sit", "carry") or first.start - int(walked[-1]) > evidence.fps:
        return beats
    start, end = int(walked[0]), int(walked[-1])
    step = evidence.person.pelvis[end] - evidence.person.pelvis[start]
    if step @ evidence.person.forward[start] < 0.4:
        return beats
    return [Beat("walk", replace(first, verb="touch", start=start, end=end + 1, hand="")), *beats]
