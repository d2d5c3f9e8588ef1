"""Where the keyboard is, seen at a glance: a ring around whatever was reached by it.

Styles draw the focus of text fields well, of buttons faintly and of painted widgets not at all. A click shows no ring:
whoever clicks knows where.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

_TEXT: Final = (QLineEdit, QPlainTextEdit, QTextEdit)
"""They have a frame in the accent's colour and a cursor."""
_MOVES: Final = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
_WIDTH: Final = 2


class FocusRing(QWidget):
    """Lies over the window, takes no mouse and no focus, and follows the widget it marks.

    `by_keyboard` tells whether a widget that just got the focus was reached by a key.
    """

    def __init__(self, window: QMainWindow, by_keyboard: Callable[[QWidget], bool]) -> None:
        super().__init__(window)
        self.setObjectName("focus.ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._window, self._by_keyboard = window, by_keyboard
        self._marked: QWidget | None = None
        self._watched: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    @property
    def marked(self) -> QWidget | None:
        """What the ring is around."""
        return self._marked if self.isVisible() else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._follow()
        elif event.type() == QEvent.Type.MouseButtonPress and watched is self._marked:
            self.hide()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._let_go()
        if new is None or new.window() is not self._window or isinstance(new, _TEXT) or not self._by_keyboard(new):
            return
        self._marked = new
        # What it lies in moves it too: a list that is scrolled, a dock that is made smaller.
        widget: QWidget | None = new
        while widget is not None and widget is not self._window:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        new.destroyed.connect(self._let_go)
        self.show()
        self._follow()

    def _let_go(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        self._marked = None
        self.hide()

    def _follow(self) -> None:
        if self._marked is None or not isValid(self._marked) or self.isHidden():
            return
        visible = self._marked.visibleRegion().boundingRect()
        place = QRect(self._marked.mapTo(self._window, visible.topLeft()), visible.size())
        self.setGeometry(place.adjusted(-1, -1, 1, 1).intersected(self._window.rect()))
        self.raise_()
