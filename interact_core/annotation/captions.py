"""Edits of the sequence captions."""

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.records import CaptionRecord
from interact_core.clip import Caption


def type_caption(document: AnnotationDocument, which: str, text: str, author: str = "") -> Edit:
    """Set a caption's text by uid or variant; a variant that is not there yet is added. Typing merges into bursts."""
    found = document.get(which)
    record = found if isinstance(found, CaptionRecord) else document.by_variant(which)
    if record is None:
        if not text:
            return Edit("Type caption", ())
        record = CaptionRecord.new(Caption("", which))
    editing = Editing(document, "Type caption", f"text:{record.uid}")
    if record.caption.text != text:
        editing.put(record.with_text(text, author))
    return editing.edit()


def add_caption(document: AnnotationDocument, record: CaptionRecord, index: int | None = None) -> Edit:
    """At that place among the records, or after all others. ValueError if the uid is taken."""
    if record.uid in document:
        raise ValueError(f"caption {record.uid} is already there")
    editing = Editing(document, "Add caption")
    editing.put(record, index)
    return editing.edit()


def remove_caption(document: AnnotationDocument, uid: str) -> Edit:
    """KeyError on an unknown uid."""
    editing = Editing(document, "Remove caption")
    editing.remove(uid)
    return editing.edit()
