"""Pieces of one clip's work side by side: each on a thread of its own, results in their order and the same for any number."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Final, TypeVar

import torch

from interact_core.errors import Cancelled
from interact_core.jobs.context import JobContext, SubContext

R = TypeVar("R")
Task = Callable[[JobContext], R]


_MOST: Final = 4
"""Each holds the skin of its window in memory."""


def workers_for(device: str) -> int:
    """How many may work at once: as many as torch has threads, which a batch sets to one in each of its processes."""
    return min(torch.get_num_threads(), _MOST) if device == "cpu" else 1


def abreast(tasks: Sequence[Task[R]], workers: int, context: JobContext) -> list[R]:
    """Results of the tasks in their order. Where one fails the others stop at their next checkpoint."""
    count = len(tasks)
    if workers <= 1 or count <= 1:
        return [task(SubContext(context, k / count, (k + 1) / count)) for k, task in enumerate(tasks)]
    whole = _Whole(context, count)
    with ThreadPoolExecutor(min(workers, count), "refine") as pool:
        futures = [pool.submit(task, _Share(whole, k)) for k, task in enumerate(tasks)]
        failed = [f for f in wait(futures, return_when=FIRST_EXCEPTION).done if f.exception() is not None]
        if failed:
            whole.stopped.set()
            pool.shutdown(cancel_futures=True)
            failed[0].result()
    return [future.result() for future in futures]


class _Whole:
    """What all tasks together tell of themselves."""

    def __init__(self, context: JobContext, count: int) -> None:
        self.context, self.stopped = context, threading.Event()
        self._lock, self._done = threading.Lock(), [0.0] * count

    def tell(self, task: int, fraction: float, stage: str, metrics: Mapping[str, float] | None) -> None:
        with self._lock:
            self._done[task] = max(self._done[task], fraction)
            self.context.progress(sum(self._done) / len(self._done), stage, metrics)


class _Share:
    def __init__(self, whole: _Whole, task: int) -> None:
        self._whole, self._task = whole, task

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self._whole.tell(self._task, fraction, stage, metrics)

    def checkpoint(self) -> None:
        if self._whole.stopped.is_set():
            raise Cancelled
        self._whole.context.checkpoint()
