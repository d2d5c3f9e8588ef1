"""Changing keys: real keys in the editor, in force at once everywhere, stored sparsely, and nothing a file holds does harm."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import running, wait_until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit
from pytestqt.qtbot import QtBot

from interact_app.actions import Action, ActionRegistry
from interact_app.actions.keymap import all_defaults, assignment
from interact_app.actions.keys import is_typing, key_problem
from interact_app.actions.registry import keys_text
from interact_app.actions.typing_guard import TypingGuard
from interact_app.dialogs.palette import CommandPalette
from interact_app.dialogs.shortcuts import ShortcutsDialog
from interact_app.window.menus import Menus
from interact_core.settings import SettingsStore, read_settings

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Desk:
    """A window with three actions, their menus and the dialog; what ran is in `ran`."""

    def __init__(self, qtbot: QtBot) -> None:
        self.ran: list[str] = []
        self.store = SettingsStore()
        self.actions = ActionRegistry()
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.menus = Menus(self.window, self.actions)
        self.actions.add(Action("go.on", "Go on", self.note("on"), ("Right", "."), "Go"))
        self.actions.add(Action("go.back", "Go back", self.note("back"), ("Left", ","), "Go"))
        self.actions.add(Action("go.safe", "Play while typing", self.note("safe"), ("Ctrl+Space",), "Go", text_field_safe=True))
        self.actions.add(Action("go.far", "Go far", self.note("far"), (), "Go"))
        self.store.changed.connect(lambda _key: [self.actions.set_overrides(self.store.current.shortcuts), None][1])
        self.dialog = ShortcutsDialog(self.actions, self.store, self.window)
        self.window.show()

    def note(self, name: str) -> Callable[[], None]:
        return lambda: self.ran.append(name)

    def keys(self, action_id: str) -> str:
        return keys_text(self.actions.record(action_id))

    def record(
        self, qtbot: QtBot, action_id: str, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.dialog.choose(action_id)
        recorder = self.dialog.editor.recorder
        recorder.setFocus()
        qtbot.keyClick(recorder, key, modifiers)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(qtbot)
    made.dialog.show()
    made.dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.dialog, timeout=5000)
    return made


def test_a_pressed_key_is_in_force_at_once_in_menu_palette_help_and_window(desk: Desk, qtbot: QtBot) -> None:
    desk.record(qtbot, "go.far", Key.Key_G, CTRL)
    assert desk.keys("go.far") == "Ctrl+G"
    menu = {action.text(): action.shortcut().toString() for action in desk.menus.menu("Go").actions()}
    assert menu["Go far"] == "Ctrl+G"
    palette = CommandPalette(desk.actions)
    qtbot.addWidget(palette)
    qtbot.keyClicks(palette.search, "far")
    assert palette.list.item(0).data(Qt.ItemDataRole.UserRole + 1) == ("Go", "Ctrl+G")
    assert "Ctrl+G" in desk.actions.qaction("go.far").toolTip()
    desk.dialog.search.setText("ctrl+g")
    assert desk.dialog.visible_titles == ["Go far"]
    desk.dialog.close()
    desk.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.window, timeout=5000)
    qtbot.keyClick(desk.window, Key.Key_G, CTRL)
    assert desk.ran == ["far"]


def test_a_taken_key_names_its_owner_and_is_taken_only_when_told(desk: Desk, qtbot: QtBot) -> None:
    question = desk.dialog.editor.question
    desk.record(qtbot, "go.far", Key.Key_Left)
    assert question.isVisible() and "“Go back”" in question.text.text() and desk.keys("go.far") == ""
    qtbot.keyClick(question.yes, Key.Key_Tab)
    qtbot.keyClick(question.no, Key.Key_Space)
    assert not question.isVisible() and desk.keys("go.back") == "Left, ,"
    desk.record(qtbot, "go.far", Key.Key_Left)
    assert QApplication.focusWidget() is question.yes, "the keyboard goes on to the answer"
    qtbot.keyClick(question.yes, Key.Key_Space)
    assert (desk.keys("go.far"), desk.keys("go.back")) == ("Left", ",")
    assert desk.actions.for_keys(QKeySequence("Left")).id == "go.far"  # type: ignore[union-attr]


def test_one_and_all_go_back_to_default(desk: Desk, qtbot: QtBot) -> None:
    editor = desk.dialog.editor
    desk.record(qtbot, "go.on", Key.Key_F, CTRL)
    assert desk.keys("go.on") == "Ctrl+F"
    editor.also.setChecked(True)
    desk.record(qtbot, "go.on", Key.Key_H, CTRL)
    assert desk.keys("go.on") == "Ctrl+F, Ctrl+H"
    desk.dialog.choose("go.back")
    qtbot.mouseClick(editor.clear, Qt.MouseButton.LeftButton)
    assert desk.keys("go.back") == "" and not editor.clear.isEnabled()
    desk.dialog.only_changed.setChecked(True)
    assert desk.dialog.visible_titles == ["Go on", "Go back"]
    desk.dialog.choose("go.on")
    qtbot.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
    assert desk.keys("go.on") == "Right, ." and not editor.reset.isEnabled()
    qtbot.mouseClick(desk.dialog.reset_all, Qt.MouseButton.LeftButton)
    assert desk.keys("go.back") == "", "asked first"
    qtbot.mouseClick(editor.question.yes, Qt.MouseButton.LeftButton)
    assert desk.keys("go.back") == "Left, ," and not desk.dialog.reset_all.isEnabled()
    assert desk.store.current.shortcuts == {}


def test_default_that_somebody_took_is_asked_back(desk: Desk, qtbot: QtBot) -> None:
    desk.record(qtbot, "go.far", Key.Key_Left)
    qtbot.mouseClick(desk.dialog.editor.question.yes, Qt.MouseButton.LeftButton)
    desk.dialog.choose("go.back")
    qtbot.mouseClick(desk.dialog.editor.reset, Qt.MouseButton.LeftButton)
    assert "“Go far”" in desk.dialog.editor.question.text.text()
    qtbot.mouseClick(desk.dialog.editor.question.yes, Qt.MouseButton.LeftButton)
    assert (desk.keys("go.far"), desk.keys("go.back")) == ("", "Left, ,")


def test_a_letter_is_warned_of_only_where_it_would_be_eaten_while_typing(desk: Desk, qtbot: QtBot) -> None:
    question = desk.dialog.editor.question
    desk.record(qtbot, "go.far", Key.Key_G)
    assert desk.keys("go.far") == "G" and not question.isVisible()
    desk.record(qtbot, "go.safe", Key.Key_M)
    assert question.isVisible() and "M" in question.text.text() and desk.keys("go.safe") == "Ctrl+Space"
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    assert desk.keys("go.safe") == "M"


def test_tab_and_escape_lead_out_of_the_recorder(desk: Desk, qtbot: QtBot) -> None:
    desk.dialog.choose("go.far")
    recorder = desk.dialog.editor.recorder
    recorder.setFocus()
    assert QApplication.focusWidget() is recorder
    qtbot.keyClick(recorder, Key.Key_Tab)
    assert QApplication.focusWidget() is not recorder and desk.keys("go.far") == ""
    recorder.setFocus()
    qtbot.keyClick(recorder, Key.Key_Escape)
    assert not desk.dialog.isVisible() and desk.keys("go.far") == ""


def test_the_typing_guard_knows_the_new_keys(desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    guard = TypingGuard(qapp, desk.actions)
    field = QPlainTextEdit(desk.window)

    def decides(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> tuple[bool, bool]:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        return guard.eventFilter(field, event), event.isAccepted()

    assert decides(Key.Key_G, CTRL) == (False, False), "nobody's key"
    desk.record(qtbot, "go.far", Key.Key_G, CTRL)
    assert decides(Key.Key_G, CTRL) == (True, True), "the text's, while somebody types"
    desk.record(qtbot, "go.safe", Key.Key_J, CTRL)
    assert decides(Key.Key_J, CTRL) == (True, False), "the action's, also while somebody types"
    assert decides(Key.Key_Space, CTRL) == (False, False), "given up"
    guard.remove()


def test_what_is_stored_is_sparse_readable_and_keeps_strangers(desk: Desk, qtbot: QtBot) -> None:
    desk.store.path.parent.mkdir(parents=True, exist_ok=True)
    desk.store.path.write_text('# mine\n[shortcuts]\n"later.version" = "F9"\n')
    desk.store = SettingsStore(desk.store.path)
    desk.store.change_shortcuts({"go.far": ("Ctrl+G",), "go.back": (), "go.on": ("Right", "B")})
    text = desk.store.path.read_text()
    assert "# mine" in text and '"later.version" = "F9"' in text
    assert '"go.far" = "Ctrl+G"' in text and '"go.back" = []' in text and '"go.on" = ["Right", "B"]' in text
    loaded = read_settings(desk.store.path)
    assert loaded.problems == () and loaded.settings.shortcuts == desk.store.current.shortcuts
    desk.store.change_shortcuts({"go.far": None, "go.back": None, "go.on": None})
    assert read_settings(desk.store.path).settings.shortcuts == {"later.version": ("F9",)}


def test_a_hand_written_file_may_leave_the_quotes_away(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[shortcuts]\ngo.far = "Ctrl+G"\ngo.back = ["B", "Left"]\n')
    store = SettingsStore(path)
    assert store.problems == () and store.current.shortcuts == {"go.far": ("Ctrl+G",), "go.back": ("B", "Left")}
    store.change_shortcuts({"go.far": ("Ctrl+H",)})
    assert read_settings(path).settings.shortcuts == {"go.far": ("Ctrl+H",), "go.back": ("B", "Left")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[shortcuts]\n"go.far" = 7\n', "neither a key"),
        ('[shortcuts]\n"go.far" = ["G", 7]\n', "neither a key"),
        ("shortcuts = 3\n", "unknown setting 'shortcuts'"),
        ('[shortcuts]\n"go.far" = "Ctrl+Nonsense"\n', "is not a key"),
        ('[shortcuts]\n"go.far" = "Ctrl+K, Ctrl+S"\n', "one at a time"),
        ('[shortcuts]\n"go.far" = "Tab"\n', "stays as it is"),
        ('[shortcuts]\n"go.far" = "G"\n"go.safe" = "g"\n', "cannot be both “Go far” and “Play while typing”"),
        ("[shortcuts\n", "not valid TOML"),
    ],
)
def test_bad_content_is_said_and_never_stops_anything(desk: Desk, content: str, said: str) -> None:
    path = desk.store.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    loaded = read_settings(path)
    problems = [*loaded.problems, *desk.actions.set_overrides(loaded.settings.shortcuts)]
    assert len(problems) == 1 and said in problems[0]
    assert desk.keys("go.on") == "Right, ."


def test_the_users_keys_win_over_the_programs_also_for_actions_that_come_later(qtbot: QtBot) -> None:
    registry = ActionRegistry()
    registry.add(Action("a.one", "One", lambda: None, ("E",)))
    assert registry.set_overrides({"b.later": ("E",), "no.such": ("Q",)}) == []
    assert keys_text(registry.record("a.one")) == "E", "nobody is there yet who would take it"
    registry.add(Action("b.later", "Later", lambda: None, ("L",)))
    assert keys_text(registry.record("b.later")) == "E" and keys_text(registry.record("a.one")) == ""
    with pytest.raises(ValueError, match=r"belongs to b\.later"):
        registry.add(Action("c.wrong", "Wrong", lambda: None, ("L",)))
    assert registry.set_overrides({}) == [] and keys_text(registry.record("a.one")) == "E"


@pytest.mark.parametrize(
    ("keys", "usable", "typed"),
    [("G", True, True), ("Shift+G", True, True), ("Ctrl+G", True, False), ("F9", True, False), ("Left", True, False),
     ("Space", True, True), ("Return", True, True), ("Esc", False, False), ("", False, False), ("Ctrl", False, False)],
)  # fmt: skip
def test_which_keys_can_be_shortcuts_and_which_are_typing(keys: str, usable: bool, typed: bool) -> None:
    assert (key_problem(keys) == "") is usable
    assert is_typing(keys) is typed


KEYS = st.lists(st.sampled_from(["E", "Left", ",", "Right", ".", "Ctrl+Space", "Ctrl+G", "F9", "Shift+A"]), max_size=3)
IDS = st.sampled_from(["go.on", "go.back", "go.safe", "go.far"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(IDS, KEYS), max_size=8))
def test_whatever_is_assigned_a_key_has_one_owner_and_all_goes_back(desk: Desk, changes: list[tuple[str, list[str]]]) -> None:
    actions, store = desk.actions, desk.store
    for action_id, keys in changes:
        store.change_shortcuts(assignment(actions, action_id, tuple(keys)))
        assert actions.record(action_id).shortcuts == tuple(dict.fromkeys(keys))
        owned = [key for record in actions for key in record.shortcuts]
        assert len(owned) == len(set(owned))
        assert all(actions.for_keys(QKeySequence(key)) is record for record in actions for key in record.shortcuts)
        assert read_settings(store.path).settings.shortcuts == store.current.shortcuts
    store.change_shortcuts(all_defaults(actions, dict(store.current.shortcuts)))
    assert not any(actions.is_changed(record.id) for record in actions)


def test_in_the_real_window_a_new_key_plays_and_a_bad_file_is_said(qapp: QApplication, small_data: Path, qtbot: QtBot) -> None:
    path = SettingsStore().path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[shortcuts]\n"playback.toggle" = "B"\n"playback.stop" = "Nonsense"\n"from.tomorrow" = "F9"\n')
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        said = [app.viewport.banners.text(key) for key in app.viewport.banners.keys]
        assert [text for text in said if "'Nonsense' for playback.stop is not a key" in text]
        app.window.activateWindow()
        canvas = app.viewport.canvas
        qtbot.waitUntil(lambda: QApplication.activeWindow() is app.window, timeout=5000)
        canvas.setFocus()
        qtbot.keyClick(canvas, Key.Key_Space)
        assert not app.clock.playing
        qtbot.keyClick(canvas, Key.Key_B)
        assert app.clock.playing
        app.store.change_shortcuts({"playback.toggle": None})
        qtbot.keyClick(canvas, Key.Key_Space)
        assert not app.clock.playing
