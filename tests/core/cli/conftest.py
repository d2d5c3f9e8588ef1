"""Two small clips on disk in InterAct form, and a way to run `interact` in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from interact_core.clip import Betas, BodyMotion, Caption, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.formats.interact_writer import write_clip

FRAMES = 24


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def interact(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """interact("info", path, "--json") -> Result: what a shell would see."""
    from interact_core.cli.main import main

    def run(*arguments: object) -> Result:
        monkeypatch.setattr("sys.argv", ["interact", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capfd.readouterr()
        code = stop.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


def ball_clip(name: str, height: float) -> Clip:
    """A standing person and a ball of 12 cm beside the hips that rises by `height` over the clip."""
    rest = np.zeros((FRAMES, 3), np.float32)
    body = BodyMotion(
        family="open", gender="neutral", shape=Betas(np.zeros(10, np.float32)), global_orient=rest,
        body_pose=np.zeros((FRAMES, 21, 3), np.float32), left_hand_pose=np.zeros((FRAMES, 15, 3), np.float32),
        right_hand_pose=np.zeros((FRAMES, 15, 3), np.float32), transl=rest + np.float32([0, 0.95, 0]),
    )  # fmt: skip
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.12)
    mesh = Mesh(np.float32(ball.vertices), np.int32(ball.faces), "ball")
    path = np.linspace([0.32, 0.12, 0.0], [0.32, 0.12 + height, 0.0], FRAMES)
    part = ObjectPart("ball", mesh, np.tile(np.eye(3, dtype=np.float32), (FRAMES, 1, 1)), np.float32(path))
    caption = Caption("A person stands beside a rising ball.")
    return Clip(id=name, fps=30.0, body=body, objects=(ObjectMotion("ball", (part,)),), captions=(caption,))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A dataset root with the clips `still` and `rising`."""
    for name, height in (("still", 0.0), ("rising", 0.5)):
        write_clip(ball_clip(name, height), tmp_path, "demo")
    return tmp_path / "demo"
