"""Documents of words about clips, and the edits that change them."""

from interact_core.annotation.commands import Change, Command, Edit, Editing, edit_towards
from interact_core.annotation.documents import AnnotationDocument, ChangeSet
from interact_core.annotation.records import (
    REVIEW_STATES,
    CaptionRecord,
    DismissalRecord,
    Record,
    RemarkRecord,
    ReviewState,
    SegmentRecord,
    StateRecord,
    new_uid,
    record_from_dict,
    record_to_dict,
    text_of,
)
from interact_core.annotation.undo import UndoStack

__all__ = [
    "REVIEW_STATES", "AnnotationDocument", "CaptionRecord", "Change", "ChangeSet", "Command", "DismissalRecord", "Edit",
    "Editing", "Record", "RemarkRecord", "ReviewState", "SegmentRecord", "StateRecord", "UndoStack", "edit_towards",
    "new_uid", "record_from_dict", "record_to_dict", "text_of",
]  # fmt: skip
