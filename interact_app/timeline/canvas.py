"""The timeline under the mouse: scrubbing, zooming, panning, choosing a range, segments. Drawing is in :mod:`view`."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from interact_app.clock import Clock
from interact_app.segments import SegmentWork
from interact_app.timeline.drags import Drag, start_drag
from interact_app.timeline.segment_view import SegmentView

if TYPE_CHECKING:
    from interact_app.timeline.lanes.tiers import Part, TierBlock
    from interact_app.timeline.segment_drags import SegmentDrag

_EDGE_SCROLL_MS = 30
_HELD = {Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier}


class TimelineCanvas(SegmentView):
    """Writes to the clock, and to segments through the work; a fast drag asks for the newest frame only."""

    pin_clicked = Signal(str)
    """Uid of a remark."""
    block_opened = Signal(str, str)
    """A double click: the uid of a segment, or the key of a proposal."""

    def __init__(self, clock: Clock, work: SegmentWork, parent: QWidget | None = None) -> None:
        super().__init__(clock, parent)
        self.work = work
        self.modifiers = Qt.KeyboardModifier.NoModifier
        """Held down at the last event of mouse or keys."""
        self._drag: Drag | SegmentDrag | None = None
        self._at = QPointF()
        self._pending: int | None = None
        self._edge_push = 0.0
        # A zero timer fires after all mouse events that wait already: frames never queue up.
        self._flush = QTimer(self, singleShot=True, interval=0)
        self._flush.timeout.connect(self.flush_frame)
        self._edge_timer = QTimer(self, interval=_EDGE_SCROLL_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # What the drags use

    def edge_at(self, x: float) -> int:
        return self.axis.edge_at(x - self.arrangement.plot_left)

    def position_of(self, x: float) -> float:
        """Frames, with fractions, at an x of the canvas."""
        return self.axis.position_at(x - self.arrangement.plot_left)

    def frame_of(self, x: float) -> int:
        return self.axis.frame_at(x - self.arrangement.plot_left)

    def hit_at(self, position: QPointF) -> "tuple[TierBlock, Part] | None":
        """The segment or proposal under the mouse, and which part of it."""
        lane = self.tier_lane_at(position.y())
        if lane is None or self.arrangement.zone_at(position.x(), position.y()) != "lanes":
            return None
        rect = self.lane_rect(lane.tier.id) or QRectF()
        return lane.hit(rect, self.axis, position.x(), position.y())

    def scrub_to(self, x: float) -> None:
        """The frame under x; beyond the plot's ends the window moves along for as long as the mouse stays there."""
        self.request_frame(self.frame_of(self.kept_inside(x)))

    def kept_inside(self, x: float) -> float:
        """x within the plot; beyond its ends the window begins to move along."""
        left = self.arrangement.plot_left
        inside = min(max(x, left), left + self.arrangement.plot_width - 1)
        self._edge_push = x - inside
        if not self._edge_push or self.axis.is_fitted:
            self._edge_timer.stop()
        elif not self._edge_timer.isActive():
            # Starting it anew with every move would put it off for as long as the mouse trembles.
            self._edge_timer.start()
        return inside

    def stop_edge_scroll(self) -> None:
        self._edge_timer.stop()

    def _scroll_at_edge(self) -> None:
        self.set_axis(self.axis.panned(-self._edge_push * 0.25))
        if self._drag is not None:
            self._drag.move(self._at)

    def request_frame_in_view(self, frame: int) -> None:
        """As `request_frame`, but never a frame for which the window would have to turn its page under the mouse."""
        if self.axis.revealing(frame) is self.axis:
            self.request_frame(frame)

    def request_frame(self, frame: int) -> None:
        """Show a frame once the waiting events are handled; of several requests the last one counts."""
        self._pending = min(max(frame, 0), max(self.axis.num_frames - 1, 0))
        if not self._flush.isActive():
            self._flush.start()

    def flush_frame(self) -> None:
        self._flush.stop()
        if self._pending is not None:
            frame, self._pending = self._pending, None
            self.clock.set_frame(frame)

    def clear_range(self) -> None:
        self.clock.clear_range()
        if self.clock.loop == "range":
            self.clock.set_loop("clip")

    def range_edge_at(self, x: float) -> int | None:
        """The start or stop of the chosen range near x."""
        if not self.clock.has_range:
            return None
        plot_x = x - self.arrangement.plot_left
        return next((edge for edge in self.clock.range if abs(self.axis.x_of(edge) - plot_x) <= 5), None)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.modifiers, self._at = event.modifiers(), event.position()
        if self.data.num_frames and self._drag is None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._drag = start_drag(self, event.position(), event.button(), event.modifiers())
            self.set_hover(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.modifiers, self._at = event.modifiers(), event.position()
        if self._drag is not None:
            self._drag.move(event.position())
        else:
            self.set_hover(event.position() if self.data.num_frames else None)
            self._show_cursor_for(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.modifiers = event.modifiers()
        if self._drag is not None and not event.buttons():
            drag, self._drag = self._drag, None
            drag.finish()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the overview: the whole clip; on a segment: its text. Elsewhere a second press is a press."""
        hit = self.hit_at(event.position())
        if self.arrangement.zone_at(event.position().x(), event.position().y()) == "overview":
            self.zoom_fit()
        elif hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.block_opened.emit(hit[0].uid, hit[0].key)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.set_hover(None)

    def _show_cursor_for(self, position: QPointF) -> None:
        zone = self.arrangement.zone_at(position.x(), position.y())
        shape = Qt.CursorShape.ArrowCursor
        if zone == "header" and self.arrangement.lane_edge_at(position.y()):
            shape = Qt.CursorShape.SplitVCursor
        elif zone == "ruler" and self.range_edge_at(position.x()) is not None:
            shape = Qt.CursorShape.SplitHCursor
        elif (zone == "marks" and self.mark_at(position) is not None) or (zone == "pins" and self.pin_at(position) is not None):
            shape = Qt.CursorShape.PointingHandCursor
        elif zone == "lanes" and (hit := self.hit_at(position)) is not None and hit[1] != "body" and self.work.can_edit:
            shape = Qt.CursorShape.SizeHorCursor
        self.setCursor(shape)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms at the mouse; with Shift, or sideways, pans; over the headers it scrolls the lanes."""
        dx, dy = event.angleDelta().x(), event.angleDelta().y()
        position = event.position()
        if self.arrangement.zone_at(position.x(), position.y()) == "header":
            self.scroll_lanes(-dy / 3)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(dx) > abs(dy):
            self.set_axis(self.axis.panned((dx or dy) * 0.6))
        elif dy:
            self.zoom(1.0018**dy, position.x())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._ends_drag(event):
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position().x())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom(pinch.scaleFactor(), self.mapFromGlobal(pinch.hotSpot()).x())
                return True
        return super().event(event)

    def _ends_drag(self, event: QKeyEvent) -> bool:
        """Whether Qt asks for Esc during a drag, which it ends here; elsewhere it is a shortcut."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        return asked and self._drag is not None and event.key() == Qt.Key.Key_Escape

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom keys while the timeline has the focus; everything else belongs to the shortcuts."""
        if self._drag is not None and event.key() == Qt.Key.Key_Escape:
            drag, self._drag = self._drag, None
            drag.cancel()
            self.update()
        elif event.key() in _HELD:
            self._hold(event.modifiers() | _HELD[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0 and not event.modifiers():
            self.zoom_fit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _HELD:
            self._hold(event.modifiers() & ~_HELD[Qt.Key(event.key())])
        super().keyReleaseEvent(event)

    def _hold(self, modifiers: Qt.KeyboardModifier) -> None:
        """What Alt and Ctrl mean to a drag shows at once, not with the next move of the mouse."""
        self.modifiers = modifiers
        if self._drag is not None:
            self._drag.move(self._at)
