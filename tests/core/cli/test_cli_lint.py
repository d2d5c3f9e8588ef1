"""`interact lint`: exit codes, the document, and whose words are checked."""

from pathlib import Path

from interact_core.annotation.captions import type_caption
from interact_core.annotation.review import dismiss_finding
from interact_core.project.project import Project


def _write(data: Path, clip_id: str, text: str) -> None:
    project = Project.open(data)
    project.read_clip(clip_id)
    document = project.document(clip_id)
    edit = type_caption(document, document.captions[0].uid, text)
    project.record(edit.apply(document), document, "ada")
    project.close()


def test_clean_captions(interact, dataset: Path) -> None:
    result = interact("lint", dataset, "--text-only", "--json")
    assert result.code == 0
    found = result.document
    assert (found["schema"], found["words"], found["measured"], found["problems"]) == ("interact/lint", "data", False, [])
    assert {c["id"] for c in found["clips"]} == {"still", "rising"}
    assert all(c["frames"] == 24 and c["captions"] == 1 for c in found["clips"])


def test_what_was_written_in_a_project_is_checked(interact, dataset: Path) -> None:
    _write(dataset, "rising", "A person lifted the table.")
    result = interact("lint", dataset, "--text-only", "--json")
    assert result.code == 1
    assert result.document["words"] == "project"
    (clip,) = (c for c in result.document["clips"] if c["findings"])
    assert clip["id"] == "rising"
    assert {f["rule"] for f in clip["findings"]} == {"tense", "object_missing"}
    first = next(f for f in clip["findings"] if f["rule"] == "tense")
    assert first["text"][first["start"] : first["end"]] == "lifted" and first["fix"]["text"] == "lifts"
    assert result.document["counts"] == {"warning": 2}


def test_text_for_people(interact, dataset: Path) -> None:
    _write(dataset, "rising", "A person lifted the ball.")
    result = interact("lint", dataset, "--text-only")
    assert result.code == 1
    assert "rising" in result.out and "'lifted' is past tense." in result.out and "1 warning" in result.out


def test_dismissed_findings_do_not_count(interact, dataset: Path) -> None:
    _write(dataset, "rising", "A person lifted the ball.")
    key = interact("lint", dataset, "--text-only", "--json", "--clip", "rising").document["clips"][0]["findings"][0]["key"]
    project = Project.open(dataset)
    document = project.document("rising")
    project.record(dismiss_finding(document, key, "quoted").apply(document), document)
    project.close()
    result = interact("lint", dataset, "--text-only", "--json", "--clip", "rising")
    assert result.code == 0
    assert result.document["clips"][0]["findings"][0]["dismissed"] == "quoted"


def test_an_open_window_does_not_mind(interact, dataset: Path) -> None:
    project = Project.open(dataset)
    try:
        assert interact("lint", dataset, "--text-only").code == 0
    finally:
        project.close()


def test_a_project_that_has_not_read_the_clip_yet_has_the_datas_captions(interact, dataset: Path) -> None:
    Project.open(dataset).close()
    found = interact("lint", dataset, "--text-only", "--json").document
    assert found["words"] == "project" and all(c["captions"] == 1 for c in found["clips"])


def test_measured(interact, dataset: Path) -> None:
    _write(dataset, "rising", "A person lowers the ball.")
    result = interact("lint", dataset, "--clip", "rising", "--device", "cpu", "--json")
    assert result.code == 1
    (finding,) = result.document["clips"][0]["findings"]
    assert finding["rule"] == "direction" and "0 cm" in finding["why"]


def test_house_style(interact, dataset: Path) -> None:
    _write(dataset, "rising", "A person is standing beside a ball.")
    assert interact("lint", dataset, "--text-only").code == 0
    assert "progressive" in interact("lint", dataset, "--text-only", "--simple-present").out


def test_what_cannot_be_read_is_said(interact, dataset: Path) -> None:
    assert interact("lint", dataset / "nowhere").code == 2
    assert interact("lint", dataset, "--clip", "nobody").code == 2
