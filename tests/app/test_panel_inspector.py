"""The inspector's numbers against numpy, its clicks, and what a frame costs."""

import json
import time
from collections.abc import Iterator

import numpy as np
import pytest
from panel_stage import Stage, make_clip, make_inspection, make_stage
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from interact_app.panels.inspector import InspectorPanel
from interact_app.panels.inspector.measures import as_json, as_text, grouped
from interact_app.widgets.labels import ElidedLabel
from interact_core.figures import duration_text, figure_text, time_text


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage) -> InspectorPanel:
    panel = InspectorPanel(stage.session, stage.clock, stage.actions)
    panel.resize(300, 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def row_y(panel: InspectorPanel, measure_id: str) -> int:
    line = next(line for line in panel._table._lines if line.measure is not None and line.measure.id == measure_id)
    return line.top + 5


def test_worst_and_mean_are_numpys() -> None:
    inspection = make_inspection(300)
    measures = {m.id: m for group in grouped(inspection) for m in group.measures}
    values = inspection.tracks["gap_left_hand"].values
    assert measures["gap_left_hand"].mean == pytest.approx(float(np.nanmean(values)))
    deepest = measures["penetration_max"]
    assert (deepest.worst_frame, deepest.worst_text()) == (40, "30.0")
    assert deepest.is_over(deepest.worst)
    assert not deepest.is_over(float("nan"))
    assert measures["contact_left_hand"].mean_text() == "13 %"
    assert measures["contact_left_hand"].text(1.0) == "yes"
    assert measures["gap_left_hand"].text(measures["gap_left_hand"].at(5)) == "–"
    assert measures["paper_contact_ratio"].worst_text() == "0.25"


def test_groups_come_in_their_order_and_parts_are_folded_away(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    shown = [line.measure.id for line in panel._table._lines if line.measure is not None]
    assert shown[0] == "penetration_max"
    assert "contact_left_hand" in shown
    assert "contact_left_index1" not in shown
    heading = next(line for line in panel._table._lines if line.measure is None and line.group.id == "contact_parts")
    QTest.mouseClick(panel._table, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, heading.top + 5))
    assert "contact_left_index1" in [line.measure.id for line in panel._table._lines if line.measure is not None]


def test_a_click_goes_to_the_worst_frame_and_stops(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    stage.clock.play()
    place = QPoint(panel._table.width() - 70, row_y(panel, "penetration_max"))
    QTest.mouseClick(panel._table, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert stage.clock.frame == 40
    assert not stage.clock.playing


def test_keys_choose_and_go(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    table = panel._table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert "Deepest" in table.accessibleDescription()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert stage.clock.frame == 40
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert table._chosen == "penetration_max"


def test_a_new_frame_paints_the_column_of_values_only(panel: InspectorPanel, stage: Stage, qtbot: QtBot) -> None:
    stage.open()
    table = panel._table
    rects: list[tuple[int, int]] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                rects.append((event.rect().left(), event.rect().width()))
            return False

    watch = Watch()
    table.installEventFilter(watch)
    # On a busy machine the whole table is painted late.
    for _ in range(20):
        rects.clear()
        qtbot.wait(250)
        if not rects:
            break
    for frame in range(1, 20):
        stage.clock.set_frame(frame)
        QApplication.processEvents()
    left, width = table._columns()[0]
    assert rects
    assert min(x for x, _ in rects) >= left - 13
    assert max(w for _, w in rects) <= width + 13


def test_asking_for_a_frame_costs_next_to_nothing(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    begun = time.process_time()
    for frame in range(200):
        panel._show_frame(frame)
    assert (time.process_time() - begun) / 200 < 0.001


def test_facts_notices_and_the_stand_in_are_shown(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    words = [label.text() for label in panel._facts.findChildren(QLabel)]
    words += [label.text() for label in panel._facts.findChildren(ElidedLabel)]
    text = "\n".join(words)
    for expected in (
        "300 frames",
        "30 frames/s",
        "smplx female, 10 betas",
        "box",
        "stand-in",
        "angles: Frame 0",
        "clean",
        "lift",
    ):
        assert expected in text
    assert panel._notes.text() == "One note."


def test_before_and_while_a_clip_opens(panel: InspectorPanel, stage: Stage) -> None:
    assert panel.currentIndex() == 0
    stage.session.clip_opening.emit("omomo/next")
    assert panel.currentIndex() == 1
    assert panel._title.text() == "omomo/next"
    stage.session.stage(make_clip(20))
    assert not panel._table.isVisible()
    stage.session.close_clip()
    assert panel.currentIndex() == 0


def test_progress_of_the_open_clip_is_shown(panel: InspectorPanel, stage: Stage, qtbot: QtBot) -> None:
    stage.session.stage(make_clip(20))
    seen: list[str] = []

    def work(context: object) -> None:
        context.progress(0.43, "Distances")  # type: ignore[attr-defined]
        while not seen:
            time.sleep(0.01)

    stage.session.jobs.submit(f"Compute {stage.session.clip_id}", work)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: panel._progress.isVisible() and "43 %" in panel._stage.text(), timeout=3000)
    seen.append("done")
    qtbot.waitUntil(lambda: not panel._progress.isVisible(), timeout=3000)


def test_copies_read_and_parse(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    groups = panel._groups
    text = as_text("clip", groups, 40)
    assert "Deepest (mm)" in text
    assert "30.0 at frame 40" in text
    document = json.loads(as_json("clip", groups, 41))
    deepest = document["measures"]["penetration_max"]
    assert deepest["now"] == pytest.approx(2.0)
    assert deepest["worst"] == pytest.approx(30.0)
    assert deepest["unit"] == "mm"
    assert document["measures"]["gap_left_hand"]["threshold"] == pytest.approx(20.0)
    panel._copy(text)
    assert QGuiApplication.clipboard().text() == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "m", "12.3\u2009mm"),
        (0.123, "m", "123\u2009mm"),
        (0.0049, "m", "4.90\u2009mm"),
        (0.0, "m", "0\u2009mm"),
        (float("nan"), "m", "–"),
        (0.25, "", "0.25"),
        (-0.004, "m", "-4.00\u2009mm"),
        (1e-5, "m^3", "10.0\u2009cm³"),
    ],
)
def test_figures(value: float, unit: str, text: str) -> None:
    assert figure_text(value, unit) == text


def test_times() -> None:
    assert duration_text(5.26) == "5.3\u2009s"
    assert duration_text(65) == "1:05\u2009min"
    assert duration_text(3725) == "1:02:05\u2009h"
    assert time_text(45, 30.0) == "1.50\u2009s"
    assert time_text(2000, 30.0) == "1:06.67"


def test_titles_of_the_columns_stay_when_the_frame_changes(panel: InspectorPanel, stage: Stage) -> None:
    stage.open()
    table = panel._table
    (left, width), height = table._columns()[0], table._row_height()
    shown: list[bool] = []
    for frame in (3, 40):
        stage.clock.set_frame(frame)
        QTest.qWait(250)
        screen = panel.screen().grabWindow(panel.winId()).toImage()
        at = table.mapTo(panel, QPoint(left, 0))
        title = screen.copy(at.x(), at.y(), width, height)
        colours = {title.pixel(x, y) for x in range(title.width()) for y in range(title.height())}
        shown.append(len(colours) > 3)
    assert shown == [True, True]
