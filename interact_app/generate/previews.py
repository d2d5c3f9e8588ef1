"""The sample clips of a training run: listed while they are written, opened beside each other as the data set that they are."""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from interact_app.session import Session
from interact_app.widgets.buttons import describe
from interact_app.widgets.labels import muted_label

PREVIEWS: Final = "previews"
_DATASET: Final = "demo"
_CLIPS: Final = f"{_DATASET}/sequences_canonical"
_NAME: Final = re.compile(r"step_(\d+)")
_ROWS: Final = 5


class PreviewList(QWidget):
    """The newest first; Enter, a double click or the button opens one. The open project is left for the run's previews."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._folder = session, Path()
        self._wanted = ""
        self._words = muted_label(self.tr("Sample clips: few steps, no guidance, hands and feet not finished"), self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Sample clips of the training run, the newest first"))
        self.list.setMaximumHeight(_ROWS * (self.fontMetrics().height() + 8))
        self.open_button = QPushButton(self.tr("Open"), self)
        describe(self.open_button, self.tr("The chosen sample in the window, as a clip of the run's own folder"))
        self.open_button.clicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.list.currentRowChanged.connect(lambda row: self.open_button.setEnabled(row >= 0))
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.list)
        session.project_opened.connect(self._project_opened)
        self.setVisible(False)

    def watch(self, run: Path) -> None:
        self._folder = run / PREVIEWS
        self.list.clear()
        self.refresh()

    def refresh(self) -> None:
        """What came since the last time; what is chosen stays chosen."""
        found = {path.name: int(match[1]) for path in self._clips() if (match := _NAME.fullmatch(path.name))}
        shown = [self.list.item(k).data(Qt.ItemDataRole.UserRole) for k in range(self.list.count())]
        names = sorted(found, key=lambda name: -found[name])
        if names != shown:
            chosen = self.list.currentItem()
            before = chosen.data(Qt.ItemDataRole.UserRole) if chosen is not None else ""
            self.list.clear()
            for name in names:
                item = QListWidgetItem(self.tr("Step {0}").format(f"{found[name]:,}"), self.list)
                item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.setCurrentRow(names.index(before) if before in names else 0)
        self.setVisible(bool(names))

    # Inside

    def _clips(self) -> list[Path]:
        """Whole ones: the writer renames a folder into its place."""
        try:
            return list((self._folder / _CLIPS).iterdir())
        except OSError:
            return []

    def _open(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        self._wanted = f"{_DATASET}/{item.data(Qt.ItemDataRole.UserRole)}"
        if self._is_here():
            self._project_opened()
        else:
            self._session.open_project(self._folder)

    def _is_here(self) -> bool:
        project = self._session.project
        return project is not None and project.data == self._folder.resolve()

    def _project_opened(self) -> None:
        """Its list is read again first: a project knows the clips that were there when it was first opened."""
        session, wanted, project = self._session, self._wanted, self._session.project
        self._wanted = ""
        if not wanted or project is None or not self._is_here():
            return

        def show() -> None:
            if session.project is project:
                session.library_changed.emit()
                session.open_clip(wanted)

        def read() -> None:
            if not project.read_only:
                project.refresh_listing()

        session.jobs.quietly(read, show)
