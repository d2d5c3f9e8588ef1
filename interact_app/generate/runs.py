"""The leaderboard: evaluated runs of a folder side by side, a table for every task and way of measuring."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from interact_app.bridge.explain import explain
from interact_app.generate.runs_table import RunsTable
from interact_app.generate.wish import TITLES
from interact_app.session import Session
from interact_app.widgets.buttons import describe
from interact_app.widgets.labels import muted_label
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_core.generate.evaluation.leaderboard import Board
    from interact_core.generate.evaluation.tables import Table

_FOLDER: Final = "generate/runs"
_MOST_PROBLEMS: Final = 3


class RunsDialog(QDialog):
    """Not modal: a run that ends while it is open is there after `Read again`. The folder is remembered."""

    def __init__(self, session: Session, memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Leaderboard of evaluated runs"))
        self._session, self._memory = session, memory
        self._tables: list[Table] = []
        self.folder: Path | None = Path(str(memory.value(_FOLDER))) if memory.value(_FOLDER) else None
        self._build()
        self._show_board(None)
        self.read()

    def sizeHint(self) -> QSize:
        return QSize(980, 460)

    def read(self) -> None:
        """All runs below the folder, in the background."""
        folder = self.folder
        if folder is None:
            return
        found: list[Board | InputError] = []

        def work() -> None:
            from interact_core.generate.evaluation.leaderboard import leaderboard

            try:
                found.append(leaderboard(folder))
            except InputError as error:
                found.append(error)

        self._state.setText(self.tr("Reading {0}…").format(folder))
        self._session.jobs.quietly(work, lambda: self._take(folder, found[0]))

    def choose(self, folder: Path) -> None:
        self.folder = folder
        self._memory.setValue(_FOLDER, str(folder))
        self.read()

    # Inside

    def _build(self) -> None:
        self.browse = QPushButton(self.tr("Choose a folder…"), self)
        describe(self.browse, self.tr("A folder with runs of `interact evaluate`, up to three folders deep"))
        self.browse.clicked.connect(self._choose)
        self.again = QPushButton(self.tr("Read again"), self)
        describe(self.again, self.tr("Runs may have ended since"), "F5")
        self.again.clicked.connect(self.read)
        self.task = QComboBox(self)
        describe(self.task, self.tr("Task; runs that were not measured alike stand in tables of their own"))
        self.task.currentIndexChanged.connect(self._show_table)
        self.copy = QPushButton(self.tr("Copy"), self)
        describe(self.copy, self.tr("This table as Markdown"), "Ctrl+C")
        self.copy.clicked.connect(self._copy)
        self.save = QPushButton(self.tr("Save as CSV…"), self)
        describe(self.save, self.tr("This table in full: mean, half width and repeats of every figure"))
        self.save.clicked.connect(self._save)
        for button in (self.browse, self.again, self.copy, self.save):
            button.setAutoDefault(False)
        self.table = RunsTable(self)
        self._state, self._protocol, self._problems = muted_label("", self), muted_label("", self), QLabel(self)
        self._problems.setWordWrap(True)
        self._problems.setProperty("role", "danger")
        self._problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for keys, slot in (("F5", self.read), (QKeySequence.StandardKey.Copy, self._copy)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        row = QHBoxLayout()
        row.addWidget(self.browse)
        row.addWidget(self.again)
        row.addWidget(self.task, 1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self._state)
        column.addWidget(self.table, 1)
        for label in (self._protocol, self._problems):
            column.addWidget(label)

    def _take(self, folder: Path, found: "Board | InputError") -> None:
        if folder != self.folder:
            return
        if isinstance(found, InputError):
            self._show_board(None)
            self._state.setText(explain(found))
            return
        self._show_board(found)

    def _show_board(self, board: "Board | None") -> None:
        """The table that was looked at stays, where it is still there."""
        from interact_core.generate.evaluation.leaderboard import tables_of

        before = self.task.currentData()
        self._tables = tables_of(board.rows) if board is not None else []
        self.task.blockSignals(True)
        self.task.clear()
        for table in self._tables:
            self.task.addItem(_title(table), table.title)
        self.task.setCurrentIndex(max(self.task.findData(before), 0) if self._tables else -1)
        self.task.blockSignals(False)
        self._show_table()
        self._show_words(board)

    def _show_words(self, board: "Board | None") -> None:
        problems = board.problems if board is not None else ()
        lines = [self.tr("Left out: {0}").format(text) for text in problems[:_MOST_PROBLEMS]]
        if len(problems) > _MOST_PROBLEMS:
            lines.append(self.tr("and {0} more").format(len(problems) - _MOST_PROBLEMS))
        self._problems.setText("\n".join(lines))
        self._problems.setToolTip("\n".join(problems))
        self._problems.setVisible(bool(problems))
        if board is None:
            self._state.setText(self.tr("Choose the folder that `interact evaluate MODEL --out FOLDER` has written runs into."))
        elif not board.rows:
            self._state.setText(self.tr("There are no runs in {0} yet.").format(self.folder))
        else:
            runs = len({row.run for row in board.rows})
            self._state.setText(self.tr("{0}: {1} runs. Mean ± half of the 95 % interval; the best is bold.").format(
                self.folder, runs
            ))  # fmt: skip

    def _show_table(self) -> None:
        table = self._current()
        self.table.show_table(table)
        self._protocol.setText(table.protocol if table is not None else "")
        for widget in (self.task, self.copy, self.save):
            widget.setEnabled(table is not None)
        self.again.setEnabled(self.folder is not None)

    def _current(self) -> "Table | None":
        index = self.task.currentIndex()
        return self._tables[index] if 0 <= index < len(self._tables) else None

    def _copy(self) -> None:
        from interact_core.generate.evaluation.tables import markdown

        table = self._current()
        if table is not None:
            QGuiApplication.clipboard().setText(markdown(table))
            self._session.notice.emit(self.tr("The table is in the clipboard, as Markdown."))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("A folder with evaluated runs"), str(self.folder or ""))
        if name:
            self.choose(Path(name))

    def _save(self) -> None:
        from interact_core.formats.atomic import write_text
        from interact_core.generate.evaluation.tables import csv_text

        table = self._current()
        if table is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the table"), "leaderboard.csv", "CSV (*.csv)")
        if not name:
            return
        try:
            write_text(Path(name), csv_text(table))
        except InputError as error:
            self._session.failed.emit(self.tr("The table was not saved"), explain(error))


def _title(table: "Table") -> str:
    """Of the task, for people; the key behind it tells tables of one task apart."""
    task, _, key = table.title.partition(" ")
    return " ".join(filter(None, (TITLES.get(task, task), key)))  # type: ignore[call-overload]  # tasks of a later program too
