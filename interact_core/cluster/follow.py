"""Watches a run from another process by its journal, and stops it when asked: for the window's list of jobs."""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interact_core.cluster.folder import ASKED, LOCK
from interact_core.cluster.journal import NAME, JournalReader
from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import JobContext
from interact_core.locks import FileLock

_LOOK_EVERY: Final = 0.1


@dataclass
class Tally:
    """What a run's journal says so far, of its last driver."""

    kind: str = ""
    items: int = 0
    finished: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    at_work: list[str] = field(default_factory=list)
    state: str = ""
    """ "" while it goes on, "end" or "stopped"."""
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

    def tell(self, context: JobContext) -> None:
        share = (self.finished + len(self.failed)) / max(self.items, 1)
        context.progress(share, ", ".join(self.at_work[:2]), {"finished": self.finished, "failed": len(self.failed),
                                                              "items": self.items, "at work": len(self.at_work)})  # fmt: skip


def follow(folder: Path, context: JobContext) -> Tally:
    """Until the run ends, or nobody drives it any more. Whoever cancels stops the run: its driver, if on this machine, is
    told as by Ctrl+C. InputError where `folder` is no run's."""
    if not (folder / ASKED).is_file():
        raise InputError("is no folder of a run", path=folder, remedy="Choose the folder <kind>-<key> inside what --out named")
    reader, tally = JournalReader(folder / NAME), Tally()
    while True:
        driven = _driven(folder)  # before the news: a driver that ends meanwhile has written its last line when we read again
        for line in reader.news():
            tally.take(line)
        tally.tell(context)
        if tally.state or not driven:
            return tally
        try:
            context.checkpoint()
        except Cancelled:
            _stop(tally)
            raise
        time.sleep(_LOOK_EVERY)


def _driven(folder: Path) -> bool:
    """Whether a driver holds the run's lock."""
    lock = FileLock(folder / LOCK)
    try:
        free = lock.acquire()
    except OSError:  # a folder that may only be read: the journal has to say it
        return True
    lock.release()
    return not free


def _stop(tally: Tally) -> None:
    host, pid = tally.driver
    if host == socket.gethostname() and pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
