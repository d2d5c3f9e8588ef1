"""How far the clip is, as a chip with a menu. Shape and word tell it, the colour only repeats it."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from interact_app.session import Session
from interact_app.widgets.buttons import describe
from interact_core.annotation.records import REVIEW_STATES, ReviewState
from interact_core.annotation.review import reject, set_state

_SIGNS: Final[dict[ReviewState, str]] = {
    "todo": "○", "working": "◐", "done": "●", "needs_review": "?", "accepted": "✓", "rejected": "✕",
}  # fmt: skip


class StateChip(QToolButton):
    """Shows the state of the open clip; its menu sets another one, as an edit that can be undone."""

    state_set = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._titles: dict[ReviewState, str] = {
            "todo": self.tr("To do"), "working": self.tr("In work"), "done": self.tr("Done"),
            "needs_review": self.tr("Needs review"), "accepted": self.tr("Accepted"), "rejected": self.tr("Rejected"),
        }  # fmt: skip
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        for state in REVIEW_STATES:
            dots = "…" if state == "rejected" else ""
            entry = menu.addAction(f"{_SIGNS[state]}  {self._titles[state]}{dots}", partial(self.choose, state))
            entry.setObjectName(f"state.{state}")
        self.setMenu(menu)
        session.annotations_changed.connect(lambda _: self.refresh())
        session.clip_opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        writing, project = self._session.writing, self._session.project
        state: ReviewState = writing.document.state if writing is not None else "todo"
        self.setText(f"{_SIGNS[state]} {self._titles[state]}")
        describe(self, self.tr("State of the clip: {0}").format(self._titles[state]))
        self.setEnabled(writing is not None and project is not None and not project.read_only)

    def choose(self, state: ReviewState) -> None:
        """A rejection asks for its reason: without one nobody can act on it."""
        writing = self._session.writing
        if writing is None:
            return
        if state == "rejected":
            reason, agreed = QInputDialog.getText(self, self.tr("Reject the clip"), self.tr("What has to be done again?"))
            if agreed and reason.strip():
                writing.do(reject(writing.document, reason.strip(), writing.author))
        else:
            writing.do(set_state(writing.document, state, writing.author))
        self.state_set.emit()
