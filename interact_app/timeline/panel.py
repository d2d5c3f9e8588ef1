"""The timeline as the window uses it: transport bar above, painted lanes below, fed by the session."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF, QSize, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.segments import SegmentWork
from interact_app.session import Session
from interact_app.timeline.canvas import TimelineCanvas
from interact_app.timeline.data import TimelineData
from interact_app.timeline.label_list import LabelList
from interact_app.timeline.menus import fill_lane_menu, proposal_menu, segment_menu, timeline_menu
from interact_app.timeline.transport import TransportBar
from interact_core.annotation.vocabulary import Tier
from interact_core.errors import InputError
from interact_core.inspection import Inspection

_READY_REFRESH_MS = 120
"""Frames arrive in many small parts; the strip that shows them need not follow each."""


class TimelinePanel(QWidget):
    """Owns no document and no time: reads the session, writes to the clock."""

    remark_clicked = Signal(str)
    """Uid of the remark whose pin was clicked; the playhead is there already."""

    def __init__(
        self, session: Session, clock: Clock, actions: ActionRegistry, work: SegmentWork, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self._actions = actions
        self._work = work
        self.compared: Callable[[], Inspection | None] = lambda: None
        """The figures of the version that is compared with the open clip; call `reload` when they are others."""
        self.transport = TransportBar(clock, actions, self)
        self.canvas = TimelineCanvas(clock, work, self)
        self.canvas.pin_clicked.connect(self.remark_clicked)
        self.labels = LabelList(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(_separator(self))
        column.addWidget(self.canvas, 1)
        self._ready_timer = QTimer(self, singleShot=True, interval=_READY_REFRESH_MS)
        self._ready_timer.timeout.connect(lambda: self.canvas.set_ready(self._gather()))
        self._connect()
        self._connect_segments()
        self._build_lane_menu()
        self.reload()

    def _connect(self) -> None:
        session, canvas, bar = self._session, self.canvas, self.transport
        session.clip_opening.connect(self._show_opening)
        session.clip_opened.connect(self.reload)
        session.inspection_ready.connect(self.reload)
        session.annotations_changed.connect(lambda _clip_id: self._words_changed())
        for arrived in (session.frames_ready, session.fields_ready):
            arrived.connect(lambda start, stop: self._ready_timer.isActive() or self._ready_timer.start())
        self._clock.clip_changed.connect(lambda num_frames, fps: self.reload())
        bar.unit_changed.connect(canvas.set_seconds_first)
        bar.artifact_wanted.connect(self.go_to_artifact)
        bar.zoom_wanted.connect(lambda want: {"in": canvas.zoom_in, "out": canvas.zoom_out, "fit": canvas.zoom_fit}[want]())
        bar.left.connect(canvas.setFocus)

    # Content

    def reload(self) -> None:
        """Take over everything that the session knows now."""
        self.canvas.set_data(self._gather())

    def _gather(self) -> TimelineData:
        session = self._session
        if session.clip is None or self._clock.num_frames == 0:
            return TimelineData()
        source = session.fields if session.fields is not None else session.posed
        ready = None if source is None else source.ready
        data = TimelineData(
            self._clock.num_frames, self._clock.fps, session.inspection, self.compared(), session.captions, ready
        )  # fmt: skip
        return replace(data, **self._written())

    def _written(self) -> dict[str, Any]:
        """What people have made of the clip and what is proposed to them."""
        session, selection = self._session, self._session.selection
        document = session.writing.document if session.writing is not None else None
        made = document.segments if document is not None else ()
        tiers = session.advice.vocabulary.tiers
        known = {tier.id for tier in tiers}
        strange = dict.fromkeys(one.segment.tier for one in made if one.segment.tier not in known)
        others = tuple(Tier(name, name, (), len(tiers) + k) for k, name in enumerate(strange))
        return {
            "tiers": tiers + others,
            "segments": made,
            "remarks": document.remarks if document is not None else (),
            "proposals": session.advice.proposals,
            "selected": frozenset(selection.uids),
            "active_tier": selection.tier,
        }

    def _show_opening(self, clip_id: str) -> None:
        self.canvas.empty_text = self.tr("Opening {0} …").format(clip_id)
        self.canvas.set_data(TimelineData())

    def _words_changed(self) -> None:
        """With every key that is typed: only the lanes of text are loaded and drawn again."""
        if self.canvas.data.num_frames:
            self.canvas.set_words(self._gather())

    # What actions call

    def go_to_artifact(self, direction: int) -> None:
        """To the peak of the next (1) or previous (-1) artifact."""
        found = self._session.next_artifact(self._clock.frame, direction)
        if found is not None:
            self._clock.set_frame(found.peak_frame)

    def clear_range(self) -> None:
        self.canvas.clear_range()

    def focus_frame_entry(self) -> None:
        self.transport.focus_frame()

    # Menus

    def _build_lane_menu(self) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: fill_lane_menu(menu, self.canvas))
        self.transport.lanes_button.setMenu(menu)

    def menu_at(self, position: QPointF) -> QMenu:
        """About the segment or proposal at a place of the canvas, else about the playhead and the lanes."""
        hit = self.canvas.hit_at(position)
        if hit is None:
            return timeline_menu(self, self.canvas, self._clock)
        block = hit[0]
        if block.key:
            return proposal_menu(self, self.canvas, self._actions, block.key)
        if block.uid not in self._session.selection.uids:
            self._session.selection.set([block.uid])
        return segment_menu(self, self.canvas, self._actions, block.uid)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_at(QPointF(self.canvas.mapFromGlobal(event.globalPos()))).exec(event.globalPos())

    # Segments

    def _connect_segments(self) -> None:
        session, canvas, work = self._session, self.canvas, self._work
        for changed in (session.selection.changed, session.advice.changed, session.advice.vocabulary_changed):
            changed.connect(self._words_changed)
        session.selection.tier_changed.connect(lambda _tier: self._words_changed())
        work.marking.changed.connect(canvas.update)
        work.visible_tiers = lambda: canvas.slots.shown_tiers
        work.label_wanted.connect(self.choose_label)
        work.caption_wanted.connect(self._write_caption)
        canvas.growing = self._growing
        canvas.offered = lambda: found.key if (found := work.proposed.current) is not None else ""
        canvas.block_opened.connect(self._open_block)
        self.labels.chosen.connect(work.set_label)
        self.labels.added.connect(self._add_label)

    def _growing(self) -> tuple[str, int, int] | None:
        bounds = self._work.marking.range
        return None if bounds is None else (self._work.marking.tier, *bounds)

    def choose_label(self) -> None:
        """A list of labels at the current segment; without one there is nothing to label."""
        current = self._work.current
        if current is None:
            self._session.notice.emit(self.tr("Select a segment first: its label is chosen here."))
            return
        self._session.selection.set(self._work.chosen)
        rect = self.canvas.segment_rect(current.uid)
        corner = rect.topLeft().toPoint() if rect is not None else self.canvas.rect().center()
        labels = self._session.advice.vocabulary.labels_of(current.segment.tier)
        self.labels.ask(labels, current.segment.label, self.canvas.mapToGlobal(corner))

    def _add_label(self, label: str) -> None:
        """Into the vocabulary of the segment's tier, and onto the segment."""
        current, advice = self._work.current, self._session.advice
        if current is None:
            return
        try:
            if advice.vocabulary.get(current.segment.tier) is not None:
                advice.set_vocabulary(advice.vocabulary.with_label(current.segment.tier, label))
        except InputError as error:
            self._session.notice.emit(str(error))
        else:
            self._work.set_label(label)

    def _write_caption(self) -> None:
        if "caption.edit" in self._actions:
            self._actions.trigger("caption.edit")

    def _open_block(self, uid: str, key: str) -> None:
        proposal = next((one for one in self._work.proposed.all if one.key == key), None)
        if proposal is not None:
            self._work.proposed.take(proposal)
        elif uid:
            self._session.selection.set([uid])
            self._work.edit()

    # Remembered between runs

    def state(self) -> dict[str, object]:
        """Plain data for the settings file."""
        return {"lanes": self.canvas.slots.state(), "seconds_first": self.transport.seconds_first}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over :meth:`state` of an earlier run; what is missing or unreadable stays as it is."""
        lanes = state.get("lanes")
        if isinstance(lanes, Mapping):
            self.canvas.restore_lanes(lanes)
        self.transport.set_seconds_first(bool(state.get("seconds_first", False)))

    def sizeHint(self) -> QSize:
        return QSize(900, min(self.transport.sizeHint().height() + self.canvas.sizeHint().height(), 260))


def _separator(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFixedHeight(1)
    line.setForegroundRole(parent.palette().ColorRole.Mid)
    return line
