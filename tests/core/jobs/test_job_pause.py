"""Pause, go on, and the order of what waits."""

import threading
import time
from collections.abc import Iterator

import pytest

from interact_core.jobs import JobContext, JobState, ThreadExecutor


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    made = ThreadExecutor(1)
    yield made
    made.shutdown()


class Counter:
    """Work that counts at every checkpoint until it is told to end."""

    def __init__(self) -> None:
        self.count, self.end = 0, threading.Event()

    def __call__(self, context: JobContext) -> int:
        while not self.end.is_set():
            context.checkpoint()
            self.count += 1
            time.sleep(0.001)
        return self.count


def until(condition: object, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_paused_job_rests_and_goes_on_where_it_was(executor: ThreadExecutor) -> None:
    work = Counter()
    job = executor.submit("count", work)
    until(lambda: work.count > 5)
    job.pause()
    time.sleep(0.05)
    resting, took = work.count, job.seconds
    time.sleep(0.1)
    assert work.count == resting and job.paused and job.state is JobState.RUNNING
    assert job.seconds == pytest.approx(took)
    job.resume()
    until(lambda: work.count > resting)
    work.end.set()
    assert job.wait(5) and job.result() == work.count and not job.paused


def test_a_paused_job_is_cancelled_at_once(executor: ThreadExecutor) -> None:
    work = Counter()
    job = executor.submit("count", work)
    until(lambda: work.count > 5)
    job.pause()
    time.sleep(0.02)
    begun = time.monotonic()
    job.cancel()
    assert job.wait(5) and job.state is JobState.CANCELLED and time.monotonic() - begun < 4


def test_shutting_down_wakes_what_rests(executor: ThreadExecutor) -> None:
    work = Counter()
    job = executor.submit("count", work)
    until(lambda: work.count > 5)
    job.pause()
    assert executor.shutdown(2.0) and job.state is JobState.CANCELLED


def test_what_is_brought_forward_starts_first(executor: ThreadExecutor) -> None:
    work, order = Counter(), []
    executor.submit("blocks", work)
    until(lambda: work.count > 1)
    jobs = [executor.submit(str(k), lambda context, k=k: order.append(k), priority=k == 0) for k in range(4)]
    assert executor.waiting() == tuple(jobs)
    assert executor.move(jobs[2], -9) and executor.move(jobs[3], -9) and executor.move(jobs[0], 1)
    assert [job.title for job in executor.waiting()] == ["3", "2", "1", "0"]
    work.end.set()
    assert executor.wait_idle(5)
    assert order == [3, 2, 1, 0] and not executor.move(jobs[1], 1)
