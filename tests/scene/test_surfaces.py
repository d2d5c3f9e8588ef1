"""Frames are written in place, and meshes are drawn as what they are."""

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy

from interact_app.scene.drawn import as_rigid, as_skin, is_closed
from interact_app.scene.normals import SkinNormals
from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip


def _address(array: object) -> int:
    return int(vtk_to_numpy(array).__array_interface__["data"][0])  # type: ignore[no-untyped-call]


def _assert_same_triangles(found: np.ndarray, wanted: np.ndarray) -> None:
    """The same corners in the same turn, whichever triangle comes first."""
    np.testing.assert_array_equal(found[np.lexsort(found.T)], wanted[np.lexsort(wanted.T)])


def _shaded_per_triangle(faces: np.ndarray, kept: int = 256) -> float:
    """How often a vertex is shaded again, for each triangle, where the last `kept` different ones are remembered."""
    last: dict[int, None] = {}
    shaded = 0
    for vertex in faces.ravel().tolist():
        if vertex not in last:
            shaded += 1
            if len(last) == kept:
                last.pop(next(iter(last)))
            last[vertex] = None
    return shaded / len(faces)


def test_triangles_are_drawn_next_to_their_neighbours(posed: PosedClip) -> None:
    rng = np.random.default_rng(3)
    mixed = rng.permutation(posed.body_faces)
    vertices = posed.body_vertices[0]
    assert _shaded_per_triangle(mixed) > 2
    for drawn in (as_skin(vertices, mixed), as_rigid(vertices, mixed, (slice(0, len(vertices)),))):
        assert _shaded_per_triangle(drawn.faces) < 0.8
        _assert_same_triangles(drawn.source[drawn.faces], mixed)


def test_frames_are_written_into_the_arrays_that_vtk_reads(scene: Scene, posed: PosedClip, make_field) -> None:
    values = np.random.default_rng(0).random(posed.body_vertices.shape[:2]).astype(np.float32)
    scene.set_field(make_field(posed, values), None)
    surface = scene._subjects.surfaces["body"]
    data = surface.poly.GetPointData()
    arrays = (surface.poly.GetPoints().GetData(), data.GetArray("studioNormal"), data.GetScalars())
    objects, addresses = [surface.poly, surface.mapper, surface.actor, *arrays], [_address(a) for a in arrays]
    for frame in (3, 7, 0, 11):
        scene.show_frame(frame)
        now = surface.poly.GetPointData()
        again = (surface.poly.GetPoints().GetData(), now.GetArray("studioNormal"), now.GetScalars())
        assert [_address(a) for a in again] == addresses
        assert all(a is b for a, b in zip(objects, [surface.poly, surface.mapper, surface.actor, *again], strict=True))
        np.testing.assert_array_equal(vtk_to_numpy(again[0]), posed.body_vertices[frame])
        np.testing.assert_array_equal(vtk_to_numpy(again[2]), values[frame])


def test_object_vertices_are_drawn_where_the_clip_has_them(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(9)
    surface = scene._subjects.surfaces["object"]
    np.testing.assert_array_equal(surface.points.data, posed.object_vertices[9][surface.drawn.source])
    # The box's faces look along its turned axes: an independent statement of what its normals are.
    axes = posed.parts[0].rotation[9].T
    alignment = np.abs(surface.normals.data @ axes.T).max(axis=1)
    np.testing.assert_allclose(alignment, 1.0, atol=1e-4)


def test_a_box_keeps_its_edges(posed: PosedClip) -> None:
    drawn = as_rigid(posed.object_vertices[0], posed.object_faces, posed.part_slices)
    assert len(drawn.source) == 24
    assert drawn.parts == (slice(0, 24),)
    _assert_same_triangles(drawn.source[drawn.faces], posed.object_faces)


def test_parts_stay_together_when_split(posed: PosedClip) -> None:
    twice = np.concatenate([posed.object_vertices[0], posed.object_vertices[0] + 1])
    faces = np.concatenate([posed.object_faces, posed.object_faces + 8])
    drawn = as_rigid(twice, faces, (slice(0, 8), slice(8, 16)))
    assert drawn.parts == (slice(0, 24), slice(24, 48))
    assert set(drawn.source[:24]) == set(range(8))
    _assert_same_triangles(drawn.source[drawn.faces], faces)


def test_normals_of_a_ball_point_away_from_its_centre(posed: PosedClip) -> None:
    normals = SkinNormals(posed.body_vertices, posed.body_faces)
    out = np.empty_like(posed.body_vertices[0])
    for _ in range(2):  # computed, then from the cache
        normals.write(5, out)
        away = posed.body_vertices[5] - posed.body_vertices[5].mean(axis=0)
        cosine = (out * away).sum(axis=1) / np.linalg.norm(away, axis=1) / np.linalg.norm(out, axis=1)
        assert cosine.min() > 0.999
    assert np.abs(np.linalg.norm(out, axis=1) - 1).max() < 0.01


@pytest.mark.parametrize(
    ("change", "expected"),
    [("whole", True), ("hole", False), ("inside out", False), ("one face flipped", False), ("extra inner wall", True)],
)
def test_back_faces_are_left_out_only_where_nobody_can_see_them(posed: PosedClip, change: str, expected: bool) -> None:
    faces = posed.body_faces.copy()
    if change == "hole":
        faces = faces[60:]
    elif change == "inside out":
        faces = faces[:, ::-1]
    elif change == "one face flipped":
        faces = posed.object_faces.copy()
        faces[0] = faces[0, ::-1]
    elif change == "extra inner wall":
        faces = np.concatenate([faces, faces[:1], faces[:1, ::-1]])
    vertices = posed.object_vertices[0] if change == "one face flipped" else posed.body_vertices[0]
    assert is_closed(vertices, faces) is expected
