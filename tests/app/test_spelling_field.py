"""Spelling in a text field: real typing, the wave, the menu by mouse and by keyboard."""

from collections.abc import Iterator

import pytest
from conftest import wait_until
from panel_stage import Stage, make_stage
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from interact_app.widgets.spelling import SpellingDesk, SpellingHighlighter, attach_spelling

Key = Qt.Key


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    yield from make_stage()


@pytest.fixture
def edit(qtbot: QtBot, stage: Stage) -> QPlainTextEdit:
    field = QPlainTextEdit()
    qtbot.addWidget(field)
    field.resize(500, 120)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is field, timeout=5000)
    field.setFocus()
    return field


@pytest.fixture
def marks(edit: QPlainTextEdit, stage: Stage) -> SpellingHighlighter:
    highlighter = attach_spelling(edit, stage.session)
    assert not desk_of(stage).spelling.ready, "nothing is read before there is a clip"
    stage.open()
    wait_until(lambda: desk_of(stage).spelling.ready)
    return highlighter


def desk_of(stage: Stage) -> SpellingDesk:
    found = stage.session.findChild(SpellingDesk)
    assert isinstance(found, SpellingDesk)
    return found


def test_waves_come_when_a_word_is_finished_and_go_when_it_is_mended(
    qtbot: QtBot, edit: QPlainTextEdit, marks: SpellingHighlighter
) -> None:
    qtbot.keyClicks(edit, "The pesron")
    assert marks.misspellings() == [], "the word may not be finished"
    qtbot.keyClicks(edit, " lifts")
    assert marks.misspellings() == ["pesron"]
    for _ in " lifts":
        qtbot.keyClick(edit, Key.Key_Left)
    for _ in "ron":
        qtbot.keyClick(edit, Key.Key_Backspace)
    qtbot.keyClicks(edit, "rson")
    qtbot.keyClick(edit, Key.Key_End)
    assert edit.toPlainText() == "The pesrson lifts" and marks.misspellings() == ["pesrson"]
    edit.find("pesrson", QTextDocument.FindFlag.FindBackward)
    qtbot.keyClicks(edit, "person")
    assert edit.toPlainText() == "The person lifts" and marks.misspellings() == []
    qtbot.keyClick(edit, Key.Key_End)
    qtbot.keyClicks(edit, " hgih")
    assert marks.misspellings() == []
    edit.clearFocus()
    assert marks.misspellings() == ["hgih"], "who goes away has finished"


def test_loaded_text_is_marked_whole_and_emojis_shift_nothing(edit: QPlainTextEdit, marks: SpellingHighlighter) -> None:
    edit.setPlainText("🙂 the chiar\nand a 🙂🙂 tabel")
    assert marks.misspellings() == ["chiar", "tabel"]
    ranges = edit.document().firstBlock().layout().formats()
    assert [(one.start, one.length) for one in ranges] == [(7, 5)], "in UTF-16, as Qt counts"


def test_marking_is_not_an_edit(edit: QPlainTextEdit, marks: SpellingHighlighter, stage: Stage) -> None:
    edit.setPlainText("the chiar")
    texts: list[str] = []
    edit.textChanged.connect(lambda: texts.append(edit.toPlainText()))
    before = edit.document().isModified(), edit.document().isUndoAvailable()
    desk_of(stage).changed.emit()
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    assert texts == [] and (edit.document().isModified(), edit.document().isUndoAvailable()) == before


def test_the_menu_mends_a_word_in_one_step_of_undo(qtbot: QtBot, edit: QPlainTextEdit, marks: SpellingHighlighter) -> None:
    edit.setPlainText("the chiar stays")
    cursor = QTextCursor(edit.document())
    cursor.setPosition(6)
    place = edit.cursorRect(cursor).center()

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu) and menu.actions()[0].text() == "chair"
        qtbot.keyClick(menu, Key.Key_Down)
        qtbot.keyClick(menu, Key.Key_Return)

    QTimer.singleShot(50, choose)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, edit.viewport().mapToGlobal(place))
    QApplication.sendEvent(edit.viewport(), event)
    assert edit.toPlainText() == "the chair stays" and marks.misspellings() == []
    edit.undo()
    assert edit.toPlainText() == "the chiar stays"


def test_the_menu_key_is_about_the_word_at_the_cursor(
    qtbot: QtBot, edit: QPlainTextEdit, marks: SpellingHighlighter, stage: Stage
) -> None:
    edit.setPlainText("the grundelfit stays")
    edit.moveCursor(QTextCursor.MoveOperation.WordRight)
    seen: list[str] = []

    def add() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        seen.extend(action.text() for action in menu.actions())
        next(action for action in menu.actions() if action.text().startswith("Add")).trigger()
        menu.close()

    QTimer.singleShot(50, add)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, edit.cursorRect().center(), edit.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(edit, event)
    assert "Add “grundelfit” to the dictionary" in seen and "Check spelling" in seen
    assert marks.misspellings() == []
    assert "grundelfit" in desk_of(stage).spelling.path.read_text()


def test_off_is_off_in_every_field_and_stored(
    qtbot: QtBot, edit: QPlainTextEdit, marks: SpellingHighlighter, stage: Stage
) -> None:
    other = QPlainTextEdit()
    qtbot.addWidget(other)
    second = attach_spelling(other, stage.session)
    assert len(stage.session.findChildren(SpellingDesk)) == 1
    for field in (edit, other):
        field.setPlainText("a tabel")
    assert marks.misspellings() == second.misspellings() == ["tabel"]
    desk_of(stage).turn(False)
    assert edit.document().firstBlock().layout().formats() == other.document().firstBlock().layout().formats() == []
    assert not stage.session.settings.annotation.spelling
    menu = marks.menu(edit.textCursor(), QPoint(0, 0))
    switch = menu.actions()[-1]
    assert switch.text() == "Check spelling" and not switch.isChecked()
    switch.trigger()
    assert marks.misspellings() == second.misspellings() == ["tabel"]
    menu.deleteLater()


def test_a_field_that_goes_leaves_nothing_behind(qtbot: QtBot, stage: Stage) -> None:
    field = QPlainTextEdit()
    attach_spelling(field, stage.session)
    stage.open()
    wait_until(lambda: desk_of(stage).spelling.ready)
    field.setPlainText("a tabel")
    field.deleteLater()
    qtbot.wait(10)
    desk_of(stage).changed.emit()
