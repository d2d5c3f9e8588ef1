"""Segments by key alone, in the real window: marking, changing, going from one to the next, taking what is proposed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from conftest import wait_until
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from segment_stage import proposal

from interact_core.annotation.segments import remove

if TYPE_CHECKING:
    from interact_app.application import Application

Key = Qt.Key
NONE, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
Press = Callable[..., None]


@pytest.fixture
def press(studio: "Application", qtbot: QtBot) -> Press:
    """Keys to the picture, as after a click on it; no segments, no proposals, the tier of actions."""
    canvas: QWidget = studio.viewport.canvas
    studio.clock.set_loop("clip")
    wait_until(lambda: studio.session.advice.evidence is not None)
    writing = studio.session.writing
    assert writing is not None
    writing.do(remove(writing.document, [one.uid for one in writing.document.segments]))
    studio.session.advice._proposals = ()
    studio.session.advice._refresh()
    studio.session.selection.set_tier("action")
    studio.segments.marking.cancel()

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, *, on: QWidget | None = None) -> None:
        target = on or canvas
        if QApplication.focusWidget() is not target:
            target.window().activateWindow()
            target.setFocus(Qt.FocusReason.MouseFocusReason)
        qtbot.keyClick(target, key, modifiers)

    press(Key.Key_Home)
    return press


def ranges(studio: "Application") -> list[tuple[int, int]]:
    """Of the segments on the active tier, by start."""
    writing = studio.session.writing
    assert writing is not None
    known = writing.document.segments_on(studio.session.selection.tier)
    return [(one.segment.start_frame, one.segment.end_frame) for one in known]


def offer(studio: "Application", *proposals: object) -> None:
    studio.session.advice._proposals = tuple(proposals)  # type: ignore[assignment]
    studio.session.advice._refresh()


def test_in_out_and_enter_make_a_segment(studio: "Application", press: Press) -> None:
    studio.clock.set_frame(5)
    press(Key.Key_I)
    studio.clock.set_frame(12)
    press(Key.Key_O)
    assert studio.clock.range == (5, 13) and studio.clock.loop == "range"
    press(Key.Key_Return)
    assert ranges(studio) == [(5, 13)] and studio.segments.current is not None
    assert not studio.clock.has_range and studio.clock.loop == "clip", "ready for the next one"
    press(Key.Key_Return, SHIFT)
    assert ranges(studio) == [(0, 40), (5, 13)], "Shift+Enter takes the whole clip"


def test_enter_without_a_range_goes_to_the_words(studio: "Application", press: Press, qtbot: QtBot) -> None:
    caption = studio.window.docks["caption"]
    press(Key.Key_Return)
    assert caption.isAncestorOf(QApplication.focusWidget()) and ranges(studio) == []
    before = QApplication.focusWidget()
    studio.segments.create(5, 9)
    studio.clock.set_range(5, 9)
    press(Key.Key_Return)
    assert ranges(studio) == [(5, 9)], "the range of the selected segment itself makes no second one"
    assert QApplication.focusWidget() is not before and caption.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClicks(QApplication.focusWidget(), "lifts it")
    assert studio.segments.current is not None and studio.segments.current.segment.text == "lifts it"
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)


def test_one_key_starts_and_stops_while_standing(studio: "Application", press: Press) -> None:
    studio.clock.set_frame(8)
    press(Key.Key_S)
    assert studio.timeline.canvas.growing() == ("action", 8, 9)
    studio.clock.set_frame(14)
    assert studio.timeline.canvas.growing() == ("action", 8, 15)
    press(Key.Key_S)
    assert ranges(studio) == [(8, 15)] and studio.timeline.canvas.growing() is None
    press(Key.Key_S)
    press(Key.Key_Escape)
    assert ranges(studio) == [(8, 15)] and not studio.segments.marking.active


@pytest.mark.parametrize(("speed", "start", "end"), [(1.0, 14, 25), (0.5, 17, 28), (2.0, 8, 19)])
def test_while_playing_the_reaction_time_is_taken_off_both_ends(
    studio: "Application", press: Press, speed: float, start: int, end: int
) -> None:
    """0.2 s at 30 frames a second are 6 frames, at half speed 3, at double speed 12. The clock stands where it is put:
    only what playing means to marking counts here."""
    clock = studio.clock
    studio.store.change("annotation.reaction_time", 0.2)
    clock.set_policy("every_frame")
    clock.set_speed(speed)
    clock.play()
    clock._timer.stop()
    clock.set_frame(20)
    press(Key.Key_S)
    clock.set_frame(30)
    press(Key.Key_S)
    clock.pause()
    assert ranges(studio) == [(start, end)]


def test_a_segment_is_really_marked_while_it_plays(studio: "Application", press: Press) -> None:
    clock = studio.clock
    studio.store.change("annotation.reaction_time", 0.0)
    clock.set_policy("every_frame")
    clock.set_loop("off")
    clock.set_speed(0.5)
    press(Key.Key_Space)
    wait_until(lambda: clock.frame >= 6, 10_000)
    press(Key.Key_S)
    began = studio.segments.marking.begun
    wait_until(lambda: clock.frame >= 14, 10_000)
    press(Key.Key_S)
    assert clock.playing, "marking does not stop the clip"
    ((start, end),) = ranges(studio)
    assert start == began and 6 <= start < 14 < end
    press(Key.Key_Space)
    studio.store.change("annotation.reaction_time", 0.2)


def test_when_the_clip_begins_again_the_segment_ends_with_it(studio: "Application", press: Press) -> None:
    clock = studio.clock
    clock.set_policy("every_frame")
    clock.set_speed(4.0)
    clock.set_frame(30)
    press(Key.Key_S)
    clock.play()
    wait_until(lambda: not studio.segments.marking.active, 10_000)
    clock.pause()
    assert ranges(studio) == [(30, 40)]


def test_split_merge_join_copy_and_remove(studio: "Application", press: Press) -> None:
    studio.segments.create(4, 20)
    studio.clock.set_frame(10)
    press(Key.Key_B, CTRL)
    assert ranges(studio) == [(4, 10), (10, 20)] and studio.segments.current_range == (10, 20), "what begins here is selected"
    press(Key.Key_BracketLeft)
    press(Key.Key_J, CTRL)
    assert ranges(studio) == [(4, 20)]
    studio.segments.create(25, 30)
    press(Key.Key_BracketLeft)
    press(Key.Key_J, CTRL | SHIFT)
    assert ranges(studio) == [(4, 25), (25, 30)]
    studio.session.undo()
    press(Key.Key_BracketRight)
    press(Key.Key_J, CTRL | ALT)
    assert ranges(studio) == [(4, 20), (20, 30)]
    press(Key.Key_Delete)
    assert ranges(studio) == [(4, 20)]
    studio.clock.set_frame(8)
    press(Key.Key_Delete)
    assert ranges(studio) == [(4, 20)], "under the playhead is not selected"
    press(Key.Key_BracketLeft)
    press(Key.Key_Down, CTRL)
    assert studio.session.selection.tier == "contact_hand"
    press(Key.Key_D, CTRL | SHIFT)
    assert ranges(studio) == [(4, 20)]
    press(Key.Key_Z, CTRL)
    assert ranges(studio) == []


def test_edges_are_nudged_by_frames_and_shown(studio: "Application", press: Press) -> None:
    studio.segments.create(10, 20)
    for key, keys, expected, frame in (
        (Key.Key_Left, CTRL, (9, 20), 9), (Key.Key_Right, CTRL, (10, 20), 10), (Key.Key_Right, CTRL | SHIFT, (10, 21), 20),
        (Key.Key_Left, CTRL | SHIFT, (10, 20), 19), (Key.Key_Right, ALT | SHIFT, (11, 21), 11),
        (Key.Key_Left, ALT | SHIFT, (10, 20), 10),
    ):  # fmt: skip
        press(key, keys)
        assert ranges(studio) == [expected] and studio.clock.frame == frame
    studio.clock.set_frame(14)
    press(Key.Key_I, ALT)
    assert ranges(studio) == [(14, 20)]
    studio.clock.set_frame(30)
    press(Key.Key_O, ALT)
    assert ranges(studio) == [(14, 31)]


def test_without_a_selection_the_segment_at_the_playhead_is_meant(studio: "Application", press: Press) -> None:
    studio.segments.create(10, 20)
    said: list[str] = []
    studio.session.notice.connect(said.append)
    studio.session.selection.clear()
    press(Key.Key_Home)
    press(Key.Key_H, CTRL)
    assert len(said) == 1 and "No segment here" in said[0]
    studio.clock.set_frame(15)
    press(Key.Key_H, CTRL)
    assert studio.segments.current is not None and studio.segments.current.segment.hand == "left"
    press(Key.Key_B, CTRL)
    assert ranges(studio) == [(10, 15), (15, 20)]
    studio.session.notice.disconnect(said.append)


def test_both_edges_snap_to_the_motion_by_key(studio: "Application", press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    from interact_core.annotation.evidence import SnapPoint

    points = (SnapPoint(12, "contact_onset", "left hand touches box"), SnapPoint(33, "motion_stop", "box stops moving"))
    monkeypatch.setattr(type(studio.session.advice), "snap_points", property(lambda _advice: points))
    studio.segments.create(10, 20)
    press(Key.Key_S, ALT)
    assert ranges(studio) == [(12, 20)], "33 is farther than a quarter of a second"


def test_going_through_segments_and_edges(studio: "Application", press: Press) -> None:
    first = studio.segments.create(4, 10)
    second = studio.segments.create(10, 20)
    other = studio.segments.create(12, 30, "free")
    studio.session.selection.set_tier("action")
    studio.session.selection.clear()
    press(Key.Key_Home)
    seen = []
    for _ in range(5):
        press(Key.Key_Down)
        seen.append(studio.clock.frame)
    assert seen == [4, 10, 12, 20, 30], "edges of all lanes that are shown"
    press(Key.Key_Up)
    assert studio.clock.frame == 20
    press(Key.Key_Home)
    press(Key.Key_BracketRight)
    assert studio.session.selection.uids == (first,) and studio.clock.frame == 4
    press(Key.Key_BracketRight)
    press(Key.Key_BracketRight)
    assert studio.session.selection.uids == (second,), "the last one of the tier"
    press(Key.Key_BracketLeft)
    assert studio.session.selection.uids == (first,)
    studio.session.selection.set_tier("free")
    studio.session.selection.clear()
    press(Key.Key_End)
    press(Key.Key_BracketLeft)
    assert studio.session.selection.uids == (other,)
    press(Key.Key_Escape)
    assert studio.session.selection.uids == ()


def test_the_segment_plays_once_or_again_and_again(studio: "Application", press: Press) -> None:
    clock = studio.clock
    clock.set_policy("every_frame")
    studio.segments.create(5, 9)
    press(Key.Key_V)
    assert clock.playing and clock.span == (5, 9)
    wait_until(lambda: not clock.playing, 10_000)
    assert clock.frame == 8 and not clock.has_range
    shown: list[int] = []
    clock.frame_changed.connect(shown.append)
    press(Key.Key_V, SHIFT)
    wait_until(lambda: shown.count(5) >= 2, 10_000)
    press(Key.Key_V, SHIFT)
    clock.frame_changed.disconnect(shown.append)
    assert not clock.playing and set(shown) <= set(range(5, 9))
    press(Key.Key_L, CTRL)
    assert clock.loop == "range" and clock.range == (5, 9), "Ctrl+L offers the selected segment"


def test_labels_are_chosen_by_their_first_letters(studio: "Application", press: Press, qtbot: QtBot) -> None:
    studio.segments.create(5, 9)
    press(Key.Key_G)
    labels = studio.timeline.labels
    qtbot.waitUntil(labels.isVisible, timeout=5000)
    assert labels.entries.count() == 16
    qtbot.keyClicks(labels.field, "li")
    assert labels.entries.item(0).text() == "Lift"
    qtbot.keyClick(labels.field, Key.Key_Return)
    assert studio.segments.current is not None and studio.segments.current.segment.label == "Lift"
    press(Key.Key_G)
    qtbot.keyClick(labels.field, Key.Key_Down)
    qtbot.keyClick(labels.field, Key.Key_Return)
    assert studio.segments.current.segment.label == "Eat", "the one after Lift: the list begins at what the segment has"
    press(Key.Key_G)
    qtbot.keyClicks(labels.field, "Juggle")
    qtbot.keyClick(labels.field, Key.Key_Return)
    assert studio.segments.current.segment.label == "Juggle"
    assert "Juggle" in studio.session.advice.vocabulary.labels_of("action")
    assert ranges(studio) == [(5, 9)], "no key of the list has reached the timeline"


def test_the_hand_goes_round(studio: "Application", press: Press) -> None:
    studio.segments.create(5, 9)
    hands = []
    for _ in range(4):
        press(Key.Key_H, CTRL)
        assert studio.segments.current is not None
        hands.append(studio.segments.current.segment.hand)
    assert hands == ["left", "right", "both", ""]


def test_proposals_are_taken_skipped_and_turned_down(studio: "Application", press: Press) -> None:
    offer(studio, *(proposal(start, start + 8, label) for start, label in ((4, "Lift"), (14, "Carry"), (24, "Move"))))
    press(Key.Key_A)
    assert ranges(studio) == [] and studio.clock.frame == 4, "nothing is taken unseen"
    press(Key.Key_A)
    assert ranges(studio) == [(4, 12)] and studio.clock.frame == 14
    press(Key.Key_Q)
    assert ranges(studio) == [(4, 12)] and studio.clock.frame == 24
    assert [one.segment.label for one in studio.session.advice.proposals] == ["Move"]
    press(Key.Key_Z, CTRL)
    press(Key.Key_U, SHIFT)
    assert studio.clock.frame == 14
    press(Key.Key_U)
    assert studio.clock.frame == 24
    press(Key.Key_A, SHIFT)
    assert ranges(studio) == [(4, 12), (14, 22), (24, 32)]
    press(Key.Key_Z, CTRL)
    assert ranges(studio) == [(4, 12)], "all of them in one step"
    assert all(one.origin == "proposal" for one in studio.segments.records)


def test_a_clip_with_a_caption_and_three_segments_takes_few_keys(studio: "Application", press: Press, qtbot: QtBot) -> None:
    """Proposed: six keys besides the text. Marked by hand with I, O, Enter and a label each: that many more."""
    offer(studio, *(proposal(start, start + 8, label) for start, label in ((4, "Lift"), (14, "Carry"), (24, "Move"))))
    count = 0

    def counted(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        nonlocal count
        count += 1
        qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    counted(Key.Key_F2)
    qtbot.keyClicks(QApplication.focusWidget(), " Then it is put down.")
    counted(Key.Key_Return, CTRL)
    counted(Key.Key_A, SHIFT)
    counted(Key.Key_N)
    wait_until(lambda: studio.session.clip_id.endswith("beta"))
    assert count <= 12
    studio.session.open_clip("demo/demo_alpha")
    wait_until(lambda: studio.session.inspection is not None)
    assert len(studio.segments.records) == 3


def test_what_is_typed_never_reaches_the_timeline(studio: "Application", press: Press, qtbot: QtBot) -> None:
    studio.segments.create(5, 9)
    offer(studio, proposal(14, 22, "Carry"))
    field = QLineEdit(studio.window)
    field.show()
    try:
        field.setFocus(Qt.FocusReason.MouseFocusReason)
        qtbot.keyClicks(field, "sSgaAqQuUvVioIO[]")
        assert field.text() == "sSgaAqQuUvVioIO[]"
        for key, keys in (
            (Key.Key_Return, NONE), (Key.Key_Delete, NONE), (Key.Key_Backspace, NONE), (Key.Key_Up, NONE), (Key.Key_Down, NONE),
            (Key.Key_Left, CTRL), (Key.Key_Right, CTRL | SHIFT), (Key.Key_B, CTRL), (Key.Key_J, CTRL), (Key.Key_Escape, NONE),
            (Key.Key_I, ALT), (Key.Key_Return, SHIFT), (Key.Key_Up, CTRL), (Key.Key_H, CTRL),
        ):  # fmt: skip
            qtbot.keyClick(field, key, keys)
        assert ranges(studio) == [(5, 9)] and not studio.clock.has_range and not studio.segments.marking.active
        assert len(studio.session.advice.proposals) == 1 and studio.session.selection.tier == "action"
        assert studio.segments.current is not None and studio.segments.current.segment.hand == ""
    finally:
        field.deleteLater()


def test_lists_keep_their_arrows_and_enter(studio: "Application", press: Press) -> None:
    from PySide6.QtWidgets import QListView

    studio.clock.set_range(3, 9)
    studio.segments.create(20, 30)
    view = studio.window.docks["library"].widget().findChild(QListView)
    frame = studio.clock.frame
    press(Key.Key_Down, on=view)
    press(Key.Key_Up, on=view)
    press(Key.Key_Return, on=view)
    assert studio.clock.frame == frame and ranges(studio) == [(20, 30)]
