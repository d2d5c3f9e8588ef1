"""Background work in one line of the status bar: what runs, how far it is, and a way to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from interact_app.bridge.jobs import AnyJob, JobQueue
from interact_app.theme.icons import icon


class JobStatus(QWidget):
    """Shows the job that runs longest; the number of the others beside it. Hidden when nothing runs."""

    opened = Signal()
    """A click on the text: show the jobs panel."""

    def __init__(self, jobs: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status.jobs")
        self._jobs = jobs
        self._shown: AnyJob | None = None
        self.label = QToolButton(self)
        self.label.setAutoRaise(True)
        self.label.setToolTip("Show all jobs")
        self.label.setAccessibleName("Show all jobs")
        self.label.clicked.connect(self.opened)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress of the running job")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(120, 10)
        self.cancel = QToolButton(self)
        self.cancel.setIcon(icon("close"))
        self.cancel.setToolTip("Cancel")
        self.cancel.setAccessibleName("Cancel the running job")
        self.cancel.clicked.connect(self._cancel)
        self.more = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        for widget in (self.label, self.bar, self.more, self.cancel):
            row.addWidget(widget)
        jobs.job_changed.connect(self._refresh)
        self._refresh()

    @property
    def shown(self) -> AnyJob | None:
        return self._shown

    def _refresh(self) -> None:
        running = self._jobs.running
        self.setVisible(bool(running))
        self._shown = running[0] if running else None
        if self._shown is None:
            return
        progress = self._shown.progress
        stage = f": {progress.stage}" if progress.stage else ""
        self.label.setText(f"{self._shown.title}{stage}")
        self.bar.setValue(round(1000 * progress.fraction))
        self.more.setText(f"+{len(running) - 1}" if len(running) > 1 else "")

    def _cancel(self) -> None:
        if self._shown is not None:
            self._shown.cancel()
