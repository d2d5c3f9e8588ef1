"""Edits of captions as values. Each knows what was `before`, so that undo gives back exactly that."""

from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from interact_core.annotation.documents import CaptionDocument, CaptionRecord, ChangeSet

D = TypeVar("D")


class Command(Protocol[D]):
    """One edit of a document. `apply` then `revert` leaves the document as it was."""

    @property
    def title(self) -> str:
        """What the Undo menu says."""

    def apply(self, document: D) -> ChangeSet: ...

    def revert(self, document: D) -> ChangeSet: ...

    def merged(self, later: "Command[D]") -> "Command[D] | None":
        """This and `later` as one, where a person would undo them in one step; else None."""


@dataclass(frozen=True)
class SetCaptionText:
    before: CaptionRecord
    after: CaptionRecord

    @classmethod
    def of(cls, document: CaptionDocument, uid: str, text: str, author: str = "") -> "SetCaptionText":
        """KeyError on an unknown uid."""
        before = document[uid]
        return cls(before, before.with_text(text, author))

    @property
    def title(self) -> str:
        return "Type caption"

    def apply(self, document: CaptionDocument) -> ChangeSet:
        document.replace(self.after)
        return ChangeSet(document.id, edited=frozenset({self.after.uid}))

    def revert(self, document: CaptionDocument) -> ChangeSet:
        document.replace(self.before)
        return ChangeSet(document.id, edited=frozenset({self.before.uid}))

    def merged(self, later: Command[CaptionDocument]) -> "SetCaptionText | None":
        if isinstance(later, SetCaptionText) and later.before == self.after:
            return replace(self, after=later.after)
        return None


@dataclass(frozen=True)
class AddCaption:
    record: CaptionRecord
    index: int

    @classmethod
    def at_end(cls, document: CaptionDocument, record: CaptionRecord) -> "AddCaption":
        return cls(record, len(document.records))

    @property
    def title(self) -> str:
        return "Add caption"

    def apply(self, document: CaptionDocument) -> ChangeSet:
        document.insert(self.index, self.record)
        return ChangeSet(document.id, added=frozenset({self.record.uid}))

    def revert(self, document: CaptionDocument) -> ChangeSet:
        document.remove(self.record.uid)
        return ChangeSet(document.id, removed=frozenset({self.record.uid}))

    def merged(self, later: Command[CaptionDocument]) -> None:
        return None


@dataclass(frozen=True)
class RemoveCaption:
    before: CaptionRecord
    index: int

    @classmethod
    def of(cls, document: CaptionDocument, uid: str) -> "RemoveCaption":
        """KeyError on an unknown uid."""
        return cls(document[uid], document.index(uid))

    @property
    def title(self) -> str:
        return "Remove caption"

    def apply(self, document: CaptionDocument) -> ChangeSet:
        document.remove(self.before.uid)
        return ChangeSet(document.id, removed=frozenset({self.before.uid}))

    def revert(self, document: CaptionDocument) -> ChangeSet:
        document.insert(self.index, self.before)
        return ChangeSet(document.id, added=frozenset({self.before.uid}))

    def merged(self, later: Command[CaptionDocument]) -> None:
        return None
