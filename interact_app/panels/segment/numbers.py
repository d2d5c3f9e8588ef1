"""Spin boxes of the form: frames, and how sure somebody is."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QSpinBox, QWidget

from interact_app.actions import ActionRegistry
from interact_app.widgets.project_undo import share_undo

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_UNSAID: Final = -5


class NumberBox(QSpinBox):
    """Whole numbers. `edited` with every step of the arrows; typed digits count once they are finished."""

    edited = Signal(int)
    leave_wanted = Signal()

    def __init__(self, parent: QWidget, actions: ActionRegistry, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setKeyboardTracking(False)
        self.setAccelerated(True)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(52)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        share_undo(self, actions)
        self.installEventFilter(self)
        self.lineEdit().installEventFilter(self)
        self.valueChanged.connect(self.edited.emit)

    def show_value(self, value: int) -> None:
        with QSignalBlocker(self):
            self.setValue(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                # What was typed and is not finished goes.
                self.lineEdit().setText(self.prefix() + self.textFromValue(self.value()) + self.suffix())
                self.leave_wanted.emit()
                return True
            if event.key() in _ENTER:
                self.interpretText()
                self.leave_wanted.emit()
                return True
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only while the field has the keyboard; else the wheel scrolls the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ConfidenceBox(NumberBox):
    """Percent in steps of five; below nothing is "not said"."""

    def __init__(self, parent: QWidget, actions: ActionRegistry, name: str) -> None:
        super().__init__(parent, actions, name)
        self.setRange(_UNSAID, 100)
        self.setSingleStep(-_UNSAID)
        self.setSuffix(" %")
        self.setSpecialValueText("–")
        self.show_confidence(None)

    @property
    def confidence(self) -> float | None:
        return None if self.value() < 0 else self.value() / 100

    def show_confidence(self, confidence: float | None) -> None:
        self.show_value(_UNSAID if confidence is None else round(100 * confidence))
