"""`interact fit` as a shell sees it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from interact_core.bodies.library import open_body
from interact_core.formats.registry import open_path, read_clip


def motion_file(folder: Path) -> np.ndarray:
    """motion.npy of a still body beside an object that rises."""
    model = open_body("neutral")
    motion = np.zeros((5, 962))
    motion[:, :231] = (model.template[model.marker_vertices] + [0, 0.9, 0]).reshape(-1)
    motion[:, [476, 480]] = 1.0
    motion[:, 483] = np.arange(5)
    np.save(folder / "motion.npy", motion)
    return motion


def test_markers_become_a_clip_with_the_object_s_motion(tmp_path: Path, interact: Callable[..., Any]) -> None:
    motion_file(tmp_path)
    trimesh.creation.box((0.2, 0.2, 0.2)).export(tmp_path / "box.obj")
    done = interact("fit", tmp_path / "motion.npy", "--out", tmp_path / "out", "--name", "still", "--shape", "average",
                    "--object", tmp_path / "box.obj", "--json")  # fmt: skip
    assert done.code == 0 and done.document["frames"] == 5 and done.document["mean"] < 0.003
    clip = read_clip(open_path(tmp_path / "out").refs[0])
    assert clip.id.endswith("still") and clip.objects[0].name == "box"
    assert np.allclose(clip.objects[0].parts[0].translation[:, 1], np.arange(5))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--shape", "tall"), "skeleton"), (("--body", "smplx"), "--models"), (("--noise", "9"), "noise")],
)
def test_what_cannot_be_done_is_one_line(
    tmp_path: Path, interact: Callable[..., Any], arguments: tuple[str, ...], said: str
) -> None:
    motion_file(tmp_path)
    done = interact("fit", tmp_path / "motion.npy", "--out", tmp_path / "out", *arguments)
    assert done.code == 2 and said in done.err and "Traceback" not in done.err


def test_an_object_needs_motion_npy(tmp_path: Path, interact: Callable[..., Any]) -> None:
    motion = motion_file(tmp_path)
    np.save(tmp_path / "markers.npy", motion[:, :231].reshape(-1, 77, 3))
    done = interact("fit", tmp_path / "markers.npy", "--out", tmp_path / "out", "--object", tmp_path / "none.obj")
    assert done.code == 2 and "962" in done.err
