"""From worker threads to the window: the executor of the core behind Qt signals that arrive in the window's thread."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from interact_core.errors import Cancelled
from interact_core.jobs.context import JobContext

if TYPE_CHECKING:
    from interact_core.jobs import Job, ThreadExecutor

log = logging.getLogger(__name__)
T = TypeVar("T")


class JobQueue(QObject):
    """Runs functions of a JobContext in worker threads. All signals and callbacks come in the thread of this object."""

    job_changed = Signal(object)
    """A Job whose state, progress or stage is another than before."""
    _posted = Signal(object)

    def __init__(self, executor: "ThreadExecutor", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._jobs: list[Job] = []
        self._closed = False
        self._posted.connect(self._run_posted, Qt.ConnectionType.QueuedConnection)
        executor.add_listener(self._changed)

    @property
    def jobs(self) -> tuple["Job", ...]:
        """Every job of this run of the application, the newest last."""
        return tuple(self._jobs)

    @property
    def running(self) -> tuple["Job", ...]:
        """Those that are not finished yet."""
        return tuple(job for job in self._jobs if not job.state.finished)

    def submit(
        self,
        title: str,
        work: Callable[[JobContext], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        priority: int = 0,
    ) -> "Job":
        """work(context) in a worker thread; then done(result) or failed(error) here. A cancelled job calls neither."""

        def run(context: JobContext) -> T:
            try:
                result = work(context)
            except Cancelled:
                raise
            except Exception as error:  # noqa: BLE001 - handed to whoever asked for the work, and raised again
                if failed is not None:
                    self.post(lambda error=error: failed(error))
                raise
            if done is not None:
                self.post(lambda: done(result))
            return result

        job = self._executor.submit(title, run, priority=priority)
        self._jobs.append(job)
        self.job_changed.emit(job)
        return job

    def post(self, call: Callable[[], None]) -> None:
        """Run something in the window's thread, soon. From any thread; dropped once the window is closing."""
        if not self._closed:
            self._posted.emit(call)

    def clear_finished(self) -> None:
        """Forget the jobs that are done, failed or cancelled."""
        self._jobs = [job for job in self._jobs if not job.state.finished]

    def close(self) -> None:
        """Cancel what runs and wait for it: at most as long as a checkpoint takes."""
        self._closed = True
        for job in self.running:
            job.cancel()
        self._executor.shutdown()

    def _changed(self, job: "Job") -> None:
        self.post(lambda: self.job_changed.emit(job))

    def _run_posted(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()
