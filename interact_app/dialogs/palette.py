"""The command palette: type a few letters of what you want to do."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions.record import Action
from interact_app.actions.registry import ActionRegistry, keys_text

_ID: Final = Qt.ItemDataRole.UserRole
_ASIDE: Final = Qt.ItemDataRole.UserRole + 1
"""(menu, keys) of a row."""
_MOVES: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _RowDelegate(QStyledItemDelegate):
    """Title, then the menu it is in; the keys at the right edge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        menu, keys = index.data(_ASIDE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        painter.setPen(option.palette.color(role))
        room = option.rect.adjusted(option.fontMetrics.horizontalAdvance(index.data()) + 22, 0, -8, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, menu)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, option.fontMetrics.height() + 10)


class CommandPalette(QDialog):
    """Lists the enabled actions, best match first; Enter runs the chosen one, Esc goes back."""

    def __init__(self, registry: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("dialog.palette")
        self.setWindowTitle("Find an action")
        self._registry = registry
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("What do you want to do?")
        self.search.setAccessibleName("Find an action")
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Actions that match")
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.search.returnPressed.connect(self._run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(560, 400)
        self._fill("")

    @property
    def titles(self) -> list[str]:
        """What is listed, best first."""
        records = (self._registry.record(self.list.item(k).data(_ID)) for k in range(self.list.count()))
        return [record.title for record in records]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The list is steered from the search field, so that typing never has to stop.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        self.list.clear()
        self._registry.refresh()
        ranked = [(score(record, text), record) for record in self._registry if self._can_run(record)]
        # A stable sort: equals, and everything while nothing is typed, keep the order of the menus.
        for points, record in sorted(ranked, key=lambda entry: -entry[0]):
            if points > 0:
                item = QListWidgetItem(record.title, self.list)
                item.setData(_ID, record.id)
                item.setData(_ASIDE, (record.menu.replace("/", " › "), keys_text(record)))
                item.setToolTip(record.tooltip)
        self.list.setCurrentRow(0)

    def _can_run(self, record: Action) -> bool:
        return self._registry.qaction(record.id).isEnabled() and record.id != "view.palette"

    def _run(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            action_id = str(item.data(_ID))
            self.accept()
            self._registry.trigger(action_id)


def score(record: Action, text: str) -> float:
    """How well a record answers the words typed: 0 not at all; a title that starts with them scores most."""
    title = record.title.casefold()
    haystack = f"{title} {record.menu.casefold()} {record.tooltip.casefold()} {record.id}"
    total = 1.0
    for word in text.casefold().split():
        if word not in haystack:
            return 0.0
        total += 4 if title.startswith(word) else 3 if f" {word}" in title else 2 if word in title else 1
    return total
