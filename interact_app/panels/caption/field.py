"""One caption to type: its name, its length, the text, and below it what is wrong with it and what the source says."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.finding_line import FindingLine, text_marks_of
from interact_app.widgets.labels import ElidedLabel, title_label
from interact_app.widgets.sentence_edit import SentenceEdit

if TYPE_CHECKING:
    from interact_core.annotation.drafts import Draft
    from interact_core.annotation.lint.findings import Finding

_SHORT: Final = 260
"""Pixels: a header narrower than this tells the words and not the characters too."""


class CaptionField(QWidget):
    """`edited` after every change by the user, with the text as typed."""

    edited = Signal(str)
    remove_wanted = Signal()
    draft_wanted = Signal()
    replaced = Signal()
    """Just before a whole other text is put in: the next `edited` is a step of its own."""

    def __init__(
        self, parent: QWidget, actions: ActionRegistry, title: str, hint: str, *, min_lines: int = 1, removable: bool = False
    ) -> None:
        super().__init__(parent)
        self._hint, self._source = hint, ""
        self._showing = False
        self._draft: Draft | None = None
        self.edit = SentenceEdit(self, actions, min_lines)
        self.edit.show_hint(hint)
        self.edit.setAccessibleName(title)
        self.edit.textChanged.connect(self._text_changed)
        self._count = QLabel(self)
        self._count.setProperty("role", "muted")
        self._range = QLabel(self)
        self._range.setProperty("role", "muted")
        self.draft = QToolButton(self)
        self.draft.setText(self.tr("Draft"))
        self.draft.setProperty("role", "chip")
        self.draft.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.draft.clicked.connect(self.draft_wanted.emit)
        self.draft.hide()
        self.finding = FindingLine(self)
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
        header.addWidget(self.draft)
        header.addWidget(self._count)
        header.addWidget(self._remove)
        self._source_row = _row(self, (self._source_line, self._restore))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(header)
        column.addWidget(self.edit)
        column.addWidget(self.finding)
        column.addWidget(self._source_row)

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    def buttons(self) -> tuple[QToolButton, ...]:
        return (self._restore, self._remove, self.draft, self.finding.fix)

    def show_text(self, text: str, source: str, frames: str) -> None:
        """What is stored; typing that is under way is not disturbed by its own echo."""
        self._source = source
        self._range.setText(frames)
        if text != self.text:
            self._showing = True
            self.edit.load_text(text)
            self._showing = False
        self._show_count()
        self._show_draft()

    def show_draft(self, draft: "Draft | None", keys: str) -> None:
        """What may be taken over; it stands in the empty field in grey."""
        self._draft = draft
        if draft is not None:
            describe(self.draft, self.tr("Take the draft"), keys)
            reasons = "\n".join(f"• {reason}" for reason in draft.reasons)
            over = self.tr("It replaces the text; undo brings that back.") if self.text else ""
            parts = (f"{self.draft.toolTip()}\n{draft.text}", reasons, over)
            self.draft.setToolTip("\n\n".join(part for part in parts if part))
        self._show_draft()

    def take_draft(self) -> bool:
        """False where there is none."""
        if self._draft is None or self.edit.isReadOnly():
            return False
        self._replace(self._draft.text)
        return True

    def show_findings(self, findings: "tuple[Finding, ...]") -> None:
        """The worst first."""
        self.edit.marks.show_marks(text_marks_of(findings, self.text, self.palette()))
        self.finding.show_findings(findings)

    def set_read_only(self, read_only: bool) -> None:
        if read_only == self.edit.isReadOnly():
            return
        self.edit.setReadOnly(read_only)
        for button in self.buttons():
            button.setEnabled(not read_only)

    # Inside

    def _text_changed(self) -> None:
        self._show_count()
        self._show_draft()
        if not self._showing:
            self.edited.emit(self.text)

    def _show_draft(self) -> None:
        draft = self._draft
        self.draft.setVisible(draft is not None and draft.text != self.text)
        self.edit.show_hint(self.tr("Draft: {0}").format(draft.text) if draft is not None else self._hint)

    def _show_count(self) -> None:
        text = self.text
        words = len(text.split())
        short = self.tr("1 word") if words == 1 else self.tr("{0} words").format(words)
        self._count.setText(f"{short} · {len(text)}" if text and self.width() > _SHORT else short if text else "")
        self._count.setToolTip(self.tr("{0} words, {1} characters").format(words, len(text)))
        changed = bool(self._source) and text != self._source
        self._source_row.setVisible(changed)
        self._source_line.set_text(self.tr("Source: {0}").format(self._source) if changed else "")

    def _take_source(self) -> None:
        self._replace(self._source)

    def _replace(self, text: str) -> None:
        self.replaced.emit()
        self.edit.replace_text(text)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, super().minimumSizeHint().height())


def _row(parent: QWidget, widgets: tuple[QWidget, ...]) -> QWidget:
    """Side by side and hidden; labels take what is left."""
    row = QWidget(parent)
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    for widget in widgets:
        line.addWidget(widget, 1 if isinstance(widget, ElidedLabel) else 0)
    row.setVisible(False)
    return row
