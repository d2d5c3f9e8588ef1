"""Consolidation as a kind of the dataset runs: tasks as JSON, what counts as finished, the same bytes from Ray's workers."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import interact_core
from interact_core.clip import Caption, Segment
from interact_core.cluster.executor import InTurn
from interact_core.cluster.kinds import plan_of
from interact_core.cluster.kinds.consolidate import consolidate
from interact_core.cluster.run import run_plan
from interact_core.consolidate.config import LightConfig, SourceConfig, config_record
from interact_core.consolidate.keys import FileDigests
from interact_core.consolidate.plan import Only, plan
from interact_core.consolidate.records import config_of, task_of, task_record
from interact_core.consolidate.sources.words import SourceSegment
from interact_core.errors import InputError
from interact_core.jobs.context import NullContext

TEXT = 'out = "result"\n[[source]]\nkind = "released"\ndataset = "demo"\nroot = "data"\n'


@pytest.fixture
def toml(source, tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(TEXT)
    return path


def done_by(toml, out):
    """What a run of the kind worked on, and its report."""
    started = []
    report = run_plan(
        plan_of("consolidate", toml, out, [], "cpu", None), out, InTurn(NullContext()), retries=0,
        watch=lambda line: started.append(line["item"]) if line["event"] == "start" else None,
    )  # fmt: skip
    return started, report


def told(out):
    return json.loads((out / ".consolidate" / "report.json").read_text())


def times(out):
    return {path: path.stat().st_mtime_ns for path in (out / "demo").rglob("*")}


def test_a_task_and_its_config_survive_json(config, tmp_path):
    marks = (Segment("action", 3, 9, "sweep", hand="left", confidence=0.5),)
    words = (SourceSegment("x_3", 3, None, (Caption("A.", tokens=("a/DET",), end_frame=4),), "Hold", ("ball",), marks),)
    more = (*config.sources, SourceConfig("behave", tmp_path / "data", "lab", tmp_path, ("a*",), "content"))
    config = replace(config, sources=more, exports=("bvh",), light=LightConfig(cut=10))
    (first, *_) = plan(replace(config, sources=more[:1]), Only(("motion",)), FileDigests(), NullContext()).tasks
    task = replace(first, config=config, words=words)
    carried = config_of(json.loads(json.dumps(config_record(config))))
    assert carried == config and task_of(json.loads(json.dumps(task_record(task))), carried) == task


def test_finished_is_what_the_keys_say(toml, source, tmp_path, make, all_files):
    out = tmp_path / "result"
    started, report = done_by(toml, out)
    assert started == [f"demo/demo_ball_{k}" for k in range(3)] and report.done == 3 and not report.failed
    first, marks = all_files(out), times(out)
    assert json.loads((out / "manifest.json").read_text())["clips"] == 3 and told(out)["clips_made"] == 3
    started, report = done_by(toml, out)
    assert not started and report.before == 3 and times(out) == marks and told(out)["clips_reused"] == 3
    # None missed: a result is there, but its clip is not, or its input is another by now.
    shutil.rmtree(out / "demo" / "sequences_canonical" / "demo_ball_2")
    assert done_by(toml, out)[0] == ["demo/demo_ball_2"] and all_files(out) == first
    human = source / "demo" / "sequences_canonical" / "demo_ball_0" / "text.txt"
    human.write_text("Somebody else's words.#\n")
    assert done_by(toml, out)[0] == ["demo/demo_ball_0"]
    # Another option of the config: only what depends on it is made.
    toml.write_text(TEXT + "[light]\ncut = 10\n")
    started, _ = done_by(toml, out)
    assert len(started) == 3 and {name for name, n in told(out)["stages"].items() if n["made"]} == {"light"}


def test_what_the_other_command_made_is_not_made_again(config, toml, all_files):
    consolidate(config)
    marks = times(config.out)
    shutil.rmtree(config.out / ".consolidate")  # it may be deleted
    started, report = done_by(toml, config.out)
    assert len(started) == report.done == 3 and times(config.out) == marks and told(config.out)["clips_reused"] == 3


def test_a_recording_that_failed_is_tried_by_the_next_run(toml, source, tmp_path):
    out, human = tmp_path / "elsewhere", source / "demo" / "sequences_canonical" / "demo_ball_1" / "human.npz"
    whole = human.read_bytes()
    human.write_bytes(whole[:200])
    _, report = done_by(toml, out)
    assert list(report.failed) == ["demo/demo_ball_1"] and report.failed["demo/demo_ball_1"].cause == "input"
    (failure,) = told(out)["failures"]
    assert failure["path"] == str(human) and told(out)["clips_made"] == 2
    human.write_bytes(whole)
    started, report = done_by(toml, out)
    assert started == ["demo/demo_ball_1"] and not report.failed and not told(out)["failures"]


def test_two_recordings_of_one_name_fail_in_the_run_too(toml, make, tmp_path):
    shutil.copytree(tmp_path / "data", tmp_path / "more")
    toml.write_text(TEXT + '[[source]]\nkind = "released"\ndataset = "demo"\nroot = "more"\n')
    _, report = done_by(toml, tmp_path / "result")
    assert report.done == 3 and len(report.failed) == 3
    assert all("another recording" in failure.message for failure in report.failed.values())


def test_a_result_inside_a_source_is_refused(toml, source):
    with pytest.raises(InputError, match="never changed"):
        plan_of("consolidate", toml, source / "inside", [], "cpu", None)


def test_rays_workers_make_the_same_bytes(config, toml, tmp_path, all_files, interact, monkeypatch):
    pytest.importorskip("ray")
    monkeypatch.setenv("PYTHONPATH", str(Path(interact_core.__file__).parents[1]) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    result = interact("run", "consolidate", toml, "--out", tmp_path / "there", "--ray", "--workers", 2, "--json")
    assert result.code == 0 and result.document["done"] == 3
    consolidate(config)
    assert all_files(tmp_path / "there") == all_files(config.out)
