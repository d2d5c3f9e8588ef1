"""Drives a run: hands items out as workers become free, tries again what may succeed, writes down what happened.

Nothing is held in memory for a finished item but its end's few numbers, so 2,000 clips take what 20 take.
"""

import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interact_core.cluster.executor import BUG, DIED, INPUT, MEMORY, Ended, Executor, Failure
from interact_core.cluster.folder import RunFolder, finished, result_path
from interact_core.cluster.spec import Item, Plan
from interact_core.cluster.working import Done
from interact_core.jobs.context import JobContext, NullContext

_LISTEN: Final = 0.2
"""Seconds between two looks at whether somebody wants to stop, and between two tellings."""

Watch = Callable[[Mapping[str, Any]], None]
"""Gets every line of the journal as it is written."""


@dataclass
class Report:
    """What became of a run's items."""

    folder: Path
    total: int
    done: int = 0
    before: int = 0
    """Finished by an earlier run."""
    failed: dict[str, Failure] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    """What the kind has to say of the whole; nothing failed for it."""
    seconds: float = 0.0
    """Of all workers together."""
    processor: float = 0.0
    peak: int = 0
    """Most bytes that one worker was seen to hold."""

    @property
    def finished(self) -> int:
        return self.done + self.before


def run_plan(
    plan: Plan, out: Path, executor: Executor, *, retries: int = 2, context: JobContext | None = None, watch: Watch | None = None
) -> Report:  # fmt: skip
    """Do every item that has no result yet. Raises Cancelled; then, as after a kill, the next call goes on from there.

    What cannot be used fails at once; a bug or a death is tried `retries` times more; who took too much memory is tried once
    more, when nobody else works.
    """
    _can_be_stopped()
    with RunFolder(out, plan) as folder, executor:
        return _Drive(plan, out, folder, executor, retries, context or NullContext(), watch or _unwatched).run()


def _can_be_stopped() -> None:
    """Started in the background of a shell a process ignores Ctrl+C, which is also how a follower stops a run."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _unwatched(_line: Mapping[str, Any]) -> None:
    return None


class _Drive:
    def __init__(
        self, plan: Plan, out: Path, folder: RunFolder, executor: Executor, retries: int, context: JobContext, watch: Watch
    ) -> None:
        self._plan, self._out, self._folder, self._executor = plan, out, folder, executor
        self._retries, self._context, self._watch = retries, context, watch
        self._waiting: deque[Item] = deque()
        self._alone: deque[Item] = deque()
        self._busy: dict[str, Item] = {}
        self._attempts: dict[str, int] = {}
        """Of items that did not succeed the first time."""
        self._report = Report(folder.path, len(plan.items), left_out=plan.left_out)

    def run(self) -> Report:
        if self._plan.begin is not None:
            self._plan.begin(self._folder.path)
        for item in self._plan.items:
            if finished(self._folder.path, item.id):
                self._report.before += 1
            else:
                self._waiting.append(item)
        self._note("run", kind=self._plan.kind, items=self._report.total, before=self._report.before,
                   workers=self._executor.slots, host=socket.gethostname(), pid=os.getpid())  # fmt: skip
        try:
            self._drive()
            if self._plan.end is not None:
                self._plan.end(self._report)
        except BaseException:  # Ctrl+C too: whoever watches the journal shall see that nobody works any more
            self._note("stopped", done=self._report.done, failed=len(self._report.failed))
            raise
        self._note("end", done=self._report.done, failed=len(self._report.failed))
        return self._report

    def _drive(self) -> None:
        while self._waiting or self._alone or self._busy:
            self._context.checkpoint()
            self._hand_out()
            for end in self._executor.ended(_LISTEN):
                self._take(end)
            self._tell()

    def _hand_out(self) -> None:
        """As many as there are workers, no more: what waits costs nothing, and who is killed loses little."""
        while self._waiting and len(self._busy) < self._executor.slots:
            self._start(self._waiting.popleft())
        if self._alone and not self._busy:
            self._start(self._alone.popleft())

    def _start(self, item: Item) -> None:
        self._note("start", item=item.id)
        self._busy[item.id] = item
        self._executor.start(self._plan.run, self._plan.spec(item, self._out), self._folder.path)

    def _take(self, end: Ended) -> None:
        item, outcome = self._busy.pop(end.item), end.outcome
        if isinstance(outcome, Done) and not finished(self._folder.path, item.id):
            outcome = Failure(INPUT, f"{result_path(self._folder.path, item.id)} was written on {outcome.host} and is not to be "
                                     "seen here: --out must be a folder that all machines share")  # fmt: skip
        if isinstance(outcome, Failure):
            self._failed(item, outcome)
            return
        self._attempts.pop(item.id, None)
        self._report.done += 1
        self._report.seconds += outcome.seconds
        self._report.processor += outcome.processor
        self._report.peak = max(self._report.peak, outcome.peak)
        self._note("done", item=item.id, seconds=round(outcome.seconds, 3), processor=round(outcome.processor, 3),
                   peak=outcome.peak, host=outcome.host, pid=outcome.pid)  # fmt: skip

    def _failed(self, item: Item, failure: Failure) -> None:
        tried = self._attempts[item.id] = self._attempts.get(item.id, 0) + 1
        allowed = {INPUT: 0, MEMORY: 1, BUG: self._retries, DIED: self._retries}[failure.cause]
        if tried > allowed:
            self._report.failed[item.id] = failure
            self._note("failed", item=item.id, cause=failure.cause, message=failure.message, attempts=tried)
            return
        (self._alone if failure.cause == MEMORY else self._waiting).append(item)
        self._note("again", item=item.id, cause=failure.cause, message=failure.message, attempts=tried)

    def _tell(self) -> None:
        report, standing = self._report, self._executor.standing()
        ended = report.finished + len(report.failed)
        share = (ended + sum(one.fraction for one in standing.values())) / max(report.total, 1)
        names = ", ".join(f"{name}: {one.stage}" if one.stage else name for name, one in list(standing.items())[:2])
        self._context.progress(share, names, {"finished": report.finished, "failed": len(report.failed),
                                              "items": report.total, "at work": len(standing)})  # fmt: skip

    def _note(self, event: str, **about: Any) -> None:
        self._watch(self._folder.journal.add(event, **about))
