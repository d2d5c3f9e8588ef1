"""At most so many calls a second, and never losing the last one."""

import threading
import time
from collections.abc import Callable


class Throttle:
    """Calls `action` on the caller's thread when it is due, else once later on a timer thread."""

    def __init__(self, action: Callable[[], None], interval: float) -> None:
        self._action, self._interval = action, interval
        self._lock = threading.Lock()
        self._due = 0.0
        self._timer: threading.Timer | None = None

    def request(self) -> None:
        with self._lock:
            wait = self._due - time.monotonic()
            if self._timer is not None:
                return
            if wait > 0:
                self._timer = threading.Timer(wait, self._late)
                self._timer.daemon = True
                self._timer.start()
                return
            self._due = time.monotonic() + self._interval
        self._action()

    def stop(self) -> None:
        """Forget a call that has not been made yet."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _late(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            self._timer = None
            self._due = time.monotonic() + self._interval
        self._action()
