"""Who does it with what: the slots of a segment, read off the measured contact. Offered; a person takes them over."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.evidence import HAND_LIMBS, Evidence, Touch, limb_title
from interact_core.annotation.records import SegmentRecord
from interact_core.clip import Segment

SHARE: Final = 0.5
"""Of the segment's frames: a hand that touches the object in so many of them is the one that does it."""
_PASSING: Final = 0.1
"""Below this share a touch says nothing about the segment."""


@dataclass(frozen=True)
class Slots:
    """Values for the fields that were empty, "" where contact says nothing; `reason` in plain words."""

    hand: str = ""
    object: str = ""
    part: str = ""
    reason: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is to be set, by field name."""
        found = {"hand": self.hand, "object": self.object, "part": self.part}
        return {name: value for name, value in found.items() if value}


def slots_from_contact(evidence: Evidence, segment: Segment) -> Slots:
    """For the empty ones of hand, object and part; what a person has filled in is kept and narrows the rest."""
    start, end = segment.start_frame, min(segment.end_frame, evidence.num_frames)
    touches = [t for t in evidence.touches if t.limb in HAND_LIMBS and _inside(t, start, end) >= _PASSING * (end - start)]
    if segment.hand in HAND_LIMBS:
        touches = [t for t in touches if t.limb == segment.hand]
    if segment.object:
        touches = [t for t in touches if t.object == segment.object]
    if not touches:
        return Slots()
    thing = _most(touches, start, end, "object")
    touches = [t for t in touches if t.object == thing]
    hand = evidence.hands_on(thing, start, end, SHARE) or _most(touches, start, end, "limb")
    part = _most(touches, start, end, "part")
    return Slots(
        "" if segment.hand else hand, "" if segment.object else thing, "" if segment.part else part,
        _reason(evidence, thing, start, end),
    )  # fmt: skip


def fill_slots(document: AnnotationDocument, uids: Iterable[str], evidence: Evidence, author: str = "") -> Edit:
    """The empty slots of these segments take what contact says. No change where it says nothing."""
    editing = Editing(document, "Fill in from contact")
    for uid in uids:
        record = document.get(uid)
        if isinstance(record, SegmentRecord):
            found = slots_from_contact(evidence, record.segment).fields
            if found:
                editing.put(record.changed(**found, author=author or record.author))
    return editing.edit()


def _inside(touch: Touch, start: int, end: int) -> int:
    return max(0, min(touch.end, end) - max(touch.start, start))


def _most(touches: list[Touch], start: int, end: int, name: str) -> str:
    """The value of that field with the most frames; the first by name where two have as many."""
    frames: Counter[str] = Counter()
    for touch in touches:
        frames[getattr(touch, name)] += _inside(touch, start, end)
    return min(frames, key=lambda value: (-frames[value], value))


def _reason(evidence: Evidence, thing: str, start: int, end: int) -> str:
    shares = {limb: 100 * evidence.touching(limb, thing)[start:end].mean() for limb in HAND_LIMBS}
    told = [f"the {limb_title(limb)} touches {thing} in {share:.0f} % of its frames" for limb, share in shares.items() if share]
    return " and ".join(told)[:1].upper() + " and ".join(told)[1:] + "." if told else ""
