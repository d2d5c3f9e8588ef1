"""Versions in the real window: shown, opened, accepted, deleted, brought back; refining asked for by the dialog."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from conftest import CLIPS, FRAMES, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox

from interact_app.application import Application
from interact_core.clip import Clip
from interact_core.jobs import JobContext, JobState
from interact_core.project import Manifest, Version
from interact_core.refine.report import Preview, RefineReport, RefineResult

CLIP = f"demo/{CLIPS[0]}"


def lifted(clip: Clip, by: float = 0.1) -> Clip:
    part = clip.objects[0].parts[0]
    part = replace(part, translation=part.translation + np.float32([0, by, 0]))
    return replace(clip, objects=(replace(clip.objects[0], parts=(part,)),))


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
def slow_refining(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RefineResult]:
    """A refinement that lifts the object and shows how far it is, a step every 5 ms, for as long as it is let."""
    seen: dict[str, Any] = {"steps": 60}

    def refine(clip: Clip, options: Any, *, context: JobContext, on_state: Callable[[Preview], None], **_: Any) -> RefineResult:
        import time

        seen["options"] = options
        for step in range(seen["steps"]):
            context.checkpoint()
            context.progress(step / seen["steps"], "objects", {"penetration mm": 10.0 - step / 10})
            if step % 20 == 10:
                part = lifted(clip, 0.5).objects[0].parts[0]
                vertices = np.full((clip.num_frames, seen["vertices"], 3), 0.5, np.float32)
                joints = np.zeros((clip.num_frames, 52, 3), np.float32)
                state = Preview("objects", slice(0, clip.num_frames), vertices, joints,
                                part.rotation[:, None], part.translation[:, None])  # fmt: skip
                on_state(state)
            time.sleep(0.005)
        report = RefineReport(
            MappingProxyType({"penetration_max": 0.03}), MappingProxyType({"penetration_max": 0.01}), seconds=1.0
        )
        return RefineResult(lifted(clip), report)

    monkeypatch.setattr("interact_core.refine.refine.refine_clip", refine)
    refine.seen = seen  # type: ignore[attr-defined]
    return refine


def ask(studio: Application, slow_refining: Any) -> Any:
    slow_refining.seen["vertices"] = studio.session.posed.body_vertices.shape[1]
    studio.actions.trigger("versions.refine")
    dialog = studio.dialogs.dialog("refine")
    assert dialog is not None
    return dialog


def test_refining_shows_its_state_and_opens_the_new_version(studio: Application, panel: Any, slow_refining: Any) -> None:
    shown: list[bool] = []
    studio.session.versions.preview_changed.connect(lambda: shown.append(studio.session.versions.preview is not None))
    dialog = ask(studio, slow_refining)
    box = dialog.editors["hand_allowance"]
    assert isinstance(box, QDoubleSpinBox) and box.value() == 1.0 and box.suffix() == " mm"
    box.setValue(2.5)
    box.editingFinished.emit()
    assert dialog.preset.currentData() == "changed"
    dialog._ask()
    wait_until(lambda: bool(studio.session.project.versions.of(CLIP)))
    wait_until(lambda: studio.session.versions.shown(CLIP) != "" and studio.session.inspection is not None)
    assert slow_refining.seen["options"].hand_allowance == pytest.approx(0.0025)
    assert True in shown and studio.session.versions.preview is None
    (made,) = studio.session.project.versions.of(CLIP)
    assert made.manifest.parameters["hand_allowance"] == pytest.approx(0.0025)
    assert made.manifest.after["penetration_max"]["value"] == 0.01


def test_pause_and_cancel(studio: Application, panel: Any, slow_refining: Any) -> None:
    slow_refining.seen["steps"] = 100_000
    dialog = ask(studio, slow_refining)
    dialog._ask()
    job = studio.jobs.jobs[-1]
    wait_until(lambda: job.progress.fraction > 0)
    job.pause()
    wait_until(lambda: job.paused)
    job.resume()
    job.cancel()
    wait_until(lambda: job.state is JobState.CANCELLED)  # left alone it would work for minutes
    assert studio.session.project.versions.of(CLIP) == ()
    wait_until(lambda: studio.session.versions.preview is None)


def test_presets_scopes_and_wrong_values(studio: Application, panel: Any, slow_refining: Any) -> None:
    studio.clock.set_range(5, 20)
    dialog = ask(studio, slow_refining)
    dialog.scope.setCurrentIndex(dialog.scope.findData("range"))
    assert (dialog.request().options.first_frame, dialog.request().options.last_frame) == (5, 20)
    dialog.scope.setCurrentIndex(dialog.scope.findData("library"))
    assert len(dialog.request().clip_ids) == len(CLIPS) and dialog.request().per_dataset
    dialog._take_preset("hands only")
    assert not dialog.editors["move_objects"].isChecked() and dialog.options.move_hands
    dialog._take_preset("default")
    assert dialog.editors["move_objects"].isChecked() and f"{len(CLIPS) * FRAMES} frames" in dialog._estimate.text()
    dialog.reject()
