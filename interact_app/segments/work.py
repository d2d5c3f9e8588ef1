"""What can be done to the segments of the open clip: one method a command, each one step of undo."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from interact_app.clock import Clock
from interact_app.segments.marking import Marking
from interact_app.segments.proposed import Proposed
from interact_app.session import Session
from interact_core.annotation import segments
from interact_core.annotation.commands import Edit
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.segments import Side, SnapTarget
from interact_core.annotation.vocabulary import HANDS
from interact_core.clip import Segment

if TYPE_CHECKING:
    from interact_app.bridge.writing import Writing

_SNAP_SECONDS = 0.25
"""How far an edge may be from what it is snapped to by key."""


class SegmentWork(QObject):
    """Acts on `session.selection`; where nothing is selected, on the active tier's segment at the playhead."""

    label_wanted = Signal()
    """Somebody wants to choose a label: whoever can show a list does."""
    edit_wanted = Signal()
    """The text of the current segment is to be typed; there is one."""
    caption_wanted = Signal()
    """Somebody wants to write, and no segment is meant."""

    def __init__(self, session: Session, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self.marking = Marking(clock, self)
        self.marking.ran_out.connect(self._ran_out)
        self.proposed = Proposed(session, clock)
        self.visible_tiers: Callable[[], Iterable[str]] = self._tiers
        """Whose edges the edge keys go to; the timeline says which lanes are shown."""

    # What there is

    @property
    def session(self) -> Session:
        return self._session

    @property
    def can_edit(self) -> bool:
        project = self._session.project
        return self._session.writing is not None and self._clock.num_frames > 0 and (project is None or not project.read_only)

    @property
    def records(self) -> tuple[SegmentRecord, ...]:
        writing = self._session.writing
        return writing.document.segments if writing is not None else ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Uids that commands act on."""
        writing, selection = self._session.writing, self._session.selection
        if writing is None:
            return ()
        selected = tuple(uid for uid in selection.uids if isinstance(writing.document.get(uid), SegmentRecord))
        if selected:
            return selected
        here = self._here(selection.tier)
        return (here[-1].uid,) if here else ()

    @property
    def current(self) -> SegmentRecord | None:
        """What single-segment commands act on."""
        writing, chosen = self._session.writing, self.chosen
        record = writing.document.get(chosen[-1]) if writing is not None and chosen else None
        return record if isinstance(record, SegmentRecord) else None

    @property
    def current_range(self) -> tuple[int, int] | None:
        current = self.current
        return None if current is None else (current.segment.start_frame, current.segment.end_frame)

    def tier_title(self, tier: str) -> str:
        known = self._session.advice.vocabulary.get(tier)
        return known.title if known is not None else tier

    # Making

    def create(self, start: int, end: int, tier: str = "", **said: Any) -> str:
        """A segment of frames [start, end) on that tier or the active one, selected; its uid."""
        writing = self._session.writing
        if writing is None or not self.can_edit:
            return ""
        segment = Segment(tier or self._session.selection.tier, max(0, start), max(1, end, start + 1), **said)
        edit = segments.add_segment(writing.document, segment, self._clock.num_frames, writing.author)
        self.do(edit)
        uid = edit.changes[-1].uid
        self._session.selection.set([uid])
        self._session.selection.set_tier(segment.tier)
        return uid

    def enter(self) -> None:
        """Enter: the chosen range becomes a segment; without a range the current segment's text is typed, or the caption."""
        clock = self._clock
        if clock.has_range and clock.range != self.current_range:
            start, stop = clock.range
            clock.clear_range()
            self.create(start, stop)
        elif self.current is not None:
            self.edit_wanted.emit()
        else:
            self.caption_wanted.emit()

    def edit(self) -> None:
        """Type the text of the current segment."""
        if self.current is not None:
            self.edit_wanted.emit()
        else:
            self._say_nothing_here()

    def create_whole(self) -> None:
        self.create(0, self._clock.num_frames)

    def mark(self) -> None:
        """Start a segment, or end the one that was started."""
        reaction = self._session.settings.annotation.reaction_time
        if self.marking.active:
            tier = self.marking.tier
            self.create(*self.marking.finish(reaction), tier)
        else:
            self.marking.start(self._session.selection.tier, reaction)
            self._session.notice.emit(
                f"Marking on {self.tier_title(self.marking.tier)}: S again ends the segment, Esc gives it up."
            )

    def escape(self) -> None:
        """Give up what is being marked, else the range, else the selection."""
        if self.marking.active:
            self.marking.cancel()
        elif self._clock.has_range:
            self._clock.clear_range()
        else:
            self._session.selection.clear()

    def duplicate(self, tier: str = "") -> None:
        """Copies on another tier, or on the active one."""
        if self._session.writing is not None and self.chosen:
            chosen = tier or self._session.selection.tier
            self._make(lambda w: segments.duplicate(w.document, self.chosen, chosen, w.author))
        else:
            self._say_nothing_here()

    # Changing

    def split(self) -> None:
        """At the playhead: the selected ones that it is in, else those of the active tier."""
        frame, selection = self._clock.frame, self._session.selection
        here = {record.uid for record in self.records if record.segment.start_frame < frame < record.segment.end_frame}
        chosen = [uid for uid in selection.uids if uid in here] or [
            record.uid for record in self.records if record.uid in here and record.segment.tier == selection.tier
        ]
        if chosen:
            self._make(lambda w: segments.split_at(w.document, chosen, frame, w.author))
        else:
            self._session.notice.emit("No segment of the active tier has frames on both sides of the playhead.")

    def merge(self) -> None:
        """The selected ones of one tier, or the current one with the next on its tier."""
        current, chosen = self.current, self.chosen
        if current is None or not self.can_edit:
            self._say_nothing_here()
            return
        same = [record.uid for record in self.records if record.uid in chosen and record.segment.tier == current.segment.tier]
        writing = self._session.writing
        assert writing is not None
        if len(same) > 1:
            edit = segments.merge(writing.document, same, writing.author)
        else:
            edit = segments.merge_with_next(writing.document, current.uid, writing.author)
        if not edit:
            self._session.notice.emit("There is no next segment on this tier.")
            return
        self.do(edit)
        self._session.selection.set([next(c.uid for c in edit.changes if c.after is not None and c.before is not None)])

    def join(self, direction: int) -> None:
        self._change(lambda w, uid: segments.butt_join(w.document, uid, direction, w.author))

    def nudge(self, side: Side, frames: int) -> None:
        """An edge by frames; the picture shows the edge."""
        total = self._clock.num_frames
        self._change(lambda w, uid: segments.nudge_edge(w.document, uid, side, frames, total, w.author))
        self._show_edge(side)

    def move(self, frames: int) -> None:
        if self.chosen:
            self.do_with(lambda w: segments.move(w.document, self.chosen, frames, self._clock.num_frames, w.author))
            self._show_edge("start")
        else:
            self._say_nothing_here()

    def edge_here(self, side: Side) -> None:
        """The edge comes to the frame that is shown, which belongs to the segment afterwards."""
        frame, total = self._clock.frame + (side == "end"), self._clock.num_frames
        self._change(lambda w, uid: segments.move_edge(w.document, uid, side, frame, total, w.author, joined=False))

    def snap_edges(self) -> None:
        """Both edges to what the motion does nearby."""
        current = self.current
        if current is None:
            self._say_nothing_here()
            return
        points, radius = self.motion_targets(), _SNAP_SECONDS * self._clock.fps
        start, end = current.segment.start_frame, current.segment.end_frame
        at_start, at_end = segments.snap(start, points, radius), segments.snap(end, points, radius)
        start, end = at_start.frame if at_start else start, at_end.frame if at_end else end
        whys = [target.why for target in (at_start, at_end) if target is not None]
        if start < end and whys:
            self._change(lambda w, uid: segments.set_bounds(w.document, uid, start, end, self._clock.num_frames, w.author))
            self._session.notice.emit(f"Snapped to: {', '.join(whys)}.")
        else:
            self._session.notice.emit("Nothing to snap to within a quarter of a second.")

    def set_label(self, label: str) -> None:
        self.set_fields(label=label)

    def cycle_hand(self) -> None:
        """Nothing said, left, right, both."""
        current = self.current
        if current is not None:
            order = ("", *HANDS)
            place = order.index(current.segment.hand) if current.segment.hand in order else 0
            self.set_fields(hand=order[(place + 1) % len(order)])
        else:
            self._say_nothing_here()

    def set_fields(self, **fields: Any) -> None:
        if self.chosen:
            self.do_with(lambda w: segments.set_fields(w.document, self.chosen, w.author, **fields))
        else:
            self._say_nothing_here()

    def remove(self) -> None:
        """Only what is selected: what merely lies under the playhead is not meant."""
        chosen = [one.uid for one in self.records if one.uid in self._session.selection.uids]
        if chosen:
            self.do_with(lambda w: segments.remove(w.document, chosen))
        else:
            self._session.notice.emit("Select a segment first: only selected ones are removed.")

    # Going and playing

    def go_to_segment(self, step: int) -> None:
        """The next (1) or previous (-1) of the active tier: selected, with its first frame shown."""
        writing, selection = self._session.writing, self._session.selection
        known = writing.document.segments_on(selection.tier) if writing is not None else ()
        uids = [record.uid for record in known]
        if selection.current in uids:
            place = uids.index(selection.current) + step
            found = known[place] if 0 <= place < len(known) else None
        else:
            ahead = [one for one in known if (one.segment.start_frame - self._clock.frame) * step >= 0]
            found = next(iter(ahead if step > 0 else reversed(ahead)), None)
        if found is not None:
            self.show(found)

    def go_to_edge(self, step: int) -> None:
        """The next or previous start or end on any tier that is shown."""
        shown, frame, last = set(self.visible_tiers()), self._clock.frame, self._clock.last_frame
        said = [record.segment for record in self.records if record.segment.tier in shown]
        edges = {min(edge, last) for one in said for edge in (one.start_frame, one.end_frame)}
        ahead = sorted((edge for edge in edges if (edge - frame) * step > 0), key=lambda edge: abs(edge - frame))
        if ahead:
            self._clock.pause()
            self._clock.set_frame(ahead[0])

    def show(self, record: SegmentRecord) -> None:
        """Select it, make its tier the active one and show its first frame."""
        self._session.selection.set([record.uid])
        self._session.selection.set_tier(record.segment.tier)
        self._clock.pause()
        self._clock.set_frame(record.segment.start_frame)

    def change_tier(self, step: int) -> None:
        """The tier above (-1) or below (1) becomes the active one."""
        known, selection = self._tiers(), self._session.selection
        place = known.index(selection.tier) + step if selection.tier in known else 0
        selection.set_tier(known[max(0, min(place, len(known) - 1))])
        self._session.notice.emit(f"Tier: {self.tier_title(selection.tier)}")

    def play(self, *, repeat: bool = False) -> None:
        """The current segment by itself; while it plays so, stop."""
        bounds = self.current_range
        if bounds is None:
            self._say_nothing_here()
            return
        if self._clock.playing and self._clock.span == bounds:
            self._clock.pause()
        else:
            self._clock.play_span(*bounds, repeat=repeat)

    # Snapping

    def motion_targets(self) -> list[SnapTarget]:
        return [SnapTarget(point.frame, point.why) for point in self._session.advice.snap_points]

    def targets(self, leave_out: Iterable[str]) -> list[SnapTarget]:
        """All that edges snap to: motion first, then other segments of the shown tiers, playhead and ends of the clip."""
        writing = self._session.writing
        edges = [] if writing is None else segments.edge_targets(
            writing.document, self.tier_title, leave_out, self.visible_tiers()
        )  # fmt: skip
        last = self._clock.num_frames
        clip = [SnapTarget(0, "start of the clip"), SnapTarget(last, "end of the clip")]
        return [*self.motion_targets(), *edges, SnapTarget(self._clock.frame, "playhead"), *clip]

    # Inside

    def do(self, edit: Edit) -> None:
        if self._session.writing is not None and self.can_edit:
            self._session.writing.do(edit)

    def do_with(self, build: "Callable[[Writing], Edit]") -> Edit | None:
        """Build an edit for the open document and do it."""
        writing = self._session.writing
        if writing is None or not self.can_edit:
            return None
        edit = build(writing)
        writing.do(edit)
        return edit

    def _change(self, build: "Callable[[Writing, str], Edit]") -> None:
        """An edit of the current segment."""
        current = self.current
        if current is not None:
            self.do_with(lambda writing: build(writing, current.uid))
        else:
            self._say_nothing_here()

    def _say_nothing_here(self) -> None:
        self._session.notice.emit("No segment here: select one, or put the playhead on one of the active tier.")

    def _make(self, build: "Callable[[Writing], Edit]") -> None:
        """An edit that adds segments: the new ones are selected."""
        edit = self.do_with(build)
        if edit:
            new = [change.uid for change in edit.changes if change.before is None and isinstance(change.after, SegmentRecord)]
            self._session.selection.set(new)

    def _here(self, tier: str) -> list[SegmentRecord]:
        """By start, at the playhead."""
        writing, frame = self._session.writing, self._clock.frame
        known = writing.document.segments_on(tier) if writing is not None else ()
        return [one for one in known if one.segment.start_frame <= frame < one.segment.end_frame]

    def _tiers(self) -> list[str]:
        named = [tier.id for tier in self._session.advice.vocabulary.tiers]
        return [*named, *dict.fromkeys(r.segment.tier for r in self.records if r.segment.tier not in named)]

    def _show_edge(self, side: Side) -> None:
        bounds = self.current_range
        if bounds is not None:
            self._clock.pause()
            self._clock.set_frame(bounds[0] if side == "start" else bounds[1] - 1)

    def _ran_out(self, end: int) -> None:
        """The clip began again while a segment was marked: it ends with the last frame that was played."""
        start, tier = self.marking.begun, self.marking.tier
        self.marking.cancel()
        if start is not None and start < end:
            self.create(start, end, tier)
