"""Edits of a reviewer: how far a clip is, what is wrong with it, which findings do not count."""

import dataclasses

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.records import (
    STATE_UID,
    DismissalRecord,
    RemarkRecord,
    ReviewState,
    StateRecord,
    new_uid,
)

_TITLES: dict[ReviewState, str] = {
    "todo": "Set to do", "working": "Set in work", "done": "Set done", "needs_review": "Ask for review",
    "accepted": "Accept", "rejected": "Reject",
}  # fmt: skip


def set_state(document: AnnotationDocument, state: ReviewState, author: str = "") -> Edit:
    editing = Editing(document, _TITLES[state])
    _put_state(editing, state, author)
    return editing.edit()


def begin_work(document: AnnotationDocument, edit: Edit, author: str = "") -> Edit:
    """The same edit; on a clip that is still to do it also says, in the same step, that the clip is in work."""
    if document.state != "todo" or any(change.uid == STATE_UID for change in edit.changes):
        return edit
    after = AnnotationDocument(document.id, document.records)
    edit.apply(after)
    return dataclasses.replace(edit, changes=edit.changes + set_state(after, "working", author).changes)


def reject(document: AnnotationDocument, reason: str, author: str = "", *, frame: int | None = None, about: str = "") -> Edit:
    """Rejected, with the reason pinned to a frame or a record. ValueError without a reason: nobody can act on that."""
    if not reason.strip():
        raise ValueError("a rejection needs a reason")
    editing = Editing(document, _TITLES["rejected"])
    _put_state(editing, "rejected", author)
    editing.put(RemarkRecord(new_uid(), reason, rejection=True, frame=frame, about=about, author=author))
    return editing.edit()


def add_remark(document: AnnotationDocument, text: str, author: str = "", *, frame: int | None = None, about: str = "") -> Edit:
    editing = Editing(document, "Add remark")
    editing.put(RemarkRecord(new_uid(), text, frame=frame, about=about, author=author))
    return editing.edit()


def resolve_remark(document: AnnotationDocument, uid: str, resolved: bool = True) -> Edit:
    """KeyError on an unknown uid."""
    record = document[uid]
    if not isinstance(record, RemarkRecord):
        raise KeyError(uid)
    editing = Editing(document, "Resolve remark" if resolved else "Open remark again")
    editing.put(dataclasses.replace(record, resolved=resolved))
    return editing.edit()


def dismiss_finding(document: AnnotationDocument, finding: str, reason: str, author: str = "") -> Edit:
    """The finding of that key does not count here; dismissing it again only changes the reason."""
    editing = Editing(document, "Dismiss finding")
    known = next((record for record in document.dismissals if record.finding == finding), None)
    uid = known.uid if known is not None else new_uid()
    editing.put(DismissalRecord(uid, finding, reason, author))
    return editing.edit()


def recall_finding(document: AnnotationDocument, finding: str) -> Edit:
    """The finding counts again."""
    editing = Editing(document, "Bring finding back")
    for record in document.dismissals:
        if record.finding == finding:
            editing.remove(record.uid)
    return editing.edit()


def _put_state(editing: Editing, state: ReviewState, author: str) -> None:
    known = editing.document.get(STATE_UID)
    if isinstance(known, StateRecord):
        if known.state != state:
            editing.put(dataclasses.replace(known, state=state, author=author))
    else:
        editing.put(StateRecord(state, author))
