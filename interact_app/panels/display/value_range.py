"""The ends of the colour scale as numbers to edit, and two ways back: the field's own range, the clip's extremes."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QWidget

from interact_app.widgets.buttons import describe
from interact_core.figures import shown_unit, shown_value


class RangeEditor(QWidget):
    """Values come and go in the field's own unit; metres are shown as millimetres."""

    edited = Signal(float, float)
    reset_wanted = Signal()
    clip_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._factor = 1.0
        self._low = self._spin_box(self.tr("Lower end of the colour scale"))
        self._high = self._spin_box(self.tr("Upper end of the colour scale"))
        self._reset = self._button(self.tr("Reset"), self.tr("The usual range of this field"))
        self._clip = self._button(self.tr("Clip"), self.tr("From the smallest to the largest value of the whole clip"))
        self._reset.clicked.connect(self.reset_wanted)
        self._clip.clicked.connect(self.clip_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget, stretch in ((self._low, 3), (QLabel("–", self), 0), (self._high, 3), (self._reset, 0), (self._clip, 0)):
            row.addWidget(widget, stretch)

    def _spin_box(self, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(-100000, 100000)
        box.setKeyboardTracking(False)
        box.setMinimumWidth(56)
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        describe(box, name)
        box.valueChanged.connect(self._announce)
        return box

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setFixedWidth(self.fontMetrics().horizontalAdvance(text) + 18)
        return button

    def show_range(self, low: float, high: float, unit: str, *, chosen: bool) -> None:
        """`chosen`: the range is the user's, so there is something to reset."""
        self._factor = shown_value(1.0, unit)
        span = abs(high - low) * self._factor
        for box, value in ((self._low, low), (self._high, high)):
            with QSignalBlocker(box):
                box.setDecimals(2 if span < 10 else 1)
                box.setSingleStep(max(span / 20, 0.01))
                box.setSuffix(f" {shown_unit(unit)}" if unit else "")
                box.setValue(value * self._factor)
        self._reset.setEnabled(chosen)

    def _announce(self) -> None:
        low, high = self._low.value() / self._factor, self._high.value() / self._factor
        if high > low:
            self.edited.emit(low, high)
