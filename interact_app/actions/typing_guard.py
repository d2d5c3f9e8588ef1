"""Who gets a key: the text field with the focus, or the action.

Qt asks the focus widget first (ShortcutOverride): accepted, the key is delivered as typing; ignored, the shortcut runs.
Text widgets accept what they know, which is not enough (a list of one letter keys and Ctrl+Z on a read-only field slip
through), and a button that was merely clicked must not take Space for itself. So one filter answers for all of them.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from interact_app.actions.registry import ActionRegistry

_KEYBOARD_REASONS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_PAD: Final = Qt.KeyboardModifier.KeypadModifier
_IN_LISTS: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter}
)
_ARROWS: Final = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})


class TypingGuard(QObject):
    """Keys of records that are not `text_field_safe` belong to a focused text field, once `install` was called."""

    def __init__(self, app: QApplication, registry: ActionRegistry) -> None:
        super().__init__(app)
        self._app = app
        self._registry = registry
        self._by_keyboard: QObject | None = None

    def install(self) -> None:
        """Watch the keys. Not before there is a window to type in: building one sends thousands of events through here."""
        self._app.installEventFilter(self)

    def remove(self) -> None:
        """Keys go their own way again; for the end of the application."""
        self._app.removeEventFilter(self)

    def reached_by_keyboard(self, widget: QWidget) -> bool:
        """Whether the focus came to this widget by a key, and not by a click."""
        return widget is self._by_keyboard

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Of all the events that there are few are of these classes, and asking for the class is cheap.
        # Widgets only: Qt tells the style and the window's own object about the focus too.
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._by_keyboard = watched if event.reason() in _KEYBOARD_REASONS else None
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, QWidget):
            return self._decide(watched, event)
        return False

    def _decide(self, widget: QWidget, event: QKeyEvent) -> bool:
        record = self._registry.for_keys(QKeySequence(event.keyCombination()))
        if record is None:
            return False
        if is_text_field(widget):
            if record.text_field_safe or _is_function_key(event):
                event.ignore()
            else:
                event.accept()
            return True
        if isinstance(widget, QAbstractItemView) and Qt.Key(event.key()) in _IN_LISTS and not event.modifiers() & ~_PAD:
            # However it was reached: rows are walked with the arrows, and Enter opens one.
            event.accept()
            return True
        if widget is self._by_keyboard and _wants(widget, Qt.Key(event.key())):
            event.accept()
            return True
        return False


def is_text_field(widget: QWidget | None) -> bool:
    """Whether keys are text there. Read-only fields count: their arrows and Ctrl+C are the reader's."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit | QAbstractSpinBox)


def _is_function_key(event: QKeyEvent) -> bool:
    return Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35


def _wants(widget: QWidget, key: Qt.Key) -> bool:
    """What a widget reached by the keyboard is operated with."""
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space
    return isinstance(widget, QAbstractSlider | QTabBar | QComboBox) and key in _ARROWS
