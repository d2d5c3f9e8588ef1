"""Keyboard only: every part of the window reached by F6, the ring that shows where, and focus mode there and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import pause, running, wait_until
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QPushButton, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from interact_app.window.regions import tab_stops

if TYPE_CHECKING:
    from interact_app.application import Application

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def app(studio: "Application") -> Iterator["Application"]:
    studio.window.reset_layout()
    pause(20)
    studio.viewport.canvas.setFocus()
    yield studio
    studio.window.set_focus_mode(False)
    studio.window.reset_layout()


def press(app: "Application", qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifiers)


def region(app: "Application") -> str:
    focus = QApplication.focusWidget()
    if focus is not None and app.viewport.isAncestorOf(focus):
        return "viewport"
    bars = app.window.findChildren(QToolBar)
    if any(bar.isAncestorOf(focus) for bar in bars if focus is not None):
        return "toolbar"
    return next((name for name, dock in app.window.docks.items() if focus is not None and dock.isAncestorOf(focus)), "")


def test_f6_reaches_every_part_and_shift_f6_goes_back(app: "Application", qtbot: QtBot) -> None:
    assert region(app) == "viewport"
    seen = []
    for _ in app.window.regions.all():
        press(app, qtbot, Key.Key_F6)
        seen.append(region(app))
    shown = {name for name, dock in app.window.docks.items() if not dock.isHidden()}
    assert sorted(seen) == sorted(shown | {"viewport", "toolbar"}), "every part once"
    assert {"library", "inspector", "display", "caption", "timeline"} <= set(seen), "also behind a tab"
    assert seen[-1] == "viewport" and seen.index("timeline") < seen.index("library"), "below, then round"
    back = []
    for _ in seen:
        press(app, qtbot, Key.Key_F6, SHIFT)
        back.append(region(app))
    assert back == [*reversed(seen[:-1]), "viewport"]


def test_f6_leaves_a_text_field_and_comes_back_to_where_it_was(app: "Application", qtbot: QtBot) -> None:
    edit = app.window.docks["caption"].findChild(QPlainTextEdit)
    assert isinstance(edit, QPlainTextEdit)
    edit.setFocus()
    press(app, qtbot, Key.Key_F6)
    assert region(app) != "caption"
    press(app, qtbot, Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is edit


@pytest.mark.parametrize("part", ["toolbar", "viewport", "library", "inspector", "display", "timeline", "jobs"])
def test_tab_goes_round_every_control_of_a_part_and_stays_in_it(app: "Application", qtbot: QtBot, part: str) -> None:
    app.window.show_panel("jobs")
    pause(20)
    for _ in app.window.regions.all():
        if region(app) == part:
            break
        press(app, qtbot, Key.Key_F6)
    assert region(app) == part
    root = next(one for one in app.window.regions.all() if one.isAncestorOf(QApplication.focusWidget()))
    wanted = {
        w for w in root.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
    }
    groups = {w: w.group() for w in wanted if isinstance(w, QAbstractButton) and w.group() is not None}
    by_arrows = {w for w, group in groups.items() if group.exclusive() and group.checkedButton() not in (None, w)}
    wanted = {w for w in wanted if w.focusProxy() is None} - by_arrows
    first, seen = QApplication.focusWidget(), []
    for _ in wanted:
        seen.append(QApplication.focusWidget())
        press(app, qtbot, Key.Key_Tab)
    assert set(seen) == wanted and QApplication.focusWidget() is first
    press(app, qtbot, Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is seen[-1]


def test_tab_reads_line_by_line(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    places = {"d": (10, 60), "b": (60, 12), "a": (10, 10), "c": (120, 8), "e": (70, 63)}
    for name, (x, y) in places.items():
        button = QPushButton(name, root)
        button.setGeometry(x, y, 40, 24)
    root.show()
    assert "".join(stop.text() for stop in tab_stops(root) if isinstance(stop, QPushButton)) == "abcde"


def test_a_ring_shows_where_the_keyboard_is_and_a_click_takes_it_away(app: "Application", qtbot: QtBot) -> None:
    ring = app.focus_ring
    qtbot.mouseClick(app.viewport.canvas, Qt.MouseButton.LeftButton)  # whoever had the keyboard before
    assert ring.marked is None
    while region(app) != "library":
        press(app, qtbot, Key.Key_F6)
    while region(app) != "viewport":
        press(app, qtbot, Key.Key_F6)
    canvas = app.viewport.canvas
    assert ring.marked is canvas
    place = QRect(ring.mapTo(app.window, ring.rect().topLeft()), ring.size())
    expected = QRect(canvas.mapTo(app.window, canvas.rect().topLeft()), canvas.size())
    assert place.adjusted(-2, -2, 2, 2).contains(expected) and expected.adjusted(-2, -2, 2, 2).contains(place)
    accent = app.window.palette().highlight().color()
    shot = app.window.grab(QRect(expected.left(), expected.center().y(), 3, 3)).toImage()
    assert any(shot.pixelColor(x, 1).rgb() == accent.rgb() for x in range(3)), "it is really drawn"
    for name in ("library", "queue"):
        app.window.docks[name].hide()
    pause(20)
    assert ring.mapTo(app.window, ring.rect().topLeft()).x() <= 1, "it follows"
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton)
    assert ring.marked is None


def test_focus_mode_there_and_back_is_exact(app: "Application", qtbot: QtBot) -> None:
    window = app.window
    window.show_panel("jobs")
    window.show_panel("display")
    window.docks["library"].setFloating(True)
    window.docks["library"].move(50, 60)
    window.resizeDocks([window.docks["timeline"]], [260], Qt.Orientation.Vertical)
    pause(50)

    def layout() -> dict[str, tuple[bool, bool, QRect]]:
        return {name: (dock.isHidden(), dock.isFloating(), dock.geometry()) for name, dock in window.docks.items()}

    before, front = layout(), window.docks["display"].visibleRegion().isEmpty()
    press(app, qtbot, Key.Key_F10)
    pause(50)
    assert window.in_focus_mode and app.actions.qaction("view.focus_mode").isChecked()
    assert {name for name, dock in window.docks.items() if not dock.isHidden()} == {"caption", "timeline"}
    assert all(bar.isHidden() for bar in window.findChildren(QToolBar))
    press(app, qtbot, Key.Key_F10)
    pause(50)
    assert not window.in_focus_mode
    assert layout() == before
    assert window.docks["display"].visibleRegion().isEmpty() == front
    assert not any(bar.isHidden() for bar in window.findChildren(QToolBar))


def test_focus_mode_also_from_the_caption_and_the_layout_of_before_is_remembered(
    qapp: QApplication, small_data: Path, qtbot: QtBot
) -> None:
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        edit = app.window.docks["caption"].findChild(QPlainTextEdit)
        assert isinstance(edit, QPlainTextEdit)
        app.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is app.window, timeout=5000)
        edit.setFocus()
        qtbot.keyClick(edit, Key.Key_F, Qt.KeyboardModifier.ControlModifier | SHIFT)
        assert app.window.in_focus_mode and app.window.docks["library"].isHidden()
    with running(small_data) as app:
        assert not app.window.in_focus_mode
        assert not app.window.docks["library"].isHidden() and not app.window.docks["inspector"].isHidden()
        assert not any(bar.isHidden() for bar in app.window.findChildren(QToolBar))
