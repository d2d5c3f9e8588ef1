"""Opening project.db whatever state it is in: a damaged file is kept, what can be read of it comes over."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.project.database import Database, is_damage, storage_error
from interact_core.project.schema import CAPTION_COLUMNS, INSERT_RECORD, VERSION, migrate, record_of_caption

logger = logging.getLogger(__name__)

_RESCUED: Final = ("records", "revisions", "packets", "packet_clips", "submissions", "versions")
"""What a person made. Everything else is read from the source again."""


def open_database(path: Path, backups: Path, *, read_only: bool = False) -> tuple[Database, tuple[str, ...]]:
    """The database in today's schema, and what the user should know. InputError when there is no way to have one."""
    try:
        return _open(path, backups, read_only)
    except (sqlite3.Error, OSError) as error:
        if read_only or not is_damage(error):
            raise storage_error(error, path) from error
        damage = str(error)
    try:
        kept = _set_aside(path)
        database, _ = _open(path, backups, read_only)
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, path) from error
    rescued = sum(_rescue(source, database) for source in (kept, *sorted(backups.glob("*.db"), reverse=True)))
    notice = (
        f"The project database was damaged ({damage}). It was kept as {kept.name} and a new one begun;"
        f" {rescued} captions and segments were rescued from it and from backups. Clips are indexed again."
    )
    logger.error("%s", notice)
    return database, (notice,)


def back_up(database: Database, target: Path) -> None:
    """A whole copy, replacing `target` only when it is complete. sqlite3.Error or OSError leave the old copy as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    copy = sqlite3.connect(part)
    try:
        database.connection.backup(copy)
    finally:
        copy.close()
    part.replace(target)


def _open(path: Path, backups: Path, read_only: bool) -> tuple[Database, tuple[str, ...]]:
    database = Database(path, read_only=read_only)
    try:
        found = database.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
        if read_only:
            return database, _readable(database)
        copy = migrate(database.connection, path, backups)
    except BaseException:  # whatever it was, an interrupt too, goes on its way; the file is not left open
        database.close()
        raise
    return database, ((f"The project was brought up to date; a copy of before is {copy}.",) if copy else ())


def _readable(database: Database) -> tuple[str, ...]:
    version = database.connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise InputError(
            f"the project has schema {version}, this program reads {VERSION}",
            path=database.path,
            remedy="Open it once for writing",
        )
    return ()


def _set_aside(path: Path) -> Path:
    kept = path.with_name(f"project-damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db")
    path.replace(kept)
    for suffix in ("-wal", "-shm"):  # the log belongs to the old file: with a new one it would do harm
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(kept.with_name(kept.name + suffix))
    return kept


def _rescue(source: Path, target: Database) -> int:
    """Copy what can be read and is not there yet; returns the number of records."""
    count = 0
    try:
        connection = sqlite3.connect(source)
    except sqlite3.Error:
        return 0
    with contextlib.closing(connection), target.writing() as into:
        for table in _RESCUED:
            columns = [str(row[1]) for row in into.execute(f"PRAGMA table_info({table})")]
            insert = f"INSERT OR IGNORE INTO {table}({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            for row in _readable_rows(connection, table, columns):
                try:
                    added = into.execute(insert, row).rowcount
                except sqlite3.Error:
                    continue  # a row that damage has emptied of what must be there
                count += added if table == "records" else 0
        for row in _readable_rows(connection, "captions", CAPTION_COLUMNS.split(", ")):  # of a copy older than schema 2
            count += into.execute(INSERT_RECORD, record_of_caption(row)).rowcount
    return count


def _readable_rows(connection: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[object, ...]]:
    """From both ends, because reading stops at the damage. Rows may come twice; nothing where there is no such table."""
    with contextlib.suppress(sqlite3.Error):
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            return
    for direction in ("ASC", "DESC"):
        try:
            yield from connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid {direction}")
        except sqlite3.Error as error:
            logger.warning("Reading %s of the damaged database ended early: %s", table, error)
