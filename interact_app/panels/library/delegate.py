"""One clip as a row: picture, name, severity, objects and length, and what is said or wrong about it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from interact_app.panels.library.model import Role
from interact_app.panels.library.thumbnails import Thumbnails
from interact_app.widgets.review_state import SIGNS
from interact_app.widgets.severity import paint_severity
from interact_app.widgets.tones import VERMILLION, Tones, data_color, mix, with_alpha
from interact_core.figures import duration_text

if TYPE_CHECKING:
    from interact_core.project.library import ClipRow

THUMBNAIL: Final = QSize(64, 50)
_PAD: Final = 6
_BADGE: Final = 14


class ClipDelegate(QStyledItemDelegate):
    """All rows have the same height, so that ten thousand need no measuring."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, max(THUMBNAIL.height(), 3 * option.fontMetrics.height()) + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        row: ClipRow = index.data(Role.ROW)
        rect: QRect = option.rect
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        tones = Tones.of(palette)
        painter.save()
        self._paint_ground(painter, QRectF(rect), tones, state, is_open=bool(index.data(Role.CURRENT)))
        picture = QRectF(0, 0, THUMBNAIL.width(), THUMBNAIL.height())
        picture.moveTo(rect.left() + _PAD + 2, rect.top() + (rect.height() - THUMBNAIL.height()) / 2)
        self._paint_picture(painter, picture, row, tones)
        words = QRectF(rect).adjusted(picture.right() - rect.left() + 8, _PAD, -_PAD - 2, -_PAD)
        self._paint_words(painter, words, row, option.font, tones)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRectF, tones: Tones, state: QStyle.StateFlag, *, is_open: bool) -> None:
        """Selected: tinted. Open: a bar at the left edge as well, so that the two are told apart."""
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, mix(tones.base, tones.accent, 0.24))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tones.faint)
        if is_open:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), tones.accent)
        painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), with_alpha(tones.line, 0.6))

    def _paint_picture(self, painter: QPainter, rect: QRectF, row: "ClipRow", tones: Tones) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(rect, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        device = painter.device()
        scale = device.devicePixelRatioF() if device is not None else 1.0
        pixmap = self._thumbnails.get(row.id, scale) if row.thumbnail else None
        painter.fillPath(outline, tones.faint)
        if pixmap is not None:
            painter.setClipPath(outline)
            size = QRectF(QPointF(0, 0), pixmap.size() / scale)
            size.moveCenter(rect.center())
            painter.drawPixmap(size, pixmap, QRectF(pixmap.rect()))
            painter.setClipping(False)
        else:
            painter.setPen(tones.muted)
            name = row.objects[0] if row.objects else row.dataset
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(rect.width()) - 8)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_words(self, painter: QPainter, rect: QRectF, row: "ClipRow", font: QFont, tones: Tones) -> None:
        height = rect.height() / 3
        lines = [rect.adjusted(0, k * height, 0, (k - 2) * height) for k in range(3)]
        badge = QRectF(rect.right() - _BADGE, lines[0].center().y() - _BADGE / 2, _BADGE, _BADGE)
        if row.status not in ("problem", "missing"):
            paint_severity(painter, badge, row.severity, tones)
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        name = row.title or row.id.rpartition("/")[2]
        _line(painter, lines[0].adjusted(0, 0, -_BADGE - 6, 0), name, strong, tones.text, Qt.TextElideMode.ElideMiddle)
        length = _facts(row)
        facts = QFontMetrics(font).horizontalAdvance(length)
        _line(painter, lines[1].adjusted(0, 0, -facts - 6, 0), ", ".join(row.objects) or row.dataset, font, tones.text)
        painter.setPen(tones.muted)
        painter.drawText(lines[1], Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, length)
        text, color = _remark(row, tones)
        _line(painter, lines[2], text, font, color)


def _facts(row: "ClipRow") -> str:
    """How far it is (where it was begun), how many segments, how long."""
    state = SIGNS[row.state] if row.state != "todo" else ""
    segments = f"▭{row.segment_count}" if row.segment_count else ""
    length = duration_text(row.duration) if row.duration is not None else ""
    return "  ".join(filter(None, (state, segments, length)))


def _remark(row: "ClipRow", tones: Tones) -> tuple[str, QColor]:
    """The third line: what is wrong, else what is said, else that nothing is."""
    if row.status in ("problem", "missing"):
        return f"⚠ {row.problem or row.status}", mix(data_color(VERMILLION), tones.text, 0.25)
    if row.corruption:
        return f"✕ {row.corruption}" + (f" of {row.parent.rpartition('/')[2]}" if row.parent else ""), tones.muted
    return row.caption or "no caption", tones.muted


def _line(
    painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> None:
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(text, mode, int(rect.width()))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
