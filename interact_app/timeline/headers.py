"""The column left of the lanes: each lane's name, its value at the playhead, and its limit where there is room."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from interact_app.timeline.lanes.base import Lane, LaneStyle
from interact_app.timeline.layout import HEADER_WIDTH, Layout

_PAD = 8.0
VALUE_WIDTH = 84.0
"""The right part of the column, repainted with every frame."""


def value_column(layout: Layout) -> QRectF:
    return QRectF(HEADER_WIDTH - VALUE_WIDTH - _PAD, layout.lanes_top, VALUE_WIDTH + _PAD, layout.lanes_height)


def paint_headers(painter: QPainter, layout: Layout, lanes: Sequence[Lane], frame: int, style: LaneStyle) -> None:
    strong = QFont(style.font)
    strong.setPointSizeF(style.font.pointSizeF() * 1.06)
    for box in layout.lanes:
        top = layout.lane_y(box)
        rect = QRectF(0, top, HEADER_WIDTH, box.height)
        if rect.bottom() < layout.lanes_top or top > layout.overview_top:
            continue
        _paint_header(painter, rect, lanes[box.index], frame, style, strong)
        painter.fillRect(QRectF(0, rect.bottom(), layout.width, 1), style.tones.line)


def _paint_header(painter: QPainter, rect: QRectF, lane: Lane, frame: int, style: LaneStyle, strong: QFont) -> None:
    two_rows = rect.height() >= 34 and lane.scale_text()
    line = rect.adjusted(_PAD, 0, -_PAD, -rect.height() / 2) if two_rows else rect.adjusted(_PAD, 0, -_PAD, 0)
    align = Qt.AlignmentFlag.AlignBottom if two_rows else Qt.AlignmentFlag.AlignVCenter
    painter.setFont(strong)
    value = lane.value_text(frame)
    metrics = painter.fontMetrics()
    room = int(line.width() - metrics.horizontalAdvance(value) - 6)
    painter.setPen(style.tones.text if lane.has_data else style.tones.muted)
    painter.drawText(line, align | Qt.AlignmentFlag.AlignLeft, metrics.elidedText(lane.title, Qt.TextElideMode.ElideRight, room))
    painter.drawText(line, align | Qt.AlignmentFlag.AlignRight, value)
    if two_rows:
        painter.setFont(style.font)
        painter.setPen(style.tones.muted)
        below = rect.adjusted(_PAD, rect.height() / 2, -_PAD, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, lane.scale_text())
