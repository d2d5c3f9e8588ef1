"""How much memory a process may hold: read from the system, whatever the process is doing."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from interact_core.errors import InputError
from interact_core.jobs.context import JobContext

_LOOK_EVERY: Final = 0.05
_MEGABYTE: Final = 2**20


class OverMemory(InputError):  # noqa: N818 - told to the user like any other input error; the name says what happened
    """A process held more than it may."""

    def __init__(self, held: int, cap: int) -> None:
        super().__init__(
            f"the work took {held / _MEGABYTE:.0f} MB of memory, {cap / _MEGABYTE:.0f} MB are allowed",
            field="--memory", remedy="Allow more, with fewer workers at once",
        )  # fmt: skip


def resident_bytes(pid: int) -> int | None:
    """What a process holds in memory now; None where the system does not tell, or the process is gone."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def can_cap() -> bool:
    """Whether this system tells what a process holds."""
    return resident_bytes(os.getpid()) is not None


class CappedContext:
    """Another context that also looks at a process's memory: `checkpoint` raises OverMemory; `peak` is what was seen."""

    def __init__(self, inner: JobContext, pid: int, cap: int) -> None:
        self._inner, self._pid, self._cap = inner, pid, cap
        self._next = 0.0
        self.peak = 0

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self._inner.progress(fraction, stage, metrics)

    def checkpoint(self) -> None:
        self._inner.checkpoint()
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _LOOK_EVERY
        held = resident_bytes(self._pid) or 0
        self.peak = max(self.peak, held)
        if self._cap and held > self._cap:
            raise OverMemory(held, self._cap)
