"""Several child processes for many calls: one of them dying, or holding too much memory, ends only its own call."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import JobContext
from interact_core.jobs.memory_cap import CappedContext, OverMemory
from interact_core.jobs.process_worker import ProcessDied, ProcessError, ProcessWorker

R = TypeVar("R")


@dataclass(frozen=True)
class Called(Generic[R]):
    """What a call gave, and the most memory its process was seen to hold, in bytes (0: not told here)."""

    result: R
    peak: int = 0


class Crew:
    """`size` processes, each with a thread here that waits for it. A context manager: leaving kills what still works."""

    def __init__(self, size: int, *, memory_cap: int = 0) -> None:
        self._cap = memory_cap
        self._lock = threading.Lock()
        self._idle: list[ProcessWorker] = []
        self._all: list[ProcessWorker] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(size, "crew")

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, work: Callable[..., R], *args: object, context: JobContext) -> "Future[Called[R]]":
        """work(*args, context, tell) in a process, as ProcessWorker.call. The future raises what the work raised, Cancelled,
        ProcessDied or OverMemory; for the last two the next call gets a new process."""
        return self._threads.submit(self._call, work, args, context)

    def close(self) -> None:
        """Kill every process and wait for the threads here."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, []
        for worker in workers:
            worker.close()
        self._threads.shutdown(cancel_futures=True)

    def pids(self) -> tuple[int, ...]:
        """Of the processes that live."""
        with self._lock:
            return tuple(worker.pid for worker in self._all if worker.pid is not None and worker.alive)

    def _call(self, work: Callable[..., R], args: tuple[object, ...], context: JobContext) -> Called[R]:
        worker = self._take()
        assert worker.pid is not None
        capped = CappedContext(context, worker.pid, self._cap)
        try:
            result = worker.call(work, *args, context=capped)
        except (Cancelled, ProcessDied, OverMemory):
            self._drop(worker)
            raise
        except (ProcessError, InputError):
            self._give_back(worker)
            raise
        except BaseException:  # a broken pipe, a result nobody can unpickle: whatever it was, this process is not trusted again
            self._drop(worker)
            raise
        self._give_back(worker)
        return Called(result, capped.peak)

    def _take(self) -> ProcessWorker:
        with self._lock:
            if self._closed:
                raise Cancelled
            if self._idle:
                return self._idle.pop()
            worker = ProcessWorker()
            self._all.append(worker)
            return worker

    def _give_back(self, worker: ProcessWorker) -> None:
        with self._lock:
            self._idle.append(worker)

    def _drop(self, worker: ProcessWorker) -> None:
        with self._lock:
            if worker in self._all:
                self._all.remove(worker)
        worker.close()
