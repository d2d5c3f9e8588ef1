"""The dock that a panel lies in, wherever the user has put it."""

from PySide6.QtWidgets import QDockWidget, QWidget


def dock_of(widget: QWidget) -> QDockWidget | None:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QDockWidget):
        parent = parent.parentWidget()
    return parent


def reveal(widget: QWidget) -> None:
    """Bring the dock that holds the panel to the front."""
    dock = dock_of(widget)
    if dock is not None:
        dock.show()
        dock.raise_()
