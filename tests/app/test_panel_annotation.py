"""The annotation panel under real keys: drafts, findings, what is offered, what undo means, how far the clip is."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from annotation_stage import CONTROL, Desk, Key, make_desk, press, type_keys
from conftest import pause, wait_until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget
from pytestqt.qtbot import QtBot

import interact_app.advice.words as words
from interact_core.annotation.records import DismissalRecord

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from make_desk(tmp_path)


def test_a_draft_is_offered_and_only_a_key_takes_it(desk: Desk) -> None:
    desk.measure()
    field = desk.panel.captions.fields["shorten"]
    draft = desk.stage.session.advice.drafts["shorten"]
    assert field.edit.placeholderText() == f"Draft: {draft.text}"
    assert "right hand" in field.draft.toolTip(), "the chip says what the draft rests on"
    assert "shorten" not in desk.texts, "offered is not written"
    press(Key.Key_F2)
    assert desk.panel.captions.here == "change", "the first empty caption"
    press(Key.Key_Tab)
    press(Key.Key_D, CONTROL)
    assert desk.texts["shorten"] == draft.text
    assert "change" not in desk.texts, "the draft of the caption that has the keyboard"
    type_keys(" So.")
    press(Key.Key_Z, CONTROL)
    assert desk.texts["shorten"] == draft.text, "taking the draft is a step of its own"
    press(Key.Key_Z, CONTROL)
    assert desk.texts.get("shorten", "") == ""
    assert not field.draft.isHidden()


def test_a_draft_over_a_text_can_be_undone(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.fields["natural"].draft.click()
    assert desk.texts["natural"] == desk.stage.session.advice.drafts["natural"].text
    assert desk.panel.captions.fields["natural"].draft.isHidden(), "it is there already"
    desk.stage.session.undo()
    assert desk.texts["natural"] == "A person lifts box one."


def test_a_finding_is_marked_listed_counted_and_mended(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.focus("shorten")
    type_keys("A person lifts the box with the left hand")
    desk.checked()
    field = desk.panel.captions.fields["shorten"]
    found = [f for f in desk.stage.session.advice.findings if f.rule == "left_right"]
    assert len(found) == 1 and found[0].fix is not None
    assert field.edit.marks.marked() == [field.text[found[0].start : found[0].end]]
    assert found[0].why in field.edit.marks.tooltip_at(found[0].start)
    assert not field.finding.isHidden() and found[0].message in field.finding.label.text()
    assert [row.finding.rule for row in desk.findings.rows.values()] == [f.rule for f in desk.stage.session.advice.findings]
    dock = desk.panel.parentWidget()
    assert isinstance(dock, QDockWidget)
    assert dock.windowTitle() == f"Annotation · {len(desk.stage.session.advice.findings)}"
    press(Key.Key_Home, CONTROL)
    marked = field.edit.marks.marked()
    type_keys("Now ")
    assert field.edit.marks.marked() == marked, "marks move with their words until the text is checked again"
    desk.checked()
    row = next(row for row in desk.findings.rows.values() if row.finding.rule == "left_right")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    assert row.is_open and field.edit.textCursor().selectedText().startswith("left")
    row.fix.click()
    assert desk.texts["shorten"] == "Now A person lifts the box with the right hand"
    desk.checked()
    assert field.edit.marks.marked() == [] or "right" not in field.edit.marks.marked()
    assert not [f for f in desk.stage.session.advice.findings if f.rule == "left_right"]
    press(Key.Key_Z, CONTROL)
    assert desk.texts["shorten"].endswith("left hand"), "mending is one step of undo"


def test_findings_are_gone_through_by_key_while_typing_and_from_the_timeline(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.focus("shorten")
    type_keys("A person lifts a chair with the left hand")
    desk.checked()
    total = len(desk.stage.session.advice.findings)
    assert total >= 2
    seen = []
    for _ in range(total):
        press(Key.Key_F8)
        assert desk.findings.current is not None
        seen.append(desk.findings.current.key)
    assert len(set(seen)) == total
    desk.panel.leave()
    desk.timeline.setFocus()
    press(Key.Key_F8, SHIFT)
    assert desk.findings.current is not None and desk.findings.current.key == seen[-2]
    before = desk.texts["shorten"]
    press(Key.Key_F8)
    while desk.findings.current.fix is None:
        press(Key.Key_F8)
    press(Key.Key_Period, CONTROL)
    assert desk.texts["shorten"] != before


def test_a_finding_is_dismissed_with_a_reason_and_brought_back(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.focus("shorten")
    type_keys("A person lifts the box with the left hand")
    desk.checked()
    key = next(f.key for f in desk.stage.session.advice.findings if f.rule == "left_right")
    row = desk.findings.rows[key]
    row._ask_reason()
    QTest.keyClicks(row.reason, "the camera is mirrored")
    QTest.keyClick(row.reason, Key.Key_Return)
    desk.checked()
    assert [d.reason for d in desk.writing.document.dismissals] == ["the camera is mirrored"]
    assert key not in desk.findings.rows and desk.findings.fold.text() == "1 dismissed"
    assert desk.panel.captions.fields["shorten"].edit.marks.marked() == []
    desk.findings.fold.click()
    shown = desk.findings.rows[key]
    assert shown.finding.dismissed == "the camera is mirrored"
    shown.recall.click()
    desk.checked()
    assert not any(isinstance(record, DismissalRecord) for record in desk.writing.records)
    assert desk.findings.rows[key].finding.dismissed is None and desk.findings.fold.isHidden()


def test_places_of_an_older_text_are_not_used(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.focus("shorten")
    type_keys("A person lifts the box with the left hand")
    desk.checked()
    old = next(f for f in desk.stage.session.advice.findings if f.rule == "left_right")
    press(Key.Key_Home, CONTROL)
    type_keys("Well, ")
    text = desk.texts["shorten"]
    desk.stage.session.advice.fix(old)
    assert desk.texts["shorten"] == text, "the words have moved: nothing is replaced by place"


def test_slow_rules_run_beside_the_window_and_only_the_last_answer_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ran_on: list[str] = []
    real = words.answer

    def slow(question: words.Question) -> words.Answer:
        ran_on.append(threading.current_thread().name)
        time.sleep(0.05)
        return real(question)

    monkeypatch.setattr(words, "answer", slow)
    desk.measure()
    desk.panel.captions.focus("shorten")
    for part in ("A person lifts", " the box", " with the left hand"):
        type_keys(part)
        pause(words.PAUSE_MS + 20)
    desk.checked()
    assert threading.main_thread().name not in ran_on
    assert [f.rule for f in desk.stage.session.advice.findings if f.rule == "left_right"] == ["left_right"]


def test_a_broken_rule_stops_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_question: words.Question) -> words.Answer:
        raise RuntimeError("a rule divides by zero")

    monkeypatch.setattr(words, "answer", broken)
    desk.panel.captions.focus("shorten")
    type_keys("Lift")
    desk.checked()
    assert desk.texts["shorten"] == "Lift" and desk.stage.session.advice.findings == ()
    assert "could not be checked" in caplog.text


def test_enter_goes_on_and_a_pasted_page_becomes_one_line(desk: Desk) -> None:
    desk.panel.captions.focus("change")
    clipboard = QGuiApplication.clipboard()
    page = QMimeData()
    page.setText("The box\r\n  is lifted\n\nby a person.")
    clipboard.setMimeData(page)
    press(Key.Key_V, CONTROL)
    assert desk.texts["change"] == "The box is lifted by a person."
    press(Key.Key_Return)
    assert desk.panel.captions.here == "shorten"
    press(Key.Key_Return, SHIFT)
    assert desk.texts.get("shorten") == "\n", "whoever insists gets a line break, and a finding about it"
    press(Key.Key_Return, CONTROL)
    assert desk.panel.captions.here is None


def test_letters_grow_by_key_and_wheel_and_are_remembered(desk: Desk) -> None:
    settings = desk.stage.session.settings_store
    size = settings.current.annotation.caption_font_size
    desk.panel.captions.focus("natural")
    press(Key.Key_Plus, CONTROL)
    press(Key.Key_Equal, CONTROL)
    edit = desk.panel.captions.fields["natural"].edit
    assert edit.font().pointSize() == settings.current.annotation.caption_font_size == size + 2
    assert desk.panel.captions.fields["shorten"].edit.font().pointSize() == size + 2
    assert edit.toPlainText() == "A person lifts box one."
    place = QPointF(edit.rect().center())
    for turn in (-120, -120, -120):
        wheel = QWheelEvent(
            place, edit.mapToGlobal(place), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, CONTROL,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(edit.viewport(), wheel)
    assert settings.current.annotation.caption_font_size == size - 1
    settings.change("annotation.caption_font_size", 8)
    press(Key.Key_Minus, CONTROL)
    assert settings.current.annotation.caption_font_size == 8, "there is an end to it"


def test_the_state_of_the_clip_and_done_and_next(desk: Desk) -> None:
    state = desk.panel.state
    assert state.text().endswith("To do")
    desk.panel.captions.focus("shorten")
    type_keys("Lift")
    assert state.text().endswith("In work"), "who writes works"
    first = desk.stage.session.clip_id
    press(Key.Key_Return, CONTROL | SHIFT)
    assert desk.stage.session.clip_id != first
    assert desk.project.document(first).state == "done"
    assert desk.panel.captions.here == "change", "the keyboard is in the next clip's first empty caption"
    assert state.text().endswith("To do")
    next(a for a in state.menu().actions() if a.objectName() == "state.accepted").trigger()
    assert desk.writing.document.state == "accepted"
    desk.stage.session.undo()
    assert state.text().endswith("To do")


def test_the_footer_counts_words_and_clips(desk: Desk, qtbot: QtBot) -> None:
    desk.stage.session.settings_store.change("annotation.words_goal", 50)
    desk.panel.captions.focus("shorten")
    type_keys("Lift the box")
    press(Key.Key_Return, CONTROL | SHIFT)
    wait_until(lambda: desk.panel.progress.text() == "3/50 words · 1/2", 10_000)
    assert "1 of 2 clips are done" in desk.panel.progress._label.toolTip()


def test_the_menu_of_a_field_undoes_in_the_clip(desk: Desk) -> None:
    desk.panel.captions.focus("shorten")
    type_keys("Lift")
    menu = desk.panel.captions.fields["shorten"].edit.createStandardContextMenu()
    undo = next(entry for entry in menu.actions() if entry is desk.stage.actions.qaction("edit.undo"))
    undo.trigger()
    assert "shorten" not in desk.texts
    menu.deleteLater()


def test_an_open_finding_stays_open_while_the_text_moves_on(desk: Desk) -> None:
    desk.measure()
    desk.panel.captions.focus("shorten")
    type_keys("A person lifts the box with the left hand")
    desk.checked()
    finding = next(f for f in desk.findings.findings if f.rule == "left_right")
    desk.findings.go_to(finding)
    press(Key.Key_Home, CONTROL)
    type_keys("Now ")
    desk.checked()
    assert desk.findings.rows[finding.key].finding.start == finding.start + 4
    assert desk.findings.rows[finding.key].is_open
