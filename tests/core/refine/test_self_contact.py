"""The term that keeps hands out of the body: exact slope, matrix of the same, and a hand in a thigh comes out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from interact_core.bodies.library import choose_body  # noqa: E402
from interact_core.bodies.points import PointPoser  # noqa: E402
from interact_core.clip import Clip  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX  # noqa: E402
from interact_core.refine.banded import Banded  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.self_contact import SelfContact  # noqa: E402
from interact_core.refine.state import groups_of, moved, state_of  # noqa: E402


def _leaning(desk, frames: int, degrees: float) -> Clip:
    """The left hand in the thigh, the box far away."""
    clip = desk.clip(frames, 0.6)
    pose = np.array(clip.body.body_pose)
    pose[:, JOINT_INDEX["left_shoulder"] - 1] = [0, 0, np.radians(-degrees)]
    return replace(clip, body=replace(clip.body, body_pose=pose))


def test_slope_and_rows(desk) -> None:
    clip = replace(_leaning(desk, 3, 85), objects=())
    bound = choose_body(clip.body, None).bound
    contact = SelfContact(bound, "cpu", torch.float64)
    poser = PointPoser(bound, np.zeros(1, np.intp), clip.body, "cpu", torch.float64)
    state, groups = state_of(clip, "cpu", torch.float64), groups_of(clip, "cpu", torch.float64)

    def posed(step: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
        there = moved(state, groups, step)
        return poser(there.local, there.transl)[1:]

    still = torch.zeros(3, groups.width, dtype=torch.float64)
    close = contact.close(*posed(still))
    tolerance = 0.02  # wide, so that nothing is so deep that it counts linearly
    assert 5 < int((contact.units(*posed(still), close, tolerance) > 0).sum()) <= 3 * 32
    rng = np.random.default_rng(0)
    direction = torch.as_tensor(rng.normal(size=still.shape))
    h = 1e-6
    ahead, behind = (contact.units(*posed(sign * h * direction), close, tolerance) for sign in (1, -1))
    step = still.clone().requires_grad_()
    contact.value(*posed(step), close, tolerance).backward()
    up, down = (float(contact.value(*posed(sign * h * direction), close, tolerance)) for sign in (1, -1))
    assert step.grad is not None
    assert float((step.grad * direction).sum()) == pytest.approx((up - down) / (2 * h), rel=1e-4)
    matrix = Banded.zeros(3, groups.width, still)
    contact.add_rows(matrix, *posed(still), close, tolerance, torch.arange(groups.width))
    product = torch.einsum("ta,tab,tb->", direction, matrix.near, direction)
    expected = 2 * 0.3 * (((ahead - behind) / (2 * h)) ** 2).sum()
    assert float(product) == pytest.approx(float(expected), rel=1e-3)


def test_a_hand_in_the_thigh_comes_out(desk, grids: Path, inspected: Callable[[Clip], dict[str, float]]) -> None:
    clip = _leaning(desk, 6, 87)
    before = inspected(clip)["self_penetration"]
    assert before > 0.018
    result = refine_clip(clip, replace(DEFAULT, effort=4), cache_dir=grids)
    assert inspected(result.clip)["self_penetration"] < 0.3 * before
    assert result.report.moved["body_mean"] < 0.02
