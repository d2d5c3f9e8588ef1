"""Which caption, segment or remark says it, and where in it: the index over single records.

Compared as everywhere (`text_search`): case, accents and width do not matter, every word must occur somewhere, quotes keep
words together. Trigrams find parts of words in every script.
"""

import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interact_core.project.database import Database
from interact_core.project.schema import WORDS_SHIFT
from interact_core.project.text_search import folded, search_terms, split_terms

_WIDTH: Final = 80
"""Characters of a snippet: a line of the results list."""
_BEFORE: Final = 24
"""Of them before the first word found."""


@dataclass(frozen=True)
class WordHit:
    """One record that matched. `tier` is a caption's variant or a segment's tier; `marks` are ranges of `snippet` that were
    searched for."""

    clip_id: str
    uid: str
    kind: str
    tier: str
    start_frame: int
    snippet: str
    marks: tuple[tuple[int, int], ...]


def write_words(connection: sqlite3.Connection, number: int, texts: Sequence[tuple[str, str]]) -> None:
    """Replace what the index holds of the clip of that number by these (uid, text)."""
    first = number << WORDS_SHIFT
    connection.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (first, first + (1 << WORDS_SHIFT) - 1))
    rows = [(first + place, folded(text), uid) for place, (uid, text) in enumerate(texts)]
    connection.executemany("INSERT INTO words(rowid, text, uid) VALUES (?, ?, ?)", rows)


def search_words(database: Database, query: str, limit: int) -> list[WordHit]:
    """At most `limit`, in the order in which clips were listed first; nothing for an empty query."""
    phrases, short = split_terms(query)
    if not phrases and not short:
        return []
    clauses = ["words MATCH ?"] if phrases else []
    clauses += ["instr(words.text, ?)"] * len(short)  # too short for trigrams
    # CROSS JOIN: the planner would rather walk through all clips. Ordering by rowid lets FTS5 stop at the limit.
    sql = (
        "SELECT clips.id, records.uid, records.kind, records.tier, records.start_frame, records.text FROM words"
        f" CROSS JOIN clips ON clips.number = words.rowid >> {WORDS_SHIFT}"
        " CROSS JOIN records ON records.clip_id = clips.id AND records.uid = words.uid"
        f" WHERE {' AND '.join(clauses)} ORDER BY words.rowid LIMIT ?"
    )
    values: tuple[object, ...] = (*([phrases] if phrases else []), *short, limit)
    terms = search_terms(query)
    return [
        WordHit(str(clip_id), str(uid), str(kind), str(tier), int(str(start or 0)), *snippet(str(text), terms))
        for clip_id, uid, kind, tier, start, text in database.query(sql, values)
    ]


def snippet(text: str, terms: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line of the text around the first of these folded terms, as it was written, and where they are in the line."""
    line = "".join(" " if char.isspace() else char for char in text)
    ranges = _ranges(line, terms)
    start = max(ranges[0][0] - _BEFORE, 0) if ranges else 0
    if start:  # begin with a whole word
        start = line.rfind(" ", 0, start) + 1 if line.rfind(" ", 0, start) > start - _BEFORE else start
    end = min(start + _WIDTH, len(line))
    head, tail = "…" if start else "", "…" if end < len(line) else ""
    shift = len(head) - start
    marks = tuple((a + shift, min(b, end) + shift) for a, b in ranges if start <= a < end)
    return head + line[start:end] + tail, marks


def _ranges(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where terms occur in a text, although they were compared in another form: every folded character remembers its origin."""
    form, origins = _origins(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        at = form.find(term)
        while at >= 0:
            found.append((origins[at], origins[at + len(term) - 1] + 1))
            at = form.find(term, at + len(term))
    return _joined(sorted(found))


def _origins(text: str) -> tuple[str, Sequence[int]]:
    """The folded form, and for each of its characters the place it comes from."""
    if text.isascii() and "  " not in text:  # nearly all of it, and twenty times faster
        return text.lower(), range(len(text))
    chars: list[str] = []
    origins: list[int] = []
    for origin, char in enumerate(text):
        for one in _folded_char(char):
            if one != " " or (chars and chars[-1] != " "):
                chars.append(one)
                origins.append(origin)
    return "".join(chars), origins


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted ranges without overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _folded_char(char: str) -> str:
    if char.isascii():
        return " " if char.isspace() else char.lower()
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(" " if one.isspace() else one for one in wide if not unicodedata.combining(one))
