"""Whole evaluations of an untrained net on a few world clips: what is measured, resumed, compared, refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from interact_core.cli.main import app
from interact_core.errors import InputError
from interact_core.formats.interact_writer import write_clip
from interact_core.generate.checkpoint import Trained
from interact_core.generate.evaluation.cases import CaseSet, Lengths, data_cases, world_cases
from interact_core.generate.evaluation.evaluate import EvaluateOptions, Subject, evaluate
from interact_core.generate.evaluation.evaluator import Evaluator, EvaluatorSize
from interact_core.generate.evaluation.leaderboard import leaderboard, tables_of
from interact_core.generate.evaluation.tracks import track_of
from interact_core.generate.modes import TASKS
from interact_core.generate.sampling import Sampled
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.scene import Scenes
from interact_core.jobs.context import NullContext

FEW = EvaluateOptions(tasks=("text", "predict"), repeats=2, inspected=0, sentences=2, variants=2, steps=1, guided=False)


@pytest.fixture(scope="module")
def cases() -> CaseSet:
    return world_cases(3, Lengths(15.0, 8, 12))


@pytest.fixture(scope="module")
def judge() -> Evaluator:
    torch.manual_seed(0)
    return Evaluator(EvaluatorSize(width=16, layers=1, between=16, buckets=64)).eval()


def test_a_model_that_returns_the_truth_has_no_errors(
    trained: Trained, cases: CaseSet, judge: Evaluator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way from sample to figure, with the sampler replaced by the clip that was asked about."""
    from interact_core.generate.evaluation import sampled

    truth = [case.window.motion for case in cases.cases]

    def perfect(trained, conditions, frames, given=None, options=None, **_):  # type: ignore[no-untyped-def]
        from interact_core.generate.motion import joined

        times = len(conditions.words) // len(truth)
        return Sampled(given.motion if given is not None else joined([m for m in truth for _ in range(times)]), None, None)

    monkeypatch.setattr(sampled, "sample", perfect)
    options = EvaluateOptions(
        tasks=tuple(t for t in TASKS if t != "free"), repeats=1, inspected=0, sentences=3, variants=2, steps=1
    )  # fmt: skip
    tables = evaluate(Subject(trained, "perfect", "0"), cases, judge, options, tmp_path, tmp_path).tables
    assert set(tables) == set(options.tasks)
    for task, names in {
        "object_to_human": ("mpmpe_cm", "mpvpe_cm"), "human_to_object": ("t_cm", "o"),
        "predict": ("global_cm", "local_cm", "t_cm", "o"), "between": ("global_cm", "t_cm"),
    }.items():  # fmt: skip
        row = tables[task].rows["perfect"]
        for name in names:
            assert row[name].mean == pytest.approx(0.0, abs=1e-5), (task, name)
    for task in ("object_to_human", "human_to_object"):
        assert tables[task].rows["perfect"]["contact_f1"].mean == 1.0
    text = tables["text"].rows
    assert text["perfect"]["fid"].mean == pytest.approx(0.0, abs=1e-6)
    assert text["perfect"]["multimodality"].mean == pytest.approx(0.0, abs=1e-5)
    assert text["perfect"]["r_precision_1"].mean == pytest.approx(text["real"]["r_precision_1"].mean)
    assert "r_precision_1" not in tables["action"].rows["perfect"] and "fid" not in text["real"]


def test_what_is_done_is_not_done_again_and_more_repeats_may_follow(
    trained: Trained, cases: CaseSet, judge: Evaluator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject(trained, "tiny", "1")
    first = evaluate(subject, cases, judge, FEW, tmp_path, tmp_path)
    assert first.tables["predict"].rows["tiny"]["global_cm"].repeats == 2
    assert (tmp_path / "evaluation.md").read_text("utf-8").count("### ") == 2
    lines = (tmp_path / "evaluation.csv").read_text("utf-8").splitlines()
    assert len(lines[0].split(",")) == 6 and any(line.startswith("predict,tiny,global_cm,") for line in lines)

    from interact_core.generate.evaluation import evaluate as module

    calls = []
    wrapped = module.make

    def counted(*args, **kwargs):  # type: ignore[no-untyped-def]
        calls.append(args[2])
        return wrapped(*args, **kwargs)

    monkeypatch.setattr(module, "make", counted)
    again = evaluate(subject, cases, judge, FEW, tmp_path, tmp_path)
    assert calls == [] and again.record["tasks"] == first.record["tasks"]
    (tmp_path / "parts" / "predict_1.json").unlink()
    evaluate(subject, cases, judge, FEW, tmp_path, tmp_path)
    assert calls == ["predict"]
    with pytest.raises(InputError, match="another model"):
        evaluate(Subject(trained, "tiny", "2"), cases, judge, FEW, tmp_path, tmp_path)
    (tmp_path / "parts" / "text_0.json").write_text("[1]")
    with pytest.raises(InputError, match="cannot be read"):
        evaluate(subject, cases, judge, FEW, tmp_path, tmp_path)


def test_runs_that_can_be_compared_stand_in_one_table(
    trained: Trained, cases: CaseSet, judge: Evaluator, tmp_path: Path
) -> None:  # fmt: skip
    few = EvaluateOptions(tasks=("predict",), repeats=1, inspected=0, steps=1, guided=False)
    more = EvaluateOptions(tasks=("predict",), repeats=1, inspected=0, steps=2, guided=False)
    other = EvaluateOptions(tasks=("predict",), repeats=1, inspected=0, steps=1, guided=False, variants=3)
    for name, options in (("a", few), ("b", more), ("c", other)):
        evaluate(Subject(trained, "net", name), cases, judge, options, tmp_path / name, tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "evaluation.json").write_text(json.dumps({"schema": "something"}))
    board = leaderboard(tmp_path)
    assert len(board.problems) == 1 and {row.run.name for row in board.rows} == {"a", "b", "c"}
    tables = tables_of(board.rows)
    assert sorted(len([m for m in table.rows if m != "real"]) for table in tables) == [1, 2]
    assert any("net (a)" in table.rows and "net (b)" in table.rows for table in tables)
    assert leaderboard(tmp_path / "a").rows[0].figures["global_cm"].mean > 0
    with pytest.raises(InputError, match="no such folder"):
        leaderboard(tmp_path / "nowhere")


def test_real_windows_come_back_as_they_are_at_30_frames(cases: CaseSet) -> None:
    window = cases.cases[0].window
    track = track_of(window.motion, 0, window, 15.0, "x")
    assert track.markers.shape == (2 * window.motion.num_frames - 1, 77, 3)
    place = window.motion.object_place[0].numpy() - track.clip.objects[0].parts[0].rotation[::2] @ window.thing.box[0]
    np.testing.assert_allclose(track.thing.translation[::2], place, atol=1e-5)
    with pytest.raises(InputError, match="no task"):
        EvaluateOptions(tasks=("dance",))


def test_commands_on_a_data_set_with_a_judge_of_its_own(trained_file: Path, scenes: Scenes, tmp_path: Path) -> None:
    for k, name in enumerate(("one", "two", "three")):
        clip = clip_of(scenes, k, name)
        write_clip(replace(clip, objects=(replace(clip.objects[0], name=f"thing{k}"),)), tmp_path / "data", "demo")
    (tmp_path / "data" / "test_seq.txt").write_text("two\n")
    call = ["evaluate", str(trained_file), "--out", str(tmp_path / "runs" / "a"), "--data", str(tmp_path / "data")]
    call += ["--tasks", "text,object_to_human", "--repeats", "1", "--inspected", "0", "--steps", "1", "--plain"]
    call += ["--evaluator-clips", "4", "--evaluator-steps", "1", "--name", "mine", "--device", "cpu", "--json"]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["clips"] == 3 and told["data_name"] == str(tmp_path / "data"), "one test clip, three windows"
    assert told["tasks"]["object_to_human"]["rows"]["mine"]["mpmpe_cm"]["mean"] > 0
    assert (tmp_path / "runs" / "a" / "evaluator.safetensors").is_file()
    board = CliRunner().invoke(app, ["leaderboard", str(tmp_path / "runs"), "--json"])
    assert [table["title"].split(" ")[0] for table in json.loads(board.stdout)["tables"]] == ["object_to_human", "text"]
    bad = CliRunner().invoke(app, [*call[:-1], "--tasks", "dance"])
    assert isinstance(bad.exception, InputError)


def test_a_data_set_without_test_clips_is_used_whole_and_says_so(scenes: Scenes, tmp_path: Path) -> None:
    write_clip(clip_of(scenes, 1, "only"), tmp_path, "demo")
    found = data_cases(tmp_path, 2, Lengths(15.0, 16, 24), 0.0, tmp_path / "cache", NullContext())
    assert len(found.cases) == 2 and "no test clips" in found.note
