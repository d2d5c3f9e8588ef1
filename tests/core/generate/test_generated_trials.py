"""Generated candidates in a project: stored whole, judged, kept as versions with clips of their own, taken back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.formats.interact_writer import write_clip
from interact_core.generate.checkpoint import Trained
from interact_core.generate.facts import facts_of
from interact_core.generate.generate import Candidate
from interact_core.generate.trials import (
    TRIAL,
    GeneratedTrial,
    Origin,
    add_trial,
    drop_trial,
    keep_trial,
    read_trial,
    trials_of,
)
from interact_core.project import Manifest, Project, index_clips
from interact_core.project.children import child_id
from interact_core.project.versions import read_manifest


def clip_of(name: str, text: str = "") -> Clip:
    frames = 6
    hands, still = np.zeros((frames, 15, 3), np.float32), np.zeros((frames, 3), np.float32)
    transl = np.tile(np.array([0, 0.95, 0], np.float32), (frames, 1))
    body = BodyMotion("open", "neutral", Betas(np.zeros(10)), still, np.zeros((frames, 21, 3), np.float32), hands, hands, transl)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    mesh = Mesh(corners, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32), "thing")
    part = ObjectPart("base", mesh, np.tile(np.eye(3), (frames, 1, 1)), np.zeros((frames, 3)))
    return Clip(name, 30.0, body, (ObjectMotion("thing", (part,)),), (Caption(text),) if text else ())


def candidate(index: int, **figures: float) -> Candidate:
    told: dict[str, Any] = {"index": index, "seed": 7, "steps": 10, "task": "text", "text": "a person holds it", "action": ""}
    return Candidate(clip_of(f"generated_{index}", "a person holds it"), {"deepest": 0.004, "contact": 0.8, **figures}, told)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("INTERACT_HOME", str(tmp_path / "home"))
    write_clip(clip_of("demo/own"), tmp_path / "data", "demo")
    found = Project.open(tmp_path / "data")
    index_clips(found)
    yield found
    found.close()


def stored(project: Project, index: int = 0, asked: float = 5.0, **figures: float) -> GeneratedTrial:
    clip_id = project.library.search()[0].id
    return add_trial(project.folder, Origin(clip_id, "", 0.5, asked), candidate(index, **figures), {"body": np.zeros((6, 2, 3))})


def test_it_comes_back_as_it_was_stored_the_newest_request_first(project: Project) -> None:
    first, second, later = stored(project), stored(project, 1), stored(project, 0, asked=9.0)
    assert [t.id for t in trials_of(project.folder, first.clip_id)] == [later.id, first.id, second.id]
    again = read_trial(first.folder)
    assert again == first and again is not None and again.read().num_frames == 6
    assert again.start == 0.5 and again.arrays("body") is not None


def test_what_is_beyond_a_limit_says_so_in_the_units_of_people(project: Project) -> None:
    assert stored(project).passed
    deep = stored(project, 1, deepest=0.034)
    assert not deep.passed and "34" in deep.reasons[0][1] and "mm" in deep.reasons[0][1]
    assert stored(project, 2, contact=0.0).reasons[0][0] == "contact"


def test_kept_is_a_version_and_a_clip_with_its_sentence_and_undoing_takes_both_away(project: Project) -> None:
    trial = keep_trial(project, stored(project), "ann")
    version = project.versions.of(trial.clip_id)[0]
    assert version.kind == "generated" and version.manifest.seed == 7
    assert version.manifest.parameters["text"] == "a person holds it"
    child = child_id(version)
    assert [c.caption.text for c in project.captions(child)] == ["a person holds it"]
    assert child in {row.id for row in project.library.search()}
    open_again = drop_trial(project, trial, discarded=False)
    assert open_again.decision == "" and project.versions.of(trial.clip_id) == ()
    assert child not in {row.id for row in project.library.search()}
    kept = keep_trial(project, open_again)
    assert kept.version == version.id, "the same version again, not a second one"


def test_figures_that_come_later_stand_in_the_manifest_and_its_row(project: Project) -> None:
    trial = keep_trial(project, stored(project))
    before = project.versions.get(trial.version)
    figures = {"penetration_max": {"title": "Deepest", "value": 0.003, "unit": "m", "group": "penetration", "worst_frame": 2}}
    assert before.manifest.after == {}
    project.versions.note_figures(trial.version, figures)
    after = project.versions.get(trial.version)
    assert after.manifest.after == figures and after.manifest.parameters == before.manifest.parameters and not after.problem
    assert Manifest.from_json(read_manifest(after.path)["manifest"]) == after.manifest
    assert after.bytes == sum(path.stat().st_size for path in after.path.iterdir())
    assert project.versions.read(trial.version).num_frames == 6, "the clip's digests still hold"


@pytest.mark.parametrize("task", ["action", "predict", "free"])
def test_no_sentence_is_made_up_where_none_was_given(project: Project, task: str) -> None:
    told = {**candidate(0).manifest, "task": task, "text": "", "action": "lift" if task == "action" else ""}
    clip_id = project.library.search()[0].id
    made = replace(candidate(0), clip=clip_of("generated_0"), manifest=told)
    trial = keep_trial(project, add_trial(project.folder, Origin(clip_id, "", 0.0, 1.0), made, {"body": np.zeros((6, 2, 3))}))
    child = child_id(project.versions.get(trial.version))
    assert project.captions(child) == () and project.library.row(child).caption == ""


def test_damaged_and_half_written_candidates_are_left_out(project: Project) -> None:
    good, bad = stored(project), stored(project, 1)
    (bad.folder / TRIAL).write_text("{")
    assert [t.id for t in trials_of(project.folder, good.clip_id)] == [good.id]
    facts = json.loads((good.folder / TRIAL).read_text())
    (good.folder / TRIAL).write_text(json.dumps({**facts, "form_version": 99}))
    assert trials_of(project.folder, good.clip_id) == ()


def test_the_head_of_a_checkpoint_tells_what_it_knows(trained: Trained, trained_file: Path, tmp_path: Path) -> None:
    facts = facts_of(trained_file)
    assert facts.actions == trained.actions and facts.words == trained.seen and facts.world and facts.fps == trained.fps
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(trained_file.read_bytes()[:-100])
    for path, said in ((cut, "cannot|can be read"), (tmp_path / "none.safetensors", "no such file")):
        with pytest.raises(InputError, match=said):
            facts_of(path)
    (tmp_path / "text.safetensors").write_text("hello")
    with pytest.raises(InputError):
        facts_of(tmp_path / "text.safetensors")
