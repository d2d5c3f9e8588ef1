"""What the mouse does with segments: taking edges, moving, making. Nothing is changed before the button is let go."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from interact_app.segments import SegmentWork
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.segments import Side, SnapTarget, edge_of, edges_moved, move, move_edge, snap, within
from interact_core.clip import Segment

if TYPE_CHECKING:
    from interact_app.timeline.canvas import TimelineCanvas

_SNAP_PIXELS = 8.0
_STILL = 4.0
"""Pixels that a mouse may move in a click."""
_FREE = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
NEW = "new"
"""Uid of the segment that is being drawn."""


class SegmentDrag:
    """Shows what would be; :meth:`finish` makes it one step of undo, :meth:`cancel` leaves everything as it was.

    With Alt or Ctrl held down nothing snaps, and an edge leaves the one that it butts against.
    """

    def __init__(self, canvas: "TimelineCanvas", work: SegmentWork, position: QPointF, moving: tuple[str, ...]) -> None:
        self._canvas, self._work = canvas, work
        self._writing, self._moving = work.session.writing, moving
        self._press = position
        self._began = canvas.clock.frame
        canvas.clock.pause()
        self._targets = work.targets(moving)
        self._moved = False

    def move(self, position: QPointF) -> None:
        if self._stale or (not self._moved and abs(position.x() - self._press.x()) < _STILL):
            return
        self._moved = True
        self._drag_to(self._canvas.position_of(self._canvas.kept_inside(position.x())))

    def finish(self) -> None:
        self._clear()
        self._canvas.flush_frame()
        if self._stale or self._writing is None:
            return
        if self._moved:
            # A drag is a step of its own, however soon the next one follows.
            self._writing.undo_stack.seal()
            self._commit()
            self._writing.undo_stack.seal()
        else:
            self._click()

    def cancel(self) -> None:
        self._clear()
        self._canvas.request_frame(self._began)
        self._canvas.flush_frame()

    def _drag_to(self, position: float) -> None:
        """The mouse is at a position in frames."""

    def _commit(self) -> None:
        """Make the change."""

    def _click(self) -> None:
        """The button was let go where it was pressed: show that frame."""
        self._canvas.request_frame_in_view(self._canvas.frame_of(self._press.x()))
        self._canvas.flush_frame()

    @property
    def _stale(self) -> bool:
        """Whether a key has opened another clip meanwhile, or taken away what is dragged."""
        writing = self._work.session.writing
        return writing is not self._writing or (writing is not None and any(uid not in writing.document for uid in self._moving))

    @property
    def _free(self) -> bool:
        return bool(self._canvas.modifiers & _FREE) or not self._work.session.settings.annotation.snap

    def _snapped(self, *positions: float) -> tuple[SnapTarget | None, float]:
        """The nearest thing to snap to for any of these edges, and by how much it is away from that edge."""
        if self._free:
            return None, 0.0
        radius = _SNAP_PIXELS / self._canvas.axis.pixels_per_frame
        found = [(target, target.frame - at) for at in positions if (target := snap(at, self._targets, radius)) is not None]
        return min(found, key=lambda pair: abs(pair[1]), default=(None, 0.0))

    def _edge(self, position: float) -> tuple[int, SnapTarget | None]:
        """The cell edge for a dragged edge, snapped."""
        target, _ = self._snapped(position)
        return (target.frame if target is not None else round(position)), target

    def _clear(self) -> None:
        self._canvas.set_preview(())
        self._canvas.set_snap(None)
        self._canvas.stop_edge_scroll()


class DragEdge(SegmentDrag):
    """The picture shows the frame at the edge."""

    def __init__(self, canvas: "TimelineCanvas", work: SegmentWork, position: QPointF, record: SegmentRecord, side: Side) -> None:
        super().__init__(canvas, work, position, (record.uid,))
        self._record, self._side = record, side
        self._grab = edge_of(record.segment, side) - canvas.position_of(position.x())
        self._frame = edge_of(record.segment, side)
        writing = work.session.writing
        joined = edges_moved(writing.document, record.uid, side, self._frame, canvas.clock.num_frames) if writing else {}
        # What comes along is nothing to snap to.
        self._targets = work.targets(joined)

    def _drag_to(self, position: float) -> None:
        writing, canvas = self._work.session.writing, self._canvas
        if writing is None:
            return
        self._frame, target = self._edge(position + self._grab)
        moved = edges_moved(
            writing.document, self._record.uid, self._side, self._frame, canvas.clock.num_frames, joined=not self._alone
        )
        start, end = moved[self._record.uid]
        reached = start if self._side == "start" else end
        canvas.set_preview(tuple(_with(writing.document[uid], *bounds) for uid, bounds in moved.items()))
        canvas.set_snap(target if target is not None and target.frame == reached else None)
        canvas.request_frame_in_view(reached if self._side == "start" else reached - 1)

    def _commit(self) -> None:
        total, alone = self._canvas.clock.num_frames, self._alone
        uid, side, frame = self._record.uid, self._side, self._frame
        self._work.do_with(lambda w: move_edge(w.document, uid, side, frame, total, w.author, joined=not alone))

    @property
    def _alone(self) -> bool:
        return bool(self._canvas.modifiers & _FREE)


class DragSegments(SegmentDrag):
    """All that are selected, by the same number of frames; the picture shows the first frame of the one under the mouse."""

    def __init__(self, canvas: "TimelineCanvas", work: SegmentWork, position: QPointF, record: SegmentRecord) -> None:
        selected = work.session.selection.uids
        self._uids = selected if record.uid in selected else (record.uid,)
        super().__init__(canvas, work, position, self._uids)
        self._record, self._frames = record, 0
        self._grab = canvas.position_of(position.x())

    def _drag_to(self, position: float) -> None:
        writing, canvas = self._work.session.writing, self._canvas
        if writing is None:
            return
        said, shift = self._record.segment, position - self._grab
        target, missing = self._snapped(said.start_frame + shift, said.end_frame + shift)
        self._frames = round(shift + missing)
        moved = move(writing.document, self._uids, self._frames, canvas.clock.num_frames)
        records = tuple(change.after for change in moved.changes if isinstance(change.after, SegmentRecord))
        canvas.set_preview(records)
        shown = next((one.segment for one in records if one.uid == self._record.uid), said)
        at_edge = target is not None and target.frame in (shown.start_frame, shown.end_frame)
        canvas.set_snap(target if at_edge else None)
        canvas.request_frame_in_view(shown.start_frame)

    def _commit(self) -> None:
        total, uids, frames = self._canvas.clock.num_frames, self._uids, self._frames
        self._work.do_with(lambda w: move(w.document, uids, frames, total, w.author))

    def _click(self) -> None:
        self._work.session.selection.set([self._record.uid])
        super()._click()


class DrawSegment(SegmentDrag):
    """From one cell edge to another on a tier; a click goes to the frame and lets go of what was selected."""

    def __init__(self, canvas: "TimelineCanvas", work: SegmentWork, position: QPointF, tier: str) -> None:
        super().__init__(canvas, work, position, ())
        self._tier = tier
        work.session.selection.set_tier(tier)
        self._anchor, _ = self._edge(canvas.position_of(position.x()))
        self._bounds = (self._anchor, self._anchor + 1)

    def _drag_to(self, position: float) -> None:
        canvas = self._canvas
        edge, target = self._edge(position)
        self._bounds = within(min(self._anchor, edge), max(self._anchor, edge), canvas.clock.num_frames)
        canvas.set_preview((SegmentRecord(NEW, Segment(self._tier, *self._bounds)),))
        canvas.set_snap(target)
        canvas.request_frame_in_view(self._bounds[0] if edge < self._anchor else self._bounds[1] - 1)

    def _commit(self) -> None:
        self._work.create(*self._bounds, self._tier)

    def _click(self) -> None:
        self._work.session.selection.clear()
        super()._click()


def _with(record: object, start: int, end: int) -> SegmentRecord:
    assert isinstance(record, SegmentRecord)
    return record.changed(start_frame=start, end_frame=end)
