"""What was found in the words: a line of each caption, segment or remark, with what was searched for in bold."""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from interact_app.widgets.tones import Tones, mix

if TYPE_CHECKING:
    from interact_core.project.word_search import WordHit

LIMIT: Final = 200
"""As many as anybody looks through; more are said to be there."""
_HIT: Final = Qt.ItemDataRole.UserRole
_PAD: Final = 4


class HitList(QListWidget):
    """Letters belong to the application's shortcuts."""

    def keyboardSearch(self, search: str) -> None:
        return None


class WordHits(QWidget):
    """Under the clips while something is searched for; a click, or Enter, goes to the clip and the frame."""

    wanted = Signal(object)
    """A WordHit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: list[WordHit] = []
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.list = HitList(self)
        self.list.setAccessibleName(self.tr("Found in the words"))
        self.list.setItemDelegate(_HitDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        self.hide()

    def show_hits(self, hits: "list[WordHit]") -> None:
        """Hidden where there are none. The same again leaves the list, and where somebody is in it, as it is."""
        if hits == self._hits:
            return
        self._hits = hits
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem(hit.snippet, self.list)
            item.setData(_HIT, hit)
            item.setToolTip(f"{hit.clip_id}\n{where(hit)}\n{hit.snippet}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{hit.snippet} ({PurePosixPath(hit.clip_id).name}, {where(hit)})")
        more = "+" if len(hits) >= LIMIT else ""
        self.title.setText(self.tr("In the words: {0}{1}").format(len(hits), more))
        self.setVisible(bool(hits))

    def _go(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(_HIT))


def where(hit: "WordHit") -> str:
    """ "caption, natural", "action, frame 40"."""
    if hit.kind == "caption":
        return f"caption, {hit.tier}"
    return f"{hit.tier or hit.kind}, frame {hit.start_frame}" if hit.kind == "segment" else hit.kind


class _HitDelegate(QStyledItemDelegate):
    """The line with its words in bold; below it the clip and the place in it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, 2 * option.fontMetrics.height() + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        hit: WordHit = index.data(_HIT)
        tones, rect = Tones.of(option.palette), QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, mix(tones.base, tones.accent, 0.24))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tones.faint)
        line = QRectF(rect.left() + 6, rect.top() + _PAD, rect.width() - 12, option.fontMetrics.height())
        painter.setPen(tones.text)
        _paint_line(painter, line, hit, option.font)
        painter.setFont(option.font)
        painter.setPen(tones.muted)
        told = f"{PurePosixPath(hit.clip_id).name} · {where(hit)}"
        below = QFontMetrics(option.font).elidedText(told, Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line.translated(0, line.height()), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, below)
        painter.restore()


def _paint_line(painter: QPainter, rect: QRectF, hit: "WordHit", font: QFont) -> None:
    """From a little before the first word found, so that a narrow list shows it too."""
    strong = QFont(font)
    strong.setBold(True)
    first = hit.marks[0][0] if hit.marks else 0
    start = 0 if first * QFontMetrics(font).averageCharWidth() < rect.width() * 0.6 else max(first - 8, 0)
    painter.setClipRect(rect)
    x = rect.left()
    for text, marked in _pieces(hit, start):
        painter.setFont(strong if marked else font)
        painter.drawText(QRectF(x, rect.top(), rect.right() - x, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)
        x += QFontMetrics(strong if marked else font).horizontalAdvance(text)
        if x > rect.right():
            break
    painter.setClipping(False)


def _pieces(hit: "WordHit", start: int) -> list[tuple[str, bool]]:
    pieces, at = [("…", False)] if start else [], start
    for begin, end in hit.marks:
        if begin >= at:
            pieces += [(hit.snippet[at:begin], False), (hit.snippet[begin:end], True)]
            at = end
    return [*pieces, (hit.snippet[at:], False)]
