"""A dock that can be in its place before the panel in it is made."""

from collections.abc import Callable

from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QWidget

Panel = QWidget | Callable[[QWidget], QWidget]
"""The panel itself, or who makes it, given its parent."""


class PanelDock(QDockWidget):
    """A panel that is yet to be made is made when it is first seen or asked for: what nobody looks at delays no start."""

    def __init__(self, name: str, title: str, panel: Panel, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(f"dock.{name}")
        self._title, self._source = title, panel
        if isinstance(panel, QWidget):
            self.fill()
        else:
            self.visibilityChanged.connect(lambda seen: self.fill() if seen else None)

    @property
    def is_filled(self) -> bool:
        return self.widget() is not None

    @property
    def panel(self) -> QWidget:
        """What is in it, made now where it has to be."""
        self.fill()
        return self.widget()

    def fill(self) -> None:
        """Make the panel; nothing where it is there."""
        if not self.is_filled:
            panel = self._source if isinstance(self._source, QWidget) else self._source(self)
            _name(panel, self._title)
            self.setWidget(panel)


def _name(panel: QWidget, title: str) -> None:
    """A scrolled area takes the keyboard; a screen reader then says which panel it is."""
    for widget in (panel, *panel.findChildren(QScrollArea)):
        if not widget.accessibleName():
            widget.setAccessibleName(title)
