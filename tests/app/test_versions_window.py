"""Versions in the real window: shown, opened, accepted, deleted, brought back; refining asked for by the dialog."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fake_refining
import numpy as np
import pytest
from conftest import CLIPS, FRAMES, wait_until
from fake_refining import lifted
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox

from interact_app.application import Application
from interact_core.jobs import JobState
from interact_core.project import Manifest, Version

CLIP = f"demo/{CLIPS[0]}"


@pytest.fixture
def panel(studio: Application) -> Iterator[Any]:
    studio.window.show_panel("versions")
    yield studio.window.docks["versions"].panel
    project = studio.session.project
    assert project is not None
    studio.session.versions.show(CLIP, "")
    for version in project.versions.all():
        project.versions.delete(version.id)
    project.versions.purge()
    studio.session.versions.changed.emit("")


@pytest.fixture
def version(studio: Application, panel: Any) -> Version:
    project, clip = studio.session.project, studio.session.clip
    assert project is not None and clip is not None
    figures = {"penetration_max": {"title": "Deepest penetration", "value": 0.03, "unit": "m", "group": "penetration"}}
    better = {"penetration_max": {**figures["penetration_max"], "value": 0.01}}
    made = project.versions.add(CLIP, lifted(clip), Manifest("refined", before=figures, after=better, backend="ours", seed=0))
    studio.session.versions.changed.emit(CLIP)
    return made


def choose(panel: Any, row: int) -> None:
    item = panel.tree.topLevelItem(0)
    item = item if row == 0 else item.child(row - 1)
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=panel.tree.visualItemRect(item).center())


def test_opening_a_version_and_the_source_again(studio: Application, panel: Any, version: Version) -> None:
    studio.clock.set_frame(11)
    before = studio.session.posed.object_vertices[11].copy()
    choose(panel, 1)
    QTest.mouseClick(panel.open_button, Qt.MouseButton.LeftButton)
    wait_until(lambda: studio.session.inspection is not None)
    assert np.allclose(studio.session.posed.object_vertices[11], before + np.float32([0, 0.1, 0]), atol=1e-5)
    assert studio.clock.frame == 11 and panel.tree.topLevelItem(0).child(0).font(0).bold()
    kept = studio.session.project.library.inspection(CLIP)
    studio.actions.trigger("versions.source")
    wait_until(lambda: studio.session.inspection is not None)
    assert np.allclose(studio.session.posed.object_vertices[11], before)
    assert kept is None or kept.severity == pytest.approx(studio.session.inspection.severity), "the library is about the data"


def test_accept_delete_and_undo(studio: Application, panel: Any, version: Version) -> None:
    store = studio.session.project.versions
    choose(panel, 1)
    QTest.mouseClick(panel.accept_button, Qt.MouseButton.LeftButton)
    assert store.get(version.id).state == "accepted" and "accepted" in panel.tree.topLevelItem(0).child(0).text(1)
    assert panel.tree.topLevelItem(0).child(0).text(2).startswith("30.0 → 10.0")
    QTest.mouseClick(panel.delete_button, Qt.MouseButton.LeftButton)
    assert store.of(CLIP) == () and panel.undelete_button.isEnabled()
    QTest.mouseClick(panel.undelete_button, Qt.MouseButton.LeftButton)
    assert [v.id for v in store.of(CLIP)] == [version.id] and not panel.undelete_button.isEnabled()


def test_a_damaged_version_is_told_and_cannot_be_opened(studio: Application, panel: Any, version: Version) -> None:
    (version.path / "human.npz").unlink()
    panel.refresh()
    choose(panel, 1)
    assert "damaged" in panel.tree.topLevelItem(0).child(0).text(1)
    assert not panel.open_button.isEnabled() and panel.delete_button.isEnabled()


def test_export_writes_a_corrected_data_set(studio: Application, panel: Any, version: Version, tmp_path: Path) -> None:
    studio.session.versions.export(version, tmp_path)
    target = tmp_path / "demo_correct" / "sequences_canonical" / CLIPS[0]
    wait_until((target / "human.npz").is_file)
    assert (target / "text.txt").is_file() and (tmp_path / "demo_correct" / "objects" / "box" / "box.obj").is_file()


@pytest.fixture
def steps(studio: Application, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Refinements are made up from now on; the function says how many steps they take."""
    monkeypatch.setattr("interact_app.bridge.refining.refine_here", fake_refining.refine)
    monkeypatch.setenv(fake_refining.VERTICES, str(studio.session.posed.body_vertices.shape[1]))

    def set_steps(count: int) -> None:
        monkeypatch.setenv(fake_refining.STEPS, str(count))

    set_steps(60)
    return set_steps


def ask(studio: Application) -> Any:
    studio.actions.trigger("versions.refine")
    dialog = studio.dialogs.dialog("refine")
    assert dialog is not None
    return dialog


def test_refining_shows_its_state_and_opens_the_new_version(studio: Application, panel: Any, steps: Any) -> None:
    shown: list[bool] = []
    studio.session.versions.preview_changed.connect(lambda: shown.append(studio.session.versions.preview is not None))
    dialog = ask(studio)
    box = dialog.editors["hand_allowance"]
    assert isinstance(box, QDoubleSpinBox) and box.value() == 1.0 and box.suffix() == " mm"
    box.setValue(2.5)
    box.editingFinished.emit()
    assert dialog.preset.currentData() == "changed"
    dialog._ask()
    wait_until(lambda: bool(studio.session.project.versions.of(CLIP)))
    wait_until(lambda: studio.session.versions.shown(CLIP) != "" and studio.session.inspection is not None)
    assert True in shown and studio.session.versions.preview is None
    (made,) = studio.session.project.versions.of(CLIP)
    assert made.manifest.parameters["hand_allowance"] == pytest.approx(0.0025)
    assert made.manifest.after["penetration_max"]["value"] == 0.01


def test_pause_and_cancel(studio: Application, panel: Any, steps: Any) -> None:
    steps(100_000)
    dialog = ask(studio)
    dialog._ask()
    job = studio.jobs.jobs[-1]
    wait_until(lambda: job.progress.fraction > 0)
    job.pause()
    wait_until(lambda: job.paused)
    job.resume()
    wait_until(lambda: studio.session.versions.preview is not None)
    assert studio.viewport.hud.text.preview.startswith("Preview: objects")
    job.cancel()
    wait_until(lambda: job.state is JobState.CANCELLED)
    assert studio.session.project.versions.of(CLIP) == ()
    wait_until(lambda: studio.session.versions.preview is None)
    assert studio.viewport.hud.text.preview == ""


def test_trying_again_shows_previews_again_and_ends_them(
    studio: Application, panel: Any, steps: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fake_refining.FAILS, "yes")
    ask(studio)._ask()
    first = studio.jobs.jobs[-1]
    wait_until(lambda: first.state is JobState.FAILED and studio.session.versions.preview is None)
    monkeypatch.delenv(fake_refining.FAILS)
    shown: list[bool] = []
    studio.session.versions.preview_changed.connect(lambda: shown.append(studio.session.versions.preview is not None))
    studio.jobs.retry(first)
    wait_until(lambda: bool(studio.session.project.versions.of(CLIP)))
    wait_until(lambda: studio.session.versions.preview is None)
    assert True in shown and shown[-1] is False


def test_a_range_shows_its_preview_too(studio: Application, panel: Any, steps: Any) -> None:
    studio.clock.set_range(5, 20)
    dialog = ask(studio)
    dialog.scope.setCurrentIndex(dialog.scope.findData("range"))
    steps(100_000)
    dialog._ask()
    wait_until(lambda: studio.session.versions.preview is not None)
    job = studio.jobs.jobs[-1]
    job.cancel()
    wait_until(lambda: job.state is JobState.CANCELLED)


def test_one_refinement_at_a_time_and_clips_open_meanwhile(studio: Application, panel: Any, steps: Any) -> None:
    steps(100_000)
    for _ in range(3):
        ask(studio)._ask()
    running, *waiting = studio.jobs.jobs[-3:]
    wait_until(lambda: running.progress.fraction > 0)
    assert [job.state for job in waiting] == [JobState.QUEUED] * 2 and studio.jobs.waiting == tuple(waiting)
    studio.session.open_clip(f"demo/{CLIPS[1]}")
    wait_until(lambda: studio.session.inspection is not None)
    assert running.state is JobState.RUNNING and studio.session.versions.preview is None
    for job in (*waiting, running):
        job.cancel()
    wait_until(lambda: running.state is JobState.CANCELLED)


def test_presets_scopes_and_wrong_values(studio: Application, panel: Any, steps: Any) -> None:
    studio.clock.set_range(5, 20)
    dialog = ask(studio)
    dialog.scope.setCurrentIndex(dialog.scope.findData("range"))
    assert (dialog.request().options.first_frame, dialog.request().options.last_frame) == (5, 20)
    dialog.scope.setCurrentIndex(dialog.scope.findData("library"))
    assert len(dialog.request().clip_ids) == len(CLIPS) and dialog.request().per_dataset
    dialog._take_preset("hands only")
    assert not dialog.editors["move_objects"].isChecked() and dialog.options.move_hands
    dialog._take_preset("default")
    assert dialog.editors["move_objects"].isChecked() and f"{len(CLIPS) * FRAMES} frames" in dialog._estimate.text()
    dialog.reject()
