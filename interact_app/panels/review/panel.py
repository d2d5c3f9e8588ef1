"""The review of the open clip: its state, the judgements, and the remarks pinned to frames and segments."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.review.entry import RemarkEntry, pin_text
from interact_app.panels.review.row import RemarkRow
from interact_app.session import Session
from interact_app.teams.places import Places
from interact_app.widgets.buttons import describe, keys_of
from interact_app.widgets.docks import dock_of, reveal
from interact_app.widgets.labels import ElidedLabel, muted_label, title_label
from interact_app.widgets.placeholder import Placeholder
from interact_app.widgets.review_state import SIGNS, state_title, when_text
from interact_core.annotation import Edit
from interact_core.annotation.records import STATE_UID, RemarkRecord, ReviewState, StateRecord
from interact_core.annotation.review import add_remark, reject, resolve_remark, set_state
from interact_core.project.project import default_author


class ReviewPanel(QStackedWidget):
    """Every judgement and remark is an edit of the clip, so undo takes it back."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        actions: ActionRegistry,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._clock, self._actions = session, clock, actions
        self._places = Places(session, clock, self)
        self._current = ""
        self.rows: list[RemarkRow] = []
        self._placeholder = Placeholder(self)
        self._placeholder.say(self.tr("No clip is open"), self.tr("It is judged here, and remarks about it are listed."))
        self.entry = RemarkEntry(session, clock, self)
        self.entry.said.connect(self._said)
        self.entry.left.connect(self._leave)
        self.addWidget(self._placeholder)
        self.addWidget(self._content())
        session.annotations_changed.connect(lambda _clip_id: self.refresh())
        session.clip_opened.connect(self.refresh)
        self.refresh()

    def _content(self) -> QWidget:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 8, 10, 6)
        column.setSpacing(6)
        self.state = title_label("", content)
        self.who = ElidedLabel("", content)
        head = QHBoxLayout()
        head.addWidget(self.state)
        head.addWidget(self.who, 1)
        column.addLayout(head)
        column.addLayout(self._judgements(content))
        column.addWidget(self.entry)
        self.only_open = QCheckBox(self.tr("Only open"), content)
        self.only_open.setChecked(True)
        self.only_open.toggled.connect(lambda _on: self.refresh())
        self.title = title_label("", content)
        line = QHBoxLayout()
        line.addWidget(self.title, 1)
        line.addWidget(self.only_open)
        column.addLayout(line)
        self.empty = muted_label("", content)
        column.addWidget(self.empty)
        column.addWidget(self._list(content), 1)
        return content

    def _judgements(self, parent: QWidget) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, name in enumerate(("accept", "reject", "ask", "done")):
            button = QToolButton(parent)
            button.setDefaultAction(self._actions.qaction(f"review.{name}"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setProperty("role", "chip")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            describe(button, self._actions.record(f"review.{name}").tooltip, keys_of(self._actions, f"review.{name}"))
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _list(self, parent: QWidget) -> QScrollArea:
        inner = QWidget(parent)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        area = QScrollArea(parent)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._area = area
        return area

    # Showing

    def refresh(self) -> None:
        writing, project = self._session.writing, self._session.project
        self.setCurrentIndex(0 if writing is None else 1)
        if writing is None:
            return
        record = writing.document.get(STATE_UID)
        state = writing.document.state
        self.state.setText(f"{SIGNS[state]}  {state_title(state)}")
        told = isinstance(record, StateRecord)
        self.who.set_text(", ".join(filter(None, (record.author, when_text(record.modified)))) if told else "")  # type: ignore[union-attr]
        read_only = project is None or project.read_only
        self.entry.setEnabled(not read_only)
        self._show_remarks(read_only=read_only)

    def remarks(self) -> tuple[RemarkRecord, ...]:
        """Those that are listed: by frame, about the whole clip first."""
        writing = self._session.writing
        known = writing.document.remarks if writing is not None else ()
        shown = [one for one in known if not (one.resolved and self.only_open.isChecked())]
        return tuple(sorted(shown, key=self._frame_of))

    def _frame_of(self, remark: RemarkRecord) -> int:
        if remark.frame is not None:
            return remark.frame
        writing = self._session.writing
        about = writing.document.get(remark.about) if writing is not None and remark.about else None
        return getattr(getattr(about, "segment", None), "start_frame", -1)

    def _show_remarks(self, *, read_only: bool) -> None:
        writing = self._session.writing
        assert writing is not None
        shown, every = self.remarks(), writing.document.remarks
        fps = self._session.clip.fps if self._session.clip is not None else 0.0
        pins = [pin_text(one.frame, one.about, writing, fps) for one in shown]
        unsettled = sum(not one.resolved for one in every)
        self.title.setText(self.tr("Remarks ({0} open)").format(unsettled) if unsettled else self.tr("Remarks"))
        self.empty.setText(self.tr("All remarks are settled.") if every else self.tr("Nobody has remarked on anything."))
        self.empty.setVisible(not shown)
        self._show_badge(unsettled)
        if [(row.remark, row.pin) for row in self.rows] == list(zip(shown, pins, strict=True)):
            return
        for row in self.rows:
            row.setParent(None)
            row.deleteLater()
        self.rows = [self._row(one, pin, read_only=read_only) for one, pin in zip(shown, pins, strict=True)]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)

    def _row(self, remark: RemarkRecord, pin: str, *, read_only: bool) -> RemarkRow:
        row = RemarkRow(remark, pin, self, read_only=read_only)
        row.opened.connect(lambda: self.go_to(remark))
        row.settle_wanted.connect(lambda on: self._do(lambda w: resolve_remark(w.document, remark.uid, on)))
        return row

    def _show_badge(self, count: int) -> None:
        dock = dock_of(self)
        if dock is not None:
            title = dock.windowTitle().partition(" · ")[0]
            dock.setWindowTitle(f"{title} · {count}" if count else title)

    # Judging

    def set_state(self, state: ReviewState) -> None:
        self._do(lambda w: set_state(w.document, state, w.author or default_author()))
        self._session.notice.emit(self.tr("The clip is now: {0}. Ctrl+Z takes it back.").format(state_title(state)))

    def reject(self) -> None:
        """Ask for the reason; without one nobody can act on it."""
        reveal(self)
        self.entry.begin(rejects=True)

    def remark(self) -> None:
        reveal(self)
        self.entry.begin(rejects=False)

    def _said(self, text: str, frame: int | None, about: str, rejects: bool) -> None:
        build = reject if rejects else add_remark
        self._do(lambda w: build(w.document, text, w.author or default_author(), frame=frame, about=about))

    def _do(self, build: "Callable[..., Edit]") -> None:
        writing, project = self._session.writing, self._session.project
        if writing is not None and project is not None and not project.read_only:
            writing.undo_stack.seal()
            writing.do(build(writing))
            writing.undo_stack.seal()

    # Going

    def go_to(self, remark: RemarkRecord) -> None:
        self._current = remark.uid
        self._places.go_to_remark(remark)

    def step(self, direction: int) -> None:
        """To the next (1) or previous (-1) remark that is listed."""
        shown = self.remarks()
        if not shown:
            self._session.notice.emit(self.tr("There are no remarks to go to."))
            return
        uids = [one.uid for one in shown]
        start = -1 if direction > 0 else 0
        place = uids.index(self._current) if self._current in uids else start
        remark = shown[(place + direction) % len(shown)]
        self.go_to(remark)
        self._session.notice.emit(remark.text)
        for row in self.rows:
            if row.remark.uid == remark.uid:
                self._area.ensureWidgetVisible(row)

    def resolve_current(self) -> None:
        """The remark that was gone to last; without one, the first."""
        writing = self._session.writing
        found = writing.document.get(self._current) if writing is not None else None
        if isinstance(found, RemarkRecord):
            remark = found
            self._do(lambda w: resolve_remark(w.document, remark.uid, not remark.resolved))
        else:
            self.step(1)

    def _leave(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def sizeHint(self) -> QSize:
        return QSize(310, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)
