"""Limits: each criterion turns a candidate down alone, and the figures mean what they say."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.augment.diversity import distance, most_different, nearest, signature
from interact_core.augment.options import Limits
from interact_core.augment.placement import rotation_y
from interact_core.augment.quality import Quality, change, judge, moved

SOURCE = Quality(0.006, 0.001, 0.003, 1.0, 0.03, 0.01, 40.0, 1.0, 0.001, 0.0, 0.0)
GOOD = replace(SOURCE, contact_f1=0.95, moved=0.1, change=0.06)
BAD = {
    "penetration_max": 0.0101, "penetration_mean": 0.0031, "penetration_frame": 0.0051, "contact_f1": 0.89, "slip": 0.046,
    "skate": 0.071, "jerk": 53.0, "joints": 6.8, "floor": 0.0061, "moved": 0.029, "change": 0.014,
}  # fmt: skip


def test_a_good_candidate_passes() -> None:
    assert judge(GOOD, SOURCE, Limits(), 30.0) == ()


@pytest.mark.parametrize("criterion", BAD)
def test_each_criterion_turns_down_alone(criterion: str) -> None:
    (reason,) = judge(replace(GOOD, **{criterion: BAD[criterion]}), SOURCE, Limits(), 30.0)
    assert reason.criterion == criterion and reason.value == BAD[criterion]
    assert f"{reason.limit:.4g}" in reason.text


def test_every_figure_has_a_criterion() -> None:
    assert set(BAD) == set(vars(GOOD))


def test_a_source_that_is_deep_itself_may_not_get_deeper() -> None:
    deep = replace(SOURCE, penetration_max=0.025)
    assert judge(replace(GOOD, penetration_max=0.025), deep, Limits(), 30.0) == ()
    assert [r.criterion for r in judge(replace(GOOD, penetration_max=0.026), deep, Limits(), 30.0)] == ["penetration_max"]


def test_what_cannot_be_measured_does_not_turn_down() -> None:
    assert judge(replace(GOOD, contact_f1=float("nan"), slip=float("nan")), SOURCE, Limits(), 30.0) == ()


def _walk(rng: np.random.Generator) -> np.ndarray:
    return np.cumsum(rng.normal(0, 0.02, (50, 52, 3)), axis=0) + rng.normal(0, 0.4, (52, 3))


def test_the_same_motion_elsewhere_is_no_change() -> None:
    rng = np.random.default_rng(0)
    joints = _walk(rng)
    elsewhere = joints @ rotation_y(0.7).T + np.array([1.5, 0.0, -0.4])
    assert change(elsewhere, joints) == pytest.approx(0.0, abs=1e-9) and moved(elsewhere, joints) > 0.5
    assert moved(joints + np.array([0.0, 0.03, 0.04]), joints) == pytest.approx(0.05)
    assert change(elsewhere + np.array([0, 0.05, 0]), joints) == pytest.approx(0.05, abs=1e-9)  # higher up is a change
    bent = joints.copy()
    bent[:, 5] += np.array([0.0, 0.22, 0.0])
    assert change(bent, joints) == pytest.approx(0.01, rel=0.2)  # 22 body joints


def test_signatures_tell_motions_apart_and_not_places() -> None:
    rng = np.random.default_rng(1)
    joints, corners = _walk(rng), rng.normal(0, 1, (50, 8, 3))
    turn, shift = rotation_y(-1.2).T, np.array([0.3, 0.0, 2.0])
    a = signature(joints, corners)
    assert distance(a, signature(joints @ turn + shift, corners @ turn + shift)) == pytest.approx(0.0, abs=1e-9)
    assert distance(a, signature(joints, corners + np.array([0.3, 0, 0]))) == pytest.approx(0.3 * 8 / 30)
    assert distance(a, signature(joints, corners[:, :4])) == np.inf


def test_the_most_different_are_the_farthest_points() -> None:
    line = [np.full((1, 1, 3), x) / np.sqrt(3) for x in (0.0, 0.1, 0.9, 1.0, 0.5)]
    assert most_different(line, 2, np.zeros((1, 1, 3))) == [3, 4]  # the far end, then the one between it and the start
    assert most_different(line, 9, np.zeros((1, 1, 3))) == [0, 1, 2, 3, 4]
    assert nearest(line[1], [line[3], line[0]]) == (1, pytest.approx(0.1))
    assert nearest(line[1], []) == (-1, np.inf)
