"""Captions are typed with real keys into a real project, and found on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import wait_until
from panel_stage import Stage, make_clip, make_stage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.actions.edit import edit_actions
from interact_app.actions.typing_guard import TypingGuard
from interact_app.bridge.open_clip import OpenClip
from interact_app.panels.caption import AnnotationPanel
from interact_app.panels.caption.slots import frames_text, free_variant, slots_of, source_text
from interact_core.annotation import CaptionRecord
from interact_core.clip import Caption
from interact_core.errors import InputError
from interact_core.project import Project, index_clips


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    for stage in make_stage():
        stage.actions.extend(edit_actions(stage.session))
        yield stage


@pytest.fixture
def project(tmp_path: Path, stage: Stage) -> Project:
    for name in ("one", "two"):
        folder = tmp_path / "data" / "behave" / "sequences_canonical" / f"Date01_Sub01_box_{name}"
        folder.mkdir(parents=True)
        np.savez(folder / "human.npz", poses=np.zeros((30, 156), np.float32), trans=np.zeros((30, 3), np.float32))
        (folder / "text.txt").write_text(f"A person lifts box {name}.#a/DET#0.0#0.0\nBox {name} is lifted.#a/DET#0.0#0.0\n")
    opened = Project.open(tmp_path / "data")
    index_clips(opened)
    stage.session._project = opened
    return opened


def open_clip(stage: Stage, project: Project, number: int) -> str:
    """As the session does, without posing anything."""
    clip_id = project.library.search(order="id")[number].id
    stage.session._leave_clip()
    stage.session.clip_opening.emit(clip_id)
    stage.session._open = OpenClip(clip_id, clip=make_clip(30, 30.0, tuple(r.caption for r in project.captions(clip_id))))
    stage.session._begin_writing(clip_id)
    stage.session.clip_opened.emit()
    return clip_id


@pytest.fixture
def panel(qtbot: QtBot, stage: Stage, project: Project) -> AnnotationPanel:
    panel = AnnotationPanel(stage.session, stage.clock, stage.actions)
    panel.resize(300, 400)
    qtbot.addWidget(panel)
    panel.addActions([stage.actions.qaction(record.id) for record in stage.actions])
    panel.show()
    panel.activateWindow()
    qtbot.waitExposed(panel)
    open_clip(stage, project, 0)
    return panel


def texts(panel: AnnotationPanel) -> dict[str, str]:
    return {key: field.text for key, field in panel.captions.fields.items()}


def test_the_three_variants_are_always_there(panel: AnnotationPanel) -> None:
    assert list(texts(panel)) == ["natural", "change", "shorten"]
    assert texts(panel)["natural"] == "A person lifts box one."
    assert texts(panel)["shorten"] == ""


def test_what_is_typed_is_on_disk_without_saving(panel: AnnotationPanel, stage: Stage, project: Project, qtbot: QtBot) -> None:
    field = panel.captions.fields["shorten"]
    QTest.keyClicks(field.edit, "Lift box")
    assert panel.saved.text() == "Saving …"
    qtbot.waitUntil(lambda: panel.saved.text().startswith("Saved "), timeout=3000)
    other = Project.open(project.data, read_only=True)
    stored = {r.caption.variant: r.caption.text for r in other.captions(stage.session.clip_id)}
    other.close()
    assert stored["shorten"] == "Lift box"
    assert stored["natural"] == "A person lifts box one."
    assert "2 words" in field._count.text()


def test_the_last_key_before_another_clip_is_kept_with_its_own_clip(
    panel: AnnotationPanel, stage: Stage, project: Project
) -> None:
    first = stage.session.clip_id
    QTest.keyClicks(panel.captions.fields["shorten"].edit, "x")
    second = open_clip(stage, project, 1)
    QTest.keyClicks(panel.captions.fields["shorten"].edit, "y")
    assert [r.caption.text for r in project.captions(first) if r.caption.variant == "shorten"] == ["x"]
    assert [r.caption.text for r in project.captions(second) if r.caption.variant == "shorten"] == ["y"]
    assert texts(panel)["natural"] == "A person lifts box two."


def test_undo_in_a_field_is_the_undo_of_the_clip(panel: AnnotationPanel, stage: Stage) -> None:
    """The rule: Ctrl+Z takes back the last edit of the clip, wherever the keyboard is; a field has no history of its own."""
    natural, short = (panel.captions.fields[key].edit for key in ("natural", "shorten"))
    natural.moveCursor(natural.textCursor().MoveOperation.End)
    QTest.keyClicks(natural, " Again.")
    panel.captions.step("natural", -1)
    QTest.keyClicks(short, "Lifts.")
    assert [c.text for c in stage.session.captions] == ["A person lifts box one. Again.", "Box one is lifted.", "Lifts."]
    for key, texts_left in (("Z", ["A person lifts box one. Again.", ""]), ("Z", ["A person lifts box one.", ""])):
        QTest.keyClick(short, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)
        assert [natural.toPlainText(), short.toPlainText()] == texts_left
    assert not stage.session.can_undo
    QTest.keyClick(short, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(short, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert natural.toPlainText() == "A person lifts box one. Again."
    assert texts(panel)["natural"] == stage.session.captions[0].text


def test_the_cursor_goes_where_undo_changed_something(panel: AnnotationPanel, stage: Stage) -> None:
    edit = panel.captions.fields["natural"].edit
    edit.window().activateWindow()
    edit.setFocus()
    wait_until(edit.hasFocus)  # the cursor jumps in the field that has the keyboard only, and a busy display gives it late
    edit.moveCursor(edit.textCursor().MoveOperation.Start)
    for _ in "A person":
        QTest.keyClick(edit, Qt.Key.Key_Right)
    QTest.keyClicks(edit, ", slowly,")
    QTest.keyClick(edit, Qt.Key.Key_End)
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == "A person lifts box one."
    assert edit.textCursor().position() == len("A person")


def test_the_source_stays_in_view_and_can_be_taken_back(panel: AnnotationPanel, stage: Stage) -> None:
    field = panel.captions.fields["change"]
    assert not field._source_row.isVisibleTo(panel)
    QTest.keyClicks(field.edit, "So ")
    assert field._source_row.isVisibleTo(panel)
    assert "Box one is lifted." in field._source_line.text()
    field._restore.click()
    assert field.text == "Box one is lifted."
    assert stage.session.captions[1].text == "Box one is lifted."
    assert not field._source_row.isVisibleTo(panel)


def test_tab_enter_and_escape(panel: AnnotationPanel, qtbot: QtBot) -> None:
    panel.focus_caption()
    qtbot.waitUntil(lambda: panel.captions.fields["shorten"].edit.hasFocus(), timeout=2000)
    QTest.keyClick(panel.captions.fields["shorten"].edit, Qt.Key.Key_Tab)
    assert panel.captions.fields["natural"].edit.hasFocus()
    QTest.keyClick(panel.captions.fields["natural"].edit, Qt.Key.Key_Backtab)
    assert panel.captions.fields["shorten"].edit.hasFocus()
    QTest.keyClick(panel.captions.fields["shorten"].edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not panel.captions.fields["shorten"].edit.hasFocus()
    panel.focus_caption()
    QTest.keyClick(panel.captions.fields["shorten"].edit, Qt.Key.Key_Escape)
    assert not panel.captions.fields["shorten"].edit.hasFocus()
    assert "\t" not in "".join(texts(panel).values())


def test_keys_of_the_player_are_text_while_typing_and_ctrl_space_plays(
    panel: AnnotationPanel, stage: Stage, qtbot: QtBot
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    guard = TypingGuard(app, stage.actions)
    guard.install()
    stage.clock.attach(30, 30.0)
    stage.actions.refresh()
    edit = panel.captions.fields["shorten"].edit
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus, timeout=2000)
    QTest.keyClicks(edit, "jkl, 1 io")
    assert edit.toPlainText() == "jkl, 1 io"
    assert not stage.clock.playing
    assert stage.clock.speed == 1.0
    QTest.keyClick(edit, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert stage.clock.playing
    assert edit.toPlainText() == "jkl, 1 io"
    app.removeEventFilter(guard)


def test_captions_are_added_and_removed(panel: AnnotationPanel, stage: Stage, qtbot: QtBot) -> None:
    panel.captions.add()
    key = list(panel.captions.fields)[-1]
    assert len(panel.captions.fields) == 4
    QTest.keyClicks(panel.captions.fields[key].edit, "Third view")
    assert stage.session.captions[-1].text == "Third view"
    assert stage.session.captions[-1].variant == "extra1"
    panel.captions.fields[key]._remove.click()
    assert len(panel.captions.fields) == 3
    stage.session.undo()
    assert list(texts(panel).values())[-1] == "Third view"


def test_a_read_only_project_says_so(qtbot: QtBot, stage: Stage, project: Project) -> None:
    reader = Project.open(project.data, read_only=True)
    stage.session._project = reader
    panel = AnnotationPanel(stage.session, stage.clock, stage.actions)
    qtbot.addWidget(panel)
    panel.show()
    clip_id = reader.library.search()[0].id
    stage.session._open = OpenClip(clip_id, clip=make_clip(30))
    stage.session._begin_writing(clip_id)
    assert all(field.edit.isReadOnly() for field in panel.captions.fields.values())
    assert "Read only" in panel.saved.text()
    assert not panel.captions.add_button.isEnabled()
    stage.session._project = project
    reader.close()


def test_trouble_is_told_and_taken_back(panel: AnnotationPanel, project: Project, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.captions.fields["shorten"].edit, "a")
    project.trouble.emit(InputError("the disk is full"))
    qtbot.waitUntil(lambda: "disk is full" in panel.saved.text(), timeout=2000)
    project.trouble.emit(None)
    qtbot.waitUntil(lambda: panel.saved.text().startswith("Saved "), timeout=3000)


def test_slots_without_qt() -> None:
    own = CaptionRecord("u1", Caption("mine", "extra1", start_frame=5, end_frame=9))
    source = CaptionRecord("source-1", Caption("theirs", "change"), "source")
    slots = slots_of([source, own])
    assert [(slot.key, slot.which, slot.text) for slot in slots] == [
        ("natural", "natural", ""),
        ("change", "source-1", "theirs"),
        ("shorten", "shorten", ""),
        ("u1", "u1", "mine"),
    ]
    assert free_variant([source, own]) == "extra2"
    assert source_text(source, (Caption("a"), Caption("b"))) == "b"
    assert source_text(own, (Caption("a"),)) == ""
    assert frames_text(own) == "frames 5–8"
    assert frames_text(source) == ""
