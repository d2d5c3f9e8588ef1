"""Annotations or motion out: the form, where to, which clips, how it is spelled, and then what the form could not hold."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from interact_app.dialogs.exchange_parts import ClipChoice, JobLine, PathField
from interact_app.session import Session
from interact_app.teams.work_queue import WorkQueue
from interact_app.widgets.buttons import describe
from interact_app.widgets.labels import muted_label

if TYPE_CHECKING:
    from interact_core.consolidate.exports.write import MotionReport
    from interact_core.jobs.context import JobContext
    from interact_core.project.exchange import ExportReport

_SPELLED = ("text", "action", "humanml3d")
"""Forms to which line ends, tokens and plain characters apply."""


class ExportAnnotationsDialog(QDialog):
    """Closes when the files are there; `written` then has the report."""

    written = Signal(object)

    def __init__(self, session: Session, queue: WorkQueue, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.export_annotations")
        self.setWindowTitle(self.tr("Export annotations or motion"))
        self.setMinimumWidth(560)
        self._session, self._queue, self._folder = session, queue, folder
        self._build(session, queue)
        self._form_changed()

    def _build(self, session: Session, queue: WorkQueue) -> None:
        from interact_core.consolidate.exports.forms import MOTION_FORMS
        from interact_core.project.exchange import FORMS

        self.forms = QComboBox(self)
        describe(self.forms, self.tr("Form"))
        for entry in FORMS.values():
            self.forms.addItem(entry.title, entry)
        self.forms.insertSeparator(self.forms.count())
        for form in MOTION_FORMS.values():
            self.forms.addItem(self.tr("Motion: {0}").format(form.title), form)
        self.holds = muted_label("", self)
        self.clips = ClipChoice(session, queue, self, with_open=True)
        self.target = PathField(self.tr("File or folder"), self)
        self.target.offer(self.tr("Choose…"), self._choose)
        self.line_end, self.text_form = QComboBox(self), QComboBox(self)
        for value, title in (("lf", self.tr("LF (one for all systems)")), ("cr", self.tr("CR (as InterAct)")), ("crlf", "CR LF")):
            self.line_end.addItem(title, value)
        for value, title in (("full", self.tr("Sentence, tokens, times")), ("bare", self.tr("Only the sentence"))):
            self.text_form.addItem(title, value)
        describe(self.line_end, self.tr("Line ends of new files"))
        describe(self.text_form, self.tr("Lines of new files"))
        self.plain = QCheckBox(self.tr("Only characters that InterAct's captions have"), self)
        self.tokens = QCheckBox(self.tr("Part-of-speech tokens for captions without them"), self)
        self.plain.setChecked(True)
        self.tokens.setChecked(True)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.job = JobLine(session.jobs, self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Export"))
        self.buttons.accepted.connect(self._export)
        self.buttons.rejected.connect(self.reject)
        self.rejected.connect(self.job.stop)
        self._lay_out()
        self.forms.currentIndexChanged.connect(lambda _place: self._form_changed())
        self.clips.currentIndexChanged.connect(lambda _place: self._form_changed())
        self.target.changed.connect(self._check)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("Form"), self.forms)
        form.addRow("", self.holds)
        form.addRow(self.tr("Clips"), self.clips)
        form.addRow(self.tr("Where to"), self.target)
        form.addRow(self.tr("Lines"), self.text_form)
        form.addRow(self.tr("Line ends"), self.line_end)
        form.addRow("", self.plain)
        form.addRow("", self.tokens)
        self._rows = form
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self.job)
        column.addWidget(self.buttons)

    # Choosing

    @property
    def entry(self) -> Any:
        """The FormEntry or MotionForm that is chosen."""
        return self.forms.currentData()

    @property
    def is_motion(self) -> bool:
        """Whether the clips leave, not what is said about them."""
        from interact_core.consolidate.exports.forms import MotionForm

        return isinstance(self.entry, MotionForm)

    @property
    def is_file(self) -> bool:
        """Whether one file is written, not a folder of them."""
        if self.is_motion:
            return bool(self.entry.suffix) and len(self.clips.clips) == 1
        return bool(self.entry.together) or (len(self.clips.clips) == 1 and self.entry.id != "annotation-csv")

    def _form_changed(self) -> None:
        entry = self.entry
        one = self.tr("one file") if self.is_file else self.tr("a folder of files, one data set each") if (
            entry.id == "annotation-csv") else self.tr("a folder of files")  # fmt: skip
        self.holds.setText(self.tr("Holds {0}. Writes {1}.").format(entry.holds, one))
        for widget in (self.text_form, self.line_end, self.plain, self.tokens):
            self._rows.setRowVisible(widget, entry.id in _SPELLED)
        name = self._queue.author or "annotations"
        project = self._session.project
        title = "".join(c if c.isalnum() or c in "-_" else "_" for c in (project.title if project is not None else name))
        with QSignalBlocker(self.target):
            self.target.set_path(self._folder / (f"{title}{entry.suffix}" if self.is_file else f"{title}_{entry.id}"))
        self._check()

    def _choose(self) -> str:
        if self.is_file:
            kind = f"{self.entry.title} (*{self.entry.suffix})"
            return QFileDialog.getSaveFileName(self, self.windowTitle(), self.target.edit.text(), kind)[0]
        chosen = QFileDialog.getExistingDirectory(self, self.tr("A new or empty folder"), str(self._folder))
        return str(Path(chosen) / Path(self.target.edit.text()).name) if chosen and any(Path(chosen).iterdir()) else chosen

    def _check(self) -> None:
        """Said before, not after it failed."""
        path = self.target.path
        project = self._session.project
        problem = ""
        if path is None:
            problem = self.tr("Say where to write it.")
        elif not path.absolute().parent.is_dir():
            problem = self.tr("There is no folder {0}.").format(path.absolute().parent)
        elif project is not None and path.absolute().resolve().is_relative_to(project.data):
            problem = self.tr("This lies inside the data, which is never written.")
        elif not self.is_file and path.exists() and (not path.is_dir() or any(path.iterdir())):
            problem = self.tr("{0} exists and is not an empty folder.").format(path.name)
        note = self.tr("{0} exists and will be replaced.").format(path.name) if path is not None and path.is_file() else ""
        self.problem.setText(problem or note)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem and not self.job.busy)

    # Doing

    def _export(self) -> None:
        project, target = self._session.project, self.target.path
        if project is None or target is None:
            return
        title = f"Export ({self.entry.title})"
        self.problem.clear()
        if self.is_motion:
            self.job.run(title, self._motion(target), self._done, self._ended)
        else:
            self.job.run(title, self._annotations(target), self._done, self._ended)
        self._check()

    def _annotations(self, target: Path) -> "Callable[[JobContext], ExportReport]":
        from interact_core.project.exchange import ExportOptions, export_annotations

        project, entry, clips = self._session.project, self.entry, self.clips.clips
        options = ExportOptions(
            line_end=self.line_end.currentData(), text_form=self.text_form.currentData(), plain=self.plain.isChecked(),
            tokens=self.tokens.isChecked(), vocabulary=self._session.advice.vocabulary, author=self._queue.author,
        )  # fmt: skip

        def work(context: "JobContext") -> "ExportReport":
            assert project is not None
            project.flush()
            return export_annotations(project, target, entry.id, clips, options, context)

        return work

    def _motion(self, target: Path) -> "Callable[[JobContext], MotionReport]":
        """Of every clip the version that stands for it."""
        from interact_core.consolidate.exports.write import Job, export_motion

        project, entry, versions = self._session.project, self.entry, self._session.versions
        models_dir = self._session.settings.models_dir
        assert project is not None
        jobs = [
            Job(clip, project.data, lambda clip=clip: versions.read(project, clip, models_dir))  # type: ignore[misc]
            for clip in self.clips.clips
        ]  # fmt: skip

        def work(context: "JobContext") -> "MotionReport":
            return export_motion(jobs, target, entry.id, data=project.data, models_dir=models_dir, context=context)

        return work

    def _done(self, report: "ExportReport | MotionReport") -> None:
        self.written.emit(report)
        self.accept()

    def _ended(self, problem: str) -> None:
        self._check()
        if problem:
            self.problem.setText(problem)


def export_rows(report: "ExportReport | MotionReport") -> list[tuple[str, str, str]]:
    """What the form could not hold and what went wrong, for the report."""
    from interact_core.consolidate.exports.write import MotionReport

    rows = [(p.field or p.path.name, p.message, p.remedy) for p in report.problems]
    if isinstance(report, MotionReport):
        return rows + [(*note.partition(": ")[::2], "") for note in report.notes]
    return rows + [
        (clip, "Characters that the form cannot hold were left out", "The project keeps them") for clip in report.changed
    ]
