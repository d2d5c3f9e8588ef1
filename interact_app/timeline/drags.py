"""What the mouse can do on the canvas: each drag is a small object that lives from press to release."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from interact_app.timeline.lanes import TierLane
from interact_app.timeline.layout import LaneBox
from interact_app.timeline.segment_drags import DragEdge, DragSegments, DrawSegment, SegmentDrag
from interact_app.timeline.strips import overview_window

if TYPE_CHECKING:
    from interact_app.timeline.canvas import TimelineCanvas

_GRIP = 6.0
"""Pixels to either side of an edge in which it can be grabbed."""


class Drag(Protocol):
    def move(self, position: QPointF) -> None: ...

    def finish(self) -> None: ...

    def cancel(self) -> None:
        """Esc: what can be taken back is; the others end where they are."""
        self.finish()


class Scrub(Drag):
    """Click or drag sets the frame. Playback stands still meanwhile and goes on afterwards."""

    def __init__(self, canvas: "TimelineCanvas", position: QPointF) -> None:
        self._canvas = canvas
        self._resume = canvas.clock.playing
        if self._resume:
            canvas.clock.pause()
        self.move(position)

    def move(self, position: QPointF) -> None:
        self._canvas.scrub_to(position.x())

    def finish(self) -> None:
        self._canvas.stop_edge_scroll()
        self._canvas.flush_frame()
        if self._resume:
            self._canvas.clock.play()


class Pan(Drag):
    """The content follows the mouse; vertically too where lanes are scrolled."""

    def __init__(self, canvas: "TimelineCanvas", position: QPointF) -> None:
        self._canvas = canvas
        self._last = position
        canvas.setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, position: QPointF) -> None:
        step = position - self._last
        self._last = position
        self._canvas.set_axis(self._canvas.axis.panned(step.x()))
        self._canvas.scroll_lanes(-step.y())

    def finish(self) -> None:
        self._canvas.unsetCursor()


class ChooseRange(Drag):
    """From one cell edge to another: the frames to loop. The 3D view shows the edge being dragged."""

    def __init__(self, canvas: "TimelineCanvas", anchor: int) -> None:
        self._canvas = canvas
        self._anchor = anchor
        self._moved = False

    def move(self, position: QPointF) -> None:
        edge = self._canvas.edge_at(position.x())
        if edge == self._anchor:
            return
        self._moved = True
        self._canvas.clock.set_range(*sorted((self._anchor, edge)))
        self._canvas.request_frame(edge if edge < self._anchor else edge - 1)

    def finish(self) -> None:
        self._canvas.flush_frame()
        if self._moved:
            self._canvas.clock.set_loop("range")
        else:
            self._canvas.clear_range()


class MoveOverview(Drag):
    """Drag the overview's window or one of its ends; a press outside the window first brings it there."""

    def __init__(self, canvas: "TimelineCanvas", position: QPointF) -> None:
        self._canvas = canvas
        rect = canvas.overview_rect()
        self._scale = canvas.axis.num_frames / max(rect.width(), 1.0)
        window = overview_window(rect, canvas.axis)
        x = position.x()
        self._end = "" if canvas.axis.is_fitted else _end_at(window, x)
        if not self._end and not window.contains(position):
            middle = (x - rect.left()) * self._scale
            canvas.set_axis(canvas.axis.showing(middle - canvas.axis.span / 2, canvas.axis.span))
        self._press = x
        self._axis = canvas.axis

    def move(self, position: QPointF) -> None:
        moved = (position.x() - self._press) * self._scale
        start, stop = self._axis.start, self._axis.stop
        if self._end == "left":
            start = min(max(start + moved, 0.0), stop - 1)
        elif self._end == "right":
            stop = max(min(stop + moved, float(self._axis.num_frames)), start + 1)
        else:
            start, stop = start + moved, stop + moved
        self._canvas.set_axis(self._axis.showing(start, stop - start))

    def finish(self) -> None:
        return None


def _end_at(window: QRectF, x: float) -> str:
    if abs(x - window.left()) <= _GRIP:
        return "left"
    return "right" if abs(x - window.right()) <= _GRIP else ""


class ResizeLane(Drag):
    """Drag a lane's lower edge in the header column."""

    def __init__(self, canvas: "TimelineCanvas", position: QPointF, box: LaneBox) -> None:
        self._canvas = canvas
        self._index = box.index
        self._offset = box.height - position.y()

    def move(self, position: QPointF) -> None:
        self._canvas.set_lane_height(self._index, position.y() + self._offset)

    def finish(self) -> None:
        return None


def start_drag(
    canvas: "TimelineCanvas", position: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> Drag | SegmentDrag | None:
    """The drag that a press at this place begins, or none."""
    zone = canvas.arrangement.zone_at(position.x(), position.y())
    if button == Qt.MouseButton.MiddleButton and zone in ("ruler", "marks", "pins", "lanes", "header"):
        return Pan(canvas, position)
    if button != Qt.MouseButton.LeftButton:
        return None
    if zone == "overview":
        return MoveOverview(canvas, position)
    if zone == "header":
        box = canvas.arrangement.lane_edge_at(position.y())
        lane = canvas.tier_lane_at(position.y())
        if box is None and lane is not None:
            canvas.work.session.selection.set_tier(lane.tier.id)
        return ResizeLane(canvas, position, box) if box else None
    if zone == "ruler":
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return ChooseRange(canvas, canvas.edge_at(position.x()))
        held = canvas.range_edge_at(position.x())
        if held is not None:
            start, stop = canvas.clock.range
            return ChooseRange(canvas, stop if held == start else start)
    if zone == "marks":
        mark = canvas.mark_at(position)
        if mark is not None:
            canvas.request_frame(mark.peak_frame)
            return None
    if zone == "pins" and (pin := canvas.pin_at(position)) is not None:
        canvas.request_frame(pin.frame)
        canvas.pin_clicked.emit(pin.remark.uid)
        return None
    if zone == "lanes" and (lane := canvas.tier_lane_at(position.y())) is not None:
        return _start_on_tier(canvas, position, lane, modifiers)
    return Scrub(canvas, position) if zone in ("ruler", "marks", "pins", "lanes") else None


def _start_on_tier(
    canvas: "TimelineCanvas", position: QPointF, lane: TierLane, modifiers: Qt.KeyboardModifier
) -> Drag | SegmentDrag | None:
    """On a block: select it, take it or its edge. Beside the blocks: draw a new one; with Shift, scrub as in other lanes."""
    work = canvas.work
    selection = work.session.selection
    hit = canvas.hit_at(position)
    if hit is None:
        return DrawSegment(canvas, work, position, lane.tier.id) if _may_draw(canvas, modifiers) else Scrub(canvas, position)
    block, part = hit
    record = next((one for one in work.records if one.uid == block.uid), None)
    if record is None:
        selection.set_tier(lane.tier.id)
        selection.set_proposal(block.key)
        return Scrub(canvas, position)
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        selection.toggle(record.uid)
        return None
    selection.set_tier(lane.tier.id)
    if record.uid not in selection.uids:
        selection.set([record.uid])
    if not work.can_edit:
        return Scrub(canvas, position)
    return DragSegments(canvas, work, position, record) if part == "body" else DragEdge(canvas, work, position, record, part)


def _may_draw(canvas: "TimelineCanvas", modifiers: Qt.KeyboardModifier) -> bool:
    return canvas.work.can_edit and not modifiers & Qt.KeyboardModifier.ShiftModifier
