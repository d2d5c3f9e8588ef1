"""The worker's side: one item, and its result stored before anybody is told."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interact_core.cluster.folder import finished, store_result
from interact_core.cluster.spec import Run, Spec
from interact_core.jobs.context import JobContext
from interact_core.jobs.process_worker import Tell


@dataclass(frozen=True)
class Done:
    """An item is finished. `seconds` by the clock and of processor time; zero for one that somebody had finished before."""

    seconds: float
    processor: float
    host: str
    pid: int
    peak: int = 0


def work_on(run: Run, spec: Spec, folder: Path, context: JobContext) -> Done:
    """Do an item that nobody has finished, and store its result."""
    if finished(folder, spec.item.id):
        return Done(0.0, 0.0, socket.gethostname(), os.getpid())
    clock, processor = time.perf_counter(), time.process_time()
    result = run(spec, context)
    store_result(folder, spec, result)
    return Done(time.perf_counter() - clock, time.process_time() - processor, socket.gethostname(), os.getpid())


def work_there(run: Run, record: dict[str, Any], folder: str, context: JobContext, _tell: Tell | None = None) -> Done:
    """Work of a ProcessWorker."""
    return work_on(run, Spec.of(record), Path(folder), context)
