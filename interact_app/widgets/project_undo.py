"""One undo for everything: in the fields of the annotation panel Ctrl+Z takes back the last edit of the clip.

Every key typed there is an edit of the clip already. A second history in the field would take back the same words in
another order, so the field has none, and its undo keys mean what they mean in the rest of the window.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from interact_app.actions import ActionRegistry

_ROUTED: Final = ("edit.undo", "edit.redo")


def share_undo(field: QWidget, actions: ActionRegistry) -> None:
    """From now on the undo and redo keys pressed in this text field or spin box are the clip's, whatever the user made them."""
    if isinstance(field, QPlainTextEdit):
        field.setUndoRedoEnabled(False)
    inner = field.findChildren(QLineEdit)
    for one in (field, *inner):
        one.installEventFilter(_Router(actions, one))


class _Router(QObject):
    def __init__(self, actions: ActionRegistry, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            record = self._actions.for_keys(QKeySequence(event.keyCombination()))
            if record is not None and record.id in _ROUTED:
                # Accepted as typing, so that the field gets the key and not the window, whose action may be greyed out.
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    self._actions.refresh()
                    self._actions.trigger(record.id)
                return True
        return False
