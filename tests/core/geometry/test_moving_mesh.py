"""Distance to a body that moves, against libigl on the same triangles."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from interact_core.clip import Mesh
from interact_core.geometry.moving_mesh import MovingMesh


def _squeezed(mesh: Mesh, t: int) -> np.ndarray:
    return (mesh.vertices * np.array([1 + 0.1 * t, 1 - 0.05 * t, 1]) + np.array([0.02 * t, 0, 0])).astype(np.float32)


def test_follows_the_vertices_frame_by_frame(sphere: Mesh, around, igl_distance) -> None:
    moving = MovingMesh(sphere.faces, len(sphere.vertices))
    points = around(sphere, 0.09, 1500)
    for t in range(5):
        vertices = _squeezed(sphere, t)
        got = moving.signed_distance(points, vertices)
        truth = np.clip(igl_distance(Mesh(vertices, sphere.faces), points), -0.1, 0.1)
        sure = np.abs(truth) > 1e-4  # libigl's winding number is approximate on the surface itself
        assert np.abs(got - truth)[sure].max() < 1e-4, t


def test_clamped_beyond_the_cap_on_both_sides(sphere: Mesh) -> None:
    moving = MovingMesh(sphere.faces, len(sphere.vertices))
    points = np.array([[0.0, 0.0, 0.0], [0.6, 0, 0], [0.149, 0, 0]], np.float32)
    assert moving.signed_distance(points, sphere.vertices, cap=0.05) == pytest.approx([-0.05, 0.05, -0.001], abs=3e-4)


def test_a_nearer_clamp_outside_changes_nothing_inside(sphere: Mesh, around) -> None:
    """With and without the last frame's hint: what is deep, near or far is found the same, faces too."""
    near, far = (MovingMesh(sphere.faces, len(sphere.vertices)) for _ in range(2))
    seen = 0
    for t in range(4):
        points = (around(sphere, 0.12, 2000, seed=t) + 0.01 * t).astype(np.float32)
        whole = far.signed_distance(points, _squeezed(sphere, t), 0.1)
        faces = far.nearest_faces()
        cut = near.signed_distance(points, _squeezed(sphere, t), 0.1, outer=0.012)
        np.testing.assert_allclose(cut, np.minimum(whole, 0.012), atol=2e-6)
        clear = whole < 0.0119
        assert (near.nearest_faces()[clear] == faces[clear]).mean() > 0.99  # on an edge either face is the nearest
        assert (near.nearest_faces()[whole > 0.0121] == -1).all()
        seen += int((whole < -0.05).sum())
    assert seen > 100


def test_the_last_frame_leaves_no_trace(sphere: Mesh, around) -> None:
    """The search hint must never change a result, however far the points jump."""
    used, rng = MovingMesh(sphere.faces, len(sphere.vertices)), np.random.default_rng(5)
    for t in range(6):
        points = (around(sphere, 0.12, 800, seed=t) + rng.normal(size=3) * 0.1).astype(np.float32)
        fresh = MovingMesh(sphere.faces, len(sphere.vertices)).signed_distance(points, _squeezed(sphere, t))
        assert used.signed_distance(points, _squeezed(sphere, t)) == pytest.approx(fresh, abs=2e-6)


def test_inside_another_part_of_the_same_body() -> None:
    """Two overlapping balls: near the inner ball's skin the pseudo-normal says outside, the big ball says inside."""
    import trimesh

    big, small = trimesh.creation.icosphere(3, 0.3), trimesh.creation.icosphere(3, 0.05)
    small.apply_translation([0.2, 0, 0])
    both = trimesh.util.concatenate([big, small])
    vertices, faces = np.asarray(both.vertices, np.float32), np.asarray(both.faces, np.int32)
    between = np.array([[0.2, 0.06, 0.0], [0.13, 0.0, 0.0], [0.4, 0.0, 0.0]], np.float32)
    got = MovingMesh(faces, len(vertices)).signed_distance(between, vertices)
    assert (got[:2] < 0).all()
    assert got[2] > 0


def test_threads_with_a_mesh_each_agree(sphere: Mesh, around) -> None:
    points = around(sphere, 0.09, 3000)

    def work(_: int) -> np.ndarray:
        moving = MovingMesh(sphere.faces, len(sphere.vertices))
        return np.array([moving.signed_distance(points, _squeezed(sphere, t)) for t in range(5)])

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(4)))
    assert all(np.array_equal(r, results[0]) for r in results)


def test_no_points_no_trouble(sphere: Mesh) -> None:
    nothing = np.zeros((0, 3), np.float32)
    assert MovingMesh(sphere.faces, len(sphere.vertices)).signed_distance(nothing, sphere.vertices).shape == (0,)


def test_importing_loads_nothing_heavy_and_starting_prints_nothing() -> None:
    code = (
        "import sys, interact_core.inspection, interact_core.geometry.moving_mesh\n"
        "assert not {'torch', 'warp', 'igl', 'scipy'} & set(sys.modules), 'heavy import'\n"
        "from interact_core.geometry.warp_runtime import kernels\nkernels()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nothing_in_front_of_the_chest_is_inside() -> None:
    """A ball held 6 to 8 cm off a posed chest: pseudo-normals near single vertices once put some of it inside the body."""
    import igl

    from interact_core.demo import demo_root
    from interact_core.formats.registry import open_path, read_clip
    from interact_core.inspection.posed import pose_clip

    ref = next(r for r in open_path(demo_root()).refs if r.id == "demo_toss_ball")
    posed = pose_clip(read_clip(ref))
    moving = MovingMesh(posed.choice.model.closed_skin_faces, posed.body_vertices.shape[1])
    faces = posed.choice.model.closed_skin_faces.astype(np.int64)
    checked = 0
    for t in range(0, 48, 3):
        points, body = posed.object_vertices[t], posed.body_vertices[t]
        ours = moving.signed_distance(points, body)
        sunk = np.flatnonzero(ours < -5e-4)
        checked += len(points)
        if len(sunk):
            winding = igl.winding_number(body.astype(np.float64), faces, points[sunk].astype(np.float64))
            assert (winding > 0.5).all(), (t, ours[sunk][winding < 0.5])
    assert checked > 10_000
