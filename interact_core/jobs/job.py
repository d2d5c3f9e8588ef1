"""One piece of long work: what it is, how far it is, what became of it."""

import itertools
import threading
import time
import traceback as tracebacks
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from interact_core.errors import Cancelled, InteractError
from interact_core.events import Event
from interact_core.jobs.context import JobContext
from interact_core.jobs.states import JobState, check_transition
from interact_core.jobs.throttle import Throttle

R = TypeVar("R")

PROGRESS_INTERVAL: Final = 0.05
"""Seconds between two progress events of one job: 20 Hz is as much as an eye can use."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Progress:
    """fraction in [0, 1], a short stage name, live numbers worth showing."""

    fraction: float = 0.0
    stage: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class JobFailure:
    """Why a job failed. `expected` is True when the message is meant for the user (an InteractError), False for a bug."""

    error: BaseException
    message: str
    traceback: str
    expected: bool

    @classmethod
    def of(cls, error: BaseException) -> "JobFailure":
        expected = isinstance(error, InteractError)
        message = str(error) if expected else f"{type(error).__name__}: {error}"
        return cls(error, message, "".join(tracebacks.format_exception(error)), expected)


class Job(Generic[R]):
    """A callable with a state. Made by an executor; every method may be called from any thread.

    `changed` fires with the job after every change of state, and at most 20 times a second on progress.
    """

    def __init__(
        self, title: str, work: Callable[[JobContext], R], *, priority: int = 0, lane: str = "", attempt: int = 1
    ) -> None:  # fmt: skip
        self.id: Final = next(_numbers)
        self.title: Final = title
        self.work: Final = work
        self.priority: Final = priority
        self.lane: Final = lane
        self.attempt: Final = attempt
        self.created: Final = time.time()
        self.started: float | None = None
        self.ended: float | None = None
        self.changed: Event[Job[R]] = Event()
        self._state = JobState.QUEUED
        self._progress = Progress()
        self._result: R | None = None
        self._failure: JobFailure | None = None
        self._lock = threading.RLock()
        self._finished = threading.Event()
        self._stop = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._paused_at: float | None = None
        self._rested = 0.0
        self._throttle = Throttle(lambda: self.changed.emit(self), PROGRESS_INTERVAL)

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.title!r} {self._state}>"

    @property
    def state(self) -> JobState:
        return self._state

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def failure(self) -> JobFailure | None:
        return self._failure

    @property
    def seconds(self) -> float:
        """How long the work has run, or ran, without its pauses."""
        if self.started is None:
            return 0.0
        return (self._paused_at or self.ended or time.time()) - self.started - self._rested

    @property
    def paused(self) -> bool:
        """Whether it rests at its next checkpoint until `resume`; a queued one may start and rests at its first."""
        return not self._go.is_set() and not self._state.finished

    def result(self) -> R:
        """What the work returned. RuntimeError unless the state is done."""
        if self._state is not JobState.DONE:
            raise RuntimeError(f"{self!r} has no result")
        return self._result  # type: ignore[return-value]  # R may itself be None

    def release(self) -> None:
        """Drop the result, so that a list of finished jobs keeps no posed clips alive."""
        self._result = None

    def cancel(self) -> None:
        """Ask it to stop: at once if it is queued, at its next checkpoint if it runs. Nothing happens to a finished job."""
        with self._lock:
            if self._state is JobState.QUEUED:
                self._move(JobState.CANCELLED)
            elif self._state in (JobState.STARTING, JobState.RUNNING):
                self._stop.set()
                self._end_rest()  # a resting job must wake to see that it is to stop
                self._move(JobState.CANCELLING)
            else:
                return
        self.changed.emit(self)

    def pause(self) -> None:
        """Let it rest at its next checkpoint, keeping what it has. Its worker rests too. Nothing happens to a finished job."""
        with self._lock:
            if self._state.finished or self._state is JobState.CANCELLING or not self._go.is_set():
                return
            self._go.clear()
            self._paused_at = None if self.started is None else time.time()
        self.changed.emit(self)

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            if self._go.is_set():
                return
            self._end_rest()
        self.changed.emit(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Block until it is finished; False when `timeout` seconds passed first."""
        return self._finished.wait(timeout)

    def run(self) -> None:
        """Do the work on this thread, for executors. Returns when the job is finished; never raises what the work raises."""
        with self._lock:
            if self._state is not JobState.QUEUED:
                return  # cancelled between the queue and here
            self.started = time.time()
            self._paused_at = None if self._go.is_set() else self.started
            self._move(JobState.STARTING)
        self.changed.emit(self)
        try:
            self._advance(JobState.RUNNING)
            self._settle(self.work(_Context(self)))
        except Cancelled:
            self._settle_cancelled()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the job says so and the worker lives on
            self._settle_failed(error)

    def _end_rest(self) -> None:
        if self._paused_at is not None:
            self._rested += time.time() - self._paused_at
        self._paused_at = None
        self._go.set()

    def _advance(self, state: JobState) -> None:
        with self._lock:
            if self._state is JobState.CANCELLING:
                raise Cancelled
            self._move(state)
        self.changed.emit(self)

    def _settle(self, result: R) -> None:
        with self._lock:
            cancelled = self._state is JobState.CANCELLING
            if not cancelled:
                self._result = result
                self._progress = Progress(1.0, self._progress.stage, self._progress.metrics)
            self._move(JobState.CANCELLED if cancelled else JobState.DONE)
        self.changed.emit(self)

    def _settle_cancelled(self) -> None:
        with self._lock:
            if self._state is not JobState.CANCELLING:  # the work itself decided to stop
                self._move(JobState.CANCELLING)
            self._move(JobState.CANCELLED)
        self.changed.emit(self)

    def _settle_failed(self, error: BaseException) -> None:
        with self._lock:
            self._failure = JobFailure.of(error)
            self._move(JobState.FAILED)
        self.changed.emit(self)

    def _move(self, state: JobState) -> None:
        check_transition(self._state, state)
        self._state = state
        if state.finished:
            self.ended = time.time()
            self._throttle.stop()
            self._finished.set()

    def _report(self, progress: Progress) -> None:
        with self._lock:
            if self._state.finished:
                return
            self._progress = progress
        self._throttle.request()


class _Context:
    """The job as its work sees it."""

    def __init__(self, job: Job[R]) -> None:
        self._job = job

    def progress(self, fraction: float, stage: str = "", metrics: Mapping[str, float] | None = None) -> None:
        last = self._job.progress
        fraction = min(max(fraction, 0.0), 1.0)
        self._job._report(Progress(fraction, stage or last.stage, last.metrics if metrics is None else dict(metrics)))

    def checkpoint(self) -> None:
        if not self._job._go.is_set():
            self._job._go.wait()
        if self._job._stop.is_set():
            raise Cancelled
