"""From worker threads to the window: the executor of the core behind Qt signals that arrive in the window's thread."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from interact_core.errors import InteractError
from interact_core.jobs.context import JobContext
from interact_core.jobs.job import Job
from interact_core.jobs.states import JobState
from interact_core.jobs.thread_executor import ThreadExecutor

log = logging.getLogger(__name__)
T = TypeVar("T")
AnyJob = Job[Any]
LONG_WORK: Final = "long"
"""The lane of what runs for minutes: one at a time, so that a worker is always left for what somebody waits for."""


@dataclass(frozen=True)
class _Callbacks:
    done: Callable[[Any], None] | None
    failed: Callable[[BaseException], None] | None


class JobQueue(QObject):
    """Runs functions of a JobContext in worker threads. All signals and callbacks come in the thread of this object."""

    job_changed = Signal(object)
    """A Job whose state, progress or stage is another than before."""
    _posted = Signal(object)

    def __init__(self, executor: ThreadExecutor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._jobs: dict[int, AnyJob] = {}
        self._callbacks: dict[int, _Callbacks] = {}
        self._unfinished: set[int] = set()
        self._quiet = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._held: list[Callable[[], None]] | None = None
        """Quiet work that waits to be let go; None while it is done at once."""
        self._closed = False
        self._posted.connect(self._run_posted, Qt.ConnectionType.QueuedConnection)
        self._disconnect = executor.job_changed.connect(self._on_worker_thread)

    @property
    def jobs(self) -> tuple[AnyJob, ...]:
        """Every job of this run of the application that was not cleared, the newest last."""
        return tuple(self._jobs.values())

    @property
    def running(self) -> tuple[AnyJob, ...]:
        """Those that are not finished yet, the queued ones too."""
        return tuple(job for job in self._jobs.values() if not job.state.finished)

    def submit(
        self,
        title: str,
        work: Callable[[JobContext], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        priority: int = 0,
        lane: str = "",
    ) -> Job[T]:
        """work(context) in a worker thread; then done(result) or failed(error) here. A cancelled job calls neither."""
        job = self._executor.submit(title, work, priority=priority, lane=lane)
        # In time: whatever the worker has announced meanwhile is still waiting for this thread's event loop.
        self._keep(job, _Callbacks(done, failed))
        return job

    def retry(self, job: AnyJob) -> None:
        """The same work with the same callbacks again, for a job that failed or was cancelled."""
        self._keep(self._executor.retry(job), self._callbacks[job.id])

    @property
    def waiting(self) -> tuple[AnyJob, ...]:
        """Those that have not started, in the order in which they will."""
        return self._executor.waiting()

    def move(self, job: AnyJob, places: int) -> bool:
        """A job that waits starts `places` later, or earlier where that is negative; False where it does not wait any more."""
        return self._executor.move(job, places)

    def post(self, call: Callable[[], object]) -> None:
        """Run something in this object's thread, soon and in order. From any thread; dropped after close()."""
        if not self._closed:
            self._posted.emit(call)

    def quietly(self, work: Callable[[], object], done: Callable[[], object] | None = None) -> None:
        """Small writes that nobody needs to see, one after the other on a thread of their own; a failure is logged."""

        def run() -> None:
            try:
                work()
            except InteractError as error:
                log.warning("%s", error)
            else:
                if done is not None:
                    self.post(done)

        if self._held is not None:
            self._held.append(run)
        elif not self._closed:
            self._quiet.submit(run)

    def hold_quiet(self) -> None:
        """Quiet work waits from now on: while the first picture is made, every thread of Python delays it."""
        self._held = []

    def let_quiet_go(self) -> None:
        """What has waited is done now, in its order, and what comes later at once."""
        held, self._held = self._held or [], None
        for run in held:
            self._quiet.submit(run)

    def clear_finished(self) -> None:
        """Forget the jobs that are done, failed or cancelled, once that was announced."""
        self._jobs = {key: job for key, job in self._jobs.items() if key in self._unfinished}
        self._callbacks = {key: value for key, value in self._callbacks.items() if key in self._jobs}

    def close(self) -> None:
        """Cancel what runs and wait for it, at most two seconds; small writes are finished."""
        self.let_quiet_go()
        self._closed = True
        self._disconnect()
        self._executor.shutdown()
        self._quiet.shutdown(wait=True)

    def _on_worker_thread(self, job: AnyJob) -> None:
        self.post(lambda: self._announce(job))

    def _keep(self, job: AnyJob, callbacks: _Callbacks) -> None:
        self._jobs[job.id] = job
        self._callbacks[job.id] = callbacks
        self._unfinished.add(job.id)

    def _announce(self, job: AnyJob) -> None:
        # Several events may arrive after the job has ended: they carry the job, not the state it had then.
        if job.state.finished and job.id in self._unfinished:
            self._unfinished.discard(job.id)
            self._call_back(job, self._callbacks[job.id])
        self.job_changed.emit(job)

    def _call_back(self, job: AnyJob, callbacks: _Callbacks) -> None:
        if job.state is JobState.DONE and callbacks.done is not None:
            callbacks.done(job.result())
        elif job.state is JobState.FAILED and callbacks.failed is not None and job.failure is not None:
            callbacks.failed(job.failure.error)
        job.release()

    def _run_posted(self, call: Callable[[], object]) -> None:
        if not self._closed:
            call()
