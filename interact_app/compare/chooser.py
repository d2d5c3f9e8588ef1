"""What is compared with what, how it is looked at, and what the chosen way can be asked for."""

from functools import partial
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.compare.comparison import Comparison
from interact_app.compare.modes import LETTERS, MODES, QUANTITIES
from interact_app.compare.sides import SideKey
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.choice_box import ChoiceBox

_COLUMNS: Final = 3
_STEPS: Final = 1000


class Chooser(QWidget):
    """Everything above the table of figures."""

    def __init__(self, comparison: Comparison, actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self._comparison, self._actions = comparison, actions
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._build_sides())
        column.addLayout(self._build_modes())
        column.addWidget(self._build_wipe())
        column.addWidget(self._build_difference())
        comparison.changed.connect(self.refresh)
        comparison.view_changed.connect(self._show_options)
        self.refresh()

    # Building

    def _build_sides(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        self._boxes: list[ChoiceBox] = []
        self._rows: list[tuple[QWidget, ...]] = []
        for place, letter in enumerate(LETTERS):
            label = QLabel(letter, self)
            box = ChoiceBox(self, self._actions, self.tr("Version {0}").format(letter), free=False)
            box.setToolTip(self._about(place))
            box.chosen.connect(partial(self._choose, place))
            if place == 0:
                button = icon_button(self, icon("loop"), self.tr("Swap A and B"), self._comparison.swap)
            elif place == 1:
                button = icon_button(self, icon("plus"), self.tr("Another view"), self._add)
                self._plus = button
            else:
                button = icon_button(
                    self, icon("close"), self.tr("Take view {0} away").format(letter), partial(self._remove, place)
                )
            for k, widget in enumerate((label, box, button)):
                grid.addWidget(widget, place, k)
            self._boxes.append(box)
            self._rows.append((label, box, button))
        grid.setColumnStretch(1, 1)
        return grid

    def _about(self, place: int) -> str:
        if place == 0:
            return self.tr("Before: the source, one of its versions, or another clip")
        if place == 1:
            return self.tr("After: what is judged against A")
        return self.tr("A further view beside the others")

    def _build_modes(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(3)
        for k, mode in enumerate(MODES):
            button = QToolButton(self)
            button.setDefaultAction(self._actions.qaction(f"compare.{mode}"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, k // _COLUMNS, k % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        return grid

    def _build_wipe(self) -> QWidget:
        self._wipe = QSlider(Qt.Orientation.Horizontal, self)
        self._wipe.setRange(0, _STEPS)
        self._wipe.setPageStep(_STEPS // 10)
        describe(self._wipe, self.tr("Where the line of the wipe is: A left of it, B right of it"))
        self._wipe.valueChanged.connect(lambda value: self._comparison.set_divider(value / _STEPS))
        return self._wipe

    def _build_difference(self) -> QWidget:
        self._difference = QWidget(self)
        row = QHBoxLayout(self._difference)
        row.setContentsMargins(0, 0, 0, 0)
        self._quantity = QComboBox(self)
        describe(self._quantity, self.tr("What the colours say"))
        for name, title in QUANTITIES.items():
            self._quantity.addItem(title, name)
        self._quantity.activated.connect(lambda _index: self._comparison.set_quantity(self._quantity.currentData()))
        self._limit = QDoubleSpinBox(self)
        self._limit.setRange(0.5, 500.0)
        self._limit.setDecimals(1)
        self._limit.setSuffix(" mm")
        self._limit.setKeyboardTracking(False)
        describe(self._limit, self.tr("Difference at the end of the colours"))
        self._limit.valueChanged.connect(lambda value: self._comparison.set_limit(value / 1000))
        row.addWidget(self._quantity, 1)
        row.addWidget(self._limit)
        return self._difference

    # Showing

    def refresh(self) -> None:
        comparison = self._comparison
        choices = comparison.choices()
        keys = comparison.keys
        for place, box in enumerate(self._boxes):
            box.offer(choices)
            box.setEnabled(bool(choices))
            box.show_value(keys[place].text if place < len(keys) else "", self._hint(place))
            for widget in self._rows[place]:
                widget.setVisible(place < max(2, len(keys)))
        self._plus.setEnabled(1 < len(keys) < len(LETTERS))
        self._wipe.setVisible(comparison.mode == "wipe")
        self._difference.setVisible(comparison.mode == "difference")
        self._show_options()

    def _hint(self, place: int) -> str:
        return self.tr("Choose what to compare") if place == 1 and len(self._comparison.choices()) > 1 else ""

    def _show_options(self) -> None:
        comparison = self._comparison
        with QSignalBlocker(self._wipe), QSignalBlocker(self._quantity), QSignalBlocker(self._limit):
            self._wipe.setValue(round(comparison.divider * _STEPS))
            self._quantity.setCurrentIndex(self._quantity.findData(comparison.quantity))
            field = comparison.differing.field("body") or comparison.differing.field("object")
            own = 0.03 if field is None else field.vmax
            self._limit.setValue(1000 * (comparison.limit or own))

    # Choosing

    def _choose(self, place: int, text: str) -> None:
        if text:
            self._comparison.choose(place, SideKey.from_text(text))
            if self._comparison.mode == "off" and len(self._comparison.keys) > 1:
                self._comparison.set_mode("side_by_side")

    def _add(self) -> None:
        """The first thing that is not shown yet; the list is there to choose another."""
        shown = {key.text for key in self._comparison.keys}
        more = next((text for text in self._comparison.choices() if text not in shown), None)
        if more is not None:
            self._comparison.choose(len(self._comparison.keys), SideKey.from_text(more))
            self._comparison.set_mode("side_by_side")

    def _remove(self, place: int) -> None:
        self._comparison.remove(place)
