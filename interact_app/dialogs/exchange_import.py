"""Annotations in: look first, say what would change, and only then change it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from interact_app.dialogs.exchange_parts import JobLine, PathField, fill_report, report_table
from interact_app.session import Session
from interact_app.widgets.buttons import describe

if TYPE_CHECKING:
    from interact_core.annotation import Record
    from interact_core.jobs.context import JobContext
    from interact_core.project.exchange import ImportedClip, ImportReport

SUFFIXES = (".eaf", ".vtt", ".srt", ".csv", ".jsonl")
"""Of files that are annotations when they are dropped on the window; others may be clips."""


class ImportAnnotationsDialog(QDialog):
    """`imported` tells how many clips have changed."""

    imported = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.import_annotations")
        self.setWindowTitle(self.tr("Import annotations"))
        self.resize(720, 520)
        self._session = session
        self._several: tuple[Path, ...] = ()
        self.report: ImportReport | None = None
        self._build()

    def _build(self) -> None:
        from interact_core.project.exchange import FORMS

        self.source = PathField(self.tr("File or folder"), self)
        self.source.offer(self.tr("Files…"), self._choose)
        self.source.offer_folder(self.tr("A folder with annotations"))
        self.forms, self.clip, self.conflicts = QComboBox(self), QComboBox(self), QComboBox(self)
        describe(self.forms, self.tr("Form"))
        self.forms.addItem(self.tr("Each file shows what it is"), None)
        for entry in FORMS.values():
            self.forms.addItem(entry.title, entry.id)
        describe(self.clip, self.tr("About which clip"))
        self.clip.addItem(self.tr("The files name their clips"), "")
        if self._session.clip_id:
            self.clip.addItem(self.tr("All of it is about {0}").format(self._session.clip_id), self._session.clip_id)
        describe(self.conflicts, self.tr("Where both say something else"))
        self.conflicts.addItem(self.tr("Keep both, side by side"), "add")
        self.conflicts.addItem(self.tr("Take the file's; the history keeps the other"), "replace")
        self.conflicts.addItem(self.tr("Keep what is here"), "keep")
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.table = report_table((), self)
        self.job = JobLine(self._session.jobs, self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("Import"))
        self.look_button = QPushButton(self.tr("Look"), self)
        self.buttons.addButton(self.look_button, QDialogButtonBox.ButtonRole.ActionRole)
        for button in (self.ok, self.look_button, self.buttons.button(QDialogButtonBox.StandardButton.Cancel)):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._forget()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("From"), self.source)
        form.addRow(self.tr("Form"), self.forms)
        form.addRow(self.tr("Clip"), self.clip)
        form.addRow(self.tr("Differences"), self.conflicts)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addWidget(self.job)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        self.source.changed.connect(self._typed)
        for box in (self.forms, self.clip, self.conflicts):
            box.currentIndexChanged.connect(lambda _place: self.look())
        self.look_button.clicked.connect(self.look)
        self.source.edit.returnPressed.connect(self.look)
        self.buttons.accepted.connect(self._import)
        self.buttons.rejected.connect(self.reject)
        self.rejected.connect(self.job.stop)

    # Choosing

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Of several files the field shows the first; all are read."""
        self.source.set_path(paths[0] if len(paths) == 1 else f"{paths[0]}  (+{len(paths) - 1})")
        self._several = tuple(paths)
        self.look()

    def _choose(self) -> str:
        kinds = "Annotations (*.eaf *.vtt *.srt *.csv *.jsonl *.json *.txt *.npy);;All files (*)"
        names, _ = QFileDialog.getOpenFileNames(self, self.windowTitle(), str(Path.home()), kinds)
        if names:
            self.take_paths([Path(name) for name in names])
        return ""

    def _typed(self) -> None:
        self._several = ()
        self._forget()

    @property
    def _paths(self) -> tuple[Path, ...]:
        path = self.source.path
        return self._several or ((path,) if path is not None else ())

    # Looking

    def look(self) -> None:
        """Read everything and say what it would change. Nothing is changed."""
        from interact_core.project.exchange import import_annotations

        project, paths = self._session.project, self._paths
        if project is None or not paths or self.job.busy:
            return
        form, clip, conflicts = self.forms.currentData(), self.clip.currentData(), self.conflicts.currentData()
        author = self._session.writing.author if self._session.writing is not None else ""

        def work(context: "JobContext") -> "ImportReport":
            project.flush()
            return import_annotations(project, paths, form, clip, conflicts, author, context)

        self._forget()
        self.job.run("Look at annotations to import", work, self._show, self._ended)

    def _forget(self) -> None:
        self.report = None
        self.ok.setEnabled(False)
        self.summary.setText(self.tr("Choose files or a folder. Nothing is changed before you say Import."))
        fill_report(self.table, ())

    def _ended(self, problem: str) -> None:
        if problem:
            self.summary.setText(problem)

    def _show(self, report: "ImportReport") -> None:
        self.report = report
        changed = len(report.edits)
        added, replaced, same = (sum(getattr(clip, name) for clip in report.clips) for name in ("added", "replaced", "same"))
        told = self.tr("{0} clips would change: {1} records added, {2} replaced; {3} are there already.")
        more = self.tr(" {0} differences, {1} problems.").format(len(report.conflicts), len(report.findings))
        self.summary.setText(told.format(changed, added, replaced, same) + more)
        self.ok.setEnabled(changed > 0)
        fill_report(self.table, import_rows(report))

    # Importing

    def _import(self) -> None:
        """The open clip takes its part as an edit that can be undone; the others' histories have theirs."""
        from interact_core.project.exchange import apply_import

        project, report, writing = self._session.project, self.report, self._session.writing
        if project is None or report is None:
            return
        author, open_clip = (writing.author, self._session.clip_id) if writing is not None else ("", "")

        def work(_context: "JobContext") -> None:
            apply_import(project, report, author, open_clip)
            project.flush()

        mine = next((clip for clip in report.clips if clip.clip_id == open_clip), None)
        if mine is not None:
            self._import_here(mine)
        self.ok.setEnabled(False)
        self.job.run("Import annotations", work, lambda _result: self._done(len(report.edits)), self._ended)

    def _import_here(self, clip: "ImportedClip") -> None:
        """Laid beside the words as they are now: something may have been typed since the look."""
        from interact_core.project.exchange_merge import merge_into

        writing = self._session.writing
        assert writing is not None
        files: list[tuple[Record, ...]] = [source.records for source in clip.sources]
        merged = merge_into(writing.document, files, self.conflicts.currentData(), writing.author)
        writing.undo_stack.seal()
        writing.do(merged.edit)
        writing.undo_stack.seal()

    def _done(self, clips: int) -> None:
        self._session.library_changed.emit()
        self.imported.emit(clips)
        self.accept()


def import_rows(report: "ImportReport") -> list[tuple[str, str, str]]:
    """Problems, then differences, then what each clip gets."""
    from interact_core.annotation import text_of

    solved = {"add": "both are kept", "replace": "the file's is taken", "keep": "what is here stays"}
    rows = [
        (
            f"{f.path.name}{', ' + f.field if f.field else ''}",
            f.message,
            f.remedy or ("left out" if f.severity == "error" else ""),
        )
        for f in report.findings
    ]
    for one in report.conflicts:
        here, there = (_short(text_of(record) or record.kind) for record in (one.present, one.incoming))
        told = f"here: {here} – file: {there}"
        rows.append((one.clip_id, told, solved[one.solved]))
    for clip in report.clips:
        names = ", ".join(dict.fromkeys(source.path.name for source in clip.sources))
        rows.append((clip.clip_id, f"{clip.added} added, {clip.replaced} replaced, {clip.same} there already", f"from {names}"))
    return rows


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
