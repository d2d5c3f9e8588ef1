"""The 3D view: what it draws, when it draws, what the mouse does. Real mouse and wheel events."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import pause, wait_until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.viewport.banners import BannerStack, BannerText
from interact_app.viewport.hover import format_value
from interact_app.viewport.quality import QualityLadder

if TYPE_CHECKING:
    from interact_app.application import Application

DEEP = 20
"""The frame in which the box is deepest in the chest."""


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def settled_picture(studio: "Application") -> np.ndarray:
    wait_until(lambda: not studio.viewport.quality.is_moving)
    pause(60)
    return pixels(studio.viewport.image())


def test_a_frame_is_one_picture_and_standing_is_none(studio: "Application") -> None:
    settled_picture(studio)
    pictures: list[int] = []
    show = studio.viewport.canvas.show_image
    studio.viewport.canvas.show_image = lambda image: (pictures.append(1), show(image))  # type: ignore[method-assign, assignment]
    try:
        for frame in (5, 6, 7):
            studio.clock.set_frame(frame)
        assert len(pictures) == 3, "drawn inside the signal, once each"
        settled_picture(studio)
        after = len(pictures)
        assert after <= 5, "and once more in full quality"
        pause(300)
        assert len(pictures) == after
    finally:
        studio.viewport.canvas.show_image = show  # type: ignore[method-assign]


def test_the_picture_follows_the_frame_and_the_field(studio: "Application") -> None:
    studio.session.set_display(field="none")
    start = settled_picture(studio)
    studio.clock.set_frame(DEEP)
    plain = settled_picture(studio)
    assert (np.abs(plain - start).max(axis=2) > 30).mean() > 0.005, "the box has moved"
    studio.session.set_display(field="contact")
    coloured = settled_picture(studio)
    assert (np.abs(coloured - plain).max(axis=2) > 30).mean() > 0.001, "the heatmap shows"
    studio.session.set_display(hide_body=True)
    hidden = settled_picture(studio)
    assert (np.abs(hidden - coloured).max(axis=2) > 30).mean() > 0.02, "the body is gone"


def test_the_picture_has_the_device_size_when_it_rests(studio: "Application") -> None:
    settled_picture(studio)
    assert studio.viewport.image().size() == studio.viewport.canvas.pixel_size


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton])
def test_dragging_moves_the_camera(studio: "Application", qtbot: QtBot, button: Qt.MouseButton) -> None:
    canvas, scene = studio.viewport.canvas, studio.viewport.scene
    assert scene is not None
    before = scene.bookmark()
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, button, pos=middle)
    for step in (10, 30, 60):
        QApplication.sendEvent(canvas, _move(canvas, middle + QPoint(step, step // 2), button))
    assert studio.viewport.quality.is_moving
    qtbot.mouseRelease(canvas, button, pos=middle + QPoint(60, 30))
    after = scene.bookmark()
    changed = {key for key in before if before[key] != after[key]}
    expected = {
        Qt.MouseButton.LeftButton: {"yaw", "pitch"},
        Qt.MouseButton.MiddleButton: {"target"},
        Qt.MouseButton.RightButton: {"distance"},
    }
    assert changed == expected[button]
    studio.viewport.cameras.reset_camera()


def test_the_wheel_comes_nearer(studio: "Application") -> None:
    canvas, scene = studio.viewport.canvas, studio.viewport.scene
    assert scene is not None
    before = scene.camera.view.distance
    at = QPointF(canvas.rect().center())
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, wheel)
    assert scene.camera.view.distance < before
    studio.viewport.cameras.reset_camera()


def test_hovering_says_the_value(studio: "Application", qtbot: QtBot) -> None:
    studio.clock.set_frame(0)
    studio.session.set_display(field="distance")
    settled_picture(studio)
    canvas = studio.viewport.canvas
    shown = pixels(canvas.image)
    empty = pixels(canvas.image)[:, :1]
    body = np.argwhere(np.abs(shown - empty).max(axis=2) > 60)
    row, column = body[len(body) // 2]
    ratio = canvas.devicePixelRatioF()
    probe = studio.viewport.hover
    probe.probe(QPointF(column / ratio, row / ratio))
    assert "vertex" in probe.text and "mm" in probe.text
    probe.probe(QPointF(2, canvas.height() / 2))
    assert probe.text == ""


def test_values_are_said_in_readable_units() -> None:
    assert format_value(0.0123, "m") == "12.3 mm"
    assert format_value(-0.002, "m") == "-2.0 mm"
    assert format_value(2.5, "m") == "2.5 m"
    assert format_value(0.5, "") == "0.5"


def test_a_folder_can_be_dropped_also_on_the_picture(studio: "Application", tmp_path: object) -> None:
    dropped: list[str] = []
    studio.window.path_dropped.disconnect()
    studio.window.path_dropped.connect(dropped.append)
    try:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
        enter = QDragEnterEvent(
            QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(studio.viewport.canvas, enter)
        assert enter.isAccepted()
        drop = QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(studio.viewport.canvas, drop)
        assert dropped == [str(tmp_path)]
    finally:
        studio.window.path_dropped.disconnect()
        studio.window.path_dropped.connect(studio._path_dropped)


def test_the_words_on_the_picture(studio: "Application") -> None:
    text = studio.viewport.hud.text
    studio.clock.set_frame(15)
    assert text.time == "Frame 15 / 39 · 0.50 s"
    assert text.title == studio.session.clip_id and "body" in text.subtitle.lower()
    assert not text.empty_title and not text.computing
    studio.clock.play()
    wait_until(lambda: "of 30 fps" in text.rate)
    studio.clock.pause()


def test_bookmarks_recall_and_survive_damage(studio: "Application") -> None:
    cameras, scene = studio.viewport.cameras, studio.viewport.scene
    assert scene is not None
    cameras.look_from("top")
    cameras.store_bookmark(4)
    stored = scene.bookmark()
    cameras.look_from("front")
    cameras.recall_bookmark(4)
    assert scene.bookmark() == stored
    cameras.bookmarks[5] = {"target": "nowhere"}
    cameras.recall_bookmark(5)
    assert cameras.bookmarks[5] == scene.bookmark(), "a damaged one is stored anew"


def test_painting_counts_when_the_fineness_is_chosen(qtbot: QtBot) -> None:
    """Stretching a coarse picture over the canvas costs time as well: what drawing saves must be worth it."""
    ladder = QualityLadder()
    for painting, scale in ((0.0, 1.0), (0.2, 0.8)):
        ladder.forget()
        ladder.moving()
        for _ in range(3):
            with ladder.measured(painting):
                pass
        assert ladder.scale == scale
    ladder.drew(0.01)  # the first picture of another size is not what the next ones cost
    for _ in range(2):
        ladder.drew(0.21)
    assert ladder.scale == 1.0


def test_the_ladder_gets_coarser_only_while_moving(qtbot: QtBot) -> None:
    ladder = QualityLadder()
    assert ladder.scale == 1.0
    ladder.moving()
    for _ in range(40):
        ladder.drew(0.1 * ladder.scale**2)
    assert ladder.scale == 0.65
    with qtbot.waitSignal(ladder.settled, timeout=2000):
        pass
    assert ladder.scale == 1.0 and not ladder.is_moving
    ladder.moving()
    for _ in range(40):
        ladder.drew(0.002)
    assert ladder.scale == 1.0


def test_the_ladder_leaves_the_pixels_where_they_are_not_what_costs(qtbot: QtBot) -> None:
    ladder = QualityLadder()
    ladder.moving()
    scales = []
    for _ in range(60):
        ladder.drew(0.05)
        scales.append(ladder.scale)
    assert ladder.scale == 1.0 and min(scales) == 0.8, "tried once, found not worth it"
    assert scales.count(0.8) <= 4


def test_banners_replace_act_and_go(qtbot: QtBot) -> None:
    stack = BannerStack(None)  # type: ignore[arg-type]
    qtbot.addWidget(stack)
    done: list[str] = []
    stack.show_banner(BannerText("a", "first"))
    stack.show_banner(
        BannerText("a", "second", actions=(("Do", lambda: done.append("acted")),), dismissed=lambda: done.append("gone"))
    )
    assert stack.keys == ("a",) and stack.text("a") == "second"
    stack.show_banner(BannerText("b", "brief", seconds=0.05))
    wait_until(lambda: stack.keys == ("a",), 2000)
    from PySide6.QtWidgets import QPushButton, QToolButton

    # A banner that has gone may not be deleted yet.
    next(b for b in stack.findChildren(QToolButton) if b.isVisibleTo(stack)).click()
    assert done == ["gone"] and stack.keys == ()
    stack.show_banner(BannerText("c", "third", actions=(("Do", lambda: done.append("acted")),)))
    next(b for b in stack.findChildren(QPushButton) if b.isVisibleTo(stack)).click()
    assert done[-1] == "acted" and stack.isHidden()


def test_a_long_message_is_shown_whole(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    column = QVBoxLayout(parent)
    stack = BannerStack(parent)
    column.addWidget(stack)
    column.addStretch(1)
    parent.resize(320, 500)
    parent.show()
    stack.show_banner(BannerText("a", "many words " * 40))
    pause(30)
    label = stack.findChild(QLabel, "text")
    assert label is not None and label.height() >= label.heightForWidth(label.width())


def _move(canvas: object, at: QPoint, button: Qt.MouseButton) -> object:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    here = QPointF(at)
    return QMouseEvent(
        QEvent.Type.MouseMove, here, canvas.mapToGlobal(here), Qt.MouseButton.NoButton, button,  # type: ignore[attr-defined]
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
