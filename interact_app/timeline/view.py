"""The painted timeline: ruler, marks, lanes, overview and the playhead over them.

Everything that does not move with time is drawn once into pixmaps (:mod:`rows`); a new frame repaints two strips, the
old and the new place of the playhead, and at times the column of values. Own painting instead of a plot library: one
style, no extra dependency, and the cost of a frame does not depend on the length of the clip.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from interact_app.clock import Clock
from interact_app.timeline import overlay
from interact_app.timeline.artifacts import marks, near
from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.headers import paint_headers, value_column
from interact_app.timeline.kinds import artifact_text
from interact_app.timeline.lanes import Lane, LaneStyle, default_lanes
from interact_app.timeline.layout import (
    HEADER_WIDTH,
    MARKS_HEIGHT,
    OVERVIEW_HEIGHT,
    PINS_HEIGHT,
    READY_HEIGHT,
    RULER_HEIGHT,
    Layout,
    arrange,
)
from interact_app.timeline.pins import Pin, paint_pins, pin_at, pins_of
from interact_app.timeline.rows import RowCache
from interact_app.timeline.ruler import paint_ruler
from interact_app.timeline.slots import Slots
from interact_app.timeline.strips import MARK_SIZE, paint_marks, paint_overview, paint_ready, paint_window
from interact_app.widgets.paced import Paced
from interact_app.widgets.tones import Tones
from interact_core.figures import time_text
from interact_core.inspection import Artifact

_ZOOM_STEP = 1.4


class TimelineView(QWidget):
    """Shows TimelineData under a clock and changes nothing; the canvas derived from it adds the mouse."""

    axis_changed = Signal()
    lanes_changed = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.slots = Slots(default_lanes())
        self._data = TimelineData()
        self._axis = TimeAxis()
        self._layout = arrange(1, 1, [], 0)
        self._scroll = 0.0
        self._rows = RowCache()
        self._marks: list[Artifact] = []
        self._pins: tuple[Pin, ...] = ()
        self._shown_frame = 0
        self._values = Paced(self._update_values, self)
        self._hover: QPointF | None = None
        self._hover_rect = QRectF()
        self._seconds_first = False
        self.empty_text = self.tr("Open a clip to see its timeline")
        self._build_scroll_bar()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumHeight(120)
        self.setAccessibleName(self.tr("Timeline"))
        clock.frame_changed.connect(self._frame_changed)
        clock.settings_changed.connect(self.update)

    def _build_scroll_bar(self) -> None:
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setAccessibleName(self.tr("Scroll lanes"))
        self._bar.valueChanged.connect(self._bar_moved)
        self._bar.hide()

    # Content

    @property
    def axis(self) -> TimeAxis:
        return self._axis

    @property
    def arrangement(self) -> Layout:
        return self._layout

    @property
    def data(self) -> TimelineData:
        return self._data

    def set_data(self, data: TimelineData) -> None:
        """New content; the window stays where it is as long as the clip has the same number of frames."""
        if data.num_frames != self._data.num_frames:
            self._axis = TimeAxis.fitted(data.num_frames, self._layout.plot_width)
            self._hover = None
        self._data = data
        self._pins = pins_of(data)
        self.slots.load(data)
        self._shown_frame = self.clock.frame
        self._arrange()
        self._content_changed()

    def set_ready(self, data: TimelineData) -> None:
        """Only more frames are computed: one thin row is redrawn."""
        self._data = data
        self._rows.drop("ready")
        self.update(QRectF(0, self._layout.ready_top, self.width(), READY_HEIGHT + 1).toAlignedRect())

    def set_words(self, data: TimelineData) -> None:
        """Only what people write is other, or what is selected of it."""
        self._data = data
        self._load_words()

    def _load_words(self) -> None:
        before = self.slots.wishes
        lanes = self.slots.load_words(self._written())
        self._rows.drop("pins", *lanes)
        pins, self._pins = self._pins, pins_of(self._data)
        if self.slots.wishes != before or bool(pins) != bool(self._pins):
            self._arrange()
            self._rows.drop()
        self.update()

    def _written(self) -> TimelineData:
        """What the lanes of words show."""
        return self._data

    def set_seconds_first(self, seconds_first: bool) -> None:
        self._seconds_first = seconds_first
        self._rows.drop("ruler")
        self.update()

    # Window on time

    def set_axis(self, axis: TimeAxis) -> None:
        if axis != self._axis:
            self._axis = axis
            self._content_changed()
            self.axis_changed.emit()

    def zoom(self, factor: float, anchor_x: float | None = None) -> None:
        """About an x of the canvas, by default the playhead, or the middle when the playhead is out of view."""
        plot_x = self._axis.center_of(self.clock.frame) if anchor_x is None else anchor_x - self._layout.plot_left
        if not 0 <= plot_x <= self._layout.plot_width:
            plot_x = self._layout.plot_width / 2
        self.set_axis(self._axis.zoomed(factor, plot_x))

    def zoom_in(self) -> None:
        self.zoom(_ZOOM_STEP)

    def zoom_out(self) -> None:
        self.zoom(1 / _ZOOM_STEP)

    def zoom_fit(self) -> None:
        self.set_axis(self._axis.showing(0, self._axis.num_frames))

    def zoom_to_range(self) -> None:
        self.zoom_to(*self.clock.range)

    def zoom_to(self, start: int, stop: int) -> None:
        """Frames [start, stop) with a little around them."""
        margin = (stop - start) * 0.05
        self.set_axis(self._axis.showing(start - margin, stop - start + 2 * margin))

    def scroll_lanes(self, pixels: float) -> None:
        self._set_scroll(self._scroll + pixels)

    # Lanes

    def set_lane_visible(self, lane_id: str, visible: bool) -> None:
        self.slots.set_visible(lane_id, visible)
        self._lanes_changed()

    def set_lane_height(self, index: int, height: float) -> None:
        self.slots.set_height(index, height / self.slots[index].lane.rows)
        self._lanes_changed()

    def scale_lanes(self, name: str) -> None:
        self.slots.scale_heights(name)
        self._lanes_changed()

    def restore_lanes(self, state: Mapping[str, object]) -> None:
        self.slots.restore(state)
        self._lanes_changed()

    def _lanes_changed(self) -> None:
        self._arrange()
        self._content_changed()
        self.lanes_changed.emit()

    def overview_rect(self) -> QRectF:
        return QRectF(self._layout.plot_left, self._layout.overview_top + 2, self._layout.plot_width, OVERVIEW_HEIGHT - 4)

    def mark_at(self, position: QPointF) -> Artifact | None:
        """The artifact mark under the mouse."""
        plot_x = position.x() - self._layout.plot_left
        hits = [(abs(self._axis.center_of(a.peak_frame) - plot_x), a) for a in self._marks]
        distance, artifact = min(hits, key=lambda hit: hit[0], default=(np.inf, None))
        return artifact if distance <= MARK_SIZE * 0.7 else None

    def pin_at(self, position: QPointF) -> Pin | None:
        """The review remark under the mouse."""
        return pin_at(self._pins, self._axis, position.x() - self._layout.plot_left)

    # Time

    def _frame_changed(self, frame: int) -> None:
        old, self._shown_frame = self._shown_frame, frame
        self.set_axis(self._axis.revealing(frame))
        for moved in (old, frame):
            strip = overlay.playhead_strip(self._axis, moved, self._layout.plot_left, self.height())
            self.update(strip.toAlignedRect())
        self._values.ask()
        self._update_overview_cursor(old, frame)

    def _update_values(self) -> None:
        self.update(value_column(self._layout).toAlignedRect())

    def _update_overview_cursor(self, *frames: int) -> None:
        rect = self.overview_rect()
        for frame in frames:
            x = rect.left() + (frame + 0.5) * rect.width() / max(self._axis.num_frames, 1)
            self.update(QRectF(x - 2, rect.top() - 1, 4, rect.height() + 2).toAlignedRect())

    # Painting

    def _style(self) -> LaneStyle:
        font = QFont(self.font())
        font.setPointSizeF(max(self.font().pointSizeF() * 0.86, 6.5))
        return LaneStyle(Tones.of(self.palette()), font, self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style = self._style()
        dirty = QRectF(event.rect())
        painter.fillRect(dirty, style.tones.base)
        painter.setFont(style.font)
        if self._data.num_frames == 0:
            self._paint_empty(painter, style)
            return
        self._paint_fixed_rows(painter, dirty, style)
        self._paint_lanes(painter, event.region(), style)
        self._paint_overview(painter, dirty, style)
        self._paint_overlay(painter, style)

    def _paint_empty(self, painter: QPainter, style: LaneStyle) -> None:
        painter.setPen(style.tones.muted)
        painter.setFont(self.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.empty_text)

    def _paint_fixed_rows(self, painter: QPainter, dirty: QRectF, style: LaneStyle) -> None:
        if dirty.top() > self._layout.lanes_top:
            return
        left, width = self._layout.plot_left, self._layout.plot_width
        axis, data = self._axis, self._data
        seconds_first = self._seconds_first
        ruler = QRectF(left, 0, width, RULER_HEIGHT)
        self._rows.draw(
            painter, "ruler", ruler, style.scale, lambda p, r: paint_ruler(p, r, axis, data.fps, seconds_first, style)
        )
        strip = QRectF(left, self._layout.marks_top, width, MARKS_HEIGHT)
        self._rows.draw(painter, "marks", strip, style.scale, lambda p, r: paint_marks(p, r, self._marks, axis, style))
        ready = QRectF(left, self._layout.ready_top, width, READY_HEIGHT)
        self._rows.draw(painter, "ready", ready, style.scale, lambda p, r: paint_ready(p, r, data.ready, axis, style))
        if self._pins:
            flags = QRectF(left, self._layout.pins_top, width, PINS_HEIGHT)
            self._rows.draw(painter, "pins", flags, style.scale, lambda p, r: paint_pins(p, r, self._pins, axis, style))
        painter.setPen(style.tones.muted)
        names = QRectF(8, 0, HEADER_WIDTH - 16, RULER_HEIGHT / 2)
        rows = (self.tr("seconds"), self.tr("frame")) if self._seconds_first else (self.tr("frame"), self.tr("seconds"))
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        remarks = (self.tr("remarks"),) if self._pins else ()
        for row, name in enumerate((*rows, self.tr("artifacts"), *remarks)):
            painter.drawText(names.translated(0, row * RULER_HEIGHT / 2), align, name)

    def _paint_lanes(self, painter: QPainter, region: QRegion, style: LaneStyle) -> None:
        visible = QRectF(0, self._layout.lanes_top, self.width(), self._layout.lanes_height)
        if not region.intersects(visible.toAlignedRect()):
            return
        painter.save()
        painter.setClipRect(visible, Qt.ClipOperation.IntersectClip)
        for box in self._layout.lanes:
            rect = QRectF(self._layout.plot_left, self._layout.lane_y(box), self._layout.plot_width, box.height)
            if rect.intersects(visible):
                lane, axis = self.slots[box.index].lane, self._axis
                self._rows.draw(painter, lane.id, rect, style.scale, partial(_paint_lane, lane, axis, style))
        names = QRectF(0, visible.top(), value_column(self._layout).left(), visible.height())
        parts = {
            "values_too": region.intersects(value_column(self._layout).toAlignedRect()),
            "names_too": region.intersects(names.toRect()),
        }
        paint_headers(painter, self._layout, self.slots.lanes, self._shown_frame, style, **parts)
        painter.fillRect(QRectF(HEADER_WIDTH - 1, visible.top(), 1, visible.height()), style.tones.line)
        painter.restore()

    def _paint_overview(self, painter: QPainter, dirty: QRectF, style: LaneStyle) -> None:
        rect = self.overview_rect()
        if not rect.intersects(dirty):
            return
        self._rows.draw(painter, "overview", rect, style.scale, lambda p, r: paint_overview(p, r, self._data, style))
        paint_window(painter, rect, self._axis, style)
        x = rect.left() + (self._shown_frame + 0.5) * rect.width() / self._axis.num_frames
        painter.fillRect(QRectF(x - 0.75, rect.top(), 1.5, rect.height()), style.tones.text)

    def _paint_overlay(self, painter: QPainter, style: LaneStyle) -> None:
        layout = self._layout
        plot = QRectF(layout.plot_left, 0, layout.plot_width, layout.overview_top - 1)
        painter.setClipRect(QRectF(plot.left() - 6, 0, plot.width() + 12, plot.height()), Qt.ClipOperation.IntersectClip)
        if self.clock.has_range:
            overlay.paint_range(painter, self._axis, self.clock.range, plot, RULER_HEIGHT, style)
        if self._axis.start - 0.5 <= self._shown_frame <= self._axis.stop:
            overlay.paint_playhead(painter, self._axis, self._shown_frame, plot, RULER_HEIGHT, style)
        self._paint_over(painter, plot, style)
        if self._hover is not None:
            overlay.paint_hover(painter, self._hover.x(), RULER_HEIGHT, plot.bottom(), style)
            text = self.hover_text()
            box = overlay.hover_box(text, self._hover, plot, QFontMetrics(style.font))
            overlay.paint_box(painter, box, text, style)

    def _paint_over(self, painter: QPainter, plot: QRectF, style: LaneStyle) -> None:
        """For what derives from this: over the lanes and the playhead."""

    # Hover

    def hover_text(self) -> str:
        """Frame, time and what lies under the mouse."""
        if self._hover is None:
            return ""
        x, y = self._hover.x() - self._layout.plot_left, self._hover.y()
        frame = self._axis.frame_at(x)
        lines = [self.tr("Frame {0} · {1}").format(frame, time_text(frame, self._data.fps))]
        zone = self._layout.zone_at(self._hover.x(), y)
        if zone == "marks":
            reach = MARK_SIZE * 0.7 / self._axis.pixels_per_frame
            lines += [artifact_text(a, self._data.fps) for a in near(self._data.artifacts, frame, max(reach, 1))[:4]]
        pin = self.pin_at(self._hover) if zone == "pins" else None
        if pin is not None:
            lines.append(pin.text)
        box = self._layout.lane_at(y)
        if zone == "lanes" and box is not None:
            lines.append(self.slots[box.index].lane.tooltip(frame))
        return "\n".join(lines)

    def set_hover(self, position: QPointF | None) -> None:
        if position is not None and self._layout.zone_at(position.x(), position.y()) not in ("ruler", "marks", "pins", "lanes"):
            position = None
        old = self._hover_area()
        self._hover = position
        self.update(old.united(self._hover_area()).toAlignedRect())

    def _hover_area(self) -> QRectF:
        if self._hover is None:
            return QRectF()
        plot = QRectF(self._layout.plot_left, 0, self._layout.plot_width, self._layout.overview_top - 1)
        box = overlay.hover_box(self.hover_text(), self._hover, plot, QFontMetrics(self._style().font))
        return box.united(QRectF(self._hover.x() - 1, RULER_HEIGHT, 3, plot.bottom() - RULER_HEIGHT)).adjusted(-1, -1, 1, 1)

    # Layout

    def _arrange(self) -> None:
        self._layout = arrange(self.width(), self.height(), self.slots.wishes, self._scroll, pins=bool(self._pins))
        self._scroll = self._layout.scroll
        self._axis = self._axis.resized(self._layout.plot_width)
        self._place_scroll_bar()

    def _place_scroll_bar(self) -> None:
        layout = self._layout
        self._bar.setVisible(layout.max_scroll > 0.5)
        self._bar.blockSignals(True)
        self._bar.setRange(0, round(layout.max_scroll))
        self._bar.setPageStep(round(layout.lanes_height))
        self._bar.setSingleStep(16)
        self._bar.setValue(round(layout.scroll))
        self._bar.blockSignals(False)
        self._bar.setGeometry(self.width() - 9, round(layout.lanes_top), 9, round(layout.lanes_height))

    def _bar_moved(self, value: int) -> None:
        self._set_scroll(float(value))

    def _set_scroll(self, scroll: float) -> None:
        self._scroll = scroll
        self._arrange()
        self.update()

    def _content_changed(self) -> None:
        """Every cached row is out of date: data, window on time or look changed."""
        self._rows.drop()
        self._marks = marks(self._data.artifacts, self._axis.center_of, MARK_SIZE)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self._content_changed()
        self.axis_changed.emit()

    def sizeHint(self) -> QSize:
        content = sum(wish.height + 1 for wish in self.slots.wishes if wish.visible)
        return QSize(900, round(RULER_HEIGHT + MARKS_HEIGHT + READY_HEIGHT + content + OVERVIEW_HEIGHT + 3))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._content_changed()
        super().changeEvent(event)


def _paint_lane(lane: Lane, axis: TimeAxis, style: LaneStyle, painter: QPainter, rect: QRectF) -> None:
    lane.paint(painter, rect, axis, style)
