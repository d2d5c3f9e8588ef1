"""The ruler: frame numbers and seconds, one row each. A function of the axis, no state."""

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.lanes.base import LaneStyle
from interact_app.timeline.ticks import frame_step, time_label, time_step

_LABEL_GAP = 64
"""Pixels between labels: room for "12:34.5"."""


def paint_ruler(painter: QPainter, rect: QRectF, axis: TimeAxis, fps: float, seconds_first: bool, style: LaneStyle) -> None:
    """Two rows of labels, frames and seconds; the one that the user reads in comes first and stronger."""
    painter.setFont(style.font)
    row = rect.height() / 2
    upper, lower = QRectF(rect.left(), rect.top(), rect.width(), row), QRectF(rect.left(), rect.top() + row, rect.width(), row)
    _paint_frames(painter, lower if seconds_first else upper, axis, style, strong=not seconds_first)
    _paint_times(painter, upper if seconds_first else lower, axis, fps, style, strong=seconds_first)
    painter.setPen(style.tones.line)
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def _paint_frames(painter: QPainter, row: QRectF, axis: TimeAxis, style: LaneStyle, *, strong: bool) -> None:
    step = frame_step(axis.pixels_per_frame, _LABEL_GAP)
    first = int(axis.start // step) * step
    labels = [(axis.center_of(f), str(f)) for f in range(first, min(int(axis.stop) + step, axis.num_frames), step)]
    _paint_labels(painter, row, labels, style, strong=strong)
    minor = max(step // 5, 1) if step % 5 == 0 else max(step // 2, 1)
    if minor * axis.pixels_per_frame >= 5:
        xs = (axis.center_of(f) for f in range(first, min(int(axis.stop) + 1, axis.num_frames), minor))
        painter.setPen(style.tones.line)
        painter.drawLines([_tick(row, x, 3) for x in xs if 0 <= x <= row.width()])


def _paint_times(painter: QPainter, row: QRectF, axis: TimeAxis, fps: float, style: LaneStyle, *, strong: bool) -> None:
    step = time_step(axis.pixels_per_frame * fps, _LABEL_GAP)
    first = int(axis.start / fps / step)
    last = int(min(axis.stop, axis.num_frames - 1) / fps / step)
    labels = [(axis.x_of(k * step * fps + 0.5), time_label(k * step, step)) for k in range(first, last + 1)]
    _paint_labels(painter, row, labels, style, strong=strong)


def _paint_labels(painter: QPainter, row: QRectF, labels: list[tuple[float, str]], style: LaneStyle, *, strong: bool) -> None:
    for x, text in labels:
        if not -1 <= x <= row.width():
            continue
        painter.setPen(style.tones.line)
        painter.drawLine(_tick(row, x, row.height() - 3))
        painter.setPen(style.tones.text if strong else style.tones.muted)
        painter.drawText(QPointF(row.left() + x + 4, row.bottom() - 4), text)


def _tick(row: QRectF, x: float, length: float) -> QLineF:
    return QLineF(row.left() + x, row.bottom() - length, row.left() + x, row.bottom())
