"""Metrics on positions against cases worked out by hand."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.generate.evaluation import motions, scores
from interact_core.generate.evaluation.scores import Body, Thing


def standing(frames: int = 21) -> np.ndarray:
    """Feet on the floor, everything else a metre up; nothing moves."""
    markers = np.zeros((frames, 77, 3))
    markers[..., 1] = 1.0
    markers[:, list(motions.FOOT_MARKERS), 1] = 0.0
    return markers


def test_marker_errors_of_shifted_markers() -> None:
    true = np.random.default_rng(0).normal(size=(10, 77, 3))
    moved = true + np.array([0.03, 0.0, 0.04])
    assert motions.marker_error(moved, true) == pytest.approx(5.0)
    assert motions.aligned_marker_error(moved, true) == pytest.approx(0.0, abs=1e-12)
    assert motions.local_marker_error(moved, true) == pytest.approx(0.0, abs=1e-12)
    only_first = true.copy()
    only_first[:, 0, 0] += 0.77
    assert motions.marker_error(only_first, true) == pytest.approx(1.0)
    assert motions.aligned_marker_error(only_first, true) == pytest.approx(76.0)


@pytest.mark.parametrize(("height", "weight"), [(0.0, 1.0), (0.02, 2 - 2**0.5), (0.0399, 2 - 2**0.9975), (0.041, 0.0)])
def test_a_foot_that_slides_one_centimetre_a_frame(height: float, weight: float) -> None:
    markers = standing()
    markers[..., 2] += 0.01 * np.arange(21)[:, None]
    markers[:, list(motions.FOOT_MARKERS), 1] = height
    markers[:, 0, 1] = 0.0  # the floor, no foot marker
    assert motions.foot_sliding(markers) == pytest.approx(10 * weight * 20 / 21)


def test_a_foot_that_only_rises_or_a_single_frame_slides_nowhere() -> None:
    markers = standing()
    markers[..., 1] += 0.001 * np.arange(21)[:, None]
    assert motions.foot_sliding(markers) == 0.0
    assert motions.foot_sliding(standing(1)) == 0.0


def test_the_floor_is_the_lowest_marker_so_a_lifted_clip_scores_the_same() -> None:
    markers = standing()
    markers[..., 0] += 0.01 * np.arange(21)[:, None]
    assert motions.foot_sliding(markers + np.array([0, 5, 0])) == pytest.approx(motions.foot_sliding(markers))


def test_touching_is_the_nearest_pair_under_five_centimetres() -> None:
    markers = np.zeros((3, 77, 3))
    markers[:, 40, 0] = 1.0
    samples = np.full((3, 5, 3), 9.0)
    samples[:, 2] = [[1.049, 0, 0], [1.051, 0, 0], [0, 0.01, 0]]
    assert motions.touching(markers, samples).tolist() == [True, False, True]


def test_contact_scores_by_hand_and_for_empty_clips() -> None:
    made, true = np.array([1, 1, 1, 0, 0], bool), np.array([1, 0, 0, 1, 0], bool)
    found = motions.contact_scores(made, true)
    assert (found.precision, found.recall, found.accuracy) == pytest.approx((1 / 3, 1 / 2, 2 / 5))
    assert found.f1 == pytest.approx(0.4)
    none, some = np.zeros(4, bool), np.array([1, 0, 0, 0], bool)
    assert motions.contact_scores(none, none) == motions.ContactScores(1.0, 1.0, 1.0, 1.0)
    assert motions.contact_scores(none, some) == motions.ContactScores(0.0, 0.0, 0.75, 0.0)
    assert motions.contact_scores(some, none) == motions.ContactScores(0.0, 0.0, 0.75, 0.0)


@pytest.mark.parametrize(("degrees", "norm"), [(0, 0.0), (60, 2**0.5), (180, 8**0.5)])
def test_rotation_error_of_a_turn(degrees: float, norm: float) -> None:
    true = Rotation.random(4, random_state=0).as_matrix()
    made = Rotation.from_euler("y", degrees, degrees=True).as_matrix() @ true
    assert motions.rotation_error(made, true) == pytest.approx(norm, abs=1e-7)


def test_the_best_sample_of_a_clip_counts_in_every_figure() -> None:
    true = standing()
    samples = np.full((21, 4, 3), 3.0)
    touched = samples.copy()
    touched[:, 0] = true[:, 70]
    far, near = Body(true + 0.5, touched), Body(true + np.array([0.1, 0, 0]), samples)
    found = scores.object_to_human([[far, near]], [Body(true, samples)])
    assert found["mpmpe_cm"] == pytest.approx(10.0) and found["contact_f1"] == 1.0
    broken = Body(np.full_like(true, np.nan), samples)
    assert motions.best_of(np.array([[np.nan], [2.0], [1.0]])).tolist() == [2]
    assert scores.object_to_human([[near, broken][::-1][1:]], [Body(true, samples)])["mpmpe_cm"] == pytest.approx(10.0)


def test_object_figures_and_prediction_leave_out_what_was_given() -> None:
    markers, still = standing(), np.tile(np.eye(3), (21, 1, 1))
    true = Thing(still, np.zeros((21, 3)), np.zeros((1, 3)), markers)
    place = np.zeros((21, 3))
    place[5:, 1] = 0.25
    made = Thing(still, place, np.zeros((1, 3)), markers)
    assert scores.human_to_object([[made]], [true])["t_cm"] == pytest.approx(25 * 16 / 21)
    assert scores.prediction([made], [true], known=5)["t_cm"] == pytest.approx(25.0)
    assert scores.prediction([made], [true], known=5)["global_cm"] == 0.0


def test_intervals_are_those_of_the_normal_distribution() -> None:
    found = scores.repeated(lambda seed: {"fid": float(seed)}, 5)["fid"]
    assert (found.mean, found.repeats) == (2.0, 5)
    assert found.half == pytest.approx(1.96 * np.std([0, 1, 2, 3, 4], ddof=1) / 5**0.5)
    assert np.isnan(scores.interval([1.0]).half) and np.isnan(scores.interval([1.0, np.nan]).mean)
