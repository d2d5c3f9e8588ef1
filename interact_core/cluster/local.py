"""Items done by worker processes of this machine."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from pathlib import Path

from interact_core.cluster.executor import Ended, Failure, Standing
from interact_core.cluster.spec import Run, Spec
from interact_core.cluster.working import Done, work_there
from interact_core.jobs.context import JobContext
from interact_core.jobs.crew import Called, Crew


class LocalWorkers:
    """`slots` processes, each with at most `memory_cap` bytes (0: no cap). They end with this process, however it ends."""

    def __init__(self, slots: int, context: JobContext, *, memory_cap: int = 0) -> None:
        # The children read it when they load their libraries: one thread each, for there are as many of them as cores, and sums
        # differ with the number of threads. Ray does the same for its actors.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self.slots = slots
        self._context = context
        self._crew = Crew(slots, memory_cap=memory_cap)
        self._busy: dict[Future[Called[Done]], tuple[str, Standing]] = {}

    def __enter__(self) -> "LocalWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        self._crew.close()

    def start(self, run: Run, spec: Spec, folder: Path) -> None:
        standing = Standing(self._context)
        future = self._crew.submit(work_there, run, spec.record(), str(folder), context=standing)
        self._busy[future] = spec.item.id, standing

    def ended(self, timeout: float) -> list[Ended]:
        if not self._busy:
            time.sleep(timeout)
        done = wait(self._busy, timeout, FIRST_COMPLETED).done
        return [Ended(self._busy.pop(future)[0], outcome_of(future)) for future in done]

    def standing(self) -> Mapping[str, Standing]:
        return dict(self._busy.values())

    def pids(self) -> tuple[int, ...]:
        """Of the workers that live."""
        return self._crew.pids()


def outcome_of(future: "Future[Called[Done]]") -> Done | Failure:
    """Raises Cancelled."""
    try:
        called = future.result()
    except Exception as error:  # noqa: BLE001 - whatever a worker met is that item's outcome
        return Failure.of(error)
    return replace(called.result, peak=called.peak)
