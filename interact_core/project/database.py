"""One SQLite file, one writer at a time, as many readers as threads; failures said in words.

WAL lets readers go on while something is written. `synchronous=FULL`: writing happens on a thread of its own and in
bursts (see `journal`), so the one fsync per burst costs nobody anything, and text survives a power cut, not only a
killed process.
"""

import contextlib
import errno
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeGuard

from interact_core.errors import InputError

_FULL: Final = "database or disk is full"


class Database:
    """Any thread may read and write. `writing` commits as a whole or not at all."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path: Final = path
        self.read_only: Final = read_only
        self._lock = threading.RLock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._closed = False
        self._writer = self._connect()
        if not read_only:
            self._writer.execute("PRAGMA journal_mode=WAL")  # answers "delete" where the file system cannot; that is safe too
            self._writer.execute("PRAGMA synchronous=FULL")

    @property
    def connection(self) -> sqlite3.Connection:
        """The writer itself, for schema work while nobody else has the database yet."""
        return self._writer

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. InputError when the disk is full, the file read-only or damaged; then nothing has changed."""
        if self.read_only:
            raise InputError("the project is open for reading only", path=self.path, remedy="Close the other window first")
        with self._lock:
            self._check_open()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException as error:
                self._roll_back()
                if is_storage_trouble(error):
                    raise storage_error(error, self.path) from error
                raise

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """All rows, read on this thread's own connection. InputError when the file is damaged."""
        self._check_open()
        try:
            return self._reader().execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            if is_storage_trouble(error):
                raise storage_error(error, self.path) from error
            raise

    def close(self) -> None:
        """Closing the last connection folds the write-ahead log into the file. Harmless the second time."""
        with self._lock:
            self._closed = True
            for connection in (*self._readers, self._writer):
                connection.close()
            self._readers.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise InputError("the project is closed", path=self.path, remedy="Open it again")

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if reader is None:
            with self._lock:
                self._check_open()
                reader = self._connect()
                reader.execute("PRAGMA query_only=ON")
                reader.execute("PRAGMA cache_size=-16000")  # kB: the clips of a large project; 2 MB are read again each time
                self._readers.append(reader)
            self._local.connection = reader
        return reader

    def _connect(self) -> sqlite3.Connection:
        # Checked by our lock, not by sqlite3: the writer serves many threads one after the other.
        uri = f"{self.path.absolute().as_uri()}?mode={'ro' if self.read_only else 'rwc'}"
        return sqlite3.connect(uri, uri=True, timeout=5.0, isolation_level=None, check_same_thread=False)

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # a full disk may have ended the transaction already
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")


def is_storage_trouble(error: BaseException) -> TypeGuard[sqlite3.DatabaseError]:
    """True for a full disk or a damaged file; False for a bug of ours, such as a broken constraint or a wrong type."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def storage_error(error: Exception, path: Path) -> InputError:
    """What an OSError or sqlite3.Error means for the person at the desk."""
    text = str(error)
    if _FULL in text or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)):
        return InputError("the disk is full", path=path, remedy="Free some space; what you typed is kept and stored then")
    if "readonly" in text or "unable to open" in text or isinstance(error, PermissionError):
        return InputError(
            "the project cannot be written", path=path, remedy="Make its folder writable, or set INTERACT_HOME to another one"
        )
    if is_damage(error):
        return InputError(
            f"the project database is damaged ({text})", path=path, remedy="Close and open the project: it is repaired then"
        )
    return InputError(f"the project cannot be stored ({text})", path=path, remedy="It is tried again")


def is_damage(error: Exception) -> bool:
    """True where the file itself is broken, not merely busy, full or forbidden."""
    return isinstance(error, sqlite3.DatabaseError) and any(
        words in str(error) for words in ("malformed", "not a database", "corrupt", "unsupported file format")
    )
