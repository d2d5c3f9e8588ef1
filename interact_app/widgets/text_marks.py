"""Waves under words of a text field, each with what is wrong with them: beside the spelling's, not instead of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip


@dataclass(frozen=True)
class Mark:
    """Characters [start, end) of the text, counted as Python does."""

    start: int
    end: int
    color: QColor
    tooltip: str


class TextMarks(QObject):
    """Of one field. Marks move with the text while somebody types; `show_marks` replaces them all."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._marks: tuple[Mark, ...] = ()
        edit.viewport().installEventFilter(self)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        self._marks = tuple(marks)
        self._edit.setExtraSelections([self._selection(mark) for mark in self._marks])

    def marked(self) -> list[str]:
        """The words with a mark, in order."""
        return [one.cursor.selectedText() for one in self._edit.extraSelections()]

    def tooltip_at(self, position: int) -> str:
        """What the marks around a place of the text say; counted as Qt does."""
        told = [
            mark.tooltip
            for mark, shown in zip(self._marks, self._edit.extraSelections(), strict=True)
            if shown.cursor.selectionStart() <= position <= shown.cursor.selectionEnd()
        ]
        return "\n\n".join(told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tooltip_at(self._edit.cursorForPosition(event.pos()).position())
            if text:
                QToolTip.showText(event.globalPos(), text, self._edit)
                return True
        return False

    def _selection(self, mark: Mark) -> QTextEdit.ExtraSelection:
        found = QTextEdit.ExtraSelection()
        text = self._edit.toPlainText()
        cursor = QTextCursor(self._edit.document())
        cursor.setPosition(utf16(text, mark.start))
        cursor.setPosition(utf16(text, mark.end), QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(mark.color)
        wash = QColor(mark.color)
        wash.setAlphaF(0.14)
        look.setBackground(wash)
        found.cursor, found.format = cursor, look
        return found


def select(edit: QPlainTextEdit, start: int, end: int) -> None:
    """Characters [start, end), counted as Python does, and the keyboard to the field."""
    text = edit.toPlainText()
    cursor = edit.textCursor()
    cursor.setPosition(utf16(text, start))
    cursor.setPosition(utf16(text, end), QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    edit.setFocus(Qt.FocusReason.OtherFocusReason)


def utf16(text: str, index: int) -> int:
    """Qt counts in UTF-16, Python in characters: an emoji is two there."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2
