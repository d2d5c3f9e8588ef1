"""Writing about the clip. What is typed goes to the project with every key; there is nothing to save."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from interact_app.actions import Action, ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.caption.field import CaptionField
from interact_app.panels.caption.saved_state import SavedState
from interact_app.panels.caption.slots import VARIANTS, CaptionSlot, frames_text, free_variant, slots_of, source_text
from interact_app.session import Session
from interact_app.widgets.placeholder import Placeholder
from interact_core.annotation import CaptionRecord
from interact_core.annotation.captions import add_caption, remove_caption
from interact_core.clip import Caption


class CaptionPanel(QStackedWidget):
    """Shows `session.writing` and writes through the session; holds no text of its own."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._fields: dict[str, CaptionField] = {}
        self._slots: dict[str, CaptionSlot] = {}
        self._placeholder = Placeholder(self)
        self._placeholder.say(self.tr("No clip is open"), self.tr("Its captions are written here."))
        self.addWidget(self._placeholder)
        self.addWidget(self._build_content())
        session.annotations_changed.connect(lambda _: self.refresh())
        session.clip_opened.connect(self.refresh)
        session.settings_changed.connect(self._apply_font)
        actions.add(
            Action(
                "caption.edit",
                "Write the caption",
                self.focus_caption,
                ("F2",),
                "Edit",
                "Go to the caption; Ctrl+Enter or Esc leaves it, Tab goes to the next one",
                "caption",
                text_field_safe=True,
                enabled=lambda: session.writing is not None,
            )
        )
        self.refresh()

    def _build_content(self) -> QWidget:
        content = QWidget(self)
        inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(10, 6, 10, 6)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self._scroll = scroll
        self.saved = SavedState(self._session, self)
        self._add = QPushButton(self.tr("Add caption"), self)
        self._add.setToolTip(self.tr("One caption more than the three variants"))
        self._add.clicked.connect(self.add_caption)
        footer = QHBoxLayout()
        footer.setContentsMargins(10, 0, 10, 6)
        footer.addWidget(self.saved, 1)
        footer.addWidget(self._add)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(scroll, 1)
        column.addLayout(footer)
        return content

    # Showing

    def refresh(self) -> None:
        """Take over the captions as they are now."""
        writing = self._session.writing
        self.setCurrentIndex(0 if writing is None else 1)
        if writing is None:
            return
        slots = slots_of(writing.document.captions)
        self._match_fields(slots)
        project = self._session.project
        read_only = project is None or project.read_only
        source = self._session.clip.captions if self._session.clip is not None else ()
        for slot in slots:
            field = self._fields[slot.key]
            field.show_text(slot.text, source_text(slot.record, source), frames_text(slot.record))
            field.set_read_only(read_only)
        self._add.setEnabled(not read_only)

    def _match_fields(self, slots: tuple[CaptionSlot, ...]) -> None:
        """A field for every slot, in order; fields that stay keep cursor, focus and their own undo."""
        self._slots = {slot.key: slot for slot in slots}
        for gone in self._fields.keys() - self._slots.keys():
            field = self._fields.pop(gone)
            self._column.removeWidget(field)
            field.deleteLater()
        for place, slot in enumerate(slots):
            if slot.key not in self._fields:
                self._fields[slot.key] = self._make_field(slot, place)
            if self._column.indexOf(self._fields[slot.key]) != place:
                self._column.insertWidget(place, self._fields[slot.key])

    def _make_field(self, slot: CaptionSlot, place: int) -> CaptionField:
        titles = {"natural": self.tr("Natural"), "change": self.tr("Other words"), "shorten": self.tr("Short")}
        hints = {
            "natural": self.tr("What happens, with which hand and which object"),
            "change": self.tr("The same, in other words"),
            "shorten": self.tr("The same, in a few words"),
        }
        is_main = slot.key in VARIANTS
        title = titles[slot.key] if is_main else titles.get(slot.variant, self.tr("Caption {0}").format(place + 1))
        hint = hints.get(slot.key, self.tr("Another description"))
        field = CaptionField(self, title, hint, min_lines=2 if slot.key == "natural" else 1, removable=not is_main)
        field.edited.connect(partial(self._write, slot.key))
        field.remove_wanted.connect(partial(self._remove, slot.key))
        field.edit.next_wanted.connect(partial(self._step, slot.key))
        field.edit.leave_wanted.connect(self._leave)
        self._apply_font_to(field)
        return field

    def _apply_font(self) -> None:
        for field in self._fields.values():
            self._apply_font_to(field)

    def _apply_font_to(self, field: CaptionField) -> None:
        font = field.edit.font()
        font.setPointSize(self._session.settings.annotation.caption_font_size)
        field.edit.setFont(font)

    # Writing

    def _write(self, key: str, text: str) -> None:
        self._session.write_caption(self._slots[key].which, text)
        self.saved.watch()

    def add_caption(self) -> None:
        """An empty caption at the end, ready to be typed into."""
        writing = self._session.writing
        if writing is None:
            return
        record = CaptionRecord.new(Caption("", free_variant(writing.document.captions)))
        writing.do(add_caption(writing.document, record))
        self.saved.watch()
        self._focus(record.uid)

    def _remove(self, key: str) -> None:
        writing, record = self._session.writing, self._slots[key].record
        if writing is not None and record is not None:
            writing.do(remove_caption(writing.document, record.uid))
            self.saved.watch()

    # Keys

    def focus_caption(self) -> None:
        """To the first caption that is still empty, or to the first one; from a caption to the next."""
        if not self._fields:
            return
        self._reveal()
        keys = list(self._slots)
        here = next((key for key in keys if self._fields[key].edit.hasFocus()), None)
        if here is not None:
            self._step(here, 1)
            return
        self._focus(next((key for key in keys if not self._fields[key].text.strip()), keys[0]))

    def _step(self, key: str, direction: int) -> None:
        keys = list(self._slots)
        self._focus(keys[(keys.index(key) + direction) % len(keys)])

    def _focus(self, key: str) -> None:
        field = self._fields[key]
        field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(field)

    def _leave(self) -> None:
        """The keys belong to the timeline again. What was typed is stored already; the next edit is a new undo step."""
        writing = self._session.writing
        if writing is not None:
            writing.undo_stack.seal()
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def _reveal(self) -> None:
        """Bring the dock that holds the panel to the front."""
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QDockWidget):
            parent = parent.parentWidget()
        if isinstance(parent, QDockWidget):
            parent.show()
            parent.raise_()

    def sizeHint(self) -> QSize:
        return QSize(300, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)
