"""`interact compare`, `interact refine` and `interact render --compare` as a shell sees them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import imageio.v3 as iio
import numpy as np
import pytest

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.registry import open_path, read_clip
from interact_core.project import Manifest, Project
from interact_core.refine.options import RefineOptions
from interact_core.refine.report import RefineReport, RefineResult


@pytest.fixture
def moved(dataset: Path, tmp_path: Path) -> Path:
    """The same two clips with the ball 14 cm nearer to the person, as another data set."""
    for ref in open_path(dataset).refs:
        clip = read_clip(ref)
        part = clip.objects[0].parts[0]
        part = replace(part, translation=part.translation - np.float32([0.14, 0, 0]))
        write_clip(replace(clip, source=None, objects=(replace(clip.objects[0], parts=(part,)),)), tmp_path / "other", "demo")
    return tmp_path / "other" / "demo"


def test_compare_two_data_sets(interact: Callable[..., Any], dataset: Path, moved: Path) -> None:
    told = interact("compare", dataset, moved, "--json", "--device", "cpu")
    assert told.code == 0
    document = told.document
    assert document["schema"] == "interact/compare" and {c["id"] for c in document["clips"]} == {"still", "rising"}
    still = next(c for c in document["clips"] if c["id"] == "still")
    assert still["moved"]["object"]["mean"] == pytest.approx(0.14, abs=1e-5) and still["moved"]["body"]["max"] == 0
    deepest = next(r for r in still["rows"] if r["measure"] == "penetration_max")
    assert deepest["verdict"] == "worse" and deepest["change"] > 0.01 and still["rows"][0]["verdict"] == "worse"
    back = interact("compare", moved, dataset, "--json", "--device", "cpu").document
    deepest = next(r for c in back["clips"] if c["id"] == "still" for r in c["rows"] if r["measure"] == "penetration_max")
    assert deepest["verdict"] == "better"


def test_versions_by_id_and_text_output(interact: Callable[..., Any], dataset: Path, moved: Path) -> None:
    project = Project.open(dataset)
    clip = read_clip(next(r for r in open_path(moved).refs if r.id == "still"))
    version = project.versions.add("still", clip, Manifest("refined"))
    project.close()
    told = interact("compare", dataset / "sequences_canonical" / "still", version.id, "--device", "cpu")
    assert told.code == 0 and "Deepest penetration" in told.out and "worse" in told.out
    assert interact("compare", dataset, "nothing-there").code == 2


def test_clips_that_are_only_on_one_side(interact: Callable[..., Any], dataset: Path, moved: Path) -> None:
    (moved / "sequences_canonical" / "rising").rename(moved / "sequences_canonical" / "gone")
    told = interact("compare", dataset, moved, "--json", "--device", "cpu")
    assert told.document["only_a"] == ["rising"] and told.document["only_b"] == ["gone"] and len(told.document["clips"]) == 1


def test_one_picture_of_two_and_their_difference(
    interact: Callable[..., Any], dataset: Path, moved: Path, tmp_path: Path
) -> None:  # fmt: skip
    out = tmp_path / "both.png"
    told = interact("render", "--compare", dataset, moved, out, "--size", "901x300", "--json", "--device", "cpu")
    assert told.code == 0 and told.document["pictures"] == 3
    picture = iio.imread(out)
    assert picture.shape == (300, 901, 3)
    cells = [picture[60:, a : a + 290].astype(int) for a in (0, 303, 607)]
    assert np.abs(cells[0] - cells[1]).max() > 40 and cells[2].std() > 5
    assert interact("render", "--compare", dataset, moved, out, out).code == 2


def test_refine_says_wrong_options_at_once(interact: Callable[..., Any], dataset: Path, tmp_path: Path) -> None:
    for wrong in (("--range", "9:3"), ("--preset", "magic"), ("--set", "effort=many"), ("--set", "nothing=1")):
        told = interact("refine", dataset, "--out", tmp_path / "out", *wrong)
        assert told.code == 2 and not (tmp_path / "out").exists(), wrong


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refinement that moves the ball and gives up on the clip called rising."""

    def refine(clip: Clip, options: RefineOptions, **_: Any) -> RefineResult:
        if clip.id.endswith("rising"):
            raise InputError("cannot be helped", field=clip.id)
        part = replace(clip.objects[0].parts[0], translation=clip.objects[0].parts[0].translation + np.float32([0.02, 0, 0]))
        moved = replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))
        figures = ({"penetration_max": 0.03}, {"penetration_max": 0.01})
        return RefineResult(moved, RefineReport(*figures, notes=(f"seed {options.seed}",), seconds=0.1))

    monkeypatch.setattr("interact_core.refine.refine.refine_clip", refine)


def test_refine_into_a_folder_goes_on_past_a_bad_clip(
    interact: Callable[..., Any], dataset: Path, tmp_path: Path, quick: None
) -> None:  # fmt: skip
    told = interact(
        "refine", dataset, "--out", tmp_path / "out", "--seed", 7, "--range", "2:", "--jobs", 1, "--json", "--device", "cpu"
    )
    assert told.code == 2 and [p["clip"] for p in told.document["problems"]] == ["rising"]
    (done,) = told.document["clips"]
    assert done["id"] == "still" and done["notes"] == ["seed 7"] and "text.txt" in done["carried"]
    (ref,) = open_path(tmp_path / "out").refs
    shift = read_clip(ref).objects[0].parts[0].translation - read_clip(open_path(dataset).refs[1]).objects[0].parts[0].translation
    assert np.allclose(shift, [0.02, 0, 0], atol=1e-6)
    assert interact("refine", dataset / "sequences_canonical" / "still", "--out", dataset).code == 2


def test_refine_without_a_folder_makes_versions(interact: Callable[..., Any], dataset: Path, quick: None) -> None:
    told = interact("refine", dataset, "--clip", "still", "--device", "cpu")
    assert told.code == 0 and "Deepest penetration" in told.out and "better" in told.out
    project = Project.open(dataset)
    (version,) = project.versions.of("still")
    project.close()
    assert version.id in told.out and version.manifest.backend == "ours"
