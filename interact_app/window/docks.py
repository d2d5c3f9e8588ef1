"""Where the panels live: library left, figures and text right, time below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow, QToolBar, QWidget

from interact_app.window.panel_dock import Panel, PanelDock

KEPT_IN_FOCUS: Final = ("caption", "timeline")
"""Panels that focus mode leaves beside the picture: what writing needs."""
_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True)
class Place:
    """`tab_with` stacks it behind another panel, `below` puts it under another one."""

    title: str
    area: Qt.DockWidgetArea
    tab_with: str = ""
    below: str = ""
    hidden: bool = False


PLACES: Final[dict[str, Place]] = {
    "library": Place("Library", _LEFT),
    "queue": Place("Queue", _LEFT, tab_with="library"),
    "inspector": Place("Inspector", _RIGHT),
    "display": Place("Display", _RIGHT, tab_with="inspector"),
    "compare": Place("Compare", _RIGHT, tab_with="inspector", hidden=True),
    "caption": Place("Annotation", _RIGHT, below="inspector"),
    "review": Place("Review", _RIGHT, tab_with="inspector"),
    "augment": Place("Augment", _RIGHT, tab_with="inspector", hidden=True),
    "generate": Place("Generate", _RIGHT, tab_with="inspector", hidden=True),
    "versions": Place("Versions", _RIGHT, tab_with="inspector"),
    "timeline": Place("Timeline", _BOTTOM),
    "adjudication": Place("Adjudication", _BOTTOM, tab_with="timeline", hidden=True),
    "jobs": Place("Jobs", _RIGHT, tab_with="inspector", hidden=True),
}


def add_docks(window: QMainWindow, panels: Mapping[str, Panel]) -> dict[str, PanelDock]:
    """One dock per panel named in PLACES, in the default layout."""
    window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
    window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
    window.setDockNestingEnabled(True)
    docks = {name: _dock(window, name, panels[name]) for name in PLACES}
    arrange(window, docks)
    return docks


def arrange(window: QMainWindow, docks: Mapping[str, PanelDock]) -> None:
    """The default layout, also for going back to it."""
    for name, place in PLACES.items():
        docks[name].setFloating(False)
        window.addDockWidget(place.area, docks[name])
    # Splitting first: a dock that is split off a stack of tabs joins the stack instead.
    for name, place in PLACES.items():
        if place.below:
            window.splitDockWidget(docks[place.below], docks[name], Qt.Orientation.Vertical)
    for name, place in PLACES.items():
        if place.tab_with:
            window.tabifyDockWidget(docks[place.tab_with], docks[name])
        docks[name].setVisible(not place.hidden)
    for name in ("library", "inspector", "timeline"):
        docks[name].raise_()
    share_space(window, docks)


def share_space(window: QMainWindow, docks: Mapping[str, PanelDock]) -> None:
    """Widths and heights that leave the picture most of the window, from a laptop's up to a 4K screen's.

    Sizes are logical pixels and hold only once the window is shown: before, Qt has no geometry to share out.
    """
    width, height = window.width(), window.height()
    left, right = min(340, round(width * 0.185)), min(420, round(width * 0.245))
    bottom = min(480, round(height * 0.36))
    caption = min(760, round(height * 0.55))
    window.resizeDocks([docks["library"], docks["inspector"]], [left, right], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["timeline"]], [bottom], Qt.Orientation.Vertical)
    window.resizeDocks([docks["inspector"], docks["caption"]], [height - caption, caption], Qt.Orientation.Vertical)


def share_column(window: QMainWindow, docks: Mapping[str, PanelDock], name: str) -> None:
    """Two thirds of the right column to a panel in it, the rest to what stands above or below."""
    other = "inspector" if name == "caption" else "caption"
    column = docks[name].height() + docks[other].height()
    much = round(column * 0.66)
    window.resizeDocks([docks[name], docks[other]], [much, column - much], Qt.Orientation.Vertical)


def _dock(window: QMainWindow, name: str, panel: Panel) -> PanelDock:
    dock = PanelDock(name, PLACES[name].title, panel, window)
    if name == "timeline":
        # Its lanes and its transport bar say what it is; the height of a title is better spent on them.
        dock.setTitleBarWidget(QWidget(dock))
    return dock


class FocusMode:
    """Puts everything away that writing does not need, and brings back exactly what was there: places, sizes, tabs."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._before: QByteArray | None = None

    @property
    def on(self) -> bool:
        return self._before is not None

    def layout(self, version: int) -> QByteArray:
        """What to remember between runs: the layout outside of focus mode."""
        return self._window.saveState(version) if self._before is None else self._before

    def turn(self, on: bool, version: int, docks: Mapping[str, PanelDock]) -> None:
        if on == self.on:
            return
        if on:
            self._before = self._window.saveState(version)
            for name, dock in docks.items():
                dock.setVisible(name in KEPT_IN_FOCUS)
            for bar in self._window.findChildren(QToolBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
                bar.hide()
        else:
            before, self._before = self._before, None
            assert before is not None
            self._window.restoreState(before, version)

    def forget(self) -> None:
        """Somebody else has arranged the window."""
        self._before = None
