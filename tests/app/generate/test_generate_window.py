"""Generation in the real window: real keys, real mouse, a tiny untrained net in the worker's thread."""

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import CLIPS, FPS, FRAMES, box_mesh, pause, wait_until
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from interact_app.generate.losses import TrainingLog
from interact_app.generate.wish import ThingSource, Wish
from interact_core.jobs import JobState
from interact_core.project.children import child_id

if TYPE_CHECKING:
    from interact_app.application import Application

CLIP = f"demo/{CLIPS[0]}"
Key = Qt.Key


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A net of two steps: what it makes is noise, and everything around it is what a trained one has."""
    from interact_core.generate.config import DataConfig, ModelConfig, Recipe, TrainConfig
    from interact_core.generate.training import MODEL, train

    tiny = ModelConfig(width=32, layers=1, heads=2, shape_points=8, text_buckets=64, text_width=16, text_layers=0)
    data = DataConfig(pool=8, renew_every=0, renew_count=1, shortest=16, longest=20)
    recipe = Recipe(batch=2, steps=2, minutes=0, warm_up=1, device="cpu", log_steps=1)
    folder = tmp_path_factory.mktemp("net")
    train(TrainConfig(tiny, data, recipe), folder)
    return folder / MODEL


class InThread:
    """Stands for a ProcessWorker, whose start takes seconds; what goes over there is pickled all the same."""

    def __enter__(self) -> "InThread":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def call(self, work: Callable[..., Any], *args: object, context: Any, told: Callable[[Any], None]) -> Any:
        work, args = pickle.loads(ForkingPickler.dumps((work, args)))  # noqa: S301 - our own, a moment old
        return work(*args, context, told)


@pytest.fixture
def app(studio: "Application", model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Application"]:
    monkeypatch.setattr("interact_core.jobs.process_worker.ProcessWorker", InThread)
    before = studio.window.size()
    studio.window.resize(1850, 1150)
    wait_until(lambda: studio.viewport.canvas.height() > 400)
    studio.window.give_room("generate")
    desk = studio.generate
    desk.plan.wish = Wish("", "", Path(), "text", seconds=1.0, count=2, steps=4)
    desk.plan.choose_model(model)
    yield studio
    studio.window.resize(before)
    for job in studio.jobs.running:
        job.cancel()
    wait_until(lambda: not desk.bench.running)
    desk.sheet.turn(False)
    desk.sketch.turn(False)
    desk.sketch.keys, desk.sketch._before = (), []
    studio.compare.comparison.set_mode("off")
    project: Any = studio.session.project
    studio.session.open_clip(CLIP)
    for version in project.versions.all():
        project.versions.delete(version.id)
    project.versions.purge()
    shutil.rmtree(project.folder / "generated", ignore_errors=True)
    desk.bench._done.clear()
    desk.bench.reload()
    wait_until(lambda: not desk.bench.trials)


def panel_of(app: "Application") -> Any:
    return app.window.docks["generate"].panel


def press(app: "Application", key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or app.window, key, modifier)


def test_a_sentence_becomes_candidates_that_are_kept_and_taken_back(app: "Application") -> None:
    desk, panel, project = app.generate, panel_of(app), app.session.project
    assert project is not None and not panel.make.isEnabled() and "Say in a sentence" in panel._problem.text()
    panel.prompt.edit.setFocus()
    QTest.keyClicks(panel.prompt.edit, "a person lifts the xylophone")
    assert panel.make.isEnabled() and "xylophone" in panel._strange.text()
    press(app, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.bench.running and desk.sheet.on and len(desk.sheet.shown) == 2, "places are there before anything is seen"
    press(app, Key.Key_K)
    assert all(trial.decision == "" for trial in desk.bench.trials), "what is being made cannot be kept"
    wait_until(lambda: not desk.bench.running)
    wait_until(lambda: len(desk.bench.trials) == 2 and all(t.made_at for t in desk.bench.trials))
    assert [t.index for t in desk.bench.trials] == [0, 1] and desk.plan.prompts[0] == "a person lifts the xylophone"
    assert "seed 0" in desk.words.texts()[0] and "deepest" in desk.words.texts()[0]
    wait_until(lambda: not desk.composer._waiting)
    app.viewport.canvas.setFocus()
    press(app, Key.Key_Home)
    press(app, Key.Key_K)
    wait_until(lambda: len(project.versions.of(CLIP)) == 1)
    version = project.versions.of(CLIP)[0]
    assert version.kind == "generated" and version.manifest.parameters["text"] == "a person lifts the xylophone"
    wait_until(lambda: child_id(version) in app.session.listing.order)
    wait_until(lambda: project.versions.get(version.id).manifest.after)
    figures = project.versions.get(version.id).manifest.after
    assert {"penetration_max", "contact_object", "jerk_body"} <= set(figures)
    assert any("foot" in name or "skat" in name for name in figures), "all that is measured of any clip"
    wait_until(lambda: project.library.row(child_id(version)).severity is not None)
    assert [c.caption.text for c in project.captions(child_id(version))] == ["a person lifts the xylophone"]
    clip = project.versions.read(version.id)
    assert abs(clip.body.transl[0, [0, 2]] - app.session.clip.body.transl[0, [0, 2]]).max() < 1e-4  # type: ignore[union-attr]
    press(app, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: project.versions.of(CLIP) == () and child_id(version) not in app.session.listing.order)


def test_the_strength_of_the_words_is_asked_for_and_cells_tell_their_request(app: "Application") -> None:
    desk, panel = app.generate, panel_of(app)
    desk.plan.change(text="a person lifts the box with both hands", count=1)
    assert panel.scale.isVisibleTo(panel) and panel.scale.value() == 1.5
    panel.scale.setFocus()
    panel.scale.selectAll()
    QTest.keyClicks(panel.scale, "9")
    press(app, Key.Key_Return)
    assert desk.plan.wish.scale != 9.0, "beyond what can be chosen"
    panel.scale.selectAll()
    QTest.keyClicks(panel.scale, "3")
    press(app, Key.Key_Return)
    assert desk.plan.wish.scale == 3.0
    desk.make()
    wait_until(lambda: not desk.bench.running and len(desk.bench.trials) == 1)
    assert desk.bench.trials[0].manifest["scale"] == 3.0
    desk.plan.change(task="predict")
    assert not panel.scale.isVisibleTo(panel)
    desk.make()
    wait_until(lambda: not desk.bench.running and len(desk.bench.trials) == 2)
    labels = [desk.words._tells.label(trial) for trial in desk.bench.trials]
    assert labels == ["1 · Continue", "1 · Text: a person lifts the box with…"], "the newest request first"
    assert desk.words.texts()[1].startswith(labels[1])


def test_what_is_given_comes_from_the_chosen_range(app: "Application") -> None:
    desk, panel = app.generate, panel_of(app)
    panel.task.setCurrentIndex(panel.task.findData("predict"))
    panel.task.activated.emit(panel.task.currentIndex())
    assert "first 1 s" in panel._known.text() and not panel.prompt.isVisibleTo(panel)
    app.clock.set_range(10, 30)
    desk.plan.changed.emit()
    assert "frames 10 to 29" in panel._known.text()
    desk.plan.change(count=1)
    desk.make()
    wait_until(lambda: not desk.bench.running)
    wait_until(lambda: len(desk.bench.trials) == 1)
    trial = desk.bench.trials[0]
    made, own = trial.read(), app.session.clip
    assert own is not None and trial.start == pytest.approx(10 / FPS)
    assert made.body.transl[0] == pytest.approx(own.body.transl[10], abs=2e-3), "the past is where it was"
    assert made.duration > 20 / FPS + 0.8
    app.clock.set_frame(10)
    assert desk._moment(trial, 10, made.num_frames) == 0 and desk._moment(trial, 16, made.num_frames) == 6


def test_cancel_leaves_nothing_and_the_next_one_works(app: "Application") -> None:
    desk, panel = app.generate, panel_of(app)
    desk.plan.change(text="carry", steps=1000, count=8)
    desk.make()
    job = desk.bench.job
    assert job is not None
    wait_until(lambda: job.progress.stage.startswith("step"))
    panel.cancel.click()
    wait_until(lambda: job.state is JobState.CANCELLED)
    wait_until(lambda: desk.bench.trials == ())
    assert panel.make.isEnabled()


def test_what_cannot_be_is_said_and_nothing_is_lost(app: "Application", tmp_path: Path) -> None:
    desk, panel = app.generate, panel_of(app)
    told: list[str] = []
    app.session.failed.connect(lambda _title, text: told.append(text))
    try:
        for size, said in ((5.0, "5 m long"), (0.005, "0.005 m long")):
            path = tmp_path / f"thing_{size}.obj"
            mesh = box_mesh(size)
            lines = [f"v {x} {y} {z}" for x, y, z in mesh.vertices.tolist()]
            path.write_text("\n".join([*lines, *(f"f {a + 1} {b + 1} {c + 1}" for a, b, c in mesh.faces.tolist())]))
            desk.plan.change(text="hold " * 10, thing=ThingSource("mesh", path.stem, path))
            desk.make()
            wait_until(lambda: not desk.bench.running)
            wait_until(lambda said=said: told and said in told[-1])
    finally:
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not app.window:
                widget.close()
    assert desk.plan.wish.text == "hold " * 10
    panel.prompt.edit.setPlainText("wörter 言葉 " * 10_000)
    assert len(desk.plan.wish.text) <= 4096 and desk.plan.refusal() == ""
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\0" * 40)
    good = desk.plan.own_model
    desk.plan.choose_model(broken)
    assert not panel.make.isEnabled() and "broken.safetensors" in panel._model.text()
    desk.plan.choose_model(good)
    assert panel.make.isEnabled()


def test_without_a_model_the_panel_says_how_to_get_one(app: "Application", monkeypatch: pytest.MonkeyPatch) -> None:
    panel, plan = panel_of(app), app.generate.plan
    monkeypatch.setattr("interact_app.generate.plan.built_in", lambda: Path("/nowhere/demo.safetensors"))
    plan.choose_model(None)
    assert "interact train" in panel._model.text() and not panel.make.isEnabled() and panel.copy.isVisibleTo(panel)


def test_a_path_is_sketched_with_the_mouse_and_followed(app: "Application") -> None:
    desk, panel, canvas = app.generate, panel_of(app), app.viewport.canvas
    desk.plan.change(task="object_to_human", seconds=3.0, count=1)
    app.clock.set_frame(0)
    panel.sketching.click()
    assert desk.sketch.on and desk.layer.isVisible() and len(desk.sketch.keys) == 2
    part = app.session.clip.objects[0].parts[0]  # type: ignore[union-attr]
    assert desk.sketch.keys[0].place == pytest.approx(tuple(part.translation[0]), abs=1e-5), "from where the object is"
    at = QPoint(canvas.width() // 2, round(canvas.height() * 0.8))
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert len(desk.sketch.keys) == 3 and desk.sketch.chosen == 2
    added = desk.sketch.keys[2]
    seen = desk.layer.projected(np.array([added.place]))[0]
    assert seen is not None and (seen - QPointF(at)).manhattanLength() < 1.0, "where the mouse was"
    drag(canvas, at, QPoint(30, 0), Qt.KeyboardModifier.NoModifier)
    moved = desk.sketch.keys[2]
    assert moved.place != added.place and moved.place[1] == added.place[1], "on its own height"
    drag(canvas, at + QPoint(30, 0), QPoint(0, -40), Qt.KeyboardModifier.ShiftModifier)
    assert desk.sketch.keys[2].place[1] == pytest.approx(moved.place[1] + 0.2)
    desk.sketch.undo()
    assert desk.sketch.keys[2] == moved
    desk.sketch.undo()
    desk.sketch.change(time=1.0 + 1e-2, place=(5.0, 0.5, 5.0))
    assert "jumps" in panel.keys._problem.text()
    desk.sketch.undo()
    assert panel.keys._problem.text() == ""
    expected = desk.sketch.keys[0].place
    panel.make.click()
    wait_until(lambda: not desk.bench.running)
    wait_until(lambda: len(desk.bench.trials) == 1)
    made = desk.bench.trials[0].read()
    assert made.objects[0].parts[0].translation[0] == pytest.approx(expected, abs=2e-3), "the path is kept as it was drawn"
    assert made.num_frames >= 85
    assert desk.sketch.on and not desk.layer.isVisible(), "it is what is asked for, behind the sheet"


def drag(canvas: Any, start: QPoint, way: QPoint, modifier: Qt.KeyboardModifier) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.5, 1.0):
        to = QPointF(start) + QPointF(way) * share
        event = QMouseEvent(
            QEvent.Type.MouseMove, to, canvas.mapToGlobal(to), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, modifier
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + way)


def test_the_losses_of_a_run_are_watched_while_it_writes(app: "Application", tmp_path: Path) -> None:
    page = panel_of(app).training
    panel_of(app).tabs.setCurrentIndex(1)
    page.watch(tmp_path)
    assert "no log.jsonl yet" in page.words
    lines = [json.dumps({"step": k, "remaining": 90.0, "losses": {"loss": 10.0 / k, "contact": 0.0}}) for k in (20, 40)]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + '\n{"step": 60, "los')
    page.refresh()
    assert "Step 40" in page.words and [title for title, _, _ in page.chart.curves()] == ["loss"]
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('ses": {"loss": 0.1, "contact": 0.01}}\nnonsense\n')
    page.refresh()
    assert "Step 60" in page.words and page.chart.curves()[0][2][-1] == (60.0, -1.0)
    log = TrainingLog(tmp_path / "log.jsonl")
    assert log.read() and not log.read() and len(log.lines) == 3
    (tmp_path / "log.jsonl").write_text(lines[0] + "\n")
    assert log.read() and len(log.lines) == 1, "a shorter file is another run"
    panel_of(app).tabs.setCurrentIndex(0)
    pause(1)


def test_one_sheet_at_a_time(app: "Application") -> None:
    app.augment.turn_sheet(True)
    app.generate.turn_sheet(True)
    assert app.generate.sheet.on and not app.augment.sheet.on and app.viewport.hud.slim
    app.augment.turn_sheet(True)
    assert app.augment.sheet.on and not app.generate.sheet.on and app.viewport.hud.slim
    app.augment.turn_sheet(False)
    assert not app.viewport.hud.slim and app.session.clip is not None and app.session.clip.num_frames == FRAMES
