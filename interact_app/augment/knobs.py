"""A number that is turned and typed: a slider and a box made from an option's own metadata."""

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from interact_app.widgets.labels import muted_label
from interact_core.settings import Value

Option = dataclasses.Field[Any]
TITLES: Final = {
    "displace": "Move the object", "yaw": "Turn it", "drift": "Let its path wander", "scale": "Another size",
    "scale_axes": "Each axis by itself", "shape": "Another build of the person", "mirror": "Mirror left and right",
    "warp": "Slower or faster", "side": "Come from another side", "swap": "Another object in its place",
}  # fmt: skip
"""Of switches; one that is not here is called by its name, and what it does is in its tooltip."""
_STEPS: Final = 200
_SHOWN: Final = {"m": ("cm", 100.0), "deg": ("°", 1.0), "x": ("×", 1.0)}
"""How units are shown, and by what they are multiplied for it: nobody reads 0.005 m."""


class Knob(QWidget):
    """One option. `turned` is sent while it is changed, not only after."""

    turned = Signal(str, object)

    def __init__(self, item: Option, value: Value, parent: QWidget) -> None:
        super().__init__(parent)
        self.item = item
        self.setObjectName(f"augment.{item.name}")
        self._put: Callable[[Value], None]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        doc = str(item.metadata["doc"])
        if item.type is bool:
            column.addWidget(self._check(doc, value))
        else:
            column.addWidget(muted_label(doc, self))
            line = QHBoxLayout()
            line.setSpacing(6)
            column.addLayout(line)
            if item.metadata["choices"]:
                line.addWidget(self._box(value), 1)
            else:
                self._number(line, value)

    def put(self, value: Value) -> None:
        """Show a value without saying that it was turned."""
        self._put(value)

    # Building

    def _check(self, doc: str, value: Value) -> QCheckBox:
        box = self.check = QCheckBox(TITLES.get(self.item.name, self.item.name.replace("_", " ").capitalize()), self)
        box.setToolTip(doc)
        box.setAccessibleDescription(doc)
        box.setChecked(bool(value))
        box.toggled.connect(lambda on: self.turned.emit(self.item.name, on))
        self._put = lambda new: _quietly(box, lambda: box.setChecked(bool(new)))
        self.setFocusProxy(box)
        return box

    def _box(self, value: Value) -> QComboBox:
        box = QComboBox(self)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for choice in self.item.metadata["choices"]:
            box.addItem(str(choice), choice)
        box.setCurrentIndex(box.findData(value))
        box.setAccessibleName(str(self.item.metadata["doc"]))
        box.activated.connect(lambda index: self.turned.emit(self.item.name, box.itemData(index)))
        self._put = lambda new: box.setCurrentIndex(box.findData(new))
        self.setFocusProxy(box)
        return box

    def _number(self, line: QHBoxLayout, value: Value) -> None:
        meta, whole = self.item.metadata, self.item.type is int
        unit, scale = _SHOWN.get(meta["unit"], (meta["unit"], 1.0))
        low = float(meta["low"] if meta["low"] is not None else 0) * scale
        high = float(meta["high"] if meta["high"] is not None else 999_999) * scale
        box: QSpinBox | QDoubleSpinBox = QSpinBox(self) if whole else QDoubleSpinBox(self)
        if isinstance(box, QDoubleSpinBox):
            box.setDecimals(1 if scale > 1 or high >= 100 else 2)
            box.setSingleStep(max(round((high - low) / 40, 1), 0.1) if high - low > 4 else 0.05)
            box.setRange(low, high)
        else:
            box.setRange(int(low), int(high))
        box.setSuffix(f"\u2009{unit}" if unit else "")
        box.setKeyboardTracking(False)
        box.setFixedWidth(92)
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, _STEPS)
        for widget in (box, slider):
            widget.setAccessibleName(str(meta["doc"]))
        line.addWidget(slider, 1)
        line.addWidget(box)
        slider.setVisible(meta["high"] is not None)
        self.slider, self.box = slider, box

        def put(new: Value) -> None:
            shown = float(str(new)) * scale
            _quietly(box, lambda: box.setValue(int(shown) if whole else shown))
            _quietly(slider, lambda: slider.setValue(round(_STEPS * (shown - low) / max(high - low, 1e-9))))

        def slid(place: int) -> None:
            shown = low + (high - low) * place / _STEPS
            _quietly(box, lambda: box.setValue(round(shown) if whole else shown))
            self.turned.emit(self.item.name, round(shown) if whole else box.value() / scale)

        def typed(shown: float) -> None:
            put(shown / scale)
            self.turned.emit(self.item.name, int(shown) if whole else shown / scale)

        put(value)
        self._put = put
        slider.valueChanged.connect(slid)
        box.valueChanged.connect(typed)
        self.setFocusProxy(box)


def _quietly(widget: QWidget, change: Callable[[], object]) -> None:
    with QSignalBlocker(widget):
        change()
