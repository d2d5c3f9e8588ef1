"""Sample clips of a real run of training, listed in the training tab and opened by the keyboard and the mouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import CLIPS, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    from interact_app.application import Application


def train_to(folder: Path, steps: int) -> None:
    """On the demo world; a preview after every second step."""
    from interact_core.generate.config import DataConfig, ModelConfig, Recipe, TrainConfig
    from interact_core.generate.training import train

    tiny = ModelConfig(width=32, layers=1, heads=2, shape_points=8, text_buckets=64, text_width=16, text_layers=0)
    data = DataConfig(pool=8, renew_every=0, renew_count=1, shortest=16, longest=20)
    recipe = Recipe(batch=2, steps=steps, minutes=0, warm_up=1, device="cpu", log_steps=1, preview_steps=2)
    train(TrainConfig(tiny, data, recipe), folder)


@pytest.fixture
def page(studio: "Application", small_data: Path, tmp_path: Path) -> Iterator[Any]:
    train_to(tmp_path / "run", 4)
    studio.window.give_room("generate")
    panel: Any = studio.window.docks["generate"].panel
    panel.tabs.setCurrentIndex(1)
    panel.training.watch(tmp_path / "run")
    yield panel.training
    panel.training.log = None
    panel.tabs.setCurrentIndex(0)
    if studio.session.project is None or studio.session.project.data != small_data.resolve():
        studio.session.open_project(small_data)
        wait_until(lambda: studio.session.clip_id == f"demo/{CLIPS[0]}")


def rows(page: Any) -> list[str]:
    return [page.previews.list.item(k).text() for k in range(page.previews.list.count())]


def test_samples_of_a_run_are_opened_also_those_that_came_later(studio: "Application", page: Any, tmp_path: Path) -> None:
    session, found = studio.session, page.previews.list
    assert rows(page) == ["Step 4", "Step 2"] and page.previews.isVisible()
    found.setFocus()
    QTest.keyClick(found, Qt.Key.Key_Down)
    QTest.keyClick(found, Qt.Key.Key_Return)
    wait_until(lambda: session.clip_id == "demo/step_00000002" and session.clip is not None)
    train_to(tmp_path / "run", 6)
    page.refresh()
    assert rows(page) == ["Step 6", "Step 4", "Step 2"] and found.currentItem().text() == "Step 2", "what was chosen stays"
    found.setCurrentRow(0)
    QTest.mouseClick(page.previews.open_button, Qt.MouseButton.LeftButton)
    wait_until(lambda: session.clip_id == "demo/step_00000006" and session.clip is not None)
    assert session.clip_error is None and session.clip is not None and session.clip.objects


def test_a_run_without_samples_shows_no_list(page: Any, tmp_path: Path) -> None:
    page.watch(tmp_path / "other")
    assert not page.previews.isVisible() and rows(page) == []
