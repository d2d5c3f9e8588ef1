"""The display panel mirrors and changes the session; the jobs panel mirrors and steers the queue."""

import dataclasses
import time
from collections.abc import Iterator

import pytest
from panel_stage import Stage, make_clip, make_field, make_inspection, make_stage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from interact_app.actions import Action
from interact_app.display import FIELDS, OVERLAYS
from interact_app.panels.display import DisplayPanel
from interact_app.panels.jobs import JobsPanel
from interact_app.panels.jobs.row import remaining
from interact_core.errors import InputError

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def display(qtbot: QtBot, stage: Stage) -> DisplayPanel:
    panel = DisplayPanel(stage.session, stage.clock, stage.actions)
    panel.resize(300, 560)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def stage_with_fields(stage: Stage) -> None:
    fields = {name: make_field(name, name.split("_")[0], 100) for name in ("body_penetration", "object_penetration")}
    fields["body_distance"] = dataclasses.replace(
        make_field("body_distance", "body", 100, -0.05, 0.1), diverging=True, colormap="signed"
    )
    stage.session.stage(make_clip(100), dataclasses.replace(make_inspection(100), fields=fields))


def test_buttons_choose_the_field(display: DisplayPanel, stage: Stage) -> None:
    for place, name in enumerate(FIELDS):
        QTest.mouseClick(display._fields.button(place), LEFT)
        assert stage.session.display.field == name
    stage.session.set_display(field="contact")
    assert display._fields.checkedId() == FIELDS.index("contact")


def test_overlays_and_hiding_go_both_ways(display: DisplayPanel, stage: Stage) -> None:
    for name in OVERLAYS:
        before = name in stage.session.display.overlays
        display._overlays[name].click()
        assert (name in stage.session.display.overlays) != before
    display._hide_object.click()
    assert stage.session.display.hide_object
    stage.session.set_display(hide_object=False, overlays=frozenset({"markers"}), field_on_body=False, follow="object")
    assert not display._hide_object.isChecked()
    assert [name for name, box in display._overlays.items() if box.isChecked()] == ["markers"]
    assert not display._on_body.isChecked()
    assert display._follow.checkedId() == 2


def test_the_range_is_edited_in_millimetres_and_reset(display: DisplayPanel, stage: Stage) -> None:
    stage_with_fields(stage)
    editor = display._range
    assert (editor._low.value(), editor._high.value()) == (0.0, 50.0)
    editor._high.setFocus()
    editor._high.selectAll()
    QTest.keyClicks(editor._high, "20")
    QTest.keyClick(editor._high, Qt.Key.Key_Return)
    assert stage.session.display.vmax == pytest.approx(0.020)
    QTest.mouseClick(editor._clip, LEFT)
    assert stage.session.display.vmax == pytest.approx(0.08)
    assert stage.session.display.vmin == pytest.approx(0.001)
    QTest.mouseClick(editor._reset, LEFT)
    assert stage.session.display.vmax is None
    assert editor._high.value() == 50.0
    assert not editor._reset.isEnabled()


def test_a_range_that_makes_no_sense_is_not_taken(display: DisplayPanel, stage: Stage) -> None:
    stage_with_fields(stage)
    display._range._low.setValue(70.0)
    assert stage.session.display.vmin is None


def test_the_legend_is_symmetric_for_signed_maps_and_gone_without_a_field(display: DisplayPanel, stage: Stage) -> None:
    stage_with_fields(stage)
    assert "50.0" in display._legend.accessibleName()
    stage.session.set_display(field="distance")
    assert "-100" in display._legend.accessibleName()
    picture = display._legend.grab().toImage()
    colours = {picture.pixelColor(x, 7).name() for x in range(5, picture.width() - 5, 10)}
    assert len(colours) > 10
    stage.session.set_display(field="none")
    assert not display._legend.isVisible()


def test_camera_buttons_run_the_cameras_actions(qtbot: QtBot, stage: Stage) -> None:
    ran: list[str] = []
    for name in ("camera.front", "camera.bookmark_3", "camera.store_3"):
        stage.actions.add(Action(name, name, lambda name=name: ran.append(name)))
    panel = DisplayPanel(stage.session, stage.clock, stage.actions)
    qtbot.addWidget(panel)
    panel._run("camera.front")
    panel._run("camera.bookmark_3")
    panel._run("camera.unknown")
    assert ran == ["camera.front", "camera.bookmark_3"]


@pytest.fixture
def jobs(qtbot: QtBot, stage: Stage) -> JobsPanel:
    panel = JobsPanel(stage.session, stage.clock, stage.actions)
    panel.resize(300, 400)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_a_job_is_shown_cancelled_retried_and_cleared(jobs: JobsPanel, stage: Stage, qtbot: QtBot) -> None:
    def work(context: object) -> None:
        for step in range(1000):
            context.progress(step / 1000, "Distances", {"deepest": 0.5})  # type: ignore[attr-defined]
            context.checkpoint()  # type: ignore[attr-defined]
            time.sleep(0.01)

    job = stage.session.jobs.submit("Compute something", work)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: job.id in jobs._rows and jobs._rows[job.id]._bar.value() > 10, timeout=4000)
    row = jobs._rows[job.id]
    assert row._state.text() == "Distances"
    assert "deepest 0.5" in row._metrics.text()
    assert not row._retry.isVisible()
    QTest.mouseClick(row._cancel, LEFT)
    qtbot.waitUntil(lambda: "Cancelled" in row._state.text(), timeout=3000)
    assert not row._cancel.isVisible()
    QTest.mouseClick(row._retry, LEFT)
    qtbot.waitUntil(lambda: len(jobs._rows) == 2, timeout=3000)
    again = jobs._rows[max(jobs._rows)]
    again.job.cancel()
    qtbot.waitUntil(lambda: "Cancelled" in again._state.text(), timeout=3000)
    QTest.mouseClick(jobs._clear, LEFT)
    assert jobs._rows == {}
    assert jobs._stack.currentIndex() == 0


def test_a_failure_tells_why_and_unfolds(jobs: JobsPanel, stage: Stage, qtbot: QtBot) -> None:
    def expected(context: object) -> None:
        raise InputError("the file is damaged", path="a.npz")

    def bug(context: object) -> None:
        raise ValueError("oops")

    one = stage.session.jobs.submit("Open a", expected)
    two = stage.session.jobs.submit("Open b", bug)
    qtbot.waitUntil(lambda: all(job.state.finished and job.id in jobs._rows for job in (one, two)), timeout=3000)
    qtbot.waitUntil(lambda: "damaged" in jobs._rows[one.id]._state.text(), timeout=3000)
    row = jobs._rows[two.id]
    qtbot.waitUntil(row._details.isVisible, timeout=3000)
    assert not row._text.isVisible()
    QTest.mouseClick(row._details, LEFT)
    assert row._text.isVisible()
    assert "ValueError: oops" in row._text.toPlainText()
    assert "Traceback" in row._text.toPlainText()
    assert "Traceback" not in jobs._rows[one.id]._text.toPlainText()


def test_guesses_at_the_end() -> None:
    assert remaining(10, 0.5) == 10
    assert remaining(0.5, 0.5) is None
    assert remaining(30, 0.01) is None
    assert remaining(30, 1.0) is None
