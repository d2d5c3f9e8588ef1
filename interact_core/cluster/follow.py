"""Watches a run from another process by its journal, and stops it when asked: for the window."""

import contextlib
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interact_core.cluster.folder import ASKED, LOCK
from interact_core.cluster.journal import NAME, JournalReader
from interact_core.errors import InputError
from interact_core.locks import FileLock

LOST: Final = "lost"


@dataclass
class Tally:
    """What a run's journal says so far, of its last driver."""

    kind: str = ""
    items: int = 0
    finished: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    at_work: list[str] = field(default_factory=list)
    state: str = ""
    """ "" while it goes on, "end", "stopped" or LOST."""
    driver: tuple[str, int] = ("", 0)
    """Its machine and process."""

    def take(self, line: Mapping[str, Any]) -> None:
        event, item = line["event"], line.get("item", "")
        if event == "run":
            self.kind, self.items, self.finished = line["kind"], line["items"], line["before"]
            self.driver, self.state, self.failed, self.at_work = (line["host"], line["pid"]), "", {}, []
        elif event in ("end", "stopped"):
            self.state, self.at_work = event, []
        elif event == "start":
            self.at_work.append(item)
        elif item in self.at_work:
            self.at_work.remove(item)
            self.finished += event == "done"
            if event == "failed":
                self.failed[item] = line["message"]


class Follower:
    """`look` reads what is new, in milliseconds. InputError where `folder` is no run's."""

    def __init__(self, folder: Path) -> None:
        if not (folder / ASKED).is_file():
            raise InputError(
                "is no folder of a run", path=folder, remedy="Choose the folder <kind>-<key> inside what --out named"
            )
        self.folder, self.tally = folder, Tally()
        self._reader = JournalReader(folder / NAME)

    def look(self) -> Tally:
        """What the run has come to. `lost` where its driver was killed: nobody wrote down an end, and nobody works."""
        driven = _driven(self.folder)  # before the news: a driver that ends meanwhile has written its last line by then
        for line in self._reader.news():
            self.tally.take(line)
        if not self.tally.state and not driven:
            self.tally.state, self.tally.at_work = LOST, []
        return self.tally

    def can_stop(self) -> bool:
        """Whether its driver is on this machine and works."""
        return not self.tally.state and self.tally.driver[0] == socket.gethostname()

    def stop(self) -> None:
        """Tell the driver as by Ctrl+C: its workers end, what is finished stays."""
        if self.can_stop():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.tally.driver[1], signal.SIGINT)


def _driven(folder: Path) -> bool:
    """Whether a driver holds the run's lock."""
    lock = FileLock(folder / LOCK)
    try:
        free = lock.acquire()
    except OSError:  # a folder that may only be read: the journal has to say it
        return True
    lock.release()
    return not free
