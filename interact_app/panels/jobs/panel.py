"""What runs in the background, what waits, what came of it."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.jobs.row import JobRow
from interact_app.session import Session
from interact_app.widgets.labels import muted_label
from interact_app.widgets.placeholder import Placeholder
from interact_core.jobs.job import Job

_TICK_MS = 1000


class JobsPanel(QWidget):
    """Mirrors `session.jobs`."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = session.jobs
        self._rows: dict[int, JobRow] = {}
        self._order: list[int] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._build_header())
        column.addWidget(self._build_list(), 1)
        # Elapsed time goes on while a job is silent.
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_times)
        self._queue.job_changed.connect(self._show_job)
        self._sync()

    def _build_header(self) -> QHBoxLayout:
        self._summary = muted_label("", self, wrap=False)
        self._clear = QPushButton(self.tr("Clear finished"), self)
        self._clear.setToolTip(self.tr("Take jobs that are done, failed or cancelled off the list"))
        self._clear.clicked.connect(self._clear_finished)
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 8, 0)
        row.addWidget(self._summary, 1)
        row.addWidget(self._clear)
        return row

    def _build_list(self) -> QStackedWidget:
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        placeholder = Placeholder(self)
        placeholder.say(self.tr("Nothing is running"), self.tr("Opening, measuring and exporting appear here."))
        self._stack = QStackedWidget(self)
        self._stack.addWidget(placeholder)
        self._stack.addWidget(scroll)
        return self._stack

    def _show_job(self, job: Job[Any]) -> None:
        row = self._rows.get(job.id)
        if row is None:
            self._sync()
        else:
            row.show_job()
            self._show_summary()
        self._show_order()

    def _show_order(self) -> None:
        """What runs, then what waits in the order of its start, then what has ended, the last one first."""
        waiting = [job for job in self._queue.waiting if job.id in self._rows]
        for place, job in enumerate(waiting):
            self._rows[job.id].show_place(place, len(waiting))
        places = {job.id: place for place, job in enumerate(waiting)}
        ended = {row.job.id for row in self._rows.values() if row.job.state.finished}
        order = sorted(self._rows, key=lambda key: (key in ended, key in places, places.get(key, -key)))
        if order != self._order:
            self._order = order
            for at, job_id in enumerate(order):
                self._column.insertWidget(at, self._rows[job_id])

    def _sync(self) -> None:
        """Rows for the jobs that the queue knows, no others."""
        known = {job.id: job for job in self._queue.jobs}
        for gone in self._rows.keys() - known.keys():
            row = self._rows.pop(gone)
            self._column.removeWidget(row)
            row.deleteLater()
        for job_id in sorted(known.keys() - self._rows.keys()):
            job = known[job_id]
            self._rows[job_id] = JobRow(job, partial(self._retry, job), partial(self._queue.move, job), self)
        self._show_order()
        self._show_summary()

    def _show_summary(self) -> None:
        running = len(self._queue.running)
        self._stack.setCurrentIndex(1 if self._rows else 0)
        self._clear.setEnabled(len(self._rows) > running)
        self._summary.setText(
            self.tr("{0} running or waiting").format(running) if running else self.tr("All done") if self._rows else ""
        )
        if running and not self._tick.isActive():
            self._tick.start()
        elif not running:
            self._tick.stop()

    def _show_times(self) -> None:
        for row in self._rows.values():
            if not row.job.state.finished:
                row.show_job()

    def _retry(self, job: Job[Any]) -> None:
        self._queue.retry(job)
        self._sync()

    def _clear_finished(self) -> None:
        self._queue.clear_finished()
        self._sync()

    def sizeHint(self) -> QSize:
        return QSize(300, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 90)
