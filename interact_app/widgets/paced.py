"""For numbers that nobody reads thirty times a second."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

READABLE_MS: Final = 100
"""Faster than this, running numbers are only a flicker."""


class Paced(QObject):
    """`ask` calls `run` at once, then not for READABLE_MS; all that was asked for meanwhile is one call after that."""

    def __init__(self, run: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self._owed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READABLE_MS)
        self._timer.timeout.connect(self._settle)

    def ask(self) -> None:
        if self._timer.isActive():
            self._owed = True
        else:
            self._timer.start()
            self._run()

    def _settle(self) -> None:
        if self._owed:
            self._owed = False
            self.ask()
