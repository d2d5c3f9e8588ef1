"""Order, cancellation, progress and shutdown of jobs on real threads."""

import threading
import time
from collections.abc import Iterator

import pytest

from interact_core.events import Event
from interact_core.jobs import Job, JobContext, JobState, SubContext, ThreadExecutor


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    executor = ThreadExecutor(workers=1)
    yield executor
    assert executor.shutdown(timeout=5)


def until_cancelled(context: JobContext) -> None:
    while True:
        context.checkpoint()
        time.sleep(0.01)


def closed_gate(executor: ThreadExecutor) -> threading.Event:
    """Holds the only worker until it is set; back only once the worker stands there, so nothing can slip past."""
    reached, gate = threading.Event(), threading.Event()
    executor.submit("gate", lambda context: (reached.set(), gate.wait(30)))
    assert reached.wait(30)
    return gate


def test_order_is_priority_then_first_come(executor: ThreadExecutor) -> None:
    gate = closed_gate(executor)
    order: list[str] = []
    for name, priority in (("a", 0), ("b", 5), ("c", 0), ("d", 5), ("e", -1), ("f", 9)):
        executor.submit(name, lambda context, name=name: order.append(name), priority=priority)
    gate.set()
    assert executor.wait_idle(5)
    assert order == ["f", "b", "d", "a", "c", "e"]


def test_workers_run_side_by_side() -> None:
    executor = ThreadExecutor(workers=3)
    barrier = threading.Barrier(3)
    jobs = [executor.submit("meet", lambda context: barrier.wait(5)) for _ in range(3)]
    assert all(job.wait(5) for job in jobs)
    assert {job.state for job in jobs} == {JobState.DONE}
    assert executor.shutdown()


def test_a_running_job_answers_cancel_within_half_a_second(executor: ThreadExecutor) -> None:
    job = executor.submit("long", until_cancelled)
    while job.state is not JobState.RUNNING:
        time.sleep(0.001)
    start = time.monotonic()
    job.cancel()
    assert job.state is JobState.CANCELLING
    assert job.wait(30)
    assert job.state is JobState.CANCELLED and time.monotonic() - start < 5  # 0.5 s are measured in the benchmark


def test_cancelled_jobs_in_the_queue_do_not_run(executor: ThreadExecutor) -> None:
    gate = closed_gate(executor)
    ran: list[int] = []
    jobs = [executor.submit("x", lambda context, k=k: ran.append(k)) for k in range(6)]
    for job in jobs[::2]:
        job.cancel()
    gate.set()
    assert executor.wait_idle(5)
    assert ran == [1, 3, 5]


def test_events_come_in_order_and_stop_after_disconnect(executor: ThreadExecutor) -> None:
    seen: list[tuple[str, str]] = []
    disconnect = executor.job_changed.connect(lambda job: seen.append((job.title, str(job.state))))
    executor.submit("one", lambda context: None)
    assert executor.wait_idle(5)
    assert seen == [("one", "queued"), ("one", "starting"), ("one", "running"), ("one", "done")]
    disconnect()
    disconnect()
    executor.submit("two", lambda context: None)
    assert executor.wait_idle(5)
    assert len(seen) == 4


def test_a_listener_with_a_bug_harms_nobody(executor: ThreadExecutor, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []
    executor.job_changed.connect(lambda job: 1 / 0)
    executor.job_changed.connect(lambda job: seen.append(str(job.state)))
    job = executor.submit("fine", lambda context: 7)
    assert executor.wait_idle(5)
    assert job.result() == 7 and seen[-1] == "done"
    assert "A listener failed" in caplog.text


def test_progress_is_throttled_to_20_hz_and_the_last_value_arrives(executor: ThreadExecutor) -> None:
    events: list[tuple[float, float]] = []
    settled = threading.Event()

    def chatter(context: JobContext) -> None:
        end = time.monotonic() + 0.5
        count = 0
        while time.monotonic() < end:
            count += 1
            context.progress(count * 1e-6, "counting", {"n": count})
        context.progress(0.875, "quiet")
        settled.wait(2)  # silence: only the trailing event can bring 0.875

    def listen(job: Job[object]) -> None:
        if job.state is JobState.RUNNING:
            events.append((time.monotonic(), job.progress.fraction))
            if job.progress.fraction == 0.875:
                settled.set()

    executor.job_changed.connect(listen)
    job = executor.submit("chatter", chatter)
    assert job.wait(5)
    assert settled.is_set(), "the last progress never reached the listener"
    moments = [moment for moment, _ in events[1:]]
    # The upper bound is the throttle; a machine that stalls the thread may bring fewer.
    assert 2 <= len(moments) <= 3 + (moments[-1] - events[0][0]) / 0.05, f"{len(moments)} events"
    assert job.progress.metrics["n"] > 100


def test_progress_is_clamped_and_sub_contexts_map_it(executor: ThreadExecutor) -> None:
    def work(context: JobContext) -> list[float]:
        part = SubContext(context, 0.5, 1.0, "second half")
        got = []
        for value in (-1.0, 0.5, 7.0):
            part.progress(value)
            got.append(job.progress.fraction)
        return got

    ready = threading.Event()
    job = executor.submit("parts", lambda context: (ready.wait(5), work(context))[1])
    ready.set()
    assert job.wait(5) and job.result() == [0.0, 0.75, 1.0]
    assert job.progress.stage == "second half"


def test_retry_runs_the_same_work_again(executor: ThreadExecutor) -> None:
    tries: list[int] = []

    def flaky(context: JobContext) -> str:
        tries.append(1)
        if len(tries) < 2:
            raise OSError("busy")
        return "ok"

    first = executor.submit("flaky", flaky, priority=3)
    assert first.wait(5) and first.state is JobState.FAILED
    second = executor.retry(first)
    assert second.wait(5) and second.result() == "ok"
    assert (second.attempt, second.priority, second.id != first.id) == (2, 3, True)
    with pytest.raises(RuntimeError, match="nothing to retry"):
        executor.retry(second)


def test_shutdown_cancels_all_and_refuses_more() -> None:
    executor = ThreadExecutor(workers=2)
    jobs = [executor.submit("long", until_cancelled) for _ in range(5)]
    assert executor.shutdown(timeout=2)
    assert {job.state for job in jobs} == {JobState.CANCELLED}
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit("late", lambda context: None)


def test_shutdown_gives_up_on_work_that_never_looks() -> None:
    executor = ThreadExecutor(workers=1)
    release = threading.Event()
    job = executor.submit("deaf", lambda context: release.wait(10))
    while job.state is not JobState.RUNNING:
        time.sleep(0.001)
    start = time.monotonic()
    assert not executor.shutdown(timeout=0.2)
    assert time.monotonic() - start < 8.0  # the work itself would hold it for 10
    release.set()
    assert job.wait(5) and job.state is JobState.CANCELLED


def test_an_idle_executor_burns_no_cpu() -> None:
    executor = ThreadExecutor(workers=8)
    before = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - before < 0.05
    assert executor.shutdown()


def test_events_can_be_connected_while_emitting() -> None:
    event: Event[int] = Event()
    seen: list[str] = []

    def once(value: int) -> None:
        seen.append(f"once {value}")
        event.disconnect(once)
        event.connect(lambda v: seen.append(f"later {v}"))

    event.connect(once)
    event.emit(1)
    event.emit(2)
    assert seen == ["once 1", "later 2"]


def test_one_of_a_lane_runs_at_a_time_and_others_pass_it() -> None:
    executor = ThreadExecutor(workers=2)
    first = executor.submit("first", until_cancelled, lane="long")
    while first.state is not JobState.RUNNING:
        time.sleep(0.001)
    second = executor.submit("second", until_cancelled, lane="long")
    passing = executor.submit("passing", lambda context: "through")
    assert passing.wait(30) and passing.result() == "through"
    assert second.state is JobState.QUEUED and executor.waiting() == (second,)
    first.cancel()
    assert first.wait(30)
    while second.state is not JobState.RUNNING:
        time.sleep(0.001)
    assert executor.shutdown(timeout=5)


def test_who_rests_gives_the_lane_away() -> None:
    executor = ThreadExecutor(workers=2)
    first = executor.submit("first", until_cancelled, lane="long")
    while first.state is not JobState.RUNNING:
        time.sleep(0.001)
    second = executor.submit("second", lambda context: "through", lane="long")
    first.pause()
    assert second.wait(30) and second.result() == "through" and first.paused
    assert executor.shutdown(timeout=5)
