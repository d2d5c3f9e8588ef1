"""Points of moving parts against a body of several slices, against the same points one by one."""

import numpy as np
import trimesh

from interact_core.geometry.moving_mesh import MovingMesh
from interact_core.geometry.watched_points import EVERYWHERE, WatchedPoints

REACH = 0.02


def _dumbbell() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two balls that overlap a little: a mesh of two slices, the left one first."""
    left, right = trimesh.creation.icosphere(3, 0.1), trimesh.creation.icosphere(3, 0.1)
    right.apply_translation([0.19, 0.0, 0.0])
    both = trimesh.util.concatenate([left, right])
    segment = np.repeat([0, 1], len(left.vertices))
    return np.asarray(both.vertices, np.float32), np.asarray(both.faces, np.int32), segment


def _posed(angle: float, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    turn = trimesh.transformations.rotation_matrix(angle, [0.3, 1.0, 0.2])[:3, :3]
    return turn.astype(np.float32)[None], shift.astype(np.float32)[None]


def test_every_point_in_or_before_the_skin_is_found_as_if_it_were_asked_alone() -> None:
    vertices, faces, segment = _dumbbell()
    rng = np.random.default_rng(1)
    points = rng.uniform([-0.15, -0.13, -0.13], [0.34, 0.13, 0.13], (4000, 3)).astype(np.float32)
    watched = WatchedPoints(MovingMesh(faces, len(vertices), segments=segment), [(points, np.full(4000, EVERYWHERE))])
    for t in range(4):
        skin = vertices + np.float32(0.01 * t)
        turn, shift = _posed(0.05 * t, np.array([0.0, 0.01 * t, 0.0]))
        distance, face = (values.copy() for values in watched.look(skin, turn, shift, 0.06, REACH))
        truth = MovingMesh(faces, len(vertices)).signed_distance(points @ turn[0].T + shift[0], skin, 0.06, outer=REACH)
        twice = truth < distance - 1e-5  # within both balls, nearest to the skin of one from outside
        np.testing.assert_allclose(distance[~twice], truth[~twice], atol=2e-6)
        assert twice.mean() < 0.01
        assert (face[(distance < REACH) & (distance > -0.0599)] >= 0).all(), t
        assert (face[distance == np.float32(REACH)] == -1).all(), t
        assert (truth < -0.05).sum() > 20


def test_points_are_tried_against_the_first_segments_only_and_parts_that_are_nowhere_against_none() -> None:
    vertices, faces, segment = _dumbbell()
    on_right = np.array([[0.27, 0.0, 0.0]], np.float32)
    on_left = np.array([[-0.08, 0.0, 0.0]], np.float32)
    first, every = np.array([1]), np.array([EVERYWHERE])
    parts = [(on_right, first), (on_right, every), (on_left, first), (on_left, every)]
    watched = WatchedPoints(MovingMesh(faces, len(vertices), segments=segment), parts)
    turn, shift = np.tile(np.eye(3, dtype=np.float32), (4, 1, 1)), np.zeros((4, 3), np.float32)
    shift[3] = 1e6
    _, face = watched.look(vertices, turn, shift, 0.06, REACH)
    assert (face >= 0).tolist() == [False, True, True, False]
