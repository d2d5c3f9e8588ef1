"""Posing against an independent float64 implementation, and the quality of the skin in extreme poses."""

import numpy as np
import pytest
import trimesh
from body_cases import motion_of, posed, random_pose, reference_joints, reference_vertices

from interact_core.bodies.library import open_body
from interact_core.clip import Betas
from interact_core.clip.skeleton import JOINT_INDEX


def test_joints_and_vertices_match_reference() -> None:
    body = open_body("female")
    bound = body.bind(Betas(np.array([1.0, -0.7, 0.3])))
    pose, transl = random_pose(3, seed=1), np.random.default_rng(2).normal(0, 1, (3, 3))
    got = bound.pose(motion_of(pose, transl=transl))
    vertices, rest = bound.rest_vertices.astype(float), bound.rest_joints.astype(float)
    for t in range(3):
        joints = reference_joints(pose[t], rest, transl[t])[1]
        np.testing.assert_allclose(got.joints[t], joints, atol=5e-6)
        np.testing.assert_allclose(got.vertices[t], reference_vertices(body, vertices, rest, pose[t], transl[t]), atol=2e-5)


def test_rest_pose_is_the_rest_surface() -> None:
    bound = open_body("neutral").bind(Betas(np.zeros(10)))
    got = bound.pose(motion_of(np.zeros((2, 52, 3)), transl=np.array([[0, 0, 0], [1.0, 2.0, 3.0]])))
    np.testing.assert_allclose(got.vertices[0], bound.rest_vertices, atol=1e-6)
    np.testing.assert_allclose(got.vertices[1] - got.vertices[0], np.broadcast_to([1, 2, 3], got.vertices[0].shape), atol=1e-5)


def test_frames_slice_gives_the_same_numbers() -> None:
    bound = open_body("neutral").bind(Betas(np.zeros(10)))
    motion = motion_of(random_pose(7, seed=4))
    whole, part = bound.pose(motion), bound.pose(motion, slice(3, 5))
    np.testing.assert_allclose(part.vertices, whole.vertices[3:5], atol=1e-6)
    assert part.vertices.dtype == np.float32 and part.vertices.flags.c_contiguous


def test_half_and_full_turns_stay_finite() -> None:
    pose = random_pose(4, seed=5) * 0
    pose[0, :, 0], pose[1, :, 1], pose[2, :, 2], pose[3, :, 0] = np.pi, np.pi, -np.pi, 2 * np.pi
    got = open_body("neutral").bind(Betas(np.zeros(10))).pose(motion_of(pose))
    assert np.isfinite(got.vertices).all()


def test_long_way_round_is_the_same_pose() -> None:
    """A rotation vector of 340 degrees is one of -20: the forearm must not wind up."""
    bound = open_body("neutral").bind(Betas(np.zeros(10)))
    short, long = posed(left_wrist=(-20, 0, 0)), posed(left_wrist=(340, 0, 0))
    got = bound.pose(motion_of(np.concatenate([short, long])))
    np.testing.assert_allclose(got.vertices[0], got.vertices[1], atol=1e-5)


def section_area(vertices: np.ndarray, faces: np.ndarray, at: np.ndarray, axis: np.ndarray) -> float:
    """Area of the skin's cross-section through a point, the loop nearest to it."""
    section = trimesh.Trimesh(vertices, faces, process=False).section(plane_origin=at, plane_normal=axis)
    best, area = np.inf, 0.0
    for loop in section.discrete:
        ring = loop[:-1]
        if (distance := float(np.linalg.norm(ring.mean(0) - at))) < best:
            best = distance
            area = 0.5 * np.linalg.norm(np.cross(ring - ring[0], np.roll(ring, -1, axis=0) - ring[0]).sum(0))
    return float(area)


@pytest.mark.parametrize("degrees", [-90.0, 90.0])
def test_forearm_stays_full_under_twist(degrees: float) -> None:
    """Plain blending loses up to half of the area at 90 degrees; helper joints keep at least 88 % everywhere."""
    body = open_body("neutral")
    bound = body.bind(Betas(np.zeros(10)))
    elbow, wrist = (bound.rest_joints[JOINT_INDEX[f"left_{name}"]] for name in ("elbow", "wrist"))
    axis = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    pose = np.zeros((1, 52, 3))
    pose[0, JOINT_INDEX["left_wrist"]] = np.radians(degrees) * axis
    twisted = bound.pose(motion_of(pose)).vertices[0]
    ratios = []
    for share in np.linspace(0.2, 1.05, 12):
        at = elbow + share * (wrist - elbow)
        ratios.append(section_area(twisted, body.faces, at, axis) / section_area(bound.rest_vertices, body.faces, at, axis))
    assert min(ratios) > 0.88


def test_upper_arm_stays_full_under_twist() -> None:
    body = open_body("neutral")
    bound = body.bind(Betas(np.zeros(10)))
    shoulder, elbow = (bound.rest_joints[JOINT_INDEX[f"left_{name}"]] for name in ("shoulder", "elbow"))
    axis = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    pose = np.zeros((1, 52, 3))
    pose[0, JOINT_INDEX["left_shoulder"]] = np.radians(90) * axis
    twisted = bound.pose(motion_of(pose)).vertices[0]
    for share in np.linspace(0.25, 0.9, 8):
        at = shoulder + share * (elbow - shoulder)
        ratio = section_area(twisted, body.faces, at, axis) / section_area(bound.rest_vertices, body.faces, at, axis)
        assert ratio > 0.88


EXTREMES = {
    "arms up": posed(left_collar=(0, 0, 20), left_shoulder=(0, 0, 65)),
    "arms down": posed(left_shoulder=(0, 0, -78)),
    "arm forward": posed(left_shoulder=(0, -90, 0)),
    "deep squat": posed(left_hip=(-115, 0, 0), left_knee=(130, 0, 0), left_ankle=(-25, 0, 0)),
    "sitting": posed(left_hip=(-90, 0, 0), left_knee=(90, 0, 0)),
    "wrist bent": posed(left_wrist=(0, 0, -70)),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_poses_keep_volume_and_triangles(name: str) -> None:
    """No collapse (volume within 8 %), and hardly a triangle squashed to nothing or stretched beyond four times."""
    body = open_body("neutral")
    bound = body.bind(Betas(np.zeros(10)))
    rest, moved = bound.rest_vertices, bound.pose(motion_of(EXTREMES[name])).vertices[0]
    volume = [trimesh.Trimesh(v, body.faces, process=False).volume for v in (rest, moved)]
    assert abs(volume[1] / volume[0] - 1) < 0.08
    edges = np.unique(np.sort(np.concatenate([body.faces[:, [0, 1]], body.faces[:, [1, 2]]]), axis=1), axis=0)
    length = [np.linalg.norm(v[edges[:, 0]] - v[edges[:, 1]], axis=1) for v in (rest, moved)]
    stretch = length[1] / np.maximum(length[0], 1e-4)
    assert np.quantile(stretch, 0.999) < 3.0
    assert (stretch < 0.2).mean() < 0.01
