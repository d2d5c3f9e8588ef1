"""Dialogs in the real window: made from records and settings, stopping nobody."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import pause, wait_until
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QMessageBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from interact_app.dialogs.errors import ErrorReporter
from interact_app.dialogs.export import ExportChoice, ExportDialog, ExportOffer
from interact_app.dialogs.models import ModelsDialog, find_model_files
from interact_app.dialogs.palette import CommandPalette
from interact_app.dialogs.preferences import PreferencesDialog
from interact_app.dialogs.shortcuts import ShortcutsDialog
from interact_core.settings import SETTING_FIELDS, SettingsStore, load_settings

if TYPE_CHECKING:
    from interact_app.application import Application

NONE = Qt.KeyboardModifier.NoModifier


def opened(studio: "Application", name: str) -> QDialog:
    dialog = studio.dialogs.dialog(name)
    assert dialog is not None and not dialog.isModal()
    return dialog


def test_the_shortcut_list_comes_from_the_records(studio: "Application", qtbot: QtBot) -> None:
    qtbot.keyClick(studio.viewport.canvas, Qt.Key.Key_F1)
    dialog = opened(studio, "shortcuts")
    assert isinstance(dialog, ShortcutsDialog)
    assert len(dialog.visible_titles) == len(list(studio.actions)), "also those that have no key yet"
    qtbot.keyClicks(dialog.search, "artifact")
    assert set(dialog.visible_titles) == {"Next artifact", "Previous artifact", "Worst artifact first"}
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "no such thing")
    assert dialog.visible_titles == []
    studio.dialogs.shortcuts()
    assert studio.dialogs.dialog("shortcuts") is dialog, "one of a kind"
    dialog.close()


def test_the_palette_finds_and_runs(studio: "Application", qtbot: QtBot) -> None:
    qtbot.keyClick(studio.viewport.canvas, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = opened(studio, "palette")
    assert isinstance(dialog, CommandPalette)
    qtbot.keyClicks(dialog.search, "skel")
    assert dialog.titles[0] == "Skeleton"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert "skeleton" in studio.session.display.overlays
    wait_until(lambda: studio.dialogs.dialog("palette") is None)
    studio.dialogs.palette()
    again = opened(studio, "palette")
    assert isinstance(again, CommandPalette)
    first = again.titles[0]
    qtbot.keyClick(again.search, Qt.Key.Key_Down)
    assert again.list.currentRow() == 1 and again.titles[0] == first
    qtbot.keyClick(again.search, Qt.Key.Key_Escape)
    wait_until(lambda: studio.dialogs.dialog("palette") is None)


def test_log_and_about_have_what_a_report_needs(studio: "Application") -> None:
    import logging

    studio.dialogs.log()
    dialog = opened(studio, "log")
    logging.getLogger("interact_app.test").warning("a line for the viewer")
    pause(50)
    assert "a line for the viewer" in dialog.text.toPlainText()  # type: ignore[attr-defined]
    dialog.copy_button.click()  # type: ignore[attr-defined]
    report = QGuiApplication.clipboard().text()
    assert "a line for the viewer" in report and "Renderer: " in report and "PySide6" in report
    dialog.close()
    studio.dialogs.about()
    about = opened(studio, "about")
    assert studio.viewport.renderer_name in about.versions_text  # type: ignore[attr-defined]
    about.close()


def test_every_setting_has_an_editor_that_stores(qtbot: QtBot) -> None:
    store = SettingsStore()
    dialog = PreferencesDialog(store)
    qtbot.addWidget(dialog)
    dialog.show()
    assert set(dialog.editors) == set(SETTING_FIELDS)
    combo = dialog.editors["general.theme"]
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData("dark"))
    combo.activated.emit(combo.currentIndex())
    box = dialog.editors["inspection.inspect_on_open"]
    assert isinstance(box, QCheckBox)
    box.click()
    spin = dialog.editors["memory.vertex_cache"]
    assert isinstance(spin, QSpinBox)
    dialog.show_section("memory")
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "777")
    assert load_settings().memory.vertex_cache != 777, "not while the number is half typed"
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    kept = load_settings()
    assert (kept.general.theme, kept.inspection.inspect_on_open, kept.memory.vertex_cache) == ("dark", False, 777)


def test_the_theme_follows_the_setting(studio: "Application") -> None:
    for choice, dark in (("light", False), ("dark", True)):
        studio.store.change("general.theme", choice)
        assert studio.theme.tones.dark is dark
        assert (QApplication.palette().window().color().lightness() < 128) is dark
    studio.store.reset("general.theme")


def test_models_are_looked_for_and_may_be_left_out(qtbot: QtBot, tmp_path: Path) -> None:
    store = SettingsStore()
    dialog = ModelsDialog(store)
    qtbot.addWidget(dialog)
    assert "open body" in dialog.verdict.text()
    (tmp_path / "smplx").mkdir()
    (tmp_path / "smplx" / "SMPLX_NEUTRAL.npz").write_bytes(b"")
    (tmp_path / "SMPLH_MALE.pkl").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("")
    assert [name for name, _ in find_model_files(tmp_path)] == ["SMPL-H male", "SMPL-X neutral"]
    dialog.choose(str(tmp_path))
    assert dialog.found.topLevelItemCount() == 2
    assert store.current.models_dir == tmp_path
    dialog.choose(str(tmp_path / "gone"))
    assert "not a folder" in dialog.verdict.text()
    dialog.choose("")
    assert store.current.models_dir is None


def test_errors_gather_in_one_box(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    reporter = ErrorReporter(window)
    reporter.report("first", "a <b> problem")
    box = reporter.box
    assert box is not None and not box.isModal() and box.isVisible()
    assert "&lt;b>" in box.informativeText()
    for number in range(200):
        reporter.report(f"number {number}", "again")
    assert reporter.box is box and "200 more" in box.detailedText()
    box.close()
    assert reporter.box is None


def offer(folder: Path) -> ExportOffer:
    from PySide6.QtCore import QSize

    return ExportOffer(QSize(800, 500), 40, (10, 20), 7, folder, "clip")


def test_the_export_dialog_says_what_is_wrong_before(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(offer(tmp_path), video=True)
    qtbot.addWidget(dialog)
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert ok.isEnabled()
    assert dialog.choice == ExportChoice(tmp_path / "clip.mp4", (1920, 1080), 10, 20)
    dialog.path.setText(str(tmp_path / "nowhere" / "clip.mp4"))
    assert not ok.isEnabled() and "folder" in dialog.problem.text()
    dialog.path.setText(str(tmp_path / "clip.avi"))
    assert not ok.isEnabled()
    dialog.path.setText(str(tmp_path / "clip.mp4"))
    dialog.only_range.setChecked(False)
    assert (dialog.choice.start, dialog.choice.stop) == (0, 40)
    picture = ExportDialog(offer(tmp_path), video=False)
    qtbot.addWidget(picture)
    assert picture.choice == ExportChoice(tmp_path / "clip.png", (800, 500), 7, 8)


def test_a_picture_and_a_video_are_what_is_shown(studio: "Application", tmp_path: Path) -> None:
    import imageio.v3 as imageio

    studio.session.set_display(field="contact")
    picture, film = tmp_path / "a.png", tmp_path / "a.mp4"
    studio.dialogs.export(ExportChoice(picture, (320, 200), 20, 21))
    studio.dialogs.export(ExportChoice(film, (321, 200), 15, 25, 2))
    assert studio.window.isEnabled(), "nothing waits"
    wait_until(lambda: not any(job.title.startswith("Export") for job in studio.jobs.running))
    assert studio.dialogs.errors.box is None
    assert imageio.imread(picture).shape[:2] == (200, 320)
    frames = imageio.imread(film)
    assert frames.shape[:3] == (5, 200, 320), "even sizes, every second frame"
    assert frames.std() > 5
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp4", "a.png"]


def test_a_cancelled_export_leaves_nothing(studio: "Application", tmp_path: Path) -> None:
    studio.dialogs.export(ExportChoice(tmp_path / "a.mp4", (1920, 1080), 0, 40))
    job = next(job for job in studio.jobs.running if job.title.startswith("Export"))
    pause(200)
    job.cancel()
    assert job.wait(5.0)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_cannot_be_written_says_so(studio: "Application", tmp_path: Path) -> None:
    studio.dialogs.export(ExportChoice(tmp_path / "gone" / "a.png", (320, 200), 0, 1))
    wait_until(lambda: studio.dialogs.errors.box is not None)
    box = studio.dialogs.errors.box
    assert box is not None and "gone" in box.informativeText()
    box.close()


@pytest.mark.parametrize(("answer", "closes"), [("Keep open", False), ("Stop it and close", True)])
def test_running_work_is_asked_about(studio: "Application", tmp_path: Path, answer: str, closes: bool) -> None:
    from PySide6.QtCore import QTimer

    studio.dialogs.export(ExportChoice(tmp_path / "a.mp4", (1920, 1080), 0, 40))
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.informativeText())
        next(b for b in box.buttons() if b.text() == answer).click()

    QTimer.singleShot(100, press)
    assert studio.dialogs.may_close() is closes
    assert "Export a.mp4" in asked[0]
    for job in studio.jobs.running:
        job.cancel()
        job.wait(5.0)
