"""Findings and drafts of the open clip, made again a moment after the last edit.

Here while that is quick; once a run has taken longer than a person's eye would forgive, the next ones go to a worker.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from interact_app.bridge.jobs import JobQueue
from interact_core.annotation import AnnotationDocument

if TYPE_CHECKING:
    from interact_core.annotation.drafts import Draft
    from interact_core.annotation.evidence import Evidence
    from interact_core.annotation.lint.findings import Finding
    from interact_core.annotation.vocabulary import Vocabulary

log = logging.getLogger(__name__)
PAUSE_MS: Final = 150
"""After the last key; while somebody types nobody reads findings."""
_SLOW: Final = 0.010
"""Seconds in the window's thread."""


@dataclass(frozen=True)
class Question:
    """Everything that the answer depends on. The document is a copy: the worker may read while somebody types."""

    document: AnnotationDocument
    evidence: "Evidence | None"
    vocabulary: "Vocabulary"
    objects: tuple[str, ...]
    num_frames: int


@dataclass(frozen=True)
class Answer:
    """`findings` with the dismissed ones, `drafts` by variant; of `document`, whose texts the findings' places count in."""

    document: AnnotationDocument
    findings: "tuple[Finding, ...]" = ()
    drafts: "Mapping[str, Draft]" = field(default_factory=lambda: MappingProxyType({}))


class WordCheck(QObject):
    """Asked with every edit; answers through `answered`, only ever the last question."""

    answered = Signal(object)
    """An Answer."""

    def __init__(self, jobs: JobQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._question: Question | None = None
        self._slow = True  # the first time the rules are read from disk
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._run)

    def ask(self, question: Question) -> None:
        self._question = question
        self._timer.start()

    def forget(self) -> None:
        """Nothing is asked any more: an answer that is under way is dropped."""
        self._question = None
        self._timer.stop()

    def _run(self) -> None:
        question = self._question
        if question is None:
            return
        if not self._slow:
            self._take(question, *_timed(question))
            return
        found: list[tuple[Answer, float]] = []
        self._jobs.quietly(lambda: found.append(_timed(question)), lambda: self._take(question, *found[0]))

    def _take(self, question: Question, answer: Answer, seconds: float) -> None:
        self._slow = seconds > _SLOW
        if question is self._question:
            self.answered.emit(answer)


def answer(question: Question) -> Answer:
    """Lint and drafts of one document."""
    from interact_core.annotation.drafts import draft_captions
    from interact_core.annotation.lint import lint
    from interact_core.annotation.lint.options import LintOptions

    document, evidence = question.document, question.evidence
    options = LintOptions(objects=question.objects, num_frames=question.num_frames)
    findings = lint(document, evidence, question.vocabulary, options)
    segments = tuple(record.segment for record in document.segments)
    drafts = draft_captions(evidence, segments) if evidence is not None else {}
    return Answer(document, findings, MappingProxyType(drafts))


def _timed(question: Question) -> tuple[Answer, float]:
    start = time.perf_counter()
    try:
        found = answer(question)
    except Exception:  # a fault in one rule must not stop anybody from typing; the log has it
        log.exception("The text of %s could not be checked", question.document.id)
        found = Answer(question.document)
    return found, time.perf_counter() - start
