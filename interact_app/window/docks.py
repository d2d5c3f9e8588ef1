"""Where the panels live: library left, figures and text right, time below."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

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
    "inspector": Place("Inspector", _RIGHT),
    "display": Place("Display", _RIGHT, tab_with="inspector"),
    "caption": Place("Caption", _RIGHT, below="inspector"),
    "timeline": Place("Timeline", _BOTTOM),
    "jobs": Place("Jobs", _RIGHT, tab_with="inspector", hidden=True),
}


def add_docks(window: QMainWindow, panels: dict[str, QWidget]) -> dict[str, QDockWidget]:
    """One dock per panel named in PLACES, in the default layout."""
    window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
    window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
    window.setDockNestingEnabled(True)
    docks = {name: _dock(window, name, panels[name]) for name in PLACES}
    arrange(window, docks)
    return docks


def arrange(window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
    """The default layout, also for going back to it."""
    for name, place in PLACES.items():
        dock = docks[name]
        dock.setFloating(False)
        window.addDockWidget(place.area, dock)
        if place.tab_with:
            window.tabifyDockWidget(docks[place.tab_with], dock)
        if place.below:
            window.splitDockWidget(docks[place.below], dock, Qt.Orientation.Vertical)
        dock.setVisible(not place.hidden)
    docks["inspector"].raise_()
    _share_space(window, docks)


def _share_space(window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
    """Widths and heights that leave the picture most of the window, from a laptop's up to a 4K screen's."""
    width, height = max(window.width(), 1024), max(window.height(), 700)
    left, right = min(340, round(width * 0.19)), min(420, round(width * 0.24))
    bottom = min(360, round(height * 0.28))
    caption = min(300, round(height * 0.30))
    window.resizeDocks([docks["library"], docks["inspector"]], [left, right], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["timeline"]], [bottom], Qt.Orientation.Vertical)
    window.resizeDocks([docks["inspector"], docks["caption"]], [height - caption - 90, caption], Qt.Orientation.Vertical)


def _dock(window: QMainWindow, name: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(PLACES[name].title, window)
    dock.setObjectName(f"dock.{name}")
    dock.setWidget(panel)
    return dock
