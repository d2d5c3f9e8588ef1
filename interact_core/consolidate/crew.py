"""Tasks on several worker processes; one that dies takes its task with it and is replaced."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import cache
from pathlib import Path
from typing import Final

from interact_core.consolidate.outcome import Outcome, failure_of
from interact_core.consolidate.plan import STATE, Task
from interact_core.consolidate.work import work
from interact_core.errors import InputError, InteractError
from interact_core.jobs.context import JobContext, NullContext
from interact_core.jobs.crew import Called, Crew
from interact_core.jobs.process_worker import ProcessError, Tell
from interact_core.locks import FileLock

_LOOK: Final = 0.1
_PATIENCE: Final = 120.0
"""Seconds that a worker whose run was killed may take to notice."""


def run_tasks(tasks: Sequence[Task], jobs: int, context: JobContext) -> Iterator[Outcome]:
    """Outcomes as they come. With one job on this thread, without the seconds that a process takes to load."""
    size = min(jobs, len(tasks))
    if size > 1:
        with Crew(size) as crew:
            yield from _together(tasks, size, crew, context)
        return
    for number, task in enumerate(tasks):
        context.checkpoint()
        yield work(task)
        _tell(context, number + 1, len(tasks), task)


def _together(tasks: Sequence[Task], size: int, crew: Crew, context: JobContext) -> Iterator[Outcome]:
    """No more are handed out than there are processes: what is not begun stays here."""
    waiting, done = iter(tasks), 0
    busy: dict[Future[Called[Outcome]], Task] = {}
    while True:
        context.checkpoint()
        while len(busy) < size and (task := next(waiting, None)) is not None:
            busy[crew.submit(work_there, task, context=_Quiet(context))] = task
        if not busy:
            return
        for future in wait(busy, _LOOK, FIRST_COMPLETED).done:
            task = busy.pop(future)
            done += 1
            yield _outcome(future, task)
            _tell(context, done, len(tasks), task)


def _outcome(future: "Future[Called[Outcome]]", task: Task) -> Outcome:
    try:
        return future.result().result
    except (InputError, ProcessError) as error:  # the process died, or a bug outside of what `work` watches
        return Outcome(task.title, failures=(failure_of(task.title, error),))


def _tell(context: JobContext, done: int, count: int, task: Task) -> None:
    context.progress(done / count, task.title, {"recordings done": float(done)})


class _Quiet(NullContext):
    """What one task of many tells of itself: nothing; but it stops with the rest."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    def checkpoint(self) -> None:
        self._context.checkpoint()


def work_there(task: Task, context: JobContext, _tell: Tell) -> Outcome:
    """Work of a ProcessWorker, on one thread. Its lock tells later runs that somebody is still writing here."""
    import torch

    torch.set_num_threads(1)
    _mark(task.config.out)
    return work(task, context)


@cache
def _mark(out: Path) -> FileLock:
    folder = out / STATE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"worker-{os.getpid()}.lock")
    lock.acquire()
    return lock


def wait_for_others(out: Path) -> None:
    """Workers of a run that was killed end soon after it; until then they may still write."""
    deadline = time.monotonic() + _PATIENCE
    for path in sorted((out / STATE / "locks").glob("worker-*.lock")):
        lock = FileLock(path)
        while not lock.acquire():
            if time.monotonic() > deadline:
                raise InteractError(f"{path}: a worker of an earlier run is still at work; end it, or wait.")
            time.sleep(_LOOK)
        path.unlink()
        lock.release()
