"""How far the day and the work are: words written, clips done."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interact_app.session import Session
from interact_app.widgets.labels import ElidedLabel
from interact_core.annotation.records import ReviewState
from interact_core.project import Project
from interact_core.project.project import default_author

_PAUSE_MS: Final = 1000
_FINISHED: Final[tuple[ReviewState, ...]] = ("done", "needs_review", "accepted")


@dataclass(frozen=True)
class Count:
    words: int
    finished_today: int
    done: int
    clips: int


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
        author = self._session.settings.annotation.author or default_author()
        found: list[Count] = []
        self._session.jobs.quietly(lambda: found.append(count(project, author)), lambda: self._show(found[0]))

    def _show(self, now: Count) -> None:
        goal = self._session.settings.annotation.words_goal
        words = f"{now.words}/{goal}" if goal else f"{now.words}"
        self._label.set_text(self.tr("{0} words · {1}/{2}").format(words, now.done, now.clips))
        told = [
            self.tr("{0} words written today, of {1} wanted").format(now.words, goal)
            if goal
            else self.tr("{0} words written today").format(now.words),
            self.tr("{0} clips finished today").format(now.finished_today),
            self.tr("{0} of {1} clips are done").format(now.done, now.clips),
        ]
        self._label.setToolTip("\n".join(told))
        self._label.setAccessibleName("; ".join(told))


def count(project: Project, author: str) -> Count:
    """Of the whole project, which for an annotator is the packet."""
    from interact_core.project.activity import today

    rows = project.library.search()
    now = today(project, author)
    return Count(now.words, now.finished, sum(row.state in _FINISHED for row in rows), len(rows))
