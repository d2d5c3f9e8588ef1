"""The keyboard's way through the window: F6 from part to part, Tab from control to control inside a part.

Tab goes round inside its part, in the order in which one reads: going through sixty controls to reach the next panel helps
nobody, and a text that keeps Tab for itself cannot cut off what comes after it.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QToolBar, QWidget

from interact_app.window.panel_dock import PanelDock

if TYPE_CHECKING:
    from interact_app.window.main_window import MainWindow


class Regions:
    """The tool bar, the picture and every panel that is not hidden, also behind a tab or floating: going there brings it to
    the front."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def all(self) -> list[QWidget]:
        """From left to right, and from top to bottom where one is under the other."""
        docks = [dock for dock in self._window.docks.values() if not dock.isHidden()]
        centre = self._window.centralWidget()
        bars = [bar for bar in self._window.findChildren(QToolBar) if bar.isVisible()]
        parts: list[QWidget] = [*bars, *docks, *([centre] if centre is not None else [])]
        return sorted(parts, key=self._place)

    def go(self, step: int) -> None:
        """Put the keyboard where it was last in the next part."""
        parts = self.all()
        here = self._here(parts)
        start = here if here >= 0 else (-1 if step > 0 else 0)
        for count in range(1, len(parts) + 1):
            if self._enter(parts[(start + step * count) % len(parts)]):
                return

    def tab(self, forward: bool) -> bool:
        """The next control of the part that has the keyboard; False where none has it."""
        parts, focus = self.all(), QApplication.focusWidget()
        here = self._here(parts)
        if here < 0 or focus is None:
            return False
        stops = tab_stops(parts[here])
        if not stops:
            return False
        place = stops.index(focus) if focus in stops else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def _here(self, parts: list[QWidget]) -> int:
        focus = QApplication.focusWidget()
        return next((k for k, part in enumerate(parts) if focus is not None and _holds(part, focus)), -1)

    def _enter(self, part: QWidget) -> bool:
        if isinstance(part, QDockWidget):
            part.raise_()
        if part.window() is not self._window:
            part.window().activateWindow()
        inside = part.panel if isinstance(part, PanelDock) else part
        target = _target(inside)
        if target is None:
            return False
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _place(self, part: QWidget) -> tuple[bool, int, int, int]:
        tabs = list(self._window.docks.values())
        rank = tabs.index(part) if isinstance(part, PanelDock) else -1
        shown = self._shown_of(part)
        corner = shown.mapTo(self._window, QPoint()) if shown.window() is self._window else shown.pos()
        floating = isinstance(part, QDockWidget) and part.isFloating()
        below = part is self._window.docks.get("timeline")
        return isinstance(part, QToolBar) or floating or below, corner.x(), corner.y(), rank

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
    return next(iter(tab_stops(inside)), None)


def tab_stops(part: QWidget) -> list[QWidget]:
    """What takes the keyboard in there, line by line from the top, each line from the left."""
    stops = [widget for widget in (part, *part.findChildren(QWidget)) if _takes_keys(widget)]
    around = [widget for widget in stops if any(widget.isAncestorOf(other) for other in stops if other is not widget)]
    places = {widget: _rect_in(part, widget) for widget in stops if widget not in around}
    lines: list[list[QWidget]] = []
    for widget in sorted(places, key=lambda one: places[one].center().y()):
        line = lines[-1] if lines else []
        if line and _side_by_side(places[line[0]], places[widget]):
            line.append(widget)
        else:
            lines.append([widget])
    # A scrolled area takes keys too, to be scrolled: after what lies in it.
    return [*(widget for line in lines for widget in sorted(line, key=lambda one: places[one].left())), *around]


def _rect_in(part: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(part, QPoint()) if widget is not part else QPoint(), widget.size())


def _side_by_side(first: QRect, second: QRect) -> bool:
    """Whether their middles are within half the lower one's height of each other."""
    return abs(first.center().y() - second.center().y()) <= min(first.height(), second.height()) / 2


def _takes_keys(widget: QWidget) -> bool:
    stop = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return stop and widget.isEnabled() and widget.isVisible() and not _left_to_arrows(widget)


def _left_to_arrows(widget: QWidget) -> bool:
    """Of buttons that exclude each other one is a stop; the arrows go to the others, as Qt has it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() not in (None, widget)
