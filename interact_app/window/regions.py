"""F6: the keyboard goes from part to part of the window, in the order in which the parts are read."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

if TYPE_CHECKING:
    from interact_app.window.main_window import MainWindow


class Regions:
    """The picture and every panel that is not hidden, also behind a tab or floating: going there brings it to the front."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def all(self) -> list[QWidget]:
        """From left to right, and from top to bottom where one is under the other."""
        docks = [dock for dock in self._window.docks.values() if not dock.isHidden()]
        centre = self._window.centralWidget()
        parts: list[QWidget] = [*docks, *([centre] if centre is not None else [])]
        return sorted(parts, key=self._place)

    def go(self, step: int) -> None:
        """Put the keyboard where it was last in the next part."""
        parts = self.all()
        focus = QApplication.focusWidget()
        here = next((k for k, part in enumerate(parts) if focus is not None and _holds(part, focus)), -1)
        start = here if here >= 0 else (-1 if step > 0 else 0)
        for count in range(1, len(parts) + 1):
            part = parts[(start + step * count) % len(parts)]
            if self._enter(part):
                return

    def _enter(self, part: QWidget) -> bool:
        if isinstance(part, QDockWidget):
            part.raise_()
        if part.window() is not self._window:
            part.window().activateWindow()
        inside = part.widget() if isinstance(part, QDockWidget) else part
        target = _target(inside)
        if target is None:
            return False
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _place(self, part: QWidget) -> tuple[bool, int, int, int]:
        tabs = list(self._window.docks.values())
        rank = tabs.index(part) if isinstance(part, QDockWidget) else -1
        shown = self._shown_of(part)
        corner = shown.mapTo(self._window, QPoint()) if shown.window() is self._window else shown.pos()
        floating = isinstance(part, QDockWidget) and part.isFloating()
        below = part is self._window.docks.get("timeline")
        return floating or below, corner.x(), corner.y(), rank

    def _shown_of(self, part: QWidget) -> QWidget:
        """A panel behind a tab has no place of its own: that of the one in front counts."""
        if isinstance(part, QDockWidget):
            for other in (part, *self._window.tabifiedDockWidgets(part)):
                if not other.visibleRegion().isEmpty():
                    return other
        return part


def _holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def _target(inside: QWidget) -> QWidget | None:
    """Where the keyboard was in there, else the first place that takes it."""
    last = inside.focusWidget()
    if last is not None and _takes_keys(last):
        return last
    if _takes_keys(inside):
        return inside
    # Tab's own order, which starts at the panel and goes round the whole window.
    widget = inside.nextInFocusChain()
    while widget is not None and widget is not inside:
        if inside.isAncestorOf(widget) and _takes_keys(widget):
            return widget
        widget = widget.nextInFocusChain()
    return None


def _takes_keys(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and not widget.isHidden()
