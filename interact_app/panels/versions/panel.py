"""Versions of the open clip: where they come from, what they changed, which one counts, and what they cost on the disk."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.versions.figures import VersionFigures
from interact_app.panels.versions.tree import VersionTree
from interact_app.session import Session
from interact_app.widgets.labels import ElidedLabel
from interact_app.widgets.placeholder import Placeholder

if TYPE_CHECKING:
    from interact_core.project import Version


class VersionsPanel(QWidget):
    """Shows `session.versions` of the open clip. `refine` opens the dialog that makes a new one."""

    def __init__(
        self, session: Session, clock: Clock, actions: ActionRegistry, refine: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._clock, self._versions = session, clock, session.versions
        self._chosen: Version | None = None
        self.tree = VersionTree(self)
        self._figures = VersionFigures(self)
        self._use = ElidedLabel("", self)
        self._placeholder = Placeholder(self)
        self._stack = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._build_buttons(refine))
        column.addWidget(self._build_body(), 1)
        column.addLayout(self._build_foot())
        self.tree.chosen.connect(self._choose)
        self.tree.opened.connect(self._open)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(lambda at: self._menu().exec(self.tree.viewport().mapToGlobal(at)))
        session.clip_opening.connect(lambda _clip_id: self.refresh())
        session.clip_opened.connect(self.refresh)
        self._versions.changed.connect(lambda clip_id: self.refresh() if clip_id in ("", session.clip_id) else self._show_use())
        self._versions.shown_changed.connect(lambda _version_id: self.refresh())
        self.refresh()

    def _build_buttons(self, refine: Callable[[], object]) -> QHBoxLayout:
        self.refine_button = self._button(self.tr("Refine…"), self.tr("Repair this clip; the result is a new version"), refine)
        self.open_button = self._button(self.tr("Open"), self.tr("Show this version in the window"), self.open_chosen)
        self.accept_button = self._button(
            self.tr("Accept"), self.tr("This is the version that counts"), lambda: self._decide("accepted")
        )
        self.reject_button = self._button(
            self.tr("Reject"), self.tr("Not good enough; it stays in the list"), lambda: self._decide("rejected")
        )
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        for button in (self.refine_button, self.open_button, self.accept_button, self.reject_button):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, text: str, tip: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.clicked.connect(lambda: slot())
        return button

    def _build_body(self) -> QStackedWidget:
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.tree)
        split.addWidget(self._figures)
        split.setSizes([110, 220])
        split.setChildrenCollapsible(False)
        self._stack.addWidget(self._placeholder)
        self._stack.addWidget(split)
        return self._stack

    def _build_foot(self) -> QVBoxLayout:
        self.export_button = self._button(
            self.tr("Export…"), self.tr("Write this version as a corrected InterAct data set"), self._export
        )
        self.delete_button = self._button(self.tr("Delete"), self.tr("Into the trash"), self._delete)
        self.undelete_button = self._button(
            self.tr("Undo delete"), self.tr("The version that was deleted last comes back"), self._versions.undelete
        )
        row = QHBoxLayout()
        for button in (self.export_button, self.delete_button, self.undelete_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout()
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(2)
        column.addWidget(self._use)
        column.addLayout(row)
        return column

    # What is shown

    def refresh(self) -> None:
        """Read the list again; the chosen version stays chosen."""
        from interact_core.project import lineage

        clip_id = self._session.clip_id
        current = self._chosen.id if self._chosen is not None and self._chosen.clip_id == clip_id else ""
        shown = self._versions.shown(clip_id)
        everything = self._versions.of(clip_id, deleted=True)
        alive = [version for version in everything if not version.deleted]
        self.tree.show_lineage(lineage(everything), shown, current or shown)
        self._stack.setCurrentIndex(1 if alive else 0)
        if clip_id:
            self._placeholder.say(
                self.tr("Only the source"), self.tr("Refining, augmenting and mixing make versions; the data stays as it is.")
            )
        else:
            self._placeholder.say(self.tr("No clip is open"), self.tr("Versions of the open clip appear here."))
        self._show_use()

    def _show_use(self) -> None:
        project = self._session.project
        if project is None:
            self._use.set_text("")
            return
        use, here = project.versions.disk_use(), project.versions.disk_use(self._session.clip_id)
        text = self.tr("{0} here, {1} in the project").format(size_text(here.kept), size_text(use.kept))
        self._use.set_text(text + (self.tr(", {0} in the trash").format(size_text(use.trash)) if use.trash else ""))
        self._show_buttons()

    def _show_buttons(self) -> None:
        version, project = self._chosen, self._session.project
        writable = project is not None and not project.read_only
        whole = version is not None and not version.problem
        self.refine_button.setEnabled(writable and bool(self._session.clip_id))
        shown = self._versions.shown(self._session.clip_id)
        self.open_button.setEnabled((version is None or whole) and shown != (version.id if version else "") and bool(project))
        self.accept_button.setEnabled(writable and whole)
        self.reject_button.setEnabled(writable and whole)
        self.accept_button.setText(self.tr("Not accepted") if version and version.state == "accepted" else self.tr("Accept"))
        self.reject_button.setText(self.tr("Not rejected") if version and version.state == "rejected" else self.tr("Reject"))
        self.export_button.setEnabled(whole)
        self.delete_button.setEnabled(writable and version is not None)
        self.undelete_button.setEnabled(writable and self._versions.can_undelete)

    # What is done

    def _choose(self, version: "Version | None") -> None:
        self._chosen = version
        self._figures.show_version(version)
        self._show_buttons()

    def open_chosen(self) -> None:
        """Show the chosen version at the frame that is shown now."""
        self._open(self._chosen)

    def _open(self, version: "Version | None") -> None:
        if version is not None and version.problem:
            return
        frame = self._clock.frame
        self._versions.show(self._session.clip_id, version.id if version else "")

        def back() -> None:
            self._session.clip_opened.disconnect(back)
            self._clock.set_frame(frame)

        if self._session.posed is None:  # it is being read
            self._session.clip_opened.connect(back)

    def _decide(self, state: str) -> None:
        if self._chosen is not None:
            self._versions.decide(self._chosen, "candidate" if self._chosen.state == state else state)  # type: ignore[arg-type]

    def _delete(self) -> None:
        if self._chosen is not None:
            self._versions.delete(self._chosen)

    def _export(self) -> None:
        if self._chosen is None:
            return
        folder = QFileDialog.getExistingDirectory(self, self.tr("Export as a corrected InterAct data set into"))
        if folder:
            self._versions.export(self._chosen, Path(folder))

    def _menu(self) -> QMenu:
        """The buttons once more, where the hand is."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (self.open_button, self.accept_button, self.reject_button, self.export_button, self.delete_button):
            entry = menu.addAction(button.text(), button.click)
            entry.setEnabled(button.isEnabled())
        menu.addSeparator()
        menu.addAction(self.tr("Undo delete"), self._versions.undelete).setEnabled(self._versions.can_undelete)
        menu.addAction(self.tr("Empty the trash"), self._versions.empty_trash)
        return menu

    def sizeHint(self) -> QSize:
        return QSize(380, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)


def size_text(size: int) -> str:
    """1.4 MB; thousands, as file managers show them."""
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f}\u2009{unit}" if unit == "B" or value >= 100 else f"{value:.1f}\u2009{unit}"
