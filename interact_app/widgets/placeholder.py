"""What a panel says while it has nothing to show: a sentence, what to do about it, and the button that does it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from interact_app.widgets.labels import muted_label


class Placeholder(QWidget):
    """Centred in the space of the missing content."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        self._hint = muted_label("", self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self)
        self._button.hide()
        self._call: Callable[[], object] | None = None
        self._button.clicked.connect(lambda: self._call() if self._call else None)
        column = QVBoxLayout(self)
        column.addStretch(2)
        for widget in (self._title, self._hint):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def say(self, title: str, hint: str = "", button: str = "", call: Callable[[], object] | None = None) -> None:
        """A button only where it can do something."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._call = call
        self._button.setText(button)
        self._button.setVisible(bool(button and call))
