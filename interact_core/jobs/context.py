"""What long work may do while it runs: say how far it is, and stop when asked."""

from collections.abc import Mapping
from typing import Protocol

from interact_core.errors import Cancelled


class JobContext(Protocol):
    """Handed to every long function. Both calls are cheap and may come from any thread."""

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        """fraction in [0, 1] of the whole job, a short stage name, live numbers worth showing."""

    def checkpoint(self) -> None:
        """Raise :class:`~interact_core.errors.Cancelled` if the user asked to stop; rest here while the job is paused. Call at
        least every 0.2 s, and hold no lock that others wait for."""


class NullContext:
    """For callers who neither watch nor cancel."""

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        return None

    def checkpoint(self) -> None:
        return None


class SubContext:
    """A part [start, end] of another context's progress, so that steps need not know each other."""

    def __init__(self, parent: JobContext, start: float, end: float, stage: str = "") -> None:
        self._parent, self._start, self._end, self._stage = parent, start, end, stage

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self._parent.progress(self._start + fraction * (self._end - self._start), stage or self._stage, metrics)

    def checkpoint(self) -> None:
        self._parent.checkpoint()


class NamedContext:
    """One item's share of a batch: its name stands before the stage."""

    def __init__(self, parent: JobContext, name: str) -> None:
        self._parent, self._name = parent, name

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self._parent.progress(fraction, f"{self._name}: {stage}" if stage else self._name, metrics)

    def checkpoint(self) -> None:
        self._parent.checkpoint()


__all__ = ["Cancelled", "JobContext", "NamedContext", "NullContext", "SubContext"]
