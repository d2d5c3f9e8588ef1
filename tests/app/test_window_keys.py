"""Who gets a key: real key events in the real window."""

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from interact_app.application import Application

Key = Qt.Key
NONE, SHIFT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def focus(qtbot: QtBot, widget: QWidget) -> None:
    widget.window().activateWindow()
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is widget.window(), timeout=5000)
    widget.setFocus(Qt.FocusReason.MouseFocusReason)
    assert QApplication.focusWidget() is widget


@pytest.fixture
def canvas(studio: "Application", qtbot: QtBot) -> QWidget:
    focus(qtbot, studio.viewport.canvas)
    return studio.viewport.canvas


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(widget, key, modifiers)


def test_the_keys_of_the_product_note(studio: "Application", qtbot: QtBot, canvas: QWidget) -> None:
    """Table in section 5 of the product note, as far as it belongs to this version; one window for all of it."""
    clock = studio.clock
    clock.set_loop("off")
    press(qtbot, canvas, Key.Key_End)
    assert clock.frame == 39
    press(qtbot, canvas, Key.Key_Home)
    assert clock.frame == 0
    for key, expected in ((Key.Key_Right, 1), (Key.Key_Period, 2), (Key.Key_Left, 1), (Key.Key_Comma, 0)):
        press(qtbot, canvas, key)
        assert clock.frame == expected
    press(qtbot, canvas, Key.Key_Right, ALT)
    assert clock.frame == 3
    press(qtbot, canvas, Key.Key_Right, SHIFT)
    assert clock.frame == 33
    press(qtbot, canvas, Key.Key_Left, SHIFT)
    press(qtbot, canvas, Key.Key_Left, ALT)
    assert clock.frame == 0
    for key, speed in ((Key.Key_1, 0.25), (Key.Key_6, 4.0), (Key.Key_3, 1.0)):
        press(qtbot, canvas, key)
        assert clock.speed == speed
    press(qtbot, canvas, Key.Key_Space)
    assert clock.playing
    press(qtbot, canvas, Key.Key_K)
    assert not clock.playing
    clock.set_frame(20)
    press(qtbot, canvas, Key.Key_J)
    assert clock.playing and clock.direction == -1
    press(qtbot, canvas, Key.Key_L)
    press(qtbot, canvas, Key.Key_L)
    assert clock.direction == 1 and clock.speed == 2.0
    press(qtbot, canvas, Key.Key_L, SHIFT)
    assert clock.speed == 0.5
    press(qtbot, canvas, Key.Key_K)
    press(qtbot, canvas, Key.Key_L, CTRL)
    assert clock.loop == "clip"


def test_camera_field_and_clip_keys(studio: "Application", qtbot: QtBot, canvas: QWidget) -> None:
    session, scene = studio.session, studio.viewport.scene
    assert scene is not None
    press(qtbot, canvas, Key.Key_X)
    assert session.display.field == "contact"
    press(qtbot, canvas, Key.Key_T)
    assert session.display.follow == "body" and scene.viewing.followed == "body"
    press(qtbot, canvas, Key.Key_T)
    press(qtbot, canvas, Key.Key_T)
    assert session.display.follow == "off"
    press(qtbot, canvas, Key.Key_1, CTRL)
    stored = scene.bookmark()
    press(qtbot, canvas, Key.Key_F)
    assert scene.bookmark() != stored
    press(qtbot, canvas, Key.Key_1, CTRL)
    assert scene.bookmark() == stored
    press(qtbot, canvas, Key.Key_R)
    assert scene.bookmark()["yaw"] == pytest.approx(stored["yaw"])
    first = session.clip_id
    press(qtbot, canvas, Key.Key_N)
    assert session.clip_id != first
    qtbot.waitUntil(lambda: session.inspection is not None, timeout=60_000)
    press(qtbot, canvas, Key.Key_N, SHIFT)
    assert session.clip_id == first


def test_artifact_keys_go_to_the_peaks(studio: "Application", qtbot: QtBot, canvas: QWidget) -> None:
    inspection = studio.session.inspection
    assert inspection is not None and inspection.artifacts
    peaks = sorted({a.peak_frame for a in inspection.artifacts if a.peak_frame > 0})
    press(qtbot, canvas, Key.Key_E)
    assert studio.clock.frame == peaks[0]
    press(qtbot, canvas, Key.Key_End)
    press(qtbot, canvas, Key.Key_E, SHIFT)
    assert studio.clock.frame == max(p for p in peaks if p < 39)


TYPED = "jkl nexth1.,? PFRTWIO"


@pytest.mark.parametrize("kind", [QPlainTextEdit, QLineEdit])
def test_a_text_field_keeps_every_single_key(studio: "Application", qtbot: QtBot, kind: type[QWidget]) -> None:
    field = kind(studio.window)
    field.setGeometry(300, 300, 300, 80)
    field.show()
    focus(qtbot, field)
    before = (studio.clock.frame, studio.clock.playing, studio.clock.speed, studio.session.clip_id, studio.session.display)
    qtbot.keyClicks(field, TYPED)
    for key in (Key.Key_Home, Key.Key_Right, Key.Key_Left, Key.Key_End):
        press(qtbot, field, key)
    after = (studio.clock.frame, studio.clock.playing, studio.clock.speed, studio.session.clip_id, studio.session.display)
    text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()  # type: ignore[attr-defined]
    assert text == TYPED
    assert after == before
    press(qtbot, field, Key.Key_Z, CTRL)
    assert (field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()) != TYPED, "Ctrl+Z is the text's"  # type: ignore[attr-defined]
    press(qtbot, field, Key.Key_Space, CTRL)
    assert studio.clock.playing, "playback stays in reach while typing"
    press(qtbot, field, Key.Key_Space, CTRL)
    assert not studio.clock.playing
    field.deleteLater()


def test_a_spin_box_keeps_digits_and_arrows(studio: "Application", qtbot: QtBot) -> None:
    box = QSpinBox(studio.window)
    box.setRange(0, 999)
    box.setGeometry(300, 300, 120, 40)
    box.show()
    focus(qtbot, box)
    box.selectAll()
    qtbot.keyClicks(box, "123")
    press(qtbot, box, Key.Key_Home)
    assert box.value() == 123
    assert studio.clock.speed == 1.0 and studio.clock.frame == 0
    box.deleteLater()


def test_a_clicked_button_leaves_space_to_playback(studio: "Application", qtbot: QtBot) -> None:
    """After a click on a button Space must play, not click again; after Tab the button is what the keyboard operates."""
    from PySide6.QtWidgets import QPushButton

    clicks: list[int] = []
    button = QPushButton("Press", studio.window)
    button.clicked.connect(lambda: clicks.append(1))
    button.setGeometry(300, 300, 120, 40)
    button.show()
    focus(qtbot, button)
    press(qtbot, button, Key.Key_Space)
    assert studio.clock.playing and not clicks
    studio.clock.pause()
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, button, Key.Key_Space)
    assert clicks and not studio.clock.playing
    button.deleteLater()


def test_no_two_actions_share_a_key(studio: "Application") -> None:
    seen: dict[str, str] = {}
    for record in studio.actions:
        for sequence in studio.actions.qaction(record.id).shortcuts():
            key = sequence.toString()
            assert key, f"{record.id} has a key that Qt cannot read"
            assert seen.setdefault(key, record.id) == record.id, f"{key}: {seen[key]} and {record.id}"
