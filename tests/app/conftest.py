"""The real application on a small made-up dataset: what the window's tests start from."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from interact_app.display import Display
from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart

if TYPE_CHECKING:
    from interact_app.application import Application

FRAMES = 40
FPS = 30.0
CLIPS = ("demo_alpha", "demo_beta", "demo_gamma")


def box_mesh(size: float = 0.3) -> Mesh:
    """Twelve triangles around the origin, outward."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32) * (size / 2)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([f for a, b, c, d in quads for f in ((a, b, c), (a, c, d))], np.int32)
    return Mesh(corners, faces, "box")


def made_clip(name: str, seed: int, frames: int = FRAMES) -> Clip:
    """A person who sways a little and a box that goes through the chest and out again."""
    rng = np.random.default_rng(seed)
    wave = np.sin(np.linspace(0, np.pi, frames))[:, None]
    body_pose = np.zeros((frames, 21, 3), np.float32)
    body_pose[:, 15:19] = wave[:, None] * rng.normal(0, 0.2, (1, 4, 3))
    transl = np.zeros((frames, 3), np.float32)
    transl[:, 1] = 0.95
    hands = np.zeros((frames, 15, 3), np.float32)
    body = BodyMotion("open", "neutral", Betas(np.zeros(10)), np.zeros((frames, 3), np.float32), body_pose, hands, hands, transl)
    place = np.stack([np.zeros(frames), np.full(frames, 1.2), 0.6 - 0.5 * wave[:, 0]], axis=1)
    part = ObjectPart("box", box_mesh(), np.broadcast_to(np.eye(3), (frames, 3, 3)).copy(), place)
    captions = (Caption(f"A person moves the box, take {seed}."),)
    return Clip(f"demo/{name}", FPS, body, (ObjectMotion("box", (part,)),), captions, actions=("move",))


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three clips of 40 frames in the InterAct layout."""
    from interact_core.formats.interact_writer import write_clip

    root = tmp_path_factory.mktemp("data")
    for seed, name in enumerate(CLIPS):
        write_clip(made_clip(name, seed), root, "demo")
    return root


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, projects and logs of a whole module: starting the application once takes seconds."""
    home = tmp_path_factory.mktemp("module_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERACT_HOME", str(home))
        patch.delenv("INTERACT_MODELS", raising=False)
        yield home


@pytest.fixture(scope="module")
def module_studio(qapp: QApplication, small_data: Path, module_home: Path) -> Iterator["Application"]:
    """The application with the first clip of the small dataset open and all its figures there."""
    with running(small_data) as application:
        wait_until(lambda: application.session.inspection is not None)
        wait_until(lambda: not application.viewport.canvas.image.isNull())
        yield application


@pytest.fixture
def studio(module_studio: "Application", small_data: Path) -> "Application":
    """The module's application, brought back to the state it had at first."""
    app = module_studio
    app.clock.pause()
    app.session.open_clip(f"demo/{CLIPS[0]}")
    wait_until(lambda: app.session.inspection is not None)
    app.clock.restore({"speed": 1.0, "loop": "clip", "policy": "realtime"})
    app.clock.clear_range()
    app.clock.set_frame(0)
    app.session.set_display(**{f.name: getattr(Display(), f.name) for f in fields(Display)})
    app.window.activateWindow()
    wait_until(lambda: QApplication.activeWindow() is app.window, 10_000)
    return app


@contextmanager
def running(path: Path | None) -> Iterator["Application"]:
    """Start the application as `main` does, and end it whatever happens."""
    from interact_app.application import Application
    from interact_core.logs import start_logging

    log_session = start_logging("INFO")
    application = Application(QApplication.instance(), log_session)  # type: ignore[arg-type]
    try:
        application.window.resize(1280, 800)
        application.start(path)
        yield application
    finally:
        application.dialogs.may_close = lambda: True  # type: ignore[method-assign]
        application.window.close()
        application.window.deleteLater()
        application.deleteLater()
        log_session.close()
        pause(1)


def wait_until(condition: Callable[[], object], timeout_ms: int = 120_000) -> None:
    """Let the event loop run until something holds."""
    deadline = time.monotonic() + timeout_ms / 1000
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        pause(10)


def pause(ms: int) -> None:
    """Let the event loop run. Not QTest.qWait: it keeps Python's lock, and the workers would stand still."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
