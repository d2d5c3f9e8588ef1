"""Telling others that something happened, without Qt: the application's bridge turns these into signals."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Event(Generic[T]):
    """Listeners called in the order they were added, on the thread that emits. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[T], None], ...] = ()
        self._lock = threading.Lock()

    def connect(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add `listener`; the returned function takes it away again, and may be called more than once."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self.disconnect(listener)

    def disconnect(self, listener: Callable[[T], None]) -> None:
        """Remove `listener` if it is there. A call that is already under way may still reach it once."""
        with self._lock:
            self._listeners = tuple(kept for kept in self._listeners if kept != listener)

    def emit(self, value: T) -> None:
        for listener in self._listeners:
            try:
                listener(value)
            except Exception:
                # What happened has happened: a listener's bug must neither undo it nor keep it from the others.
                logger.exception("A listener failed on %r", value)
