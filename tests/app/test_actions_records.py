"""Records and the registry: one source for menus, keys, palette and help."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from interact_app.actions import Action, ActionRegistry
from interact_app.actions.registry import keys_text, tooltip
from interact_app.theme.icons import NAMES, icon
from interact_app.window.menus import Menus, make_tool_bar


def test_a_second_owner_of_an_id_or_a_key_is_refused(qtbot: QtBot) -> None:
    registry = ActionRegistry()
    registry.add(Action("a.one", "One", lambda: None, ("Ctrl+G",)))
    with pytest.raises(ValueError, match=r"a\.one"):
        registry.add(Action("a.one", "Again", lambda: None))
    with pytest.raises(ValueError, match=r"belongs to a\.one"):
        registry.add(Action("a.two", "Two", lambda: None, ("ctrl+g",)))
    assert [record.id for record in registry] == ["a.one"]
    assert "a.two" not in registry


def test_checkable_actions_hand_over_the_state_and_refresh_runs_nothing(qtbot: QtBot) -> None:
    state = {"on": False}
    calls: list[bool] = []

    def handle(on: bool) -> None:
        calls.append(on)
        state["on"] = on

    registry = ActionRegistry()
    registry.add(Action("a.check", "Check", handle, checkable=True, checked=lambda: state["on"]))
    registry.trigger("a.check")
    assert calls == [True] and registry.qaction("a.check").isChecked()
    state["on"] = False
    registry.refresh()
    assert not registry.qaction("a.check").isChecked() and calls == [True]


def test_enabled_follows_the_question(qtbot: QtBot) -> None:
    allowed: list[int] = []
    registry = ActionRegistry()
    qaction = registry.add(Action("a.maybe", "Maybe", lambda: None, enabled=lambda: bool(allowed)))
    assert not qaction.isEnabled()
    allowed.append(1)
    registry.refresh()
    assert qaction.isEnabled()


def test_keys_find_their_record(qtbot: QtBot) -> None:
    registry = ActionRegistry()
    record = Action("a.go", "Go", lambda: None, ("Right", "."), tooltip="Go on")
    registry.add(record)
    assert registry.for_keys(QKeySequence(".")) is record
    assert registry.for_keys(QKeySequence("Left")) is None
    assert keys_text(record) == "Right, ." and tooltip(record) == "Go on (Right, .)"


def test_menus_and_tool_bar_come_from_the_records_also_later_ones(qtbot: QtBot) -> None:
    registry = ActionRegistry()
    registry.add(Action("help.me", "Me", lambda: None, menu="Help"))
    registry.add(Action("file.open", "Open", lambda: None, ("Ctrl+O",), "File", icon="folder", toolbar=True))
    window = QMainWindow()
    qtbot.addWidget(window)
    menus = Menus(window, registry)
    registry.add(Action("view.deep", "Deep", lambda: None, menu="View/Camera/More"))
    registry.add(Action("odd.one", "Odd", lambda: None, menu="Odd"))
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == ["File", "View", "Odd", "Help"]
    assert [a.text() for a in menus.menu("View/Camera/More").actions()] == ["Deep"]
    assert all(registry.qaction(record.id) in window.actions() for record in registry), "else its key would not work"
    bar = make_tool_bar(window, registry)
    assert [a.text() for a in bar.actions()] == ["Open"]


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_at_every_size_in_the_text_colour(qtbot: QtBot, name: str) -> None:
    for side in (16, 64):
        image = icon(name).pixmap(side, side).toImage()
        assert image.width() >= side
        drawn = sum(image.pixelColor(x, y).alpha() > 40 for x in range(0, side, 2) for y in range(0, side, 2))
        assert drawn > side / 8
    with pytest.raises(KeyError):
        icon("no such icon")
