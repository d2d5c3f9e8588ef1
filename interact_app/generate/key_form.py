"""The sketched path in numbers: which key, when, where, how it is turned."""

import math
from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from interact_app.generate.plan import Plan
from interact_app.generate.wish import MOST_SECONDS
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, icon_button
from interact_app.widgets.labels import muted_label
from interact_core.generate.key_poses import KeyPose


class KeyForm(QWidget):
    """Says what is wrong with the path as soon as it is."""

    def __init__(self, plan: Plan, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan, self._sketch = plan, plan.sketch
        self.which = QComboBox(self)
        describe(self.which, self.tr("Key pose"))
        self.which.activated.connect(self._sketch.choose)
        self.time = self._number(self.tr("Time of the key pose"), 0.0, MOST_SECONDS, 0.1, " s", self._set_time)
        self.side = self._number(self.tr("Place to the side (x)"), -20, 20, 0.05, " m", lambda v: self._set_place(0, v))
        self.ahead = self._number(self.tr("Place ahead (z)"), -20, 20, 0.05, " m", lambda v: self._set_place(2, v))
        self.lift = self._number(self.tr("Height of the object's middle"), 0, 4, 0.05, " m", lambda v: self._set_place(1, v))
        self.yaw = self._number(
            self.tr("Turn about the vertical"), -720, 720, 5, "°", lambda v: self._sketch.change(yaw=math.radians(v))
        )
        self.yaw.setDecimals(0)
        self._problem = muted_label("", self)
        self._problem.setProperty("role", "danger")
        self._lay_out()
        self._sketch.changed.connect(self.refresh)
        plan.changed.connect(self._show_problem)
        self.refresh()

    def _number(
        self, name: str, low: float, high: float, step: float, unit: str, take: Callable[[float], object]
    ) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setSuffix(unit)
        box.setKeyboardTracking(False)
        describe(box, name)
        box.valueChanged.connect(take)
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.which, 1)
        row.addWidget(icon_button(self, icon("plus"), self.tr("Another key pose, a second later"), self._add))
        row.addWidget(icon_button(self, icon("close"), self.tr("Take this key pose away"), self._sketch.remove))
        self.undo = QPushButton(self.tr("Undo"), self)
        self.undo.setToolTip(self.tr("Take back the last change of the path"))
        self.undo.clicked.connect(self._sketch.undo)
        row.addWidget(self.undo)
        form = QFormLayout()
        for title, box in (
            (self.tr("Time"), self.time), (self.tr("Side, x"), self.side), (self.tr("Ahead, z"), self.ahead),
            (self.tr("Height"), self.lift), (self.tr("Turn"), self.yaw),
        ):  # fmt: skip
            form.addRow(title, box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(form)
        column.addWidget(self._problem)

    def refresh(self) -> None:
        keys, chosen = self._sketch.keys, self._sketch.chosen
        self.which.clear()
        self.which.addItems(
            [self.tr("Key {0} of {1}, {2:.1f} s").format(k + 1, len(keys), key.time) for k, key in enumerate(keys)]
        )
        self.which.setCurrentIndex(chosen)
        self.undo.setEnabled(self._sketch.can_undo)
        key = keys[chosen] if keys else KeyPose(0.0, (0.0, 0.0, 0.0))
        values = (key.time, key.place[0], key.place[2], key.place[1], math.degrees(key.yaw))
        for box, value in zip((self.time, self.side, self.ahead, self.lift, self.yaw), values, strict=True):
            box.setEnabled(bool(keys))
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self._show_problem()

    def _show_problem(self) -> None:
        text = self._sketch.problem(self._plan.wish.seconds) if self._sketch.keys else ""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _set_time(self, value: float) -> None:
        self._sketch.change(time=value)

    def _set_place(self, axis: int, value: float) -> None:
        if self._sketch.keys:
            place = list(self._sketch.keys[self._sketch.chosen].place)
            place[axis] = value
            self._sketch.change(place=tuple(place))

    def _add(self) -> None:
        keys = self._sketch.keys
        last = keys[-1] if keys else KeyPose(-1.0, (0.0, 0.9, 0.0))
        time = last.time + 1.0
        if time > self._plan.wish.seconds:
            self._plan.change(seconds=min(time, MOST_SECONDS))
        self._sketch.add(KeyPose(min(time, MOST_SECONDS), (last.place[0], last.place[1], last.place[2] + 0.3), last.yaw))
