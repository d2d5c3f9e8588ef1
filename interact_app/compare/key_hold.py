"""A key that does something for as long as it is down: Qt's shortcuts only tell that it went down."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

_ENDS = (QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate, QEvent.Type.MouseButtonPress)


class KeyHold(QObject):
    """`begin` on the shortcut; `released` when any key comes up, the mouse is pressed or the window is left."""

    def __init__(self, pressed: Callable[[], object], released: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._pressed, self._released = pressed, released
        self._down = False

    def begin(self) -> None:
        app = QApplication.instance()
        if not self._down and app is not None:
            self._down = True
            app.installEventFilter(self)
            self._pressed()

    def end(self) -> None:
        app = QApplication.instance()
        if self._down and app is not None:
            self._down = False
            app.removeEventFilter(self)
            self._released()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        up = event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat()
        if up or event.type() in _ENDS:
            self.end()
        return False
