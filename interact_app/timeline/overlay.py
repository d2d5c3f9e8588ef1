"""What moves over the cached rows: the shaded outside of a range, the hover line and its box, the playhead. Functions."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.lanes.base import LaneStyle
from interact_app.widgets.tones import mix, with_alpha

PLAYHEAD_REACH = 8.0
"""Pixels to either side of the playhead that its head may cover."""
_BOX_WIDTH = 320


def playhead_strip(axis: TimeAxis, frame: int, left: float, height: float) -> QRectF:
    """What has to be repainted when the playhead enters or leaves a frame."""
    half = max(axis.pixels_per_frame / 2, PLAYHEAD_REACH) + 1
    return QRectF(left + axis.center_of(frame) - half, 0, 2 * half, height)


def paint_playhead(painter: QPainter, axis: TimeAxis, frame: int, plot: QRectF, ruler_height: float, style: LaneStyle) -> None:
    """A line through the middle of the frame; the frame's whole cell is tinted where it is wide enough to see."""
    x = plot.left() + axis.center_of(frame)
    color = style.tones.accent if style.tones.is_dark else mix(style.tones.accent, style.tones.text, 0.15)
    if axis.pixels_per_frame >= 4:
        cell = QRectF(plot.left() + axis.x_of(frame), plot.top(), axis.pixels_per_frame, plot.height())
        painter.fillRect(cell, with_alpha(color, 0.16))
    line = QRectF(round((x - 0.75) * style.scale) / style.scale, ruler_height - 6, 1.5, plot.bottom() - ruler_height + 6)
    painter.fillRect(line, color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.tones.base, 1.0))
    painter.setBrush(color)
    top = ruler_height - 13
    head = [(-5.5, 0.0), (5.5, 0.0), (5.5, 6.0), (0.0, 12.0), (-5.5, 6.0)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in head]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_range(
    painter: QPainter, axis: TimeAxis, chosen: tuple[int, int], plot: QRectF, ruler_height: float, style: LaneStyle
) -> None:
    """Frames outside the range are veiled; the range itself is a bar with brackets at the foot of the ruler."""
    left = min(max(plot.left() + axis.x_of(chosen[0]), plot.left()), plot.right())
    right = min(max(plot.left() + axis.x_of(chosen[1]), plot.left()), plot.right())
    veil = with_alpha(style.tones.window, 0.6)
    painter.fillRect(QRectF(plot.left(), ruler_height, left - plot.left(), plot.bottom() - ruler_height), veil)
    painter.fillRect(QRectF(right, ruler_height, plot.right() - right, plot.bottom() - ruler_height), veil)
    painter.fillRect(QRectF(left, ruler_height - 4, right - left, 4), with_alpha(style.tones.accent, 0.75))
    painter.setPen(QPen(style.tones.accent, 2.0))
    for x, inward in ((left, 4.0), (right, -4.0)):
        painter.drawLine(QPointF(x, ruler_height - 12), QPointF(x, ruler_height))
        painter.drawLine(QPointF(x, ruler_height - 12), QPointF(x + inward, ruler_height - 12))


def hover_box(text: str, at: QPointF, bounds: QRectF, metrics: QFontMetrics) -> QRectF:
    """Where the box with the hovered values goes: right of the mouse, or left of it near the edge."""
    needed = metrics.boundingRect(0, 0, _BOX_WIDTH, 400, int(Qt.TextFlag.TextWordWrap), text)
    width, height = needed.width() + 14, needed.height() + 8
    left = at.x() + 14 if at.x() + 14 + width <= bounds.right() else at.x() - 14 - width
    top = min(max(at.y() - height - 4, bounds.top() + 1), bounds.bottom() - height - 1)
    return QRectF(max(left, bounds.left()), max(top, 0.0), width, height)


def paint_hover(painter: QPainter, x: float, top: float, bottom: float, style: LaneStyle) -> None:
    painter.setPen(QPen(with_alpha(style.tones.text, 0.45), 1.0, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def paint_box(painter: QPainter, box: QRectF, text: str, style: LaneStyle) -> None:
    painter.setPen(QPen(style.tones.line, 1.0))
    painter.setBrush(mix(style.tones.base, style.tones.window, 0.5))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(style.tones.text)
    painter.setFont(style.font)
    painter.drawText(box.adjusted(7, 4, -7, -4), int(Qt.TextFlag.TextWordWrap), text)
