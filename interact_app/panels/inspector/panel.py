"""The numbers of the open clip, and what is known about it."""

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.inspector.facts import body_facts, clip_facts
from interact_app.panels.inspector.measures import Group, as_json, as_text, grouped
from interact_app.panels.inspector.table import MeasureTable
from interact_app.session import Session
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe
from interact_app.widgets.labels import ElidedLabel, muted_label, title_label
from interact_app.widgets.placeholder import Placeholder
from interact_core.clip import Clip, Notice


class InspectorPanel(QStackedWidget):
    """Reads session and clock; a click on a figure moves the clock."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self._groups: tuple[Group, ...] = ()
        self._placeholder = Placeholder(self)
        self._placeholder.say(self.tr("No clip is open"), self.tr("Double-click one in the library."))
        self.addWidget(self._placeholder)
        self.addWidget(self._build_content())
        self._connect()
        self._show_clip()

    def _connect(self) -> None:
        session = self._session
        session.clip_opening.connect(self._show_opening)
        session.clip_opened.connect(self._show_clip)
        session.inspection_ready.connect(self._show_measures)
        session.jobs.job_changed.connect(self._show_progress)
        self._clock.frame_changed.connect(self._show_frame)
        self._table.frame_wanted.connect(self._go_to)

    # Building

    def _build_content(self) -> QWidget:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._build_header())
        column.addWidget(self._build_progress())
        self._table = MeasureTable(self)
        inner = QWidget(self)
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 8)
        self._rows.setSpacing(4)
        self._rows.addWidget(self._table)
        self._notes = muted_label("", self)
        self._notes.setContentsMargins(8, 2, 8, 2)
        self._rows.addWidget(self._notes)
        self._facts = QWidget(self)
        self._rows.addWidget(self._facts)
        self._rows.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        column.addWidget(scroll, 1)
        return content

    def _build_header(self) -> QHBoxLayout:
        self._title = ElidedLabel("", self, mode=Qt.TextElideMode.ElideMiddle)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        copy = QToolButton(self)
        copy.setIcon(icon("copy"))
        copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(copy, self.tr("Copy the numbers"))
        menu = QMenu(copy)
        menu.addAction(
            self.tr("Copy as text"), lambda: self._copy(as_text(self._session.clip_id, self._groups, self._clock.frame))
        )
        menu.addAction(
            self.tr("Copy as JSON"), lambda: self._copy(as_json(self._session.clip_id, self._groups, self._clock.frame))
        )
        copy.setMenu(menu)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 6, 0)
        row.addWidget(self._title, 1)
        row.addWidget(copy)
        return row

    def _build_progress(self) -> QWidget:
        self._progress = QWidget(self)
        self._stage = ElidedLabel("", self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        column = QVBoxLayout(self._progress)
        column.setContentsMargins(8, 0, 8, 2)
        column.setSpacing(2)
        column.addWidget(self._stage)
        column.addWidget(self._bar)
        self._progress.setVisible(False)
        return self._progress

    # Showing

    def _show_opening(self, clip_id: str) -> None:
        """The session still has the clip before this one."""
        self.setCurrentIndex(1)
        self._title.set_text(clip_id)
        self._groups = ()
        self._table.setVisible(False)
        self._notes.setVisible(False)
        self._show_facts(None)

    def _show_clip(self) -> None:
        clip = self._session.clip
        self.setCurrentIndex(0 if not self._session.clip_id else 1)
        self._title.set_text(self._session.clip_id)
        self._show_measures()
        self._show_facts(clip)

    def _show_measures(self) -> None:
        inspection = self._session.inspection
        self._groups = grouped(inspection) if inspection is not None else ()
        self._table.show_groups(self._groups)
        self._table.setVisible(bool(self._groups))
        self._table.show_frame(self._clock.frame)
        self._notes.setText("\n".join(inspection.notes) if inspection is not None else "")
        self._notes.setVisible(bool(inspection is not None and inspection.notes))
        if inspection is not None:
            self._progress.setVisible(False)

    def _show_frame(self, frame: int) -> None:
        self._table.show_frame(frame)

    def _show_progress(self, job: Any) -> None:
        """The job that computes the open clip; others have the jobs panel."""
        clip_id = self._session.clip_id
        if not clip_id or clip_id not in job.title:
            return
        unfinished = not job.state.finished and self._session.inspection is None
        self._progress.setVisible(unfinished)
        if unfinished:
            self._bar.setValue(round(1000 * job.progress.fraction))
            self._stage.set_text(
                self.tr("{0} … {1:.0f} %").format(job.progress.stage or self.tr("Waiting"), 100 * job.progress.fraction)
            )
        elif job.failure is not None:
            self._notes.setText(job.failure.message)
            self._notes.setVisible(True)

    def _show_facts(self, clip: Clip | None) -> None:
        """Built anew for each clip: a handful of labels, and every source has other ones."""
        old, self._facts = self._facts, QWidget(self)
        self._rows.replaceWidget(old, self._facts)
        old.deleteLater()
        if clip is None:
            return
        form = QFormLayout(self._facts)
        form.setContentsMargins(8, 8, 8, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(3)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(title_label(self.tr("About the clip"), self._facts))
        posed = self._session.posed
        for label, value in (*clip_facts(clip), *(body_facts(posed) if posed is not None else [])):
            form.addRow(
                muted_label(label, self._facts, wrap=False), ElidedLabel(value, self._facts, mode=Qt.TextElideMode.ElideMiddle)
            )
        if posed is not None and posed.choice.stand_in:
            form.addRow(_remark(self._facts, "info", posed.choice.note))
        for notice in clip.notices:
            form.addRow(_remark(self._facts, "warning" if notice.severity != "info" else "info", _notice_text(notice)))

    def _go_to(self, frame: int) -> None:
        self._clock.pause()
        self._clock.set_frame(frame)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._session.notice.emit(self.tr("The numbers are in the clipboard."))

    def sizeHint(self) -> QSize:
        return QSize(300, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(250, 120)


def _remark(parent: QWidget, icon_name: str, text: str) -> QWidget:
    """A wrapped sentence with an icon before its first line."""
    box = QWidget(parent)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 4, 0, 0)
    row.setSpacing(6)
    picture = QLabel(box)
    picture.setPixmap(icon(icon_name).pixmap(QSize(16, 16), parent.devicePixelRatioF()))
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(muted_label(text, box), 1)
    return box


def _notice_text(notice: Notice) -> str:
    return f"{notice.field}: {notice.message}" if notice.field else notice.message
