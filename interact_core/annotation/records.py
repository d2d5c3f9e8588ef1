"""What can be said about a clip, each thing with an identity of its own: captions, segments, remarks, dismissals, the state.

Records are values. `uid` is unique within the clip and never reused; `modified` is the UTC time of the last edit
(ISO 8601), "" where it is still the source's.
"""

import dataclasses
import uuid
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from interact_core.clip import Caption, Segment

Origin = Literal["source", "user", "proposal", "import", "merge"]
"""Who brought it: the data, a person, a proposal that a person accepted, a file, an adjudication."""
Kind = Literal["caption", "segment", "remark", "dismissal", "state"]
ReviewState = Literal["todo", "working", "done", "needs_review", "accepted", "rejected"]
REVIEW_STATES: Final[tuple[ReviewState, ...]] = ("todo", "working", "done", "needs_review", "accepted", "rejected")
STATE_UID: Final = "state"


def new_uid() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class CaptionRecord:
    """A sentence about the clip as a whole. The uid "source-0" is the source's first."""

    kind: ClassVar[Kind] = "caption"
    uid: str
    caption: Caption
    origin: Origin = "user"
    modified: str = ""

    @classmethod
    def new(cls, caption: Caption) -> "CaptionRecord":
        return cls(new_uid(), caption)

    @property
    def author(self) -> str:
        return self.caption.author

    def with_text(self, text: str, author: str) -> "CaptionRecord":
        """The tokens described the old text, so they go."""
        return dataclasses.replace(self, caption=dataclasses.replace(self.caption, text=text, tokens=(), author=author))


@dataclass(frozen=True)
class SegmentRecord:
    kind: ClassVar[Kind] = "segment"
    uid: str
    segment: Segment
    origin: Origin = "user"
    modified: str = ""

    @classmethod
    def new(cls, segment: Segment, origin: Origin = "user") -> "SegmentRecord":
        return cls(new_uid(), segment, origin)

    @property
    def author(self) -> str:
        return self.segment.author

    def changed(self, **changes: Any) -> "SegmentRecord":
        """With fields of the segment replaced. ValueError for an empty or negative range."""
        return dataclasses.replace(self, segment=dataclasses.replace(self.segment, **changes))


@dataclass(frozen=True)
class RemarkRecord:
    """What a reviewer says: about a frame, about the record `about` (its uid), or about the whole clip."""

    kind: ClassVar[Kind] = "remark"
    uid: str
    text: str
    rejection: bool = False
    frame: int | None = None
    about: str = ""
    resolved: bool = False
    author: str = ""
    origin: Origin = "user"
    modified: str = ""


@dataclass(frozen=True)
class DismissalRecord:
    """A lint finding that a person has judged: `finding` is its key, stable while the text it is about stays."""

    kind: ClassVar[Kind] = "dismissal"
    uid: str
    finding: str
    reason: str
    author: str = ""
    origin: Origin = "user"
    modified: str = ""


@dataclass(frozen=True)
class StateRecord:
    """How far the clip is; at most one per clip, with uid STATE_UID."""

    kind: ClassVar[Kind] = "state"
    state: ReviewState = "todo"
    author: str = ""
    uid: str = field(default=STATE_UID)
    origin: Origin = "user"
    modified: str = ""


Record = CaptionRecord | SegmentRecord | RemarkRecord | DismissalRecord | StateRecord
_KINDS: Final[dict[str, type[Record]]] = {
    cls.kind: cls for cls in (CaptionRecord, SegmentRecord, RemarkRecord, DismissalRecord, StateRecord)
}


def record_to_dict(record: Record) -> dict[str, Any]:
    """Plain data without the kind; `record_from_dict` gives the record back."""
    return dataclasses.asdict(record)


def record_from_dict(kind: str, content: dict[str, Any]) -> Record:
    """KeyError for an unknown kind, TypeError or ValueError for content that is no such record."""
    content = dict(content)
    if kind == "caption":
        caption = dict(content.pop("caption"))
        return CaptionRecord(**content, caption=Caption(**{**caption, "tokens": tuple(caption.get("tokens", ()))}))
    if kind == "segment":
        segment = Segment(**content.pop("segment"))
        return SegmentRecord(**content, segment=segment)
    return _KINDS[kind](**content)


def text_of(record: Record) -> str:
    """What a person would read and search: the words of the record on one line."""
    if isinstance(record, CaptionRecord):
        return record.caption.text
    if isinstance(record, SegmentRecord):
        said = record.segment
        return " ".join(filter(None, (said.text, said.label, said.object, said.note)))
    return record.text if isinstance(record, RemarkRecord) else ""
