"""Segments on the timeline under a real mouse."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from panel_stage import Stage, make_stage
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from segment_stage import proposal, remark, segment, write_on

from interact_app.actions.segments import segment_actions
from interact_app.bridge.writing import Writing
from interact_app.segments import SegmentWork
from interact_app.timeline.canvas import TimelineCanvas
from interact_app.timeline.lanes import TierLane
from interact_app.timeline.panel import TimelinePanel
from interact_core.annotation.vocabulary import Tier, default_vocabulary

LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def work(stage: Stage) -> SegmentWork:
    work = SegmentWork(stage.session, stage.clock)
    stage.actions.extend(segment_actions(work))
    return work


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage, work: SegmentWork) -> TimelinePanel:
    panel = TimelinePanel(stage.session, stage.clock, stage.actions, work)
    panel.resize(1394, 420)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def spot(canvas: TimelineCanvas, edge: float, tier: str = "action", row: float = 0.5, of: int = 1) -> QPoint:
    """The place of a cell edge in a row of a tier's lane. Four pixels a frame: 1,200 wide for 300 frames."""
    rect = canvas.lane_rect(tier)
    assert rect is not None, f"the lane of {tier} is not shown"
    return QPoint(round(rect.left() + canvas.axis.x_of(edge)), round(rect.top() + rect.height() * row / of))


def drag(canvas: TimelineCanvas, start: QPoint, *through: QPoint, keys: Qt.KeyboardModifier = NONE, release: bool = True) -> None:
    QTest.mousePress(canvas, LEFT, keys if keys != ALT else NONE, start)
    for point in through:
        move_to(canvas, point, keys)
    if release:
        QTest.mouseRelease(canvas, LEFT, keys, through[-1])
    QApplication.processEvents()


def move_to(canvas: TimelineCanvas, point: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """With the button held down and these keys; QTest's own move knows neither."""
    at = QPointF(point)
    event = QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(canvas, event)


def bounds(writing: Writing) -> dict[str, tuple[int, int]]:
    return {one.uid: (one.segment.start_frame, one.segment.end_frame) for one in writing.document.segments}


def tier_lane(canvas: TimelineCanvas, tier: str) -> TierLane:
    return next(lane for lane in canvas.slots.lanes if isinstance(lane, TierLane) and lane.tier.id == tier)


def test_lanes_stand_under_contact_and_come_with_their_segments(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    write_on(
        stage, [segment("a", 10, 40, "free")], [proposal(5, 20, "grasp", "contact_hand"), proposal(5, 20, "gap", "artifact")]
    )
    shown = [canvas.slots[box.index].lane.id for box in canvas.arrangement.lanes]
    assert shown[:3] == ["penetration", "contact", "captions"]
    assert shown[3:6] == ["tier.action", "tier.contact_hand", "tier.free"], (
        "active, proposed, written; artifacts have their marks"
    )
    stage.session.selection.set_tier("caption")
    assert canvas.slots.shown_tiers == ["caption", "contact_hand", "free"]
    canvas.set_lane_visible("tier.free", False)
    assert canvas.slots.shown_tiers == ["caption", "contact_hand"]
    other = TimelinePanel(stage.session, stage.clock, stage.actions, SegmentWork(stage.session, stage.clock))
    other.restore(panel.state())
    assert other.canvas.slots.shown_tiers == ["caption", "contact_hand"]


def test_tiers_of_the_vocabulary_and_unknown_ones_have_lanes(
    panel: TimelinePanel, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_on(stage, [segment("a", 10, 40, "from_elan", text="x")])
    assert "from_elan" in panel.canvas.slots.shown_tiers
    monkeypatch.setattr(stage.session.advice, "_vocabulary", default_vocabulary().with_tier(Tier("gaze", "Gaze", ("left",), 5)))
    stage.session.advice.vocabulary_changed.emit()
    assert "tier.gaze" in [lane.id for lane in panel.canvas.slots.lanes]
    assert panel.transport.lanes_button.menu() is not None
    panel.transport.lanes_button.menu().aboutToShow.emit()
    assert "Tier: Gaze" in [action.text() for action in panel.transport.lanes_button.menu().actions()]


def test_a_click_selects_and_ctrl_click_adds(panel: TimelinePanel, stage: Stage) -> None:
    canvas, selection = panel.canvas, stage.session.selection
    write_on(stage, [segment("a", 20, 60), segment("b", 80, 120), segment("c", 80, 120, "free")])
    QTest.mouseClick(canvas, LEFT, NONE, spot(canvas, 40.5))
    assert selection.uids == ("a",) and stage.clock.frame == 40
    QTest.mouseClick(canvas, LEFT, CONTROL, spot(canvas, 100))
    assert selection.uids == ("a", "b") and stage.clock.frame == 40
    QTest.mouseClick(canvas, LEFT, CONTROL, spot(canvas, 40))
    assert selection.uids == ("b",)
    QTest.mouseClick(canvas, LEFT, NONE, spot(canvas, 100, "free"))
    assert selection.uids == ("c",) and selection.tier == "free"
    QTest.mouseClick(canvas, LEFT, NONE, spot(canvas, 200))
    assert selection.uids == () and stage.clock.frame == 200 and selection.tier == "action"


def test_dragging_on_an_empty_tier_makes_a_segment_in_one_step(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage)
    drag(canvas, spot(canvas, 200), spot(canvas, 220), spot(canvas, 240))
    (made,) = writing.document.segments
    assert (made.segment.tier, made.segment.start_frame, made.segment.end_frame) == ("action", 200, 240)
    assert made.segment.author == "ana" and stage.session.selection.uids == (made.uid,)
    assert stage.clock.frame == 239, "the last frame of it is shown"
    stage.session.undo()
    assert not writing.document.segments
    stage.session.redo()
    assert bounds(writing) == {made.uid: (200, 240)}
    drag(canvas, spot(canvas, 20), spot(canvas, 60), keys=SHIFT)
    assert len(writing.document.segments) == 1 and stage.clock.frame == 60, "with Shift it scrubs"


def test_dragging_over_metric_lanes_scrubs(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage)
    y = round(canvas.arrangement.lane_y(canvas.arrangement.lanes[0]) + 8)
    drag(canvas, QPoint(spot(canvas, 20).x(), y), QPoint(spot(canvas, 90).x() + 2, y))
    assert stage.clock.frame == 90 and not writing.document.segments


def test_an_edge_is_dragged_scrubs_and_snaps_to_contact_with_its_reason(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    end = spot(canvas, 60) - QPoint(2, 0)
    drag(canvas, end, spot(canvas, 80), spot(canvas, 99), release=False)
    assert canvas.snap is not None and canvas.snap.why == "left hand touches box"
    assert stage.clock.frame == 99, "the picture shows the last frame of the segment"
    assert bounds(writing) == {"a": (20, 60)}, "nothing is written before the button is let go"
    QTest.mouseRelease(canvas, LEFT, NONE, spot(canvas, 99))
    assert bounds(writing) == {"a": (20, 100)} and canvas.snap is None
    stage.session.undo()
    assert bounds(writing) == {"a": (20, 60)}


def test_alt_does_not_snap_and_neither_does_a_setting(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 80), spot(canvas, 99) - QPoint(2, 0), keys=ALT)
    assert bounds(writing) == {"a": (20, 99)}
    stage.session.settings_store.change("annotation.snap", False)
    drag(canvas, spot(canvas, 99) - QPoint(2, 0), spot(canvas, 110), spot(canvas, 101) - QPoint(2, 0))
    assert bounds(writing) == {"a": (20, 101)}


@pytest.mark.parametrize(
    ("to", "frame", "why"),
    [(181, 180, "start of Lift"), (231, 230, "playhead"), (149, 150, "left hand leaves box"), (298, 300, "end of the clip")],
)
def test_what_edges_snap_to(panel: TimelinePanel, stage: Stage, to: int, frame: int, why: str) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60), segment("b", 180, 200, "free", label="Lift")])
    stage.clock.set_frame(230)
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 70), spot(canvas, to), release=False)
    assert canvas.snap is not None and (canvas.snap.frame, canvas.snap.why) == (frame, why)
    QTest.mouseRelease(canvas, LEFT, NONE, spot(canvas, to))
    assert bounds(writing)["a"] == (20, frame)


def test_edges_that_touch_move_together_and_alt_lets_go(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60), segment("b", 60, 90)])
    drag(canvas, spot(canvas, 60) - QPoint(3, 0), spot(canvas, 65), spot(canvas, 70) - QPoint(3, 0))
    assert bounds(writing) == {"a": (20, 70), "b": (70, 90)}
    drag(canvas, spot(canvas, 70) - QPoint(3, 0), spot(canvas, 60), spot(canvas, 50) - QPoint(3, 0), keys=ALT)
    assert bounds(writing) == {"a": (20, 50), "b": (70, 90)}
    stage.session.undo()
    stage.session.undo()
    assert bounds(writing) == {"a": (20, 60), "b": (60, 90)}, "one step for each drag, also for two edges"


def test_dragging_the_body_moves_all_that_are_selected(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60), segment("b", 180, 200)])
    stage.session.selection.set(["a", "b"])
    drag(canvas, spot(canvas, 40), spot(canvas, 45), spot(canvas, 50))
    assert bounds(writing) == {"a": (30, 70), "b": (190, 210)}
    drag(canvas, spot(canvas, 50), spot(canvas, 45), spot(canvas, 40))
    assert bounds(writing) == {"a": (20, 60), "b": (180, 200)}
    stage.session.undo()
    assert bounds(writing) == {"a": (30, 70), "b": (190, 210)}, "two drags, two steps, however soon"
    stage.session.undo()
    assert bounds(writing) == {"a": (20, 60), "b": (180, 200)}


def test_a_moved_segment_snaps_with_whichever_edge_is_nearer(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    drag(canvas, spot(canvas, 40), spot(canvas, 60), spot(canvas, 79))
    assert bounds(writing) == {"a": (60, 100)}, "its end has snapped to the contact at 100"


def test_esc_gives_a_drag_up(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    stage.clock.set_frame(7)
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 70), spot(canvas, 85) - QPoint(2, 0), release=False)
    assert stage.clock.frame == 84
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, spot(canvas, 85))
    assert bounds(writing) == {"a": (20, 60)} and stage.clock.frame == 7
    assert stage.session.selection.uids == ("a",), "the drag is given up, not the selection"
    assert not stage.session.can_undo


def test_what_is_dragged_may_vanish_meanwhile(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60), segment("b", 80, 90)])
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 70), release=False)
    stage.actions.refresh()
    stage.actions.trigger("segment.remove")
    drag_on = spot(canvas, 75)
    QTest.mouseMove(canvas, drag_on)
    QTest.mouseRelease(canvas, LEFT, NONE, drag_on)
    assert bounds(writing) == {"b": (80, 90)}
    drag(canvas, spot(canvas, 85), spot(canvas, 95), release=False)
    other = write_on(stage, [segment("c", 10, 20)])
    QTest.mouseRelease(canvas, LEFT, NONE, spot(canvas, 95))
    assert bounds(other) == {"c": (10, 20)} and bounds(writing) == {"b": (80, 90)}


def test_overlaps_are_stacked_and_each_row_is_hit(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    write_on(stage, [segment("a", 20, 60), segment("b", 40, 90), segment("c", 60, 80)])
    lane = tier_lane(canvas, "action")
    assert lane.rows == 2
    for uid, frame, row in (("a", 50, 0.5), ("b", 50, 1.5), ("c", 70, 0.5)):
        QTest.mouseClick(canvas, LEFT, NONE, spot(canvas, frame, row=row, of=2))
        assert stage.session.selection.uids == (uid,)


def test_the_cursor_tells_what_a_drag_would_do(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    canvas = panel.canvas
    write_on(stage, [segment("a", 20, 60)])

    def shape_at(point: QPoint) -> Qt.CursorShape:
        QTest.mouseMove(canvas, point)
        return canvas.cursor().shape()

    qtbot.waitUntil(lambda: shape_at(spot(canvas, 60) - QPoint(2, 0)) == Qt.CursorShape.SizeHorCursor, timeout=3000)
    qtbot.waitUntil(lambda: shape_at(spot(canvas, 40)) == Qt.CursorShape.ArrowCursor, timeout=3000)


def test_a_double_click_opens_the_text(panel: TimelinePanel, stage: Stage, work: SegmentWork, qtbot: QtBot) -> None:
    canvas = panel.canvas
    write_on(stage, [segment("a", 20, 60)], [proposal(200, 240, "Lift")])
    opened: list[str] = []
    canvas.block_opened.connect(lambda uid, key: opened.append(uid or key))
    QTest.mouseDClick(canvas, LEFT, NONE, spot(canvas, 40))
    assert opened == ["a"] and stage.session.selection.uids == ("a",)
    QTest.mouseDClick(canvas, LEFT, NONE, spot(canvas, 220))
    assert len(work.records) == 2 and work.records[1].segment.label == "Lift", "a proposal is accepted"


def test_proposals_are_drawn_hit_and_highlighted_at_the_playhead(panel: TimelinePanel, stage: Stage, work: SegmentWork) -> None:
    canvas = panel.canvas
    first, second = proposal(100, 150, "Lift"), proposal(120, 180, "grasp", "contact_hand")
    write_on(stage, [segment("a", 20, 60)], [first, second])
    lane = tier_lane(canvas, "action")
    assert "Proposed: The left hand" in lane.tooltip(110)
    assert canvas.offered() == ""
    stage.clock.set_frame(130)
    assert canvas.offered() == first.key
    QTest.mouseClick(canvas, LEFT, NONE, spot(canvas, 160, "contact_hand"))
    assert canvas.offered() == second.key and stage.session.selection.tier == "contact_hand"
    menu = panel.menu_at(QPointF(spot(canvas, 160, "contact_hand")))
    next(action for action in menu.actions() if action.text() == "Accept this proposal").trigger()
    assert [one.segment.label for one in work.records] == ["", "grasp"]
    assert canvas.offered() == "" and second not in stage.session.advice.proposals


def test_a_menu_for_the_segment_under_the_mouse(panel: TimelinePanel, stage: Stage) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60), segment("b", 80, 120)])
    menu = panel.menu_at(QPointF(spot(canvas, 100)))
    assert stage.session.selection.uids == ("b",)
    next(action for action in menu.actions() if action.text() == "Remove").trigger()
    assert list(bounds(writing)) == ["a"]
    hands = next(action.menu() for action in panel.menu_at(QPointF(spot(canvas, 40))).actions() if action.text() == "Hand")
    next(action for action in hands.actions() if action.text() == "Right").trigger()
    assert writing.document.segments[0].segment.hand == "right"
    copies = next(a.menu() for a in panel.menu_at(QPointF(spot(canvas, 40))).actions() if a.text() == "Copy to tier")
    next(action for action in copies.actions() if action.text() == "Notes").trigger()
    assert [one.segment.tier for one in writing.document.segments] == ["action", "free"]
    plain = [action.text() for action in panel.menu_at(QPointF(spot(canvas, 250))).actions()]
    assert "Range starts at the playhead" in plain and "Remove" not in plain


def test_remarks_are_pins_that_can_be_clicked(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    canvas = panel.canvas
    write_on(stage, [segment("a", 120, 160)])
    without = canvas.arrangement.lanes_top
    write_on(stage, [segment("a", 120, 160), remark("r", 50, rejection=True), remark("s", about="a"), remark("t")])
    assert canvas.arrangement.lanes_top > without
    y = round(canvas.arrangement.pins_top + 6)
    with qtbot.waitSignal(panel.remark_clicked) as clicked:
        QTest.mouseClick(canvas, LEFT, NONE, QPoint(spot(canvas, 50.5).x() + 3, y))
    QApplication.processEvents()
    assert clicked.args == ["r"] and stage.clock.frame == 50
    with qtbot.waitSignal(panel.remark_clicked) as clicked:
        QTest.mouseClick(canvas, LEFT, NONE, QPoint(spot(canvas, 120.5).x() + 3, y))
    assert clicked.args == ["s"]


def test_dragging_beyond_the_window_moves_it_along(panel: TimelinePanel, stage: Stage, qtbot: QtBot) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    canvas.set_axis(canvas.axis.showing(10, 60))
    beyond = QPoint(canvas.width() + 40, spot(canvas, 60).y())
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 65), beyond, release=False)

    starts = [canvas.axis.start]

    def went_on() -> bool:
        # The server's own pointer may lie over a new window and move the mouse back.
        move_to(canvas, beyond)
        starts.append(canvas.axis.start)
        return canvas.axis.start > 30

    qtbot.waitUntil(went_on, timeout=20_000)
    QTest.mouseRelease(canvas, LEFT, NONE, beyond)
    assert bounds(writing)["a"][1] > 85
    assert max(after - before for before, after in pairwise(starts)) < 20, "it glides; no page is turned under the mouse"
    assert canvas.axis.start <= stage.clock.frame < canvas.axis.stop


def test_nothing_can_be_drawn_in_a_project_that_is_read_only(
    panel: TimelinePanel, stage: Stage, work: SegmentWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    monkeypatch.setattr(type(work), "can_edit", property(lambda _work: False))
    drag(canvas, spot(canvas, 60) - QPoint(2, 0), spot(canvas, 90))
    drag(canvas, spot(canvas, 150), spot(canvas, 190))
    assert bounds(writing) == {"a": (20, 60)} and stage.clock.frame == 190


def test_typing_draws_the_words_and_leaves_the_curves_alone(
    panel: TimelinePanel, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = panel.canvas
    writing = write_on(stage, [segment("a", 20, 60)])
    panel.grab()
    drawn: list[str] = []
    for slot in canvas.slots:
        monkeypatch.setattr(slot.lane, "paint", lambda *args, name=slot.lane.id: drawn.append(name))
    writing.write("natural", "A person")
    QApplication.processEvents()
    assert drawn == ["captions"]
    drawn.clear()
    stage.session.selection.set(["a"])
    QApplication.processEvents()
    assert drawn == ["tier.action"]
