"""Points of difference and figures of agreement in words. No Qt widgets."""

from typing import TYPE_CHECKING, Final

from interact_core.annotation.records import CaptionRecord, SegmentRecord
from interact_core.clip import Segment

if TYPE_CHECKING:
    from interact_core.annotation.adjudication import Item
    from interact_core.annotation.agreement import Agreement

_DIFFERS: Final = {"bounds": "bounds", "label": "label", "slots": "hand, object or part", "text": "words"}
SIDES: Final = {"a": "A", "b": "B", "both": "A+B", "merged": "mean", "edited": "edited"}


def verdict_text(item: "Item", a: str, b: str) -> str:
    """ "bounds and label differ", "only Ada", "the same"."""
    if item.verdict == "agreed":
        return "the same"
    if item.verdict in ("only_a", "only_b"):
        return f"only {a if item.verdict == 'only_a' else b}"
    names = [_DIFFERS[one] for one in item.differs if one in _DIFFERS]
    told = " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "something"
    return f"{told} differ{'s' if told == 'label' else ''}"


def frames_text(item: "Item") -> str:
    """ "20–59 | 22–59": last frames included; one range where both are the same."""
    ranges = [_range(record.segment) for record in (item.a, item.b) if isinstance(record, SegmentRecord)]
    return " | ".join(dict.fromkeys(ranges))


def title_text(item: "Item") -> str:
    """What both or one of them said, short."""
    record = item.a or item.b
    return said_text(record)


def said_text(record: "CaptionRecord | SegmentRecord | None") -> str:
    if record is None:
        return ""
    if isinstance(record, CaptionRecord):
        return record.caption.text
    said = record.segment
    hand = {"": "", "both": "both hands"}.get(said.hand, f"{said.hand} hand")
    return " · ".join(filter(None, (said.label, said.text, hand, said.object, said.part, said.actor, said.note))) or "no words"


def agreement_text(found: "Agreement") -> str:
    """ "IoU 0.91 · ends within 2 frames · labels κ 0.80 · captions 87 %"; what cannot be said is left out."""
    overall = found.overall
    parts = [f"pairs {overall.matched} of {overall.matched + overall.only_a + overall.only_b}"]
    if overall.mean_iou is not None:
        parts.append(f"IoU {overall.mean_iou:.2f}")
    errors = [one.mean for one in (overall.start_error, overall.end_error) if one is not None]
    if errors:
        parts.append(f"bounds ±{sum(errors) / len(errors):.1f} frames")
    if overall.frame_kappa is not None:
        parts.append(f"κ of frames {overall.frame_kappa:.2f}")
    if overall.label_kappa is not None:
        parts.append(f"κ of labels {overall.label_kappa:.2f}")
    words = [one.words for one in found.captions.values() if one.words is not None]
    if words:
        parts.append(f"captions {sum(words) / len(words):.0%} alike")
    return " · ".join(parts)


def agreement_tooltip(found: "Agreement") -> str:
    """A line per tier and caption."""
    lines = []
    for name, tier in found.tiers.items():
        iou = "–" if tier.mean_iou is None else f"{tier.mean_iou:.2f}"
        kappa = "–" if tier.frame_kappa is None else f"{tier.frame_kappa:.2f}"
        start, end = ("–" if one is None else f"{one.mean:.1f}" for one in (tier.start_error, tier.end_error))
        lines.append(
            f"{name}: {tier.matched} pairs, {tier.only_a} only A, {tier.only_b} only B, IoU {iou}, "
            f"start ±{start}, end ±{end} frames, κ {kappa}"
        )
    for variant, caption in found.captions.items():
        words = "–" if caption.words is None else f"{caption.words:.0%}"
        lines.append(f"caption, {variant}: {words} of the words alike")
    return "\n".join(lines)


def _range(segment: Segment) -> str:
    return f"{segment.start_frame}–{segment.end_frame - 1}"
