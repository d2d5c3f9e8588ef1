"""Records and their history in the database: the source's captions as a base, the user's edits over it, both kept."""

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from interact_core.annotation import CaptionRecord, Record, SegmentRecord, StateRecord, record_from_dict, record_to_dict, text_of
from interact_core.clip import Caption
from interact_core.project.text_search import folded, storable
from interact_core.project.word_search import write_words

_BURST: Final = timedelta(seconds=30)
"""Edits of one caption by one author closer together than this share a revision ..."""
_LONGEST_BURST: Final = timedelta(minutes=10)
"""... but a revision never covers more than this."""
FIRST: Final = ""
_SOURCE_POSITION: Final = -1000.0
"""The source's captions come before those that the user had added before they were read."""
_COLUMNS: Final = "uid, kind, tier, start_frame, end_frame, text, label, body, author, origin, modified, removed"
"""`body` is the whole record; the others are there to be searched, counted and sorted by."""

# Not INSERT OR REPLACE: that gives a new rowid, and records of equal position would change places.
_UPSERT: Final = (
    f"INSERT INTO records(clip_id, position, {_COLUMNS}) VALUES ({', '.join('?' * 14)})"
    " ON CONFLICT(clip_id, uid) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in ("position", *_COLUMNS.split(", ")[1:]))
)


@dataclass(frozen=True)
class StoredEdit:
    """What shall be stored: the record as it is now, or that it is gone.

    `after_uid`: whom a new one follows; FIRST puts it before all, None after all.
    """

    clip_id: str
    record: Record
    author: str
    at: datetime
    removed: bool = False
    after_uid: str | None = None


@dataclass(frozen=True)
class Revision:
    """One burst of editing of one record. before is None where it was added, after where it was removed."""

    id: int
    clip_id: str
    kind: str
    uid: str
    before: Record | None
    after: Record | None
    author: str
    begun: str
    ended: str


def stored_records(rows: Iterable[Sequence[object]], pending: Iterable[StoredEdit] = ()) -> tuple[Record, ...]:
    """Rows of `select_records` in order, with edits laid over them that have not reached the disk yet."""
    records = [(_record(row), bool(row[-1])) for row in rows]
    for edit in pending:
        record = dataclasses.replace(edit.record, modified=_iso(edit.at))
        places = {kept.uid: index for index, (kept, _) in enumerate(records)}
        if record.uid in places:
            records[places[record.uid]] = (record, edit.removed)
        else:
            records.insert(_index_after(list(places), edit.after_uid), (record, edit.removed))
    return tuple(record for record, removed in records if not removed)


def select_records() -> str:
    return f"SELECT {_COLUMNS} FROM records WHERE clip_id = ? ORDER BY position, rowid"


def write_edit(connection: sqlite3.Connection, edit: StoredEdit) -> None:
    """Store an edit and its place in the history."""
    key = (edit.clip_id, edit.record.uid)
    row = connection.execute(f"SELECT {_COLUMNS}, position FROM records WHERE clip_id = ? AND uid = ?", key).fetchone()
    before = None if row is None or row[-2] else _record(row[:-1])
    record = _storable(dataclasses.replace(edit.record, modified=_iso(edit.at)))
    after = None if edit.removed else record
    position = row[-1] if row is not None else _position_after(connection, edit)
    # Also what was added and removed before it was ever stored: others of the same burst may stand after it.
    _write_row(connection, edit.clip_id, position, record, edit.removed)
    if before is None and after is None:
        return
    if before is None or after is None or _content(before) != _content(after):
        _write_revision(connection, edit, before, after)


def import_source(connection: sqlite3.Connection, clip_id: str, captions: Sequence[Caption]) -> None:
    """Take over the source's captions. What the user has edited or removed stays; the source wins only over itself."""
    wanted = {f"source-{index}": caption for index, caption in enumerate(captions)}
    # The plus: by clip, not by kind, or each clip walks through the captions of all.
    held = "SELECT uid FROM records WHERE clip_id = ? AND +kind = 'caption' AND "
    # A decision between annotators keeps the uid of the source's caption that they have changed, but is the user's.
    touched = {uid for (uid,) in connection.execute(held + "(origin != 'source' OR modified != '' OR removed)", (clip_id,))}
    untouched = {uid for (uid,) in connection.execute(held + "origin = 'source' AND modified = '' AND NOT removed", (clip_id,))}
    for uid in untouched - wanted.keys():
        connection.execute("DELETE FROM records WHERE clip_id = ? AND uid = ?", (clip_id, uid))
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
        "SELECT uid, kind, text FROM records WHERE clip_id = ? AND NOT removed AND text != '' ORDER BY position, rowid",
        (clip_id,),
    ).fetchall()
    captions = [text for _, kind, text in rows if kind == "caption"]
    parts = [*(name for name in names if name), *(text for _, _, text in rows)]
    write_words(connection, number, [(uid, text) for uid, _, text in rows])
    connection.execute("DELETE FROM clip_text WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO clip_text(rowid, text) VALUES (?, ?)", (number, "\n".join(map(folded, parts))))
    segments, state = connection.execute(
        "SELECT count(*) FILTER (WHERE kind = 'segment'), max(label) FILTER (WHERE kind = 'state')"
        " FROM records WHERE clip_id = ? AND NOT removed",
        (clip_id,),
    ).fetchone()
    connection.execute(
        "UPDATE clips SET caption = ?, caption_count = ?, segment_count = ?, state = ? WHERE number = ?",
        (captions[0] if captions else "", len(captions), segments, state or "todo", number),
    )


def revision(row: Sequence[object]) -> Revision:
    """From a row of the revisions table: id, clip_id, kind, uid, before, after, author, begun, ended."""
    number, clip_id, kind, uid, before, after, author, begun, ended = row
    assert isinstance(number, int)
    kind = str(kind)
    then, now = _from_json(kind, before), _from_json(kind, after)
    return Revision(number, str(clip_id), kind, str(uid), then, now, str(author), str(begun), str(ended))


def _write_row(connection: sqlite3.Connection, clip_id: str, position: float, record: Record, removed: bool) -> None:
    connection.execute(_UPSERT, (clip_id, position, *record_row(record, removed)))


def record_row(record: Record, removed: bool = False) -> tuple[object, ...]:
    """The columns of a record in the order of the table, from uid on."""
    tier, start, end, label = "", 0, None, ""
    if isinstance(record, CaptionRecord):
        tier, start, end = record.caption.variant, record.caption.start_frame, record.caption.end_frame
    elif isinstance(record, SegmentRecord):
        tier, start, end = record.segment.tier, record.segment.start_frame, record.segment.end_frame
        label = record.segment.label
    elif isinstance(record, StateRecord):
        label = record.state
    return (
        record.uid, record.kind, tier, start, end, text_of(record), label, _to_json(record), record.author, record.origin,
        record.modified, int(removed),
    )  # fmt: skip


def _position_after(connection: sqlite3.Connection, edit: StoredEdit) -> float:
    """Between its neighbours: others need not move."""
    positions = connection.execute(
        "SELECT uid, position FROM records WHERE clip_id = ? ORDER BY position", (edit.clip_id,)
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


def _write_revision(connection: sqlite3.Connection, edit: StoredEdit, before: Record | None, after: Record | None) -> None:
    last = connection.execute(
        "SELECT id, author, begun, ended, after IS NULL FROM revisions WHERE clip_id = ? AND uid = ? ORDER BY id DESC LIMIT 1",
        (edit.clip_id, edit.record.uid),
    ).fetchone()
    now = _iso(edit.at)
    if last is not None and after is not None and _continues(last, edit):
        connection.execute("UPDATE revisions SET after = ?, ended = ? WHERE id = ?", (_to_json(after), now, last[0]))
        return
    connection.execute(
        "INSERT INTO revisions(clip_id, kind, uid, before, after, author, begun, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (edit.clip_id, edit.record.kind, edit.record.uid, _to_json(before), _to_json(after), edit.author, now, now),
    )


def _continues(last: Sequence[str], edit: StoredEdit) -> bool:
    _, author, begun, ended, was_removal = last
    if was_removal or author != edit.author:
        return False
    since_end, since_begin = edit.at - datetime.fromisoformat(ended), edit.at - datetime.fromisoformat(begun)
    return timedelta(0) <= since_end < _BURST and since_begin < _LONGEST_BURST


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _storable(record: Record) -> Record:
    """Text that UTF-8 can hold, in every field."""
    return record_from_dict(record.kind, _clean(record_to_dict(record)))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return tuple(map(_clean, value)) if isinstance(value, tuple | list) else value


def _content(record: Record) -> dict[str, Any]:
    """What counts as a change: who and when is not it."""
    content = record_to_dict(record)
    for part in (content, content.get("caption"), content.get("segment")):
        if part is not None:
            part.pop("author", None)
            part.pop("modified", None)
    return content


def _record(row: Sequence[object]) -> Record:
    return record_from_dict(str(row[1]), json.loads(str(row[7])))


def _to_json(record: Record | None) -> str | None:
    return None if record is None else json.dumps(record_to_dict(record), ensure_ascii=False, sort_keys=True)


def _from_json(kind: str, text: object) -> Record | None:
    return None if text is None else record_from_dict(kind, json.loads(str(text)))
