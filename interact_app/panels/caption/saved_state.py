"""Says truthfully whether what was typed is on disk: asks the project until it is, and tells why where it is not."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interact_app.session import Session
from interact_app.widgets.labels import ElidedLabel

_POLL_MS: Final = 80


class SavedState(QWidget):
    """ "Saving …", "Saved 14:03:12", "Not saved: why", or "Read only"."""

    _troubled = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reason = ""
        self._label = ElidedLabel("", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        self._label.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.tr("Saved {0}").format("00:00:00")) + 2)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._look)
        # The journal speaks on its own thread; a signal of this object brings its words into the window's.
        self._troubled.connect(self._take_trouble)
        session.project_opened.connect(self._project_opened)
        if session.project is not None:
            self._project_opened()

    def text(self) -> str:
        return self._label.text()

    def watch(self) -> None:
        """Something was typed."""
        if self._session.project is not None and not self._session.project.read_only:
            self._say(self.tr("Saving …") if not self._reason else self.tr("Not saved: {0}").format(self._reason))
            self._timer.start()

    def _project_opened(self) -> None:
        project = self._session.project
        self._reason = ""
        if project is None:
            self._say("")
            return
        project.trouble.connect(self._troubled.emit)
        self._say(self.tr("Read only: the project is open in another window") if project.read_only else "")

    def _look(self) -> None:
        project = self._session.project
        if project is None:
            self._timer.stop()
        elif project.unsaved == 0:
            self._timer.stop()
            self._reason = ""
            self._say(self.tr("Saved {0}").format(f"{datetime.now():%H:%M:%S}"))

    def _take_trouble(self, error: object) -> None:
        self._reason = "" if error is None else str(error)
        if self._reason:
            self._say(self.tr("⚠ Not saved: {0}").format(self._reason))
            self._timer.start()

    def _say(self, text: str) -> None:
        self._label.set_text(text)
