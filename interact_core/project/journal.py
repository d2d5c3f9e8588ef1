"""What was typed reaches the disk within a fraction of a second, on a thread of its own, and waits for as long as it cannot.

`put` returns at once. The writer gathers for a tenth of a second, so that a burst of keys is one transaction, then
stores everything. When storing fails (full disk, folder gone) the edits stay in memory, `trouble` says why, and it is
tried again until it works: nothing is dropped.
"""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from interact_core.errors import InputError
from interact_core.events import Event
from interact_core.project.record_store import StoredEdit

logger = logging.getLogger(__name__)

GATHER: Final = 0.1
"""Seconds between the first key of a burst and its commit; the promise to the user is 0.5."""
RETRY: Final = 2.0


class Journal:
    """`store` writes edits as one transaction or raises InputError. `trouble` fires with the reason, and None when it is over."""

    def __init__(self, store: Callable[[Sequence[StoredEdit]], None]) -> None:
        self.trouble: Event[InputError | None] = Event()
        self._store = store
        self._pending: dict[tuple[str, str], StoredEdit] = {}
        self._error: InputError | None = None
        self._storing = threading.Lock()
        self._wake = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def error(self) -> InputError | None:
        """Why the last attempt failed; None when all is well."""
        return self._error

    def pending(self, clip_id: str | None = None) -> tuple[StoredEdit, ...]:
        """Edits that are not on disk yet, oldest first."""
        with self._wake:
            return tuple(edit for edit in self._pending.values() if clip_id in (None, edit.clip_id))

    def put(self, *edits: StoredEdit) -> None:
        """Edits given together are stored in one transaction: a split segment is never half on disk."""
        with self._wake:
            for edit in edits:
                key = (edit.clip_id, edit.record.uid)
                before = self._pending.get(key)
                if before is not None and edit.after_uid is None and before.after_uid is not None:
                    edit = dataclasses.replace(edit, after_uid=before.after_uid)
                self._pending[key] = edit
            self._wake.notify_all()

    def flush(self) -> None:
        """Store everything now, on this thread. InputError when that fails; the edits are then still pending."""
        with self._storing:
            edits = self.pending()
            if not edits:
                return
            try:
                self._store(edits)
            except InputError as error:
                self._say(error)
                raise
            with self._wake:
                for edit in edits:
                    key = (edit.clip_id, edit.record.uid)
                    if self._pending.get(key) is edit:  # else it was edited again meanwhile
                        del self._pending[key]
        self._say(None)

    def stop(self) -> None:
        """End the thread. What is pending is not stored: call `flush` before."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while self._wait():
            try:
                self.flush()
            except InputError as error:
                logger.warning("Edits wait to be stored: %s", error)
            except Exception as error:
                # A bug must not end the thread that keeps people's words: say so, keep them, go on trying.
                logger.exception("Edits could not be stored")
                self._say(InputError(f"edits could not be stored ({error})", remedy="They are kept and tried again"))

    def _wait(self) -> bool:
        """Until something is due; False when stopped."""
        with self._wake:
            self._wake.wait_for(lambda: self._pending or self._stopped)
            due = time.monotonic() + (RETRY if self._error else GATHER)
            while not self._stopped and (left := due - time.monotonic()) > 0:
                self._wake.wait(left)
            return not self._stopped

    def _say(self, error: InputError | None) -> None:
        changed = str(error) != str(self._error)
        self._error = error
        if changed:
            self.trouble.emit(error)
