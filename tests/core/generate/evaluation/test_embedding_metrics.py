"""Metrics in an embedding space against known answers and independent formulas."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from interact_core.generate.evaluation.embeddings import (
    diversity,
    frechet_distance,
    matching_distance,
    multimodality,
    r_precision,
)

RNG = np.random.default_rng(5)


def test_fid_of_gaussians_is_what_scipy_computes() -> None:
    mix = RNG.normal(size=(8, 8))
    a, b = RNG.normal(size=(400, 8)), RNG.normal(size=(300, 8)) @ mix + 0.5
    c1, c2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    wanted = np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)
    assert frechet_distance(a, b) == pytest.approx(wanted, rel=1e-8)


def test_fid_of_a_shift_is_its_square_and_of_a_stretch_that_of_the_deviations() -> None:
    a = RNG.normal(size=(500, 3))
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-9)
    assert frechet_distance(a, a + np.array([3.0, 0.0, 4.0])) == pytest.approx(25.0)
    spread = a.std(axis=0, ddof=1)
    one = a[:, :1] - a[:, :1].mean()
    assert frechet_distance(one, 3 * one) == pytest.approx((2 * spread[0]) ** 2)


def test_fid_with_fewer_rows_than_dimensions_is_a_number_and_of_one_row_none() -> None:
    a = RNG.normal(size=(4, 20))
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(frechet_distance(a[:1], a))


def test_r_precision_of_identical_rows_is_one_and_of_strangers_is_chance() -> None:
    rows = RNG.normal(size=(640, 16))
    assert r_precision(rows, rows, np.random.default_rng(0)).tolist() == [1.0, 1.0, 1.0]
    strangers = r_precision(rows, RNG.normal(size=(640, 16)), np.random.default_rng(0))
    assert np.allclose(strangers, np.array([1, 2, 3]) / 64, atol=0.02)


def test_r_precision_of_an_encoder_that_says_one_thing_is_exactly_chance() -> None:
    same = np.ones((128, 4))
    assert np.allclose(r_precision(same, same, np.random.default_rng(0)), np.array([1, 2, 3]) / 64)


def test_r_precision_counts_the_rank_by_hand() -> None:
    text = np.array([[0.0], [1.0], [2.0], [3.0]])
    motion = np.array([[0.1], [1.6], [1.6], [0.2]])  # ranks of the own sentence: 1, 2, 1 (1.6 is nearest to 2), 4
    assert r_precision(text, motion, np.random.default_rng(0)).tolist() == [0.5, 0.75, 0.75]


def test_the_rest_after_the_last_whole_pool_is_not_used() -> None:
    rows = RNG.normal(size=(100, 4))
    wrong = rows.copy()
    order = np.random.default_rng(7).permutation(100)
    wrong[order[64:]] = 1e6
    assert r_precision(rows, wrong, np.random.default_rng(7))[0] == 1.0


def test_distances_by_hand() -> None:
    assert matching_distance(np.zeros((2, 2)), np.array([[3.0, 4.0], [0.0, 1.0]])) == 3.0
    assert multimodality(np.array([[[0.0], [1.0], [3.0]]])) == pytest.approx((1 + 3 + 2) / 3)
    assert diversity(np.array([[0.0], [5.0]]), np.random.default_rng(0)) == 5.0
    assert np.isnan(diversity(np.zeros((1, 2)), np.random.default_rng(0))) and np.isnan(multimodality(np.zeros((3, 1, 2))))
