"""What the rules see: the texts of a document as words with places, the facts, the vocabulary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from interact_core.annotation.documents import AnnotationDocument
from interact_core.annotation.evidence import Evidence
from interact_core.annotation.lint.findings import Finding, Fix, Severity, finding_key
from interact_core.annotation.lint.options import LintOptions
from interact_core.annotation.vocabulary import Vocabulary

_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+")


@dataclass(frozen=True)
class Word:
    """`text` in lower case; the characters [start, end) of the sentence."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[Word, ...]:
    return tuple(Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text))


@dataclass(frozen=True)
class Said:
    """A text of the document and the frames [first, last) it is about; `variant` is "" for segments."""

    uid: str
    text: str
    first: int
    last: int
    variant: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        return words_of(self.text)


class LintContext:
    """Made once per run; everything derived is computed when a rule first asks."""

    def __init__(
        self, document: AnnotationDocument, evidence: Evidence | None, vocabulary: Vocabulary, options: LintOptions
    ) -> None:
        self.document = document
        self.evidence = evidence
        self.vocabulary = vocabulary
        self.options = options

    @property
    def num_frames(self) -> int | None:
        return self.evidence.num_frames if self.evidence else self.options.num_frames

    @property
    def objects(self) -> tuple[str, ...]:
        return self.evidence.objects if self.evidence else self.options.objects

    @cached_property
    def captions(self) -> tuple[Said, ...]:
        last = self.num_frames or 0
        return tuple(
            Said(r.uid, r.caption.text, r.caption.start_frame, r.caption.end_frame or last, r.caption.variant)
            for r in self.document.captions
        )

    @cached_property
    def texts(self) -> tuple[Said, ...]:
        """Captions, and the sentences of caption segments; free notes are not checked as English."""
        told = (
            Said(r.uid, r.segment.text, r.segment.start_frame, r.segment.end_frame)
            for r in self.document.segments
            if r.segment.tier == "caption" and r.segment.text
        )
        return (*(c for c in self.captions if c.text.strip()), *told)

    def at(
        self, rule: str, severity: Severity, said: Said, words: tuple[Word, Word], message: str, why: str, fix: str | None = None,
        frames: tuple[int, int] | None = None,
    ) -> Finding:  # fmt: skip
        """A finding about the words from the first to the second of a text; `fix` is what they should become."""
        start, end = words[0].start, words[1].end
        found = said.text[start:end]
        offer = None if fix is None else Fix(f"Write '{fix}'" if fix else "Take it out", fix)
        return Finding(finding_key(rule, said.uid, found), rule, severity, message, why, said.uid, start, end, offer, frames)


def cased(new: str, old: str) -> str:
    """`new` with the capital of `old`."""
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def sentences(words: tuple[Word, ...], text: str) -> Iterator[tuple[Word, ...]]:
    """Words between full stops."""
    found: list[Word] = []
    for word in words:
        if found and re.search(r"[.!?;\n\r]", text[found[-1].end : word.start]):
            yield tuple(found)
            found = []
        found.append(word)
    if found:
        yield tuple(found)
