"""What comes from a file laid beside what is there: the same is left alone, what differs is never lost.

"add" keeps both texts side by side, "replace" takes the file's (undo and the history keep the other), "keep" only tells.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from interact_core.annotation import (
    AnnotationDocument,
    CaptionRecord,
    Edit,
    Editing,
    Record,
    SegmentRecord,
    StateRecord,
    new_uid,
)

OnConflict = Literal["add", "replace", "keep"]


@dataclass(frozen=True)
class Conflict:
    """Two records that say different things about the same: what is there, and what the file says."""

    clip_id: str
    present: Record
    incoming: Record
    solved: OnConflict


@dataclass(frozen=True)
class Merged:
    edit: Edit
    conflicts: tuple[Conflict, ...] = ()
    added: int = 0
    replaced: int = 0
    same: int = 0


def merge_into(
    document: AnnotationDocument, files: Iterable[tuple[Record, ...]], on_conflict: OnConflict, author: str = ""
) -> Merged:
    """The edit that brings the records of each file into the document; without changes where all was there already."""
    merging = _Merging(document, on_conflict)
    for records in files:
        merging.begin_file()
        for record in records:
            merging.take(_mine(record, author))
    return merging.result()


class _Merging:
    def __init__(self, document: AnnotationDocument, on_conflict: OnConflict) -> None:
        self._id, self._on_conflict = document.id, on_conflict
        self._editing = Editing(document, "Import")
        self._conflicts: list[Conflict] = []
        self._added = self._replaced = self._same = 0
        self._taken: set[str] = set()
        """Records that this file has accounted for: two equal lines of a file are two records, in two files they are one."""

    def begin_file(self) -> None:
        self._taken.clear()

    def take(self, record: Record) -> None:
        document = self._editing.document
        known = [r for r in document.records if r.uid not in self._taken and r.kind == record.kind]
        twin = next((r for r in known if _content(r) == _content(record)), None)
        if twin is not None:
            self._taken.add(twin.uid)
            self._same += 1
            self._fill_tokens(twin, record)
            return
        rival = next((r for r in known if r.uid == record.uid), None) or next((r for r in known if _rivals(r, record)), None)
        if rival is None or _is_empty(rival):
            self._put(record, rival)
            return
        self._taken.add(rival.uid)
        solved: OnConflict = "keep" if isinstance(record, StateRecord) and self._on_conflict == "add" else self._on_conflict
        self._conflicts.append(Conflict(self._id, rival, record, solved))
        if solved == "replace":
            self._editing.put(dataclasses.replace(record, uid=rival.uid))
            self._replaced += 1
        elif solved == "add":
            self._put(dataclasses.replace(record, uid=new_uid()), None)

    def result(self) -> Merged:
        return Merged(self._editing.edit(), tuple(self._conflicts), self._added, self._replaced, self._same)

    def _put(self, record: Record, empty: Record | None) -> None:
        if empty is not None:
            record = dataclasses.replace(record, uid=empty.uid)
        elif record.uid in self._editing.document:
            record = dataclasses.replace(record, uid=new_uid())
        self._editing.put(record)
        self._taken.add(record.uid)
        self._added += 1

    def _fill_tokens(self, present: Record, incoming: Record) -> None:
        """Tokens are read off the text: taking the file's over is no change of what is said."""
        if isinstance(present, CaptionRecord) and isinstance(incoming, CaptionRecord):
            tokens = incoming.caption.tokens
            if tokens and tokens != present.caption.tokens:
                self._editing.put(dataclasses.replace(present, caption=dataclasses.replace(present.caption, tokens=tokens)))


def _mine(record: Record, author: str) -> Record:
    """Brought by an import, by its own author if the file names one."""
    record = dataclasses.replace(record, origin="import")
    if not author or record.author:
        return record
    if isinstance(record, CaptionRecord):
        return dataclasses.replace(record, caption=dataclasses.replace(record.caption, author=author))
    if isinstance(record, SegmentRecord):
        return dataclasses.replace(record, segment=dataclasses.replace(record.segment, author=author))
    return dataclasses.replace(record, author=author)


def _content(record: Record) -> object:
    """What the record says, without who brought it and when."""
    if isinstance(record, CaptionRecord):
        said = record.caption
        return (said.variant, said.text.strip(), said.start_frame, said.end_frame)
    if isinstance(record, SegmentRecord):
        return dataclasses.replace(record.segment, author="")
    return dataclasses.replace(record, uid="", origin="user", modified="", author="")


def _rivals(present: Record, incoming: Record) -> bool:
    """Whether both speak of the same thing: a variant of the caption, a range of a tier, a finding, the state."""
    if isinstance(present, CaptionRecord) and isinstance(incoming, CaptionRecord):
        a, b = present.caption, incoming.caption
        return (a.variant, a.start_frame, a.end_frame) == (b.variant, b.start_frame, b.end_frame)
    if isinstance(present, SegmentRecord) and isinstance(incoming, SegmentRecord):
        c, d = present.segment, incoming.segment
        return (c.tier, c.start_frame, c.end_frame) == (d.tier, d.start_frame, d.end_frame)
    return isinstance(present, StateRecord) and isinstance(incoming, StateRecord)


def _is_empty(record: Record) -> bool:
    if isinstance(record, CaptionRecord):
        return not record.caption.text.strip()
    return isinstance(record, StateRecord) and record.state == "todo"
