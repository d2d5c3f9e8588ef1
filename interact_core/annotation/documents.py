"""Everything said about one clip as an editable document. Only edits change it; everybody else reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from interact_core.annotation.records import (
    STATE_UID,
    CaptionRecord,
    DismissalRecord,
    Record,
    RemarkRecord,
    ReviewState,
    SegmentRecord,
    StateRecord,
)

R = TypeVar("R", CaptionRecord, SegmentRecord, RemarkRecord, DismissalRecord)


@dataclass(frozen=True)
class ChangeSet:
    """What one edit touched, by uid: enough for a view to redraw and for the journal to write no more than that."""

    document_id: str
    edited: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        return self.edited | self.added | self.removed


class AnnotationDocument:
    """The records of one clip, in order. Segments keep the order they were made in; ask `segments_on` for time's."""

    def __init__(self, clip_id: str, records: Iterable[Record] = ()) -> None:
        self.id = clip_id
        self._records: dict[str, Record] = {record.uid: record for record in records}

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(self._records.values())

    @property
    def captions(self) -> tuple[CaptionRecord, ...]:
        return self._of(CaptionRecord)

    @property
    def segments(self) -> tuple[SegmentRecord, ...]:
        return self._of(SegmentRecord)

    @property
    def remarks(self) -> tuple[RemarkRecord, ...]:
        return self._of(RemarkRecord)

    @property
    def dismissals(self) -> tuple[DismissalRecord, ...]:
        return self._of(DismissalRecord)

    @property
    def state(self) -> ReviewState:
        record = self._records.get(STATE_UID)
        return record.state if isinstance(record, StateRecord) else "todo"

    def segments_on(self, tier: str) -> tuple[SegmentRecord, ...]:
        """A tier's segments by start, the longer first where several start together."""
        found = [record for record in self.segments if record.segment.tier == tier]
        return tuple(sorted(found, key=lambda r: (r.segment.start_frame, -r.segment.end_frame, r.uid)))

    def __getitem__(self, uid: str) -> Record:
        """KeyError on an unknown uid."""
        return self._records[uid]

    def __contains__(self, uid: object) -> bool:
        return uid in self._records

    def __len__(self) -> int:
        return len(self._records)

    def get(self, uid: str) -> Record | None:
        return self._records.get(uid)

    def index(self, uid: str) -> int:
        """KeyError on an unknown uid."""
        for index, known in enumerate(self._records):
            if known == uid:
                return index
        raise KeyError(uid)

    def by_variant(self, variant: str) -> CaptionRecord | None:
        """The first caption of that variant."""
        return next((record for record in self.captions if record.caption.variant == variant), None)

    def replace(self, record: Record) -> None:
        """For edits: the record takes the place of the one with its uid. KeyError on an unknown uid."""
        if record.uid not in self._records:
            raise KeyError(record.uid)
        self._records[record.uid] = record

    def insert(self, index: int, record: Record) -> None:
        """For edits. ValueError if the uid is taken."""
        if record.uid in self._records:
            raise ValueError(f"{record.kind} {record.uid} is already there")
        items = list(self._records.items())
        items.insert(index, (record.uid, record))
        self._records = dict(items)

    def remove(self, uid: str) -> None:
        """For edits. KeyError on an unknown uid."""
        del self._records[uid]

    def _of(self, kind: type[R]) -> tuple[R, ...]:
        return tuple(record for record in self._records.values() if isinstance(record, kind))
