"""Augmentation in the real window: real keys, real mouse, real pixels; candidates without a solver, in a child process."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import fake_augmenting
import numpy as np
import pytest
from conftest import CLIPS, pause, wait_until
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from interact_app.augment.child import Task
from interact_core.augment.options import AugmentOptions
from interact_core.augment.sampling import draw
from interact_core.augment.trials import TrialStore
from interact_core.jobs import JobState
from interact_core.jobs.context import NullContext
from interact_core.paths import app_paths
from interact_core.project.children import child_id

if TYPE_CHECKING:
    from interact_app.application import Application

CLIP = f"demo/{CLIPS[0]}"
Key = Qt.Key


@pytest.fixture
def app(studio: "Application", monkeypatch: pytest.MonkeyPatch) -> Iterator["Application"]:
    """Candidates are made up from now on; nothing is left of them afterwards."""
    monkeypatch.setattr("interact_app.augment.working.augment_here", fake_augmenting.augment)
    studio.augment.plan.options = replace(AugmentOptions(), count=6)
    studio.augment.plan._index = None
    studio.session.set_display(field="none")
    before = studio.window.size()
    studio.window.resize(1850, 1150)  # room for six views
    wait_until(lambda: studio.viewport.canvas.height() > 400)
    yield studio
    studio.window.resize(before)
    for job in studio.jobs.running:
        job.cancel()
    wait_until(lambda: not studio.augment.bench.running)
    studio.augment.sheet.turn(False)
    studio.augment.sheet.set_filter("all")
    studio.augment.live.end()
    studio.compare.comparison.set_mode("off")
    studio.compare.comparison._keys = ()
    project = studio.session.project
    assert project is not None
    studio.session.open_clip(CLIP)
    for version in project.versions.all():
        project.versions.delete(version.id)
    project.versions.purge()
    shutil.rmtree(TrialStore(project.folder).root, ignore_errors=True)
    studio.augment.bench._done.clear()
    studio.augment.bench._undone.clear()
    studio.augment.bench.reload()
    quiet_is_done(studio)
    assert not studio.augment.bench.trials


@pytest.fixture
def candidates(app: "Application") -> "Application":
    """Six candidates are there, and the sheet is on."""
    populate(app, 6)
    app.augment.turn_sheet(True)
    wait_until(lambda: not drawing(app))
    return app


def populate(app: "Application", count: int) -> None:
    """Without a child process, whose start takes seconds."""
    project, plan = app.session.project, app.augment.plan
    assert project is not None
    known = plan.done
    missing = tuple(k for k in range(count) if k not in known)
    clip = project.read_clip(CLIP)
    task = Task(clip, CLIP, "", plan.options, missing, {}, project.folder, None, app_paths().cache, None)
    fake_augmenting.augment(task, NullContext(), lambda _said: None)
    app.augment.bench.reload()
    quiet_is_done(app)
    assert len(app.augment.bench.trials) == count


def quiet_is_done(app: "Application") -> None:
    """Everything that was to be read or written so far: it is done in order, so a reading from before is told of, too."""
    told: list[bool] = []
    app.session.jobs.quietly(lambda: None, lambda: told.append(True))
    wait_until(lambda: bool(told), 20_000)


def drawing(app: "Application") -> bool:
    pause(20)
    return app.augment.composer._views is None or bool(app.augment.composer._waiting)


def press(app: "Application", key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or app.window, key, modifier)


def numbers(app: "Application") -> list[int]:
    return [trial.index for trial in app.augment.sheet.shown]


def chosen(app: "Application") -> int:
    trial = app.augment.sheet.chosen
    assert trial is not None
    return trial.index


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def view(app: "Application", place: int) -> np.ndarray:
    rect = app.augment.sheet.places()[place]
    scale = app.viewport.image().width() / app.viewport.canvas.width()
    left, top, right, bottom = (round(v * scale) for v in (rect.left(), rect.top(), rect.right(), rect.bottom()))
    return pixels(app.viewport.image())[top:bottom, left:right]


# Before anything is made


def test_the_command_opens_the_panel_and_shows_where_things_go_at_once(app: "Application") -> None:
    posed = app.session.posed
    assert posed is not None
    app.clock.set_frame(7)
    app.viewport.canvas.setFocus()
    press(app, Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert app.window.docks["augment"].isVisible()
    shown = app.session.versions.preview
    assert shown is not None, "in the same turn of the event loop"
    drawn = draw(app.augment.plan.options.variations, app.augment.plan.options.following, 0, 0)
    middle = shown.posed.object_vertices[7].mean(axis=0) - posed.object_vertices[7].mean(axis=0)
    assert np.linalg.norm(middle[[0, 2]]) > 0.3 * np.hypot(drawn.offset[0], drawn.offset[2])
    wait_until(lambda: app.session.versions.preview is not None and app.session.versions.preview.posed.ready.all())
    whole = app.session.versions.preview
    assert whole is not None and np.isfinite(whole.posed.body_vertices).all()
    assert app.viewport.hud.text.preview.startswith("Preview: candidate 1")


def test_a_slider_moves_the_object_while_it_is_dragged(app: "Application") -> None:
    app.actions.trigger("augment.open")
    panel: Any = app.window.docks["augment"].panel
    slider = panel.form.knobs["displace_far"].slider
    places: list[np.ndarray] = []

    def note() -> None:
        shown = app.session.versions.preview
        if shown is not None:
            places.append(shown.posed.object_vertices[app.clock.frame].mean(axis=0).copy())

    app.session.versions.preview_changed.connect(note)
    panel.tabs.currentWidget().ensureWidgetVisible(slider)
    slider.setFocus()
    before = app.augment.plan.options.variations.displace_far
    for _ in range(8):
        QTest.keyClick(slider, Key.Key_PageUp)
    assert app.augment.plan.options.variations.displace_far > before and panel.preset.currentData() == "changed"
    ways = [np.linalg.norm((place - places[0])[[0, 2]]) for place in places]
    assert len(places) >= 8 and ways[-1] > 0.05 and all(b >= a - 1e-6 for a, b in pairwise(ways))
    panel.number.setValue(4)
    assert app.augment.plan.index == 3 and "candidate 4" in app.viewport.hud.text.preview
    QTest.mouseClick(panel.look, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.look.height() // 2))
    assert app.session.versions.preview is None, "the clip itself again"


def test_presets_and_a_value_that_cannot_be(app: "Application") -> None:
    app.actions.trigger("augment.open")
    panel: Any = app.window.docks["augment"].panel
    panel.preset.setCurrentIndex(panel.preset.findData("sizes"))
    panel.preset.activated.emit(panel.preset.currentIndex())
    v = app.augment.plan.options.variations
    assert v.scale and v.shape and not v.displace and panel.form.knobs["scale_low"].isVisibleTo(panel)
    assert not panel.form.knobs["displace_far"].isVisibleTo(panel) and app.augment.plan.options.count == 6
    assert app.augment.plan.change("yaw_most", 400.0) != ""
    assert app.augment.plan.preset == "sizes"


def test_an_empty_sheet_says_what_to_do(app: "Application") -> None:
    app.actions.trigger("augment.sheet")
    assert app.augment.sheet.on and app.augment.words.isVisible() and app.augment.sheet.shown == ()
    press(app, Key.Key_K)
    press(app, Key.Key_Return)
    assert app.augment.sheet.on
    press(app, Key.Key_Escape)
    assert not app.augment.sheet.on


# Making


def test_candidates_appear_one_by_one_with_scores_and_reasons(app: "Application") -> None:
    seen: list[int] = []
    app.augment.bench.changed.connect(lambda: seen.append(len(app.augment.bench.trials)))
    app.augment.plan.change("count", 4)
    app.augment.make()
    wait_until(lambda: len(app.augment.bench.trials) == 4 and not app.augment.bench.running)
    assert {1, 2, 3} <= set(seen), "each as soon as it is there"
    assert [t.passed for t in app.augment.bench.trials] == [True, True, False, False]
    app.augment.turn_sheet(True)
    texts = app.augment.words.texts()
    assert "✓ holds every limit" in texts[0] and "contact 0.98" in texts[0]
    assert "deepest penetration 13.8" in texts[2] and "limit 10" in texts[2]
    assert "nearly the same as candidate 1" in texts[3]


def test_the_solving_body_is_shown_while_it_is_solved(app: "Application", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake_augmenting.STEP, "0.05")
    app.actions.trigger("augment.open")
    stages: list[str] = []
    app.session.versions.preview_changed.connect(
        lambda: stages.append(app.session.versions.preview.stage if app.session.versions.preview else "")
    )
    app.augment.make()
    assert app.session.versions.preview is None, "what was only guessed gives way"
    wait_until(lambda: any("candidate 1, body follows" in stage for stage in stages))
    wait_until(lambda: not app.augment.bench.running and app.session.versions.preview is None)


def test_cancel_keeps_what_is_there_and_making_goes_on_with_the_rest(
    app: "Application", monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv(fake_augmenting.STEP, "0.1")
    app.augment.make()
    job = app.augment.bench.job
    assert job is not None
    wait_until(lambda: len(app.augment.bench.trials) == 1)
    job.cancel()
    wait_until(lambda: job.state is JobState.CANCELLED)
    monkeypatch.setenv(fake_augmenting.STEP, "0.001")
    assert 0 not in app.augment.plan.indices and app.augment.plan.indices[-1] == 5
    app.augment.make()
    wait_until(lambda: len(app.augment.bench.trials) == 6 and not app.augment.bench.running)
    assert sorted(t.index for t in app.augment.bench.trials) == [0, 1, 2, 3, 4, 5]
    assert app.augment.plan.indices == (6, 7, 8, 9, 10, 11), "then as many more"


def test_a_failed_job_can_be_tried_again(app: "Application", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake_augmenting.FAILS, "yes")
    app.augment.plan.change("count", 2)
    app.augment.make()
    job = app.augment.bench.job
    assert job is not None
    wait_until(lambda: job.state is JobState.FAILED)
    assert app.augment.bench.trials == ()
    monkeypatch.delenv(fake_augmenting.FAILS)
    app.jobs.retry(job)
    wait_until(lambda: len(app.augment.bench.trials) == 2)


def test_many_clips_in_one_job_that_keeps_what_holds(app: "Application") -> None:
    ids = tuple(f"demo/{name}" for name in CLIPS[:2])
    app.session.listing.select(ids)
    app.actions.trigger("augment.open")
    plan = app.augment.plan
    assert plan.scope == "selected" and plan.clip_ids == ids
    plan.change("count", 2)
    plan.keep_passed = True
    try:
        app.augment.make()
        wait_until(lambda: not app.augment.bench.running)
        project = app.session.project
        assert project is not None
        assert [len(TrialStore(project.folder).of(clip_id)) for clip_id in ids] == [2, 2]
        assert {len(project.versions.of(clip_id)) for clip_id in ids} == {2}
        wait_until(lambda: app.augment.bench.project_tally is not None and app.augment.bench.project_tally.whole.kept == 4)
        made = {trial.folder.stat().st_mtime_ns for trial in TrialStore(project.folder).all()}
        app.augment.make()
        wait_until(lambda: not app.augment.bench.running)
        assert made == {t.folder.stat().st_mtime_ns for t in TrialStore(project.folder).all()}, "nothing is made twice"
    finally:
        plan.keep_passed = False
        plan.set_scope("clip")
        app.session.listing.select((CLIP,))


# The sheet


def test_every_view_shows_its_candidate_and_all_of_them_the_same_moment(candidates: "Application") -> None:
    app = candidates
    assert numbers(app) == [0, 1, 2, 3, 4, 5]
    first = [view(app, k) for k in range(6)]
    assert all(picture.std() > 5 for picture in first), "something is seen in each"
    assert np.abs(first[0] - first[1]).max() > 40, "the objects are elsewhere"
    app.clock.set_frame(20)
    pause(60)
    later = [view(app, k) for k in range(6)]
    assert all(np.abs(a - b).max() > 40 for a, b in zip(first, later, strict=True)), "one clock"
    middle = app.viewport.canvas.rect().center()
    QTest.mousePress(app.viewport.canvas, Qt.MouseButton.LeftButton, pos=middle)
    app.viewport.canvas.orbited.emit(80.0, 0.0)
    QTest.mouseRelease(app.viewport.canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    pause(60)
    assert all(np.abs(view(app, k) - later[k]).max() > 40 for k in range(6)), "one camera"
    app.viewport.cameras.reset_camera()


def test_arrows_and_clicks_choose_and_letters_belong_to_the_sheet(candidates: "Application") -> None:
    app = candidates
    columns, _ = app.augment.sheet.grid
    frame = app.clock.frame
    press(app, Key.Key_Right)
    assert chosen(app) == 1 and app.clock.frame == frame, "the arrow does not step"
    press(app, Key.Key_Down)
    assert chosen(app) == min(1 + columns, 5)
    press(app, Key.Key_Home)
    assert chosen(app) == 0
    press(app, Key.Key_End)
    assert chosen(app) == 5
    rect = app.augment.sheet.places()[2]
    QTest.mouseClick(app.viewport.canvas, Qt.MouseButton.LeftButton, pos=rect.center())
    assert chosen(app) == 2 and app.augment.words.pointed(QPointF(rect.center())) is app.augment.sheet.chosen
    press(app, Key.Key_Period)
    assert app.clock.frame == frame + 1, "what the sheet does not want stays as it was"


def test_keep_discard_and_undo(candidates: "Application") -> None:
    app, project = candidates, candidates.session.project
    assert project is not None
    press(app, Key.Key_K)
    assert chosen(app) == 1 and app.augment.bench.trials[0].decision == "kept", "shown at once, the next one is chosen"
    wait_until(lambda: len(project.versions.of(CLIP)) == 1)
    (version,) = project.versions.of(CLIP)
    assert version.kind == "augmented" and version.manifest.parameters["candidate"] == 0
    child = child_id(version)
    wait_until(lambda: child in app.session.listing.order)
    assert project.library.row(child).state == "needs_review" and project.library.row(child).caption.startswith("A person moves")
    press(app, Key.Key_X)
    assert app.augment.bench.trials[1].decision == "discarded"
    press(app, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    press(app, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert chosen(app) == 0 and {t.decision for t in app.augment.bench.trials} == {""}
    wait_until(lambda: project.versions.of(CLIP) == () and child not in app.session.listing.order)
    press(app, Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    wait_until(lambda: child in app.session.listing.order)
    assert [v.id for v in project.versions.of(CLIP)] == [version.id], "the same version, not a second one"
    wait_until(lambda: TrialStore(project.folder).of(CLIP)[0].decision == "kept")


def test_pages_and_filters(candidates: "Application") -> None:
    app = candidates
    populate(app, 15)
    sheet = app.augment.sheet
    app.viewport.canvas.setFocus()
    per_page = len(sheet.shown)
    assert sheet.pages > 1 and per_page <= 12
    press(app, Key.Key_PageDown)
    assert sheet.page == 1 and numbers(app)[0] == per_page
    wait_until(lambda: not drawing(app))
    press(app, Key.Key_PageUp)
    assert sheet.page == 0
    sheet.set_filter("rejected")
    assert all(not t.passed for t in sheet.trials) and sheet.chosen in sheet.trials
    sheet.set_filter("open")
    count = len(sheet.trials)
    press(app, Key.Key_X)
    assert len(sheet.trials) == count - 1 and sheet.chosen is not None


def test_enter_shows_it_beside_its_source_and_escape_comes_back(candidates: "Application") -> None:
    app, comparison = candidates, candidates.compare.comparison
    press(app, Key.Key_Right)
    press(app, Key.Key_Return)
    assert comparison.mode == "side_by_side" and not app.augment.sheet.on
    wait_until(lambda: all(side.is_posed for side in comparison.sides))
    assert comparison.sides[1].title == "candidate 2"
    beside, own = comparison.sides[1].posed, app.session.posed
    assert beside is not None and own is not None
    offset = beside.object_vertices[0].mean(axis=0) - own.object_vertices[0].mean(axis=0)
    drawn = app.augment.bench.trials[1].draw
    assert offset == pytest.approx([drawn.offset[0], 0, drawn.offset[2]], abs=1e-4)
    assert app.actions.qaction("augment.keep").isEnabled()
    app.viewport.canvas.setFocus()
    press(app, Key.Key_Escape)
    assert app.augment.sheet.on and comparison.mode == "off" and chosen(app) == 1


def test_a_kept_one_goes_to_captioning(candidates: "Application") -> None:
    app, project = candidates, candidates.session.project
    assert project is not None
    press(app, Key.Key_K)
    press(app, Key.Key_Left)
    wait_until(lambda: app.actions.qaction("augment.caption").isEnabled())
    app.actions.trigger("augment.caption")
    child = child_id(project.versions.of(CLIP)[0])
    wait_until(lambda: app.session.clip_id == child and app.session.posed is not None)
    assert app.session.captions[0].text.startswith("A person moves the box") and not app.augment.sheet.on
    app.queue.set_strategy("review")
    wait_until(lambda: [item.clip_id for item in app.queue.items] == [child])
    app.queue.set_strategy("library")


def test_yield_over_clip_and_project(candidates: "Application") -> None:
    app = candidates
    app.window.show_panel("augment")
    panel: Any = app.window.docks["augment"].panel
    panel.tabs.setCurrentIndex(1)
    yields = panel.yields
    assert "6 candidates" in yields.summary and "3 of 6, 50" in yields.bars.accessibleName()
    assert "near duplicate of another: 1" in yields.bars.accessibleName() and "jerk: 2" in yields.bars.accessibleName()
    wait_until(lambda: app.augment.bench.project_tally is not None)
    QTest.mouseClick(yields._buttons[1], Qt.MouseButton.LeftButton)
    wait_until(lambda: "1 clips" in yields.summary)
    app.actions.trigger("augment.keep_all")
    assert [t.decision for t in app.augment.bench.trials] == ["kept", "kept", "", "", "kept", ""]
    project: Any = app.session.project
    wait_until(lambda: len(project.versions.of(CLIP)) == 3)
    app.augment.sheet.undo()
    wait_until(lambda: project.versions.of(CLIP) == ())


def test_the_library_offers_it_for_one_and_for_many(app: "Application") -> None:
    library: Any = app.window.docks["library"].panel
    menu: Callable[[], list[str]] = lambda: [a.text() for a in library.menu_for(library._model.index(0)).actions()]  # noqa: E731
    assert "Augment…" in menu()
    app.session.listing.select(tuple(f"demo/{name}" for name in CLIPS))
    assert "Augment the 3 selected clips…" in menu()
    app.session.listing.select((CLIP,))
