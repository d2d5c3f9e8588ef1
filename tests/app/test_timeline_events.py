"""The timeline under a real mouse and real keys."""

from collections.abc import Iterator

import pytest
from conftest import pause, wait_until
from panel_stage import Stage, make_clip, make_inspection, make_stage
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.segments import SegmentWork
from interact_app.timeline.canvas import TimelineCanvas
from interact_app.timeline.panel import TimelinePanel
from interact_core.clip import Caption

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage) -> TimelinePanel:
    panel = TimelinePanel(stage.session, stage.clock, stage.actions, SegmentWork(stage.session, stage.clock))
    panel.resize(1000, 260)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    stage.open(300, captions=(Caption("A person lifts a box."),))
    QApplication.processEvents()
    return panel


def x_of(canvas: TimelineCanvas, frame: int) -> int:
    return round(canvas.arrangement.plot_left + canvas.axis.center_of(frame))


def lane_y(canvas: TimelineCanvas, index: int = 0) -> int:
    box = canvas.arrangement.lanes[index]
    return round(canvas.arrangement.lane_y(box) + box.height / 2)


def drag(
    canvas: TimelineCanvas, start: QPoint, *through: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
) -> None:
    QTest.mousePress(canvas, button, keys, start)
    for point in through:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, keys, through[-1])
    QApplication.processEvents()


def hover(qtbot: QtBot, canvas: TimelineCanvas, point: QPoint, expected: str) -> str:
    """What the hover box says. The server's own pointer may interfere with a new window, so the move is repeated."""

    def moved() -> bool:
        QTest.mouseMove(canvas, point)
        return expected in canvas.hover_text()

    qtbot.waitUntil(moved, timeout=3000)
    return canvas.hover_text()


def wheel(canvas: TimelineCanvas, at: QPoint, steps: int, keys: Qt.KeyboardModifier = NONE) -> None:
    position = QPointF(at)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        position, canvas.mapToGlobal(position), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, keys, phase, False
    )
    QApplication.sendEvent(canvas, event)


def test_a_click_in_a_lane_or_on_the_ruler_goes_there(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    for frame, y in ((123, lane_y(canvas)), (45, 8)):
        QTest.mouseClick(canvas, LEFT, NONE, QPoint(x_of(canvas, frame), y))
        QApplication.processEvents()
        assert stage.clock.frame == frame


def test_a_fast_drag_shows_only_the_newest_frame(panel: TimelinePanel, stage: Stage) -> None:
    canvas, shown = panel.canvas, []
    stage.clock.frame_changed.connect(shown.append)
    y = lane_y(canvas)
    QTest.mousePress(canvas, LEFT, NONE, QPoint(x_of(canvas, 10), y))
    # Fifty moves before the event loop runs once: a queue of frames would show fifty.
    for frame in range(11, 61):
        QTest.mouseMove(canvas, QPoint(x_of(canvas, frame), y), -1)
    QApplication.processEvents()
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(x_of(canvas, 60), y))
    assert stage.clock.frame == 60
    assert shown[-1] == 60
    assert len(shown) <= 12


def test_scrubbing_while_playing_goes_on_playing_afterwards(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    stage.clock.play()
    y = lane_y(canvas)
    QTest.mousePress(canvas, LEFT, NONE, QPoint(x_of(canvas, 200), y))
    assert not stage.clock.playing
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(x_of(canvas, 200), y))
    assert stage.clock.playing
    assert stage.clock.frame == 200


def test_the_wheel_zooms_at_the_mouse_and_shift_wheel_pans(panel: TimelinePanel) -> None:
    canvas = panel.canvas
    at = QPoint(x_of(canvas, 100), lane_y(canvas))
    wheel(canvas, at, 5)
    assert canvas.axis.span < 150
    assert canvas.axis.frame_at(at.x() - canvas.arrangement.plot_left) == 100
    start = canvas.axis.start
    wheel(canvas, at, -2, SHIFT)
    assert canvas.axis.start > start
    wheel(canvas, at, -60, CONTROL)
    assert canvas.axis.is_fitted


def test_the_middle_button_pans(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    wheel(canvas, QPoint(x_of(canvas, 150), lane_y(canvas)), 6)
    start, ppf = canvas.axis.start, canvas.axis.pixels_per_frame
    drag(canvas, QPoint(500, lane_y(canvas)), QPoint(480, lane_y(canvas)), QPoint(440, lane_y(canvas)), button=MIDDLE)
    assert canvas.axis.start == pytest.approx(start + 60 / ppf, abs=0.01)
    assert stage.clock.frame == 0


def test_the_overview_moves_and_stretches_the_window(panel: TimelinePanel) -> None:
    canvas = panel.canvas
    canvas.set_axis(canvas.axis.showing(100, 60))
    rect = canvas.overview_rect()
    middle, scale = round(rect.center().y()), rect.width() / 300
    centre = round(rect.left() + 130 * scale)
    drag(canvas, QPoint(centre, middle), QPoint(centre + round(50 * scale), middle))
    assert canvas.axis.start == pytest.approx(150, abs=1)
    right = round(rect.left() + canvas.axis.stop * scale)
    drag(canvas, QPoint(right, middle), QPoint(right + round(40 * scale), middle))
    assert canvas.axis.start == pytest.approx(150, abs=1)
    assert canvas.axis.span == pytest.approx(100, abs=2)
    QTest.mouseDClick(canvas, LEFT, NONE, QPoint(centre, middle))
    assert canvas.axis.is_fitted


def test_shift_drag_on_the_ruler_chooses_the_loop(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    edge = canvas.arrangement.plot_left + canvas.axis.x_of(50)
    end = canvas.arrangement.plot_left + canvas.axis.x_of(80)
    drag(canvas, QPoint(round(edge), 8), QPoint(400, 8), QPoint(round(end), 8), keys=SHIFT)
    assert stage.clock.range == (50, 80)
    assert stage.clock.loop == "range"
    assert stage.clock.frame == 79
    # The end can be moved without Shift; a Shift click gives the range up.
    later = canvas.arrangement.plot_left + canvas.axis.x_of(100)
    drag(canvas, QPoint(round(end), 8), QPoint(round(later), 8))
    assert stage.clock.range == (50, 100)
    QTest.mouseClick(canvas, LEFT, SHIFT, QPoint(300, 8))
    assert not stage.clock.has_range
    assert stage.clock.loop == "clip"


def test_a_mark_is_clicked_to_its_peak_and_says_what_it_is(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    canvas = panel.canvas
    y = round(canvas.arrangement.marks_top + 6)
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(x_of(canvas, 40) + 3, y))
    QApplication.processEvents()
    assert stage.clock.frame == 40
    text = hover(qtbot, canvas, QPoint(x_of(canvas, 90), y), "Skating")
    assert "0.50" in text
    assert "90" in text


def test_hovering_tells_frame_time_and_value(panel: TimelinePanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    text = hover(qtbot, canvas, QPoint(x_of(canvas, 40), lane_y(canvas, 0)), "Frame 40")
    assert "1.33" in text
    assert "30.0" in text
    hover(qtbot, canvas, QPoint(x_of(canvas, 30), lane_y(canvas, 1)), "left")


def test_plus_minus_and_zero_zoom_while_the_timeline_has_the_keys(panel: TimelinePanel) -> None:
    canvas = panel.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.axis.span < 200
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert 200 < canvas.axis.span < 300
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.axis.is_fitted


def test_the_playhead_stays_in_view(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    canvas.set_axis(canvas.axis.showing(0, 50))
    for frame in range(0, 300, 7):
        stage.clock.set_frame(frame)
        assert canvas.axis.start <= frame < canvas.axis.stop


def test_scrubbing_beyond_the_end_scrolls_for_as_long_as_the_mouse_stays(
    panel: TimelinePanel, stage: Stage, qtbot: QtBot
) -> None:
    canvas = panel.canvas
    canvas.set_axis(canvas.axis.showing(0, 50))
    y = lane_y(canvas)
    QTest.mousePress(canvas, LEFT, NONE, QPoint(600, y))
    QTest.mouseMove(canvas, QPoint(canvas.width() + 60, y))
    qtbot.waitUntil(lambda: stage.clock.frame > 120, timeout=4000)
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(canvas.width() + 60, y))
    rest = stage.clock.frame
    qtbot.wait(120)
    assert stage.clock.frame == rest


def test_lanes_are_hidden_resized_and_remembered(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    canvas = panel.canvas
    canvas.set_lane_visible("gap", False)
    assert [canvas.slots[box.index].lane.id for box in canvas.arrangement.lanes].count("gap") == 0
    first = canvas.arrangement.lanes[0]
    edge = QPoint(40, round(canvas.arrangement.lane_y(first) + first.height))
    drag(canvas, edge, edge + QPoint(0, 25))
    assert canvas.slots[0].height == pytest.approx(first.height + 25, abs=2)
    other = TimelinePanel(stage.session, stage.clock, stage.actions, SegmentWork(stage.session, stage.clock))
    qtbot.addWidget(other)
    other.restore(panel.state())
    assert other.state() == panel.state()
    other.restore({"lanes": {"gap": "nonsense", "jitter": [True, "tall"]}, "seconds_first": "yes"})


def test_lane_values_at_the_playhead(panel: TimelinePanel, stage: Stage) -> None:
    lanes = {slot.lane.id: slot.lane for slot in panel.canvas.slots}
    assert lanes["penetration"].value_text(40) == "30.0\u2009mm"
    assert lanes["contact"].value_text(30) == "L"
    assert lanes["contact"].value_text(10) == "none"
    assert lanes["gap"].value_text(10) == "L –"
    assert lanes["foot_skate"].value_text(90) == "L 0.50"
    assert lanes["captions"].value_text(5) == "1"
    assert lanes["penetration"].top >= 0.030


def test_overlapping_captions_get_rows_of_their_own(panel: TimelinePanel, stage: Stage) -> None:
    lane = next(slot.lane for slot in panel.canvas.slots if slot.lane.id == "captions")
    texts = (Caption("whole"), Caption("part", start_frame=10, end_frame=50), Caption("later", start_frame=60, end_frame=90))
    data = panel.canvas.data
    lane.load(type(data)(300, 30.0, captions=texts))
    assert lane.rows == 2


def test_the_transport_bar_shows_and_moves_the_clock(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    bar = panel.transport
    entry = bar._entry
    entry.setFocus()
    bar.focus_frame()
    QTest.keyClicks(entry, "77")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert stage.clock.frame == 77
    assert entry.text() == "77"
    QTest.mouseClick(bar._play, LEFT)
    assert stage.clock.playing
    QTest.mouseClick(bar._play, LEFT)
    QTest.mouseClick(bar._reverse, LEFT)
    assert stage.clock.direction == -1
    QTest.mouseClick(bar._reverse, LEFT)
    assert not stage.clock.playing
    loop = stage.clock.loop
    QTest.mouseClick(bar._loop, LEFT)
    assert stage.clock.loop != loop
    QTest.mouseClick(bar._policy, LEFT)
    assert stage.clock.policy == "every_frame"
    stage.clock.set_speed(2.0)
    assert bar._speed.currentText() == "2×"


def test_the_bar_gives_way_in_a_narrow_window(panel: TimelinePanel, qtbot: QtBot) -> None:
    bar = panel.transport
    for width in (1000, 640, 480, 420):
        panel.resize(width, 260)
        QApplication.processEvents()
        shown = [w for w in bar.children() if hasattr(w, "isVisible") and w.isVisible()]
        assert max(w.geometry().right() for w in shown) <= bar.width()
        assert bar._play.isVisible()
        assert bar._entry.isVisible()


def test_nothing_open_and_a_clip_without_frames_are_drawn_too(qtbot: QtBot, stage: Stage) -> None:
    panel = TimelinePanel(stage.session, stage.clock, stage.actions, SegmentWork(stage.session, stage.clock))
    qtbot.addWidget(panel)
    panel.resize(800, 240)
    panel.show()
    panel.grab()
    stage.session.stage(make_clip(1), make_inspection(100))
    stage.clock.attach(1, 30.0)
    panel.grab()
    QTest.mouseClick(panel.canvas, LEFT, NONE, QPoint(400, 100))
    assert stage.clock.frame == 0


def test_a_new_frame_repaints_strips_not_the_canvas(panel: TimelinePanel, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The price of a frame: no row is drawn anew, and the repainted area is a small part of the canvas."""
    canvas = panel.canvas
    wait_until(lambda: not stage.session.jobs.running)
    pause(300)  # what the workers have found out about the motion is shown, and the text held against it
    panel.grab()
    areas: list[int] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                areas.append(sum(rect.width() * rect.height() for rect in event.region()))
            return False

    watch = Watch()
    canvas.installEventFilter(watch)
    drawn: list[str] = []
    for slot in canvas.slots:
        monkeypatch.setattr(slot.lane, "paint", lambda *args, name=slot.lane.id: drawn.append(name))
    for frame in range(20, 60):
        stage.clock.set_frame(frame)
        QApplication.processEvents()
    assert len(areas) >= 20
    assert drawn == []
    assert max(areas) < 0.25 * canvas.width() * canvas.height()
