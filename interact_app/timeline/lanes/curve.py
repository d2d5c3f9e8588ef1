"""A lane of one or two curves over time: own y-scale from zero, threshold line, area under the first curve."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.envelope import Envelope, dashes, envelope, fill_coverage, share_coverage, stroke_coverage
from interact_app.timeline.lanes.base import Lane, LaneStyle, device_size, draw_coverage
from interact_app.widgets.tones import COMPARED, Rgb, with_alpha
from interact_core.figures import NONE, figure_text, number_text, shown_unit
from interact_core.inspection import Track


@dataclass(frozen=True)
class Curve:
    """Which track, in which colour; `name` stands before its value where the lane has two."""

    track_id: str
    rgb: Rgb
    name: str = ""
    dashed: bool = False
    filled: bool = False


class CurveLane(Lane):
    """Subclasses name their curves; tracks that the inspection lacks are left out."""

    curves: ClassVar[tuple[Curve, ...]]
    height: ClassVar[int] = 23

    def __init__(self) -> None:
        self._tracks: list[tuple[Curve, Track]] = []
        self._others: list[tuple[Curve, Track]] = []
        self._top = 1.0

    @property
    def has_data(self) -> bool:
        return bool(self._tracks)

    @property
    def top(self) -> float:
        """The value at the upper edge, in the tracks' unit."""
        return self._top

    @property
    def threshold(self) -> float | None:
        return next((track.threshold for _, track in self._tracks if track.threshold is not None), None)

    def load(self, data: TimelineData) -> None:
        self._tracks = [(curve, track) for curve in self.curves if (track := data.track(curve.track_id)) is not None]
        self._others = [(curve, track) for curve in self.curves if (track := data.other_track(curve.track_id)) is not None]
        peaks = [float(np.nanmax(t.values)) for _, t in (*self._tracks, *self._others) if np.isfinite(t.values).any()]
        # Headroom above the threshold, so that a clean clip shows as a low line, not as a full lane.
        limit = 1.5 * (self.threshold or 0.0)
        self._top = max([*peaks, limit]) * 1.05 or 1.0

    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        width, height = device_size(rect, style)
        # Under the lane's own: where both are the same the lane looks as ever.
        for curve, track in reversed(self._others):
            columns = envelope(track.values, axis.start, axis.span, width)
            self._paint_stroke(painter, rect, columns, curve.dashed, COMPARED, 0.9, style)
        for curve, track in reversed(self._tracks):
            columns = envelope(track.values, axis.start, axis.span, width)
            self._paint_curve(painter, rect, columns, curve, track, height, style)
        self._paint_threshold(painter, rect, style)
        self._paint_scale(painter, rect, style)

    def _paint_curve(
        self, painter: QPainter, rect: QRectF, columns: Envelope, curve: Curve, track: Track, height: int, style: LaneStyle
    ) -> None:
        if curve.filled:
            weights = np.full(height, 0.22, np.float32)
            if track.threshold is not None:
                weights[: round(height * (1 - track.threshold / self._top))] = 0.62
            draw_coverage(painter, rect, fill_coverage(columns, self._top, height, weights), curve.rgb, 1.0, style)
        self._paint_stroke(painter, rect, columns, curve.dashed, curve.rgb, 1.4, style)

    def _paint_stroke(
        self, painter: QPainter, rect: QRectF, columns: Envelope, dashed: bool, rgb: Rgb, thickness: float, style: LaneStyle
    ) -> None:
        stroke = stroke_coverage(columns, self._top, device_size(rect, style)[1], thickness * style.scale)
        if dashed:
            stroke[:, ~dashes(stroke.shape[1], round(6 * style.scale), round(3 * style.scale))] = 0
        draw_coverage(painter, rect, stroke, rgb, 1.0, style)

    def _paint_threshold(self, painter: QPainter, rect: QRectF, style: LaneStyle) -> None:
        if self.threshold is None:
            return
        y = rect.bottom() - rect.height() * self.threshold / self._top
        # Dots as pixels: a dotted pen costs two milliseconds a line.
        width, thickness = device_size(rect, style)[0], max(round(style.scale), 1)
        dots = share_coverage(dashes(width, round(2 * style.scale), round(2 * style.scale)).astype(np.float32), thickness)
        line = QRectF(rect.left(), round(y * style.scale) / style.scale, rect.width(), thickness / style.scale)
        text = style.tones.text
        draw_coverage(painter, line, dots, (text.red(), text.green(), text.blue()), 0.5, style)

    def _paint_scale(self, painter: QPainter, rect: QRectF, style: LaneStyle) -> None:
        """The upper end of the scale at the left edge, on a ground that keeps it readable over the curve."""
        if not self._tracks or rect.height() < 20:
            return
        painter.setFont(style.font)
        text = figure_text(self._top, self._tracks[0][1].unit)
        bounds = painter.fontMetrics().tightBoundingRect(text)
        box = QRectF(rect.left(), rect.top(), bounds.width() + 7, bounds.height() + 5)
        painter.fillRect(box, with_alpha(style.tones.base, 0.72))
        painter.setPen(style.tones.muted)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def value_text(self, frame: int) -> str:
        """One value with its unit, or two with their names before them."""
        shown = [(curve, self._value(track, frame), track.unit) for curve, track in self._tracks]
        if not shown:
            return NONE
        if not shown[0][0].name:
            return figure_text(shown[0][1], shown[0][2])
        return "  ".join(f"{curve.name} {number_text(value, unit)}" for curve, value, unit in shown)

    def scale_text(self) -> str:
        if not self._tracks:
            return ""
        unit = self._tracks[0][1].unit
        limit = f"limit {figure_text(self.threshold, unit)}" if self.threshold is not None else shown_unit(unit)
        return limit

    def tooltip(self, frame: int) -> str:
        parts = [f"{curve.name} {figure_text(self._value(track, frame), track.unit)}".strip() for curve, track in self._tracks]
        text = f"{self.title} {'  '.join(parts) or NONE}"
        others = [f"{curve.name} {figure_text(self._value(track, frame), track.unit)}".strip() for curve, track in self._others]
        return f"{text}, compared with {'  '.join(others)}" if others else text

    @staticmethod
    def _value(track: Track, frame: int) -> float:
        return float(track.values[frame]) if 0 <= frame < len(track.values) else float("nan")
