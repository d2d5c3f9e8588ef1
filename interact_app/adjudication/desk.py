"""Which two submissions of the open clip are compared, point by point, and what was decided. Every decision is one edit."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.clock import Clock
from interact_app.session import Session
from interact_core.annotation import AnnotationDocument, Edit, SegmentRecord

if TYPE_CHECKING:
    from interact_core.annotation.adjudication import Item, Progress, Side
    from interact_core.annotation.agreement import Agreement
    from interact_core.project.submissions import Submission


class Adjudication(QObject):
    """Submissions are read when a clip is opened and after packets were collected (`reload`)."""

    changed = Signal()
    """Other annotators, other points, or another decision."""
    current_changed = Signal()

    def __init__(self, session: Session, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self.handed_in: tuple[Submission, ...] = ()
        self.pair: tuple[int, int] | None = None
        """Places in `handed_in`."""
        self.items: tuple[Item, ...] = ()
        self.agreement: Agreement | None = None
        self._current = ""
        session.clip_opening.connect(lambda _clip_id: self._take("", ()))
        session.clip_opened.connect(self.reload)
        session.annotations_changed.connect(lambda _clip_id: self.changed.emit())

    @property
    def a(self) -> "Submission | None":
        return self.handed_in[self.pair[0]] if self.pair else None

    @property
    def b(self) -> "Submission | None":
        return self.handed_in[self.pair[1]] if self.pair else None

    @property
    def current(self) -> "Item | None":
        return next((item for item in self.items if item.key == self._current), None)

    @property
    def can_edit(self) -> bool:
        project = self._session.project
        return self._session.writing is not None and project is not None and not project.read_only

    @property
    def progress(self) -> "Progress":
        from interact_core.annotation.adjudication import progress

        return progress(self._document, self.items)

    def decision(self, item: "Item") -> str:
        from interact_core.annotation.adjudication import decision

        return decision(self._document, item)

    # Choosing

    def reload(self) -> None:
        """Read what annotators handed in about the open clip, in the background."""
        project, clip_id = self._session.project, self._session.clip_id
        if project is None or not clip_id:
            self._take("", ())
            return
        found: list[tuple[Submission, ...]] = []

        def work() -> None:
            from interact_core.project.submissions import submissions

            found.append(submissions(project, clip_id))

        self._session.jobs.quietly(work, lambda: self._take(clip_id, found[0]))

    def choose(self, a: int, b: int) -> None:
        """Compare these two of `handed_in`."""
        if a != b and (a, b) != self.pair:
            self.pair = (a, b)
            self._compare()

    def set_current(self, key: str) -> None:
        """Turn to a point: the picture shows its first frame."""
        if key == self._current:
            return
        self._current = key
        item = self.current
        frames = [r.segment.start_frame for r in (item.a, item.b) if isinstance(r, SegmentRecord)] if item is not None else []
        if frames and self._clock.num_frames:
            self._clock.pause()
            self._clock.set_frame(min([*frames, self._clock.last_frame]))
        self.current_changed.emit()

    def step(self, direction: int) -> None:
        """To the next or previous point, decided or not."""
        keys = [item.key for item in self.items]
        if keys:
            place = keys.index(self._current) + direction if self._current in keys else 0
            self.set_current(keys[max(0, min(place, len(keys) - 1))])

    # Deciding

    def take(self, side: "Side") -> None:
        """Decide the current point, then turn to the next open one."""
        from interact_core.annotation.adjudication import take

        item = self.current
        if item is None or not self.can_edit:
            return
        if side in ("both", "merged") and (item.a is None or item.b is None):
            self._session.notice.emit(self.tr("Only one of the two wrote this: take A or B."))
        elif side == "merged" and item.is_caption:
            self._session.notice.emit(self.tr("Two sentences have no mean: take A or B, or write it yourself."))
        else:
            self._do(take(self._document, item, side, self._author))
            self._go_on(item)

    def take_all_agreed(self) -> None:
        from interact_core.annotation.adjudication import take_all_agreed

        edit = take_all_agreed(self._document, self.items, self._author)
        if not edit:
            self._session.notice.emit(self.tr("Everything agreed is taken already."))
        self._do(edit)

    def take_document(self, place: int) -> None:
        """One annotator's words in place of the clip's, as one edit."""
        from interact_core.annotation.adjudication import take_document

        chosen = self.handed_in[place]
        self._do(take_document(self._document, chosen.document, f"Take over the words of {chosen.annotator}"))

    # Inside

    @property
    def _document(self) -> AnnotationDocument:
        writing = self._session.writing
        return writing.document if writing is not None else AnnotationDocument("")

    @property
    def _author(self) -> str:
        from interact_core.project.project import default_author

        return (self._session.writing.author if self._session.writing is not None else "") or default_author()

    def _do(self, edit: Edit) -> None:
        writing = self._session.writing
        if writing is not None and self.can_edit:
            writing.undo_stack.seal()
            writing.do(edit)

    def _go_on(self, item: "Item") -> None:
        """Points in their order, then round to those that were passed over."""
        from interact_core.annotation.adjudication import open_items

        still = {one.key for one in open_items(self._document, self.items)}
        keys = [one.key for one in self.items]
        place = keys.index(item.key)
        wanted = next((key for key in (*keys[place + 1 :], *keys[:place]) if key in still), None)
        if wanted is not None:
            self.set_current(wanted)

    def _take(self, clip_id: str, handed_in: "tuple[Submission, ...]") -> None:
        if clip_id == self._session.clip_id or not clip_id:
            self.handed_in = handed_in
            self.pair = (0, 1) if len(handed_in) > 1 else None
            self._compare()

    def _compare(self) -> None:
        one, other = self.a, self.b
        if one is None or other is None:
            self.items, self.agreement, self._current = (), None, ""
        else:
            from interact_core.annotation.adjudication import compare
            from interact_core.annotation.agreement import agree

            frames = {one.clip_id: self._clock.num_frames} if self._clock.num_frames else None
            self.items = compare(one.document, other.document)
            self.agreement = agree([one.document], [other.document], frames)
            self._current = next((item.key for item in self.items if not self.decision(item)), "")
        self.changed.emit()
        self.current_changed.emit()
