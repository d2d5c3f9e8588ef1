"""A small clip with known shapes: a ball for the body, walking along +X, and a box that turns beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from interact_app.scene.hidden_window import HiddenWindow
from interact_app.scene.scene import Scene
from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.inspection import PosedClip, VertexField

FRAMES = 12
BOX_FACES = np.array([
    [0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7], [0, 1, 5], [0, 5, 4],
    [3, 6, 2], [3, 7, 6], [0, 4, 7], [0, 7, 3], [1, 2, 6], [1, 6, 5],
], np.int32)  # fmt: skip
BOX = np.array([[x, y, z] for z in (-1, 1) for y, x in ((-1, -1), (-1, 1), (1, 1), (1, -1))], np.float32) * 0.25


def ball(rings: int = 40, around: int = 60, radius: float = 0.5) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """A closed sphere about the origin, faces wound outward."""
    theta = np.pi * np.arange(1, rings) / rings
    phi = 2 * np.pi * np.arange(around) / around
    x, y, z = np.outer(np.sin(theta), np.sin(phi)), np.outer(np.cos(theta), np.ones(around)), np.outer(np.sin(theta), np.cos(phi))
    grid = np.stack([x, y, z], axis=-1)
    points = np.concatenate([grid.reshape(-1, 3), [[0, 1, 0], [0, -1, 0]]]) * radius
    at = lambda i, j: i * around + j % around  # noqa: E731
    faces = [tri for i in range(rings - 2) for j in range(around)
             for tri in ((at(i, j), at(i + 1, j), at(i, j + 1)), (at(i, j + 1), at(i + 1, j), at(i + 1, j + 1)))]  # fmt: skip
    top, bottom = len(points) - 2, len(points) - 1
    faces += [(top, at(0, j), at(0, j + 1)) for j in range(around)]
    faces += [(bottom, at(rings - 2, j + 1), at(rings - 2, j)) for j in range(around)]
    return points.astype(np.float32), np.array(faces, np.int32)


@pytest.fixture
def posed() -> PosedClip:
    points, faces = ball()
    steps = np.arange(FRAMES, dtype=np.float32)
    body = points + np.stack([0.1 * steps, np.full(FRAMES, 0.6), 0 * steps], axis=1)[:, None].astype(np.float32)
    angle = 0.2 * steps
    turn = np.zeros((FRAMES, 3, 3), np.float32)
    turn[:, 0, 0] = turn[:, 2, 2] = np.cos(angle)
    turn[:, 0, 2], turn[:, 2, 0], turn[:, 1, 1] = np.sin(angle), -np.sin(angle), 1
    part = ObjectPart("box", Mesh(BOX, BOX_FACES), turn, np.tile(np.array([0.0, 0.3, 1.2], np.float32), (FRAMES, 1)))
    zeros = np.zeros((FRAMES, 15, 3), np.float32)
    motion = BodyMotion("open", "neutral", Betas(np.zeros(10)), zeros[:, 0], np.zeros((FRAMES, 21, 3)), zeros, zeros, zeros[:, 0])
    joints = np.zeros((FRAMES, 52, 3), np.float32) + body.mean(axis=1, keepdims=True)
    joints[:, 1, 0] += 0.1  # left hip at +X of the right one: the person faces +Z
    joints[:, 2, 0] -= 0.1
    model = SimpleNamespace(faces=faces, marker_vertices=np.linspace(0, len(points) - 1, 77).astype(np.intp))
    clip = Clip("ball_001", 30.0, motion, (ObjectMotion("box", (part,)),))
    return PosedClip(
        clip, SimpleNamespace(model=model), body.astype(np.float32), joints,
        part.posed(), BOX_FACES, (slice(0, 8),), ("box",), np.ones(FRAMES, bool),
    )  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture
def make_scene() -> Iterator[Callable[..., Scene]]:
    """Scenes of a given picture size, closed after the test."""
    opened: list[tuple[Scene, HiddenWindow]] = []

    def make(size: tuple[int, int] = (400, 300), **options: object) -> Scene:
        plotter = HiddenWindow(size)
        opened.append((Scene(plotter, **options), plotter))  # type: ignore[arg-type]
        return opened[-1][0]

    yield make
    for scene, plotter in opened:
        scene.close()
        plotter.close()


@pytest.fixture
def scene(make_scene: Callable[..., Scene], posed: PosedClip) -> Scene:
    scene = make_scene()
    scene.set_clip(posed)
    return scene


def field(posed: PosedClip, values: NDArray[np.float32], target: str = "body", **options: object) -> VertexField:
    settings: dict[str, object] = {"vmin": 0.0, "vmax": 1.0, "colormap": "viridis"} | options
    return VertexField("test", "Test value", "m", target, values, **settings)  # type: ignore[arg-type]


@pytest.fixture
def make_field() -> Callable[..., VertexField]:
    return field


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path
