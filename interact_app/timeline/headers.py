"""The column left of the lanes: each lane's name, its value at the playhead, and its limit where there is room."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from interact_app.timeline.lanes.base import Lane, LaneStyle, Sign
from interact_app.timeline.layout import HEADER_WIDTH, Layout
from interact_app.widgets.tones import data_color

_PAD = 8.0
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_LOWER_LEFT = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
_LOWER_RIGHT = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
_WORDS_WIDTH = 62.0
VALUE_WIDTH = 90.0
"""The right part of the column, repainted as the frame changes."""


def value_column(layout: Layout) -> QRectF:
    return QRectF(HEADER_WIDTH - VALUE_WIDTH - _PAD, layout.lanes_top, VALUE_WIDTH + _PAD, layout.lanes_height)


def paint_headers(
    painter: QPainter, layout: Layout, lanes: Sequence[Lane], frame: int, style: LaneStyle, *, values_too: bool, names_too: bool
) -> None:
    """`names_too` False: only the values, as a new frame wants it; neither: only the lines between the lanes."""
    strong = QFont(style.font)
    strong.setPointSizeF(style.font.pointSizeF() * 1.06)
    for box in layout.lanes:
        top = layout.lane_y(box)
        rect = QRectF(0, top, HEADER_WIDTH, box.height)
        if rect.bottom() < layout.lanes_top or top > layout.overview_top:
            continue
        if values_too or names_too:
            _paint_header(painter, rect, lanes[box.index], frame, style, strong, names_too=names_too)
        painter.fillRect(QRectF(0, rect.bottom(), layout.width, 1), style.tones.line)


def _paint_header(
    painter: QPainter, rect: QRectF, lane: Lane, frame: int, style: LaneStyle, strong: QFont, *, names_too: bool
) -> None:
    two_rows = rect.height() >= 34 and lane.scale_text()
    line = rect.adjusted(_PAD, 0, -_PAD, -rect.height() / 2) if two_rows else rect.adjusted(_PAD, 0, -_PAD, 0)
    left, right = (_LOWER_LEFT, _LOWER_RIGHT) if two_rows else (_LEFT, _RIGHT)
    painter.setFont(strong)
    painter.setPen(style.tones.text if lane.has_data or lane.is_target else style.tones.muted)
    # Names of tiers are the users' own and may be long; what stands at the playhead shows in the lane as well.
    value_width = _WORDS_WIDTH if lane.sign is not None else VALUE_WIDTH
    value = painter.fontMetrics().elidedText(lane.value_text(frame), Qt.TextElideMode.ElideRight, int(value_width))
    painter.drawText(line, right, value)
    if names_too or lane.sign is not None:
        room = line.adjusted(0, 0, -value_width, 0)
        if lane.is_target:
            painter.fillRect(QRectF(0, rect.top(), 3, rect.height()), style.tones.accent)
        if lane.sign is not None:
            _paint_sign(painter, QPointF(room.left() + 5, room.center().y()), lane.sign)
            room.adjust(14, 0, 0, 0)
        font = QFont(strong)
        font.setBold(lane.is_target)
        painter.setFont(font)
        painter.drawText(room, left, painter.fontMetrics().elidedText(lane.title, Qt.TextElideMode.ElideRight, int(room.width())))
    if two_rows:
        painter.setFont(style.font)
        painter.setPen(style.tones.muted)
        below = rect.adjusted(_PAD, rect.height() / 2, -_PAD, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, lane.scale_text())


def _paint_sign(painter: QPainter, center: QPointF, sign: Sign) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(center - QPointF(5, 5))
    painter.scale(10 / 16, 10 / 16)
    painter.fillPath(sign.glyph(), data_color(sign.rgb))
    painter.restore()
