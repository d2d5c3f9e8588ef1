"""The real application on a small made-up dataset: what the window's tests start from."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart

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


@pytest.fixture
def studio(qtbot: QtBot, small_data: Path, _isolated_home: Path) -> Iterator["Application"]:  # noqa: F821 - imported late
    """The application, its window shown and the first clip of the small dataset open with all its figures."""
    yield from running(qtbot, small_data)


def running(qtbot: QtBot, path: Path | None, *, wait: bool = True) -> Iterator["Application"]:  # noqa: F821
    """Start the application as `main` does, and end it whatever happens."""
    from PySide6.QtWidgets import QApplication

    from interact_app.application import Application
    from interact_core.logs import start_logging

    log_session = start_logging("INFO")
    application = Application(QApplication.instance(), log_session)
    try:
        application.window.resize(1280, 800)
        application.start(path)
        qtbot.waitExposed(application.window)
        if wait:
            qtbot.waitUntil(lambda: application.session.inspection is not None, timeout=120_000)
            qtbot.waitUntil(lambda: not application.viewport.canvas.image.isNull(), timeout=30_000)
        yield application
    finally:
        application.dialogs.may_close = lambda: True  # type: ignore[method-assign]
        application.window.close()
        application.deleteLater()
        log_session.close()
        qtbot.wait(1)
