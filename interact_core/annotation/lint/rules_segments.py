"""Segments: where they lie, what they are called, and their slots against the measured contact."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from interact_core.annotation.evidence import HAND_LIMBS, Evidence
from interact_core.annotation.lint.context import LintContext
from interact_core.annotation.lint.findings import Finding, Fix, Severity, finding_key
from interact_core.annotation.lint.measured import contact_told
from interact_core.annotation.proposals import overlap
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.vocabulary import HANDS

_SHORT: Final = 3
"""Frames: a segment under a tenth of a second is a slip of the hand."""
_TWIN: Final = 0.8
"""Overlap (intersection over union) from which two segments that say the same are one too many."""
_BRIEF: Final = 0.2
"""Seconds of contact that say nothing."""


def bounds(context: LintContext) -> Iterator[Finding]:
    last = context.num_frames
    for record in context.document.segments:
        start, end = record.segment.start_frame, record.segment.end_frame
        if last is not None and end > last:
            why = f"It covers frames {start} to {end - 1}; the clip's last frame is {last - 1}."
            fix = Fix(f"End it at frame {last - 1}", str(last), "end_frame") if start < last else None
            yield _about(record, "segment_bounds", "error", "The segment lies outside the clip.", why, f"{start}-{end}", fix)
        elif end - start < _SHORT:
            why = f"It covers {end - start} of the clip's frames."
            yield _about(record, "segment_bounds", "hint", "The segment is hardly there.", why, f"{end - start}")
    for caption in context.document.captions:
        stop = caption.caption.end_frame
        if last is not None and stop is not None and stop > last:
            why = f"It is about frames {caption.caption.start_frame} to {stop - 1}; the clip's last frame is {last - 1}."
            key = finding_key("segment_bounds", caption.uid, f"{stop}")
            yield Finding(key, "segment_bounds", "error", "The caption reaches beyond the clip.", why, caption.uid)


def labels(context: LintContext) -> Iterator[Finding]:
    for record in context.document.segments:
        said = record.segment
        tier = context.vocabulary.get(said.tier)
        if tier is None:
            why = f"The vocabulary has the tiers {', '.join(t.id for t in context.vocabulary.tiers)}."
            yield _about(record, "segment_label", "hint", f"There is no tier '{said.tier}'.", why, said.tier)
        elif tier.labels and not said.label:
            why = f"The tier {tier.title} counts by label: {', '.join(tier.labels[:8])}{' ...' if len(tier.labels) > 8 else ''}."
            yield _about(record, "segment_label", "warning", "The segment has no label.", why, "")
        elif tier.labels and said.label not in tier.labels:
            folded = {label.casefold(): label for label in tier.labels}
            near = [folded[k] for k in get_close_matches(said.label.casefold(), folded, 1, 0.6)]
            fix = Fix(f"Call it '{near[0]}'", near[0], "label") if near else None
            why = f"The vocabulary of {tier.title} has: {', '.join(tier.labels)}."
            yield _about(record, "segment_label", "warning", f"'{said.label}' is not in the vocabulary.", why, said.label, fix)
        elif not tier.labels and not said.text.strip() and not said.label:
            yield _about(record, "segment_label", "hint", "The segment says nothing.", "It has neither text nor label.", "")


def twins(context: LintContext) -> Iterator[Finding]:
    """The same said twice about nearly the same frames of one tier."""
    alike: dict[tuple[str, ...], list[SegmentRecord]] = {}
    for record in sorted(context.document.segments, key=lambda r: (r.segment.start_frame, -r.segment.end_frame, r.uid)):
        b = record.segment
        others = alike.setdefault((b.tier, b.label, b.text, b.hand, b.object, b.part, b.actor), [])
        for a in (other.segment for other in reversed(others)):
            if b.start_frame - a.start_frame > b.end_frame - b.start_frame:
                break  # sorted by start: from here on no two overlap by half
            if overlap(a.start_frame, a.end_frame, b.start_frame, b.end_frame) >= _TWIN:
                ranges = f"{a.start_frame} to {a.end_frame - 1} and {b.start_frame} to {b.end_frame - 1}"
                why, key = f"Frames {ranges} of {b.tier} say the same.", f"{b.label}|{b.text}|{b.hand}"
                yield _about(record, "segment_twin", "warning", "Two segments say the same about the same frames.", why, key)
                break
        others.append(record)


def slots(context: LintContext) -> Iterator[Finding]:
    """Hand and object of a segment against what is in the clip and what touches it."""
    evidence = context.evidence
    for record in context.document.segments:
        said = record.segment
        if said.hand and said.hand not in HANDS:
            why = f"A hand is one of {', '.join(HANDS)}."
            yield _about(record, "slot_hand", "warning", f"'{said.hand}' is no hand.", why, said.hand)
        if said.object and context.objects and said.object not in context.objects:
            near = get_close_matches(said.object, context.objects, 1, 0.6) or list(
                context.objects[:1] if len(context.objects) == 1 else ()
            )
            fix = Fix(f"Write '{near[0]}'", near[0], "object") if near else None
            why = f"The clip has: {', '.join(context.objects)}."
            yield _about(record, "slot_object", "warning", f"There is no '{said.object}' in the clip.", why, said.object, fix)
        if evidence is not None and evidence.objects:
            yield from _hand_slot(evidence, record)


def _hand_slot(evidence: Evidence, record: SegmentRecord) -> Iterator[Finding]:
    said = record.segment
    if said.hand not in HANDS or said.label in ("approach",) or said.tier == "artifact":
        return
    names = (said.object,) if said.object in evidence.objects else evidence.objects
    first, last = said.start_frame, min(said.end_frame, evidence.num_frames)
    touched: dict[str, bool] = {
        hand: max((int(evidence.touching(hand, name)[first:last].sum()) for name in names), default=0) / evidence.fps >= _BRIEF
        for hand in HAND_LIMBS
    }
    wanted = HAND_LIMBS if said.hand == "both" else (said.hand,)
    missing = [hand for hand in wanted if not touched[hand]]
    real = [hand for hand in HAND_LIMBS if touched[hand]]
    if missing and real:
        measured = "both" if len(real) == 2 else real[0]
        why = f"Measured: {contact_told(evidence, 'left', first, last)}; {contact_told(evidence, 'right', first, last)}."
        message = f"The segment says {said.hand}; the {missing[0]} hand does not touch."
        yield _about(record, "slot_hand", "warning", message, why, said.hand, Fix(f"Say {measured}", measured, "hand"))


def _about(
    record: SegmentRecord, rule: str, severity: Severity, message: str, why: str, words: str, fix: Fix | None = None
) -> Finding:  # fmt: skip
    frames = (record.segment.start_frame, record.segment.end_frame)
    return Finding(finding_key(rule, record.uid, words), rule, severity, message, why, record.uid, fix=fix, frames=frames)
