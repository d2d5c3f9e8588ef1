"""Tiers and their labels: add, rename, order, colour, remove. Nothing holds until OK."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from interact_app.session import Session
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import icon_button
from interact_app.widgets.labels import muted_label, title_label
from interact_app.widgets.tier_signs import COLOR_NAMES, tier_icon
from interact_core.annotation.commands import Editing
from interact_core.annotation.vocabulary import Tier, Vocabulary
from interact_core.errors import InputError

T = TypeVar("T")
_WORD: Final = Qt.ItemDataRole.UserRole
"""What a label was called when the dialog opened; "" for a new one."""
_WHAT: Final = (
    "One vocabulary for all your projects. A label that you rename is renamed in the clip that is open, one undo takes that "
    "back; other clips keep their words, and their findings name those that are no longer here. The five tiers of the data "
    "sets stay."
)


class VocabularyDialog(QDialog):
    """Edits a copy; OK stores it and carries renamings over to the open clip."""

    def __init__(self, session: Session, tier: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.vocabulary")
        self.setWindowTitle("Vocabulary")
        self.resize(660, 520)
        self._session = session
        self.vocabulary: Vocabulary = session.advice.vocabulary
        self._renamed: dict[str, dict[str, str]] = {}
        """Per tier: the label as it was, and what it is called now ("" where it is gone)."""
        self._showing = False
        self.tiers = self._list("Tiers")
        self.labels = self._list("Labels")
        self.labels.setEditTriggers(
            QListWidget.EditTrigger.DoubleClicked | QListWidget.EditTrigger.EditKeyPressed | QListWidget.EditTrigger.AnyKeyPressed
        )
        self.title = QLineEdit()
        self.title.setAccessibleName("Name of the tier")
        self.color = QComboBox()
        self.color.setAccessibleName("Colour of the tier")
        for index, name in enumerate(COLOR_NAMES):
            self.color.addItem(tier_icon(index), name)
        self.free = QCheckBox("Segments may have text of their own")
        self.new_label = QLineEdit()
        self.new_label.setPlaceholderText("New label, Enter adds it")
        self.new_label.setAccessibleName("New label")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "danger")
        self._lay_out()
        self._connect()
        self._show_tiers(tier or session.selection.tier)

    def _list(self, name: str) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName(name)
        made.setIconSize(QSize(16, 16))
        return made

    def _lay_out(self) -> None:
        left, right, both = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(title_label("Tiers"))
        left.addWidget(self.tiers, 1)
        left.addLayout(self._buttons(self.add_tier, self.remove_tier, self.move_tier, "tier"))
        form = QFormLayout()
        form.addRow("Name", self.title)
        form.addRow("Colour", self.color)
        form.addRow("", self.free)
        right.addLayout(form)
        right.addWidget(title_label("Labels"))
        right.addWidget(muted_label("F2 or a double click renames."))
        right.addWidget(self.labels, 1)
        right.addWidget(self.new_label)
        right.addLayout(self._buttons(self.new_label.setFocus, self.remove_label, self.move_label, "label"))
        both.addLayout(left, 2)
        both.addSpacing(8)
        both.addLayout(right, 3)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(muted_label(_WHAT))
        column.addLayout(both, 1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)

    def _buttons(
        self, add: Callable[[], object], remove: Callable[[], object], move: Callable[[int], object], what: str
    ) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(icon_button(self, icon("plus"), f"Add a {what}", add))
        row.addWidget(icon_button(self, icon("trash"), f"Remove the {what}", remove))
        row.addStretch(1)
        for step, text, arrow in ((-1, "up", Qt.ArrowType.UpArrow), (1, "down", Qt.ArrowType.DownArrow)):
            button = icon_button(self, icon("plain"), f"Move the {what} {text}", partial(move, step))
            button.setArrowType(arrow)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.tiers.currentRowChanged.connect(lambda _row: self._show_tier())
        self.labels.itemChanged.connect(self._label_edited)
        self.title.editingFinished.connect(lambda: self._change_tier(title=self.title.text().strip() or self.tier.id))
        self.color.activated.connect(lambda index: self._change_tier(color_index=index))
        self.free.clicked.connect(lambda on: self._change_tier(free_text=on))
        self.new_label.returnPressed.connect(self.add_label)

    # What is shown

    @property
    def tier(self) -> Tier:
        return self.vocabulary.tiers[max(0, self.tiers.currentRow())]

    def _show_tiers(self, tier: str) -> None:
        ids = [known.id for known in self.vocabulary.tiers]
        self._showing = True
        self.tiers.clear()
        for known in self.vocabulary.tiers:
            self.tiers.addItem(QListWidgetItem(tier_icon(known.color_index), known.title))
        self.tiers.setCurrentRow(ids.index(tier) if tier in ids else 0)
        self._showing = False
        self._show_tier()

    def _show_tier(self, row: int = 0) -> None:
        if self._showing:
            return
        self._showing = True
        tier = self.tier
        self.title.setText(tier.title)
        self.color.setCurrentIndex(tier.color_index % len(COLOR_NAMES))
        self.free.setChecked(tier.free_text)
        was = {new: old for old, new in self._renamed.get(tier.id, {}).items() if new}
        self.labels.clear()
        for label in tier.labels:
            item = QListWidgetItem(label)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(_WORD, was.get(label, label))
            self.labels.addItem(item)
        self.labels.setCurrentRow(min(row, len(tier.labels) - 1))
        self._showing = False

    def _try(self, change: Callable[[], Vocabulary]) -> bool:
        """Take over a changed vocabulary; what is wrong with it is said below."""
        try:
            self.vocabulary = change()
        except InputError as error:
            self.problem.setText(str(error))
            return False
        self.problem.clear()
        return True

    # Labels

    def add_label(self) -> None:
        label, tier = " ".join(self.new_label.text().split()), self.tier.id
        if label and self._try(lambda: self.vocabulary.with_label(tier, label)):
            self.new_label.clear()
            self._show_tier(len(self.tier.labels) - 1)

    def remove_label(self) -> None:
        item, tier = self.labels.currentItem(), self.tier.id
        if item is not None and self._try(lambda: self.vocabulary.without_label(tier, item.text())):
            self._note(tier, item.data(_WORD), "")
            self._show_tier(self.labels.currentRow())

    def move_label(self, step: int) -> None:
        tier, row = self.tier, self.labels.currentRow()
        labels = _moved(tier.labels, row, step)
        if self._try(lambda: self.vocabulary.with_tier(replace(tier, labels=labels))):
            self._show_tier(max(0, min(row + step, len(labels) - 1)))

    def _label_edited(self, item: QListWidgetItem) -> None:
        if self._showing:
            return
        tier, row = self.tier, self.labels.row(item)
        old, new = tier.labels[row], " ".join(item.text().split())
        if new != old and self._try(lambda: self.vocabulary.with_label_renamed(tier.id, old, new)):
            self._note(tier.id, item.data(_WORD), new)
        # Only the text: the list must not be filled anew while its editor is still closing.
        self._showing = True
        item.setText(self.tier.labels[row])
        self._showing = False

    def _note(self, tier: str, was: str, now: str) -> None:
        """Of a label that was there when the dialog opened; nobody can have used one that was added since."""
        known = self._session.advice.vocabulary.labels_of(tier)
        if was in known:
            self._renamed.setdefault(tier, {})[was] = now

    # Tiers

    def add_tier(self) -> None:
        """A free row, named afterwards."""
        taken = {tier.id for tier in self.vocabulary.tiers}
        number = next(n for n in range(1, len(taken) + 2) if f"tier{n}" not in taken)
        made = Tier(f"tier{number}", f"Tier {number}", (), len(taken))
        if self._try(lambda: self.vocabulary.with_tier(made)):
            self._show_tiers(made.id)
            self.title.setFocus()
            self.title.selectAll()

    def remove_tier(self) -> None:
        tier = self.tier.id
        if self._try(lambda: self.vocabulary.without_tier(tier)):
            self._show_tiers("")

    def move_tier(self, step: int) -> None:
        tier, row = self.tier.id, self.tiers.currentRow()
        self.vocabulary = replace(self.vocabulary, tiers=_moved(self.vocabulary.tiers, row, step))
        self._show_tiers(tier)

    def _change_tier(self, **changes: object) -> None:
        tier = replace(self.tier, **changes)  # type: ignore[arg-type]  # fields of a tier
        if tier != self.tier and self._try(lambda: self.vocabulary.with_tier(tier)):
            self._show_tiers(tier.id)

    # The end

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field takes the field's text over; only with Ctrl it closes the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.accept()
            return
        super().keyPressEvent(event)

    def accept(self) -> None:
        try:
            self._session.advice.set_vocabulary(self.vocabulary)
        except InputError as error:
            self.problem.setText(str(error))
            return
        self._relabel()
        super().accept()

    def _relabel(self) -> None:
        """The open clip's segments follow, as one edit; two labels that change names do not meet half-way."""
        writing = self._session.writing
        project = self._session.project
        if writing is None or (project is not None and project.read_only):
            return
        editing = Editing(writing.document, "Rename labels")
        for tier, names in self._renamed.items():
            for record in writing.document.segments_on(tier):
                if names.get(record.segment.label):
                    editing.put(record.changed(label=names[record.segment.label], author=writing.author or record.author))
        edit = editing.edit()
        if edit:
            writing.undo_stack.seal()
            writing.do(edit)
            writing.undo_stack.seal()
            self._session.notice.emit(f"{len(edit.changes)} segments of this clip were renamed. Undo takes it back.")


def _moved(items: tuple[T, ...], row: int, step: int) -> tuple[T, ...]:
    """One of them a place further; the same where there is none."""
    to = row + step
    if not (0 <= row < len(items) and 0 <= to < len(items)):
        return items
    kept = list(items)
    kept.insert(to, kept.pop(row))
    return tuple(kept)
