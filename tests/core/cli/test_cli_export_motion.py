"""`interact export --form glb ... mjcf`: what a shell sees, whole files or none, and what is refused."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest


def test_every_form_of_one_file_a_clip(interact, dataset: Path, tmp_path: Path) -> None:
    for form, suffix in (("glb", ".glb"), ("gltf", ".gltf"), ("bvh", ".bvh"), ("npz", ".npz"), ("mjcf", ".xml")):
        result = interact("export", dataset, tmp_path / form, "--form", form, "--json")
        assert result.code == 0, result.err
        document = result.document
        assert document["schema"] == "interact/export" and document["clips"] == 2 and document["problems"] == []
        assert sorted(document["files"]) == [f"rising{suffix}", f"still{suffix}"]
        assert all((tmp_path / form / name).stat().st_size > 1000 for name in document["files"])


def test_one_clip_into_one_file(interact, dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.glb"
    assert interact("export", dataset, out, "--form", "glb", "--clip", "still").code == 0
    data = out.read_bytes()
    (length,) = struct.unpack_from("<I", data, 12)
    assert json.loads(data[20 : 20 + length])["scenes"][0]["extras"]["clip"] == "still"


def test_plain_arrays_hold_the_clip(interact, dataset: Path, tmp_path: Path) -> None:
    assert interact("export", dataset, tmp_path / "a.npz", "--form", "npz", "--clip", "rising").code == 0
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["poses"].shape == (24, 156) and arrays["markers"].shape == (24, 77, 3)
        assert arrays["joints"].shape == (24, 52, 3) and arrays["captions"].tolist() == ["A person stands beside a rising ball."]
        np.testing.assert_allclose(arrays["part0_translation"][-1], [0.32, 0.62, 0.0], atol=1e-6)
        np.testing.assert_allclose(arrays["joints"][0, 0], arrays["rest_joints"][0] + arrays["trans"][0], atol=1e-5)


def test_simulators_get_a_folder(interact, dataset: Path, tmp_path: Path) -> None:
    result = interact("export", dataset, tmp_path / "sim", "--form", "intermimic", "--json")
    assert result.code == 0, result.err
    assert {"motions/sub1_ball_000.pt", "motions/sub1_ball_001.pt", "names.json"} <= set(result.document["files"])
    again = interact("info", tmp_path / "sim" / "motions", "--json").document
    assert [c["frames"] for c in again["clips"]] == [24, 24] and again["problems"] == []
    assert interact("export", dataset, tmp_path / "things", "--form", "urdf").code == 0
    assert (tmp_path / "things" / "demo" / "ball.urdf").is_file()


@pytest.mark.parametrize("where", ["demo/out", "full"])
def test_nothing_is_written_where_it_may_not_be(where: str, interact, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    result = interact("export", dataset, tmp_path / where, "--form", "bvh")
    assert result.code == 2 and ("data" in result.err or "empty" in result.err)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_broken_clip_is_named_and_the_rest_is_written(interact, dataset: Path, tmp_path: Path) -> None:
    (dataset / "sequences_canonical" / "still" / "human.npz").write_bytes(b"PK")
    result = interact("export", dataset, tmp_path / "out", "--form", "bvh", "--json")
    assert result.code == 2 and result.document["clips"] == 1
    (problem,) = result.document["problems"]
    assert problem["field"] == "still" and problem["path"].endswith("human.npz")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["rising.bvh"]
    (dataset / "sequences_canonical" / "rising" / "human.npz").write_bytes(b"PK")
    assert interact("export", dataset, tmp_path / "none", "--form", "bvh").code == 2
    assert not (tmp_path / "none").exists()
