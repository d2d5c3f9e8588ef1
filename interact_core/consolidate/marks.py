"""Who is writing into a result. A worker of a run that was killed may go on for a moment; the next run waits for it."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from interact_core.consolidate.plan import STATE
from interact_core.errors import InteractError
from interact_core.locks import FileLock

_LOOK: Final = 0.1
_PATIENCE: Final = 120.0
"""Seconds that a worker whose run was killed may take to notice."""


@contextmanager
def marked(out: Path) -> Iterator[None]:
    """While a recording is worked on: a lock that the system gives back however the process ends."""
    folder = out / STATE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"worker-{socket.gethostname()}-{os.getpid()}.lock")
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def wait_for_others(out: Path) -> None:
    """InteractError where one does not end."""
    deadline = time.monotonic() + _PATIENCE
    for path in sorted((out / STATE / "locks").glob("worker-*.lock")):
        lock = FileLock(path)
        while not lock.acquire():
            if time.monotonic() > deadline:
                raise InteractError(f"{path}: a worker of an earlier run is still at work; end it, or wait.")
            time.sleep(_LOOK)
        path.unlink()
        lock.release()
