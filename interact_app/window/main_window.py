"""The frame around everything. It holds no state of the work: that is the session's."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QToolBar, QWidget

from interact_app.actions import Action, ActionRegistry
from interact_app.bridge.jobs import JobQueue
from interact_app.window.docks import PLACES, FocusMode, add_docks, arrange, share_column, share_space
from interact_app.window.job_status import JobStatus
from interact_app.window.menus import Menus, make_tool_bar
from interact_app.window.panel_dock import Panel, PanelDock
from interact_app.window.regions import Regions

_LAYOUT_VERSION: Final = 4
"""Counted up when docks come or go: an older layout is then left alone."""
_NOTICE_MS: Final = 8000
_BETWEEN_PANELS_MS: Final = 100
"""Long enough for a few frames of a clip that plays."""


class MainWindow(QMainWindow):
    """`may_close` is asked before the window goes; `closed` is sent once it does."""

    closed = Signal()
    appeared = Signal()
    """Once, when the window has painted itself for the first time."""
    path_dropped = Signal(str)

    def __init__(self, registry: ActionRegistry, jobs: JobQueue, store: QSettings, may_close: Callable[[], bool]) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("InterAct Studio")
        self.setAcceptDrops(True)
        self.setUnifiedTitleAndToolBarOnMac(True)
        self._registry, self._store, self._may_close = registry, store, may_close
        self.menus = Menus(self, registry)
        self.docks: dict[str, PanelDock] = {}
        self._focus_mode = FocusMode(self)
        self.regions = Regions(self)
        self._placed = False
        self._appeared = False
        self.message = QLabel(self)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.job_status = JobStatus(jobs, self)
        self.job_status.opened.connect(lambda: self.show_panel("jobs"))
        self.statusBar().addWidget(self.message, 1)
        self.statusBar().addPermanentWidget(self.job_status)
        self.statusBar().setSizeGripEnabled(False)
        self.resize(default_size())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._appeared:
            self._appeared = True
            # After this painting has reached the screen: what listens here may take a while.
            QTimer.singleShot(0, self.appeared.emit)

    def set_content(self, viewport: QWidget, panels: Mapping[str, Panel]) -> None:
        """The 3D view and the panels by the names of PLACES; then the layout of the last run."""
        self.setCentralWidget(viewport)
        self.docks = add_docks(self, panels)
        self._registry.extend(self._panel_actions())
        make_tool_bar(self, self._registry)
        self._restore()

    def make_panels(self) -> None:
        """Those that nobody has seen yet, one after the other, so that opening one later takes no time."""
        waiting = next((dock for dock in self.docks.values() if not dock.is_filled), None)
        if waiting is not None and self.isVisible():
            waiting.fill()
            QTimer.singleShot(_BETWEEN_PANELS_MS, self, self.make_panels)

    def show_panel(self, name: str) -> None:
        dock = self.docks[name]
        dock.show()
        dock.raise_()

    def give_room(self, name: str) -> None:
        """Show a panel of the right column, and give it most of that column."""
        self.show_panel(name)
        share_column(self, self.docks, name)

    def say(self, text: str) -> None:
        """One sentence in the status bar; it goes away by itself."""
        self.statusBar().showMessage(text, _NOTICE_MS)

    def reset_layout(self) -> None:
        self._focus_mode.forget()
        for bar in self.findChildren(QToolBar):
            bar.show()
        arrange(self, self.docks)

    @property
    def in_focus_mode(self) -> bool:
        return self._focus_mode.on

    def set_focus_mode(self, on: bool) -> None:
        """Only picture, timeline and caption; off brings back the layout from before."""
        self._focus_mode.turn(on, _LAYOUT_VERSION, self.docks)

    def set_full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            share_space(self, self.docks)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab, whoever has the keyboard."""
        return self.regions.tab(forward) or super().focusNextPrevChild(forward)

    # Remembered between runs

    def _restore(self) -> None:
        if self._store.value("window/layout_version", 0, int) != _LAYOUT_VERSION:
            return
        geometry, state = self._store.value("window/geometry"), self._store.value("window/state")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self._placed = self.restoreState(state, _LAYOUT_VERSION)

    def save_layout(self) -> None:
        self._store.setValue("window/layout_version", _LAYOUT_VERSION)
        self._store.setValue("window/geometry", self.saveGeometry())
        self._store.setValue("window/state", self._focus_mode.layout(_LAYOUT_VERSION))

    def _panel_actions(self) -> list[Action]:
        return [self._panel_action(name, place.title) for name, place in PLACES.items()]

    def _panel_action(self, name: str, title: str) -> Action:
        return Action(
            f"panel.{name}",
            title,
            lambda on: self.show_panel(name) if on else self.docks[name].hide(),
            menu="View/Panels",
            tooltip=f"Show or hide the panel: {title}",
            checkable=True,
            checked=lambda: not self.docks[name].isHidden(),
        )

    # Events

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self.save_layout()
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.path_dropped.emit(paths[0])


def default_size() -> QSize:
    """Most of the screen, but no larger than what panels and picture have a use for."""
    screen = QGuiApplication.primaryScreen()
    available = screen.availableGeometry().size() if screen else QSize(1280, 800)
    return QSize(min(2560, round(available.width() * 0.96)), min(1440, round(available.height() * 0.94)))


def existing(path: str) -> Path | None:
    """A dropped or remembered path that is really there."""
    found = Path(path)
    return found if path and found.exists() else None
