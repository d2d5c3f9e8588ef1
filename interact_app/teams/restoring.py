"""Edits that bring words of the history back, and what a revision was about in words. No Qt."""

import dataclasses

from interact_core.annotation import AnnotationDocument, Edit, Editing, Record, edit_towards
from interact_core.annotation.records import CaptionRecord, DismissalRecord, RemarkRecord, SegmentRecord, StateRecord
from interact_core.project import Revision


def restore_record(document: AnnotationDocument, revision: Revision) -> Edit:
    """Make one record what it was after that revision. A removed one is removed again."""
    editing = Editing(document, "Restore from history")
    if revision.after is not None:
        editing.put(_kept(document, revision.after))
    elif revision.uid in document:
        editing.remove(revision.uid)
    return editing.edit()


def restore_clip(document: AnnotationDocument, records: tuple[Record, ...]) -> Edit:
    """Make the whole document what it was: `records` as `Project.records_at` gives them."""
    return edit_towards(document, tuple(_kept(document, record) for record in records), "Restore the clip from history")


def subject(revision: Revision) -> str:
    """Which record: "Caption (natural)", "Segment on action"."""
    record = revision.after or revision.before
    if isinstance(record, CaptionRecord):
        return f"Caption ({record.caption.variant})"
    if isinstance(record, SegmentRecord):
        return f"Segment on {record.segment.tier}"
    names = {RemarkRecord: "Remark", DismissalRecord: "Judged finding", StateRecord: "State"}
    return names.get(type(record), "Record")


def deed(revision: Revision) -> str:
    if revision.before is None:
        return "added"
    return "removed" if revision.after is None else "changed"


def said(record: Record | None) -> str:
    """What a record says as lines of text, so that two of them can be compared; "" for none."""
    if record is None:
        return ""
    if isinstance(record, CaptionRecord):
        return record.caption.text
    if isinstance(record, RemarkRecord):
        facts = (record.text, "rejects the clip" if record.rejection else "", "settled" if record.resolved else "")
        return "\n".join(filter(None, facts))
    if isinstance(record, DismissalRecord):
        decided = record.finding.startswith("adjudication:")
        return f"decided between annotators: {record.reason}" if decided else f"does not count: {record.reason}"
    content = dataclasses.asdict(record.segment if isinstance(record, SegmentRecord) else record)
    hidden = {"uid", "origin", "modified", "author", "tier"}
    lines = [(name.replace("_", " "), value) for name, value in content.items() if name not in hidden]
    return "\n".join(f"{name}: {value}" for name, value in lines if value not in ("", None, False))


def _kept(document: AnnotationDocument, record: Record) -> Record:
    """The document's own where it says the same: only the time of its last edit differs, and that is no change."""
    known = document.get(record.uid)
    return known if known is not None and _timeless(known) == _timeless(record) else record


def _timeless(record: Record) -> Record:
    return dataclasses.replace(record, modified="")
