"""Two annotators' words about one clip made into one: what they agree on, what not, and edits that decide each point.

Every decision is one undoable edit of the main document: the chosen words with origin "merge", and a note that the point is
decided (a dismissal whose finding is "adjudication:" and the item's key). The key depends on both sides' content, so a
point opens again when one of them hands in something else.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from interact_core.annotation.commands import Edit, Editing, edit_towards
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.matching import match_segments
from interact_core.annotation.records import CaptionRecord, DismissalRecord, Record, SegmentRecord, new_uid
from interact_core.clip import Caption, Segment

Words = CaptionRecord | SegmentRecord
W = TypeVar("W", bound=Words)
Verdict = Literal["agreed", "bounds", "label", "slots", "text", "only_a", "only_b"]
Side = Literal["a", "b", "both", "merged", "edited"]
_FINDING: Final = "adjudication:"
_SLOTS: Final = ("hand", "object", "part", "actor")
_FILLED: Final = ("text", "label", "actor", "object", "part", "hand", "confidence", "note")


@dataclass(frozen=True)
class Item:
    """One point: a segment or caption of A, the one of B that pairs with it, or only one of them. `tier` is a caption's variant.

    `differs` names every difference; `verdict` the first of bounds, label, slots, text.
    """

    key: str
    tier: str
    a: Words | None
    b: Words | None
    verdict: Verdict
    differs: tuple[Verdict, ...] = ()
    iou: float | None = None

    @property
    def is_caption(self) -> bool:
        return isinstance(self.a or self.b, CaptionRecord)


@dataclass(frozen=True)
class Progress:
    """How many points there are, and how many nobody has decided yet."""

    total: int
    open: int


def compare(a: AnnotationDocument, b: AnnotationDocument, tolerance: int = 0) -> tuple[Item, ...]:
    """Captions first, then segments by time. Bounds at most `tolerance` frames apart agree. Empty captions do not count."""
    return tuple(_distinct((*_caption_items(a, b), *_segment_items(a, b, tolerance))))


def take(document: AnnotationDocument, item: Item, side: Side, author: str = "", edited: str | Segment | None = None) -> Edit:
    """Decide a point; deciding again replaces the decision. The side that wrote nothing means: leave it out.

    "merged": a segment with the means of both bounds, rounded down; where A says nothing, what B says. "edited": `edited`, the
    caption's text or the whole segment, by `author`. ValueError for "merged" or "both" where only one side wrote something,
    for "merged" captions, and for "edited" without such a value.
    """
    editing = Editing(document, "Take both" if side == "both" else "Resolve difference")
    _take(editing, item, side, author, edited)
    return editing.edit()


def take_all_agreed(document: AnnotationDocument, items: Sequence[Item], author: str = "") -> Edit:
    """Everything agreed that is not decided yet, in one edit; A's words, which are B's too (within the tolerance)."""
    editing = Editing(document, "Take all agreed")
    for item in open_items(document, items):
        if item.verdict == "agreed":
            _take(editing, item, "a", author, None)
    return editing.edit()


def take_document(document: AnnotationDocument, theirs: AnnotationDocument, title: str = "Take over") -> Edit:
    """One annotator's captions, segments, remarks and state in place of the document's; only what differs is touched.

    What the document itself remembers of findings and decisions stays.
    """
    records: list[Record] = [record for record in theirs.records if not isinstance(record, DismissalRecord)]
    for index, record in enumerate(records):
        known = document.get(record.uid)
        if isinstance(record, CaptionRecord | SegmentRecord) and not (known and _same_words(known, record)):
            records[index] = _merged_origin(record)
        elif known is not None and isinstance(known, CaptionRecord | SegmentRecord):
            records[index] = known
    return edit_towards(document, (*records, *document.dismissals), title)


def decision(document: AnnotationDocument, item: Item) -> str:
    """The side that was taken, "" while the point is open."""
    wanted = _FINDING + item.key
    return next((record.reason for record in document.dismissals if record.finding == wanted), "")


def open_items(document: AnnotationDocument, items: Sequence[Item]) -> tuple[Item, ...]:
    decided = {record.finding for record in document.dismissals}
    return tuple(item for item in items if _FINDING + item.key not in decided)


def progress(document: AnnotationDocument, items: Sequence[Item]) -> Progress:
    return Progress(len(items), len(open_items(document, items)))


def _take(editing: Editing, item: Item, side: Side, author: str, edited: str | Segment | None) -> None:
    chosen = _chosen(item, side, author, edited)
    kept = {record.uid for record in chosen}
    # Whatever of this point is in the document already (the start that both were given, an earlier decision) makes room.
    for old in (item.a, item.b, *_made_for(editing.document, item)):
        if old is not None and old.uid in editing.document and old.uid not in kept:
            editing.remove(old.uid)
    for record in chosen:
        known = editing.document.get(record.uid)
        if known is None or not _same_words(known, record):  # the source's own caption stays the source's
            editing.put(record)
    _note(editing, item, side, author)


def _chosen(item: Item, side: Side, author: str, edited: str | Segment | None) -> list[Words]:
    """The records that shall be there afterwards."""
    if side in ("a", "b"):
        record = item.a if side == "a" else item.b
        return [_merged_origin(record)] if record is not None else []
    if side == "edited":
        return [_edited(item, author, edited)]
    if item.a is None or item.b is None:
        raise ValueError(f"only one side wrote this: there is no {side}")
    if side == "both":
        first, second = _merged_origin(item.a), _merged_origin(item.b)
        return [first, second if second.uid != first.uid else dataclasses.replace(second, uid=_made_uid(item))]
    return [_mean(item.a, item.b, author)]


def _mean(a: Words, b: Words, author: str) -> SegmentRecord:
    if isinstance(a, CaptionRecord) or isinstance(b, CaptionRecord):
        raise ValueError("two captions have no mean")
    one, other = a.segment, b.segment
    # Each start is before its end on both sides, so the means rounded alike are at least a frame apart.
    said = {name: getattr(one, name) or getattr(other, name) for name in _FILLED}
    return _merged_origin(a).changed(
        start_frame=(one.start_frame + other.start_frame) // 2, end_frame=(one.end_frame + other.end_frame) // 2,
        author=author, **said,
    )  # fmt: skip


def _edited(item: Item, author: str, edited: str | Segment | None) -> Words:
    record = item.a or item.b
    if isinstance(record, CaptionRecord) and isinstance(edited, str):
        return _merged_origin(record).with_text(edited, author)
    if isinstance(record, SegmentRecord) and isinstance(edited, Segment):
        return dataclasses.replace(_merged_origin(record), segment=dataclasses.replace(edited, author=author))
    raise ValueError("an edited decision needs the text of a caption or the segment")


def _merged_origin(record: W) -> W:
    return dataclasses.replace(record, origin="merge")


def _note(editing: Editing, item: Item, side: Side, author: str) -> None:
    finding = _FINDING + item.key
    known = next((record for record in editing.document.dismissals if record.finding == finding), None)
    editing.put(DismissalRecord(known.uid if known is not None else new_uid(), finding, side, author))


def _made_uid(item: Item) -> str:
    """Of the second record where both sides changed the same one; found again when the decision is changed."""
    return "merge-" + item.key


def _made_for(document: AnnotationDocument, item: Item) -> Iterator[Words]:
    record = document.get(_made_uid(item))
    if isinstance(record, CaptionRecord | SegmentRecord):
        yield record


def _caption_items(a: AnnotationDocument, b: AnnotationDocument) -> Iterator[Item]:
    ours, theirs = _captions(a), _captions(b)
    for key in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(key), theirs.get(key)
        differs: tuple[Verdict, ...] = ()
        if one is not None and other is not None and one.caption.text.strip() != other.caption.text.strip():
            differs = ("text",)
        yield _item(key[0], one, other, differs, None)


def _captions(document: AnnotationDocument) -> dict[tuple[str, int], CaptionRecord]:
    """By variant and count: several of one variant pair in their order."""
    found: dict[tuple[str, int], CaptionRecord] = {}
    for record in document.captions:
        if record.caption.text.strip():
            variant = record.caption.variant
            found[(variant, sum(known == variant for known, _ in found))] = record
    return found


def _segment_items(a: AnnotationDocument, b: AnnotationDocument, tolerance: int) -> Iterator[Item]:
    items: list[Item] = []
    for tier in sorted({record.segment.tier for record in (*a.segments, *b.segments)}):
        ours, theirs = a.segments_on(tier), b.segments_on(tier)
        matches = match_segments([record.segment for record in ours], [record.segment for record in theirs])
        for match in matches:
            one, other = ours[match.a], theirs[match.b]
            items.append(_item(tier, one, other, _differences(one.segment, other.segment, tolerance), match.iou))
        paired_a, paired_b = {match.a for match in matches}, {match.b for match in matches}
        items += [_item(tier, record, None, (), None) for index, record in enumerate(ours) if index not in paired_a]
        items += [_item(tier, None, record, (), None) for index, record in enumerate(theirs) if index not in paired_b]
    yield from sorted(items, key=_by_time)


def _differences(a: Segment, b: Segment, tolerance: int) -> tuple[Verdict, ...]:
    found: list[Verdict] = []
    if max(abs(a.start_frame - b.start_frame), abs(a.end_frame - b.end_frame)) > tolerance:
        found.append("bounds")
    if a.label != b.label:
        found.append("label")
    if any(getattr(a, slot) != getattr(b, slot) for slot in _SLOTS):
        found.append("slots")
    if a.text.strip() != b.text.strip():
        found.append("text")
    return tuple(found)


def _distinct(items: Iterable[Item]) -> Iterator[Item]:
    """Both may have changed one record so far that it now pairs with others: then it must not be one record in two decisions."""
    seen: set[str] = set()
    for item in items:
        clash = {
            side: dataclasses.replace(record, uid=f"{_made_uid(item)}-{side}")
            for side, record in (("a", item.a), ("b", item.b))
            if record is not None and record.uid in seen
        }
        item = dataclasses.replace(item, a=clash.get("a", item.a), b=clash.get("b", item.b))
        seen |= {record.uid for record in (item.a, item.b) if record is not None}
        yield item


def _item(tier: str, a: Words | None, b: Words | None, differs: tuple[Verdict, ...], overlap: float | None) -> Item:
    verdict: Verdict = "only_b" if a is None else "only_a" if b is None else differs[0] if differs else "agreed"
    content = repr([record and (record.uid, _said(record)) for record in (a, b)])
    return Item(hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:20], tier, a, b, verdict, differs, overlap)


def _same_words(known: Record, record: Words) -> bool:
    return isinstance(known, CaptionRecord | SegmentRecord) and _said(known) == _said(record)


def _said(record: Words) -> Caption | Segment:
    return record.caption if isinstance(record, CaptionRecord) else record.segment


def _by_time(item: Item) -> tuple[int, int, str, str]:
    record = item.a or item.b
    assert isinstance(record, SegmentRecord)
    return record.segment.start_frame, record.segment.end_frame, item.tier, record.uid
