"""`interact splits` and `interact validate --fix`: what a shell sees of a list that means other clips than it says."""

import shutil
from pathlib import Path


def test_a_list_is_read_as_it_was_meant_and_as_loaders_read_it(interact, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "test_seq.txt").write_text("Still\ngone\n")
    (tmp_path / "test.txt").write_text("ball\nlamp")
    clips = dataset / "sequences_canonical"
    shutil.copytree(clips / "still", tmp_path / "demo_aug1" / "sequences_canonical" / "still_1")
    shutil.copytree(dataset / "objects", tmp_path / "demo_aug1" / "objects")
    result = interact("splits", tmp_path, "--json")
    assert result.code == 2, result.err
    (root,) = result.document["roots"]
    assert root["test"] == ["still"] and root["train"] == ["rising", "still_1"] and root["missing"] == ["gone"]
    assert root["spelling"] == {"Still": "still"} and root["children"] == {"still_1": "still"}
    assert root["leaks"] == [{"child": "still_1", "parent": "still", "child_is_test": False}]
    assert [(h["name"], h["clips"]) for h in root["held_out"]] == [("ball", 3), ("lamp", 0)]
    assert root["held_out"][0]["in_training"] == ["rising", "still_1"]
    said = interact("splits", tmp_path)
    assert "Still is still" in said.out and "still_1 is training data" in said.out

    fixed = interact("validate", tmp_path, "--fix", tmp_path.parent / "fixed", "--json")
    assert {f["code"] for f in fixed.document["findings"] if f["fixable"]} >= {"split-spelling", "split-leak"}
    assert (tmp_path.parent / "fixed" / "test_seq.txt").read_text().split() == ["still", "gone", "still_1"]
    assert interact("splits", tmp_path.parent / "fixed").code == 0


def test_without_a_list_there_is_nothing_to_say(interact, dataset: Path) -> None:
    result = interact("splits", dataset)
    assert result.code == 2 and "test_seq.txt" in result.err
