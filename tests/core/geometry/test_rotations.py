"""Rotations against closed forms and an independent formula (Rodrigues), not against scipy itself."""

import numpy as np
import pytest

from interact_core.clip.skeleton import PARENTS
from interact_core.geometry import rotations as rot


def rodrigues(v):
    angle = np.linalg.norm(v)
    if angle == 0:
        return np.eye(3)
    x, y, z = v / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


@pytest.fixture
def vectors():
    rng = np.random.default_rng(1)
    v = rng.normal(size=(4, 5, 3))
    v[0, 0] = 0
    v[0, 1] *= 1e-9
    v[1, 2] *= (np.pi - 1e-6) / np.linalg.norm(v[1, 2])
    return np.where(np.linalg.norm(v, axis=-1, keepdims=True) < np.pi, v, v / 10)


def test_axis_angle_follows_rodrigues_and_returns(vectors):
    matrices = rot.axis_angle_to_matrix(vectors)
    assert matrices.shape == (4, 5, 3, 3)
    for index in np.ndindex(4, 5):
        assert matrices[index] == pytest.approx(rodrigues(vectors[index]), abs=1e-12)
    assert rot.matrix_to_axis_angle(matrices) == pytest.approx(vectors, abs=1e-9)


def test_quaternions_are_xyzw():
    quarter_about_z = np.array([0, 0, np.sqrt(0.5), np.sqrt(0.5)])
    assert rot.quaternion_xyzw_to_matrix(quarter_about_z) @ [1, 0, 0] == pytest.approx([0, 1, 0])
    assert rot.quaternion_xyzw_to_axis_angle(5 * quarter_about_z) == pytest.approx([0, 0, np.pi / 2])
    assert np.abs(rot.axis_angle_to_quaternion_xyzw(np.array([0, 0, np.pi / 2]))) == pytest.approx(quarter_about_z)
    assert np.abs(rot.matrix_to_quaternion_xyzw(rodrigues(np.array([0, 0, np.pi / 2])))) == pytest.approx(quarter_about_z)


def test_six_numbers_are_the_first_two_rows(vectors):
    matrices = rot.axis_angle_to_matrix(vectors)
    six = rot.matrix_to_rotation_6d(matrices)
    assert six[2, 3] == pytest.approx(np.concatenate((matrices[2, 3, 0], matrices[2, 3, 1])))
    assert rot.rotation_6d_to_matrix(six) == pytest.approx(matrices, abs=1e-12)
    assert rot.rotation_6d_to_matrix(six * 3.7) == pytest.approx(matrices, abs=1e-12)


@pytest.mark.parametrize("angle", [0.0, 1e-7, 0.3, np.pi - 1e-7])
def test_angle_between_is_accurate_at_both_ends(angle):
    a = rodrigues(np.array([0.3, -0.2, 0.9]))
    b = a @ rodrigues(angle * np.array([0.6, 0.0, 0.8]))
    assert rot.rotation_angle(a, b) == pytest.approx(angle, abs=1e-9)


def test_local_and_global_undo_each_other():
    rng = np.random.default_rng(2)
    local = rot.axis_angle_to_matrix(rng.normal(size=(3, 52, 3)))
    world = rot.local_to_global(local, PARENTS)
    elbow = local[1, 0]
    for joint in (3, 6, 9, 13, 16, 18):
        elbow = elbow @ local[1, joint]
    assert world[1, 18] == pytest.approx(elbow, abs=1e-12)
    assert rot.global_to_local(world, PARENTS) == pytest.approx(local, abs=1e-12)


def test_leading_shapes_of_any_rank_including_none():
    assert rot.axis_angle_to_matrix(np.zeros(3)).shape == (3, 3)
    assert rot.axis_angle_to_matrix(np.zeros((0, 3))).shape == (0, 3, 3)
    assert rot.matrix_to_axis_angle(np.zeros((2, 0, 3, 3))).shape == (2, 0, 3)


def test_no_rotation_is_not_made_of_nothing():
    with pytest.raises(ValueError, match="zero"):
        rot.quaternion_xyzw_to_matrix(np.array([[0, 0, 0, 1.0], [0, 0, 0, 0]]))


def test_closed_formulas_agree_with_scipy(vectors):
    from scipy.spatial.transform import Rotation

    turns = np.concatenate((vectors.reshape(-1, 3), 7.0 * vectors.reshape(-1, 3)))
    theirs = Rotation.from_rotvec(turns)
    assert rot.axis_angle_to_matrix(turns) == pytest.approx(theirs.as_matrix(), abs=1e-12)
    assert rot.axis_angle_to_quaternion_xyzw(turns) == pytest.approx(theirs.as_quat(), abs=1e-12)
    assert rot.quaternion_xyzw_to_matrix(3.0 * theirs.as_quat()) == pytest.approx(theirs.as_matrix(), abs=1e-12)
    assert rot.axis_angle_to_matrix(np.zeros((0, 3))).shape == (0, 3, 3)
