"""Captions out of a project, whole or not at all, and never into the data."""

import csv
import json
from pathlib import Path

import pytest

from interact_core.errors import InputError
from interact_core.formats.text_files import parse_captions
from interact_core.project import Project, export_captions, index_clips


@pytest.fixture
def edited(project: Project) -> Project:
    index_clips(project)
    project.set_caption("grab/s1_mug_drink", 0, 'Sips "tea", née\nwith #1 mug', "ana")
    project.set_caption("grab/s1_mug_drink", 1, "", "ana")
    return project  # not flushed: what is typed is exported, stored or not


def test_json_lines(edited: Project, tmp_path: Path) -> None:
    report = export_captions(edited, tmp_path / "out" / "captions.jsonl", "jsonl")
    lines = [json.loads(line) for line in report.path.read_text(encoding="utf-8").splitlines()]
    assert (report.clips, report.captions, len(lines)) == (4, 7, 7)
    (mine,) = [line for line in lines if line["author"] == "ana"]
    assert mine["text"] == 'Sips "tea", née\nwith #1 mug' and mine["clip"] == "grab/s1_mug_drink" and mine["fps"] == 30.0
    assert {line["origin"] for line in lines} == {"source"}


def test_csv_as_a_spreadsheet_reads_it(edited: Project, tmp_path: Path) -> None:
    report = export_captions(edited, tmp_path / "captions.csv", "csv")
    with report.path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 7 and rows[0]["variant"] == "natural"
    assert 'Sips "tea", née\nwith #1 mug' in [row["text"] for row in rows]


def test_interact_text_is_read_back(edited: Project, tmp_path: Path, dataset: Path) -> None:
    report = export_captions(edited, tmp_path / "texts", "interact")
    assert report.changed == ("grab/s1_mug_drink",)
    files = {str(path.relative_to(report.path)) for path in report.path.rglob("*.txt")}
    assert len(files) == 4 and "behave/Date01_Sub01_backpack_0/text.txt" in files
    untouched = parse_captions((report.path / "behave/Date01_Sub01_backpack_0/text.txt").read_bytes().decode())
    source = dataset / "behave/sequences_canonical/Date01_Sub01_backpack_0/text.txt"
    assert untouched == parse_captions(source.read_bytes().decode())
    (mine,) = parse_captions((report.path / "grab/s1_mug_drink/text.txt").read_bytes().decode())
    assert mine.text == 'Sips "tea", née with 1 mug'


def test_what_is_in_the_way_is_refused(edited: Project, tmp_path: Path, dataset: Path) -> None:
    with pytest.raises(InputError, match="never written"):
        export_captions(edited, dataset / "out.jsonl", "jsonl")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.doc").write_text("x")
    with pytest.raises(InputError, match="not an empty folder"):
        export_captions(edited, tmp_path / "texts", "interact")
    with pytest.raises(InputError, match="is a folder"):
        export_captions(edited, tmp_path / "texts", "csv")
    with pytest.raises(InputError):
        export_captions(edited, tmp_path / "texts" / "mine.doc" / "x.csv", "csv")
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "data") == ["texts"]


def test_a_failed_export_leaves_nothing(edited: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="disk is full"):
        export_captions(edited, tmp_path / "texts", "interact")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]
