"""The thin rows: artifact marks, which frames are computed, and the overview of the whole clip. Functions, no state."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.envelope import envelope, fill_coverage, share, share_coverage
from interact_app.timeline.kinds import mark_style
from interact_app.timeline.lanes.base import LaneStyle, device_size, draw_coverage
from interact_app.widgets.tones import VERMILLION, data_color, mix, with_alpha
from interact_core.inspection import Artifact

MARK_SIZE = 12.0


def paint_marks(painter: QPainter, rect: QRectF, shown: Sequence[Artifact], axis: TimeAxis, style: LaneStyle) -> None:
    """A line over each artifact's frames and its shape at the peak; weak ones are drawn smaller."""
    for artifact in reversed(shown):
        color = data_color(mark_style(artifact.kind).rgb)
        left, right = axis.x_of(artifact.start_frame), axis.x_of(artifact.end_frame)
        y = rect.center().y()
        painter.setPen(QPen(with_alpha(color, 0.6), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(rect.left() + max(left, 0.0), y), QPointF(rect.left() + min(right, rect.width()), y))
        _paint_mark(painter, QPointF(rect.left() + axis.center_of(artifact.peak_frame), y), artifact, style)


def _paint_mark(painter: QPainter, center: QPointF, artifact: Artifact, style: LaneStyle) -> None:
    look = mark_style(artifact.kind)
    size = MARK_SIZE * (0.85 + 0.15 * min(max(artifact.severity, 0.0), 1.0))
    path = look.glyph()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(center - QPointF(size / 2, size / 2))
    painter.scale(size / 16, size / 16)
    # A rim in the ground colour keeps the shape readable on its own range line.
    painter.strokePath(path, QPen(style.tones.base, 3.0))
    painter.fillPath(path, data_color(look.rgb))
    painter.restore()


def paint_ready(painter: QPainter, rect: QRectF, ready: NDArray[np.bool_] | None, axis: TimeAxis, style: LaneStyle) -> None:
    """Solid where frames are computed, hatched where they are still missing."""
    painter.fillRect(rect, style.tones.faint)
    if ready is None or len(ready) == 0:
        return
    width, height = device_size(rect, style)
    missing = 1.0 - share(ready.astype(np.float32), axis.start, axis.span, width)
    period = max(round(6 * style.scale), 2)
    diagonal = (np.arange(width)[None, :] + np.arange(height)[:, None]) % period < period // 2
    accent, gone = style.tones.accent, style.tones.muted
    done = share_coverage(1.0 - missing, height)
    hatched = share_coverage(missing, height) * diagonal
    draw_coverage(painter, rect, done, (accent.red(), accent.green(), accent.blue()), 0.8, style)
    draw_coverage(painter, rect, hatched, (gone.red(), gone.green(), gone.blue()), 0.8, style)


def paint_overview(painter: QPainter, rect: QRectF, data: TimelineData, style: LaneStyle) -> None:
    """The whole clip in small: penetration over time, a tick for each artifact."""
    painter.fillRect(rect, style.tones.faint)
    if data.num_frames == 0:
        return
    whole = TimeAxis.fitted(data.num_frames, rect.width())
    track = data.track("penetration_max")
    if track is not None and np.isfinite(track.values).any():
        width, height = device_size(rect, style)
        top = max(float(np.nanmax(track.values)), 1.5 * (track.threshold or 0.0)) or 1.0
        fill = fill_coverage(envelope(track.values, whole.start, whole.span, width), top, height)
        draw_coverage(painter, rect, fill, VERMILLION, 0.5, style)
    for artifact in data.artifacts:
        x = rect.left() + whole.center_of(artifact.peak_frame)
        painter.fillRect(QRectF(x - 0.75, rect.top(), 1.5, 4), data_color(mark_style(artifact.kind).rgb))


def paint_window(painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
    """The part of the overview that the lanes show, with grips at its ends."""
    window = overview_window(rect, axis)
    shade = with_alpha(mix(style.tones.base, style.tones.text, 0.4), 0.28)
    painter.fillRect(QRectF(rect.left(), rect.top(), window.left() - rect.left(), rect.height()), shade)
    painter.fillRect(QRectF(window.right(), rect.top(), rect.right() - window.right(), rect.height()), shade)
    painter.setPen(QPen(style.tones.muted, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(window.adjusted(0.5, 0.5, -0.5, -0.5))
    if not axis.is_fitted:
        for x in (window.left(), window.right() - 3):
            painter.fillRect(QRectF(x, rect.top() + 4, 3, rect.height() - 8), style.tones.muted)


def overview_window(rect: QRectF, axis: TimeAxis) -> QRectF:
    """Where the axis's window lies on the overview; at least 8 pixels wide, so that it can be grabbed."""
    scale = rect.width() / max(axis.num_frames, 1)
    width = max(axis.span * scale, 8.0)
    left = min(rect.left() + axis.start * scale, rect.right() - width)
    return QRectF(left, rect.top(), width, rect.height())
