"""The library over a real project on disk, with real keys."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from panel_stage import Stage, make_stage
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.panels.library import LibraryPanel
from interact_app.panels.library.filters import Query
from interact_app.panels.library.model import ClipModel
from interact_app.panels.library.thumbnails import Thumbnails
from interact_app.widgets.severity import level_of
from interact_core.project import Project, index_clips
from interact_core.project.library import ClipRow

CLIPS = {
    "behave/sequences_canonical/Date01_Sub01_backpack_0": "A person lifts the backpack.",
    "behave/sequences_canonical/Date02_Sub02_chairwood_30": "Someone sits down on a wooden chair.",
    "grab/sequences_canonical/s1_mug_drink": "Drinks from the mug with the right hand.",
}


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def project(tmp_path: Path, stage: Stage) -> Project:
    for name, text in CLIPS.items():
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        np.savez(folder / "human.npz", poses=np.zeros((30, 156), np.float32), trans=np.zeros((30, 3), np.float32))
        (folder / "text.txt").write_text(f"{text}#a/DET#0.0#0.0\n")
    opened = Project.open(tmp_path / "data")
    index_clips(opened)
    stage.session._project = opened
    return opened


@pytest.fixture
def opened(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids that the panel asked to open, in order."""
    asked: list[str] = []
    monkeypatch.setattr(stage.session, "open_clip", asked.append)
    return asked


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage, project: Project, opened: list[str]) -> LibraryPanel:
    panel = LibraryPanel(stage.session, stage.clock, stage.actions)
    panel.resize(264, 500)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def ids(panel: LibraryPanel) -> list[str]:
    return [clip_id.rpartition("/")[2] for clip_id in panel._model.ids]


def test_every_clip_is_listed_and_tells_the_session_its_order(panel: LibraryPanel, stage: Stage) -> None:
    assert len(ids(panel)) == 3
    assert stage.session.listing.order == panel._model.ids
    assert panel._count.text() == "3 clips"
    assert panel._stack.currentWidget() is panel._view


def test_typing_searches_after_a_pause(panel: LibraryPanel, stage: Stage, qtbot: QtBot) -> None:
    searches: list[Query] = []
    original = Query.run
    Query.run = lambda self, library: searches.append(self) or original(self, library)  # type: ignore[method-assign,func-returns-value]
    try:
        QTest.keyClicks(panel._text, "wooden ch")
        qtbot.waitUntil(lambda: ids(panel) == ["Date02_Sub02_chairwood_30"], timeout=2000)
    finally:
        Query.run = original  # type: ignore[method-assign]
    assert len(searches) < 9
    assert panel._count.text() == "1 of 3"
    assert stage.session.listing.order == panel._model.ids
    QTest.keyClicks(panel._text, " zebra")
    qtbot.waitUntil(lambda: panel._stack.currentWidget() is panel._placeholder, timeout=2000)
    QTest.mouseClick(panel._placeholder._button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(ids(panel)) == 3, timeout=2000)


def test_down_goes_to_the_list_enter_opens_and_up_comes_back(panel: LibraryPanel, opened: list[str], qtbot: QtBot) -> None:
    panel.focus_search()
    QTest.keyClick(panel._text, Qt.Key.Key_Down)
    QTest.keyClick(panel._view, Qt.Key.Key_Down)
    QTest.keyClick(panel._view, Qt.Key.Key_Return)
    assert opened == [panel._model.ids[1]]
    QTest.keyClick(panel._view, Qt.Key.Key_Up)
    QTest.keyClick(panel._view, Qt.Key.Key_Up)
    QTest.keyClicks(panel._text, "mug")
    QTest.keyClick(panel._text, Qt.Key.Key_Return)
    assert opened[-1].endswith("s1_mug_drink")


def test_a_double_click_opens(panel: LibraryPanel, opened: list[str]) -> None:
    view = panel._view
    place = view.visualRect(panel._model.index(2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert opened == [panel._model.ids[2]]


def test_filters_and_order(panel: LibraryPanel, project: Project, qtbot: QtBot) -> None:
    panel._filter_button.click()
    assert panel._filters.isVisible()
    box = panel._filters.dataset
    box.setCurrentIndex(box.findData("grab"))
    assert ids(panel) == ["s1_mug_drink"]
    panel._filters.clear()
    project.store_inspection(panel._model.ids[1], {}, 0.9)
    severity = panel._filters.severity
    severity.setCurrentIndex(severity.count() - 1)
    assert len(ids(panel)) == 1
    panel._filters.clear()
    panel._order.setCurrentIndex(panel._order.findData("severity"))
    assert ids(panel)[0] == "Date02_Sub02_chairwood_30"


def test_changes_of_the_index_arrive_without_losing_the_place(
    panel: LibraryPanel, stage: Stage, project: Project, qtbot: QtBot
) -> None:
    panel._view.setCurrentIndex(panel._model.index(2))
    clip_id = panel._model.ids[2]
    project.set_caption(clip_id, "natural", "Something else entirely.")
    project.flush()
    stage.session.annotations_changed.emit(clip_id)
    qtbot.waitUntil(lambda: "entirely" in panel._model.row_at(panel._model.index(2)).caption, timeout=3000)  # type: ignore[union-attr]
    assert panel._view.currentIndex().row() == 2


def test_the_menu_copies_the_id(panel: LibraryPanel, opened: list[str]) -> None:
    menu = panel.menu_for(panel._model.index(0))
    by_text = {action.text(): action for action in menu.actions()}
    by_text["Copy id"].trigger()
    assert QGuiApplication.clipboard().text() == panel._model.ids[0]
    by_text["Open"].trigger()
    assert opened == [panel._model.ids[0]]


def test_letters_in_the_list_stay_shortcuts(panel: LibraryPanel) -> None:
    panel._view.setFocus()
    panel._view.setCurrentIndex(panel._model.index(0))
    QTest.keyClicks(panel._view, "ss")
    assert panel._view.currentIndex().row() == 0


def test_without_a_project_it_says_what_to_do(qtbot: QtBot, stage: Stage) -> None:
    panel = LibraryPanel(stage.session, stage.clock, stage.actions)
    qtbot.addWidget(panel)
    panel.show()
    assert "No project" in panel._placeholder._title.text()
    assert not panel._text.isEnabled()
    stage.session.project_opening.emit("omomo")
    assert "omomo" in panel._placeholder._title.text()
    stage.session.failed.emit("omomo could not be opened", "no such folder")
    assert "No project" in panel._placeholder._title.text()


def _row(number: int, **changes: object) -> ClipRow:
    base = ClipRow(f"d/clip_{number:05}", "d", ("box",), 30, 30.0, 1.0, "A caption", 1, "", "", "", 0.5, "", "ready", "", "")
    return base._replace(**changes)  # type: ignore[arg-type]


def test_every_kind_of_row_is_painted(qtbot: QtBot, stage: Stage, panel: LibraryPanel) -> None:
    rows = [
        _row(1),
        _row(2, severity=None, caption=""),
        _row(3, status="problem", problem="object.npz: no angles"),
        _row(4, corruption="jitter", parent="d/clip_00001", objects=()),
        _row(5, duration=None, frames=None, severity=0.0),
    ]
    panel._model.set_rows(rows)
    picture = panel._view.grab().toImage()
    assert picture.width() > 0
    tips = [str(panel._model.data(panel._model.index(k), Qt.ItemDataRole.ToolTipRole)) for k in range(5)]
    assert "no angles" in tips[2]
    assert "clean parent d/clip_00001" in tips[3]


def test_ten_thousand_rows_stay_quick(qtbot: QtBot, panel: LibraryPanel) -> None:
    rows = [_row(number) for number in range(10_000)]
    begun = time.thread_time()
    panel._model.set_rows(rows)
    panel._view.viewport().repaint()
    assert time.thread_time() - begun < 1
    bar = panel._view.verticalScrollBar()
    begun = time.process_time()
    for step in range(20):
        bar.setValue(step * bar.maximum() // 20)
        panel._view.viewport().repaint()
    assert (time.process_time() - begun) / 20 < 0.05


def test_pictures_are_read_in_the_background_and_once(qtbot: QtBot, tmp_path: Path) -> None:
    picture = QImage(320, 240, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    assert picture.save(str(tmp_path / "a.png"))
    asked: list[str] = []

    def path_of(clip_id: str) -> Path:
        asked.append(clip_id)
        return tmp_path / f"{clip_id}.png"

    thumbnails = Thumbnails(path_of, QSize(64, 50))
    with qtbot.waitSignal(thumbnails.arrived, timeout=3000):
        assert thumbnails.get("a", 2.0) is None
        assert thumbnails.get("a", 2.0) is None
    pixmap = thumbnails.get("a", 2.0)
    assert pixmap is not None
    assert pixmap.width() >= 128
    assert asked == ["a"]
    assert thumbnails.get("missing", 2.0) is None
    QApplication.processEvents()


def test_the_model_resets_only_for_other_clips(qtbot: QtBot) -> None:
    model = ClipModel()
    assert model.set_rows([_row(1), _row(2)])
    assert not model.set_rows([_row(1, caption="new"), _row(2)])
    assert model.set_rows([_row(2), _row(1)])


def test_levels_of_severity() -> None:
    assert [level_of(s) for s in (0.0, 0.1, 0.5, 1.0)] == [0, 1, 2, 3]
