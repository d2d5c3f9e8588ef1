"""Captions and their history in the database: the source's text as a base, the user's edits over it, both kept."""

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from interact_core.annotation import CaptionRecord
from interact_core.clip import Caption
from interact_core.project.text_search import folded, storable

_BURST: Final = timedelta(seconds=30)
"""Edits of one caption by one author closer together than this share a revision ..."""
_LONGEST_BURST: Final = timedelta(minutes=10)
"""... but a revision never covers more than this."""
FIRST: Final = ""
_SOURCE_POSITION: Final = -1000.0
"""The source's captions come before those that the user had added before they were read."""
_COLUMNS: Final = "uid, variant, text, tokens, start_frame, end_frame, author, origin, modified, removed"

# Not INSERT OR REPLACE: that gives a new rowid, and captions of equal position would change places.
_UPSERT: Final = (
    f"INSERT INTO captions(clip_id, position, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(clip_id, uid) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in ("position", *_COLUMNS.split(", ")[1:]))
)


@dataclass(frozen=True)
class Edit:
    """What shall be stored: the caption as it is now, or that it is gone.

    `after_uid`: whom a new one follows; FIRST puts it before all, None after all.
    """

    clip_id: str
    record: CaptionRecord
    author: str
    at: datetime
    removed: bool = False
    after_uid: str | None = None


@dataclass(frozen=True)
class Revision:
    """One burst of editing of one caption. before is None where it was added, after where it was removed."""

    id: int
    clip_id: str
    uid: str
    before: CaptionRecord | None
    after: CaptionRecord | None
    author: str
    begun: str
    ended: str


def stored_captions(rows: Iterable[Sequence[object]], pending: Iterable[Edit] = ()) -> tuple[CaptionRecord, ...]:
    """Rows of `select_captions` in order, with edits laid over them that have not reached the disk yet."""
    records = [(_record(row), bool(row[-1])) for row in rows]
    for edit in pending:
        record = dataclasses.replace(edit.record, modified=_iso(edit.at))
        places = {kept.uid: index for index, (kept, _) in enumerate(records)}
        if record.uid in places:
            records[places[record.uid]] = (record, edit.removed)
        else:
            records.insert(_index_after(list(places), edit.after_uid), (record, edit.removed))
    return tuple(record for record, removed in records if not removed)


def select_captions() -> str:
    return f"SELECT {_COLUMNS} FROM captions WHERE clip_id = ? ORDER BY position, rowid"


def write_edit(connection: sqlite3.Connection, edit: Edit) -> None:
    """Store an edit and its place in the history."""
    key = (edit.clip_id, edit.record.uid)
    row = connection.execute(f"SELECT {_COLUMNS}, position FROM captions WHERE clip_id = ? AND uid = ?", key).fetchone()
    before = None if row is None or row[-2] else _record(row[:-1])
    record = _storable(dataclasses.replace(edit.record, modified=_iso(edit.at)))
    after = None if edit.removed else record
    if row is None and after is None:
        return  # added and removed before it was ever stored
    position = row[-1] if row is not None else _position_after(connection, edit)
    _write_row(connection, edit.clip_id, position, record, edit.removed)
    if before is None or after is None or _content(before) != _content(after):
        _write_revision(connection, edit, before, after)


def import_source(connection: sqlite3.Connection, clip_id: str, captions: Sequence[Caption]) -> None:
    """Take over the source's captions. What the user has edited or removed stays; the source wins only over itself."""
    wanted = {f"source-{index}": caption for index, caption in enumerate(captions)}
    held = "SELECT uid FROM captions WHERE clip_id = ? AND origin = 'source' AND "
    touched = {uid for (uid,) in connection.execute(held + "(modified != '' OR removed)", (clip_id,))}
    untouched = {uid for (uid,) in connection.execute(held + "modified = '' AND NOT removed", (clip_id,))}
    for uid in untouched - wanted.keys():
        connection.execute("DELETE FROM captions WHERE clip_id = ? AND uid = ?", (clip_id, uid))
    for index, (uid, caption) in enumerate(wanted.items()):
        if uid not in touched:
            _write_row(
                connection, clip_id, _SOURCE_POSITION + index, _storable(CaptionRecord(uid, caption, "source")), removed=False
            )


def refresh_text(connection: sqlite3.Connection, clip_id: str) -> None:
    """Bring what is searched, and what the library shows of the captions, up to date with the tables."""
    found = connection.execute(
        "SELECT number, id, dataset, objects, actions, title FROM clips WHERE id = ?", (clip_id,)
    ).fetchone()
    if found is None:
        return
    number, *names = found
    rows = connection.execute(
        "SELECT text FROM captions WHERE clip_id = ? AND NOT removed AND text != '' ORDER BY position, rowid", (clip_id,)
    ).fetchall()
    texts = [text for (text,) in rows]
    parts = [*(name for name in names if name), *texts]
    connection.execute("DELETE FROM clip_text WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO clip_text(rowid, text) VALUES (?, ?)", (number, "\n".join(map(folded, parts))))
    connection.execute(
        "UPDATE clips SET caption = ?, caption_count = ? WHERE number = ?", (texts[0] if texts else "", len(texts), number)
    )


def revision(row: Sequence[object]) -> Revision:
    """From a row of the revisions table: id, clip_id, uid, before, after, author, begun, ended."""
    number, clip_id, uid, before, after, author, begun, ended = row
    assert isinstance(number, int)
    return Revision(number, str(clip_id), str(uid), _from_json(before), _from_json(after), str(author), str(begun), str(ended))


def _write_row(connection: sqlite3.Connection, clip_id: str, position: float, record: CaptionRecord, removed: bool) -> None:
    caption = record.caption
    connection.execute(
        _UPSERT,
        (
            clip_id, position, record.uid, caption.variant, caption.text, " ".join(caption.tokens), caption.start_frame,
            caption.end_frame, caption.author, record.origin, record.modified, int(removed),
        ),
    )  # fmt: skip


def _position_after(connection: sqlite3.Connection, edit: Edit) -> float:
    """Between its neighbours: others need not move."""
    positions = connection.execute(
        "SELECT uid, position FROM captions WHERE clip_id = ? ORDER BY position", (edit.clip_id,)
    ).fetchall()
    if not positions:
        return 0.0
    index = _index_after([uid for uid, _ in positions], edit.after_uid)
    if index == 0:
        return float(positions[0][1]) - 1.0
    if index == len(positions):
        return float(positions[-1][1]) + 1.0
    return (float(positions[index - 1][1]) + float(positions[index][1])) / 2


def _index_after(uids: list[str], after_uid: str | None) -> int:
    if after_uid == FIRST:
        return 0
    return uids.index(after_uid) + 1 if after_uid in uids else len(uids)


def _write_revision(
    connection: sqlite3.Connection, edit: Edit, before: CaptionRecord | None, after: CaptionRecord | None
) -> None:
    last = connection.execute(
        "SELECT id, author, begun, ended, after IS NULL FROM revisions WHERE clip_id = ? AND uid = ? ORDER BY id DESC LIMIT 1",
        (edit.clip_id, edit.record.uid),
    ).fetchone()
    now = _iso(edit.at)
    if last is not None and after is not None and _continues(last, edit):
        connection.execute("UPDATE revisions SET after = ?, ended = ? WHERE id = ?", (_to_json(after), now, last[0]))
        return
    connection.execute(
        "INSERT INTO revisions(clip_id, kind, uid, before, after, author, begun, ended) VALUES (?, 'caption', ?, ?, ?, ?, ?, ?)",
        (edit.clip_id, edit.record.uid, _to_json(before), _to_json(after), edit.author, now, now),
    )


def _continues(last: Sequence[str], edit: Edit) -> bool:
    _, author, begun, ended, was_removal = last
    if was_removal or author != edit.author:
        return False
    since_end, since_begin = edit.at - datetime.fromisoformat(ended), edit.at - datetime.fromisoformat(begun)
    return timedelta(0) <= since_end < _BURST and since_begin < _LONGEST_BURST


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _storable(record: CaptionRecord) -> CaptionRecord:
    caption = record.caption
    clean = dataclasses.replace(
        caption, text=storable(caption.text), variant=storable(caption.variant), author=storable(caption.author),
        tokens=tuple(map(storable, caption.tokens)),
    )  # fmt: skip
    return dataclasses.replace(record, caption=clean)


def _content(record: CaptionRecord) -> Caption:
    return dataclasses.replace(record.caption, author="")


def _record(row: Sequence[object]) -> CaptionRecord:
    uid, variant, text, tokens, start, end, author, origin, modified, _ = row
    caption = Caption(
        text=str(text), variant=str(variant), tokens=tuple(str(tokens).split()), start_frame=int(str(start)),
        end_frame=None if end is None else int(str(end)), author=str(author),
    )  # fmt: skip
    return CaptionRecord(str(uid), caption, "source" if origin == "source" else "user", str(modified))


def _to_json(record: CaptionRecord | None) -> str | None:
    return None if record is None else json.dumps(dataclasses.asdict(record), ensure_ascii=False, sort_keys=True)


def _from_json(text: object) -> CaptionRecord | None:
    if text is None:
        return None
    content = json.loads(str(text))
    caption = content.pop("caption")
    return CaptionRecord(**content, caption=Caption(**{**caption, "tokens": tuple(caption["tokens"])}))
