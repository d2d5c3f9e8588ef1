"""Key poses from files: CSV and JSON say the same, what cannot be used is named, and the command follows them."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from interact_core.cli.main import app
from interact_core.errors import InputError
from interact_core.formats.interact_writer import obj_text
from interact_core.formats.registry import open_path, read_clip
from interact_core.generate.key_poses import KeyPose
from interact_core.generate.path_files import read_path
from interact_core.generate.world.clips import mesh_of
from interact_core.generate.world.scene import Scenes

CSV = "time, x, y, z, yaw\n0, 0.1, 0.9, 0, 0\n1.5, 0.5, 1.2, 0.4, 90\n"
KEYS = (KeyPose(0.0, (0.1, 0.9, 0.0)), KeyPose(1.5, (0.5, 1.2, 0.4), math.pi / 2))


def test_csv_and_json_give_the_same_keys(tmp_path: Path) -> None:
    table, listed = tmp_path / "path.csv", tmp_path / "path.json"
    table.write_text("\ufeff" + CSV, "utf-8")
    rows = [{"time": 0, "x": 0.1, "y": 0.9, "z": 0}, {"time": 1.5, "x": 0.5, "y": 1.2, "z": 0.4, "yaw": 90}]
    listed.write_text(json.dumps(rows))
    assert read_path(table) == KEYS == read_path(listed)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "time,x,y\n0,1,2\n", "key pose 1.*z is missing"),
        ("a.csv", "time,x,y,z\n0,1,2,3\n1,1,up,3\n", "key pose 2.*'up', which is no number"),
        ("a.csv", "time,x,y,z\n0,1,nan,3\n", "no number"),
        ("a.csv", "time,x,y,z,pitch\n0,1,2,3,4\n", "'pitch' is not known"),
        ("a.csv", "time,x,y,z\n0,1,2,3,4\n", "not known"),
        ("a.json", '{"time": 0}', "not a list"),
        ("a.json", "[1]", "is no record"),
        ("a.json", '[{"time": true, "x": 0, "y": 0, "z": 0}]', "no number"),
        ("a.json", "[", "not JSON"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        read_path(tmp_path / name)
    with pytest.raises(InputError, match="cannot be read"):
        read_path(tmp_path / "none.csv")


def test_the_command_follows_the_path(trained_file: Path, scenes: Scenes, tmp_path: Path) -> None:
    mesh, path = tmp_path / "crate.obj", tmp_path / "path.csv"
    mesh.write_text(obj_text(mesh_of(scenes.shapes, 1)))
    path.write_text(CSV)
    call = ["generate", "object_to_human", "--path", str(path), "--model", str(trained_file), "--steps", "2", "--device", "cpu"]
    call += ["--plain", "--out", str(tmp_path / "out")]
    made = CliRunner().invoke(app, [*call, "--object", str(mesh)])
    assert made.exit_code == 0, made.output
    clip = read_clip(open_path(tmp_path / "out").refs[0])
    part = clip.objects[0].parts[0]
    corners = part.mesh.vertices
    middle = part.rotation @ ((corners.min(axis=0) + corners.max(axis=0)) / 2) + part.translation
    assert clip.duration == pytest.approx(1.5, abs=0.1), "until the last key"
    assert middle[0] == pytest.approx(KEYS[0].place, abs=5e-3)
    assert np.linalg.norm(middle[-1] - KEYS[1].place) < 0.05
    for wrong, said in ((call, "whose path"), ([*call[:1], "text", *call[2:], "--object", str(mesh)], "does not follow a path")):
        refused = CliRunner().invoke(app, wrong)
        assert refused.exit_code != 0 and said in f"{refused.output}{refused.exception}"
