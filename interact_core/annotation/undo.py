"""Undo and redo over commands. Knows nothing of Qt, of storage, or of what the commands edit."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from interact_core.annotation.commands import Command
from interact_core.annotation.documents import ChangeSet
from interact_core.events import Event

D = TypeVar("D")

BURST: Final = 1.0
"""Seconds: a pause in typing this long begins a new undo step."""
LONGEST_BURST: Final = 10.0
"""Seconds: someone who types without a pause still loses no more than this to one undo."""


@dataclass
class _Step(Generic[D]):
    command: Command[D]
    begun: float
    last: float


class UndoStack(Generic[D]):
    """The history of one document; `changed` fires after every push, undo and redo with what was touched."""

    def __init__(self, document: D, burst: float = BURST, clock: Callable[[], float] = time.monotonic) -> None:
        self.document: Final = document
        self.changed: Event[ChangeSet] = Event()
        self._burst = burst
        self._clock = clock
        self._done: list[_Step[D]] = []
        self._undone: list[_Step[D]] = []
        self._sealed = True

    @property
    def undo_title(self) -> str | None:
        """What undo would take back; None when there is nothing."""
        return self._done[-1].command.title if self._done else None

    @property
    def redo_title(self) -> str | None:
        return self._undone[-1].command.title if self._undone else None

    def push(self, command: Command[D]) -> None:
        """Apply a command. Typing within a burst joins the step before it."""
        change = command.apply(self.document)
        self._undone.clear()
        now = self._clock()
        if not self._join(command, now):
            self._done.append(_Step(command, now, now))
        self._sealed = False
        self.changed.emit(change)

    def seal(self) -> None:
        """End the burst: the field lost focus, another clip was opened."""
        self._sealed = True

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        change = step.command.revert(self.document)
        self._undone.append(step)
        self._sealed = True
        self.changed.emit(change)
        return True

    def redo(self) -> bool:
        if not self._undone:
            return False
        step = self._undone.pop()
        change = step.command.apply(self.document)
        self._done.append(step)
        self._sealed = True
        self.changed.emit(change)
        return True

    def _join(self, command: Command[D], now: float) -> bool:
        if self._sealed or not self._done:
            return False
        step = self._done[-1]
        if now - step.last >= self._burst or now - step.begun >= LONGEST_BURST:
            return False
        both = step.command.merged(command)
        if both is None:
            return False
        step.command, step.last = both, now
        return True
