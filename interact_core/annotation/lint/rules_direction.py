"""Ways in sentences against the way of the object: up and down, forward and back, left and right, round about."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from interact_core.annotation.evidence import Evidence, mask_runs
from interact_core.annotation.lint.context import LintContext, Said, Word
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.lint.measured import phases_in
from interact_core.annotation.lint.verbs import base_of
from interact_core.annotation.phase import RISE, TURN, Phase

_UP: Final = frozenset({"lift", "raise", "hoist", "elevate"})
_DOWN: Final = frozenset({"lower"})
_GOING: Final = frozenset(
    {"push", "pull", "carry", "move", "drag", "kick", "shove", "slide", "haul", "tug", "propel", "nudge", "roll"}
)
_WAYS: Final[dict[str, float]] = {
    "forward": 0.0, "forwards": 0.0, "ahead": 0.0, "backward": 180.0, "backwards": 180.0, "left": 90.0, "right": -90.0,
}  # fmt: skip
_TOLERANCE: Final = 100.0
"""Degrees: what is said may be this far from what is measured, for people turn and rooms have diagonals."""
_LITTLE: Final = 0.03
"""Metres up or down that are no lifting or lowering at all."""


def direction(context: LintContext) -> Iterator[Finding]:
    evidence = context.evidence
    if evidence is None or not evidence.objects:
        return
    for said in context.texts:
        if said.first >= min(said.last, evidence.num_frames):
            continue  # outside the clip, which another rule says
        for k, word in enumerate(said.words):
            base = base_of(word.text)
            if base in _UP or base in _DOWN:
                yield from _vertical(context, evidence, said, word, base)
            elif base in _GOING:
                yield from _level(context, evidence, said, k)
            elif base in ("walk", "step"):
                yield from _walk(context, evidence, said, word)
            if word.text in ("clockwise", "anticlockwise", "counterclockwise"):
                yield from _round(context, evidence, said, word)


def _vertical(context: LintContext, evidence: Evidence, said: Said, word: Word, base: str) -> Iterator[Finding]:
    """Something must rise or sink by more than nothing; what is not the object ("lifts the arm") passes."""
    if any(w.text in ("arm", "arms", "hand", "hands", "leg", "foot", "head", "lid") for w in _after(said, word, 4)):
        return
    up = base in _UP
    most = max((_climb(evidence, name, said, up), name) for name in evidence.objects)
    if most[0] >= _LITTLE:
        return
    way = "rises" if up else "sinks"
    why = f"Measured: no object {way} by more than {100 * most[0]:.0f} cm in frames {said.first} to {said.last - 1}."
    yield context.at("direction", "warning", said, (word, word), f"Nothing {way}, though the text says '{word.text}'.", why)


def _climb(evidence: Evidence, name: str, said: Said, up: bool) -> float:
    """Metres: the largest rise (or fall) from an earlier frame to a later one, of the middle or of a hinged part."""
    thing = evidence.things[name]
    inside = thing.centre[said.first : said.last, 1]
    if len(inside) == 0:
        return 0.0
    signed = inside if up else -inside
    best = float((signed - np.minimum.accumulate(signed)).max())
    return max(best, RISE if thing.opened is not None and np.ptp(thing.opened[said.first : said.last]) > TURN else 0.0)


def _level(context: LintContext, evidence: Evidence, said: Said, k: int) -> Iterator[Finding]:
    word = said.words[k]
    told = next((w for w in _after(said, word, 6) if w.text in _WAYS and _is_way(said, w)), None)
    if told is None:
        return
    phases = [
        p for p in phases_in(evidence, said.first, said.last) if p.heading is not None and p.distance > 0.3 and not p.to_and_fro
    ]
    if not phases:
        return
    wanted = _WAYS[told.text]
    off = [(abs(_apart(np.degrees(p.heading or 0.0), wanted)), p) for p in phases]
    least, phase = min(off, key=lambda pair: pair[0])
    if least > _TOLERANCE:
        message = f"The {phase.object} does not go {_way_title(wanted)}."
        why = (
            f"Measured: it goes {100 * phase.distance:.0f} cm {_heading_told(phase)} in frames {phase.start} to {phase.end - 1}."
        )
        fix = _same_kind(told.text, np.degrees(phase.heading or 0.0))
        yield context.at("direction", "warning", said, (told, told), message, why, fix, (phase.start, phase.end))


def _walk(context: LintContext, evidence: Evidence, said: Said, word: Word) -> Iterator[Finding]:
    told = next((w for w in _after(said, word, 4) if w.text in _WAYS and _is_way(said, w)), None)
    if told is None:
        return
    walks = [(said.first + a, said.first + b) for a, b in mask_runs(evidence.person.walking[said.first : said.last])]
    headings = [(a, b, np.degrees(h)) for a, b in walks if (h := evidence.walk_heading(a, b)) is not None]
    wanted = _WAYS[told.text]
    if not headings or len(headings) < len(walks) or min(abs(_apart(h, wanted)) for _, _, h in headings) <= _TOLERANCE:
        return
    a, b, heading = headings[0]
    step = float(np.linalg.norm((evidence.person.pelvis[b - 1] - evidence.person.pelvis[a])[[0, 2]]))
    why = f"Measured: the person walks {100 * step:.0f} cm {_nearest_way(heading)} in frames {a} to {b - 1}."
    message = f"The person does not walk {_way_title(wanted)}."
    yield context.at("direction", "warning", said, (told, told), message, why, _same_kind(told.text, heading), (a, b))


def _round(context: LintContext, evidence: Evidence, said: Said, word: Word) -> Iterator[Finding]:
    turns = [p for p in phases_in(evidence, said.first, said.last) if abs(p.turn) > TURN]
    if not turns:
        return
    largest = max(turns, key=lambda p: abs(p.turn))
    clockwise = largest.turn < 0
    if clockwise != (word.text == "clockwise"):
        fix = "clockwise" if clockwise else "anticlockwise"
        degrees = abs(np.degrees(largest.turn))
        why = (
            f"Measured, seen from above: the {largest.object} turns {degrees:.0f} degrees {fix} "
            f"in frames {largest.start} to {largest.end - 1}."
        )
        yield context.at("direction", "warning", said, (word, word), f"It turns {fix}.", why, fix, (largest.start, largest.end))


def _after(said: Said, word: Word, count: int) -> tuple[Word, ...]:
    """The next words of the same clause."""
    later = [w for w in said.words if w.start >= word.end][:count]
    found: list[Word] = []
    for w in later:
        if w.text in ("and", "then", "while") or any(sign in said.text[word.end : w.start] for sign in ".;,!?"):
            break
        found.append(w)
    return tuple(found)


def _is_way(said: Said, word: Word) -> bool:
    """ "to the left" is a way, "with the left hand" is not."""
    if word.text not in ("left", "right"):
        return True
    before = [w.text for w in said.words if w.end <= word.start][-2:]
    after = next((w.text for w in said.words if w.start >= word.end), "")
    return before == ["to", "the"] and after not in ("hand", "foot", "arm", "side", "leg")


def _apart(one: float, other: float) -> float:
    return (one - other + 180.0) % 360.0 - 180.0


def _way_title(angle: float) -> str:
    return {0.0: "forward", 180.0: "backward", 90.0: "to the left", -90.0: "to the right"}[angle]


def _heading_told(phase: Phase) -> str:
    return _nearest_way(float(np.degrees(phase.heading or 0.0)))


def _nearest_way(angle: float) -> str:
    return _way_title(min((0.0, 180.0, 90.0, -90.0), key=lambda way: abs(_apart(angle, way))))


def _same_kind(told: str, angle: float) -> str | None:
    """The opposite word, where that is what is measured."""
    opposite = {"forward": "backward", "forwards": "backwards", "backward": "forward", "backwards": "forwards", "left": "right",
                "right": "left", "ahead": "back"}[told]  # fmt: skip
    way = _WAYS.get(opposite, 180.0)
    return opposite if abs(_apart(angle, way)) < 60 else None
