"""Comparing in the window: real keys, real mouse, real pixels. A clip and a copy of it with the box pushed aside."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import CLIPS, FRAMES, made_clip, pause, wait_until
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interact_app.compare import SideKey
from interact_core.project.version_records import Manifest

if TYPE_CHECKING:
    from interact_app.application import Application
    from interact_core.project import Version

CLIP = f"demo/{CLIPS[0]}"
AT = 5
ASIDE = 0.25
"""Metres by which the version has its box further to the left, in every frame."""
TAKEN = (10, 30)


@pytest.fixture(scope="module")
def version(module_studio: "Application") -> "Version":
    """Stored in the project as a refinement would be."""
    project = module_studio.session.project
    assert project is not None
    clip = project.read_clip(CLIP)
    part = clip.objects[0].parts[0]
    moved = replace(part, translation=part.translation + np.array([ASIDE, 0, 0], np.float32))
    thing = replace(clip.objects[0], parts=(moved,))
    return project.versions.add(CLIP, replace(clip, objects=(thing,)), Manifest(kind="refined", title="box aside"))


@pytest.fixture
def app(studio: "Application", version: "Version") -> Iterator["Application"]:
    """Nothing compared yet, nothing coloured; and again afterwards."""
    studio.session.set_display(field="none")
    studio.clock.set_frame(AT)
    studio.viewport.canvas.setFocus()
    yield studio
    comparison = studio.compare.comparison
    comparison.hold(False)
    comparison.set_mode("off")
    comparison._keys = ()
    studio.compare.takes.clear()
    comparison.set_divider(0.5)


def compared(app: "Application", mode: str) -> np.ndarray:
    comparison = app.compare.comparison
    comparison.set_mode(mode)  # type: ignore[arg-type]
    wait_until(lambda: all(side.inspection is not None for side in comparison.sides))
    return picture(app)


def picture(app: "Application") -> np.ndarray:
    pause(30)
    wait_until(lambda: not app.viewport.quality.is_moving)
    pause(60)
    return pixels(app.viewport.image())


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(a - b).max(axis=2) > 24


def key(app: "Application", kind: QEvent.Type, code: Qt.Key, *, again: bool = False) -> None:
    focus = QApplication.focusWidget() or app.window
    QApplication.sendEvent(focus, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, "\\", again))


def test_c_goes_through_the_ways_and_ends_where_it_began(app: "Application", qtbot: QtBot) -> None:
    comparison, seen = app.compare.comparison, []
    before = picture(app)
    for _ in range(6):
        qtbot.keyClick(app.viewport.canvas, Qt.Key.Key_C)
        seen.append(comparison.mode)
        assert app.actions.qaction(f"compare.{comparison.mode}").isChecked()
    assert seen == ["side_by_side", "ghost", "flicker", "wipe", "difference", "off"]
    assert not difference(picture(app), before).any(), "the open clip as ever"


def test_side_by_side_shows_both_with_one_camera(app: "Application", version: "Version", qtbot: QtBot) -> None:
    shown = compared(app, "side_by_side")
    comparison = app.compare.comparison
    assert comparison.keys == (SideKey(CLIP), SideKey(CLIP, version.id))
    half = shown.shape[1] // 2
    left, right = shown[:, : half - 1], shown[:, half + 1 :][:, : half - 1]
    apart = difference(left, right[:, : left.shape[1]])
    assert 0.005 < apart.mean() < 0.15, "the box is elsewhere, the body is not"
    middle = app.viewport.canvas.rect().center()
    qtbot.mousePress(app.viewport.canvas, Qt.MouseButton.LeftButton, pos=middle)
    send_move(app, middle + QPoint(60, 0), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(app.viewport.canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    turned = picture(app)
    assert difference(turned[:, :half], shown[:, :half]).mean() > 0.02
    assert difference(turned[:, half:], shown[:, half:]).mean() > 0.02, "both views turn"
    app.clock.set_frame(AT + 10)
    later = picture(app)
    assert difference(later[:, :half], turned[:, :half]).any() and difference(later[:, half:], turned[:, half:]).any()
    app.viewport.cameras.reset_camera()


def test_four_views_and_back(app: "Application") -> None:
    comparison = app.compare.comparison
    compared(app, "side_by_side")
    for name in CLIPS[1:]:
        comparison.choose(len(comparison.keys), SideKey(f"demo/{name}"))
    comparison.choose(4, SideKey(CLIP))
    assert len(comparison.keys) == 4, "four are the most"
    shown = compared(app, "side_by_side")
    h, w = shown.shape[0] // 2, shown.shape[1] // 2
    quarters = [shown[: h - 1, : w - 1], shown[: h - 1, w + 1 :], shown[h + 1 :, : w - 1], shown[h + 1 :, w + 1 :]]
    assert all(q.std() > 5 for q in quarters)
    assert [title[0] for title, _ in app.compare.labels.texts()] == list("ABCD")
    comparison.remove(3)
    comparison.remove(2)
    comparison.remove(1)
    assert len(comparison.keys) == 2, "two stay"


def test_the_held_key_shows_the_other_at_once_and_computes_nothing(app: "Application") -> None:
    first = compared(app, "flicker")
    jobs = len(app.jobs.jobs)
    app.viewport.canvas.setFocus()
    app.actions.trigger("compare.hold")
    assert app.compare.comparison.held
    other = picture(app)
    assert difference(other, first).mean() > 0.005
    key(app, QEvent.Type.KeyRelease, Qt.Key.Key_Backslash, again=True)
    assert app.compare.comparison.held, "the keyboard repeats the key, the finger is still down"
    key(app, QEvent.Type.KeyRelease, Qt.Key.Key_Backslash)
    assert not app.compare.comparison.held
    assert not difference(picture(app), first).any()
    assert len(app.jobs.jobs) == jobs


def test_the_key_itself_begins_the_hold(app: "Application", qtbot: QtBot) -> None:
    compared(app, "side_by_side")
    qtbot.keyPress(app.viewport.canvas, Qt.Key.Key_Backslash)
    assert app.compare.comparison.held
    qtbot.keyRelease(app.viewport.canvas, Qt.Key.Key_Backslash)
    assert not app.compare.comparison.held


def test_the_wipes_line_is_dragged(app: "Application", qtbot: QtBot) -> None:
    a = compared(app, "flicker")
    app.compare.comparison.swap()
    b = compared(app, "flicker")
    app.compare.comparison.swap()
    compared(app, "wipe")
    canvas = app.viewport.canvas
    middle = canvas.rect().center()
    camera = app.viewport.scene.bookmark() if app.viewport.scene else {}
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(canvas.width() // 2, middle.y()))
    send_move(app, QPoint(round(canvas.width() * 0.4), middle.y()), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(canvas.width() * 0.4), middle.y()))
    assert app.compare.comparison.divider == pytest.approx(0.4, abs=0.01)
    assert app.viewport.scene is not None and app.viewport.scene.bookmark() == camera, "the line was dragged, not the camera"
    wiped, edge = picture(app), round(0.4 * a.shape[1])
    assert not difference(wiped[:, : edge - 8], a[:, : edge - 8]).any()
    assert not difference(wiped[:, edge + 8 :], b[:, edge + 8 :]).any()


def test_the_ghost_shows_where_they_differ(app: "Application") -> None:
    plain = compared(app, "flicker")
    haunted = compared(app, "ghost")
    changed = difference(haunted, plain)
    assert 0.002 < changed.mean() < 0.1
    tint = (haunted - plain)[changed].mean(axis=0)
    assert tint[0] > tint[1] + 10, "the colour of what is compared"
    assert not difference(compared(app, "flicker"), plain).any(), "and is gone with its mode"


def test_the_difference_is_in_millimetres_with_a_range(app: "Application") -> None:
    comparison = app.compare.comparison
    compared(app, "difference")
    wait_until(lambda: comparison.differing.field("object") is not None)
    thing, body = comparison.differing.field("object"), comparison.differing.field("body")
    assert thing is not None and body is not None
    assert thing.values == pytest.approx(np.full_like(thing.values, ASIDE), abs=1e-4)
    assert np.abs(body.values).max() < 1e-6
    coloured = picture(app)
    comparison.set_limit(5.0)
    paler = picture(app)
    assert difference(coloured, paler).mean() > 0.005, "another range, other colours"
    comparison.set_quantity("penetration_change")
    deeper = comparison.differing.field("object")
    assert deeper is not None and deeper.diverging
    from interact_app.scene.fields import colours

    worse, better = colours(deeper.colormap, diverging=True)[[-1, 0]]
    assert worse[0] > worse[2] and better[2] > better[0], "deeper is warm, as penetration is"
    assert comparison.limit is None


def test_clips_of_other_lengths_say_why_there_is_no_difference(app: "Application") -> None:
    comparison = app.compare.comparison
    comparison.choose(0, SideKey(CLIP))
    comparison.choose(1, SideKey(f"demo/{CLIPS[1]}"))
    short = made_clip("short", 5, FRAMES - 4)
    project = app.session.project
    assert project is not None
    stored = project.versions.add(f"demo/{CLIPS[1]}", short, Manifest(kind="generated"))
    comparison.choose(1, SideKey(f"demo/{CLIPS[1]}", stored.id))
    comparison.set_mode("difference")
    wait_until(lambda: comparison.differing.problem)
    assert "frames" in comparison.differing.problem
    assert any("frames" in figures for _, figures in app.compare.labels.texts())
    app.session.versions.delete(stored)
    assert comparison.mode == "off", "a deleted version is no longer compared"


def test_the_table_leads_to_the_worst_frame(app: "Application", qtbot: QtBot) -> None:
    compared(app, "side_by_side")
    app.window.show_panel("compare")
    panel = app.window.docks["compare"].panel
    table = panel.table  # type: ignore[union-attr]
    rows = table.figures.rows
    verdicts = [row.verdict for row in rows]
    order = {"worse": 0, "better": 1}
    assert verdicts and verdicts == sorted(verdicts, key=lambda verdict: order.get(verdict, 2))
    place = next(k for k, row in enumerate(rows) if row.worst_frame not in (None, AT))
    index = table.model().index(place, 1)
    table.scrollTo(index)
    pause(20)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
    assert app.clock.frame == rows[place].worst_frame


def test_the_timeline_shows_both_curves(app: "Application") -> None:
    compared(app, "side_by_side")
    data = app.timeline.canvas.data
    assert data.other is not None and data.other is app.compare.comparison.other_inspection
    other = app.timeline.canvas.grab().toImage()
    app.compare.comparison.set_mode("off")
    assert app.timeline.canvas.data.other is None
    assert difference(pixels(other), pixels(app.timeline.canvas.grab().toImage())).any()


def test_a_range_is_taken_over_and_becomes_a_version_that_can_go_again(app: "Application", version: "Version") -> None:
    compared(app, "side_by_side")
    takes, project = app.compare.takes, app.session.project
    assert project is not None and not takes.can_store
    app.clock.set_range(*TAKEN)
    app.actions.trigger("compare.take")
    assert takes.ranges == (TAKEN,)
    app.clock.set_range(18, 20)
    app.actions.trigger("compare.leave")
    assert takes.ranges == ((10, 18), (20, 30))
    takes.clear()
    app.clock.set_range(*TAKEN)
    app.actions.trigger("compare.take")
    takes.set_fade(4)
    before = len(project.versions.of(CLIP))
    app.actions.trigger("compare.store")
    wait_until(lambda: takes.last is not None)
    assert takes.last is not None
    stored = takes.last
    assert len(project.versions.of(CLIP)) == before + 1
    assert stored.manifest.parameters["from_version"] == version.id and stored.manifest.after
    place = project.versions.read(stored.id).objects[0].parts[0].translation[:, 0]
    source = project.read_clip(CLIP).objects[0].parts[0].translation[:, 0]
    moved = place - source
    assert moved[:8] == pytest.approx(0, abs=1e-5) and moved[32:] == pytest.approx(0, abs=1e-5)
    assert moved[13:27] == pytest.approx(ASIDE, abs=1e-5)
    assert 0 < moved[10] < ASIDE, "faded"
    assert "compare.stored" in app.viewport.banners.keys
    app.actions.trigger("compare.undo_store")
    assert stored.id not in {one.id for one in project.versions.of(CLIP)}
    app.viewport.banners.remove("compare.stored")


def test_the_mix_is_seen_before_it_is_stored(app: "Application", version: "Version") -> None:
    compared(app, "side_by_side")
    takes, session = app.compare.takes, app.session
    stored = len(session.project.versions.of(CLIP))
    assert not takes.preview.possible, "nothing is taken yet"
    app.clock.set_range(*TAKEN)
    app.actions.trigger("compare.take")
    takes.set_fade(4)
    app.actions.trigger("compare.preview")
    wait_until(lambda: session.versions.preview is not None)
    shown = session.versions.preview.posed.object_vertices - session.posed.object_vertices
    assert np.allclose(shown[:8], 0) and np.allclose(shown[12:28, :, 0], ASIDE, atol=1e-5)
    assert 0 < shown[10, 0, 0] < ASIDE, "it fades"
    assert app.compare.composer.mode == "off" and "parts of B" in app.viewport.hud.text.preview
    app.clock.clear_range()
    takes.remove(0)
    assert session.versions.preview is None and not takes.preview.on, "with nothing taken there is nothing to preview"
    assert app.compare.composer.mode == "side_by_side" and len(session.project.versions.of(CLIP)) == stored


def test_opening_another_version_changes_nothing_of_the_comparison(app: "Application", version: "Version") -> None:
    before, comparison = compared(app, "side_by_side"), app.compare.comparison
    keys, view = comparison.keys, app.viewport.scene.bookmark() if app.viewport.scene else {}
    app.session.versions.show(CLIP, version.id)
    wait_until(lambda: app.session.inspection is not None)
    assert comparison.mode == "side_by_side" and comparison.keys == keys and comparison.own == SideKey(CLIP, version.id)
    app.clock.set_frame(AT)
    assert app.viewport.scene is not None
    app.viewport.scene.restore(view)
    after = compared(app, "side_by_side")
    assert difference(after, before).mean() < 0.002, "each has changed the scene that draws it, and nothing is seen of it"
    app.session.versions.show(CLIP, "")
    wait_until(lambda: app.session.inspection is not None)


def test_a_damaged_version_is_named_once(app: "Application") -> None:
    project, comparison = app.session.project, app.compare.comparison
    assert project is not None
    broken = project.versions.add(CLIP, project.read_clip(CLIP), Manifest(kind="refined", title="broken"))
    next(path for path in broken.path.iterdir() if path.suffix == ".npz").write_bytes(b"not an archive")
    said: list[str] = []
    hear = lambda title, _text: said.append(title)  # noqa: E731
    app.session.failed.disconnect(app.dialogs.errors.report)
    app.session.failed.connect(hear)
    comparison.choose(0, SideKey(CLIP))
    comparison.choose(1, SideKey(CLIP, broken.id))
    comparison.set_mode("side_by_side")
    wait_until(lambda: said)
    jobs = len(app.jobs.jobs)
    for frame in (AT + 1, AT + 2):
        app.clock.set_frame(frame)
        pause(30)
    assert len(said) == 1 and len(app.jobs.jobs) == jobs, "it is not read again with every picture"
    assert app.compare.labels.texts()[1][1] == "cannot be shown"
    app.session.failed.disconnect(hear)
    app.session.failed.connect(app.dialogs.errors.report)
    app.session.versions.delete(broken)


def test_another_clip_ends_the_comparison(app: "Application") -> None:
    compared(app, "side_by_side")
    app.session.open_clip(f"demo/{CLIPS[1]}")
    wait_until(lambda: app.session.inspection is not None)
    assert app.compare.comparison.mode == "off" and app.compare.labels.isHidden()
    assert app.timeline.canvas.data.other is None


def send_move(app: "Application", to: QPoint, button: Qt.MouseButton) -> None:
    canvas = app.viewport.canvas
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(canvas.mapToGlobal(to)), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
