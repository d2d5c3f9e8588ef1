"""Many clips at once: a process for each core on CPU, as many as its memory holds on a GPU; results as one by one."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from interact_core.clip import Clip
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.refine.memory import TYPICAL, free_memory
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.workers import Outcome, Worker, refined

_LOOK: Final = 0.1
"""Seconds between two looks at whether somebody wants to stop."""


@dataclass(frozen=True)
class Task:
    """One clip of a batch, in its order."""

    clip: Clip
    options: RefineOptions = DEFAULT


def refine_batch(
    clips: Sequence[Clip], options: RefineOptions = DEFAULT, *, cache_dir: Path, models_dir: Path | None = None,
    context: JobContext | None = None, jobs: int = 0,
) -> list[Outcome]:  # fmt: skip
    """Several clips, their outcomes in their order: a result, or why there is none. Raises Cancelled.

    `jobs` processes work at once; 0: as many as the processor and the memory allow.
    """
    outcomes: dict[int, Outcome] = {}
    tasks = (Task(clip, options) for clip in clips)
    for number, outcome in refine_stream(
        tasks, len(clips), cache_dir=cache_dir, models_dir=models_dir, context=context, jobs=jobs
    ):  # fmt: skip
        outcomes[number] = outcome
    return [outcomes[number] for number in range(len(clips))]


def refine_stream(
    tasks: Iterable[Task], count: int, *, cache_dir: Path, models_dir: Path | None = None, context: JobContext | None = None,
    jobs: int = 0,
) -> Iterator[tuple[int, Outcome]]:  # fmt: skip
    """Numbers of tasks and their outcomes, as they are done. Tasks are asked for as processes become free."""
    context = context or NullContext()
    size = min(jobs or default_jobs(), count)
    if size <= 1:
        yield from _in_turn(tasks, count, cache_dir, models_dir, context)
        return
    with _Crew(size, cache_dir, models_dir) as crew:
        yield from crew.run(enumerate(tasks), count, context)


def _in_turn(
    tasks: Iterable[Task], count: int, cache_dir: Path, models_dir: Path | None, context: JobContext
) -> Iterator[tuple[int, Outcome]]:  # fmt: skip
    """On this thread, without the seconds that a process takes to load."""
    for number, task in enumerate(tasks):
        part = SubContext(context, number / count, (number + 1) / count, task.clip.id)
        yield number, refined(task.clip, task.options, cache_dir, models_dir, part)


def default_jobs() -> int:
    """One per core, as far as free memory reaches."""
    return max(1, min(os.cpu_count() or 1, int(free_memory() // TYPICAL)))


@dataclass
class _Busy:
    number: int
    clip_id: str
    fraction: float = 0.0
    stage: str = ""


@dataclass
class _Crew:
    """Workers and what each one is at."""

    size: int
    cache_dir: Path
    models_dir: Path | None
    workers: list[Worker] = field(default_factory=list)

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.stop()
        self.workers.clear()

    def run(self, tasks: Iterator[tuple[int, Task]], count: int, context: JobContext) -> Iterator[tuple[int, Outcome]]:
        busy: dict[Worker, _Busy] = {}
        done = 0
        while True:
            context.checkpoint()
            self._fill(tasks, busy)
            if not busy:
                return
            for worker, outcome in self._ready(busy):
                done += 1
                yield busy.pop(worker).number, outcome
            for worker in [w for w in self.workers if w not in busy and not w.alive]:
                self.workers.remove(worker)
                worker.stop()
            _tell(context, done, busy, count)

    def _fill(self, tasks: Iterator[tuple[int, Task]], busy: dict[Worker, _Busy]) -> None:
        while len(busy) < self.size:
            found = next(tasks, None)
            if found is None:
                return
            number, task = found
            idle = next((w for w in self.workers if w not in busy), None)
            if idle is None:
                idle = Worker(self.cache_dir, self.models_dir)
                self.workers.append(idle)
            busy[idle] = _Busy(number, task.clip.id)
            idle.give(task.clip, task.options)

    def _ready(self, busy: dict[Worker, _Busy]) -> list[tuple[Worker, Outcome]]:
        by_pipe = {worker.pipe: worker for worker in busy}
        outcomes = []
        for pipe in wait(list(by_pipe), _LOOK):
            worker = by_pipe[pipe]  # type: ignore[index]  # `wait` hands back what it was given
            found = worker.take()
            if isinstance(found, tuple):
                busy[worker].fraction, busy[worker].stage = found
            else:
                outcomes.append((worker, found))
        return outcomes


def _tell(context: JobContext, done: int, busy: dict[Worker, _Busy], count: int) -> None:
    fraction = (done + sum(b.fraction for b in busy.values())) / max(count, 1)
    names = ", ".join(f"{b.clip_id}: {b.stage}" if b.stage else b.clip_id for b in list(busy.values())[:2])
    context.progress(fraction, names, {"clips done": float(done), "clips at once": float(len(busy))})
