"""Documents of words about clips, and the commands that edit them."""

from interact_core.annotation.commands import AddCaption, Command, RemoveCaption, SetCaptionText
from interact_core.annotation.documents import CaptionDocument, CaptionRecord, ChangeSet
from interact_core.annotation.undo import UndoStack

__all__ = [
    "AddCaption", "CaptionDocument", "CaptionRecord", "ChangeSet", "Command", "RemoveCaption", "SetCaptionText",
    "UndoStack",
]  # fmt: skip
