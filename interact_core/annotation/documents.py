"""The words about one clip as an editable document. Only commands change it; everybody else reads."""

import dataclasses
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from interact_core.clip import Caption

Origin = Literal["source", "user"]


@dataclass(frozen=True)
class CaptionRecord:
    """A caption with its identity. `uid` is unique within the clip and never reused; "source-0" is the source's first.

    `modified` is the UTC time of the last edit (ISO 8601), "" where the text is still the source's.
    """

    uid: str
    caption: Caption
    origin: Origin = "user"
    modified: str = ""

    @classmethod
    def new(cls, caption: Caption) -> "CaptionRecord":
        return cls(uuid.uuid4().hex, caption)

    def with_text(self, text: str, author: str) -> "CaptionRecord":
        """The tokens described the old text, so they go."""
        return dataclasses.replace(self, caption=dataclasses.replace(self.caption, text=text, tokens=(), author=author))


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


class CaptionDocument:
    """The captions of one clip, in order."""

    def __init__(self, clip_id: str, records: Iterable[CaptionRecord] = ()) -> None:
        self.id = clip_id
        self._records = list(records)

    @property
    def records(self) -> tuple[CaptionRecord, ...]:
        return tuple(self._records)

    def __getitem__(self, uid: str) -> CaptionRecord:
        return self._records[self.index(uid)]

    def __contains__(self, uid: object) -> bool:
        return any(record.uid == uid for record in self._records)

    def index(self, uid: str) -> int:
        """KeyError on an unknown uid."""
        for index, record in enumerate(self._records):
            if record.uid == uid:
                return index
        raise KeyError(uid)

    def by_variant(self, variant: str) -> CaptionRecord | None:
        """The first caption of that variant."""
        return next((record for record in self._records if record.caption.variant == variant), None)

    def replace(self, record: CaptionRecord) -> None:
        """For commands: the record takes the place of the one with its uid."""
        self._records[self.index(record.uid)] = record

    def insert(self, index: int, record: CaptionRecord) -> None:
        """For commands. ValueError if the uid is taken."""
        if record.uid in self:
            raise ValueError(f"caption {record.uid} is already there")
        self._records.insert(index, record)

    def remove(self, uid: str) -> None:
        """For commands."""
        del self._records[self.index(uid)]
