"""The timeline with its segments in motion: what is being dragged or marked, what is offered, what an edge snaps to."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from interact_app.clock import Clock
from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes import LaneStyle, TierLane
from interact_app.timeline.layout import RULER_HEIGHT
from interact_app.timeline.segment_overlay import paint_growing, paint_offer, paint_snap
from interact_app.timeline.view import TimelineView
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.segments import SnapTarget


class SegmentView(TimelineView):
    """Shows and changes nothing, like the view below it."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(clock, parent)
        self._preview: tuple[SegmentRecord, ...] = ()
        self._snap: SnapTarget | None = None
        self._offer = ""
        self.growing: Callable[[], tuple[str, int, int] | None] = lambda: None
        """Tier and frames of the segment that is being marked."""
        self.offered: Callable[[], str] = lambda: ""
        """Key of the proposal that the accept key takes now."""

    @property
    def snap(self) -> SnapTarget | None:
        """What the dragged edge has snapped to."""
        return self._snap

    def set_preview(self, records: tuple[SegmentRecord, ...]) -> None:
        """Segments as they would be, while the mouse is down: in place of those with their uid, or beside all others."""
        self._preview = records
        self._load_words()

    def set_snap(self, target: SnapTarget | None) -> None:
        """The line at what an edge has snapped to."""
        if target != self._snap:
            self._snap = target
            self.update()

    def set_data(self, data: TimelineData) -> None:
        self._preview = ()
        super().set_data(data)

    def _load_words(self) -> None:
        super()._load_words()
        self._offer = self.offered()

    def _written(self) -> TimelineData:
        drawn = {record.uid: record for record in self._data.segments} | {record.uid: record for record in self._preview}
        return replace(self._data, segments=tuple(drawn.values()))

    # Where things are

    def _update_segments(self) -> None:
        """What of the segments follows the playhead: the one that is being marked and the proposal to be taken."""
        growing, before, self._offer = self.growing(), self._offer, self.offered()
        areas = [rect for rect in (self.lane_rect(growing[0]) if growing else None,) if rect is not None]
        if self._offer != before:
            areas += [box for key in (before, self._offer) if (box := self._box_of(key)) is not None]
        for area in areas:
            self.update(area.adjusted(-2, -2, 2, 2).toAlignedRect())

    def lane_rect(self, tier: str) -> QRectF | None:
        """Where the lane of a tier is drawn; None where it is not shown."""
        for box in self._layout.lanes:
            lane = self.slots[box.index].lane
            if isinstance(lane, TierLane) and lane.tier.id == tier:
                return QRectF(self._layout.plot_left, self._layout.lane_y(box), self._layout.plot_width, box.height)
        return None

    def tier_lane_at(self, y: float) -> TierLane | None:
        box = self._layout.lane_at(y)
        lane = self.slots[box.index].lane if box is not None else None
        return lane if isinstance(lane, TierLane) else None

    def _box_of(self, name: str) -> QRectF | None:
        """Of a segment by uid or a proposal by key, in a lane that is shown."""
        for box in self._layout.lanes if name else ():
            lane = self.slots[box.index].lane
            rect = QRectF(self._layout.plot_left, self._layout.lane_y(box), self._layout.plot_width, box.height)
            found = lane.box(rect, self._axis, name) if isinstance(lane, TierLane) else None
            if found is not None:
                return found.intersected(rect)
        return None

    def segment_rect(self, uid: str) -> QRectF | None:
        """What is visible of a segment's block."""
        return self._box_of(uid)

    # Time and painting

    def _frame_changed(self, frame: int) -> None:
        super()._frame_changed(frame)
        self._update_segments()

    def _paint_over(self, painter: QPainter, plot: QRectF, style: LaneStyle) -> None:
        growing, offer = self.growing(), self._box_of(self._offer)
        lanes = QRectF(plot.left(), self._layout.lanes_top, plot.width(), self._layout.lanes_height)
        painter.save()
        painter.setClipRect(lanes, Qt.ClipOperation.IntersectClip)
        if offer is not None:
            paint_offer(painter, offer, style)
        rect = self.lane_rect(growing[0]) if growing is not None else None
        if growing is not None and rect is not None:
            sign = next(lane.sign for lane in self.slots.lanes if isinstance(lane, TierLane) and lane.tier.id == growing[0])
            paint_growing(painter, rect, self._axis, growing[1:], sign, style)
        painter.restore()
        if self._snap is not None:
            paint_snap(painter, self._snap, self._axis, plot, RULER_HEIGHT, style)
