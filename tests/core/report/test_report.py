"""The data set report: figures against numpy, files that stand alone, nothing that breaks a page."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from interact_core.report import ClipRecord, gather, write_report
from interact_core.report.gather import DatasetReport


def figures(depth: float | None, contact: float) -> dict[str, dict[str, object]]:
    return {
        "penetration_max": {"title": "Deepest <penetration>", "value": depth, "unit": "m", "group": "penetration"},
        "contact_object": {"title": "Touched", "value": contact, "unit": "%", "group": "contact"},
        "contact_box_top": {"title": "Top", "value": 3.0, "unit": "%", "group": "contact"},
    }


def clips(after: bool) -> list[ClipRecord]:
    rng = np.random.default_rng(0)
    depths = rng.gamma(2, 0.01, 40)
    made = []
    for k, depth in enumerate(depths):
        later = figures(float(depth) * (2.0 if k == 7 else 0.5), 55.0) if after else None
        made.append(ClipRecord(
            f"behave/clip_{k}", "behave" if k % 2 else "grab", ("box", "mug")[k % 3 == 0 :][:1], 100, 30.0, float(depth) * 10,
            figures(float(depth), 50.0 + k), {"penetration": 1} if depth > 0.01 else {}, later, 0.1 if after else None,
        ))  # fmt: skip
    return made


@pytest.fixture
def report() -> DatasetReport:
    return gather(clips(True), "behave & <co>", against="behave_correct", problems=[{"clip": "x", "message": "is <broken>"}])


def test_distributions_groups_and_the_worst(report: DatasetReport) -> None:
    depths = np.array([c.figures["penetration_max"]["value"] for c in report.clips], float)
    found = {d.measure: d for d in report.distributions}
    assert set(found) == {"penetration_max", "contact_object"}
    assert found["penetration_max"].quantile(0.95) == pytest.approx(np.quantile(depths, 0.95))
    assert found["penetration_max"].worst_clip == f"behave/clip_{depths.argmax()}"
    assert found["contact_object"].worst_clip == "behave/clip_0"
    groups = {g.name: g for g in report.by_source}
    assert groups["behave"].clips == 20 and groups["behave"].medians["penetration_max"] == pytest.approx(np.median(depths[1::2]))
    assert sum(g.clips for g in report.by_object) == 40
    assert report.worst[0].id == f"behave/clip_{depths.argmax()}"


def test_regressions_come_first(report: DatasetReport) -> None:
    assert report.regressions[0].clip == "behave/clip_7"
    assert report.regressions[0].comparison.worse[0].measure == "penetration_max"


def test_files_agree(report: DatasetReport, tmp_path: Path) -> None:
    write_report(report, tmp_path)
    rows = list(csv.DictReader((tmp_path / "clips.csv").read_text().splitlines()))
    kept = json.loads((tmp_path / "report.json").read_text())
    assert len(rows) == len(kept["clips"]) == 40
    assert float(rows[3]["penetration_max"]) == kept["clips"][3]["figures"]["penetration_max"]["value"]
    assert float(rows[7]["penetration_max_after"]) == pytest.approx(2 * float(rows[7]["penetration_max"]))
    measures = {row["measure"]: row for row in csv.DictReader((tmp_path / "measures.csv").read_text().splitlines())}
    entry = next(m for m in kept["measures"] if m["measure"] == "penetration_max")
    assert float(measures["penetration_max"]["median"]) == pytest.approx(entry["median"])
    assert kept["schema"] == "interact/report" and kept["problems"][0]["message"] == "is <broken>"


class _Page(HTMLParser):
    """Counts tags and checks that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("after", [False, True])
def test_the_page_stands_alone_and_is_well_formed(after: bool, tmp_path: Path) -> None:
    made = gather(clips(after), "<script>alert(1)</script>", problems=[{"clip": "", "message": "<b>"}])
    write_report(made, tmp_path)
    text = (tmp_path / "report.html").read_text()
    parser = _Page()
    parser.feed(re.sub(r"<(rect|line|polyline)[^>]*/>", "", text))
    assert not parser.open and "script" not in parser.count and parser.count["svg"] == 2
    assert not re.search(r'(src|href)="|@import|url\(', text)
    assert ("Before and after" in text) == after


def test_nothing_and_one(tmp_path: Path) -> None:
    write_report(gather([], "empty"), tmp_path / "none")
    alone = ClipRecord("a", "", (), 1, 30.0, 0.0, figures(None, 0.0), {})
    write_report(gather([alone], "one"), tmp_path / "one")
    assert "no object" in (tmp_path / "one" / "report.html").read_text()
