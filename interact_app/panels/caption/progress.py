"""How far the work is: clips that are done."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interact_app.session import Session
from interact_app.widgets.labels import ElidedLabel
from interact_core.annotation.records import ReviewState

_PAUSE_MS: Final = 700
_FINISHED: Final[tuple[ReviewState, ...]] = ("done", "needs_review", "accepted")


class Progress(QWidget):
    """Counted off the window's thread, a moment after the last edit."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._label = ElidedLabel("", self, align=Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._count)
        for signal in (session.project_opened, session.library_changed, session.settings_changed):
            signal.connect(self._timer.start)
        session.annotations_changed.connect(lambda _: self._timer.start())

    def text(self) -> str:
        return self._label.text()

    def _count(self) -> None:
        project = self._session.project
        if project is None:
            self._label.set_text("")
            return
        found: list[tuple[int, int]] = []

        def work() -> None:
            rows = project.library.search()
            found.append((sum(row.state in _FINISHED for row in rows), len(rows)))

        self._session.jobs.quietly(work, lambda: self._show(*found[0]))

    def _show(self, done: int, total: int) -> None:
        self._label.set_text(self.tr("{0} of {1} done").format(done, total))
        self._label.setToolTip(self.tr("{0} of {1} clips are done").format(done, total))
