"""A part of a panel that somebody else puts together: it says how much there is in it and when it wants to be seen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Section(QWidget):
    """One column of controls without a scroll bar of its own."""

    count_changed = Signal(int)
    """How many things in it ask for attention."""
    wanted = Signal(QWidget)
    """This widget of it should be in view."""
    leave_wanted = Signal()
    """Back to the timeline."""

    def take_offer(self) -> bool:
        """Take over what is offered where the keyboard is; False where nothing is."""
        return False

    def want(self, widget: QWidget) -> None:
        """Have a widget of the section scrolled into view."""
        self.wanted.emit(widget)
