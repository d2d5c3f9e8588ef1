"""`interact augment` as a shell sees it: yield and reasons, options, and going on after being stopped anywhere."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interact_core.annotation import SegmentRecord
from interact_core.annotation.segments import add_segment
from interact_core.augment.augment import AugmentResult, Candidate
from interact_core.augment.options import AugmentOptions
from interact_core.augment.quality import Quality, judge
from interact_core.augment.sampling import draw
from interact_core.clip import Clip, Segment
from interact_core.errors import InputError
from interact_core.formats.registry import open_path, read_clip
from interact_core.project import Project, index_clips

GOOD = Quality(0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.2, 0.1)


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Candidates without a solver: every other one shakes. `stop` ends the run before that clip, as a power cut would."""
    seen: dict[str, Any] = {"clips": [], "stop": None}

    def augment_clip(clip: Clip, options: AugmentOptions, **_: Any) -> AugmentResult:
        if clip.id == seen["stop"]:
            raise KeyboardInterrupt
        if clip.id == seen.get("bad"):
            raise InputError("3 frames have no finite pose", field=clip.id)
        seen["clips"].append(clip.id)
        seen["options"] = options
        found = []
        for index in range(options.count):
            quality = GOOD if index % 2 == 0 else replace(GOOD, jerk=500.0)
            drawn = draw(options.variations, options.following, options.seed, index)
            moved = replace(clip, body=replace(clip.body, transl=clip.body.transl + np.float32(drawn.offset)))
            reasons = judge(quality, GOOD, options.limits, clip.fps)
            found.append(Candidate(index, drawn, moved, quality, reasons, 0.1))
        return AugmentResult(GOOD, tuple(found))

    monkeypatch.setattr("interact_core.augment.augment.augment_clip", augment_clip)
    return seen


def children(out: Path) -> list[str]:
    return sorted(ref.path.name for ref in open_path(out).refs)


def test_yield_and_reasons(interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any]) -> None:
    told = interact("augment", dataset, "--out", tmp_path / "new", "--count", 3, "--seed", 1, "--json", "--device", "cpu")
    assert told.code == 0
    document = told.document
    assert document["schema"] == "interact/augment" and document["yield"] == {"tried": 6, "kept": 4, "why": {"jerk": 2}}
    assert children(tmp_path / "new") == [f"{n}_aug_{10_000 + k}" for n in ("rising", "still") for k in (0, 2)]
    child = read_clip(next(r for r in open_path(tmp_path / "new").refs if r.path.name == "still_aug_10002"))
    offset = draw(solved["options"].variations, solved["options"].following, 1, 2).offset
    assert child.body.transl[0] == pytest.approx(np.array([0, 0.95, 0]) + offset, abs=1e-6)
    assert child.metadata["parent"] == "still" and child.captions[0].text == "A person stands beside a rising ball."
    again = interact("augment", dataset, "--out", tmp_path / "new", "--count", 3, "--seed", 1, "--device", "cpu")
    assert again.code == 0 and len(solved["clips"]) == 2 and "done before" in again.out
    assert (
        "candidate 1 turned down: jerk of the body 500, at most 30" in again.out and "4 of 6 candidates kept; 2 jerk" in again.out
    )


@pytest.mark.parametrize("stop", ["rising", "still"])
def test_a_run_that_was_stopped_goes_on(
    interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any], stop: str
) -> None:
    out = tmp_path / "new"
    command = ("augment", dataset, "--out", out, "--count", 4, "--json", "--device", "cpu")
    whole = interact("augment", dataset, "--out", tmp_path / "whole", "--count", 4, "--json", "--device", "cpu").document
    solved["clips"].clear()
    solved["stop"] = stop
    assert interact(*command).code != 0
    before = list(solved["clips"])
    # What was being written when the power went: a folder that the ledger does not know.
    solved["stop"] = None
    if before:
        (out / "demo_aug" / "sequences_canonical" / f"{stop}_aug_00000").mkdir()
    told = interact(*command)
    assert told.code == 0 and sorted(solved["clips"]) == ["rising", "still"]
    assert children(out) == children(tmp_path / "whole")
    assert [c["candidates"] for c in told.document["clips"]] == [c["candidates"] for c in whole["clips"]]


def test_a_bad_clip_does_not_end_the_rest(
    interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any]
) -> None:  # fmt: skip
    solved["bad"] = "rising"
    told = interact("augment", dataset, "--out", tmp_path / "new", "--json", "--device", "cpu")
    assert told.code == 2 and "finite" in told.document["problems"][0]["message"]
    assert children(tmp_path / "new") == ["still_aug_00000", "still_aug_00002"]


def test_test_clips_have_no_children(interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any]) -> None:
    (dataset.parent / "test_seq.txt").write_text("rising\n")
    told = interact("augment", dataset, "--out", tmp_path / "new", "--json", "--device", "cpu")
    assert told.code == 0 and solved["clips"] == ["still"]
    assert {c["id"]: c["skipped"] for c in told.document["clips"]} == {"rising": "test data", "still": None}
    assert "test data" in told.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--preset", "wild"), "preset"), (("--set", "nonsense=1"), "nonsense=1"), (("--set", "yaw_most=400"), "yaw_most"),
        (("--method", "magic"), "magic"), (("--set", "yaw=perhaps"), "neither on nor off"),
    ],
)  # fmt: skip
def test_wrong_options_are_said_before_any_work(
    interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any], more: tuple[str, ...], said: str
) -> None:
    told = interact("augment", dataset, "--out", tmp_path / "new", *more)
    assert told.code == 2 and said in told.err and not solved["clips"]


def test_the_source_is_never_written_to(interact: Callable[..., Any], dataset: Path, solved: dict[str, Any]) -> None:
    told = interact("augment", dataset, "--out", dataset.parent, "--count", 1, "--set", "yaw=off", "--device", "cpu")
    assert told.code == 0 and solved["options"].variations.yaw is False  # beside it is well: demo_aug is another data set
    told = interact("augment", dataset, "--out", dataset)
    assert told.code == 2 and "never changed" in told.err


def test_what_a_project_says_goes_along(
    interact: Callable[..., Any], dataset: Path, tmp_path: Path, solved: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captions into text.txt in place of the data's own, segments into documents that `interact import` takes."""
    monkeypatch.setenv("INTERACT_HOME", str(tmp_path / "home"))
    project = Project.open(dataset)
    index_clips(project)
    clip_id = next(row.id for row in project.library.search() if row.id.endswith("still"))
    project.set_caption(clip_id, 0, "Written by a person.")
    document = project.document(clip_id)
    segment = Segment("action", 2, 6, label="move")
    project.record(add_segment(document, segment, 30).apply(document), document)
    project.close()
    told = interact("augment", dataset, "--out", tmp_path / "new", "--count", 1, "--json", "--device", "cpu")
    assert told.code == 0 and told.document["words"] == "project"
    refs = {ref.path.name: ref for ref in open_path(tmp_path / "new").refs}
    assert sorted(refs) == ["rising_aug_00000", "still_aug_00000"], "documents are no clips"
    assert read_clip(refs["still_aug_00000"]).captions[0].text == "Written by a person."
    assert read_clip(refs["rising_aug_00000"]).captions[0].text == "A person stands beside a rising ball."
    words = sorted((tmp_path / "new" / "demo_aug" / "annotations").iterdir())
    assert [path.name for path in words] == ["still_aug_00000.json"]
    child = Project.open(tmp_path / "new")
    index_clips(child)
    child.close()
    assert interact("import", tmp_path / "new", words[0], "--form", "document").code == 0
    child = Project.open(tmp_path / "new")
    (found,) = [r for row in child.library.search() for r in child.annotations(row.id) if isinstance(r, SegmentRecord)]
    assert (found.segment.start_frame, found.segment.end_frame, found.segment.label) == (2, 6, "move")
    child.close()
