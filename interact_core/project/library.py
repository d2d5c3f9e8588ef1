"""The clips of a project as the library panel sees them: listed, searched and filtered without opening a clip file."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from interact_core.annotation import ReviewState
from interact_core.formats.listing import ClipRef
from interact_core.project.database import Database
from interact_core.project.text_search import split_terms
from interact_core.project.word_search import WordHit, search_words

ORDERS: Final[Mapping[str, str]] = {
    "listing": "position",
    "id": "id",
    "severity": "severity DESC, position",
    "duration": "duration DESC, position",
    "recent": "opened_at DESC, position",
    "uncaptioned": "caption_count > 0, position",
}
"""Ways to sort, by name; the worst, longest and latest first, and last those that have no value (NULL is the smallest)."""

STATUSES: Final = ("listed", "ready", "problem", "missing")
"""Only the name is known; its texts are read; it could not be read; it is no longer in the source."""


class ClipRow(NamedTuple):
    """One line of the library. A tuple: ten thousand of them are made when a large project opens."""

    id: str
    dataset: str
    objects: tuple[str, ...]
    frames: int | None
    fps: float | None
    duration: float | None
    """Seconds."""
    caption: str
    caption_count: int
    title: str
    parent: str
    corruption: str
    severity: float | None
    """0 (clean) to 1; None before an inspection."""
    thumbnail: str
    """File name in the project's thumbnails folder, "" where there is none."""
    status: str
    problem: str
    opened_at: str
    state: ReviewState = "todo"
    segment_count: int = 0


_COLUMNS: Final = (
    "id, dataset, objects, frames, fps, duration, caption, caption_count, coalesce(title, ''), coalesce(parent, ''),"
    " coalesce(corruption, ''), severity, coalesce(thumbnail, ''), status, problem, coalesce(opened_at, ''), state,"
    " segment_count"
)


_THERE: Final = "(status != 'missing' OR format != 'stored')"
"""What a project made itself and threw away is not missing: it waits in the trash."""


@dataclass(frozen=True)
class StoredInspection:
    """What the last inspection of a clip found. `summary` and `artifacts` are as they were handed in."""

    severity: float
    summary: Mapping[str, object]
    artifacts: tuple[Mapping[str, object], ...]
    inspected_at: str


class Library:
    """Reads only. Every method may be called from any thread.

    Rows and searched texts are kept in memory and brought up to date by stamp: a search fetches numbers, not ten
    thousand rows.
    """

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root
        self._rows: dict[int, ClipRow] = {}
        self._texts: dict[int, str] = {}
        self._stamp = -1
        self._refreshing = threading.Lock()

    def search(
        self, text: str = "", *, dataset: str = "", object_name: str = "", status: str = "", severity_min: float | None = None,
        captioned: bool | None = None, order: str = "listing",
    ) -> list[ClipRow]:  # fmt: skip
        """Clips in which every word of `text` occurs (id, dataset, objects, actions, title or captions) and all filters hold.

        Case and accents do not matter. KeyError for an unknown order.
        """
        phrases, short = split_terms(text)
        clauses: list[tuple[str, tuple[object, ...]]] = [(_THERE, ())]
        if phrases:
            clauses.append(("number IN (SELECT rowid FROM clip_text WHERE clip_text MATCH ?)", (phrases,)))
        if dataset:
            clauses.append(("dataset = ?", (dataset,)))
        if object_name:
            clauses.append(("number IN (SELECT number FROM clip_objects WHERE object = ?)", (object_name,)))
        if status:
            clauses.append(("status = ?", (status,)))
        if severity_min is not None:
            clauses.append(("severity >= ?", (severity_min,)))
        if captioned is not None:
            clauses.append((f"caption_count {'>' if captioned else '='} 0", ()))
        where = f" WHERE {' AND '.join(sql for sql, _ in clauses)}"
        values = tuple(value for _, some in clauses for value in some)
        found = self._database.query(f"SELECT number FROM clips{where} ORDER BY {ORDERS[order]}", values)
        self.refresh()  # after the search, so that every clip it found has its row
        rows, texts = self._rows, self._texts
        numbers: Iterable[int] = (number for (number,) in found)  # type: ignore[misc]  # an integer primary key
        for term in short:  # too short for the index; looking at every text takes 2 ms
            numbers = [number for number in numbers if term in texts[number]]
        return [rows[number] for number in numbers]

    def refresh(self) -> None:
        """Fetch what changed since the last time. `search` does it; call it early to have the first search fast."""
        with self._refreshing:
            # CROSS JOIN keeps this order: the planner would walk through the whole text index to find that nothing changed.
            sql = (
                f"SELECT stamp, number, clip_text.text, {_COLUMNS} FROM clips CROSS JOIN clip_text ON clip_text.rowid = number"
                " WHERE stamp > ? ORDER BY stamp"
            )
            for stamp, number, text, *row in self._database.query(sql, (self._stamp,)):
                self._rows[number] = _row(row)  # type: ignore[index]  # as in `search`
                self._texts[number] = text  # type: ignore[index, assignment]
                self._stamp = stamp  # type: ignore[assignment]  # an integer column

    def search_words(self, query: str, limit: int = 100) -> list[WordHit]:
        """Captions, segments and remarks in which every word of `query` occurs, in the library's order."""
        return search_words(self._database, query, limit)

    def count(self) -> int:
        return int(str(self._database.query(f"SELECT count(*) FROM clips WHERE {_THERE}")[0][0]))

    def row(self, clip_id: str) -> ClipRow:
        """KeyError if there is no such clip."""
        rows = self._database.query(f"SELECT {_COLUMNS} FROM clips WHERE id = ?", (clip_id,))
        if not rows:
            raise KeyError(clip_id)
        return _row(rows[0])

    def ref(self, clip_id: str) -> ClipRef:
        """Where the clip lies, for a reader. KeyError if there is no such clip."""
        sql = "SELECT id, dataset, path, format, objects FROM clips WHERE id = ?"
        for name, dataset, path, kind, objects in self._database.query(sql, (clip_id,)):
            return ClipRef(str(name), str(dataset), self._root / str(path), str(kind), _split(objects))
        raise KeyError(clip_id)

    def datasets(self) -> dict[str, int]:
        """Names with the number of clips, for a filter."""
        return self._counts("SELECT dataset, count(*) FROM clips GROUP BY dataset ORDER BY dataset")

    def objects(self) -> dict[str, int]:
        return self._counts("SELECT object, count(*) FROM clip_objects GROUP BY object ORDER BY object")

    def inspection(self, clip_id: str) -> StoredInspection | None:
        """None before the first inspection."""
        sql = "SELECT severity, summary, artifacts, inspected_at FROM clips WHERE id = ? AND inspected_at IS NOT NULL"
        for severity, summary, artifacts, at in self._database.query(sql, (clip_id,)):
            return StoredInspection(float(str(severity)), json.loads(str(summary)), tuple(json.loads(str(artifacts))), str(at))
        return None

    def _counts(self, sql: str) -> dict[str, int]:
        return {str(name): int(str(count)) for name, count in self._database.query(sql)}


def _split(objects: object) -> tuple[str, ...]:
    return tuple(str(objects).split("\n")) if objects else ()


def _row(row: Sequence[object]) -> ClipRow:
    return ClipRow(row[0], row[1], _split(row[2]), *row[3:])  # type: ignore[arg-type]  # the columns are in this order
