"""A run over many items: results, order of trouble, what is tried again, what is never done twice."""

import json
import time
from pathlib import Path

import pytest
from toy_work import double, many, plan_for

from interact_core.cluster.executor import InTurn
from interact_core.cluster.folder import RunFolder, finished, read_result, result_path
from interact_core.cluster.journal import Journal, JournalReader
from interact_core.cluster.local import LocalWorkers
from interact_core.cluster.run import run_plan
from interact_core.cluster.spec import Item, Plan, Spec
from interact_core.errors import Cancelled, InputError
from interact_core.jobs.context import NullContext
from interact_core.jobs.memory_cap import can_cap


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]


def events(folder: Path, item: str) -> list[str]:
    return [line["event"] for line in lines(folder) if line.get("item") == item]


def results(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in (folder / "results").rglob("*.json")}


def test_a_spec_is_plain_values() -> None:
    spec = Spec("double", Item("a/b", {"number": 3}), {"factor": 2}, "/out")
    assert Spec.of(json.loads(json.dumps(spec.record()))) == spec


def test_processes_give_what_one_after_the_other_gives(tmp_path: Path) -> None:
    plan = many(7, 0)
    here = run_plan(plan, tmp_path / "here", InTurn(NullContext()))
    there = run_plan(plan, tmp_path / "there", LocalWorkers(2, NullContext()))
    assert (here.done, there.done, there.failed) == (7, 7, {}) and here.folder.name == there.folder.name
    assert results(here.folder) == results(there.folder) and len(results(here.folder)) == 7
    assert read_result(there.folder, "set/clip_003") == {"twice": 6, "factor": 2, "not a number": None}
    assert lines(there.folder)[0]["workers"] == 2 and lines(there.folder)[-1] | {"time": 0} == {
        "time": 0, "event": "end", "done": 7, "failed": 0,
    }  # fmt: skip


def test_what_is_finished_is_not_done_again(tmp_path: Path) -> None:
    first = run_plan(many(4, 0), tmp_path, InTurn(NullContext()))
    result_path(first.folder, "set/clip_002").unlink()
    again = run_plan(many(5, 0), tmp_path, InTurn(NullContext()))
    assert (again.before, again.done, again.total) == (3, 2, 5)
    assert [line["item"] for line in lines(again.folder) if line["event"] == "start"][4:] == ["set/clip_002", "set/clip_004"]


def test_other_options_are_another_run_and_another_device_is_not() -> None:
    items = {"a": {"number": 1}}
    assert plan_for(items, factor=2).key == plan_for(items, factor=2).key != plan_for(items, factor=3).key
    here, there = (Plan("double", double, (), {"factor": 2, "device": one}, neutral=("device",)) for one in ("cpu", "cuda"))
    assert here.key == there.key
    with pytest.raises(InputError, match="'a' names two items"):
        Plan("double", double, (Item("a", {}), Item("a", {})), {})


def test_trouble_is_told_at_the_end_and_ends_nothing(tmp_path: Path) -> None:
    plan = plan_for({
        "good": {"number": 1}, "bad input": {"number": 2, "trouble": "input"}, "bug": {"number": 3, "trouble": "bug"},
        "bug once": {"number": 4, "trouble": "bug+"}, "dies": {"number": 5, "trouble": "die"},
        "dies once": {"number": 6, "trouble": "die+"}, "good too": {"number": 7},
    })  # fmt: skip
    report = run_plan(plan, tmp_path, LocalWorkers(2, NullContext()), retries=2)
    assert {name: failure.cause for name, failure in report.failed.items()} == {
        "bad input": "input",
        "bug": "bug",
        "dies": "died",
    }
    assert report.done == 4 and "Fill it" in report.failed["bad input"].message
    assert "KeyError" in report.failed["bug"].message and "exit code 7" in report.failed["dies"].message
    assert events(report.folder, "bad input") == ["start", "failed"], "it would fail again"
    assert events(report.folder, "bug") == events(report.folder, "dies") == ["start", "again"] * 2 + ["start", "failed"]
    assert events(report.folder, "bug once") == events(report.folder, "dies once") == ["start", "again", "start", "done"]
    assert not finished(report.folder, "bug")


@pytest.mark.skipif(not can_cap(), reason="the system does not tell what a process holds")
def test_who_takes_too_much_memory_is_tried_once_more_alone(tmp_path: Path) -> None:
    plan = plan_for({
        "eats": {"number": 1, "trouble": "eat"}, "eats once": {"number": 2, "trouble": "eat+"},
        **{f"good {k}": {"number": k, "steps": 20} for k in range(4)},
    })  # fmt: skip
    report = run_plan(plan, tmp_path, LocalWorkers(2, NullContext(), memory_cap=400_000_000))
    assert list(report.failed) == ["eats"] and report.failed["eats"].cause == "memory" and report.done == 5
    assert "381 MB are allowed" in report.failed["eats"].message
    assert events(report.folder, "eats") == ["start", "again", "start", "failed"]
    assert events(report.folder, "eats once") == ["start", "again", "start", "done"]
    at_work: set[str] = set()
    again: set[str] = set()
    for line in lines(report.folder):
        name = line.get("item", "")
        if line["event"] == "start":
            assert not (at_work and (name in again or at_work & again)), f"{name} is not alone"
            at_work.add(name)
        elif name:
            at_work.discard(name)
            if line["event"] == "again":
                again.add(name)


def test_no_more_is_handed_out_than_there_are_workers(tmp_path: Path) -> None:
    report = run_plan(many(9, 1), tmp_path, LocalWorkers(2, NullContext()))
    at_work = most = 0
    for line in lines(report.folder):
        at_work += {"start": 1, "done": -1}.get(line["event"], 0)
        most = max(most, at_work)
    assert most == 2


class Stopping(NullContext):
    """Somebody stops the run once so many items are finished."""

    def __init__(self, after: int) -> None:
        self.after, self.finished = after, 0.0

    def progress(self, fraction: float, stage: str = "", metrics: dict | None = None) -> None:
        self.finished = (metrics or {}).get("finished", 0)

    def checkpoint(self) -> None:
        if self.finished >= self.after:
            raise Cancelled


def test_stopped_it_goes_on_where_it_was(tmp_path: Path) -> None:
    context = Stopping(2)
    with pytest.raises(Cancelled):
        run_plan(many(6, 3), tmp_path, LocalWorkers(2, NullContext()), context=context)
    plan = many(6, 3)
    stopped = [line["event"] for line in lines(plan.folder(tmp_path))]
    assert stopped[-1] == "stopped" and stopped.count("done") >= 2
    report = run_plan(plan, tmp_path, LocalWorkers(2, NullContext()))
    assert report.before >= 2 and report.finished == 6


def test_two_drivers_do_not_work_on_one_run(tmp_path: Path) -> None:
    with RunFolder(tmp_path, many(2, 0)), pytest.raises(InputError, match="another process"):
        run_plan(many(2, 0), tmp_path, InTurn(NullContext()))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="--out"):
        run_plan(many(2, 0), tmp_path / "file", InTurn(NullContext()))


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    assert result_path(tmp_path, "../../x").is_relative_to(tmp_path / "results")
    assert ".." not in result_path(tmp_path, "a/../../../x").parts


def test_a_journal_cut_anywhere_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    for k in range(3):
        journal.add("done", item=f"süß {k}")
    journal.close()
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        reader = JournalReader(path)
        before = [line["item"] for line in reader.news()]
        assert before == [f"süß {k}" for k in range(sum(end <= cut for end in ends))]
        journal = Journal(path)
        journal.add("done", item="later")
        journal.close()
        assert [line["item"] for line in reader.news()][-1] == "later"


def test_a_line_of_the_journal_says_when(tmp_path: Path) -> None:
    before = time.time()
    report = run_plan(many(1, 0), tmp_path, InTurn(NullContext()))
    assert all(before - 1 <= line["time"] <= time.time() + 1 for line in lines(report.folder))
