"""Fingers stop at the end of their range, by the measure's own reckoning, and elsewhere nothing moves."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.library import open_body  # noqa: E402
from interact_core.clip import Betas  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_BODY_JOINTS  # noqa: E402
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle  # noqa: E402
from interact_core.inspection.hand_range import LIMITS, Limits, _beyond, joint_axes  # noqa: E402
from interact_core.inspection.swing_twist import swing_twist  # noqa: E402
from interact_core.refine.limits import HandLimits  # noqa: E402

BOUND = open_body().bind(Betas(np.zeros(0)))
REST = np.asarray(BOUND.rest_joints, np.float64)


def _excess(pose: np.ndarray) -> np.ndarray:
    """(T, 30) degrees beyond, of poses (T, 52, 3), from the measure's parts."""
    columns = []
    for joint in range(NUM_BODY_JOINTS, 52):
        side, name = JOINT_NAMES[joint].split("_")
        bone, palmar = joint_axes(REST, joint, side)
        limits: Limits = LIMITS[name]
        columns.append(_beyond(*swing_twist(pose[:, joint], bone), bone, palmar, limits))
    return np.stack(columns, axis=1)


def test_any_hand_ends_in_its_range_and_what_was_in_it_stays() -> None:
    rng = np.random.default_rng(3)
    pose = rng.normal(0, 0.7, (200, 52, 3))
    local = torch.as_tensor(axis_angle_to_matrix(pose))
    limits = HandLimits(BOUND, "cpu", torch.float64, {"left": False, "right": False})
    stopped = limits.stopped(local)
    before, after = _excess(pose), _excess(matrix_to_axis_angle(stopped.numpy()))
    assert before.max() > 30 and (before > 0).mean() > 0.2
    assert after.max() == 0
    same = (stopped == local).all(dim=-1).all(dim=-1).numpy()
    assert same[:, :NUM_BODY_JOINTS].all()
    assert same[:, NUM_BODY_JOINTS:][before == 0].mean() > 0.99  # the rest lie within the last twentieth of a degree


def test_a_stop_changes_no_more_than_it_must() -> None:
    pose = np.zeros((1, 52, 3))
    joint = JOINT_INDEX["left_index2"]
    bone, palmar = joint_axes(REST, joint, "left")
    pose[0, joint] = np.cross(bone, palmar) * np.radians(LIMITS["index2"].flexion[1] + 2)
    local = torch.as_tensor(axis_angle_to_matrix(pose))
    limits = HandLimits(BOUND, "cpu", torch.float64, {"left": False, "right": False})
    turned = matrix_to_axis_angle((local.transpose(-1, -2) @ limits.stopped(local)).numpy())
    assert np.degrees(np.linalg.norm(turned[0], axis=-1)).max() == pytest.approx(2.05, abs=1e-3)
