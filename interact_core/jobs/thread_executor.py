"""Runs jobs on worker threads of this process: highest priority first, then first come, first served."""

import heapq
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
        self._queue: list[tuple[int, int, AnyJob]] = []
        self._active: dict[int, AnyJob] = {}
        self._wake = threading.Condition()
        self._closed = False
        # Daemons: work that ignores its checkpoints must not keep the process from ending.
        self._threads = [threading.Thread(target=self._work, name=f"job-worker-{k}", daemon=True) for k in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, title: str, work: Callable[[JobContext], R], *, priority: int = 0) -> Job[R]:
        """Queue `work`; a higher priority starts earlier. RuntimeError after shutdown."""
        return self._enqueue(Job(title, work, priority=priority))

    def retry(self, job: Job[R]) -> Job[R]:
        """A new job for the same work; only for one that failed or was cancelled."""
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            raise RuntimeError(f"{job!r} has nothing to retry")
        return self._enqueue(Job(job.title, job.work, priority=job.priority, attempt=job.attempt + 1))

    def bring_forward(self, job: AnyJob) -> bool:
        """Let a queued job start before all others that wait; False where it does not wait any more."""
        with self._wake:
            place = next((k for k, (_, _, waiting) in enumerate(self._queue) if waiting is job), None)
            if place is None or job.state is not JobState.QUEUED:
                return False
            self._queue[place] = (min(key for key, _, _ in self._queue) - 1, job.id, job)
            heapq.heapify(self._queue)
        self.job_changed.emit(job)
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
            heapq.heappush(self._queue, (-job.priority, job.id, job))
            self._wake.notify_all()  # not notify(): that could wake someone in wait_idle instead of a worker
        return job

    def _job_changed(self, job: AnyJob) -> None:
        self.job_changed.emit(job)
        if job.state.finished:
            with self._wake:
                self._active.pop(job.id, None)
                self._wake.notify_all()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    return
                job = heapq.heappop(self._queue)[2]
            job.run()
            if job.failure and not job.failure.expected:
                logger.error("%r failed\n%s", job, job.failure.traceback)
            del job  # or an idle worker would keep the last result alive
