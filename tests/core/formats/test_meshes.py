"""Meshes: the file's vertex order, every edge case of the samples, and clear refusals."""

import json
import struct

import numpy as np
import pytest
import trimesh

from interact_core.errors import InputError
from interact_core.formats import meshes
from interact_core.formats.meshes import read_mesh, read_mesh_noting, weld

CUBE = trimesh.creation.box()


def v_lines(path):
    return np.array([line.split()[1:4] for line in path.read_text("latin-1").splitlines() if line.startswith("v ")], np.float32)


@pytest.mark.parametrize("name", ["woodchair", "largetable", "largebox"])
def test_sample_points_are_vertices_in_file_order(name, shared_data):
    folder = shared_data / "intermimic" / "objects" / name
    mesh = read_mesh(folder / f"{name}.obj")
    assert np.array_equal(mesh.vertices, v_lines(folder / f"{name}.obj"))
    samples = np.load(folder / "sample_points.npy").astype(np.float32)
    # InterAct's indices are an even stride over vertex order (format note 6.5): the first ones prove the order.
    stride = next(i for i, v in enumerate(mesh.vertices) if i and np.array_equal(v, samples[1]))
    assert np.array_equal(mesh.vertices[: 300 * stride : stride], samples[:300])
    reference = trimesh.load(folder / f"{name}.obj", process=False, maintain_order=True)
    assert abs(mesh.faces.shape[0] - len(reference.faces)) <= 1  # woodchair has one face without area
    assert trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).area == pytest.approx(reference.area, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "vertices", "faces"),
    [("chair_model", 3186, None), ("cubevt", 24, 12), ("nancolor", 8, 12), ("negative_indices", 8, 12), ("polygonfaces", 5, None),
     ("two_objects", 12, 16), ("wallhole", 92, None)],
)  # fmt: skip
def test_obj_edge_cases_keep_every_vertex_line(name, vertices, faces, shared_data):
    path = shared_data / "mesh_edge_cases" / f"{name}.obj"
    mesh = read_mesh(path)
    assert len(mesh.vertices) == vertices and np.array_equal(mesh.vertices, v_lines(path))
    assert faces is None or len(mesh.faces) == faces


def test_negative_indices_make_the_same_cube(shared_data):
    mesh = read_mesh(shared_data / "mesh_edge_cases" / "negative_indices.obj")
    assert trimesh.Trimesh(*(mesh.vertices, mesh.faces), process=True).is_watertight


@pytest.mark.parametrize("name", ["soup.stl", "multibody.stl"])
def test_stl_bodies_are_joined(name, shared_data):
    path = shared_data / "mesh_edge_cases" / name
    loaded = trimesh.load(path, process=False)
    bodies = loaded.dump() if isinstance(loaded, trimesh.Scene) else [loaded]
    mesh = read_mesh(path)
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).area == pytest.approx(sum(b.area for b in bodies), rel=1e-5)


@pytest.mark.parametrize(("name", "field"), [("empty.obj", "vertices"), ("points_bin.ply", "faces")])
def test_no_surface_no_mesh(name, field, shared_data):
    with pytest.raises(InputError) as caught:
        read_mesh(shared_data / "mesh_edge_cases" / name)
    assert caught.value.field == field and caught.value.remedy


def test_faces_with_too_few_corners_are_left_out_and_reported(shared_data):
    mesh, notices = read_mesh_noting(shared_data / "mesh_edge_cases" / "notenoughindices.obj")
    assert len(mesh.faces) == 1 and [n.code for n in notices] == ["mesh-short-faces"]


@pytest.mark.parametrize("suffix", ["ply", "stl", "glb", "gltf", "obj"])
def test_formats_written_by_another_program(suffix, tmp_path):
    path = tmp_path / f"cube.{suffix}"
    if suffix == "gltf":
        for name, data in trimesh.exchange.gltf.export_gltf(trimesh.Scene(CUBE)).items():
            (tmp_path / name).write_bytes(data)
        path = tmp_path / "model.gltf"
    else:
        CUBE.export(path)
    mesh = read_mesh(path)
    if suffix in ("ply", "obj", "glb", "gltf"):
        assert mesh.vertices == pytest.approx(CUBE.vertices.astype(np.float32))
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).volume == pytest.approx(1.0)
    assert mesh.vertices.dtype == np.float32 and mesh.faces.dtype == np.int32


def test_glb_nodes_are_placed(tmp_path):
    scene = trimesh.Scene()
    scene.add_geometry(CUBE)
    scene.add_geometry(CUBE, transform=trimesh.transformations.translation_matrix([5, 0, 0]))
    scene.export(tmp_path / "two.glb")
    mesh = read_mesh(tmp_path / "two.glb")
    assert len(mesh.vertices) == 16 and mesh.vertices[:, 0].max() == pytest.approx(5.5)


def test_seams_close_when_welded(shared_data):
    mesh = read_mesh(shared_data / "ycb" / "YcbScissors.obj")
    welded, mapping = weld(mesh)
    assert np.array_equal(welded.vertices[mapping], mesh.vertices)
    assert len(np.unique(welded.vertices, axis=0)) == len(welded.vertices)
    cube, _ = weld(read_mesh(shared_data / "mesh_edge_cases" / "cubevt.obj"))
    assert len(cube.vertices) == 8 and trimesh.Trimesh(cube.vertices, cube.faces, process=False).is_watertight


def test_welding_keeps_first_appearance_order(tmp_path):
    path = tmp_path / "m.obj"
    path.write_text("v 2 0 0\nv 0 0 0\nv 2 0 0\nv 0 1 0\nf 1 2 4\nf 3 4 2\n")
    welded, mapping = weld(read_mesh(path))
    assert welded.vertices[:, 0].tolist() == [2, 0, 0] and mapping.tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize(
    ("text", "field"),
    [("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", "faces"), ("v 0 0 0\nv 1 0 0\nv nan 1 0\nf 1 2 3\n", "vertices"),
     ("v 0 0 0\nv 1 0 0\nv x 1 0\nf 1 2 3\n", "v"), ("v 0 0\nv 1 0 0\nf 1 2 2\n", "v"),
     ("v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n", "faces"),
     ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf a b c\n", "f"), ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2\n", "faces")],
)  # fmt: skip
def test_broken_objs_name_what_is_broken(text, field, tmp_path):
    path = tmp_path / "m.obj"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_mesh(path)
    assert caught.value.field == field and caught.value.path == path


def test_degenerate_faces_are_left_out_with_a_remark(tmp_path):
    path = tmp_path / "m.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\nf 1 1 2\nf 1 2 2\n")
    mesh, notices = read_mesh_noting(path)
    assert mesh.faces.tolist() == [[0, 1, 2]] and [n.code for n in notices] == ["mesh-degenerate-faces"]


def test_ten_million_vertices_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(meshes, "MAX_VERTICES", 7)
    path = tmp_path / "m.ply"
    CUBE.export(path)
    with pytest.raises(InputError, match="8 vertices, at most 7") as caught:
        read_mesh(path)
    assert "Simplify" in caught.value.remedy


def test_headers_that_claim_terabytes(tmp_path):
    ply = tmp_path / "m.ply"
    CUBE.export(ply)
    ply.write_bytes(ply.read_bytes().replace(b"element vertex 8", b"element vertex 99999999999"))
    stl = tmp_path / "m.stl"
    stl.write_bytes(b"x" * 80 + struct.pack("<I", 0xFFFFFFFF) + b"\0" * 50)
    for path in (ply, stl):
        with pytest.raises(InputError):
            read_mesh(path)


@pytest.mark.parametrize("suffix", ["obj", "ply", "stl", "glb", "gltf"])
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"version https://git-lfs.github.com/spec/v1\n", b"\xff\xfe garbage"])
def test_files_that_are_no_mesh(suffix, data, tmp_path):
    path = tmp_path / f"m.{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_mesh(path)
    assert ("LFS" in str(caught.value)) == data.startswith(b"version")


def test_unreadable_and_foreign_files(tmp_path):
    for path in (tmp_path / "none.obj", tmp_path):
        with pytest.raises(InputError):
            read_mesh(path)
    (tmp_path / "m.fbx").write_bytes(b"x")
    with pytest.raises(InputError, match="not a mesh format"):
        read_mesh(tmp_path / "m.fbx")
    (tmp_path / "m.gltf").write_text(
        json.dumps({"asset": {"version": "2.0"}, "buffers": [{"uri": "../../secret.bin", "byteLength": 4}]})
    )
    with pytest.raises(InputError):
        read_mesh(tmp_path / "m.gltf")


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "m.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    first = read_mesh(path)
    assert read_mesh(path) is first
    path.write_text("v 0 0 0\nv 1 0 0\nv 0 2 0\nv 1 1 1\nf 1 2 3\n")
    assert len(read_mesh(path).vertices) == 4
