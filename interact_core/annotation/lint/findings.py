"""What a rule says about a document, and the change that would answer it."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning", "hint"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "hint")
"""An error breaks what is exported; a warning contradicts the motion or the form; a hint asks for a look."""


@dataclass(frozen=True)
class Fix:
    """One click: characters [start, end) of the record's text become `text`, or the field of that name becomes `text`."""

    title: str
    text: str
    field: str = "text"


@dataclass(frozen=True)
class Finding:
    """`why` carries the measured figures; [start, end) are the words in the record's text, 0 and 0 where no words are meant.

    `key` stays the same while rule, record and offending words do; dismissals name it. `frames` is where to look.
    `dismissed` is the reason a person gave, None while the finding counts.
    """

    key: str
    rule: str
    severity: Severity
    message: str
    why: str
    uid: str = ""
    start: int = 0
    end: int = 0
    fix: Fix | None = None
    frames: tuple[int, int] | None = None
    dismissed: str | None = None


def finding_key(rule: str, uid: str, words: str) -> str:
    """Letter case and blanks do not count: they change while somebody types."""
    digest = hashlib.sha256(" ".join(words.lower().split()).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{rule}:{uid}:{digest}"
