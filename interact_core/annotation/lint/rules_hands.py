"""Hands and feet in sentences against measured contact: which one, and how many."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interact_core.annotation.evidence import HAND_LIMBS, Evidence
from interact_core.annotation.lint.context import LintContext, Said, Word, cased
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.lint.measured import contact_told, phases_in

_HANDS: Final = frozenset({"hand", "palm", "fist", "arm"})
_PAIRS: Final = frozenset({"hands", "palms", "fists", "arms"})
_LINKS: Final = frozenset({"with", "using", "in", "by", "of", "from", "to", "into", "via", "through"})
_SIDES: Final = {"left": "right", "right": "left"}
_BRIEF: Final = 0.2
"""Seconds: a shorter touch says nothing about which hand is meant."""
_MOSTLY: Final = 0.8


@dataclass(frozen=True)
class Mention:
    """ "with his right hand": who is left, right, both or one; kind hand or foot; words the two that say so."""

    who: str
    kind: str
    words: tuple[Word, Word]


def mentions(words: tuple[Word, ...]) -> Iterator[Mention]:
    """Limbs that the sentence makes the means of something: after "with", "in", "using" and their kind, or as subject."""
    for k, word in enumerate(words):
        before = words[k - 1].text if k else ""
        kind = "hand" if word.text in _HANDS | _PAIRS else "foot" if word.text in ("foot", "leg", "feet") else ""
        if not kind:
            continue
        linked = any(w.text in _LINKS for w in words[max(0, k - 4) : k - 1]) or k <= 2
        if word.text in _HANDS | {"foot", "leg"} and before in _SIDES and linked:
            yield Mention(before, kind, (words[k - 1], word))
        elif word.text in _HANDS and before in ("one", "single") and linked:
            yield Mention("one", kind, (words[k - 1], word))
        elif word.text in _PAIRS and before in ("both", "two"):
            yield Mention("both", kind, (words[k - 1], word))


def hands(context: LintContext) -> Iterator[Finding]:
    """left_right and hand_count in one pass; each keeps its own id."""
    evidence = context.evidence
    if evidence is None or not evidence.objects:
        return
    for said in context.texts:
        found = tuple(mentions(said.words))
        told = {m.who for m in found if m.kind == "hand"}
        yield from _passing(context, evidence, said, found)
        for mention in found:
            if mention.kind == "foot":
                yield from _foot(context, evidence, said, mention)
            elif mention.who in _SIDES:
                yield from _side(context, evidence, said, mention, told)
            else:
                yield from _count(context, evidence, said, mention)


def _side(context: LintContext, evidence: Evidence, said: Said, mention: Mention, told: set[str]) -> Iterator[Finding]:
    other = _SIDES[mention.who]
    here, there = (_seconds(evidence, limb, said) for limb in (mention.who, other))
    why = _measured(evidence, (other, mention.who), said)
    side = mention.words[0]
    if here < _BRIEF <= there:
        fix, message = cased(other, said.text[side.start :]), f"It is the {other} hand that touches, not the {mention.who}."
        yield context.at("left_right", "warning", said, (side, side), message, why, fix, _where(evidence, other, said))
    elif told <= {mention.who} and min(here, there) >= _BRIEF and _share_together(evidence, said) >= _MOSTLY:
        message = f"The text names the {mention.who} hand; both hands hold on together."
        yield context.at("hand_count", "hint", said, mention.words, message, why, None, _where(evidence, other, said))


def _passing(context: LintContext, evidence: Evidence, said: Said, found: tuple[Mention, ...]) -> Iterator[Finding]:
    """ "from the left hand to the right" where it goes the other way round."""
    sided = [m for m in found if m.kind == "hand" and m.who in _SIDES]
    if len(sided) != 2 or sided[0].who == sided[1].who:
        return
    before = [w.text for w in said.words if w.end <= sided[0].words[0].start][-3:]
    passes = [p for p in phases_in(evidence, said.first, said.last) if p.verb == "pass"]
    if "from" not in before or not passes or any(p.hand == sided[0].who for p in passes):
        return
    first = passes[0]
    message = f"It goes from the {first.hand} hand to the {first.other} hand."
    why = f"{_measured(evidence, (first.hand, first.other), said)} Both have it in frames {first.start} to {first.end - 1}."
    words = (sided[0].words[0], sided[1].words[0])
    told = said.text[words[0].start : words[1].end]
    fix = re.sub(r"left|right", lambda match: _SIDES[match.group().lower()], told)
    yield context.at("left_right", "warning", said, words, message, why, fix, (first.start, first.end))


def _count(context: LintContext, evidence: Evidence, said: Said, mention: Mention) -> Iterator[Finding]:
    left, right = (_seconds(evidence, limb, said) for limb in HAND_LIMBS)
    why = _measured(evidence, HAND_LIMBS, said)
    if mention.who == "both" and (left < _BRIEF) != (right < _BRIEF):
        hand = "right" if left < _BRIEF else "left"
        message = f"Only the {hand} hand touches anything."
        fix = cased(f"the {hand} hand", said.text[mention.words[0].start :])
        yield context.at("hand_count", "warning", said, mention.words, message, why, fix, _where(evidence, hand, said))
    elif mention.who == "one" and min(left, right) >= _BRIEF and _share_together(evidence, said) >= _MOSTLY:
        message = "Both hands hold on together."
        fix = cased("both hands", said.text[mention.words[0].start :])
        yield context.at("hand_count", "warning", said, mention.words, message, why, fix, _where(evidence, "left", said))


def _foot(context: LintContext, evidence: Evidence, said: Said, mention: Mention) -> Iterator[Finding]:
    """Feet touch for a moment; any touch counts, and where none is measured nothing is said."""
    if mention.who not in _SIDES:
        return
    other = _SIDES[mention.who]
    here, there = (evidence.contact[f"{side}_foot"][said.first : said.last].any() for side in (mention.who, other))
    if there and not here:
        why = _measured(evidence, (f"{other}_foot", f"{mention.who}_foot"), said)
        side = mention.words[0]
        message = f"It is the {other} foot that touches, not the {mention.who}."
        frames = _where(evidence, f"{other}_foot", said)
        yield context.at("left_right", "warning", said, (side, side), message, why, cased(other, said.text[side.start :]), frames)


def _measured(evidence: Evidence, limbs: tuple[str, str], said: Said) -> str:
    one, other = (contact_told(evidence, limb, said.first, said.last) for limb in limbs)
    return f"Measured: {one}; {other}."


def _seconds(evidence: Evidence, limb: str, said: Said) -> float:
    return float(evidence.contact[limb][said.first : said.last].sum()) / evidence.fps


def _share_together(evidence: Evidence, said: Said) -> float:
    """Of the frames with any hand on anything, those with both."""
    left, right = (evidence.contact[limb][said.first : said.last] for limb in HAND_LIMBS)
    return float((left & right).sum()) / max(1, int((left | right).sum()))


def _where(evidence: Evidence, limb: str, said: Said) -> tuple[int, int] | None:
    touches = [t for t in evidence.touches_of(limb) if t.start < said.last and t.end > said.first]
    return (touches[0].start, touches[0].end) if touches else None
