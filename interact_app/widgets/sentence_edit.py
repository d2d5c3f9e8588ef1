"""The field for a sentence: as tall as its words, left by keys, with the project's undo and no other."""

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QSizePolicy, QWidget

from interact_app.actions import ActionRegistry
from interact_app.widgets.project_undo import share_undo
from interact_app.widgets.text_marks import TextMarks, utf16

_MAX_LINES: Final = 6
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHARED: Final = {"edit-undo": "edit.undo", "edit-redo": "edit.redo"}
"""Qt's names of the entries of its own menu, and whose they are here."""


class SentenceEdit(QPlainTextEdit):
    """Tab goes on, Ctrl+Enter and Esc leave, Shift+Enter breaks the line; every other key is text. Whoever has the field says
    what Enter does."""

    next_wanted = Signal(int)
    entered = Signal()
    leave_wanted = Signal()
    zoom_wanted = Signal(int)

    def __init__(self, parent: QWidget, actions: ActionRegistry, min_lines: int) -> None:
        super().__init__(parent)
        self._actions = actions
        self._min_lines = min_lines
        self.marks = TextMarks(self)
        share_undo(self, actions)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    # As tall as its text

    def show_hint(self, text: str) -> None:
        """What stands in the empty field."""
        if text != self.placeholderText():
            self.setPlaceholderText(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), self._min_lines, self._hint_lines()), _MAX_LINES)
        margins = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        height = lines * self.fontMetrics().lineSpacing() + margins + 2
        if height != self.height():
            self.setFixedHeight(height)

    def _hint_lines(self) -> int:
        if not self.document().isEmpty():
            return 0
        room = QRect(0, 0, max(40, self.viewport().width() - 2 * round(self.document().documentMargin())), 10_000)
        taken = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.placeholderText())
        return round(taken.height() / self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 30)

    # Keys, wheel, paste

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if (event.key() in _ENTER and control) or event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        elif event.key() in _ENTER and not modifiers:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Tab and not control:
            self.next_wanted.emit(1)
        elif event.key() == Qt.Key.Key_Backtab:
            self.next_wanted.emit(-1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the letters grow; else the panel scrolls, unless the text itself is longer than its field."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        elif self.verticalScrollBar().maximum() == 0:
            event.ignore()
        else:
            super().wheelEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """A sentence is one line in every file that it goes to."""
        if source.hasText():
            self.textCursor().insertText(" ".join(source.text().split()) if "\n" in source.text() else source.text())

    def createStandardContextMenu(self, *_place: QPoint) -> QMenu:
        """Qt's, but its undo and redo are those of the clip."""
        self._actions.refresh()
        menu = super().createStandardContextMenu()
        for entry in menu.actions():
            shared = _SHARED.get(entry.objectName(), "")
            if shared in self._actions:
                menu.insertAction(entry, self._actions.qaction(shared))
                menu.removeAction(entry)
        return menu

    # From outside

    def load_text(self, text: str) -> None:
        """The cursor goes to the end of what is other than before: after an undo that is where to look."""
        before, place = self.toPlainText(), self.textCursor().position()  # the place as Qt counts it, in UTF-16
        ahead = _same_ahead(before, text)
        behind = _same_ahead(before[ahead:][::-1], text[ahead:][::-1])
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(utf16(text, len(text) - behind) if self.hasFocus() else min(place, utf16(text, len(text))))
        self.setTextCursor(cursor)

    def replace_text(self, text: str) -> None:
        """As if the user had typed it over the whole."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)


def _same_ahead(one: str, other: str) -> int:
    """How many characters they begin with in common."""
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
