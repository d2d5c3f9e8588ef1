"""The labels of a tier to choose from: type the first letters, Enter takes what is marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

_ROWS = 9


class LabelList(QFrame):
    """Closes by itself. A text that is no label can become one."""

    chosen = Signal(str)
    added = Signal(str)
    """Not in the vocabulary yet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._labels: tuple[str, ...] = ()
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("First letters of the label"))
        self.field.setAccessibleName(self.tr("Label"))
        self.field.textChanged.connect(lambda _text: self._fill())
        self.field.installEventFilter(self)
        self.entries = QListWidget(self)
        self.entries.setAccessibleName(self.tr("Labels"))
        self.entries.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.entries.itemClicked.connect(lambda item: self._take(item))
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.entries)

    def ask(self, labels: Sequence[str], now: str, at: QPoint) -> None:
        """Show it with its lower left corner at a place of the screen, the label of now marked."""
        self._labels = tuple(labels)
        self.field.clear()
        self._fill()
        for row in range(self.entries.count()):
            if self.entries.item(row).text() == now:
                self.entries.setCurrentRow(row)
        rows = max(min(len(self._labels), _ROWS), 2)
        height = rows * max(self.entries.sizeHintForRow(0), 18) + 4
        self.entries.setFixedHeight(height)
        self.setFixedWidth(220)
        self.adjustSize()
        screen = self.screen().availableGeometry()
        top = at.y() - self.height() if at.y() - self.height() >= screen.top() else at.y()
        self.move(max(screen.left(), min(at.x(), screen.right() - self.width())), top)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
            key = Qt.Key(event.key())
            if key in steps:
                row = self.entries.currentRow() + steps[key]
                self.entries.setCurrentRow(max(0, min(row, self.entries.count() - 1)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.entries.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        """Labels that begin with what is typed come first, then those that contain it."""
        typed = self.field.text().strip()
        wanted = typed.casefold()
        begin = [label for label in self._labels if label.casefold().startswith(wanted)]
        inside = [label for label in self._labels if wanted in label.casefold() and label not in begin]
        self.entries.clear()
        self.entries.addItems([*begin, *inside])
        if typed and wanted not in (label.casefold() for label in self._labels):
            item = QListWidgetItem(self.tr("Add “{0}” to the labels").format(typed))
            item.setData(Qt.ItemDataRole.UserRole, typed)
            self.entries.addItem(item)
        self.entries.setCurrentRow(0)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self.close()
        new = item.data(Qt.ItemDataRole.UserRole)
        if new:
            self.added.emit(new)
        else:
            self.chosen.emit(item.text())
