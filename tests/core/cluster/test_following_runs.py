"""A run watched from another process: how far it is, its end, an end that nobody wrote down, and stopping it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from toy_work import many, plan_for

import interact_core
from interact_core.cluster.executor import InTurn
from interact_core.cluster.follow import LOST, Follower
from interact_core.cluster.run import run_plan
from interact_core.errors import InputError
from interact_core.jobs.context import NullContext

TOY = Path(__file__).with_name("toy_work.py")
PATIENCE = 120.0


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def driver(tmp_path: Path):
    home = str(Path(interact_core.__file__).parents[1])
    command = [sys.executable, str(TOY), str(tmp_path), "8", "30", "1"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": home}, stderr=subprocess.DEVNULL)
    folder = many(8, 30).folder(tmp_path)
    until(lambda: (folder / "journal.jsonl").exists() and b'"done"' in (folder / "journal.jsonl").read_bytes())
    yield process, folder
    process.kill()
    process.wait()


def test_a_run_is_followed_to_its_end(driver) -> None:
    process, folder = driver
    follower, finished = Follower(folder), []

    def over() -> bool:
        finished.append(follower.look().finished)
        return follower.tally.state != ""

    until(over)
    tally = follower.tally
    assert (tally.kind, tally.items, tally.finished, tally.failed, tally.state) == ("double", 8, 8, {}, "end")
    assert finished == sorted(finished) and 1 <= finished[0] < 8, "it was seen on its way"
    assert process.wait(PATIENCE) == 0 and not follower.can_stop()


def test_stopping_keeps_what_is_finished(driver) -> None:
    process, folder = driver
    follower = Follower(folder)
    follower.look()
    assert follower.can_stop()
    follower.stop()
    assert process.wait(PATIENCE) != 0
    tally = follower.look()
    assert tally.state == "stopped" and 1 <= tally.finished < 8 and not tally.at_work


def test_a_driver_that_was_killed_is_not_waited_for(driver) -> None:
    process, folder = driver
    process.kill()
    process.wait()
    follower = Follower(folder)
    assert follower.look().state == LOST and not follower.can_stop()


def test_what_failed_and_what_an_earlier_run_did(tmp_path: Path) -> None:
    plan = plan_for({"good": {"number": 1}, "bad": {"number": 2, "trouble": "input"}})
    for _ in range(2):
        report = run_plan(plan, tmp_path, InTurn(NullContext()))
        tally = Follower(report.folder).look()
        assert tally.finished == 1 and list(tally.failed) == ["bad"] and "Fill it" in tally.failed["bad"]


def test_another_folder_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder of a run"):
        Follower(tmp_path)
