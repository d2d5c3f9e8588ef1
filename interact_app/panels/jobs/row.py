"""One job in the list: title, state, progress, time, and the buttons that make sense now."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontDatabase, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QProgressBar, QToolButton, QVBoxLayout, QWidget

from interact_app.theme.icons import icon
from interact_app.widgets import glyphs
from interact_app.widgets.buttons import icon_button
from interact_app.widgets.labels import ElidedLabel
from interact_app.widgets.tones import Tones
from interact_core.figures import duration_text
from interact_core.jobs.job import Job
from interact_core.jobs.states import JobState

_ETA_AFTER: Final = 1.0
"""Seconds of work and share of it before a guess at the end is better than none."""
_ETA_FROM: Final = 0.05


class JobRow(QFrame):
    """Shows a job; `show_job` again whenever it changed."""

    def __init__(
        self, job: Job[Any], retry: Callable[[], None], move: Callable[[int], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.job = job
        self._place = 0
        self._title = ElidedLabel(job.title, self)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._state = ElidedLabel("", self)
        self._times = ElidedLabel("", self)
        self._metrics = ElidedLabel("", self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._cancel = icon_button(self, icon("close"), self.tr("Cancel"), job.cancel)
        self._pause = icon_button(self, icon("pause"), self.tr("Pause"), self._toggle_pause)
        self._earlier = icon_button(self, glyphs.icon(glyphs.triangle_up), self.tr("Start earlier"), lambda: move(-1))
        self._later = icon_button(self, glyphs.icon(glyphs.triangle_down), self.tr("Start later"), lambda: move(1))
        self._retry = icon_button(self, glyphs.icon(glyphs.retry), self.tr("Try again"), retry)
        self._details = icon_button(self, icon("info"), self.tr("Details of the error"), self._toggle_details)
        self._details.setCheckable(True)
        self._text = QPlainTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFixedHeight(130)
        self._text.setAccessibleName(self.tr("Details of the error"))
        self._text.hide()
        self._lay_out()
        self.show_job()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self._title, 1)
        buttons: tuple[QToolButton, ...] = (self._details, self._retry, self._earlier, self._later, self._pause, self._cancel)
        for button in buttons:
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 8)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self._state)
        column.addWidget(self._bar)
        column.addWidget(self._times)
        column.addWidget(self._metrics)
        column.addWidget(self._text)

    def show_job(self) -> None:
        """Take over state and progress of the job."""
        job = self.job
        running = job.state in (JobState.STARTING, JobState.RUNNING, JobState.CANCELLING)
        self._state.set_text(self._status(job))
        self._bar.setVisible(running)
        self._times.setVisible(running)
        self._times.set_text(self._time_text(job))
        metrics = " · ".join(f"{name} {value:.4g}" for name, value in job.progress.metrics.items())
        self._metrics.set_text(metrics)
        self._metrics.setVisible(running and bool(metrics))
        self._bar.setValue(round(1000 * job.progress.fraction))
        self._cancel.setVisible(not job.state.finished)
        self._cancel.setEnabled(job.state is not JobState.CANCELLING)
        self._pause.setVisible(not job.state.finished and job.state is not JobState.CANCELLING)
        self._pause.setIcon(icon("play" if job.paused else "pause"))
        set_text(self._pause, self.tr("Go on") if job.paused else self.tr("Pause"))
        for button in (self._earlier, self._later):
            button.setVisible(job.state is JobState.QUEUED)
        self._retry.setVisible(job.state in (JobState.FAILED, JobState.CANCELLED))
        self._details.setVisible(job.failure is not None)
        if job.failure is not None and not self._text.toPlainText():
            self._text.setPlainText(job.failure.message if job.failure.expected else job.failure.traceback)
        self.setAccessibleName(f"{job.title}: {self._state.text()}")

    def show_place(self, place: int, waiting: int) -> None:
        """Of a job that waits: how many start before it, out of how many."""
        self._place = place
        self._earlier.setEnabled(place > 0)
        self._later.setEnabled(place < waiting - 1)
        self.show_job()

    def _status(self, job: Job[Any]) -> str:
        took = duration_text(job.seconds)
        if job.state is JobState.QUEUED:
            return self.tr("Waiting, {0} before it").format(self._place) if self._place else self.tr("Waiting, next to start")
        if job.state is JobState.CANCELLING:
            return self.tr("Stopping …")
        if job.state is JobState.DONE:
            return self.tr("✓ Done in {0}").format(took)
        if job.state is JobState.CANCELLED:
            return self.tr("Cancelled after {0}").format(took)
        if job.failure is not None:
            return self.tr("⚠ {0}").format(job.failure.message)
        if job.paused:
            return self.tr("Paused: {0}").format(job.progress.stage) if job.progress.stage else self.tr("Paused")
        return job.progress.stage or self.tr("Starting")

    def _time_text(self, job: Job[Any]) -> str:
        """Share, time taken, a guess at the rest."""
        parts = [f"{100 * job.progress.fraction:.0f} %", duration_text(job.seconds)]
        left = remaining(job.seconds, job.progress.fraction)
        if left is not None:
            parts.append(self.tr("about {0} left").format(duration_text(left)))
        return " · ".join(parts)

    def _toggle_pause(self) -> None:
        if self.job.paused:
            self.job.resume()
        else:
            self.job.pause()

    def _toggle_details(self) -> None:
        self._text.setVisible(self._details.isChecked())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line between this job and the next."""
        painter = QPainter(self)
        painter.fillRect(QRectF(10, self.height() - 1, self.width() - 20, 1), Tones.of(self.palette()).line)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(280, super().sizeHint().height())


def set_text(button: QToolButton, text: str) -> None:
    """A button of icon_button means something else now."""
    button.setToolTip(text)
    button.setAccessibleName(text)


def remaining(seconds: float, fraction: float) -> float | None:
    """A guess at the seconds left; None while it would only be noise."""
    if seconds < _ETA_AFTER or not _ETA_FROM <= fraction < 1:
        return None
    return seconds * (1 - fraction) / fraction
