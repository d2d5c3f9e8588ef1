"""How many clips are how far: a chip for each state that there is, and a click keeps only those."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from interact_app.widgets.buttons import describe
from interact_app.widgets.review_state import SIGNS, state_title
from interact_core.annotation.records import REVIEW_STATES, ReviewState

if TYPE_CHECKING:
    from interact_core.project.library import ClipRow


class StateChips(QWidget):
    """Hidden while every clip is still to do: then there is nothing to tell apart."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self.chips: dict[ReviewState, QToolButton] = {}
        for state in REVIEW_STATES:
            chip = self.chips[state] = QToolButton(self)
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.toggled.connect(lambda on, one=state: self._toggled(one, on))
            row.addWidget(chip)
        row.addStretch(1)
        self.show_counts(())

    @property
    def chosen(self) -> str:
        """The state to keep; "" for all."""
        return next((state for state, chip in self.chips.items() if chip.isChecked()), "")

    def clear(self) -> None:
        for chip in self.chips.values():
            with QSignalBlocker(chip):
                chip.setChecked(False)

    def show_counts(self, rows: "Iterable[ClipRow]") -> None:
        """Of the whole project."""
        counts = Counter(row.state for row in rows)
        for state, chip in self.chips.items():
            chip.setText(f"{SIGNS[state]} {counts[state]}")
            describe(chip, self.tr("{0}: {1} clips").format(state_title(state), counts[state]))
            chip.setVisible(counts[state] > 0 or chip.isChecked())
        self.setVisible(set(counts) - {"todo"} != set() or bool(self.chosen))

    def _toggled(self, state: ReviewState, on: bool) -> None:
        for other, chip in self.chips.items():
            if on and other != state:
                with QSignalBlocker(chip):
                    chip.setChecked(False)
        self.changed.emit()
