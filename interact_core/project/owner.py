"""Two windows on one project: the second is told who has it. The lock of a process that died is simply free."""

import contextlib
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from interact_core.errors import InputError
from interact_core.locks import FileLock
from interact_core.paths import write_atomic


class ProjectInUseError(InputError):
    """Another window has the project open."""


class Ownership:
    """The right to write a project, from construction to `release`."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "lock")
        # Beside the lock, not in it: a locked file cannot be read by others on Windows.
        self._note = folder / "opened_by.json"
        if not self._lock.acquire():
            raise ProjectInUseError(
                f"the project is open in another window ({_describe(self._note)})",
                path=folder,
                remedy="Go on there, close it, or open the project here for reading only",
            )
        note = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        write_atomic(self._note, json.dumps(note).encode())

    def release(self) -> None:
        if self._lock.held:
            with contextlib.suppress(OSError):
                self._note.unlink()
            self._lock.release()


def _describe(note: Path) -> str:
    try:
        who = json.loads(note.read_text())
        return f"process {who['pid']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it did not say which"
