"""What happened in a run, one line of JSON each, added as it happens: for whoever watches, and for whoever asks later.

A result counts because its file is there, not because a line says so: a torn or missing line loses nothing.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from interact_core.errors import InputError

NAME: Final = "journal.jsonl"


class Journal:
    """Lines are added by the one process that holds the run's lock. InputError where the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("ab")
            _end_torn_line(path, self._file.fileno())
        except OSError as error:
            raise self._refused(error) from error

    def add(self, event: str, **about: Any) -> dict[str, Any]:
        """The line, which every reader sees from now on."""
        line = {"time": round(time.time(), 3), "event": event, **about}
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise self._refused(error) from error
        return line

    def close(self) -> None:
        self._file.close()

    def _refused(self, error: OSError) -> InputError:
        return InputError(f"cannot be written ({error.strerror})", path=self._path, remedy="Make room or choose another folder")


def _end_torn_line(path: Path, handle: int) -> None:
    """A driver that was killed may have left half a line; the next one begins on a line of its own."""
    size = path.stat().st_size
    if size:
        with path.open("rb") as file:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                os.write(handle, b"\n")


class JournalReader:
    """Follows a journal that grows: `news()` are the whole lines since the last call."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0

    def news(self) -> Iterator[Mapping[str, Any]]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._at += len(whole)
        for line in whole.splitlines():
            try:
                found = json.loads(line)
            except ValueError:  # the half line of a driver that was killed
                continue
            if isinstance(found, dict) and "event" in found:
                yield found
