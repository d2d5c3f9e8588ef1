"""The tables of project.db and how older files become today's.

A new need is a new function at the end, never a change of an old one: what has run on a user's file is history.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interact_core.errors import InputError
from interact_core.project.text_search import folded

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils


def _first(db: "SqliteUtils") -> None:
    db.table("meta").create({"key": str, "value": str}, pk="key")
    # `number` is the rowid by name: an unnamed one may change in VACUUM, and the text index points at it.
    db.table("clips").create(
        {
            "number": int, "id": str, "position": int, "dataset": str, "path": str, "format": str, "objects": str,
            "frames": int, "fps": float, "duration": float, "actions": str, "caption": str, "caption_count": int,
            "title": str, "parent": str, "corruption": str, "severity": float, "summary": str, "artifacts": str,
            "thumbnail": str, "signature": str, "status": str, "problem": str, "opened_at": str, "inspected_at": str,
            "stamp": int,
        },
        pk="number", not_null={"id", "position", "dataset", "path", "format", "objects", "status"},
        defaults={"objects": "", "actions": "", "caption": "", "caption_count": 0, "status": "listed", "problem": "", "stamp": 0},
    )  # fmt: skip
    db.table("clips").create_index(["id"], unique=True)
    # Whoever holds rows in memory asks for those with a higher stamp than the last one seen.
    bump = "UPDATE clips SET stamp = (SELECT max(stamp) + 1 FROM clips) WHERE number = NEW.number"
    db.execute(f"CREATE TRIGGER clips_added AFTER INSERT ON clips WHEN NEW.stamp = 0 BEGIN {bump}; END")
    db.execute(f"CREATE TRIGGER clips_changed AFTER UPDATE ON clips WHEN NEW.stamp IS OLD.stamp BEGIN {bump}; END")
    for column in ("dataset", "position", "status", "stamp"):
        db.table("clips").create_index([column])
    for column in ("severity", "duration", "opened_at"):  # orders of the library, ready sorted
        db.execute(f"CREATE INDEX clips_by_{column} ON clips({column} DESC, position)")
    db.table("clip_objects").create({"object": str, "number": int}, pk=("object", "number"))
    db.table("clip_objects").create_index(["number"])
    # Trigrams find a word inside a name ("table" in "largetable"), in every script; `text_search` folds the text before.
    db.execute("CREATE VIRTUAL TABLE clip_text USING fts5(text, tokenize='trigram case_sensitive 1')")
    db.table("captions").create(
        {
            "clip_id": str, "uid": str, "position": float, "variant": str, "text": str, "tokens": str, "start_frame": int,
            "end_frame": int, "author": str, "modified": str, "origin": str, "removed": int,
        },
        pk=("clip_id", "uid"), not_null={"position", "variant", "text", "tokens", "start_frame", "removed"},
        defaults={"tokens": "", "start_frame": 0, "author": "", "modified": "", "origin": "user", "removed": 0},
    )  # fmt: skip
    # One row per burst of editing of one thing: `kind` is "caption" today. before/after are JSON, null for "was not there".
    db.table("revisions").create(
        {
            "id": int, "clip_id": str, "kind": str, "uid": str, "before": str, "after": str, "author": str,
            "begun": str, "ended": str,
        },
        pk="id", not_null={"clip_id", "kind", "uid", "author", "begun", "ended"},
    )  # fmt: skip
    db.table("revisions").create_index(["clip_id", "uid"])


def _second(db: "SqliteUtils") -> None:
    """One table for everything that is said about a clip. `tier` is a caption's variant or a segment's tier."""
    db.table("records").create(
        {
            "clip_id": str, "uid": str, "kind": str, "position": float, "tier": str, "start_frame": int, "end_frame": int,
            "text": str, "label": str, "body": str, "author": str, "origin": str, "modified": str, "removed": int,
        },
        pk=("clip_id", "uid"), not_null={"kind", "position", "text", "label", "body", "removed"},
        defaults={
            "tier": "", "start_frame": 0, "text": "", "label": "", "author": "", "origin": "user", "modified": "", "removed": 0,
        },
    )  # fmt: skip
    db.table("records").create_index(["kind", "label"])
    for row in db.execute(f"SELECT {CAPTION_COLUMNS} FROM captions ORDER BY clip_id, position, rowid").fetchall():
        db.execute(INSERT_RECORD, record_of_caption(row))
    db.execute("DROP TABLE captions")
    db.execute("ALTER TABLE clips ADD COLUMN state TEXT NOT NULL DEFAULT 'todo'")
    db.execute("ALTER TABLE clips ADD COLUMN segment_count INTEGER NOT NULL DEFAULT 0")


def _third(db: "SqliteUtils") -> None:
    """Work in teams, and a search that says which record matched."""
    db.table("packets").create(
        {"id": str, "annotator": str, "created": str, "place": str}, pk="id", not_null={"annotator", "created", "place"}
    )
    db.table("packet_clips").create({"packet": str, "clip_id": str}, pk=("packet", "clip_id"))
    # What an annotator handed in: the document as a file, and of it what lists and orders show.
    db.table("submissions").create(
        {"clip_id": str, "annotator": str, "packet": str, "body": str, "state": str, "received": str},
        pk=("clip_id", "annotator"), not_null={"packet", "body", "state", "received"},
    )  # fmt: skip
    db.table("submissions").create_index(["packet"])
    db.execute("ALTER TABLE clips ADD COLUMN agreement REAL")
    db.table("revisions").create_index(["ended"])
    # The rowid is the clip's number and, below it, the place among its texts: one clip's texts are a range.
    db.execute("CREATE VIRTUAL TABLE words USING fts5(text, uid UNINDEXED, tokenize='trigram case_sensitive 1')")
    for number, clip_id in db.execute("SELECT number, id FROM clips").fetchall():
        rows = db.execute(
            "SELECT uid, text FROM records WHERE clip_id = ? AND NOT removed AND text != '' ORDER BY position, rowid", (clip_id,)
        ).fetchall()
        for place, (uid, text) in enumerate(rows):
            sql = "INSERT INTO words(rowid, text, uid) VALUES (?, ?, ?)"
            db.execute(sql, ((number << WORDS_SHIFT) + place, folded(text), uid))


def _fourth(db: "SqliteUtils") -> None:
    """Versions of clips. The data lies in folders; a purged version leaves its row, so that its number is not used again."""
    db.table("versions").create(
        {
            "id": str, "clip_id": str, "number": int, "state": str, "manifest": str, "folder": str, "bytes": int,
            "deleted": str, "purged": int,
        },
        pk="id", not_null={"clip_id", "number", "state", "manifest", "folder", "bytes", "purged"},
        defaults={"state": "candidate", "bytes": 0, "purged": 0},
    )  # fmt: skip
    db.table("versions").create_index(["clip_id", "number"], unique=True)


WORDS_SHIFT: Final = 20
"""Bits of a rowid of `words` for the place within a clip: a million texts."""


CAPTION_COLUMNS: Final = (
    "clip_id, position, uid, variant, text, tokens, start_frame, end_frame, author, origin, modified, removed"
)
"""Of the captions table, which projects had before schema 2."""
INSERT_RECORD: Final = (
    "INSERT OR IGNORE INTO records(clip_id, position, uid, kind, tier, start_frame, end_frame, text, label, body, author, origin,"
    " modified, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record_of_caption(row: Sequence[object]) -> tuple[object, ...]:
    """The values of INSERT_RECORD from a row of CAPTION_COLUMNS. Written out: today's records may change, history may not."""
    clip_id, position, uid, variant, text, tokens, start, end, author, origin, modified, removed = row
    caption = {
        "text": text, "variant": variant, "tokens": str(tokens or "").split(), "start_frame": start, "end_frame": end,
        "author": author,
    }  # fmt: skip
    body = json.dumps(
        {"uid": uid, "caption": caption, "origin": origin, "modified": modified}, ensure_ascii=False, sort_keys=True
    )
    return (clip_id, position, uid, "caption", variant, start, end, text, "", body, author, origin, modified, removed)


_STEPS: Final[tuple[Callable[["SqliteUtils"], None], ...]] = (_first, _second, _third, _fourth)
VERSION: Final = len(_STEPS)


def migrate(connection: sqlite3.Connection, path: Path, backups: Path) -> Path | None:
    """Bring the file to today's schema; returns the copy made before, if there was something to keep.

    InputError if a newer program made the file. A step that fails leaves the file as it was before that step.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return None
    if found > VERSION:
        raise InputError(
            f"the project was made by a newer InterAct Studio (schema {found}, this one knows {VERSION})",
            path=path,
            remedy="Update InterAct Studio",
        )
    copy = _back_up(connection, backups, found) if found else None
    _apply(connection)
    return copy


def _apply(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database  # late: 0.4 s that only a new or old file needs
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("project")
    for version, step in enumerate(_STEPS, start=1):
        # The migrations table says what ran and when; user_version says the same without importing sqlite-utils.
        migrations(name=f"{version:04d}")(_versioned(step, version))
    migrations.apply(Database(connection))


def _versioned(step: Callable[["SqliteUtils"], None], version: int) -> Callable[["SqliteUtils"], None]:
    def run(db: "SqliteUtils") -> None:
        step(db)
        db.execute(f"PRAGMA user_version = {version}")

    return run


def _back_up(connection: sqlite3.Connection, backups: Path, version: int) -> Path:
    backups.mkdir(parents=True, exist_ok=True)
    copy = backups / f"project-schema{version}-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    target = sqlite3.connect(copy)
    try:
        connection.backup(target)
    finally:
        target.close()
    return copy
