"""Runs jobs on worker threads of this process: highest priority first, then first come, first served, unless moved by hand."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from interact_core.events import Event
from interact_core.jobs.context import JobContext
from interact_core.jobs.job import Job
from interact_core.jobs.states import JobState

logger = logging.getLogger(__name__)

R = TypeVar("R")
AnyJob = Job[Any]


class ThreadExecutor:
    """`job_changed` fires for every job it was given, on the thread that changed it; finished jobs are not kept."""

    def __init__(self, workers: int = 2) -> None:
        self.job_changed: Event[AnyJob] = Event()
        self._queue: list[AnyJob] = []
        self._running: list[AnyJob] = []
        self._active: dict[int, AnyJob] = {}
        self._wake = threading.Condition()
        self._closed = False
        # Daemons: work that ignores its checkpoints must not keep the process from ending.
        self._threads = [threading.Thread(target=self._work, name=f"job-worker-{k}", daemon=True) for k in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, title: str, work: Callable[[JobContext], R], *, priority: int = 0, lane: str = "") -> Job[R]:
        """Queue `work`; a higher priority starts earlier, and of one lane (but "") one runs at a time. RuntimeError after
        shutdown."""
        return self._enqueue(Job(title, work, priority=priority, lane=lane))

    def retry(self, job: Job[R]) -> Job[R]:
        """A new job for the same work; only for one that failed or was cancelled."""
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            raise RuntimeError(f"{job!r} has nothing to retry")
        return self._enqueue(Job(job.title, job.work, priority=job.priority, lane=job.lane, attempt=job.attempt + 1))

    def waiting(self) -> tuple[AnyJob, ...]:
        """Jobs that have not started, in the order in which they will."""
        with self._wake:
            return tuple(job for job in self._queue if job.state is JobState.QUEUED)

    def move(self, job: AnyJob, places: int) -> bool:
        """Let a waiting job start so many places later (above zero) or earlier; False where it does not wait any more."""
        with self._wake:
            waiting = [one for one in self._queue if one.state is JobState.QUEUED]
            if job not in waiting:
                return False
            place = waiting.index(job)
            waiting.insert(max(0, place + places), waiting.pop(place))
            self._queue = waiting
        for other in waiting:
            self.job_changed.emit(other)
        return True

    def jobs(self) -> tuple[AnyJob, ...]:
        """Queued and running ones, oldest first."""
        with self._wake:
            return tuple(self._active.values())

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Block until nothing is queued or running; False when `timeout` seconds passed first."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._active, timeout)

    def shutdown(self, timeout: float = 2.0) -> bool:
        """Cancel everything and wait for the workers; False if one did not answer in `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._wake:
            self._closed = True
            active = tuple(self._active.values())
            self._wake.notify_all()
        for job in active:
            job.cancel()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        stuck = [job for job in active if not job.state.finished]
        for job in stuck:
            logger.warning("%r did not stop within %.1f s", job, timeout)
        return not stuck

    def _enqueue(self, job: Job[R]) -> Job[R]:
        job.changed.connect(self._job_changed)
        with self._wake:
            if self._closed:
                raise RuntimeError("the executor has been shut down")
            self._active[job.id] = job
        # Before a worker can take it, so that listeners see the states in order.
        self.job_changed.emit(job)
        with self._wake:
            # Behind the last one that is as urgent: whoever was moved by hand keeps that place.
            place = max((k + 1 for k, one in enumerate(self._queue) if one.priority >= job.priority), default=0)
            self._queue.insert(place, job)
            self._wake.notify_all()  # not notify(): that could wake someone in wait_idle instead of a worker
        return job

    def _job_changed(self, job: AnyJob) -> None:
        self.job_changed.emit(job)
        with self._wake:
            if job.state.finished:
                self._active.pop(job.id, None)
            self._wake.notify_all()  # it may rest now, or have ended

    def _next(self) -> AnyJob | None:
        """The first one whose lane is free; who rests gives the lane away."""
        busy = {job.lane for job in self._running if job.lane and not job.paused}
        return next((job for job in self._queue if job.lane not in busy), None)

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._next() is not None or self._closed)
                job = self._next()
                if self._closed or job is None:
                    return
                self._queue.remove(job)
                self._running.append(job)
            job.run()
            with self._wake:
                self._running.remove(job)
                self._wake.notify_all()
            if job.failure and not job.failure.expected:
                logger.error("%r failed\n%s", job, job.failure.traceback)
            del job  # or an idle worker would keep the last result alive
