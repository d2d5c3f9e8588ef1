"""How far the clip is, as a chip with a menu. Shape and word tell it, the colour only repeats it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from interact_app.actions import ActionRegistry
from interact_app.session import Session
from interact_app.widgets.buttons import describe
from interact_app.widgets.review_state import SIGNS, state_title
from interact_core.annotation.records import REVIEW_STATES, ReviewState
from interact_core.annotation.review import set_state


class StateChip(QToolButton):
    """Shows the state of the open clip; its menu sets another one, as an edit that can be undone."""

    state_set = Signal()

    def __init__(self, session: Session, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        for state in REVIEW_STATES:
            dots = "…" if state == "rejected" else ""
            entry = menu.addAction(f"{SIGNS[state]}  {state_title(state)}{dots}", partial(self.choose, state))
            entry.setObjectName(f"state.{state}")
        self.setMenu(menu)
        session.annotations_changed.connect(lambda _: self.refresh())
        session.clip_opened.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        writing, project = self._session.writing, self._session.project
        state: ReviewState = writing.document.state if writing is not None else "todo"
        self.setText(f"{SIGNS[state]} {state_title(state)}")
        describe(self, self.tr("State of the clip: {0}").format(state_title(state)))
        self.setEnabled(writing is not None and project is not None and not project.read_only)

    def choose(self, state: ReviewState) -> None:
        """A rejection needs a reason and a place, which the review panel asks for."""
        writing = self._session.writing
        if writing is None:
            return
        if state == "rejected":
            self._actions.trigger("review.reject")
        else:
            writing.do(set_state(writing.document, state, writing.author))
        self.state_set.emit()
