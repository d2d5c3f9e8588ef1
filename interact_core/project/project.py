"""A folder of one's own for every data set that was opened: annotations, index, thumbnails. The data itself is never written.

Everything may be called from any thread. Edits go through the journal: `set_caption` and `record` return at once,
what they say is on disk within half a second, and reading gives it back from the first moment.
"""

import getpass
import hashlib
import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interact_core.annotation import AnnotationDocument, CaptionRecord, ChangeSet, Record
from interact_core.clip import Caption, Clip
from interact_core.errors import InputError
from interact_core.events import Event
from interact_core.formats.listing import Listing
from interact_core.formats.registry import open_path, read_clip
from interact_core.paths import app_paths, write_atomic
from interact_core.project.database import Database, storage_error
from interact_core.project.facts import ClipFacts
from interact_core.project.index import now, write_facts, write_inspection, write_listing, write_problem
from interact_core.project.journal import Journal
from interact_core.project.library import Library
from interact_core.project.owner import Ownership
from interact_core.project.record_store import (
    FIRST,
    Revision,
    StoredEdit,
    refresh_text,
    revision,
    select_records,
    stored_records,
    write_edit,
)
from interact_core.project.recovery import back_up, open_database
from interact_core.project.versions import VersionStore

logger = logging.getLogger(__name__)


class Project:
    """Made by `Project.open`; ended by `close`. `notices`: what happened while opening that the user should know."""

    def __init__(
        self, data: Path, folder: Path, title: str, database: Database, ownership: Ownership | None, notices: tuple[str, ...]
    ) -> None:
        self.data: Final = data
        self.folder: Final = folder
        self.title: Final = title
        self.database: Final = database
        self.notices = notices
        self.library: Final = Library(database, _root_of(data))
        self.versions: Final = VersionStore(database, folder / "versions", lambda clip_id: self._words_of(clip_id))
        self._ownership = ownership
        self._journal = Journal(self._store_edits)
        self._edited = False
        self._closed = False

    @classmethod
    def open(cls, data: Path, *, projects_dir: Path | None = None, title: str = "", read_only: bool = False) -> "Project":
        """The project of a clip, a dataset or a folder of datasets; made, and its clips listed, the first time.

        ProjectInUseError if another window has it (then `read_only=True` still works); InputError if the data cannot be
        listed the first time or the project's folder cannot be written. Later openings touch no file of the data.
        """
        data = Path(data).expanduser().absolute().resolve()
        folder = (projects_dir or app_paths().projects) / project_name(data)
        path = folder / "project.db"
        listing = None if path.exists() else open_path(data)
        if read_only:
            database, notices = open_database(path, folder / "backups", read_only=True)
            return cls(data, folder, title or data.name, database, None, notices)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            ownership = Ownership(folder)
        except OSError as error:
            raise storage_error(error, folder) from error
        try:
            database, notices = open_database(path, folder / "backups")
            project = cls(data, folder, title or data.name, database, ownership, notices)
        except BaseException:  # whatever it was goes on; nobody is locked out by it
            ownership.release()
            raise
        try:
            if not project.library.count():
                project._write_listing(listing or open_path(data))
            project._write_about()
            project.library.refresh()
        except BaseException:  # likewise, a cancelled opening included
            project.close(discard=True)
            raise
        return project

    @property
    def read_only(self) -> bool:
        return self.database.read_only

    @property
    def trouble(self) -> Event[InputError | None]:
        """Fires (on the journal's thread) when edits cannot be stored, and with None when they could be again."""
        return self._journal.trouble

    @property
    def unsaved(self) -> int:
        """How many records are not on disk yet; 0 within half a second of the last key, unless there is trouble."""
        return len(self._journal.pending())

    # Clips

    def read_clip(self, clip_id: str, models_dir: Path | None = None) -> Clip:
        """The clip itself, from the source. InputError if it cannot be read, which the library then shows."""
        ref = self.library.ref(clip_id)
        try:
            clip = read_clip(ref, models_dir)
        except InputError as error:
            problem = str(error)  # `error` is gone when the lambda runs
            self._note(lambda connection: write_problem(connection, clip_id, problem))
            raise
        self._note(lambda connection: write_facts(connection, clip_id, ClipFacts.of(clip)))
        return clip

    def refresh_listing(self) -> None:
        """Look at the source's names again; InputError if it cannot be listed."""
        self._write_listing(open_path(self.data))

    def stored_signatures(self) -> dict[str, str]:
        """What the index knows of each clip's files, in the library's order; clips that are gone are left out."""
        sql = "SELECT id, coalesce(signature, '') FROM clips WHERE status != 'missing' ORDER BY position"
        return {str(name): str(signature) for name, signature in self.database.query(sql)}

    @property
    def last_clip_id(self) -> str:
        """The clip that was open last, "" at first."""
        rows = self.database.query("SELECT id FROM clips WHERE opened_at IS NOT NULL ORDER BY opened_at DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    def remember_clip(self, clip_id: str) -> None:
        """It is the one to open next time, and first in the order "recent"."""
        self._note(lambda connection: connection.execute("UPDATE clips SET opened_at = ? WHERE id = ?", (now(), clip_id)))

    # Annotations

    def annotations(self, clip_id: str) -> tuple[Record, ...]:
        """Everything said about a clip as it is now: the source's captions, with the user's edits over them, stored or not."""
        pending = self._journal.pending(clip_id)  # before the rows: what is stored in between is then seen twice, not never
        return stored_records(self.database.query(select_records(), (clip_id,)), pending)

    def captions(self, clip_id: str) -> tuple[CaptionRecord, ...]:
        """The sequence captions among the annotations."""
        return tuple(record for record in self.annotations(clip_id) if isinstance(record, CaptionRecord))

    def document(self, clip_id: str) -> AnnotationDocument:
        """For an undo stack; give every change set to `record`."""
        return AnnotationDocument(clip_id, self.annotations(clip_id))

    def record(self, change: ChangeSet, document: AnnotationDocument, author: str = "") -> None:
        """Journal what an edit changed. InputError if the project is open for reading only."""
        self._check_writable()
        order = [record.uid for record in document.records]
        gone = {record.uid: record for record in self.annotations(document.id)} if change.removed else {}
        edits = [self._edit(document.id, gone[uid], author, removed=True) for uid in sorted(change.removed & gone.keys())]
        for place, uid in enumerate(order):
            if uid in change.edited | change.added:
                edits.append(self._edit(document.id, document[uid], author, after_uid=order[place - 1] if place else FIRST))
        self._journal.put(*edits)

    def set_caption(self, clip_id: str, which: int | str, text: str, author: str = "") -> CaptionRecord:
        """Change a caption by index, uid or variant; a variant that the clip does not have yet is added.

        KeyError for an unknown clip, IndexError for an unknown index. Returns at once: see the module's words.
        """
        self._check_writable()
        records = self.captions(clip_id)
        if not records:
            self.library.row(clip_id)  # KeyError for a clip that is not there
        if isinstance(which, int):
            found: CaptionRecord | None = records[which]
        else:
            found = next((r for r in records if r.uid == which), None)
            found = found or next((r for r in records if r.caption.variant == which), None)
        author = author or default_author()
        record = (found or CaptionRecord.new(Caption("", str(which)))).with_text(text, author)
        self._journal.put(self._edit(clip_id, record, author))
        return record

    def flush(self) -> None:
        """Everything typed is on disk when this returns. InputError when it cannot be; it is then still in memory."""
        self._journal.flush()

    def revisions(self, clip_id: str) -> tuple[Revision, ...]:
        """The history of a clip's annotations, newest first."""
        self.flush()
        columns = "id, clip_id, kind, uid, before, after, author, begun, ended"
        rows = self.database.query(f"SELECT {columns} FROM revisions WHERE clip_id = ? ORDER BY id DESC", (clip_id,))
        return tuple(map(revision, rows))

    def records_at(self, clip_id: str, kept: Revision) -> tuple[Record, ...]:
        """Everything said about the clip right after that revision, for `edit_towards`.

        Later revisions are taken back one by one; what has no revision (the source's own words) is as it is today.
        """
        records = {record.uid: record for record in self.annotations(clip_id)}
        for later in self.revisions(clip_id):  # newest first
            if later.id == kept.id:
                break
            if later.before is None:
                records.pop(later.uid, None)
            else:
                records[later.uid] = later.before
        if kept.after is not None:
            records[kept.uid] = kept.after
        return tuple(records.values())

    def restore(self, kept: Revision, author: str = "") -> None:
        """Make a record what it was after that revision; itself an edit, so nothing is lost by it."""
        self._check_writable()
        target = kept.after or kept.before
        assert target is not None
        self._journal.put(self._edit(kept.clip_id, target, author, removed=kept.after is None))

    # What was computed

    def store_inspection(
        self, clip_id: str, summary: Mapping[str, object], severity: float, artifacts: Sequence[Mapping[str, object]] = ()
    ) -> None:
        """Keep what the library shows and sorts by; numbers, texts and lists only. InputError when it cannot be stored."""
        with self.database.writing() as connection:
            write_inspection(connection, clip_id, severity, summary, artifacts)

    def thumbnail_path(self, clip_id: str) -> Path | None:
        """None where there is none."""
        name = self.library.row(clip_id).thumbnail
        path = self.folder / "thumbnails" / name
        return path if name and path.is_file() else None

    def store_thumbnail(self, clip_id: str, png: bytes) -> Path:
        """InputError when it cannot be written."""
        name = hashlib.sha256(clip_id.encode("utf-8", "replace")).hexdigest()[:24] + ".png"
        path = self.folder / "thumbnails" / name
        self._check_writable()
        try:
            write_atomic(path, png)
        except OSError as error:
            raise storage_error(error, path) from error
        with self.database.writing() as connection:
            connection.execute("UPDATE clips SET thumbnail = ? WHERE id = ?", (name, clip_id))
        return path

    def close(self, *, discard: bool = False) -> None:
        """Store what is pending and let go. InputError if that fails: the project then stays open, unless `discard`."""
        if self._closed:
            return
        if not discard:
            self.flush()
        self._closed = True
        self._journal.stop()
        if self._edited and not discard:
            try:
                back_up(self.database, self.folder / "backups" / "last.db")
            except (sqlite3.Error, OSError) as error:
                logger.warning("No backup was made of %s: %s", self.folder, error)
        self.database.close()
        if self._ownership is not None:
            self._ownership.release()

    # Inside

    def _words_of(self, clip_id: str) -> tuple[Caption, ...]:
        return tuple(record.caption for record in self.captions(clip_id))

    def _edit(
        self, clip_id: str, record: Record, author: str, *, removed: bool = False, after_uid: str | None = None
    ) -> StoredEdit:
        return StoredEdit(clip_id, record, author or default_author(), datetime.now(UTC), removed, after_uid)

    def _store_edits(self, edits: Sequence[StoredEdit]) -> None:
        with self.database.writing() as connection:
            for edit in edits:
                write_edit(connection, edit)
            for clip_id in dict.fromkeys(edit.clip_id for edit in edits):
                refresh_text(connection, clip_id)
        self._edited = True

    def _note(self, write: Callable[[sqlite3.Connection], object]) -> None:
        """Bookkeeping of looking at things: a full disk or a second window must not keep anyone from looking."""
        if self.read_only:
            return
        try:
            with self.database.writing() as connection:
                write(connection)
        except InputError as error:
            logger.warning("Not noted: %s", error)

    def _write_listing(self, listing: Listing) -> None:
        with self.database.writing() as connection:
            write_listing(connection, listing, _root_of(self.data))

    def _write_about(self) -> None:
        """For people who look into the folder, and for finding it again should the database be lost."""
        about = json.dumps({"data": str(self.data), "title": self.title}, indent=1, ensure_ascii=True).encode()
        path = self.folder / "project.json"
        try:
            if not path.is_file() or path.read_bytes() != about:
                write_atomic(path, about)
        except OSError as error:
            raise storage_error(error, path) from error

    def _check_writable(self) -> None:
        if self.read_only:
            raise InputError("the project is open for reading only", path=self.folder, remedy="Close the other window first")


def project_name(data: Path) -> str:
    """Readable, and different for different folders of the same name: `<slug>-<ten hex digits of the resolved path>`."""
    slug = re.sub(r"[^a-z0-9]+", "-", data.name.lower()).strip("-")[:40] or "data"
    return f"{slug}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:10]}"


def default_author() -> str:
    """The name of the account; "" where the system does not know one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # containers with a user id and no name
        return ""


def _root_of(data: Path) -> Path:
    return data if data.is_dir() or not data.suffix else data.parent
