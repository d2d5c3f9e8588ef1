"""Many clips at once: a process for each core on CPU, as many as its memory holds on a GPU; results as one by one."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.clip import Clip
from interact_core.errors import Cancelled, InputError, InteractError
from interact_core.jobs.context import JobContext, NullContext, SubContext
from interact_core.jobs.crew import Called, Crew
from interact_core.jobs.process_worker import ProcessDied, ProcessError, Tell
from interact_core.refine.memory import TYPICAL, free_memory
from interact_core.refine.options import DEFAULT, RefineOptions
from interact_core.refine.report import RefineResult

_LOOK: Final = 0.1
"""Seconds between two looks at whether somebody wants to stop."""


@dataclass(frozen=True)
class Failed:
    """A clip that could not be refined: what to tell the user. `expected` is False for a bug or a process that died."""

    message: str
    expected: bool = True


Outcome = RefineResult | Failed


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
    with Crew(size) as crew:
        yield from _run(crew, size, enumerate(tasks), count, (cache_dir, models_dir), context)


def _in_turn(
    tasks: Iterable[Task], count: int, cache_dir: Path, models_dir: Path | None, context: JobContext
) -> Iterator[tuple[int, Outcome]]:  # fmt: skip
    """On this thread, without the seconds that a process takes to load."""
    for number, task in enumerate(tasks):
        part = SubContext(context, number / count, (number + 1) / count, task.clip.id)
        yield number, _refined(task, cache_dir, models_dir, part)


def _refined(task: Task, cache_dir: Path, models_dir: Path | None, context: JobContext) -> Outcome:
    """One clip, what goes wrong with it included; only cancelling goes through."""
    from interact_core.refine.refine import refine_clip

    try:
        return refine_clip(task.clip, task.options, cache_dir=cache_dir, models_dir=models_dir, context=context)
    except Cancelled:
        raise
    except InteractError as error:
        return Failed(str(error))
    except Exception as error:  # noqa: BLE001 - a bug met in one clip must not end the batch; it is told as what it is
        return Failed(f"{type(error).__name__}: {error}", expected=False)


def default_jobs() -> int:
    """One per core, as far as free memory reaches."""
    return max(1, min(os.cpu_count() or 1, int(free_memory() // TYPICAL)))


class _Part:
    """What one clip of several tells of itself. It may be paused and cancelled with the rest."""

    def __init__(self, number: int, clip_id: str, context: JobContext) -> None:
        self.number, self.clip_id = number, clip_id
        self.fraction, self.stage = 0.0, ""
        self._context = context

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        self.fraction, self.stage = fraction, stage

    def checkpoint(self) -> None:
        self._context.checkpoint()


def _run(crew: Crew, size: int, tasks: Iterator[tuple[int, Task]], count: int, places: tuple[Path, Path | None],
         context: JobContext) -> Iterator[tuple[int, Outcome]]:  # fmt: skip
    """Tasks are asked for as processes become free."""
    busy: dict[Future[Called[RefineResult]], _Part] = {}
    done = 0
    while True:
        context.checkpoint()
        while len(busy) < size and (found := next(tasks, None)) is not None:
            part = _Part(found[0], found[1].clip.id, context)
            busy[crew.submit(refine_there, found[1].clip, found[1].options, *places, context=part)] = part
        if not busy:
            return
        for future in wait(busy, _LOOK, FIRST_COMPLETED).done:
            done += 1
            yield busy.pop(future).number, _outcome(future)
        _tell(context, done, list(busy.values()), count)


def _outcome(future: "Future[Called[RefineResult]]") -> Outcome:
    """A clip's result or what went wrong with it; only cancelling goes through."""
    try:
        return future.result().result
    except Cancelled:
        raise
    except ProcessDied as error:
        return Failed(f"{error}; was there enough memory?", expected=False)
    except ProcessError as error:
        return Failed(str(error), expected=False)
    except InputError as error:
        return Failed(str(error))


def refine_there(
    clip: Clip, options: RefineOptions, cache_dir: Path, models_dir: Path | None, context: JobContext, _tell: Tell
) -> RefineResult:  # fmt: skip
    """Work of a ProcessWorker: one clip, on one thread, for there are as many processes as cores."""
    import torch

    from interact_core.refine.refine import refine_clip

    torch.set_num_threads(1)
    return refine_clip(clip, options, cache_dir=cache_dir, models_dir=models_dir, context=context)


def _tell(context: JobContext, done: int, busy: Sequence[_Part], count: int) -> None:
    fraction = (done + sum(part.fraction for part in busy)) / max(count, 1)
    names = ", ".join(f"{part.clip_id}: {part.stage}" if part.stage else part.clip_id for part in busy[:2])
    context.progress(fraction, names, {"clips done": float(done), "clips at once": float(len(busy))})
