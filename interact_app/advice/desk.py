"""What the motion says about the text: evidence, proposals and the vocabulary, for timeline and panels.

Evidence is gathered in a worker once the clip is inspected; proposals and snap points are derived from it here, findings
and drafts by `WordCheck`.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from interact_app.advice.words import Answer, Question, WordCheck
from interact_core.annotation import AnnotationDocument, Edit
from interact_core.annotation.vocabulary import Vocabulary, default_vocabulary
from interact_core.annotation.vocabulary_file import load_vocabulary, save_vocabulary
from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_app.session import Session
    from interact_core.annotation.drafts import Draft
    from interact_core.annotation.evidence import Evidence, SnapPoint
    from interact_core.annotation.lint.findings import Finding
    from interact_core.annotation.proposals import Proposal
    from interact_core.jobs.context import JobContext

log = logging.getLogger(__name__)


class Advice(QObject):
    """Of the open clip. `changed` when evidence or open proposals are others than before, `words_changed` when findings
    or drafts are."""

    changed = Signal()
    words_changed = Signal()
    vocabulary_changed = Signal()
    finding_shown = Signal(object)
    """Somebody wants to see what this Finding is about: who shows its text selects the words."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._evidence: Evidence | None = None
        self._proposals: tuple[Proposal, ...] = ()
        self._open: tuple[Proposal, ...] = ()
        self._vocabulary: Vocabulary | None = None
        self._answer: Answer | None = None
        self._words = WordCheck(session.jobs, self)
        self._words.answered.connect(self._take_answer)
        session.clip_opening.connect(lambda _clip_id: self._forget())
        session.clip_opened.connect(self._ask)
        session.inspection_ready.connect(self._gather)
        session.annotations_changed.connect(lambda _clip_id: self._refresh())

    @property
    def evidence(self) -> "Evidence | None":
        """None until the clip is inspected."""
        return self._evidence

    @property
    def proposals(self) -> "tuple[Proposal, ...]":
        """Those that nobody has accepted, said already or dismissed, by start."""
        return self._open

    @property
    def snap_points(self) -> "tuple[SnapPoint, ...]":
        return self._evidence.snap_frames() if self._evidence is not None else ()

    # Words

    @property
    def findings(self) -> "tuple[Finding, ...]":
        """What counts, as of the last pause in typing."""
        return tuple(f for f in self._answer.findings if f.dismissed is None) if self._answer else ()

    @property
    def dismissed(self) -> "tuple[Finding, ...]":
        """What a person has judged not to count."""
        return tuple(f for f in self._answer.findings if f.dismissed is not None) if self._answer else ()

    @property
    def drafts(self) -> "Mapping[str, Draft]":
        """By variant; empty until there is evidence."""
        return self._answer.drafts if self._answer else {}

    def holds(self, finding: "Finding") -> bool:
        """Whether the text is still the one that the finding's places count in."""
        writing = self._session.writing
        if writing is None or self._answer is None:
            return False
        return not finding.uid or writing.document.get(finding.uid) == self._answer.document.get(finding.uid)

    def show_finding(self, finding: "Finding") -> None:
        self.finding_shown.emit(finding)

    def fix(self, finding: "Finding") -> None:
        """Do what the finding offers, as an undo step of its own; not on a text that has changed since."""
        from interact_core.annotation.lint import apply_fix

        writing = self._session.writing
        if writing is None or not self.holds(finding):
            self._session.notice.emit("The text has changed; it is being checked again.")
            return
        self._do(apply_fix(writing.document, finding, writing.author))

    def dismiss(self, finding: "Finding", reason: str) -> None:
        from interact_core.annotation.review import dismiss_finding

        if self._session.writing is not None:
            self._do(dismiss_finding(self._session.writing.document, finding.key, reason, self._session.writing.author))

    def recall(self, finding: "Finding") -> None:
        """A dismissed one counts again."""
        from interact_core.annotation.review import recall_finding

        if self._session.writing is not None:
            self._do(recall_finding(self._session.writing.document, finding.key))

    # Vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """Read when first asked for; a broken file is said once, kept as it is, and the default used."""
        if self._vocabulary is None:
            try:
                self._vocabulary = load_vocabulary()
            except InputError as error:
                log.warning("%s", error)
                self._vocabulary = default_vocabulary()
                self._session.notice.emit(f"{error}")
        return self._vocabulary

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """InputError where it cannot be stored; it is then not used either."""
        save_vocabulary(vocabulary)
        self._vocabulary = vocabulary
        self.vocabulary_changed.emit()
        self._ask()

    # Inside

    def _do(self, edit: Edit) -> None:
        writing = self._session.writing
        if writing is not None:
            writing.undo_stack.seal()
            writing.do(edit)
            writing.undo_stack.seal()

    def _forget(self) -> None:
        self._evidence, self._proposals, self._open, self._answer = None, (), (), None
        self._words.forget()
        self.changed.emit()
        self.words_changed.emit()

    def _gather(self) -> None:
        posed, inspection, clip_id = self._session.posed, self._session.inspection, self._session.clip_id
        if posed is None or inspection is None:
            return

        def work(_context: "JobContext") -> "Evidence":
            from interact_core.inspection.clip_evidence import evidence_of

            return evidence_of(posed, inspection)

        self._session.jobs.submit(
            f"Look for phases in {clip_id}",
            work,
            done=lambda evidence: self._take(clip_id, evidence),
            failed=lambda error: log.warning("No evidence of %s: %s", clip_id, error),
        )

    def _take(self, clip_id: str, evidence: "Evidence") -> None:
        if clip_id != self._session.clip_id:
            return
        from interact_core.annotation.proposals import propose_segments

        self._evidence = evidence
        self._proposals = propose_segments(evidence)
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        found = self._still_open()
        if found != self._open:
            self._open = found
            self.changed.emit()
        self._ask()

    def _still_open(self) -> "tuple[Proposal, ...]":
        writing = self._session.writing
        if writing is None or not self._proposals:
            return ()
        from interact_core.annotation.proposals import open_proposals

        return open_proposals(writing.document, self._proposals)

    def _ask(self) -> None:
        writing, clip = self._session.writing, self._session.clip
        if writing is None or clip is None:
            return
        document = AnnotationDocument(writing.document.id, writing.document.records)
        objects = tuple(thing.name for thing in clip.objects)
        self._words.ask(Question(document, self._evidence, self.vocabulary, objects, clip.num_frames))

    def _take_answer(self, answer: Answer) -> None:
        before, self._answer = self._answer, answer
        if before is None or (before.findings, before.drafts) != (answer.findings, answer.drafts):
            self.words_changed.emit()
