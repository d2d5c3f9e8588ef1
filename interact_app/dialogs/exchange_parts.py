"""What the dialogs for packets, import and export share: paths, which clips, progress of a job, a report."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from interact_app.bridge.explain import explain
from interact_app.bridge.jobs import JobQueue
from interact_app.session import Session
from interact_app.teams.work_queue import WorkQueue
from interact_app.widgets.buttons import describe
from interact_core.jobs.context import JobContext
from interact_core.jobs.job import Job
from interact_core.jobs.states import JobState

T = TypeVar("T")


class PathField(QWidget):
    """A path to type, or to choose with one or two buttons."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(name)
        self.edit.textChanged.connect(lambda _text: self.changed.emit())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)

    @property
    def path(self) -> Path | None:
        text = self.edit.text().strip()
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path | str) -> None:
        self.edit.setText(str(path))

    def offer(self, text: str, choose: Callable[[], str]) -> QPushButton:
        """A button that asks for a path; an empty answer changes nothing."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)

        def clicked() -> None:
            chosen = choose()
            if chosen:
                self.set_path(chosen)

        button.clicked.connect(clicked)
        self._row.addWidget(button)
        return button

    def offer_folder(self, title: str) -> None:
        self.offer(self.tr("Folder…"), lambda: QFileDialog.getExistingDirectory(self, title, self._place()))

    def _place(self) -> str:
        path = self.path
        return str(path if path is not None and path.is_dir() else path.parent if path is not None else Path.home())


class ClipChoice(QComboBox):
    """Which clips: all, those the library shows, those of the queue, the open one. Each says how many."""

    def __init__(self, session: Session, queue: WorkQueue, parent: QWidget | None = None, *, with_open: bool = False) -> None:
        super().__init__(parent)
        describe(self, self.tr("Clips"))
        project = session.project
        every = tuple(row.id for row in project.library.search()) if project is not None else ()
        self.addItem(self.tr("All clips ({0})").format(len(every)), every)
        shown = session.listing.order
        if shown and len(shown) < len(every):
            self.addItem(self.tr("Those that the library shows ({0})").format(len(shown)), shown)
            self.setCurrentIndex(1)
        due = tuple(item.clip_id for item in queue.items)
        if due and due != shown:
            self.addItem(self.tr("Those of the queue ({0})").format(len(due)), due)
        if with_open and session.clip_id:
            self.addItem(self.tr("The open clip"), (session.clip_id,))

    @property
    def clips(self) -> tuple[str, ...]:
        return tuple(self.currentData() or ())


class JobLine(QWidget):
    """One job at a time with its progress and a button to stop it. Hidden while there is none."""

    def __init__(self, jobs: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job[Any] | None = None
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stage = QLabel(self)
        self.cancel = QPushButton(self.tr("Stop"), self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stage)
        row.addWidget(self.cancel)
        jobs.job_changed.connect(self._changed)
        self.hide()

    @property
    def busy(self) -> bool:
        return self._job is not None and not self._job.state.finished

    def run(
        self, title: str, work: Callable[[JobContext], T], done: Callable[[T], None], ended: Callable[[str], None]
    ) -> None:  # fmt: skip
        """work in a worker, then done(result); ended(problem) whatever comes of it, "" where nothing is wrong."""

        def finished(result: T) -> None:
            if isValid(self):
                ended("")
                done(result)

        def failed(error: BaseException) -> None:
            if isValid(self):
                ended(explain(error))

        self._ended = ended
        self._job = self._jobs.submit(title, work, done=finished, failed=failed)
        self.show()

    def stop(self) -> None:
        """For a dialog that goes away before its job has ended."""
        if self._job is not None:
            self._job.cancel()

    def _changed(self, job: Job[Any]) -> None:
        if job is not self._job:
            return
        self.bar.setValue(round(1000 * job.progress.fraction))
        self.stage.setText(job.progress.stage[-40:])
        if job.state.finished:
            self.hide()
            self._job = None
            if job.state is JobState.CANCELLED:
                self._ended(self.tr("Stopped. Nothing was changed."))


class ReportDialog(QDialog):
    """What came of it: a summary, and line by line what a person should know."""

    def __init__(self, title: str, summary: str, rows: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.report")
        self.setWindowTitle(title)
        self.resize(680, 420 if rows else 160)
        self.summary = QLabel(summary, self)
        self.summary.setWordWrap(True)
        self.table = report_table(rows, self)
        self.table.setVisible(bool(rows))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        if not rows:
            column.addStretch(1)
        column.addWidget(buttons)


def report_table(rows: Sequence[tuple[str, str, str]], parent: QWidget) -> QTreeWidget:
    """What it is about, what was found, what to do."""
    table = QTreeWidget(parent)
    table.setRootIsDecorated(False)
    table.setAccessibleName(table.tr("Report"))
    table.setHeaderLabels([table.tr("About"), table.tr("What"), table.tr("What to do")])
    table.setWordWrap(True)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    fill_report(table, rows)
    return table


def fill_report(table: QTreeWidget, rows: Sequence[tuple[str, str, str]]) -> None:
    table.clear()
    for row in rows:
        item = QTreeWidgetItem(table, list(row))
        for column, text in enumerate(row):
            item.setToolTip(column, text)
    table.setColumnWidth(0, 190)
    table.setColumnWidth(1, 320)
