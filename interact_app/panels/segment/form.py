"""The form of the selected segments: fields in the order in which they are most often filled in."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.panels.segment.numbers import ConfidenceBox, NumberBox
from interact_app.panels.segment.values import SEVERAL, common, range_text, words
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.choice_box import ChoiceBox
from interact_app.widgets.finding_line import FindingLine, text_marks_of
from interact_app.widgets.labels import ElidedLabel
from interact_app.widgets.project_undo import share_undo
from interact_app.widgets.sentence_edit import SentenceEdit
from interact_core.annotation.vocabulary import HANDS
from interact_core.clip import Segment

if TYPE_CHECKING:
    from interact_core.annotation.lint.findings import Finding

CHOICES: Final = ("label", "hand", "object", "part", "actor", "tier")


class SegmentForm(QWidget):
    """Shows segments and says what a person wants changed; changes nothing itself."""

    edited = Signal(str, object)
    """A field of the segments and its new value."""
    typed = Signal(str, str)
    """The same for text that is still being typed: one undo step per burst."""
    edge_moved = Signal(str, int)
    """ "start" or "end" of the one segment, to that frame (the end is the frame after the last)."""
    word_wanted = Signal(str)
    """The label shall be in the vocabulary."""
    offer_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._showing = False
        names = {
            "label": self.tr("Label"), "hand": self.tr("Hand"), "object": self.tr("Object"), "part": self.tr("Part"),
            "actor": self.tr("Actor"), "tier": self.tr("Tier"),
        }  # fmt: skip
        closed = ("hand", "tier")
        self.choices = {name: ChoiceBox(self, actions, names[name], free=name not in closed) for name in CHOICES}
        self.choices["hand"].offer(HANDS)
        self.text = SentenceEdit(self, actions, 1)
        self.text.setAccessibleName(self.tr("Text of the segment"))
        self.text.show_hint(self.tr("What happens here"))
        self.note = QLineEdit(self)
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setPlaceholderText(self.tr("For colleagues; not exported as text"))
        share_undo(self.note, actions)
        self.start = NumberBox(self, actions, self.tr("First frame"))
        self.end = NumberBox(self, actions, self.tr("Last frame"))
        self.confidence = ConfidenceBox(self, actions, self.tr("How sure you are, in percent"))
        self.seconds = ElidedLabel("", self)
        self.finding = FindingLine(self)
        self.add_word = self._chip(self.tr("Add"), self.tr("Add this label to the vocabulary"))
        self.words = icon_button(self, icon("settings"), self.tr("Edit the vocabulary"), self._edit_vocabulary, size=14)
        self.offer = self._chip("", self.tr("Fill the empty fields from contact"))
        self._lay_out(names)
        self._connect()

    def _chip(self, text: str, tip: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setText(text)
        chip.setProperty("role", "chip")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(chip, tip)
        chip.hide()
        return chip

    def _lay_out(self, names: dict[str, str]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        choices = self.choices
        label = QHBoxLayout()
        label.setSpacing(4)
        label.addWidget(choices["label"], 1)
        label.addWidget(self.add_word)
        label.addWidget(self.words)
        frames = QHBoxLayout()
        frames.setSpacing(4)
        frames.addWidget(self.start, 2)
        frames.addWidget(QLabel("–", self))
        frames.addWidget(self.end, 2)
        frames.addWidget(self.seconds, 5)
        self._row(grid, 0, names["label"], label)
        self._row(grid, 1, self.tr("Text"), self.text)
        grid.addWidget(self.finding, 2, 1, 1, 3)
        self._row(grid, 3, names["hand"], choices["hand"], names["object"], choices["object"])
        grid.addWidget(self.offer, 4, 1, 1, 3, Qt.AlignmentFlag.AlignLeft)
        self._row(grid, 5, self.tr("Frames"), frames)
        self._row(grid, 6, names["part"], choices["part"], names["actor"], choices["actor"])
        self._row(grid, 7, names["tier"], choices["tier"], self.tr("Sure"), self.confidence)
        self._row(grid, 8, self.tr("Note"), self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        order: list[QWidget] = [
            choices["label"], self.add_word, self.words, self.text, choices["hand"], choices["object"], self.offer, self.start,
            self.end, choices["part"], choices["actor"], choices["tier"], self.confidence, self.note,
        ]  # fmt: skip
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _row(
        self, grid: QGridLayout, row: int, name: str, field: QWidget | QHBoxLayout, second: str = "", other: QWidget | None = None
    ) -> None:
        grid.addWidget(self._name(name), row, 0)
        span = 1 if other is not None else 3
        if isinstance(field, QWidget):
            grid.addWidget(field, row, 1, 1, span)
        else:
            grid.addLayout(field, row, 1, 1, span)
        if other is not None:
            grid.addWidget(self._name(second), row, 2)
            grid.addWidget(other, row, 3)

    def _name(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "muted")
        return label

    def _connect(self) -> None:
        for name, box in self.choices.items():
            box.chosen.connect(lambda value, field=name: self.edited.emit(field, value))
            box.leave_wanted.connect(self.leave_wanted.emit)
        for number in (self.start, self.end, self.confidence):
            number.leave_wanted.connect(self.leave_wanted.emit)
        self.text.textChanged.connect(lambda: self._typed("text", self.text.toPlainText()))
        self.text.next_wanted.connect(lambda step: self.focusNextChild() if step > 0 else self.focusPreviousChild())
        self.text.entered.connect(self.leave_wanted.emit)
        self.text.leave_wanted.connect(self.leave_wanted.emit)
        self.note.textEdited.connect(lambda text: self._typed("note", text))
        self.note.returnPressed.connect(self.leave_wanted.emit)
        self.start.edited.connect(lambda frame: self.edge_moved.emit("start", frame))
        self.end.edited.connect(lambda frame: self.edge_moved.emit("end", frame + 1))
        self.confidence.edited.connect(lambda _: self.edited.emit("confidence", self.confidence.confidence))
        self.add_word.clicked.connect(lambda: self.word_wanted.emit(self.choices["label"].value))
        self.offer.clicked.connect(self.offer_wanted.emit)

    # Showing

    def show_segments(self, segments: Sequence[Segment], fps: float, num_frames: int) -> None:
        """At least one. Typing that is under way is not disturbed by its own echo."""
        self._showing = True
        several = self.tr("several")
        for name, box in self.choices.items():
            value = common(segments, name)
            box.show_value(words(value), several if value is SEVERAL else "")
        text, note = common(segments, "text"), common(segments, "note")
        if words(text) != self.text.toPlainText():
            self.text.load_text(words(text))
        self.text.show_hint(several if text is SEVERAL else self.tr("What happens here"))
        if words(note) != self.note.text():
            self.note.setText(words(note))
        sure = common(segments, "confidence")
        self.confidence.show_confidence(None if sure is SEVERAL else sure)
        self._show_range(segments, fps, num_frames)
        self._showing = False

    def _show_range(self, segments: Sequence[Segment], fps: float, num_frames: int) -> None:
        one = segments[0] if len(segments) == 1 else None
        for box in (self.start, self.end):
            box.setEnabled(one is not None and not self.note.isReadOnly())
            box.setRange(0, max(0, num_frames - 1))
        first, last = min(s.start_frame for s in segments), max(s.end_frame for s in segments) - 1
        self.start.show_value(first)
        self.end.show_value(last)
        self.seconds.set_text(range_text(Segment("", first, last + 1), fps))
        self.seconds.setToolTip(self.tr("{0} frames, {1:.2f} s").format(last + 1 - first, (last + 1 - first) / fps))

    def show_findings(self, findings: "Sequence[Finding]") -> None:
        """Of the one segment that is shown."""
        about_text = [f for f in findings if f.fix is None or f.fix.field == "text"]
        self.text.marks.show_marks(text_marks_of(about_text, self.text.toPlainText(), self.palette()))
        self.finding.show_findings(findings)

    def show_offer(self, text: str, reason: str, keys: str) -> None:
        """What contact says about the empty fields; hidden where it says nothing."""
        self.offer.setVisible(bool(text))
        self.offer.setText(self.tr("From contact: {0}").format(text))
        describe(self.offer, self.tr("Fill the empty fields from contact: {0}").format(text), keys)
        if reason:
            self.offer.setToolTip(f"{self.offer.toolTip()}\n{reason}")

    def set_read_only(self, read_only: bool) -> None:
        for widget in (*self.choices.values(), self.confidence, self.add_word, self.offer):
            widget.setEnabled(not read_only)
        self.text.setReadOnly(read_only)
        self.note.setReadOnly(read_only)

    def give_up(self) -> None:
        for box in self.choices.values():
            box.give_up()

    def _edit_vocabulary(self) -> None:
        self._actions.trigger("vocabulary.edit")

    def _typed(self, name: str, text: str) -> None:
        if not self._showing:
            self.typed.emit(name, text)
