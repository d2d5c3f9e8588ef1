"""One caption to type: its name, its length, the source's text where it was changed, and the text itself."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from interact_app.theme.icons import icon
from interact_app.widgets.buttons import icon_button
from interact_app.widgets.labels import ElidedLabel, title_label

_MAX_LINES: Final = 6


class CaptionEdit(QPlainTextEdit):
    """As tall as its text. Tab goes to the next caption, Ctrl+Enter and Esc leave; every other key is text."""

    next_wanted = Signal(int)
    leave_wanted = Signal()

    def __init__(self, parent: QWidget, min_lines: int) -> None:
        super().__init__(parent)
        self._min_lines = min_lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), self._min_lines), _MAX_LINES)
        margins = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        height = lines * self.fontMetrics().lineSpacing() + margins + 2
        if height != self.height():
            self.setFixedHeight(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if (event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control) or event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        elif event.key() == Qt.Key.Key_Tab and not control:
            self.next_wanted.emit(1)
        elif event.key() == Qt.Key.Key_Backtab:
            self.next_wanted.emit(-1)
        else:
            super().keyPressEvent(event)

    def load_text(self, text: str) -> None:
        """From outside. The field's own undo starts over, or it would take back what was loaded; the cursor stays near."""
        place = self.textCursor().position()
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def replace_text(self, text: str) -> None:
        """As if the user had typed it over the whole: one step of undo."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 30)


class CaptionField(QWidget):
    """`edited` after every change by the user, with the text as typed."""

    edited = Signal(str)
    remove_wanted = Signal()

    def __init__(self, parent: QWidget, title: str, hint: str, *, min_lines: int = 1, removable: bool = False) -> None:
        super().__init__(parent)
        self._source = ""
        self._showing = False
        self.edit = CaptionEdit(self, min_lines)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(title)
        self.edit.textChanged.connect(self._text_changed)
        self._count = QLabel(self)
        self._count.setProperty("role", "muted")
        self._range = QLabel(self)
        self._range.setProperty("role", "muted")
        self._source_line = ElidedLabel("", self)
        self._restore = icon_button(self, icon("undo"), self.tr("Back to the source's text"), self._take_source, size=14)
        self._remove = icon_button(self, icon("trash"), self.tr("Remove this caption"), self.remove_wanted.emit, size=14)
        self._remove.setVisible(removable)
        self._lay_out(title)
        self._show_count()

    def _lay_out(self, title: str) -> None:
        header = QHBoxLayout()
        header.setSpacing(6)
        header.addWidget(title_label(title, self))
        header.addWidget(self._range)
        header.addStretch(1)
        header.addWidget(self._count)
        header.addWidget(self._remove)
        self._source_row = QWidget(self)
        below = QHBoxLayout(self._source_row)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self._source_line, 1)
        below.addWidget(self._restore)
        self._source_row.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(header)
        column.addWidget(self.edit)
        column.addWidget(self._source_row)

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    def buttons(self) -> tuple[QToolButton, ...]:
        return (self._restore, self._remove)

    def show_text(self, text: str, source: str, frames: str) -> None:
        """What is stored; typing that is under way is not disturbed by its own echo."""
        self._source = source
        self._range.setText(frames)
        if text != self.text:
            self._showing = True
            self.edit.load_text(text)
            self._showing = False
        self._show_count()

    def set_read_only(self, read_only: bool) -> None:
        self.edit.setReadOnly(read_only)
        for button in self.buttons():
            button.setEnabled(not read_only)

    def _text_changed(self) -> None:
        self._show_count()
        if not self._showing:
            self.edited.emit(self.text)

    def _show_count(self) -> None:
        text = self.text
        words = len(text.split())
        self._count.setText(self.tr("{0} words · {1}").format(words, len(text)) if text else "")
        self._count.setToolTip(self.tr("{0} words, {1} characters").format(words, len(text)))
        changed = bool(self._source) and text != self._source
        self._source_row.setVisible(changed)
        self._source_line.set_text(self.tr("Source: {0}").format(self._source) if changed else "")

    def _take_source(self) -> None:
        self.edit.replace_text(self._source)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
