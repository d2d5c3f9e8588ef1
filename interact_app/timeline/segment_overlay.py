"""What of the segments moves with time or mouse: the one that is being marked, the proposal to be taken, the snap line."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.lanes import LaneStyle
from interact_app.timeline.lanes.base import Sign
from interact_app.widgets.tones import data_color, mix, with_alpha
from interact_core.annotation.segments import SnapTarget


def paint_growing(painter: QPainter, lane: QRectF, axis: TimeAxis, bounds: tuple[int, int], sign: Sign, style: LaneStyle) -> None:
    """The segment that is being marked, over whatever the lane holds."""
    left, right = axis.x_of(bounds[0]), axis.x_of(bounds[1])
    box = QRectF(lane.left() + left, lane.top() + 1, max(right - left, 3.0), lane.height() - 2)
    color = data_color(sign.rgb)
    painter.fillRect(box, with_alpha(color, 0.45))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(mix(color, style.tones.text, 0.5), 1.5))
    painter.drawRect(box)
    painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), color)


def paint_offer(painter: QPainter, box: QRectF, style: LaneStyle) -> None:
    """Around the proposal that the accept key takes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(with_alpha(style.tones.accent, 0.18))
    painter.setPen(QPen(style.tones.accent, 1.6))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_snap(painter: QPainter, target: SnapTarget, axis: TimeAxis, plot: QRectF, top: float, style: LaneStyle) -> None:
    """A line through all lanes at what the edge has snapped to, and the reason at its upper end."""
    x = plot.left() + axis.x_of(target.frame)
    color = style.tones.text
    painter.setPen(QPen(color, 1.2, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, top), QPointF(x, plot.bottom()))
    painter.setFont(style.font)
    metrics = QFontMetrics(style.font)
    width, height = metrics.horizontalAdvance(target.why) + 12.0, metrics.height() + 4.0
    left = min(max(x + 5, plot.left()), plot.right() - width)
    box = QRectF(left, top + 1, width, height)
    painter.setBrush(mix(style.tones.base, style.tones.window, 0.5))
    painter.setPen(QPen(color, 1.0))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(style.tones.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, target.why)
