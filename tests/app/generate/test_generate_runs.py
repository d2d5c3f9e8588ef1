"""The leaderboard in the real window: read from a folder, sorted by the mouse, copied by the keys, saved."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import wait_until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from interact_app.generate.runs import RunsDialog

if TYPE_CHECKING:
    from interact_app.application import Application

FIGURES: dict[str, dict[str, float | None]] = {
    "a": {"global_cm": 12.0, "contact_f1": 0.7},
    "b": {"global_cm": 9.0, "contact_f1": 0.9},
    "c": {"global_cm": None},
}


def write_run(folder: Path, name: str, key: str = "k1") -> None:
    def told(value: float | None) -> dict[str, Any]:
        return {"mean": value, "half": None if value is None else 0.25, "repeats": 3}

    rows = {"real": {"contact_f1": told(1.0)}, name: {metric: told(value) for metric, value in FIGURES[name].items()}}
    record = {
        "schema": "interact/evaluate", "version": 1, "key": key, "data_name": "world", "created": f"2026-01-0{ord(name) - 96}",
        "protocol": f"64 clips, key {key}", "tasks": {"predict": {"rows": rows}},
    }  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "evaluation.json").write_text(json.dumps(record))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in FIGURES:
        write_run(tmp_path / "runs" / name, name)
    (tmp_path / "runs" / "torn").mkdir()
    (tmp_path / "runs" / "torn" / "evaluation.json").write_text('{"schema": "interact/ev')
    return tmp_path / "runs"


@pytest.fixture
def dialog(studio: "Application", runs: Path) -> Iterator[RunsDialog]:
    studio.memory.setValue("generate/runs", str(runs))
    studio.actions.qaction("generate.runs").trigger()
    found = studio.generate.runs
    assert found is not None
    wait_until(lambda: QApplication.activeWindow() is found)
    wait_until(lambda: found.task.count() > 0)
    yield found
    found.close()
    studio.generate.runs = None
    found.deleteLater()
    studio.memory.remove("generate/runs")


def column(dialog: RunsDialog, number: int) -> list[str]:
    model = dialog.table.runs
    return [str(model.data(model.index(row, number))) for row in range(model.rowCount())]


def click_header(dialog: RunsDialog, number: int) -> None:
    header = dialog.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(number) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_runs_stand_in_one_table_the_best_bold_and_problems_told(dialog: RunsDialog) -> None:
    model = dialog.table.runs
    heads = [str(model.headerData(k, Qt.Orientation.Horizontal)) for k in range(model.columnCount())]
    assert heads == ["Method", "Global, cm ↓", "Contact F1 ↑"]
    assert column(dialog, 0) == ["a", "real", "b", "c"], "in the order of the runs"
    bold = {
        (column(dialog, 0)[row], heads[k]) for row in range(4) for k in range(3)
        if (font := model.data(model.index(row, k), Qt.ItemDataRole.FontRole)) is not None and font.bold()  # type: ignore[attr-defined]
    }  # fmt: skip
    assert bold == {("b", "Contact F1 ↑"), ("b", "Global, cm ↓")}, "the real clips do not compete"
    assert "9.000 ± 0.250" in column(dialog, 1) and "64 clips" in dialog._protocol.text()
    assert "torn" in dialog._problems.text() and dialog._problems.isVisible()
    assert "of 3 repeats, the best" in str(model.data(model.index(2, 1), Qt.ItemDataRole.AccessibleTextRole))


def test_headers_sort_both_ways_and_a_missing_figure_stays_last(dialog: RunsDialog) -> None:
    click_header(dialog, 1)
    assert column(dialog, 0)[:2] == ["b", "a"] and set(column(dialog, 0)[2:]) == {"real", "c"}
    click_header(dialog, 1)
    assert column(dialog, 0)[:2] == ["a", "b"] and column(dialog, 1)[2:] == ["–", "–"]
    click_header(dialog, 0)
    assert column(dialog, 0) == ["a", "b", "c", "real"]


def test_the_table_is_copied_and_saved(dialog: RunsDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    QGuiApplication.clipboard().clear()
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "| b | **9.000 ± 0.250** | **0.900 ± 0.250** |" in QGuiApplication.clipboard().text()
    target = tmp_path / "board.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    lines = target.read_text("utf-8").splitlines()
    assert lines[0].startswith("method,metric,mean") and "b,global_cm,9.0,0.25,3" in lines


def test_runs_measured_another_way_and_runs_that_come_later(dialog: RunsDialog, runs: Path) -> None:
    assert dialog.task.count() == 1
    FIGURES["d"] = {"global_cm": 1.0}
    try:
        write_run(runs / "deeper" / "d", "d", key="k2")
    finally:
        del FIGURES["d"]
    QTest.keyClick(dialog, Qt.Key.Key_F5)
    wait_until(lambda: dialog.task.count() == 2)
    assert dialog.task.currentText() == "Continue [k1]" and "d" not in column(dialog, 0)
    dialog.task.setFocus()
    QTest.keyClick(dialog.task, Qt.Key.Key_Down)
    assert dialog.task.currentText() == "Continue [k2]" and "d" in column(dialog, 0)
    dialog.choose(runs / "nowhere")
    wait_until(lambda: "no such folder" in dialog._state.text())
    assert not dialog.copy.isEnabled() and dialog.table.runs.rowCount() == 0
