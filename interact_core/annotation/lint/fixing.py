"""The change that a finding offers, as an edit of the document."""

from interact_core.annotation.commands import Edit, Editing
from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.lint.findings import Finding
from interact_core.annotation.records import CaptionRecord, SegmentRecord

_NUMBERS = frozenset({"start_frame", "end_frame"})


def apply_fix(document: AnnotationDocument, finding: Finding, author: str = "") -> Edit:
    """No changes where the finding offers none or the record is gone. Text findings must be those of the text as it is."""
    editing = Editing(document, "Fix finding")
    record, fix = document.get(finding.uid), finding.fix
    if fix is None:
        return editing.edit()
    if isinstance(record, CaptionRecord) and fix.field == "text":
        editing.put(record.with_text(_replaced(record.caption.text, finding), author))
    elif isinstance(record, SegmentRecord) and fix.field == "text":
        editing.put(record.changed(text=_replaced(record.segment.text, finding), author=author))
    elif isinstance(record, SegmentRecord):
        value = int(fix.text) if fix.field in _NUMBERS else fix.text
        editing.put(record.changed(**{fix.field: value, "author": author}))
    return editing.edit()


def _replaced(text: str, finding: Finding) -> str:
    """Where words are taken out, or a blank takes their place, no two blanks are left."""
    assert finding.fix is not None
    before, new, after = text[: finding.start], finding.fix.text, text[finding.end :]
    if new.strip():
        return before + new + after
    gap = " " if new or before.endswith(" ") else ""
    return before.rstrip(" ") + gap + (after.lstrip(" ") if gap else after)
