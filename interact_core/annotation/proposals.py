"""Segments that the motion speaks for: offered with a reason, never made without a person's word.

Keys carry the frames they were found at, and match by overlap: computed again with slightly different frames, what was
dismissed stays dismissed.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

from interact_core.annotation.action_phases import action_phases
from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.hand_phases import hand_phases
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.review import dismiss_finding
from interact_core.clip import Segment

FINDING: Final = "proposal:"
"""Dismissal records of proposals begin so."""
SAME: Final = 0.5
"""Overlap (intersection over union) from which two ranges mean the same."""


@dataclass(frozen=True)
class Proposal:
    """`reason` is one sentence in plain words; `key` names it in dismissals."""

    segment: Segment
    reason: str
    key: str

    @property
    def finding(self) -> str:
        return FINDING + self.key


def propose_segments(evidence: Evidence) -> tuple[Proposal, ...]:
    """On the tiers contact_hand, action and artifact, by start."""
    found = [*_of_hands(evidence), *_of_actions(evidence), *_of_flaws(evidence)]
    return tuple(sorted(found, key=lambda p: (p.segment.start_frame, p.segment.tier, p.key)))


def accept_proposal(document: AnnotationDocument, proposal: Proposal, author: str = "") -> Edit:
    """Its segment becomes one of the document's, signed by who accepted it."""
    editing = Editing(document, "Accept proposal")
    editing.put(SegmentRecord.new(dataclasses.replace(proposal.segment, author=author), "proposal"))
    return editing.edit()


def dismiss_proposal(document: AnnotationDocument, proposal: Proposal, reason: str = "", author: str = "") -> Edit:
    edit = dismiss_finding(document, proposal.finding, reason, author)
    return dataclasses.replace(edit, title="Dismiss proposal")


def open_proposals(document: AnnotationDocument, proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """Those that nobody has dismissed and that no segment of the document says already."""
    dismissed = [d.finding.removeprefix(FINDING) for d in document.dismissals if d.finding.startswith(FINDING)]
    segments = [record.segment for record in document.segments]
    return tuple(
        p for p in proposals
        if not any(same_key(p.key, key) for key in dismissed) and not any(_said(p.segment, s) for s in segments)
    )  # fmt: skip


def same_key(one: str, other: str) -> bool:
    """The same but for small differences of the frames at the end."""
    head, _, frames = one.rpartition("@")
    other_head, _, other_frames = other.rpartition("@")
    if head != other_head:
        return False
    try:
        (a, b), (c, d) = (tuple(map(int, text.split("-"))) for text in (frames, other_frames))
    except ValueError:
        return one == other
    return overlap(a, b, c, d) >= SAME


def overlap(a: int, b: int, c: int, d: int) -> float:
    """Intersection over union of [a, b) and [c, d)."""
    inside = max(0, min(b, d) - max(a, c))
    return inside / max(1, (b - a) + (d - c) - inside)


def _said(proposed: Segment, known: Segment) -> bool:
    """A person may have changed the words of an accepted one: the range, the hand and the object tell."""
    if proposed.tier != known.tier:
        return False
    if any(a and b and a != b for a, b in ((proposed.hand, known.hand), (proposed.object, known.object))):
        return False
    if proposed.tier == "artifact" and proposed.label != known.label:
        return False
    return overlap(proposed.start_frame, proposed.end_frame, known.start_frame, known.end_frame) >= SAME


def _of_hands(evidence: Evidence) -> list[Proposal]:
    found = []
    for phase in hand_phases(evidence):
        hand, thing, part = phase.touch.limb, phase.touch.object, phase.touch.part
        segment = Segment(
            "contact_hand",
            phase.start,
            phase.end,
            label=phase.label,
            object=thing,
            part=part,
            hand=hand,
            confidence=phase.confidence,
        )
        found.append(_proposal(segment, phase.reason))
    return found


def _of_actions(evidence: Evidence) -> list[Proposal]:
    found = []
    for action in action_phases(evidence):
        phase = action.phase
        segment = Segment(
            "action", action.start, action.end, label=action.label, object=phase.object, part=phase.part, hand=phase.hand,
            confidence=action.confidence,
        )  # fmt: skip
        found.append(_proposal(segment, action.reason))
    return found


def _of_flaws(evidence: Evidence) -> list[Proposal]:
    return [
        _proposal(Segment("artifact", f.start, f.end, label=f.kind, confidence=round(f.severity, 3)), f.title or f.kind)
        for f in evidence.flaws
    ]


def _proposal(segment: Segment, reason: str) -> Proposal:
    head = ":".join((segment.tier, segment.label, segment.hand, segment.object, segment.part))
    sentence = reason[:1].upper() + reason[1:] + "."
    return Proposal(segment, sentence, f"{head}@{segment.start_frame}-{segment.end_frame}")
