"""glTF files, evaluated by hand from their bytes as the specification says, against the posed body and objects."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import choose_body
from interact_core.clip import Betas, BodyMotion, Clip
from interact_core.consolidate.exports.gltf import glb_bytes, gltf_text
from interact_core.formats.registry import open_path, read_clip
from interact_core.inspection.posed import pose_clip

DEMO = Path(__file__).resolve().parents[4] / "resources" / "demo"
KINDS = {5126: "f4", 5123: "u2", 5125: "u4", 5121: "u1"}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class File:
    """Just enough of a glTF reader: accessors, node transforms at a key frame, skinning."""

    def __init__(self, document: dict, data: bytes) -> None:
        self.document, self.data = document, data
        self.parent = {child: k for k, node in enumerate(document["nodes"]) for child in node.get("children", [])}
        self.tracks = {}
        for animation in document["animations"]:
            for channel in animation["channels"]:
                sampler = animation["samplers"][channel["sampler"]]
                target = channel["target"]
                self.tracks[target["node"], target["path"]] = self.array(sampler["output"])

    @classmethod
    def binary(cls, data: bytes) -> "File":
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        size, kind = struct.unpack_from("<I4s", data, 12)
        assert kind == b"JSON" and size % 4 == 0
        blob, kind = struct.unpack_from("<I4s", data, 20 + size)
        assert kind == b"BIN\0" and blob % 4 == 0
        return cls(json.loads(data[20 : 20 + size]), data[28 + size : 28 + size + blob])

    def array(self, index: int) -> np.ndarray:
        accessor = self.document["accessors"][index]
        view = self.document["bufferViews"][accessor["bufferView"]]
        kind, width = np.dtype("<" + KINDS[accessor["componentType"]]), WIDTHS[accessor["type"]]
        assert view["byteOffset"] % 4 == 0 and view["byteLength"] == accessor["count"] * width * kind.itemsize
        return np.frombuffer(self.data, kind, accessor["count"] * width, view["byteOffset"]).reshape(accessor["count"], width)

    def world(self, node: int, frame: int) -> np.ndarray:
        entry = self.document["nodes"][node]
        turn = self.tracks[node, "rotation"][frame] if (node, "rotation") in self.tracks else entry.get("rotation", [0, 0, 0, 1])
        place = entry.get("translation", [0, 0, 0])
        place = self.tracks[node, "translation"][frame] if (node, "translation") in self.tracks else place
        own = np.eye(4)
        own[:3, :3], own[:3, 3] = Rotation.from_quat(turn).as_matrix(), place
        return own if node not in self.parent else self.world(self.parent[node], frame) @ own

    def named(self, name: str) -> int:
        return next(k for k, node in enumerate(self.document["nodes"]) if node.get("name") == name)

    def vertices(self, node: int, frame: int) -> np.ndarray:
        """World vertices of a mesh node, skinned where it has a skin (its own transform then does not count)."""
        entry = self.document["nodes"][node]
        (primitive,) = self.document["meshes"][entry["mesh"]]["primitives"]
        points = self.array(primitive["attributes"]["POSITION"]).astype(float)
        for k, target in enumerate(primitive.get("targets", [])):
            count = len(primitive["targets"])
            points = points + self.tracks[node, "weights"].reshape(-1, count)[frame, k] * self.array(target["POSITION"])
        homogeneous = np.c_[points, np.ones(len(points))]
        if "skin" not in entry:
            return (homogeneous @ self.world(node, frame).T)[:, :3]
        skin = self.document["skins"][entry["skin"]]
        inverse = self.array(skin["inverseBindMatrices"]).reshape(-1, 4, 4).swapaxes(1, 2)
        moves = np.stack([self.world(j, frame) @ inverse[k] for k, j in enumerate(skin["joints"])])
        result = np.zeros_like(homogeneous)
        for k in range(4):
            if f"JOINTS_{k}" not in primitive["attributes"]:
                break
            index, weight = (self.array(primitive["attributes"][f"{name}_{k}"]) for name in ("JOINTS", "WEIGHTS"))
            for slot in range(4):
                result += weight[:, slot, None] * np.einsum("vab,vb->va", moves[index[:, slot]], homogeneous)
        return result[:, :3]


@pytest.fixture(scope="module")
def chest() -> Clip:
    """A person, and an object in two hinged parts."""
    (ref,) = [r for r in open_path(DEMO).refs if r.id.endswith("open_chest")]
    return read_clip(ref)


def test_skin_and_objects_are_where_we_have_them(chest: Clip) -> None:
    choice = choose_body(chest.body, None)
    file = File.binary(glb_bytes(chest, choice))
    posed = pose_clip(chest, None)
    for frame in (0, chest.num_frames // 2, chest.num_frames - 1):
        assert np.abs(file.vertices(file.named("body"), frame) - posed.body_vertices[frame]).max() < 1e-4
        for name, where in zip(posed.part_names, posed.part_slices, strict=True):
            assert np.abs(file.vertices(file.named(name), frame) - posed.object_vertices[frame, where]).max() < 1e-5
    node = file.named("left_index2")
    assert np.abs(file.world(node, 40)[:3, 3] - posed.joints[40, 23]).max() < 1e-5


def test_it_keeps_to_the_specification(chest: Clip) -> None:
    file = File.binary(glb_bytes(chest, choose_body(chest.body, None)))
    document = file.document
    assert document["asset"]["version"] == "2.0" and document["buffers"][0]["byteLength"] == len(file.data)
    for mesh in document["meshes"]:
        for primitive in mesh["primitives"]:
            accessor = document["accessors"][primitive["attributes"]["POSITION"]]
            points = file.array(primitive["attributes"]["POSITION"])
            np.testing.assert_array_equal(np.float32(accessor["min"]), points.min(0))
            np.testing.assert_array_equal(np.float32(accessor["max"]), points.max(0))
            indices = file.array(primitive["indices"])
            assert indices.max() < len(points) and document["accessors"][primitive["indices"]]["type"] == "SCALAR"
            np.testing.assert_allclose(np.linalg.norm(file.array(primitive["attributes"]["NORMAL"]), axis=1), 1, atol=1e-5)
            total = sum(file.array(i).sum(1) for name, i in primitive["attributes"].items() if name.startswith("WEIGHTS"))
            assert np.allclose(total, 1, atol=1e-5) if "JOINTS_0" in primitive["attributes"] else total == 0
    for animation in document["animations"]:
        for sampler in animation["samplers"]:
            times = file.array(sampler["input"])[:, 0]
            stated = document["accessors"][sampler["input"]]
            assert (stated["min"], stated["max"]) == ([float(times[0])], [float(times[-1])]) and (np.diff(times) > 0).all()
    assert times[-1] == pytest.approx((chest.num_frames - 1) / chest.fps)
    (skin,) = document["skins"]
    assert len(skin["joints"]) == len(file.array(skin["inverseBindMatrices"]))
    for (node, path), track in file.tracks.items():
        if path == "rotation":
            np.testing.assert_allclose(np.linalg.norm(track, axis=1), 1, atol=1e-5)
            assert ((track[1:] * track[:-1]).sum(1) > 0).all(), document["nodes"][node]["name"]


def test_other_programs_load_it(chest: Clip, tmp_path: Path) -> None:
    path = tmp_path / "chest.glb"
    path.write_bytes(glb_bytes(chest, choose_body(chest.body, None)))
    scene = trimesh.load(path)
    sizes = sorted(len(mesh.vertices) for mesh in scene.geometry.values())
    assert sizes == sorted([*(len(p.mesh.vertices) for o in chest.objects for p in o.parts), 10068])


def test_the_text_form_says_the_same(chest: Clip) -> None:
    choice = choose_body(chest.body, None)
    document = json.loads(gltf_text(chest, choice))
    (buffer,) = document["buffers"]
    head, _, numbers = buffer["uri"].partition(",")
    assert head.endswith("base64")
    text, binary = File(document, base64.b64decode(numbers)), File.binary(glb_bytes(chest, choice))
    np.testing.assert_array_equal(text.vertices(text.named("body"), 20), binary.vertices(binary.named("body"), 20))


@pytest.mark.parametrize("family", ["smplh", "smplx"])
def test_a_licensed_surface_bends_as_its_model_says(family: Any, tmp_path: Path, model_writer: Any) -> None:
    """Pose-dependent shape travels as morph targets; without them the file would be off by millimetres."""
    models = model_writer(tmp_path, family)
    rng = np.random.default_rng(2)
    pose = rng.normal(0, 0.4, (6, 52, 3))
    body = BodyMotion(
        family, "male", Betas(rng.normal(0, 1, 10)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:],
        rng.normal(0, 1, (6, 3)),
    )  # fmt: skip
    clip = Clip("x", 30.0, body, ())
    choice = choose_body(body, models)
    assert not choice.stand_in
    posed = choice.bound.pose(body).vertices
    file = File.binary(glb_bytes(clip, choice))
    got = np.stack([file.vertices(file.named("body"), t) for t in range(6)])
    assert np.abs(got - posed).max() < 5e-4
    (primitive,) = file.document["meshes"][0]["primitives"]
    assert 0 < len(primitive["targets"]) <= 6
