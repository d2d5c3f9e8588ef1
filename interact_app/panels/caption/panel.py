"""The annotation panel: captions, segments, findings in one column; below them what is stored and how far the clip is."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.actions.captions import CaptionDoors, caption_actions
from interact_app.clock import Clock
from interact_app.panels.caption.captions import CaptionSection
from interact_app.panels.caption.progress import Progress
from interact_app.panels.caption.saved_state import SavedState
from interact_app.panels.caption.sections import SectionColumn
from interact_app.panels.caption.state_chip import StateChip
from interact_app.session import Session
from interact_app.widgets.docks import dock_of, reveal
from interact_app.widgets.placeholder import Placeholder
from interact_app.widgets.section import Section
from interact_core.annotation.review import set_state


class AnnotationPanel(QStackedWidget):
    """`more` are the sections that other panels make; they come below the captions, under their titles."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        actions: ActionRegistry,
        more: Sequence[tuple[str, Section]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self._placeholder = Placeholder(self)
        self._placeholder.say(self.tr("No clip is open"), self.tr("Its captions and segments are written here."))
        self.captions = CaptionSection(session, actions, self)
        self.column = SectionColumn([(self.tr("Captions"), self.captions), *more], self)
        for section in self.column.sections:
            section.leave_wanted.connect(self.leave)
        self.saved = SavedState(session, self)
        self.progress = Progress(session, self)
        self.state = StateChip(session, actions, self)
        self.addWidget(self._placeholder)
        self.addWidget(self._content())
        session.annotations_changed.connect(lambda _: self._edited())
        session.clip_opened.connect(self.refresh)
        session.advice.words_changed.connect(self._show_badge)
        doors = CaptionDoors(
            write=self.focus_caption,
            add=self.captions.add,
            take_offer=self.take_offer,
            zoom=self.captions.zoom,
            done_and_next=self.done_and_next,
        )
        actions.extend(caption_actions(session, doors))
        self.refresh()

    def _content(self) -> QWidget:
        content = QWidget(self)
        footer = QHBoxLayout()
        footer.setContentsMargins(10, 2, 8, 5)
        footer.setSpacing(6)
        footer.addWidget(self.saved)
        footer.addWidget(self.progress, 1)
        footer.addWidget(self.state)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.column, 1)
        column.addLayout(footer)
        return content

    def refresh(self) -> None:
        self.setCurrentIndex(0 if self._session.writing is None else 1)

    def _edited(self) -> None:
        self.refresh()
        writing = self._session.writing
        if writing is not None and writing.touched:
            self.saved.watch()

    def _show_badge(self) -> None:
        dock, count = dock_of(self), len(self._session.advice.findings)
        if dock is not None:
            title = dock.windowTitle().partition(" · ")[0]
            dock.setWindowTitle(f"{title} · {count}" if count else title)

    # Keys

    def focus_caption(self) -> None:
        """To the first caption that is still empty, or to the first one; from a caption to the next."""
        here = self.captions.here
        if here is not None:
            self.captions.step(here, 1)
            return
        wanted = self.captions.first_wanted()
        if wanted is not None:
            reveal(self)
            self.captions.focus(wanted)

    def take_offer(self) -> None:
        """Of the part that has the keyboard; else the draft of the first empty caption."""
        focused = self.focusWidget()
        here = next((one for one in self.column.sections if focused is not None and one.isAncestorOf(focused)), None)
        reveal(self)
        (here or self.captions).take_offer()

    def done_and_next(self) -> None:
        """The clip is done; on to the next one. The next one's caption takes the keyboard if this one's had it."""
        writing = self._session.writing
        if writing is None:
            return
        typing = self.captions.here is not None
        before = self._session.clip_id
        writing.undo_stack.seal()
        writing.do(set_state(writing.document, "done", writing.author))
        self.leave()
        self._actions.trigger("clip.next")
        if typing and self._session.clip_id != before:
            self.focus_caption()

    def leave(self) -> None:
        """The keys belong to the timeline again. What was typed is stored already; the next edit is a new undo step."""
        self.captions.seal()
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def sizeHint(self) -> QSize:
        return QSize(310, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)
