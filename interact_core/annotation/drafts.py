"""A first draft of a caption, from what the motion shows. It is offered; nobody but a person puts it into the document."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from interact_core.annotation.evidence import Evidence, limb_title
from interact_core.annotation.story import Beat, story_of
from interact_core.annotation.thing_names import is_drinkable, spoken_name
from interact_core.clip import Segment

VARIANTS: Final = ("natural", "change", "shorten")
_TEMPLATES: Final[dict[str, tuple[str, str]]] = {
    "lift": ("lifts {it}", "picks {it} up"), "raise": ("raises {it}", "lifts {it} higher"),
    "put down": ("puts {it} down", "sets {it} down"), "lower": ("lowers {it}", "brings {it} down"),
    "carry": ("carries {it}{way}", "walks{way} with {it}"), "move": ("moves {it}{way}", "shifts {it}{way}"),
    "push": ("pushes {it}{way}", "shoves {it}{way}"), "pull": ("pulls {it}{way}", "drags {it}{way}"),
    "rotate": ("rotates {it}{way}", "turns {it}{way}"), "open": ("opens {it}", "opens {it} up"),
    "close": ("closes {it}", "shuts {it}"), "throw": ("throws {it}", "tosses {it}"), "catch": ("catches {it}", "catches {it}"),
    "kick": ("kicks {it}{way}", "gives {it} a kick{way}"), "hold": ("holds {it}", "keeps hold of {it}"),
    "touch": ("rests {hands} on {it}", "puts {hands} on {it}"), "sit": ("sits on {it}", "takes a seat on {it}"),
    "pass": ("passes {it} from the {hand} hand to the {other} hand", "hands {it} over from the {hand} to the {other} hand"),
    "walk": ("walks to {it}", "steps up to {it}"), "stand up": ("stands up", "gets up"),
    "exercise": ("lifts {it} up and down", "raises and lowers {it}"),
    "play": ("throws {it} up and catches {it}", "tosses {it} up and catches {it}"),
}  # fmt: skip
"""Simple present, third person, as the field writes; the second wording is for the variant "change"."""
_TELLING: Final = (
    "kick", "sit", "drink", "pass", "play", "exercise", "open", "close", "carry", "push", "pull", "rotate", "lift", "move",
    "raise", "put down", "lower", "hold", "touch", "throw", "catch",
)  # fmt: skip
"""What the one clause of "shorten" is about: the first of these that happens."""
_COUNTS: Final = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_BRIEF: Final = {"touch": "touches {it}", "pass": "passes {it} on"}
_WITHOUT_HANDS: Final = frozenset({"kick", "sit", "stand up", "walk", "touch", "pass", "drink"})


@dataclass(frozen=True)
class Draft:
    """`reasons`: what each clause rests on, for the person who takes it over or not."""

    text: str
    reasons: tuple[str, ...]


def draft_caption(evidence: Evidence, variant: str = "natural", segments: Iterable[Segment] = ()) -> Draft | None:
    """None where nothing happens to anything. `segments` of the document on the action tier overrule the measured hand."""
    beats = story_of(evidence, tuple(segments))
    if not beats:
        return None
    if variant == "shorten":
        beats = (min(beats, key=lambda b: _TELLING.index(b.verb) if b.verb in _TELLING else len(_TELLING)),)
    wording = 1 if variant == "change" else 0
    clauses, said, hands = [], "", ""
    for beat in beats:
        name = f"the {spoken_name(beat.phase.object)}"
        clause = _clause(beat, name if said != name else "it", wording, brief=variant == "shorten")
        hand = _hands(beat)
        if hand and hand != hands and variant != "shorten":
            told = hand.replace("with", "in") if beat.verb == "carry" and wording else hand
            clause, hands = f"{clause} {told}", hand
        if beat.count in _COUNTS and variant != "shorten":
            clause += f", {_COUNTS[beat.count]}"
        clauses.append(clause)
        said = name
    subject = "Someone" if variant == "change" else "A person"
    return Draft(f"{subject} {_listed(clauses)}.", tuple(_reason(beat) for beat in beats))


def draft_captions(evidence: Evidence, segments: Iterable[Segment] = ()) -> dict[str, Draft]:
    """By variant; empty where nothing happens."""
    kept = tuple(segments)
    found = {variant: draft_caption(evidence, variant, kept) for variant in VARIANTS}
    return {variant: draft for variant, draft in found.items() if draft is not None}


def _clause(beat: Beat, it: str, wording: int, *, brief: bool) -> str:
    phase = beat.phase
    if beat.verb == "drink":
        if is_drinkable(phase.object):
            return (f"drinks from {it}", f"takes a sip from {it}")[wording]
        return (f"brings {it} to the face", f"raises {it} to the face")[wording]
    if phase.to_and_fro:
        return (f"moves {it} back and forth", f"pushes and pulls {it} to and fro")[wording]
    way = f" {beat.direction}" if beat.direction and not brief else ""
    hands = "both hands" if phase.hand == "both" else f"the {phase.hand} hand" if phase.hand else "a hand"
    template = _BRIEF.get(beat.verb, "") if brief else ""
    text = (template or _TEMPLATES[beat.verb][wording]).format(it=it, way=way, hands=hands, hand=phase.hand, other=phase.other)
    if text.count(it) > 1 and it != "it":
        first, _, rest = text.partition(it)
        text = first + it + rest.replace(it, "it")
    if beat.verb == "kick" and not brief:
        text += f" with the {limb_title(phase.other)}"
    return text


def _hands(beat: Beat) -> str:
    if beat.verb in _WITHOUT_HANDS or not beat.phase.hand:
        return ""
    return "with both hands" if beat.phase.hand == "both" else f"with the {beat.phase.hand} hand"


def _listed(clauses: list[str]) -> str:
    """ "a", "a and b", "a, b and c"; a clause with a comma of its own keeps it apart from what follows."""
    if len(clauses) < 2:
        return "".join(clauses)
    return f"{', '.join(clauses[:-1])} and {clauses[-1]}"


def _reason(beat: Beat) -> str:
    phase = beat.phase
    where = f"frames {phase.start} to {phase.end - 1}"
    facts = [spoken_name(phase.object)]
    if phase.hand:
        facts.append("both hands" if phase.hand == "both" else f"{phase.hand} hand")
    if phase.distance >= 0.1:
        facts.append(f"{100 * phase.distance:.0f} cm over the floor")
    if abs(phase.way[2]) >= 0.05:
        facts.append(f"{100 * phase.way[2]:+.0f} cm in height")
    if beat.direction:
        facts.append(beat.direction)
    return f"{beat.verb} ({where}): {', '.join(facts)}"
