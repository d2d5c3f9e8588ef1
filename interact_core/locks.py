"""A lock on a file that the system itself releases when the process dies, however it dies."""

import contextlib
import os
import sys
from pathlib import Path


class FileLock:
    """Exclusive between processes and between two locks of one process. Not for network folders of several machines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """True when the lock is ours now; False when another holds it. OSError when the file cannot be made."""
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)  # not inherited by children (PEP 446)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError):
            os.close(handle)
            return False
        except BaseException:  # whatever it was goes on; the handle does not leak
            os.close(handle)
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go; harmless when not held. The file stays: removing it would race with someone opening it."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            with contextlib.suppress(OSError):
                _unlock(handle)
            os.close(handle)

    @property
    def held(self) -> bool:
        return self._handle is not None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
