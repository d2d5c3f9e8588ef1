"""The timeline as the window uses it: transport bar above, painted lanes below, fed by the session."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.timeline.canvas import TimelineCanvas
from interact_app.timeline.data import TimelineData
from interact_app.timeline.transport import TransportBar

_READY_REFRESH_MS = 120
"""Frames arrive in many small parts; the strip that shows them need not follow each."""


class TimelinePanel(QWidget):
    """Owns no document and no time: reads the session, writes to the clock."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self.transport = TransportBar(clock, actions, self)
        self.canvas = TimelineCanvas(clock, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(_separator(self))
        column.addWidget(self.canvas, 1)
        self._ready_timer = QTimer(self, singleShot=True, interval=_READY_REFRESH_MS)
        self._ready_timer.timeout.connect(lambda: self.canvas.set_ready(self._gather()))
        self._connect()
        self._build_lane_menu()
        self.reload()

    def _connect(self) -> None:
        session, canvas, bar = self._session, self.canvas, self.transport
        session.clip_opening.connect(self._show_opening)
        session.clip_opened.connect(self.reload)
        session.inspection_ready.connect(self.reload)
        session.annotations_changed.connect(self._captions_changed)
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
        return TimelineData(self._clock.num_frames, self._clock.fps, session.inspection, session.captions, ready)

    def _show_opening(self, clip_id: str) -> None:
        self.canvas.empty_text = self.tr("Opening {0} …").format(clip_id)
        self.canvas.set_data(TimelineData())

    def _captions_changed(self, clip_id: str) -> None:
        """With every key that is typed: only the lanes of text are loaded and drawn again."""
        if clip_id == self._session.clip_id and self.canvas.data.num_frames:
            self.canvas.set_captions(self._gather())

    # What actions call

    def go_to_artifact(self, direction: int) -> None:
        """To the peak of the next (1) or previous (-1) artifact."""
        found = self._session.next_artifact(self._clock.frame, direction)
        if found is not None:
            self._clock.set_frame(found.peak_frame)

    def mark_in(self) -> None:
        """The range starts at the current frame."""
        stop = self._clock.range[1]
        self._clock.set_range(self._clock.frame, stop if stop > self._clock.frame else self._clock.num_frames)

    def mark_out(self) -> None:
        """The range ends with the current frame."""
        start = self._clock.range[0]
        self._clock.set_range(start if start <= self._clock.frame else 0, self._clock.frame + 1)

    def clear_range(self) -> None:
        self.canvas.clear_range()

    def focus_frame_entry(self) -> None:
        self.transport.focus_frame()

    # Lanes

    def _build_lane_menu(self) -> None:
        self._lane_menu = QMenu(self)
        self._lane_actions: dict[str, QAction] = {}
        for slot in self.canvas.slots:
            action = self._lane_menu.addAction(self.tr(slot.lane.title))
            action.setCheckable(True)
            action.setToolTip(slot.lane.help)
            action.toggled.connect(lambda on, lane_id=slot.lane.id: self.canvas.set_lane_visible(lane_id, on))
            self._lane_actions[slot.lane.id] = action
        self._lane_menu.addSeparator()
        for name, text in (
            ("compact", self.tr("Compact lanes")),
            ("normal", self.tr("Normal lanes")),
            ("tall", self.tr("Tall lanes")),
        ):
            self._lane_menu.addAction(text).triggered.connect(lambda checked=False, name=name: self.canvas.scale_lanes(name))
        self._lane_menu.setToolTipsVisible(True)
        self._lane_menu.aboutToShow.connect(self._check_lanes)
        self.transport.lanes_button.setMenu(self._lane_menu)

    def _check_lanes(self) -> None:
        for slot in self.canvas.slots:
            action = self._lane_actions[slot.lane.id]
            action.blockSignals(True)
            action.setChecked(slot.visible)
            action.blockSignals(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What the mouse is over decides nothing here: the menu is about the playhead and the lanes."""
        menu = QMenu(self)
        menu.addAction(self.tr("Range starts at the playhead"), self.mark_in)
        menu.addAction(self.tr("Range ends at the playhead"), self.mark_out)
        chosen = [
            menu.addAction(self.tr("Zoom to the range"), self.canvas.zoom_to_range),
            menu.addAction(self.tr("Clear the range"), self.clear_range),
        ]
        for action in chosen:
            action.setEnabled(self._clock.has_range)
        menu.addSeparator()
        menu.addAction(self.tr("Show the whole clip"), self.canvas.zoom_fit)
        menu.addSeparator()
        self._check_lanes()
        menu.addActions(self._lane_menu.actions())
        menu.exec(event.globalPos())

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
