"""The queue as rows: a name, and why it is its turn."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from interact_app.widgets.tones import Tones, mix

if TYPE_CHECKING:
    from interact_core.project.queue import QueueItem

Index = QModelIndex | QPersistentModelIndex
WHY = Qt.ItemDataRole.UserRole + 1
OPEN = Qt.ItemDataRole.UserRole + 2
_PAD = 5


class QueueModel(QAbstractListModel):
    """Ten thousand rows are a tuple of tuples."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[QueueItem, ...] = ()
        self._open = ""

    def set_items(self, items: "tuple[QueueItem, ...]", open_clip: str) -> None:
        if [item.clip_id for item in items] == [item.clip_id for item in self._items]:
            self._items, self._open = items, open_clip
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self._items, self._open = items, open_clip
        self.endResetModel()

    def place_of(self, clip_id: str) -> QModelIndex:
        place = next((k for k, item in enumerate(self._items) if item.clip_id == clip_id), -1)
        return self.index(place) if place >= 0 else QModelIndex()

    def clip_at(self, index: Index) -> str:
        return self._items[index.row()].clip_id if index.isValid() and index.row() < len(self._items) else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.clip_id.rpartition("/")[2]
        if role in (WHY, Qt.ItemDataRole.AccessibleDescriptionRole):
            return item.why
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{item.clip_id}\n{item.why}"
        return item.clip_id == self._open if role == OPEN else None


class QueueDelegate(QStyledItemDelegate):
    """Number, name, and below it the reason."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, 2 * option.fontMetrics.height() + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones, rect = Tones.of(option.palette), QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, mix(tones.base, tones.accent, 0.24))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tones.faint)
        if index.data(OPEN):
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), tones.accent)
        number = f"{index.row() + 1}"
        column = QFontMetrics(option.font).horizontalAdvance("0000")
        painter.setPen(tones.muted)
        line = QRectF(rect.left() + 8, rect.top() + _PAD, column, option.fontMetrics.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        words = QRectF(line.right() + 8, line.top(), rect.right() - line.right() - 14, line.height())
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.DemiBold)
        _line(painter, words, str(index.data()), strong, Qt.TextElideMode.ElideMiddle, tones.text)
        below = words.translated(0, words.height())
        _line(painter, below, str(index.data(WHY)), option.font, Qt.TextElideMode.ElideRight, tones.muted)
        painter.restore()


def _line(painter: QPainter, rect: QRectF, text: str, font: QFont, cut: Qt.TextElideMode, color: QColor) -> None:
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(text, cut, int(rect.width()))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
