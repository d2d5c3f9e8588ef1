"""The window from its first picture to its end: layout, what it remembers, what it survives."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CLIPS, pause, running, wait_until
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


def test_starting_imports_nothing_heavy() -> None:
    """torch alone takes longer than the whole window; it belongs to the workers."""
    code = (
        "import sys, interact_app.application, interact_app.__main__\n"
        "heavy = {'torch', 'warp', 'igl', 'smplx', 'trimesh', 'scipy', 'vtkmodules', 'pyvista', 'tomlkit', 'sqlite_utils'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_arguments_that_make_no_sense() -> None:
    from interact_app.__main__ import main

    assert main(["a", "b"]) == 2
    assert main(["--help"]) == 0


def test_the_default_layout_leaves_room_for_the_picture(qapp: QApplication, small_data: Path) -> None:
    with running(small_data) as app:
        app.window.resize(1280, 800)
        wait_until(lambda: app.session.posed is not None)
        app.window.reset_layout()
        pause(50)
        canvas = app.viewport.canvas
        assert canvas.width() >= 640 and canvas.height() >= 330
        visible = {name for name, dock in app.window.docks.items() if dock.isVisible()}
        assert {"library", "inspector", "caption", "timeline"} <= visible
        assert app.window.docks["jobs"].isHidden()
        assert app.window.dockWidgetArea(app.window.docks["library"]) == Qt.DockWidgetArea.LeftDockWidgetArea
        assert app.window.windowTitle().endswith("InterAct Studio")


def test_layout_clock_and_cameras_are_remembered(qapp: QApplication, small_data: Path) -> None:
    with running(small_data) as app:
        wait_until(lambda: app.viewport.scene is not None and app.session.posed is not None)
        app.window.docks["library"].hide()
        app.window.show_panel("jobs")
        app.clock.set_speed(2.0)
        app.clock.set_policy("every_frame")
        app.viewport.cameras.look_from("top")
        app.viewport.cameras.store_bookmark(3)
        kept = app.viewport.cameras.bookmarks[3]
    with running(small_data) as app:
        assert app.window.docks["library"].isHidden() and not app.window.docks["jobs"].isHidden()
        assert (app.clock.speed, app.clock.policy) == (2.0, "every_frame")
        assert app.viewport.cameras.bookmarks == {3: kept}


def test_a_damaged_memory_does_not_stop_the_start(qapp: QApplication, small_data: Path) -> None:
    from interact_core.paths import app_paths

    app_paths().state.mkdir(parents=True)
    (app_paths().state / "window.ini").write_text(
        "[window]\nlayout_version=1\nstate=@ByteArray(rubbish)\ngeometry=7\n[clock]\nstate={]\n[camera]\nbookmarks=[1,2]\n"
    )
    app_paths().config.mkdir(parents=True)
    app_paths().settings_file.write_text("general = [[[")
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        assert app.clock.speed == 1.0
        assert any("settings" in app.viewport.banners.text(key) for key in app.viewport.banners.keys)


def test_an_error_in_a_callback_is_shown_and_nothing_ends(
    qapp: QApplication, small_data: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest-qt puts its own hook in place, which would turn the error into a failed test.
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with running(small_data) as app, caplog.at_level(logging.CRITICAL):
        wait_until(lambda: app.session.posed is not None)

        def fail() -> None:
            raise ZeroDivisionError("a bug in a slot")

        QTimer.singleShot(0, fail)
        wait_until(lambda: app.dialogs.errors.box is not None)
        box = app.dialogs.errors.box
        assert box is not None and "ZeroDivisionError" in box.informativeText() and not box.isModal()
        assert any("Uncaught" in record.message for record in caplog.records)
        box.close()
        app.clock.set_frame(3)
        assert app.clock.frame == 3


def test_a_path_without_clips_shows_an_error_and_an_empty_window(qapp: QApplication, tmp_path: Path) -> None:
    with running(tmp_path / "not there") as app:
        wait_until(lambda: app.dialogs.errors.box is not None)
        wait_until(lambda: app.viewport.scene is not None)
        assert "not there" in app.dialogs.errors.box.informativeText()  # type: ignore[union-attr]
        assert app.viewport.hud.text.empty_title == "Nothing is open"
        assert not app.actions.qaction("playback.toggle").isEnabled()
        app.dialogs.errors.box.close()  # type: ignore[union-attr]


def test_another_project_replaces_the_first(qapp: QApplication, small_data: Path) -> None:
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        single = small_data / "demo" / "sequences_canonical" / CLIPS[2]
        app.window.path_dropped.emit(str(single))
        wait_until(lambda: app.session.clip_id.endswith(CLIPS[2]) and app.session.posed is not None)
        assert len(app.session.listing.order) == 1
        app.window.path_dropped.emit("/no/such/path")
        assert app.dialogs.errors.box is not None
        app.dialogs.errors.box.close()


def test_closing_while_everything_runs(qapp: QApplication, small_data: Path) -> None:
    """Playing, computing and drawing: the window goes at once and takes everything along."""
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        app.clock.play()
        pause(60)
        app.session.open_clip(f"demo/{CLIPS[1]}")
        app.window.close()
        assert not app.clock.playing and app.session.project is None
        assert app.viewport.scene is None
        pause(100)


def test_typed_words_are_stored_when_the_window_goes(qapp: QApplication, small_data: Path, qtbot: QtBot) -> None:
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        clip_id = app.session.clip_id
        app.session.write_caption("natural", "Typed just before closing")
        app.window.close()
    with running(small_data) as app:
        wait_until(lambda: app.session.clip_id == clip_id)
        assert app.session.captions[0].text == "Typed just before closing"


def test_recent_projects_are_offered(qapp: QApplication, small_data: Path) -> None:
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        menu = app.window.menus.menu("File/Open recent")

        def titles() -> list[str]:
            app.recent.fill()
            return [action.text() for action in menu.actions() if action.isEnabled()]

        wait_until(lambda: titles() == [small_data.name])


def test_bodies_are_offered_once(qapp: QApplication, small_data: Path) -> None:
    """The open body needs no licensed files: a banner on the first start, none after it was sent away."""
    from PySide6.QtWidgets import QPushButton

    with running(small_data) as app:
        wait_until(lambda: "models" in app.viewport.banners.keys)
        button = next(b for b in app.viewport.banners.findChildren(QPushButton) if b.text() == "Not now")
        button.click()
        assert app.viewport.banners.keys == ()
    with running(small_data) as app:
        wait_until(lambda: app.session.posed is not None)
        assert app.viewport.banners.keys == ()
