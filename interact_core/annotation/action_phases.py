"""Which of InterAct's action classes the phases speak for, and how surely. What is not clear gets no class."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from interact_core.annotation.evidence import Evidence, limb_title
from interact_core.annotation.phase import Phase
from interact_core.annotation.phases import phases_of
from interact_core.annotation.thing_names import is_drinkable, is_edible, spoken_name

_CLASSES: Final[dict[str, tuple[str, float]]] = {
    "lift": ("Lift", 0.9), "raise": ("Lift", 0.6), "carry": ("Carry", 0.9), "push": ("Move", 0.8), "pull": ("Move", 0.8),
    "move": ("Move", 0.6), "rotate": ("Rotate", 0.8), "hold": ("Hold", 0.7), "sit": ("Sit", 0.9), "kick": ("Kick", 0.9),
    "pass": ("Pass", 0.8), "open": ("Manipulate", 0.7), "close": ("Manipulate", 0.7), "touch": ("Hold", 0.4),
}  # fmt: skip
"""Class and confidence per verb. Putting down has no class of its own: the motion before it says more."""
_REPEATS: Final = 3


@dataclass(frozen=True)
class ActionPhase:
    label: str
    start: int
    end: int
    phase: Phase
    confidence: float
    reason: str


@lru_cache(maxsize=32)
def action_phases(evidence: Evidence) -> tuple[ActionPhase, ...]:
    """By start; neighbours of one class on one object are one."""
    phases = phases_of(evidence)
    rhythmic = {thing for thing in evidence.things if _exercise(phases, thing)}
    thrown = {p.object for p in phases if p.verb == "throw"}
    found = [a for p in phases if p.object not in rhythmic | thrown and (a := _action(evidence, p)) is not None]
    found += [_whole(phases, thing, "Exercise", 0.5, "goes up and down {n} times in the same hand") for thing in rhythmic]
    found += [_whole(phases, thing, "Play", 0.5, "flies free {n} times between hands") for thing in thrown - rhythmic]
    return tuple(_joined(sorted(found, key=lambda a: (a.start, a.end))))


def _action(evidence: Evidence, phase: Phase) -> ActionPhase | None:
    label, confidence = _CLASSES.get(phase.verb, ("", 0.0))
    if phase.verb == "drink" and (is_drinkable(phase.object) or is_edible(phase.object)):
        label, confidence = ("Drink" if is_drinkable(phase.object) else "Eat"), 0.7
    if phase.to_and_fro:
        label, confidence = "Manipulate", 0.4
    if phase.verb == "lift" and phase.way[2] < 0.15:
        confidence = 0.5
    if not label:
        return None
    return ActionPhase(label, phase.start, phase.end, phase, confidence, _reason(evidence, phase))


def _reason(evidence: Evidence, phase: Phase) -> str:
    name = spoken_name(phase.object)
    hand = {"both": "with both hands on it", "": "with no hand on it"}.get(phase.hand, f"with the {phase.hand} hand on it")
    up, across = 100 * phase.way[2], 100 * phase.distance
    told = {
        "lift": f"the {name} rises {up:.0f} cm, {hand}", "raise": f"the {name} rises {up:.0f} cm, {hand}",
        "carry": f"the {name} travels {across:.0f} cm in the air, {hand}, while the person walks",
        "push": f"the {name} goes {across:.0f} cm away over the floor, {hand}",
        "pull": f"the {name} comes along {across:.0f} cm over the floor, {hand}",
        "move": f"the {name} is moved {across:.0f} cm, {hand}",
        "rotate": f"the {name} turns {_degrees(evidence, phase):.0f} degrees, {hand}",
        "hold": f"the {name} is still in the air, {hand}", "touch": f"the {name} stands still, {hand}",
        "sit": f"the seat is on the {name} and the pelvis is low",
        "kick": f"the {limb_title(phase.other)} touches the {name}, which then moves {across:.0f} cm",
        "pass": f"the {phase.other} hand takes the {name} while the {phase.hand} hand still has it",
        "drink": f"the {name} is at the face, {hand}",
        "open": f"a part of the {name} turns on its hinge, {hand}", "close": f"a part of the {name} turns on its hinge, {hand}",
    }  # fmt: skip
    return told[phase.verb]


def _degrees(evidence: Evidence, phase: Phase) -> float:
    spin = evidence.things[phase.object].spin[phase.start : phase.end]
    return float(np.degrees(max(abs(phase.turn), float(np.ptp(spin)))))


def _exercise(phases: tuple[Phase, ...], thing: str) -> bool:
    """Up and down at least three times, never flying, never going anywhere."""
    mine = [p for p in phases if p.object == thing]
    ups = sum(p.verb in ("raise", "lift") for p in mine)
    downs = sum(p.verb in ("lower", "put down") for p in mine)
    elsewhere = any(p.verb in ("throw", "carry", "push", "pull", "drink", "pass") for p in mine)
    return min(ups, downs) >= _REPEATS and not elsewhere


def _whole(phases: tuple[Phase, ...], thing: str, label: str, confidence: float, told: str) -> ActionPhase:
    verbs = ("throw",) if label == "Play" else ("raise", "lift")
    mine = [p for p in phases if p.object == thing and p.verb not in ("hold", "touch")]
    count = sum(p.verb in verbs for p in mine)
    reason = f"the {spoken_name(thing)} {told.format(n=count)}"
    return ActionPhase(label, min(p.start for p in mine), max(p.end for p in mine), mine[0], confidence, reason)


def _joined(actions: list[ActionPhase]) -> Iterator[ActionPhase]:
    waiting: ActionPhase | None = None
    for action in actions:
        if waiting is None:
            waiting = action
        elif (waiting.label, waiting.phase.object, waiting.phase.hand) == (
            action.label,
            action.phase.object,
            action.phase.hand,
        ) and (action.start - waiting.end < 10):
            sure = max(waiting.confidence, action.confidence)
            waiting = ActionPhase(waiting.label, waiting.start, max(waiting.end, action.end), waiting.phase, sure, waiting.reason)
        else:
            yield waiting
            waiting = action
    if waiting is not None:
        yield waiting
