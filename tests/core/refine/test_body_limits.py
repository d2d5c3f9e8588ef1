"""Limits of the body's joints: the right way round, the right slope, and broken joints come back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scipy.spatial.transform import Rotation  # noqa: E402

from interact_core.bodies.library import open_body  # noqa: E402
from interact_core.clip import Betas, Clip  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES  # noqa: E402
from interact_core.inspection.body_range import body_excess, bounds_of  # noqa: E402
from interact_core.refine.banded import Banded  # noqa: E402
from interact_core.refine.body_limits import BodyLimits  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.state import TURNS  # noqa: E402

BOUND = open_body().bind(Betas(np.zeros(0)))
REST = np.asarray(BOUND.rest_joints, np.float64)

Bend = tuple[str, tuple[float, float, float], bool]
BENDS: tuple[Bend, ...] = (
    # Joint, turn of the left side in degrees about the axes at rest (+X left, +Y up, +Z ahead), whether a person can do it.
    ("knee", (130, 0, 0), True), ("knee", (-40, 0, 0), False), ("knee", (0, 0, 50), False),
    ("elbow", (0, -140, 0), True), ("elbow", (0, 45, 0), False),
    ("hip", (-115, 0, 0), True), ("hip", (95, 0, 0), False), ("hip", (0, 0, -75), False),
    ("ankle", (50, 0, 0), True), ("ankle", (-60, 0, 0), False),
    ("shoulder", (0, 0, -80), True), ("shoulder", (0, 0, 80), True), ("shoulder", (0, -110, 0), True),
    ("shoulder", (0, 120, 0), False), ("wrist", (0, 0, -70), True), ("wrist", (0, 0, 130), False),
)  # fmt: skip


def _pose(joint: str, degrees: tuple[float, float, float], side: str) -> np.ndarray:
    pose = np.zeros((1, 52, 3))
    pose[0, JOINT_INDEX[f"{side}_{joint}"]] = np.radians(degrees) * (1 if side == "left" else np.array([1, -1, -1]))
    return pose


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("joint", "degrees", "sound"), BENDS)
def test_joints_bend_the_right_way(side: str, joint: str, degrees: tuple[float, float, float], sound: bool) -> None:
    excess = body_excess(_pose(joint, degrees, side), REST)[0]
    assert (excess.max() < 6) == sound
    if not sound:
        worst = bounds_of(REST).joints[int(excess.argmax())]
        assert JOINT_INDEX[f"{side}_{joint}"] in worst


def test_a_trunk_that_bends_too_far_in_small_parts_is_found() -> None:
    pose = np.zeros((1, 52, 3))
    pose[0, [JOINT_INDEX[f"spine{k}"] for k in (1, 2, 3)], 0] = np.radians(50)
    assert body_excess(pose, REST).max() == pytest.approx(50, abs=1)


def _random(frames: int, spread: float, seed: int) -> "torch.Tensor":
    turns = np.random.default_rng(seed).normal(0, spread, (frames, 52, 3))
    return torch.as_tensor(Rotation.from_rotvec(turns.reshape(-1, 3)).as_matrix().reshape(frames, 52, 3, 3))


def _turned(local: "torch.Tensor", step: "torch.Tensor") -> "torch.Tensor":
    matrices = Rotation.from_rotvec(step.numpy().reshape(-1, 3)).as_matrix().reshape(local.shape)
    return local @ torch.as_tensor(matrices)


def test_energy_and_measure_mean_the_same() -> None:
    """Two writings of the same angles, numpy and torch: what the energy sees is the measure's excess plus the margin."""
    limits = BodyLimits(BOUND, "cpu", torch.float64)
    local = _random(40, 0.5, 2)
    pose = Rotation.from_matrix(local.numpy().reshape(-1, 3, 3)).as_rotvec().reshape(40, 52, 3)
    measured = body_excess(pose, REST)
    beyond = np.degrees(limits._beyond(limits._turns(local)).numpy())
    for r in range(measured.shape[1]):
        own = beyond[:, bounds_of(REST).owner == r].max(axis=1)
        hit = measured[:, r] > 0
        np.testing.assert_allclose(own[hit], measured[hit, r] + 3.0, atol=0.01)


def test_rows_are_the_slope_of_what_is_beyond() -> None:
    limits = BodyLimits(BOUND, "cpu", torch.float64)
    local = _random(6, 0.6, 3)
    assert float(limits.value(local)) > 0
    columns = torch.arange(TURNS.stop)
    matrix = Banded.zeros(6, TURNS.stop, local)
    limits.add_rows(matrix, local, columns, 1.0)
    rng = np.random.default_rng(4)
    for _ in range(4):
        step = torch.as_tensor(rng.normal(size=(6, 52, 3)))
        h = 1e-6
        rise = (limits._beyond(limits._turns(_turned(local, h * step))) - limits._beyond(limits._turns(local))) / h
        flat = step.flatten(1)
        product = torch.einsum("ta,tab,tb->", flat, matrix.near[:, TURNS, TURNS], flat)
        assert float(rise.square().sum()) == pytest.approx(float(product), rel=1e-3)


@pytest.mark.parametrize(("name", "turn"), [("left_elbow", (0, 40, 0)), ("right_knee", (-45, 0, 0))])
def test_a_broken_joint_is_brought_back(
    desk, grids: Path, inspected: Callable[[Clip], dict[str, float]], name: str, turn: tuple[float, float, float]
) -> None:
    clip = desk.clip(6, 0.3)
    pose = np.array(clip.body.body_pose)
    mirror = np.array([1, -1, -1]) if name.startswith("right") else np.ones(3)
    pose[:, JOINT_NAMES.index(name) - 1] = np.radians(turn) * mirror
    clip = replace(clip, body=replace(clip.body, body_pose=pose))
    assert inspected(clip)["body_range"] > 12
    result = refine_clip(clip, replace(DEFAULT, effort=3, rounds=1), cache_dir=grids)
    assert inspected(result.clip)["body_range"] < 3
    away = np.abs(np.delete(result.clip.body.body_pose - pose, JOINT_NAMES.index(name) - 1, axis=1))
    assert np.degrees(away.max()) < 25
