"""The form of the selected segments under real keys, what contact offers, what is proposed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from annotation_stage import CONTROL, Desk, Key, make_desk, press, type_keys
from conftest import pause, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.panels.segment.values import SEVERAL, common, offer_text, range_text
from interact_core.annotation.vocabulary_file import load_vocabulary
from interact_core.clip import Segment


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from make_desk(tmp_path)


def focus(widget_of: object) -> None:
    widget_of.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[attr-defined]


def test_without_a_segment_the_form_is_away(desk: Desk) -> None:
    assert desk.segments.form.isHidden() and not desk.segments.empty.isHidden()
    desk.add(10, 20)
    assert not desk.segments.form.isHidden() and desk.segments.empty.isHidden()
    desk.stage.session.selection.clear()
    assert desk.segments.form.isHidden()


def test_enter_on_the_timeline_leads_to_the_text_and_enter_back(desk: Desk) -> None:
    uid = desk.add(10, 20)
    focus(desk.timeline)
    press(Key.Key_Return)
    assert desk.segments.form.text.hasFocus()
    type_keys("lifts it")
    press(Key.Key_Return)
    assert desk.segment(uid).text == "lifts it"
    assert not desk.panel.isAncestorOf(QApplication.focusWidget() or desk.timeline)
    press_anywhere = QApplication.focusWidget() or desk.window
    QTest.keyClick(press_anywhere, Key.Key_Z, CONTROL)
    assert desk.segment(uid).text == "", "one burst, one step"


def test_the_beginning_of_a_label_is_enough(desk: Desk) -> None:
    uid = desk.add(10, 20)
    box = desk.segments.form.choices["label"]
    focus(box)
    type_keys("lif")
    assert desk.segment(uid).label == "", "not before it is taken over"
    press(Key.Key_Return)
    assert desk.segment(uid).label == "Lift" and box.currentText() == "Lift"
    focus(box)
    box.lineEdit().selectAll()
    type_keys("car")
    press(Key.Key_Escape)
    assert desk.segment(uid).label == "Lift" and box.currentText() == "Lift", "Esc gives up what was typed"
    focus(box)
    box.lineEdit().selectAll()
    press(Key.Key_Backspace)
    press(Key.Key_Tab)
    assert desk.segment(uid).label == "", "an empty field says nothing"
    assert desk.segments.form.text.hasFocus() or desk.segments.form.isAncestorOf(QApplication.focusWidget())


def test_a_chosen_row_of_the_list_counts_more_than_the_letters(desk: Desk, qtbot: QtBot) -> None:
    uid = desk.add(10, 20)
    box = desk.segments.form.choices["label"]
    focus(box)
    type_keys("ca")
    qtbot.waitUntil(lambda: box._popup.isVisible(), timeout=3000)
    names = [str(box._popup.model().index(row, 0).data()) for row in range(box._popup.model().rowCount())]
    assert names == ["Carry"]
    QTest.keyClick(box._popup, Key.Key_Down)
    QTest.keyClick(box._popup, Key.Key_Return)
    assert not box.hasFocus(), "one Enter takes the row and leaves"
    assert desk.segment(uid).label == "Carry"


def test_a_new_word_may_go_into_the_vocabulary(desk: Desk) -> None:
    uid = desk.add(10, 20)
    form = desk.segments.form
    focus(form.choices["label"])
    type_keys("Wipe")
    press(Key.Key_Return)
    assert desk.segment(uid).label == "Wipe" and not form.add_word.isHidden()
    form.add_word.click()
    assert load_vocabulary().labels_of("action")[-1] == "Wipe"
    assert form.add_word.isHidden()


def test_hand_and_tier_take_only_what_there_is(desk: Desk) -> None:
    uid = desk.add(10, 20)
    form = desk.segments.form
    focus(form.choices["hand"])
    type_keys("b")
    press(Key.Key_Tab)
    assert desk.segment(uid).hand == "both"
    focus(form.choices["hand"])
    form.choices["hand"].lineEdit().selectAll()
    type_keys("x")
    press(Key.Key_Return)
    assert desk.segment(uid).hand == "both" and form.choices["hand"].currentText() == "both"
    focus(form.choices["tier"])
    form.choices["tier"].lineEdit().selectAll()
    type_keys("notes")
    press(Key.Key_Return)
    assert desk.segment(uid).tier == "free", "shown by title, stored by id"


def test_frames_by_digits_and_arrows_move_the_picture(desk: Desk) -> None:
    uid = desk.add(10, 20)
    form = desk.segments.form
    assert (form.start.value(), form.end.value(), form.seconds.text()) == (10, 19, "0.33–0.67 s")
    focus(form.end)
    form.end.selectAll()
    type_keys("29")
    assert desk.segment(uid).end_frame == 20, "digits count once they are finished"
    press(Key.Key_Return)
    assert (desk.segment(uid).start_frame, desk.segment(uid).end_frame) == (10, 30)
    assert desk.stage.clock.frame == 29
    focus(form.start)
    press(Key.Key_Up)
    press(Key.Key_Up)
    assert desk.segment(uid).start_frame == 12 and desk.stage.clock.frame == 12
    press(Key.Key_Z, CONTROL)
    assert desk.segment(uid).start_frame == 10, "a burst of steps is one step of undo; the keys of the field are the clip's"
    form.start.selectAll()
    type_keys("55")
    press(Key.Key_Return)
    assert desk.segment(uid).start_frame == 29, "never empty"
    assert form.start.value() == 29


def test_every_choice_is_a_step_of_undo_and_typing_is_one(desk: Desk) -> None:
    uid = desk.add(10, 20)
    form = desk.segments.form
    focus(form.choices["hand"])
    type_keys("left")
    press(Key.Key_Tab)
    type_keys("box")
    press(Key.Key_Tab)
    focus(form.note)
    type_keys("unsure")
    assert (desk.segment(uid).hand, desk.segment(uid).object, desk.segment(uid).note) == ("left", "box", "unsure")
    press(Key.Key_Z, CONTROL)
    assert desk.segment(uid).note == "" and form.note.text() == ""
    press(Key.Key_Z, CONTROL)
    assert desk.segment(uid).object == "" and form.choices["object"].currentText() == ""
    press(Key.Key_Z, CONTROL)
    assert desk.segment(uid).hand == ""
    press(Key.Key_Y, CONTROL)
    assert desk.segment(uid).hand == "left" and form.choices["hand"].currentText() == "left"


def test_how_sure_may_stay_unsaid(desk: Desk) -> None:
    uid = desk.add(10, 20)
    box = desk.segments.form.confidence
    assert box.text() == "–" and desk.segment(uid).confidence is None
    focus(box)
    press(Key.Key_Up)
    assert desk.segment(uid).confidence == 0.0
    box.selectAll()
    type_keys("70")
    press(Key.Key_Return)
    assert desk.segment(uid).confidence == 0.7
    for _ in range(20):
        QTest.keyClick(box, Key.Key_Down)
    assert desk.segment(uid).confidence is None


def test_several_segments_are_changed_at_once(desk: Desk) -> None:
    first, second = desk.add(10, 20, label="Lift", hand="left"), desk.add(30, 40, label="Carry", hand="left")
    desk.stage.session.selection.set([first, second])
    form = desk.segments.form
    assert form.choices["hand"].currentText() == "left" and form.choices["label"].currentText() == ""
    assert form.choices["label"].lineEdit().placeholderText() == "several"
    assert not form.start.isEnabled() and (form.start.value(), form.end.value()) == (10, 39)
    focus(form.choices["label"])
    press(Key.Key_Tab)
    assert [desk.segment(uid).label for uid in (first, second)] == ["Lift", "Carry"], "passing through changes nothing"
    focus(form.choices["hand"])
    form.choices["hand"].lineEdit().selectAll()
    type_keys("r")
    press(Key.Key_Return)
    assert [desk.segment(uid).hand for uid in (first, second)] == ["right", "right"]
    desk.stage.session.undo()
    assert [desk.segment(uid).hand for uid in (first, second)] == ["left", "left"], "in one step"


def test_contact_fills_the_empty_slots_when_asked(desk: Desk) -> None:
    desk.measure()
    uid = desk.add(12, 40, label="Lift")
    form = desk.segments.form
    assert desk.segment(uid).hand == "", "offered, never filled in by itself"
    assert form.offer.text() == "From contact: right hand, box"
    assert "100 %" in form.offer.toolTip()
    focus(form.text)
    press(Key.Key_D, CONTROL)
    assert (desk.segment(uid).hand, desk.segment(uid).object) == ("right", "box")
    assert form.offer.isHidden()
    press(Key.Key_Z, CONTROL)
    assert desk.segment(uid).hand == "" and not form.offer.isHidden()
    other = desk.add(12, 40, hand="left")
    assert form.offer.isHidden(), "what a person has said is not contradicted here; that is a finding's business"
    assert desk.segment(other).object == ""


def test_the_wheel_changes_nothing_in_passing(desk: Desk) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    uid = desk.add(10, 20, label="Lift", hand="left")
    before = desk.segment(uid)
    form = desk.segments.form
    for box in (*form.choices.values(), form.start, form.end, form.confidence):
        place = QPointF(box.rect().center())
        wheel = QWheelEvent(
            place, box.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, wheel)
    assert desk.segment(uid) == before


def test_proposals_are_counted_reviewed_and_taken(desk: Desk) -> None:
    assert desk.segments.proposals.isHidden()
    desk.measure()
    strip, advice = desk.segments.proposals, desk.stage.session.advice
    total = len(advice.proposals)
    assert total >= 3 and strip.title.text() == f"{total} proposals"
    assert desk.panel.column.bar.tabText(1) == f"Segments {total}"
    strip.review.click()
    assert strip._rows and desk.stage.clock.frame == advice.proposals[0].segment.start_frame
    first, second = advice.proposals[:2]
    assert strip._rows[0].label.toolTip().endswith(first.reason)
    taken = next(b for b in strip._rows[0].children() if getattr(b, "accessibleName", str)().startswith("Accept"))
    taken.click()  # type: ignore[attr-defined]
    assert [r.segment.start_frame for r in desk.writing.document.segments] == [first.segment.start_frame]
    assert desk.segments.chosen[0].segment.label == first.segment.label
    dismissed = next(
        b for row in strip._rows for b in row.children() if getattr(b, "accessibleName", str)().startswith("Dismiss")
    )
    dismissed.click()  # type: ignore[attr-defined]
    assert len(advice.proposals) == total - 2 and second not in advice.proposals
    strip.all.click()
    assert advice.proposals == () and strip.isHidden()
    assert len(desk.writing.document.segments) == total - 1
    desk.stage.session.undo()
    assert len(desk.writing.document.segments) == 1, "all of them in one step"


def test_a_finding_of_a_segment_leads_to_its_field(desk: Desk) -> None:
    desk.measure()
    uid = desk.add(12, 40, label="Lift", hand="left", object="box")
    desk.stage.session.selection.clear()
    focus(desk.timeline)
    desk.checked()
    finding = next(f for f in desk.stage.session.advice.findings if f.rule == "slot_hand")
    desk.findings.go_to(finding)
    assert desk.stage.session.selection.uids == (uid,)
    assert finding.fix is not None and finding.fix.field == "hand"
    assert desk.segments.form.choices["hand"].hasFocus()
    press(Key.Key_Period, CONTROL)
    assert desk.segment(uid).hand == "right"


def test_a_selected_segment_comes_into_view_but_not_under_somebodys_fingers(desk: Desk) -> None:
    desk.window.resize(560, 360)
    pause(30)
    bar = desk.panel.column.area.verticalScrollBar()
    desk.panel.captions.focus("natural")
    pause(30)
    top = bar.value()
    uid = desk.add(10, 20)
    pause(30)
    assert bar.value() == top, "the caption that is being typed stays"
    desk.stage.session.selection.clear()
    desk.panel.leave()
    focus(desk.timeline)
    desk.stage.session.selection.set([uid])
    wait_until(lambda: bar.value() > top, 3000)
    label = desk.segments.form.choices["label"]
    assert (
        desk.panel.column.area.viewport().rect().contains(label.mapTo(desk.panel.column.area.viewport(), label.rect().center()))
    )
    assert desk.panel.column.bar.currentIndex() == 1


def test_a_label_that_is_typed_is_not_overwritten_by_other_edits(desk: Desk) -> None:
    desk.add(10, 20)
    box = desk.segments.form.choices["label"]
    focus(box)
    type_keys("li")
    desk.stage.session.write_caption("natural", "Somebody else.")
    assert box.currentText() == "li"


def test_values_without_qt() -> None:
    one, two = Segment("action", 0, 30, label="Lift", hand="left"), Segment("action", 30, 60, label="Carry", hand="left")
    assert common([one, two], "hand") == "left" and common([one, two], "label") is SEVERAL
    assert range_text(two, 30.0) == "1.00–2.00 s"
    assert offer_text({"hand": "both", "object": "box"}) == "both hands, box"
    assert offer_text({"part": "lid"}) == "lid"
