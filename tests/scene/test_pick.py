"""What is under the cursor."""

import time

import numpy as np
import pytest

from interact_app.scene.pick import hit
from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip


def _place(scene: Scene, point: np.ndarray) -> tuple[float, float]:
    """Fractions from the upper left corner, by VTK's own projection."""
    scene._renderer.SetWorldPoint(*(float(v) for v in point), 1.0)
    scene._renderer.WorldToDisplay()
    x, y, _ = scene._renderer.GetDisplayPoint()
    width, height = scene._window.GetSize()
    return x / width, 1 - y / height


@pytest.mark.parametrize("frame", [0, 8])
def test_picks_the_vertex_its_value_and_its_place(scene: Scene, posed: PosedClip, make_field, frame: int) -> None:
    values = np.arange(posed.body_vertices[..., 0].size, dtype=np.float32).reshape(posed.body_vertices.shape[:2])
    scene.set_field(make_field(posed, values), None)
    scene.show_frame(frame)
    towards = posed.body_vertices[frame] - posed.body_vertices[frame].mean(axis=0)
    facing_us = np.flatnonzero(towards @ scene.camera.view.backward > 0.35)
    for vertex in facing_us[:: len(facing_us) // 6]:
        picked = scene.pick(*_place(scene, posed.body_vertices[frame, vertex]))
        assert picked is not None and picked.target == "body"
        assert picked.vertex == vertex
        assert picked.value == values[frame, vertex] and picked.unit == "m" and picked.title == "Test value"
        np.testing.assert_allclose(picked.position, posed.body_vertices[frame, vertex], atol=0.01)


def test_the_nearer_surface_wins_and_hidden_ones_do_not_count(scene: Scene, posed: PosedClip) -> None:
    scene.preset("front")  # from +Z, where the box stands before the ball
    scene.frame_clip()
    scene.render()
    corner = np.array([0.1, 0.3, 1.2], np.float32)
    picked = scene.pick(*_place(scene, corner))
    assert (
        picked is not None
        and (picked.target, picked.part) == ("object", "box")
        and 0 <= picked.vertex < 8
        and picked.value is None
    )
    scene.hide("object")
    behind = scene.pick(*_place(scene, corner))
    assert behind is not None and behind.target == "body"
    scene.hide("body")
    assert scene.pick(*_place(scene, corner)) is None


def test_nothing_under_the_cursor(scene: Scene) -> None:
    assert scene.pick(0.01, 0.01) is None
    scene.set_clip(None)
    assert scene.pick(0.5, 0.5) is None


def test_hits_agree_with_the_textbook_ray_test(posed: PosedClip) -> None:
    rng = np.random.default_rng(3)
    met = 0
    for _ in range(60):
        origin = rng.normal(size=3) * 2 + [0, 0.6, 0]
        direction = rng.normal(size=3) * 0.35 + [0, 0.6, 0] - origin
        direction /= np.linalg.norm(direction)
        expected = _moller_trumbore(posed.body_vertices[0], posed.body_faces, origin, direction)
        found = hit(posed.body_vertices[0], posed.body_faces, origin, direction)
        assert (found is None) == (expected is None)
        if found is not None:
            met += 1
            assert found.distance == pytest.approx(expected, abs=1e-4)
    assert met > 20


def _moller_trumbore(points: np.ndarray, faces: np.ndarray, origin: np.ndarray, direction: np.ndarray) -> float | None:
    """Moller and Trumbore 1997, all triangles at once, in double precision."""
    a, b, c = (points[faces[:, k]].astype(float) for k in range(3))
    p = np.cross(direction, c - a)
    scale = np.einsum("ij,ij->i", b - a, p)
    offset = origin - a
    u = np.einsum("ij,ij->i", offset, p) / scale
    q = np.cross(offset, b - a)
    v = q @ direction / scale
    t = np.einsum("ij,ij->i", c - a, q) / scale
    on = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)
    return float(t[on].min()) if on.any() else None


def test_a_pick_is_quick_on_a_mesh_of_sixty_thousand_triangles() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(30_000, 3)).astype(np.float32)
    faces = rng.integers(0, 30_000, (60_000, 3)).astype(np.int32)
    best = min(_seconds(points, faces) for _ in range(5))
    assert best < 0.05  # about 5 ms here when the machine is quiet


def _seconds(points: np.ndarray, faces: np.ndarray) -> float:
    start = time.perf_counter()
    hit(points, faces, np.array([0.0, 0.0, 9.0]), np.array([0.0, 0.0, -1.0]))
    return time.perf_counter() - start
