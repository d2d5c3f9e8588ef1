"""Work in a real child process: results, progress, notes, errors, rest and end."""

import logging
import os
import threading
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from interact_core.errors import InputError, MissingModelError
from interact_core.jobs import JobContext, JobState, NullContext, ThreadExecutor
from interact_core.jobs.process_worker import ProcessWorker

LONG = 60.0


def double(value: int, context: JobContext, tell: Any) -> dict[str, Any]:
    context.progress(0.5, "halfway", {"value": float(value)})
    tell(MappingProxyType({"seen": value}))
    logging.getLogger("far.away").warning("doubling %d", value)
    return {"twice": 2 * value, "pid": os.getpid()}


def complain(context: JobContext, tell: Any) -> None:
    raise MissingModelError("no such body", path="models/x", field="body", remedy="Put it there")


def stumble(context: JobContext, tell: Any) -> None:
    raise KeyError("nothing under this name")


def die(context: JobContext, tell: Any) -> None:
    os._exit(3)


def deaf(reached: Path, context: JobContext, tell: Any) -> None:
    reached.touch()
    time.sleep(LONG)


def count(path: Path, context: JobContext, tell: Any) -> None:
    for number in range(100_000):
        context.checkpoint()
        path.write_text(str(number))
        time.sleep(0.002)


class Heard(NullContext):
    def __init__(self) -> None:
        self.progresses: list[tuple[float, str, Any]] = []

    def progress(self, fraction: float, stage: str = "", metrics: Any = None) -> None:
        self.progresses.append((fraction, stage, metrics))


def until(condition: Any) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_child_does_one_call_after_the_other(caplog: pytest.LogCaptureFixture) -> None:
    heard, told = Heard(), []
    with ProcessWorker() as worker, caplog.at_level(logging.INFO):
        first = worker.call(double, 4, context=heard, told=told.append)
        second = worker.call(double, 5, context=heard, told=told.append)
    assert (first["twice"], second["twice"]) == (8, 10)
    assert first["pid"] == second["pid"] == worker.pid != os.getpid()
    assert heard.progresses == [(0.5, "halfway", {"value": 4.0}), (0.5, "halfway", {"value": 5.0})]
    assert told == [{"seen": 4}, {"seen": 5}] and "doubling 5" in caplog.text
    until(lambda: not is_alive(first["pid"]))


def test_errors_arrive_as_they_were_raised() -> None:
    with ProcessWorker() as worker:
        with pytest.raises(MissingModelError) as missing:
            worker.call(complain, context=NullContext())
        assert str(missing.value) == str(MissingModelError("no such body", path="models/x", field="body", remedy="Put it there"))
        with pytest.raises(RuntimeError, match="KeyError: 'nothing under this name'") as bug:
            worker.call(stumble, context=NullContext())
        assert "in stumble" in bug.value.__notes__[0], "the traceback is the child's"
        assert worker.call(double, 1, context=NullContext())["twice"] == 2, "and the child lives on"


def test_a_child_that_dies_is_told_as_such() -> None:
    with ProcessWorker() as worker, pytest.raises(InputError, match=r"ended by itself \(exit code 3\)"):
        worker.call(die, context=NullContext())


def test_cancel_ends_a_child_that_reaches_no_checkpoint(tmp_path: Path) -> None:
    """The work sleeps for a minute: only killing it can end the job before that."""
    executor, reached, pids = ThreadExecutor(1), tmp_path / "reached", []

    def work(context: JobContext) -> None:
        with ProcessWorker() as worker:
            pids.append(worker.pid)
            worker.call(deaf, reached, context=context)

    job = executor.submit("deaf", work)
    until(reached.exists)
    began = time.monotonic()
    job.cancel()
    assert job.wait(LONG) and job.state is JobState.CANCELLED
    assert time.monotonic() - began < LONG / 2, "it did not sleep to its end"
    until(lambda: not is_alive(pids[0]))
    executor.shutdown()


def test_a_paused_job_rests_in_the_child(tmp_path: Path) -> None:
    executor, path = ThreadExecutor(1), tmp_path / "count"

    def work(context: JobContext) -> None:
        with ProcessWorker() as worker:
            worker.call(count, path, context=context)

    job = executor.submit("count", work)
    until(path.exists)
    job.pause()
    resting = threading.Event()
    seen: list[str] = []
    while not resting.is_set():  # what was under way at the pause may still be written
        seen.append(path.read_text())
        time.sleep(0.3)
        if len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]:
            resting.set()
        assert len(seen) < 100, "it never came to rest"
    job.resume()
    until(lambda: path.read_text() not in ("", seen[-1]))
    job.cancel()
    assert job.wait(LONG)
    executor.shutdown()
