"""Edits of segments, and where their edges snap.

What always holds: a segment has at least one frame and lies within the clip; segments of a tier may overlap. An edit that
would break this does as much of it as is allowed; where nothing is left of it, it is an edit without changes.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.records import Origin, SegmentRecord
from interact_core.clip import Segment

if TYPE_CHECKING:
    from interact_core.annotation.proposals import Proposal

Side = Literal["start", "end"]
_SAID: Final = ("label", "actor", "object", "part", "hand", "confidence")
"""What a merged segment keeps where its parts agree; text and note are joined."""


def add_segment(
    document: AnnotationDocument, segment: Segment, num_frames: int, author: str = "", origin: Origin = "user"
) -> Edit:
    """At the end of the document, cut to the clip. The last change's record is the new one."""
    start, end = within(segment.start_frame, segment.end_frame, num_frames)
    editing = Editing(document, "Add segment")
    cut = dataclasses.replace(segment, start_frame=start, end_frame=end, author=author or segment.author)
    editing.put(SegmentRecord.new(cut, origin))
    return editing.edit()


def accept_proposals(document: AnnotationDocument, proposals: "Iterable[Proposal]", author: str = "") -> Edit:
    """All of them in one step."""
    editing = Editing(document, "Accept proposals")
    for proposal in proposals:
        editing.put(SegmentRecord.new(dataclasses.replace(proposal.segment, author=author), "proposal"))
    return editing.edit()


def set_bounds(document: AnnotationDocument, uid: str, start: int, end: int, num_frames: int, author: str = "") -> Edit:
    """Frames [start, end), cut to the clip and to at least one frame."""
    editing = Editing(document, "Change range of segment")
    _set(editing, uid, *within(start, end, num_frames), author)
    return editing.edit()


def move(document: AnnotationDocument, uids: Iterable[str], frames: int, num_frames: int, author: str = "") -> Edit:
    """All by the same number of frames, fewer where one of them would leave the clip. Moves in a burst are one step."""
    records = [_segment(document, uid) for uid in uids]
    editing = Editing(document, "Move segment", f"move:{','.join(r.uid for r in records)}")
    if records:
        low = -min(record.segment.start_frame for record in records)
        high = num_frames - max(record.segment.end_frame for record in records)
        shift = max(low, min(frames, high))
        for record in records:
            _set(editing, record.uid, record.segment.start_frame + shift, record.segment.end_frame + shift, author)
    return editing.edit()


def nudge_edge(
    document: AnnotationDocument, uid: str, side: Side, frames: int, num_frames: int, author: str = "", *, joined: bool = True
) -> Edit:
    """An edge by a number of frames, with the edge that butts against it where `joined`. A burst is one step."""
    known = edge_of(_segment(document, uid).segment, side)
    return move_edge(document, uid, side, known + frames, num_frames, author, joined=joined, merge=f"nudge:{uid}:{side}")


def move_edge(
    document: AnnotationDocument,
    uid: str,
    side: Side,
    frame: int,
    num_frames: int,
    author: str = "",
    *,
    joined: bool = True,
    merge: str = "",
) -> Edit:
    """An edge to a frame; with `joined` the edges of the tier that butt against it come along. Nobody gets empty."""
    moved = edges_moved(document, uid, side, frame, num_frames, joined=joined)
    editing = Editing(document, "Move edge of segment", merge)
    for other, (start, end) in moved.items():
        _set(editing, other, start, end, author)
    return editing.edit()


def edges_moved(
    document: AnnotationDocument, uid: str, side: Side, frame: int, num_frames: int, *, joined: bool = True
) -> dict[str, tuple[int, int]]:
    """What `move_edge` would give, by uid: for showing it while the mouse is down."""
    record = _segment(document, uid)
    opposite: Side = "end" if side == "start" else "start"
    touching = [
        other for other in document.segments_on(record.segment.tier)
        if joined and other.uid != uid and edge_of(other.segment, opposite) == edge_of(record.segment, side)
    ]  # fmt: skip
    ending = [record] if side == "end" else touching
    starting = touching if side == "end" else [record]
    low = max((one.segment.start_frame + 1 for one in ending), default=0)
    high = min((one.segment.end_frame - 1 for one in starting), default=num_frames)
    to = max(low, min(frame, high))
    return {one.uid: (one.segment.start_frame, to) for one in ending} | {one.uid: (to, one.segment.end_frame) for one in starting}


def split_at(document: AnnotationDocument, uids: Iterable[str], frame: int, author: str = "") -> Edit:
    """Each that has frames on both sides becomes two, [start, frame) and [frame, end), which say the same."""
    editing = Editing(document, "Split segment")
    for uid in uids:
        record = _segment(editing.document, uid)
        if record.segment.start_frame < frame < record.segment.end_frame:
            second = SegmentRecord.new(record.changed(start_frame=frame).segment, record.origin)
            editing.put(_signed(record, author, end_frame=frame))
            editing.put(_signed(second, author), editing.document.index(uid) + 1)
    return editing.edit()


def merge(document: AnnotationDocument, uids: Iterable[str], author: str = "") -> Edit:
    """Segments of one tier as one, from the first start to the last end: texts joined, what they agree on kept.

    ValueError for segments of several tiers.
    """
    chosen = set(uids)
    tiers = {_segment(document, uid).segment.tier for uid in chosen}
    if len(tiers) > 1:
        raise ValueError(f"segments of different tiers cannot be one: {', '.join(sorted(tiers))}")
    editing = Editing(document, "Merge segments")
    parts = [record for tier in tiers for record in document.segments_on(tier) if record.uid in chosen]
    if len(parts) < 2:
        return editing.edit()
    said = [record.segment for record in parts]
    fields: dict[str, Any] = {name: _agreed(name, [getattr(one, name) for one in said]) for name in _SAID}
    first, *others = parts
    for other in others:
        editing.remove(other.uid)
    editing.put(
        _signed(
            first, author, start_frame=min(one.start_frame for one in said), end_frame=max(one.end_frame for one in said),
            text=_joined(one.text for one in said), note=_joined(one.note for one in said), **fields,
        )
    )  # fmt: skip
    return editing.edit()


def merge_with_next(document: AnnotationDocument, uid: str, author: str = "") -> Edit:
    """With the one that starts next on its tier; no change at the last one."""
    following = next_on_tier(document, uid)
    return merge(document, [uid, following.uid] if following is not None else [uid], author)


def butt_join(document: AnnotationDocument, uid: str, direction: int = 1, author: str = "") -> Edit:
    """Its end comes to the start of the next one on the tier (1), or its start to the end of the one before (-1).

    A gap is closed, an overlap cut; a neighbour that covers it whole is none.
    """
    segment = _segment(document, uid).segment
    others = [one.segment for one in document.segments_on(segment.tier) if one.uid != uid]
    editing = Editing(document, "Close the gap")
    if direction > 0:
        starts = [one.start_frame for one in others if one.start_frame > segment.start_frame]
        gaps = [frame for frame in starts if frame >= segment.end_frame]
        if starts:
            _set(editing, uid, segment.start_frame, min(gaps, default=max(starts)), author)
    else:
        ends = [one.end_frame for one in others if one.end_frame < segment.end_frame]
        gaps = [frame for frame in ends if frame <= segment.start_frame]
        if ends:
            _set(editing, uid, max(gaps, default=min(ends)), segment.end_frame, author)
    return editing.edit()


def remove(document: AnnotationDocument, uids: Iterable[str]) -> Edit:
    """KeyError on an unknown uid."""
    chosen = list(uids)
    editing = Editing(document, "Remove segment" if len(chosen) < 2 else "Remove segments")
    for uid in chosen:
        editing.remove(_segment(editing.document, uid).uid)
    return editing.edit()


def set_fields(document: AnnotationDocument, uids: Iterable[str], author: str = "", **fields: Any) -> Edit:
    """What is said about them: text, label, hand ... and the tier. Typing into the same field is undone in bursts.

    ValueError for the range, which has edits of its own.
    """
    if fields.keys() & {"start_frame", "end_frame"}:
        raise ValueError("the range of a segment is set by set_bounds")
    chosen = list(uids)
    names = ",".join(sorted(fields))
    title = f"Set {names} of segment" if len(fields) == 1 else "Change segment"
    editing = Editing(document, title, f"segment:{','.join(chosen)}:{names}")
    for uid in chosen:
        record = _segment(document, uid)
        if any(getattr(record.segment, name) != value for name, value in fields.items()):
            editing.put(_signed(record, author, **fields))
    return editing.edit()


def duplicate(document: AnnotationDocument, uids: Iterable[str], tier: str, author: str = "") -> Edit:
    """Copies on that tier, at the end of the document. A label is kept: the tiers' vocabularies are the caller's business."""
    editing = Editing(document, "Copy segment")
    for uid in uids:
        copy = dataclasses.replace(_segment(document, uid).segment, tier=tier)
        editing.put(_signed(SegmentRecord.new(copy), author))
    return editing.edit()


# What is where


def next_on_tier(document: AnnotationDocument, uid: str, step: int = 1) -> SegmentRecord | None:
    """The one after (1) or before (-1) in the order of starts."""
    known = document.segments_on(_segment(document, uid).segment.tier)
    place = next(index for index, record in enumerate(known) if record.uid == uid) + step
    return known[place] if 0 <= place < len(known) else None


def edge_of(segment: Segment, side: Side) -> int:
    return segment.start_frame if side == "start" else segment.end_frame


def within(start: int, end: int, num_frames: int) -> tuple[int, int]:
    """The nearest range of at least one frame in [0, num_frames). ValueError for a clip without frames."""
    if num_frames < 1:
        raise ValueError("a clip without frames has no segments")
    start = max(0, min(start, num_frames - 1))
    return start, max(start + 1, min(end, num_frames))


# Snapping


@dataclasses.dataclass(frozen=True)
class SnapTarget:
    """A frame that edges are drawn to, and why, for a hint."""

    frame: int
    why: str


def snap(frame: float, candidates: Iterable[SnapTarget], radius: float) -> SnapTarget | None:
    """The nearest candidate at most `radius` frames away; of several at the same frame, the first one says why."""
    near = [target for target in candidates if abs(target.frame - frame) <= radius]
    return min(near, key=lambda target: abs(target.frame - frame), default=None)


def edge_targets(
    document: AnnotationDocument,
    title_of: Callable[[str], str],
    leave_out: Iterable[str] = (),
    tiers: Iterable[str] | None = None,
) -> list[SnapTarget]:
    """Starts and ends of the segments on these tiers (all without `tiers`), said by label or text, else the tier's title."""
    gone = set(leave_out)
    shown = None if tiers is None else set(tiers)
    found = []
    for record in document.segments:
        said = record.segment
        if record.uid in gone or (shown is not None and said.tier not in shown):
            continue
        name = said.label or said.text or title_of(said.tier)
        found += [SnapTarget(said.start_frame, f"start of {name}"), SnapTarget(said.end_frame, f"end of {name}")]
    return found


# Inside


def _segment(document: AnnotationDocument, uid: str) -> SegmentRecord:
    """KeyError where the uid is unknown or no segment's."""
    record = document[uid]
    if not isinstance(record, SegmentRecord):
        raise KeyError(uid)
    return record


def _set(editing: Editing, uid: str, start: int, end: int, author: str) -> None:
    record = _segment(editing.document, uid)
    if (record.segment.start_frame, record.segment.end_frame) != (start, end):
        editing.put(_signed(record, author, start_frame=start, end_frame=end))


def _signed(record: SegmentRecord, author: str, **changes: Any) -> SegmentRecord:
    return record.changed(**changes, **({"author": author} if author else {}))


def _agreed(name: str, values: list[Any]) -> Any:
    """The one thing that is said, where nobody says another; else nothing."""
    nothing = None if name == "confidence" else ""
    said = [value for value in values if value != nothing]
    return said[0] if said and all(value == said[0] for value in said) else nothing


def _joined(texts: Iterable[str]) -> str:
    """In order, without empty ones and repetitions."""
    return " ".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
