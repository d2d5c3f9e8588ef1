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
from interact_app.bridge.refining_child import told_together
from interact_core.jobs import JobState
from interact_core.project import Manifest, Version
from interact_core.refine.report import RefineReport

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
    assert np.load(target / "joints.npy").shape == (FRAMES, 52, 3) and np.load(target / "markers.npy").shape == (FRAMES, 77, 3)
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
    box = dialog.editors["body_allowance"]
    assert isinstance(box, QDoubleSpinBox) and box.value() == 3.0 and box.suffix() == " mm"
    box.setValue(2.5)
    box.editingFinished.emit()
    assert dialog.preset.currentData() == "changed"
    dialog._ask()
    wait_until(lambda: bool(studio.session.project.versions.of(CLIP)))
    wait_until(lambda: studio.session.versions.shown(CLIP) != "" and studio.session.inspection is not None)
    assert True in shown and studio.session.versions.preview is None
    (made,) = studio.session.project.versions.of(CLIP)
    assert made.manifest.parameters["body_allowance"] == pytest.approx(0.0025)
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
    assert dialog.scope.currentData() == "range", "what was marked on purpose"
    assert dialog.request().ranges == ((5, 20),) and "15 frames" in dialog._estimate.text()
    dialog.scope.setCurrentIndex(dialog.scope.findData("everything"))
    assert len(dialog.request().clip_ids) == len(CLIPS) and dialog.request().per_dataset
    dialog._take_preset("hands only")
    assert not dialog.editors["move_objects"].isChecked() and dialog.options.move_hands
    dialog._take_preset("default")
    assert dialog.editors["move_objects"].isChecked()
    assert f"{len(CLIPS)} clips, {len(CLIPS) * FRAMES} frames" in dialog._estimate.text()
    dialog.reject()


def test_selected_segments_are_refined_into_one_version(studio: Application, panel: Any, steps: Any) -> None:
    session = studio.session
    uids = [studio.segments.create(start, stop, "free") for start, stop in ((3, 8), (6, 12), (20, 30))]
    session.selection.set(tuple(uids))
    dialog = ask(studio)
    dialog.scope.setCurrentIndex(dialog.scope.findData("segments"))
    assert "3 selected segments" in dialog.scope.currentText() and "19 frames" in dialog._estimate.text()
    assert dialog.request().ranges == ((3, 12), (20, 30)), "those that overlap are one"
    dialog._ask()
    wait_until(lambda: bool(session.project.versions.of(CLIP)))
    (made,) = session.project.versions.of(CLIP)
    assert made.manifest.parameters["ranges"] == [[3, 12], [20, 30]] and made.manifest.frames == (3, 30)
    session.undo()


def test_clips_selected_in_the_library(studio: Application, panel: Any, steps: Any) -> None:
    view = studio.window.docks["library"].panel._view
    studio.window.show_panel("library")
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        at = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, at)
    order = studio.session.listing.order
    assert studio.session.listing.selected == (order[0], order[2])
    dialog = ask(studio)
    assert dialog.scope.currentData() == "selected" and dialog.request().clip_ids == (order[0], order[2])
    dialog._ask()
    job = studio.jobs.jobs[-1]
    wait_until(lambda: job.state is JobState.DONE)
    assert all(studio.session.project.versions.of(clip_id) for clip_id in (order[0], order[2]))
    assert not studio.session.project.versions.of(order[1])
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())


def test_ranges_are_told_together() -> None:
    one = RefineReport({"a": 3.0}, {"a": 2.0}, {"body_max": 0.2}, notes=("x",), seconds=1.0)
    none = RefineReport({"a": 2.0}, {"a": 2.0}, notes=("x",), seconds=2.0, skipped="nothing to repair")
    both = told_together([one, none])
    assert (both.before, both.after, both.skipped) == ({"a": 3.0}, {"a": 2.0}, None)
    assert (both.seconds, both.moved, both.notes) == (3.0, {"body_max": 0.2}, ("x",))
    assert told_together([none, none]).skipped == "nothing to repair"
