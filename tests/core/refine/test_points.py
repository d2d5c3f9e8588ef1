"""Posing of chosen vertices in torch gives what the whole body's posing gives, and has the right derivatives."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.library import open_body  # noqa: E402
from interact_core.bodies.points import PointPoser, subtree  # noqa: E402
from interact_core.clip import Betas, BodyMotion  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX, PARENTS  # noqa: E402
from interact_core.geometry.rotations import axis_angle_to_matrix  # noqa: E402


def _motion(frames: int = 3, spread: float = 0.4) -> BodyMotion:
    pose = np.random.default_rng(5).normal(0, spread, (frames, 52, 3))
    transl = np.random.default_rng(6).normal(0, 1, (frames, 3))
    return BodyMotion(
        "open", "male", Betas(np.array([0.5, -1.0])), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], transl
    )


def test_chosen_vertices_and_joints_are_those_of_the_body() -> None:
    motion = _motion()
    bound = open_body("male").bind(motion.shape)
    ids = np.array([3, 17, 9000, 404, 5000])
    poser = PointPoser(bound, ids, motion)
    local = torch.as_tensor(axis_angle_to_matrix(motion.full_pose()), dtype=torch.float32)
    points, joints, world = poser(local, torch.as_tensor(motion.transl, dtype=torch.float32))
    whole = bound.pose(motion)
    np.testing.assert_allclose(points.numpy(), whole.vertices[:, ids], atol=2e-5)
    np.testing.assert_allclose(joints.numpy(), whole.joints, atol=2e-5)
    # A joint's world rotation is its parents' product.
    wrist, expected = JOINT_INDEX["left_wrist"], np.eye(3)
    while wrist >= 0:
        expected = local[0, wrist].numpy() @ expected
        wrist = PARENTS[wrist]
    np.testing.assert_allclose(world[0, JOINT_INDEX["left_wrist"]].numpy(), expected, atol=1e-5)


def test_gradient_agrees_with_finite_differences() -> None:
    motion = _motion(2)
    bound = open_body("male").bind(motion.shape)
    poser = PointPoser(bound, np.array([10, 8000, 6000]), motion, dtype=torch.float64)
    local = torch.as_tensor(axis_angle_to_matrix(motion.full_pose())).requires_grad_()
    transl = torch.as_tensor(motion.transl).requires_grad_()
    weights = torch.linspace(-1, 2, 2 * 3 * 3, dtype=torch.float64).reshape(2, 3, 3)

    def value(x: "torch.Tensor", y: "torch.Tensor") -> "torch.Tensor":
        return (poser(x, y)[0] * weights).sum()

    value(local, transl).backward()
    rng = np.random.default_rng(0)
    for _ in range(8):
        where = (int(rng.integers(2)), int(rng.integers(52)), int(rng.integers(3)), int(rng.integers(3)))
        step = torch.zeros_like(local)
        step[where] = 1e-6
        with torch.no_grad():
            rise = (value(local + step, transl) - value(local - step, transl)) / 2e-6
        assert float(local.grad[where]) == pytest.approx(float(rise), abs=1e-5, rel=1e-4)


def test_subtree_of_the_wrist_is_the_hand() -> None:
    row = subtree()[JOINT_INDEX["right_wrist"]]
    assert set(np.flatnonzero(row)) == {JOINT_INDEX["right_wrist"], *range(37, 52)}
    assert subtree()[0].all()
