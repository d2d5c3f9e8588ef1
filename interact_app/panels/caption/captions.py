"""The sentences about the clip as a whole. What is typed goes to the project with every key; there is nothing to save."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.panels.caption.field import CaptionField
from interact_app.panels.caption.slots import VARIANTS, CaptionSlot, frames_text, free_variant, slots_of, source_text
from interact_app.session import Session
from interact_app.theme.icons import icon
from interact_app.widgets.buttons import describe, keys_of
from interact_app.widgets.section import Section
from interact_app.widgets.spelling import attach_spelling
from interact_app.widgets.text_marks import select
from interact_core.annotation import CaptionRecord
from interact_core.annotation.captions import add_caption, remove_caption
from interact_core.clip import Caption
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_app.bridge.writing import Writing
    from interact_core.annotation.lint.findings import Finding

_FONT: Final = "annotation.caption_font_size"


class CaptionSection(Section):
    """Shows `session.writing` and writes through the session; holds no text of its own."""

    def __init__(self, session: Session, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self.fields: dict[str, CaptionField] = {}
        self._slots: dict[str, CaptionSlot] = {}
        self.add_button = QToolButton(self)
        self.add_button.setText(self.tr("Add caption"))
        self.add_button.setIcon(icon("plus"))
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_button.setAutoRaise(True)
        self.add_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.add_button, self.tr("One caption more than the three variants"))
        self.add_button.clicked.connect(self.add)
        self._fields_column = QVBoxLayout()
        self._fields_column.setSpacing(8)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._fields_column)
        column.addLayout(last)
        session.annotations_changed.connect(lambda _: self.refresh())
        session.clip_opened.connect(self.refresh)
        session.settings_changed.connect(self._apply_font)
        session.advice.words_changed.connect(self._show_advice)
        session.advice.finding_shown.connect(self._select_words)
        actions.keys_changed.connect(self._show_advice)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.fields:
            self._show_advice()

    # Showing

    def refresh(self) -> None:
        """Take over the captions as they are now."""
        writing = self._session.writing
        if writing is None:
            return
        slots = slots_of(writing.document.captions)
        self._match_fields(slots)
        project = self._session.project
        read_only = project is None or project.read_only
        source = self._session.clip.captions if self._session.clip is not None else ()
        for slot in slots:
            field = self.fields[slot.key]
            field.show_text(slot.text, source_text(slot.record, source), frames_text(slot.record))
            field.set_read_only(read_only)
        self.add_button.setEnabled(not read_only)

    def _match_fields(self, slots: tuple[CaptionSlot, ...]) -> None:
        """A field for every slot, in order; fields that stay keep cursor and focus."""
        self._slots = {slot.key: slot for slot in slots}
        for gone in self.fields.keys() - self._slots.keys():
            field = self.fields.pop(gone)
            self._fields_column.removeWidget(field)
            field.deleteLater()
        for place, slot in enumerate(slots):
            if slot.key not in self.fields:
                self.fields[slot.key] = self._make_field(slot, place)
            if self._fields_column.indexOf(self.fields[slot.key]) != place:
                self._fields_column.insertWidget(place, self.fields[slot.key])

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
        lines = 2 if slot.key == "natural" else 1
        field = CaptionField(self, self._actions, title, hint, min_lines=lines, removable=not is_main)
        field.edited.connect(partial(self._write, slot.key))
        field.replaced.connect(self.seal)
        field.remove_wanted.connect(partial(self._remove, slot.key))
        field.draft_wanted.connect(partial(self.take_draft, slot.key))
        field.finding.wanted.connect(self._session.advice.show_finding)
        field.finding.fix_wanted.connect(self._session.advice.fix)
        field.edit.next_wanted.connect(partial(self.step, slot.key))
        field.edit.entered.connect(partial(self.step, slot.key, 1))
        field.edit.leave_wanted.connect(self.leave_wanted.emit)
        field.edit.zoom_wanted.connect(self.zoom)
        attach_spelling(field.edit, self._session)
        self._apply_font_to(field)
        return field

    def _show_advice(self) -> None:
        advice, keys = self._session.advice, keys_of(self._actions, "caption.take_offer")
        for slot in self._slots.values():
            field = self.fields[slot.key]
            field.show_draft(advice.drafts.get(slot.variant), keys)
            uid = slot.record.uid if slot.record is not None else None
            # Places count in the text that was checked: what was typed since will be checked in a moment.
            field.show_findings(tuple(f for f in advice.findings if uid and f.uid == uid and advice.holds(f)))

    def _select_words(self, finding: "Finding") -> None:
        key = self.key_of(finding.uid)
        if key is not None and self._session.advice.holds(finding):
            select(self.fields[key].edit, finding.start, finding.end)
            self.want(self.fields[key])

    # Letters

    def zoom(self, step: int) -> None:
        """Larger (1) or smaller (-1) letters, remembered; at the ends of the range nothing happens."""
        size = self._session.settings.annotation.caption_font_size + step
        try:
            self._session.settings_store.change(_FONT, size)
        except ValueError:
            return
        except InputError as error:
            self._session.notice.emit(str(error))

    def _apply_font(self) -> None:
        for field in self.fields.values():
            self._apply_font_to(field)

    def _apply_font_to(self, field: CaptionField) -> None:
        font = field.edit.font()
        font.setPointSize(self._session.settings.annotation.caption_font_size)
        field.edit.setFont(font)

    # Writing

    def add(self) -> None:
        """An empty caption at the end, ready to be typed into."""
        writing = self._session.writing
        if writing is None:
            return
        record = CaptionRecord.new(Caption("", free_variant(writing.document.captions)))
        writing.do(add_caption(writing.document, record))
        self.focus(record.uid)

    def seal(self) -> None:
        """What comes next is an undo step of its own."""
        if self._session.writing is not None:
            self._session.writing.undo_stack.seal()

    def take_offer(self) -> bool:
        """The draft of the caption that is being typed, else of the first empty one."""
        key = self.here or self.first_wanted()
        return key is not None and self.take_draft(key)

    def take_draft(self, key: str) -> bool:
        taken = self.fields[key].take_draft()
        if not taken:
            self._session.notice.emit(self.tr("There is no draft: the motion says nothing that could be put in words yet."))
        self.seal()
        return taken

    def _write(self, key: str, text: str) -> None:
        self._session.write_caption(self._slots[key].which, text)

    def _remove(self, key: str) -> None:
        writing: Writing | None = self._session.writing
        record = self._slots[key].record
        if writing is not None and record is not None:
            writing.do(remove_caption(writing.document, record.uid))

    # Keys

    @property
    def here(self) -> str | None:
        """The caption that is being typed."""
        return next((key for key in self._slots if self.fields[key].edit.hasFocus()), None)

    def first_wanted(self) -> str | None:
        """The first caption that is still empty, or the first one."""
        keys = list(self._slots)
        return next((key for key in keys if not self.fields[key].text.strip()), keys[0] if keys else None)

    def key_of(self, uid: str) -> str | None:
        """The field that shows this record."""
        return next((key for key, slot in self._slots.items() if slot.record is not None and slot.record.uid == uid), None)

    def step(self, key: str, direction: int) -> None:
        keys = list(self._slots)
        self.seal()
        self.focus(keys[(keys.index(key) + direction) % len(keys)])

    def focus(self, key: str) -> None:
        field = self.fields[key]
        field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.want(field)
