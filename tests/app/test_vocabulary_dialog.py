"""The vocabulary dialog: nothing holds until OK, what is renamed is renamed in the open clip."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from annotation_stage import Desk, Key, make_desk
from conftest import pause
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from interact_app.dialogs.vocabulary import VocabularyDialog
from interact_core.annotation.vocabulary import default_vocabulary
from interact_core.annotation.vocabulary_file import load_vocabulary, vocabulary_path


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from make_desk(tmp_path)


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk) -> VocabularyDialog:
    dialog = VocabularyDialog(desk.stage.session, "action", desk.window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=5000)
    return dialog


def labels(dialog: VocabularyDialog) -> list[str]:
    return [dialog.labels.item(row).text() for row in range(dialog.labels.count())]


def rename(dialog: VocabularyDialog, label: str, new: str) -> None:
    """With real keys in the list."""
    item = dialog.labels.findItems(label, Qt.MatchFlag.MatchExactly)[0]
    dialog.labels.setCurrentItem(item)
    dialog.labels.setFocus()
    QTest.keyClick(dialog.labels, Key.Key_F2)
    (editor,) = [one for one in dialog.labels.findChildren(QLineEdit) if one.isVisible()]
    editor.selectAll()
    QTest.keyClicks(editor, new)
    QTest.keyClick(editor, Key.Key_Return)
    pause(20)  # Qt takes the editor's text with the next turn of the event loop


def press(dialog: VocabularyDialog, name: str) -> None:
    found = [b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == name]
    assert len(found) == 1, name
    found[0].click()


def test_it_opens_on_the_tier_and_cancel_changes_nothing(dialog: VocabularyDialog) -> None:
    assert dialog.tier.id == "action" and labels(dialog) == list(default_vocabulary().labels_of("action"))
    rename(dialog, "Lift", "Raise")
    dialog.reject()
    assert not vocabulary_path().exists()


def test_a_renaming_goes_to_the_open_clip_in_one_step(dialog: VocabularyDialog, desk: Desk) -> None:
    one, two = desk.add(0, 10, label="Lift"), desk.add(10, 20, label="Carry")
    rename(dialog, "Lift", "Hoist")
    rename(dialog, "Carry", "Lift")
    rename(dialog, "Hoist", "Raise")
    dialog.accept()
    assert load_vocabulary().labels_of("action")[2] == "Lift" and "Raise" in load_vocabulary().labels_of("action")
    assert [desk.segment(uid).label for uid in (one, two)] == ["Raise", "Lift"], "by what they were called before"
    desk.stage.session.undo()
    assert [desk.segment(uid).label for uid in (one, two)] == ["Lift", "Carry"]


def test_labels_are_added_ordered_and_removed(dialog: VocabularyDialog, desk: Desk) -> None:
    uid = desk.add(0, 10, label="Rotate")
    dialog.new_label.setFocus()
    QTest.keyClicks(dialog.new_label, "Wipe")
    QTest.keyClick(dialog.new_label, Key.Key_Return)
    assert dialog.isVisible() and labels(dialog)[-1] == "Wipe" and dialog.labels.currentItem().text() == "Wipe"
    press(dialog, "Move the label up")
    assert labels(dialog)[-2] == "Wipe"
    dialog.labels.setCurrentRow(0)
    press(dialog, "Remove the label")
    assert labels(dialog)[0] == "Move"
    dialog.accept()
    assert load_vocabulary().labels_of("action")[0] == "Move"
    assert desk.segment(uid).label == "Rotate", "what is written stays; a finding names it"


def test_what_cannot_be_is_said_and_not_taken(dialog: VocabularyDialog) -> None:
    rename(dialog, "Lift", "carry")
    assert "Carry" in dialog.problem.text() and "Lift" in labels(dialog)
    QTest.keyClicks(dialog.new_label, "a#b")
    QTest.keyClick(dialog.new_label, Key.Key_Return)
    assert "#" in dialog.problem.text()
    press(dialog, "Remove the tier")
    assert "form" in dialog.problem.text() and dialog.tiers.count() == 5


def test_a_tier_of_ones_own(dialog: VocabularyDialog, desk: Desk) -> None:
    press(dialog, "Add a tier")
    assert dialog.title.hasFocus()
    QTest.keyClicks(dialog.title, "Mood")
    QTest.keyClick(dialog.title, Key.Key_Return)
    assert dialog.isVisible() and dialog.tier.title == "Mood"
    dialog.color.activated.emit(6)
    press(dialog, "Move the tier up")
    dialog.accept()
    made = load_vocabulary().tiers[4]
    assert (made.title, made.color_index, made.labels) == ("Mood", 6, ())
    assert made in desk.stage.session.advice.vocabulary.tiers


def test_every_list_and_field_has_a_name(dialog: VocabularyDialog) -> None:
    for kind in (QListWidget, QLineEdit):
        assert all(widget.accessibleName() for widget in dialog.findChildren(kind))
