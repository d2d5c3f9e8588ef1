"""Tasks on several worker processes; one that dies takes its task with it and is replaced."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import Final

from interact_core.consolidate.outcome import Outcome, failure_of
from interact_core.consolidate.plan import STATE, Task
from interact_core.consolidate.work import work
from interact_core.errors import Cancelled, InputError, InteractError
from interact_core.jobs.context import JobContext, NullContext
from interact_core.jobs.process_worker import ProcessError, ProcessWorker, Tell
from interact_core.locks import FileLock

_LOOK: Final = 0.1
_PATIENCE: Final = 120.0
"""Seconds that a worker whose run was killed may take to end the clip it was at."""


def run_tasks(tasks: Sequence[Task], jobs: int, context: JobContext) -> Iterator[Outcome]:
    """Outcomes as they come. With one job on this thread, without the seconds that a process takes to load."""
    if min(jobs, len(tasks)) <= 1:
        for number, task in enumerate(tasks):
            context.checkpoint()
            yield work(task)
            context.progress((number + 1) / len(tasks), task.title, {"recordings done": float(number + 1)})
        return
    with _Crew(min(jobs, len(tasks))) as crew:
        yield from crew.run(tasks, context)


class _Crew:
    """Leaving kills what still works: clip folders are whole or not there."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: list[ProcessWorker] = []
        self._all: list[ProcessWorker] = []
        self._threads = ThreadPoolExecutor(size, "consolidate")

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.close()
        self._threads.shutdown()

    def run(self, tasks: Sequence[Task], context: JobContext) -> Iterator[Outcome]:
        waiting, done = iter(tasks), 0
        busy: dict[Future[Outcome], Task] = {}
        while True:
            context.checkpoint()
            while len(busy) < self._size and (task := next(waiting, None)) is not None:
                busy[self._threads.submit(self._one, task, _Quiet(context))] = task
            if not busy:
                return
            for future in wait(busy, _LOOK, FIRST_COMPLETED).done:
                task = busy.pop(future)
                done += 1
                yield future.result()
                context.progress(done / len(tasks), task.title, {"recordings done": float(done)})

    def _one(self, task: Task, context: JobContext) -> Outcome:
        worker = self._idle.pop() if self._idle else ProcessWorker()
        if worker not in self._all:
            self._all.append(worker)
        try:
            outcome = worker.call(work_there, task, context=context)
        except Cancelled:
            raise
        except (InputError, ProcessError) as error:
            if worker.alive:
                self._idle.append(worker)
            return Outcome(task.title, failures=(failure_of(task.title, error),))
        self._idle.append(worker)
        return outcome


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
    """Workers of a run that was killed end the clip they are at before they notice; until then they may still write."""
    deadline = time.monotonic() + _PATIENCE
    for path in sorted((out / STATE / "locks").glob("worker-*.lock")):
        lock = FileLock(path)
        while not lock.acquire():
            if time.monotonic() > deadline:
                raise InteractError(f"{path}: a worker of an earlier run is still at work; end it, or wait.")
            time.sleep(_LOOK)
        path.unlink()
        lock.release()
