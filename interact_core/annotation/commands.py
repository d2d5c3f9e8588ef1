"""Edits as values: one kind for everything that can be said about a clip. Each change knows what was before and its place,
so that undo gives back exactly that. What edits mean (split, merge, type, dismiss) is said where they are made:
`captions`, `segments`, `review`.
"""

from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from interact_core.annotation.documents import AnnotationDocument, ChangeSet
from interact_core.annotation.records import Record

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
class Change:
    """One record: added (before None), removed (after None) or replaced. `index` is its place in the document."""

    before: Record | None
    after: Record | None
    index: int

    @property
    def uid(self) -> str:
        record = self.after or self.before
        assert record is not None
        return record.uid

    @property
    def reversed(self) -> "Change":
        return Change(self.after, self.before, self.index)

    def apply(self, document: AnnotationDocument) -> None:
        if self.after is None:
            document.remove(self.uid)
        elif self.before is None:
            document.insert(self.index, self.after)
        else:
            document.replace(self.after)


@dataclass(frozen=True)
class Edit:
    """Changes that belong together. Edits of the same non-empty `merge` within a burst are undone in one step."""

    title: str
    changes: tuple[Change, ...]
    merge: str = ""

    def __bool__(self) -> bool:
        return bool(self.changes)

    def apply(self, document: AnnotationDocument) -> ChangeSet:
        for change in self.changes:
            change.apply(document)
        return _change_set(document.id, self.changes)

    def revert(self, document: AnnotationDocument) -> ChangeSet:
        undone = tuple(change.reversed for change in reversed(self.changes))
        for change in undone:
            change.apply(document)
        return _change_set(document.id, undone)

    def merged(self, later: Command[AnnotationDocument]) -> "Edit | None":
        """Only where the later edit replaces what this one has left, so that the whole is again a list of changes."""
        if not isinstance(later, Edit) or not self.merge or later.merge != self.merge:
            return None
        places = {change.uid: place for place, change in enumerate(self.changes)}
        changes = list(self.changes)
        for change in later.changes:
            place = places.get(change.uid)
            if place is None or change.before is None or change.after is None or changes[place].after != change.before:
                return None
            changes[place] = replace(changes[place], after=change.after)
        return replace(self, changes=tuple(changes))


class Editing:
    """Collects the changes of one edit against a copy of the document, so that each sees those before it.

    >>> editing = Editing(document, "Split segment")
    >>> editing.put(first_half); editing.put(second_half); stack.push(editing.edit())
    """

    def __init__(self, document: AnnotationDocument, title: str, merge: str = "") -> None:
        self.document = AnnotationDocument(document.id, document.records)
        self._title, self._merge = title, merge
        self._changes: list[Change] = []

    def put(self, record: Record, index: int | None = None) -> None:
        """Replace the record of that uid, or add it (at the end unless `index` says where). The same again is no change."""
        before = self.document.get(record.uid)
        if before == record:
            return
        if before is not None:
            self._do(Change(before, record, self.document.index(record.uid)))
        else:
            self._do(Change(None, record, len(self.document) if index is None else index))

    def remove(self, uid: str) -> None:
        """KeyError on an unknown uid."""
        self._do(Change(self.document[uid], None, self.document.index(uid)))

    def edit(self) -> Edit:
        return Edit(self._title, tuple(self._changes), self._merge)

    def _do(self, change: Change) -> None:
        change.apply(self.document)
        self._changes.append(change)


def edit_towards(document: AnnotationDocument, records: tuple[Record, ...], title: str) -> Edit:
    """The edit that makes the document hold exactly these records (restoring a revision, taking over a merge).

    Records that stay keep their place, so that views need not start over.
    """
    editing = Editing(document, title)
    wanted = {record.uid for record in records}
    for record in document.records:
        if record.uid not in wanted:
            editing.remove(record.uid)
    for index, record in enumerate(records):
        editing.put(record, min(index, len(editing.document)))
    return editing.edit()


def _change_set(document_id: str, changes: tuple[Change, ...]) -> ChangeSet:
    """By the state before and after all of them: what is added and removed again was not touched."""
    before: dict[str, bool] = {}
    after: dict[str, bool] = {}
    for change in changes:
        before.setdefault(change.uid, change.before is not None)
        after[change.uid] = change.after is not None
    return ChangeSet(
        document_id,
        edited=frozenset(uid for uid in after if before[uid] and after[uid]),
        added=frozenset(uid for uid in after if not before[uid] and after[uid]),
        removed=frozenset(uid for uid in after if before[uid] and not after[uid]),
    )
