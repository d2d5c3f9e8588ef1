"""Small recordings with every quirk a source may have, and a data set folder to consolidate."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.take import Bench, Take
from interact_core.formats.interact_writer import write_clip
from interact_core.geometry.rotations import axis_angle_to_matrix

sys.path.insert(0, str(Path(__file__).parent))  # licensed_files lies beside, not in every test's own folder
from licensed_files import write_models


def smooth(
    rng: np.random.Generator, frames: int, *shape: int, size: float = 0.3, middle: tuple[float, ...] | float = 0.0
) -> np.ndarray:
    """Slow random curves (frames, *shape)."""
    time = np.linspace(0, 2 * np.pi, frames).reshape(-1, *[1] * len(shape))
    return np.asarray(middle) + size * (
        rng.normal(size=shape) * np.sin(time + rng.uniform(0, 6, shape)) + rng.normal(size=shape) / 2
    )


def ball_mesh(radius: float = 0.12, offset: tuple[float, float, float] = (0, 0, 0), subdivisions: int = 1) -> Mesh:
    made = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    return Mesh(np.float32(made.vertices + np.array(offset)), np.int32(made.faces), "ball")


def make_clip(name: str = "demo_ball", frames: int = 70, seed: int = 0, fps: float = 30.0, mesh: Mesh | None = None) -> Clip:
    """A person who sways beside a turning ball."""
    rng = np.random.default_rng(seed)
    body = BodyMotion(
        family="open", gender="female", shape=Betas(np.float32(rng.normal(size=10) / 2)),
        global_orient=np.float32(smooth(rng, frames, 3, middle=(0, 0.7, 0))), body_pose=np.float32(smooth(rng, frames, 21, 3)),
        left_hand_pose=np.float32(smooth(rng, frames, 15, 3)), right_hand_pose=np.float32(smooth(rng, frames, 15, 3)),
        transl=np.float32(smooth(rng, frames, 3, middle=(0.4, 1.1, -0.2))),
    )  # fmt: skip
    turn = axis_angle_to_matrix(smooth(rng, frames, 3, size=0.8))
    part = ObjectPart(
        "ball", mesh or ball_mesh(), np.float32(turn), np.float32(np.array([0.6, 0.9, 0.1]) + smooth(rng, frames, 3))
    )
    caption = Caption("A person sways beside a ball.", tokens=("a/DET", "person/NOUN"))
    contact = {"object": np.float32(np.arange(frames) % 2)}
    return Clip(
        name, fps, body, (ObjectMotion("ball", (part,)),), (caption,), ("Hold",), recorded_contact=contact,
        metadata={"title": name},
    )  # fmt: skip


@pytest.fixture
def clip() -> Clip:
    return make_clip()


@pytest.fixture
def ball() -> Callable[..., Mesh]:
    return ball_mesh


@pytest.fixture
def make() -> Callable[..., Clip]:
    return make_clip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    source = SourceConfig("released", tmp_path, "demo")
    return Bench(Config(tmp_path / "out", (source,)), source)


@pytest.fixture
def take(clip: Clip) -> Take:
    return Take(clip, clip.id)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three clips of a data set, one of them too short for LIGHT."""
    for k, frames in enumerate((70, 64, 20)):
        write_clip(replace(make_clip(f"demo_ball_{k}", frames, seed=k), metadata={}), tmp_path / "data", "demo")
    return tmp_path / "data"


@pytest.fixture
def config(source: Path, tmp_path: Path) -> Config:
    return Config(tmp_path / "result", (SourceConfig("released", source, "demo"),))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a result, without the run's own state."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".consolidate" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def all_files() -> Callable[[Path], dict[str, bytes]]:
    return contents


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def model_writer() -> Callable[..., Path]:
    return write_models


@pytest.fixture
def interact(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """interact("convert", path, ...) -> Result: what a shell would see."""
    from interact_core.cli.main import main

    def run(*arguments: object) -> Result:
        monkeypatch.setattr("sys.argv", ["interact", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capfd.readouterr()
        code = stop.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run
