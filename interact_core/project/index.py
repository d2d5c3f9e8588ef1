"""Writing the library: what a listing names, what a glance or an inspection found."""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from interact_core.formats.listing import ClipRef, Listing
from interact_core.formats.registry import STORED
from interact_core.project.facts import ClipFacts
from interact_core.project.record_store import import_source, refresh_text
from interact_core.project.text_search import folded, storable

_UNNAMEABLE = "The file name is not valid Unicode. Rename it and open the folder again."


def write_listing(connection: sqlite3.Connection, listing: Listing, root: Path) -> None:
    """Clips that are new are added, known ones keep everything, those that are gone become "missing" with their captions.
    What the project made itself is no listing's business."""
    known = {
        name: (number, (position, path, dataset, kind), status)
        for number, name, position, path, dataset, kind, status in connection.execute(
            "SELECT number, id, position, path, dataset, format, status FROM clips WHERE format != ?", (STORED,)
        )
    }
    stamp = connection.execute("SELECT coalesce(max(stamp), 0) FROM clips").fetchone()[0]
    for position, ref in enumerate(listing.refs):
        name = storable(ref.id)
        if name not in known:
            _add(connection, ref, name, (position, *_place(ref, root)), stamp + 1 + position)
            continue
        number, before, status = known.pop(name)
        place = (position, *_place(ref, root))
        # Rows that stay as they are keep their stamp, so that a library in memory need not fetch them again.
        if before != place:
            sql = "UPDATE clips SET position = ?, path = ?, dataset = ?, format = ? WHERE number = ?"
            connection.execute(sql, (*place, number))
        if status == "missing":
            connection.execute("UPDATE clips SET status = 'listed', signature = '' WHERE number = ?", (number,))
    gone = [(len(listing.refs) + k, number) for k, (number, _, _) in enumerate(known.values())]
    connection.executemany("UPDATE clips SET status = 'missing', position = ? WHERE number = ?", gone)


def add_clip(connection: sqlite3.Connection, ref: ClipRef) -> None:
    """One that no listing knows, behind all others; its path is kept whole."""
    position, stamp = connection.execute(
        "SELECT coalesce(max(position), 0) + 1, coalesce(max(stamp), 0) + 1 FROM clips"
    ).fetchone()
    place = (position, storable(str(ref.path)), storable(ref.dataset), ref.format)
    _add(connection, ref, storable(ref.id), place, stamp)


def write_facts(connection: sqlite3.Connection, clip_id: str, facts: ClipFacts, signature: str | None = None) -> None:
    """`signature` None leaves the stored one: the facts came from opening the clip, not from indexing it."""
    connection.execute(
        "UPDATE clips SET frames = ?, fps = ?, duration = ?, actions = ?, title = ?, parent = ?, corruption = ?,"
        " signature = coalesce(?, signature), status = 'ready', problem = '' WHERE id = ?",
        (
            facts.frames, facts.fps, facts.frames / facts.fps if facts.fps > 0 else None, storable("\n".join(facts.actions)),
            storable(facts.title), storable(facts.parent), storable(facts.corruption), signature, clip_id,
        ),
    )  # fmt: skip
    if facts.object_names:
        _write_objects(connection, clip_id, facts.object_names)
    import_source(connection, clip_id, facts.captions)
    refresh_text(connection, clip_id)


def write_problem(connection: sqlite3.Connection, clip_id: str, problem: str, signature: str | None = None) -> None:
    connection.execute(
        "UPDATE clips SET status = 'problem', problem = ?, signature = coalesce(?, signature) WHERE id = ?",
        (storable(problem), signature, clip_id),
    )


def write_inspection(
    connection: sqlite3.Connection, clip_id: str, severity: float, summary: Mapping[str, object],
    artifacts: Iterable[Mapping[str, object]],
) -> None:  # fmt: skip
    connection.execute(
        "UPDATE clips SET severity = ?, summary = ?, artifacts = ?, inspected_at = ? WHERE id = ?",
        (float(severity), json.dumps(dict(summary)), json.dumps([dict(one) for one in artifacts]), now(), clip_id),
    )


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _add(connection: sqlite3.Connection, ref: ClipRef, name: str, place: tuple[int, str, str, str], stamp: int) -> None:
    """The stamp is given here: the trigger would cost as much as the row itself."""
    problem = "" if str(ref.path) == storable(str(ref.path)) else _UNNAMEABLE
    objects = [storable(one) for one in ref.object_names]
    number = connection.execute(
        "INSERT INTO clips(id, position, path, dataset, format, objects, status, problem, stamp)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, *place, "\n".join(objects), "problem" if problem else "listed", problem, stamp),
    ).lastrowid
    assert number is not None
    connection.executemany("INSERT OR IGNORE INTO clip_objects(object, number) VALUES (?, ?)", [(one, number) for one in objects])
    text = "\n".join(folded(part) for part in (name, place[2], *objects))
    connection.execute("INSERT INTO clip_text(rowid, text) VALUES (?, ?)", (number, text))


def _place(ref: ClipRef, root: Path) -> tuple[str, str, str]:
    """Path below the root with "/" (else as it is), data set, format. Strings: pathlib takes longer than the insert."""
    path, base = str(ref.path), str(root) + os.sep
    relative = path[len(base) :] if path.startswith(base) else path
    return storable(relative.replace(os.sep, "/")), storable(ref.dataset), ref.format


def _write_objects(connection: sqlite3.Connection, clip_id: str, names: Sequence[str]) -> None:
    objects = [storable(one) for one in names]
    connection.execute("UPDATE clips SET objects = ? WHERE id = ?", ("\n".join(objects), clip_id))
    connection.execute("DELETE FROM clip_objects WHERE number = (SELECT number FROM clips WHERE id = ?)", (clip_id,))
    connection.executemany(
        "INSERT OR IGNORE INTO clip_objects(object, number) SELECT ?, number FROM clips WHERE id = ?",
        [(one, clip_id) for one in objects],
    )
