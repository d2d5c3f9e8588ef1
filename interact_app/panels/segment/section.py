"""The part of the annotation panel about segments."""

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.panels.segment.form import SegmentForm
from interact_app.panels.segment.proposals import ProposalStrip
from interact_app.panels.segment.values import actors, object_names, offer_text, part_names
from interact_app.session import Session
from interact_app.widgets.buttons import keys_of
from interact_app.widgets.labels import muted_label, title_label
from interact_app.widgets.section import Section
from interact_app.widgets.spelling import attach_spelling
from interact_app.widgets.text_marks import select
from interact_core.annotation import Edit, segments
from interact_core.annotation.records import SegmentRecord
from interact_core.annotation.slots import fill_slots, slots_from_contact

if TYPE_CHECKING:
    from interact_app.segments import SegmentWork
    from interact_core.annotation.lint.findings import Finding
    from interact_core.annotation.segments import Side


class SegmentSection(Section):
    """Shows `session.selection`; every change is an edit of the clip."""

    def __init__(
        self, session: Session, clock: Clock, actions: ActionRegistry, work: "SegmentWork", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._clock, self._actions, self._work = session, clock, actions, work
        self._shown: tuple[SegmentRecord, ...] = ()
        self.title = title_label("", self)
        self.empty = muted_label(self.tr("No segment is selected. I and O choose a range, Enter makes it a segment."), self)
        self.form = SegmentForm(actions, self)
        self.proposals = ProposalStrip(work, actions, self)
        attach_spelling(self.form.text, session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for widget in (self.title, self.form, self.empty, self.proposals):
            column.addWidget(widget)
        self._connect()
        self._show_proposals()
        self.refresh()

    def _connect(self) -> None:
        session, form, advice = self._session, self.form, self._session.advice
        form.edited.connect(self._set)
        form.typed.connect(self._type)
        form.edge_moved.connect(self._move_edge)
        form.word_wanted.connect(self._add_word)
        form.offer_wanted.connect(self.take_offer)
        form.leave_wanted.connect(self._leave)
        form.finding.wanted.connect(advice.show_finding)
        form.finding.fix_wanted.connect(advice.fix)
        session.selection.changed.connect(self._selection_changed)
        session.annotations_changed.connect(lambda _: self._edited())
        session.clip_opened.connect(self.refresh)
        session.settings_changed.connect(self._apply_font)
        advice.changed.connect(self._show_proposals)
        advice.changed.connect(self.refresh)
        advice.words_changed.connect(self._show_findings)
        advice.vocabulary_changed.connect(self.refresh)
        advice.finding_shown.connect(self._select_words)
        self._actions.keys_changed.connect(self.refresh)
        self._work.edit_wanted.connect(self.write)
        form.text.zoom_wanted.connect(self._zoom)
        self._apply_font()

    # Showing

    @property
    def chosen(self) -> tuple[SegmentRecord, ...]:
        """The selected segments."""
        writing = self._session.writing
        found = (writing.document.get(uid) for uid in self._session.selection.uids) if writing is not None else ()
        return tuple(record for record in found if isinstance(record, SegmentRecord))

    def _edited(self) -> None:
        """With every key somebody types anywhere in the clip: most of them are about other records."""
        if self.chosen != self._shown:
            self.refresh()

    def refresh(self) -> None:
        chosen = self._shown = self.chosen
        self.form.setVisible(bool(chosen))
        self.title.setVisible(bool(chosen))
        self.empty.setVisible(not chosen and self._session.writing is not None)
        if not chosen:
            return
        said = [record.segment for record in chosen]
        self.title.setText(self._title(chosen))
        self._offer_choices(chosen)
        project = self._session.project
        self.form.set_read_only(project is not None and project.read_only)
        self.form.show_segments(said, self._clock.fps or 30.0, self._clock.num_frames)
        known = self._session.advice.vocabulary.labels_of(said[0].tier)
        label = self.form.choices["label"].value
        self.form.add_word.setVisible(bool(label) and label not in known)
        self._show_offer(chosen)
        self._show_findings()

    def _title(self, chosen: tuple[SegmentRecord, ...]) -> str:
        tier = self._work.tier_title(chosen[0].segment.tier)
        if len(chosen) == 1:
            return tier if chosen[0].segment.tier != "free" else self.tr("Note")
        return self.tr("{0} segments: what you change is changed in all").format(len(chosen))

    def _offer_choices(self, chosen: tuple[SegmentRecord, ...]) -> None:
        clip, vocabulary, choices = self._session.clip, self._session.advice.vocabulary, self.form.choices
        tiers = dict.fromkeys(record.segment.tier for record in chosen)
        choices["label"].offer(list(dict.fromkeys(label for tier in tiers for label in vocabulary.labels_of(tier))))
        choices["object"].offer(object_names(clip))
        choices["part"].offer(part_names(clip, chosen[0].segment.object))
        choices["actor"].offer(actors(self._work.records))
        choices["tier"].offer({tier.id: tier.title for tier in vocabulary.tiers})

    def _show_offer(self, chosen: tuple[SegmentRecord, ...]) -> None:
        evidence = self._session.advice.evidence
        found = [slots_from_contact(evidence, record.segment) for record in chosen] if evidence is not None else []
        filled = [slots for slots in found if slots.fields]
        keys = keys_of(self._actions, "caption.take_offer")
        if len(chosen) == 1 and filled:
            self.form.show_offer(offer_text(filled[0].fields), filled[0].reason, keys)
        else:
            self.form.show_offer(self.tr("{0} segments").format(len(filled)) if filled else "", "", keys)

    def _show_findings(self) -> None:
        chosen, advice = self.chosen, self._session.advice
        uid = chosen[0].uid if len(chosen) == 1 else None
        self.form.show_findings([f for f in advice.findings if f.uid == uid and advice.holds(f)])

    def _show_proposals(self) -> None:
        project, found = self._session.project, self._session.advice.proposals
        self.proposals.show_proposals(found, read_only=project is not None and project.read_only)
        self.count_changed.emit(len(found))

    def _selection_changed(self) -> None:
        self.form.give_up()
        self.refresh()
        self.proposals.show_current()
        # Whoever writes a caption meanwhile must not lose it from view.
        if self.chosen and not self._typing_elsewhere():
            self.want(self.form)

    def _typing_elsewhere(self) -> bool:
        focus = self.window().focusWidget()
        column = self.parentWidget()
        return focus is not None and column is not None and column.isAncestorOf(focus) and not self.isAncestorOf(focus)

    def _select_words(self, finding: "Finding") -> None:
        writing = self._session.writing
        record = writing.document.get(finding.uid) if writing is not None else None
        if not isinstance(record, SegmentRecord):
            return
        self._work.show(record)
        self.want(self.form)
        if finding.end > finding.start and self._session.advice.holds(finding):
            select(self.form.text, finding.start, finding.end)
        elif finding.fix is not None and finding.fix.field in self.form.choices:
            self.form.choices[finding.fix.field].setFocus(Qt.FocusReason.OtherFocusReason)

    def _apply_font(self) -> None:
        font = self.form.text.font()
        font.setPointSize(self._session.settings.annotation.caption_font_size)
        self.form.text.setFont(font)

    def _zoom(self, step: int) -> None:
        self._actions.trigger("caption.larger" if step > 0 else "caption.smaller")

    # Changing

    def _set(self, name: str, value: Any) -> None:
        """Chosen from a list: a step of undo by itself."""
        self._seal()
        uids = [record.uid for record in self.chosen]
        self._work.do_with(lambda w: segments.set_fields(w.document, uids, w.author, **{name: value}))
        self._seal()

    def _type(self, name: str, text: str) -> None:
        uids = [record.uid for record in self.chosen]
        self._work.do_with(lambda w: segments.set_fields(w.document, uids, w.author, **{name: text}))

    def _move_edge(self, side: str, frame: int) -> None:
        """One side of the one segment; the picture shows the edge."""
        uid, total = self.chosen[0].uid, self._clock.num_frames
        edge = cast("Side", side)
        merge = f"edge:{uid}:{side}"
        self._work.do_with(lambda w: segments.move_edge(w.document, uid, edge, frame, total, w.author, joined=False, merge=merge))
        self.refresh()
        self._clock.pause()
        self._clock.set_frame(frame if side == "start" else frame - 1)

    def take_offer(self) -> bool:
        """The empty slots take what contact says."""
        evidence, uids = self._session.advice.evidence, [record.uid for record in self.chosen]
        edit: Edit | None = None
        if evidence is not None:
            self._seal()
            edit = self._work.do_with(lambda w: fill_slots(w.document, uids, evidence, w.author))
            self._seal()
        if not edit:
            self._session.notice.emit(self.tr("Contact says nothing about the empty fields of this segment."))
        return bool(edit)

    def _add_word(self, label: str) -> None:
        from interact_core.errors import InputError

        advice, tier = self._session.advice, self.chosen[0].segment.tier
        try:
            advice.set_vocabulary(advice.vocabulary.with_label(tier, label))
        except InputError as error:
            self._session.notice.emit(str(error))

    # Keys

    def write(self) -> None:
        """To the text of the current segment; it is selected if it only stood at the playhead."""
        current = self._work.current
        if current is None:
            self._session.notice.emit(self.tr("No segment here. I and O choose a range, Enter makes it a segment."))
            return
        if not self._session.selection.uids:
            self._session.selection.set([current.uid])
        self.want(self.form)
        self.form.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave(self) -> None:
        self.form.give_up()
        self._seal()
        self.leave_wanted.emit()

    def _seal(self) -> None:
        if self._session.writing is not None:
            self._session.writing.undo_stack.seal()
