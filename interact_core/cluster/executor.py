"""Who does the items: the interface, what comes back, and the simplest one, which does them itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from interact_core.cluster.spec import Run, Spec
from interact_core.cluster.working import Done, work_on
from interact_core.errors import Cancelled, InteractError
from interact_core.jobs.context import JobContext
from interact_core.jobs.memory_cap import OverMemory
from interact_core.jobs.process_worker import ProcessDied, ProcessError

INPUT: Final = "input"
BUG: Final = "bug"
DIED: Final = "died"
MEMORY: Final = "memory"


@dataclass(frozen=True)
class Failure:
    """Why an item was not done: its input cannot be used, a bug, a worker that died, one that took too much memory."""

    cause: str
    message: str

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Raises what was cancelled on."""
        if isinstance(error, Cancelled):
            raise error
        if isinstance(error, OverMemory):
            return cls(MEMORY, str(error))
        if isinstance(error, ProcessDied):
            return cls(DIED, str(error))
        if isinstance(error, InteractError):
            return cls(INPUT, str(error))
        return cls(BUG, str(error) if isinstance(error, ProcessError) else f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Ended:
    """One item's end, by its id."""

    item: str
    outcome: Done | Failure


@dataclass
class Standing:
    """How far an item is, as its worker told last; a JobContext for whoever does it here."""

    context: JobContext
    fraction: float = 0.0
    stage: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self.fraction, self.stage, self.metrics = fraction, stage, metrics or {}

    def checkpoint(self) -> None:
        self.context.checkpoint()


class Executor(Protocol):
    """Takes up to `slots` items at a time; a context manager: leaving stops what still works, at once."""

    @property
    def slots(self) -> int: ...

    def start(self, run: Run, spec: Spec, folder: Path) -> None:
        """Begin an item; never more than `slots` at a time."""

    def ended(self, timeout: float) -> list[Ended]:
        """Items that ended since the last call; waits up to `timeout` seconds for the first."""

    def standing(self) -> Mapping[str, Standing]:
        """What is at work, by item."""

    def __enter__(self) -> "Executor": ...

    def __exit__(self, *_: object) -> None: ...


class InTurn:
    """One item after the other on the caller's thread, without the seconds a process takes to load; nothing caps its memory."""

    slots = 1

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._ended: list[Ended] = []

    def __enter__(self) -> "InTurn":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def start(self, run: Run, spec: Spec, folder: Path) -> None:
        outcome: Done | Failure
        try:
            outcome = work_on(run, spec, folder, self._context)
        except Exception as error:  # noqa: BLE001 - a bug met in one item must not end the run; it is told as what it is
            outcome = Failure.of(error)
        self._ended.append(Ended(spec.item.id, outcome))

    def ended(self, timeout: float) -> list[Ended]:
        found, self._ended = self._ended, []
        return found

    def standing(self) -> Mapping[str, Standing]:
        return {}
