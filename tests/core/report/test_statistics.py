"""The data set's table: sums by source against numbers counted by hand, files that stand alone, and the command."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from interact_core.report.statistics import ClipFacts, Statistics, statistics_of
from interact_core.report.statistics_files import write_statistics


def facts(k: int, dataset: str, **more: object) -> ClipFacts:
    values: dict[str, object] = {
        "id": f"{dataset}/c{k}", "dataset": dataset, "frames": 900, "fps": 30.0, "subject": f"Sub{k % 2}", "objects": ("chair",),
        "hands": k == 0, "texts": k, "words": 5 * k, "actions": ("Lift",) if k else (), "contact": None, "artifacts": None,
    }  # fmt: skip
    return ClipFacts(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def found() -> Statistics:
    clips = [
        facts(0, "behave", contact=0.5, frames=300), facts(1, "behave", contact=0.1, frames=900, artifacts=2),
        facts(2, "behave", parent="behave/c1"), facts(3, "grab", objects=("chair", "cup<>"), fps=120.0, artifacts=3),
    ]  # fmt: skip
    return statistics_of(clips, "data & more", [{"clip": "x", "message": "is <broken>"}])


def test_sums_by_source(found: Statistics) -> None:
    behave, grab = found.rows
    assert (behave.name, behave.clips, behave.children, behave.frames) == ("behave", 3, 1, 2100)
    assert behave.hours == pytest.approx(70 / 3600) and grab.hours == pytest.approx(7.5 / 3600)
    assert (behave.subjects, behave.objects, behave.hands, behave.texts, behave.words, behave.with_text) == (2, 1, 1, 3, 15, 2)
    assert behave.contact == pytest.approx((150 + 90) / 1200) and behave.contact_clips == 2 and behave.artifacts == 2
    # Two sources may each have a chair and a Sub1: these are not the same.
    assert (found.total.objects, found.total.subjects, found.total.clips, found.total.artifacts) == (3, 3, 4, 5)
    assert np.isnan(grab.contact) and found.by_action == (("Lift", 3),)
    assert found.by_object[0] == ("behave/chair", 3)


def test_the_files_say_the_same(found: Statistics, tmp_path: Path) -> None:
    written = write_statistics(found, tmp_path / "out")
    assert {p.name for p in written} == {"statistics.html", "sources.csv", "clips.csv", "statistics.json"}
    document = json.loads((tmp_path / "out" / "statistics.json").read_text())
    rows = list(csv.DictReader((tmp_path / "out" / "sources.csv").open()))
    assert [r["name"] for r in rows] == ["behave", "grab", "total"] and rows[1]["contact"] == ""
    assert document["total"]["clips"] == int(rows[2]["clips"]) == 4 and document["sources"][1]["contact"] is None
    assert len(list(csv.DictReader((tmp_path / "out" / "clips.csv").open()))) == 4
    page = (tmp_path / "out" / "statistics.html").read_text()
    assert "cup&lt;&gt;" in page and "is &lt;broken&gt;" in page and "data &amp; more" in page and "<script" not in page


def test_the_command_counts_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    from interact_core.cli.main import main

    source = Path(__file__).resolve().parents[3] / "resources" / "demo"
    for name in ("demo_lift_box", "demo_drink_mug", "demo_drink_mug__flat_hands"):
        shutil.copytree(source / "sequences_canonical" / name, tmp_path / "demo" / "sequences_canonical" / name)
    shutil.copytree(source / "objects", tmp_path / "demo" / "objects")
    arguments = ["interact", "stats", str(tmp_path / "demo"), "--out", str(tmp_path / "out"), "--json"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    document = json.loads(capfd.readouterr().out)
    (row,) = document["sources"]
    texts = [p.read_text().replace("\r", "\n").splitlines() for p in (tmp_path / "demo").rglob("text.txt")]
    sentences = [line.split("#")[0] for lines in texts for line in lines if line.strip()]
    assert (row["clips"], row["children"], row["texts"]) == (3, 1, len(sentences))
    assert row["words"] == sum(len(sentence.split()) for sentence in sentences)
    assert row["subjects"] == 2 and 0 < row["contact"] < 1 and row["contact_clips"] == 3 and row["artifacts"] is None
    by_id = {clip["id"]: clip for clip in document["clips"]}
    assert by_id["demo_drink_mug"]["hands"] and not by_id["demo_drink_mug__flat_hands"]["hands"]
    # The twin is the same person; who lifts the box is another.
    assert by_id["demo_drink_mug"]["subject"] == by_id["demo_drink_mug__flat_hands"]["subject"]
    assert by_id["demo_drink_mug"]["objects"] == ["mug", "stand"]
