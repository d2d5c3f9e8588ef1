"""Flips are found and turned back, clean motion is left alone, noise goes and kicks stay."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scipy.spatial.transform import Rotation  # noqa: E402

from interact_core.bodies.library import open_body  # noqa: E402
from interact_core.clip import Betas  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX  # noqa: E402
from interact_core.refine.noise import kicks, reduce_noise, smoothed  # noqa: E402
from interact_core.refine.state import state_of  # noqa: E402
from interact_core.refine.wrists import repair_arms  # noqa: E402

WRIST = JOINT_INDEX["left_wrist"]


def _swinging(desk, frames: int = 90):
    clip = desk.clip(frames)
    pose = np.array(clip.body.body_pose)
    t = np.arange(frames)
    pose[:, WRIST - 1] = np.stack([0.3 * np.sin(t / 9), 0.2 * np.sin(t / 13), 0.4 * np.cos(t / 11)], axis=1)
    return replace(clip, body=replace(clip.body, body_pose=pose))


@pytest.mark.parametrize("degrees", [60, 110, 180])
@pytest.mark.parametrize(("start", "length"), [(0, 40), (30, 5), (40, 40), (70, 20)])
def test_a_flipped_stretch_is_turned_back(desk, degrees: float, start: int, length: int) -> None:
    clip = _swinging(desk)
    bound = open_body().bind(Betas(np.zeros(0)))
    bone = bound.rest_joints[WRIST] - bound.rest_joints[JOINT_INDEX["left_elbow"]]
    twist = Rotation.from_rotvec(np.radians(degrees) * bone / np.linalg.norm(bone))
    pose = np.array(clip.body.body_pose)
    pose[start : start + length, WRIST - 1] = (twist * Rotation.from_rotvec(pose[start : start + length, WRIST - 1])).as_rotvec()
    broken = replace(clip, body=replace(clip.body, body_pose=pose))
    fixed, repairs = repair_arms(state_of(broken, "cpu", torch.float64), bound.rest_joints, 30.0)
    truth = Rotation.from_matrix(state_of(clip, "cpu", torch.float64).local[:, WRIST].numpy())
    error = (truth.inv() * Rotation.from_matrix(fixed.local[:, WRIST].numpy())).magnitude()
    assert np.degrees(error.max()) < 10
    assert {r.joint for r in repairs} == {"left_wrist"}


def test_a_clean_arm_is_left_alone(desk) -> None:
    state = state_of(_swinging(desk), "cpu", torch.float64)
    again, repairs = repair_arms(state, open_body().bind(Betas(np.zeros(0))).rest_joints, 30.0)
    assert again is state
    assert repairs == ()


def test_an_elbow_that_swings_round_while_the_hand_stays_is_left_alone(desk) -> None:
    """Turned about the line from shoulder to wrist, shoulder and wrist step against each other; the hand does not."""
    clip = _swinging(desk)
    state = state_of(clip, "cpu", torch.float64)
    shoulder, elbow = JOINT_INDEX["left_shoulder"], JOINT_INDEX["left_elbow"]
    local = state.local.clone()
    swing = torch.as_tensor(Rotation.from_rotvec([1.2, 0.0, 0.0]).as_matrix())
    below = local[40:, elbow] @ local[40:, WRIST]
    local[40:, shoulder] = local[40:, shoulder] @ swing
    local[40:, WRIST] = local[40:, elbow].transpose(-1, -2) @ swing.T @ below
    again, repairs = repair_arms(replace(state, local=local), open_body().bind(Betas(np.zeros(0))).rest_joints, 30.0)
    assert repairs == ()
    np.testing.assert_array_equal(again.local, local)


def test_noise_goes_and_the_path_under_it_stays() -> None:
    t = np.arange(200) / 30
    path = np.stack([np.sin(2 * t), 0.3 * t, 0.1 * np.cos(5 * t)], axis=1)
    noise = np.random.default_rng(0).normal(0, 0.01, path.shape)
    found, level = smoothed(path + noise, kicks([path + noise]))
    assert level == pytest.approx(0.01, rel=0.2)
    assert np.sqrt(np.mean((found - path) ** 2)) < 0.0045
    jerk = np.abs(np.diff(found, n=3, axis=0)).mean()
    assert jerk < 2 * np.abs(np.diff(path, n=3, axis=0)).mean()


def test_a_clean_path_and_a_kick_stay() -> None:
    t = np.arange(200) / 30
    path = np.stack([np.sin(2 * t), 0.3 * t, 0.1 * np.cos(5 * t)], axis=1)
    assert np.abs(smoothed(path, kicks([path]))[0] - path).max() < 2e-4
    kicked = path.copy()
    kicked[120:, 1] += 0.2 * (t[120:] - t[119]) * 30
    assert np.abs(smoothed(kicked, kicks([kicked]))[0] - kicked).max() < 0.02


def test_a_kick_of_one_joint_is_kept_in_all_that_move_with_it(desk) -> None:
    """The elbow jumps in one frame by what the shoulder jumps back: the wrist hardly moves, and so it must stay."""
    clip = desk.clip(60)
    pose = np.array(clip.body.body_pose) + np.random.default_rng(0).normal(0, 0.002, (60, 21, 3))
    shoulder, elbow = JOINT_INDEX["left_shoulder"] - 1, JOINT_INDEX["left_elbow"] - 1
    pose[30:32, shoulder, 1] += 0.010
    pose[30:32, elbow, 1] -= 0.050
    broken = replace(clip, body=replace(clip.body, body_pose=pose))
    before = state_of(broken, "cpu", torch.float64)
    after, _ = reduce_noise(before, 30.0)
    turned = (before.local.transpose(-1, -2) @ after.local)[30:32]
    angle = torch.arccos(((turned.diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2).clamp(-1, 1))
    assert float(angle[:, :22].max()) < 1e-6
    assert float((before.local - after.local)[5:20, shoulder + 1].abs().max()) > 1e-3, "elsewhere the noise goes"
