"""The parts of the timeline without Qt: axis, envelope, ticks, layout."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interact_app.timeline.artifacts import marks, near
from interact_app.timeline.axis import MIN_FRAMES_SHOWN, TimeAxis
from interact_app.timeline.envelope import envelope, fill_coverage, share, share_coverage, stroke_coverage
from interact_app.timeline.layout import HEADER_WIDTH, PINS_HEIGHT, Wish, arrange
from interact_app.timeline.ticks import frame_step, time_label, time_step
from interact_core.inspection import Artifact


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 20000), st.floats(50, 4000), st.floats(0.05, 50), st.floats(0, 1), st.floats(-5000, 5000))
def test_the_window_on_time_never_leaves_the_clip(frames: int, width: float, zoom: float, at: float, pan: float) -> None:
    axis = TimeAxis.fitted(frames, width).zoomed(zoom, at * width).panned(pan)
    assert axis.start >= -1e-6
    assert axis.stop <= frames + 1e-6
    assert axis.span >= min(MIN_FRAMES_SHOWN, frames) - 1e-6


@given(st.floats(1.01, 20), st.floats(0.05, 0.95))
def test_zooming_keeps_what_is_under_the_mouse(factor: float, share_of_width: float) -> None:
    axis = TimeAxis.fitted(1000, 800)
    x = share_of_width * 800
    before = axis.position_at(x)
    after = axis.zoomed(factor, x)
    assert after.position_at(x) == pytest.approx(before, abs=1e-6)


def test_every_pixel_belongs_to_the_frame_whose_cell_it_is_in() -> None:
    axis = TimeAxis(100, 20.0, 40.0, 400.0)
    assert [axis.frame_at(x) for x in (0, 9.9, 10, 399.9)] == [20, 20, 21, 59]
    assert axis.x_of(21) == 10
    assert axis.center_of(20) == 5
    assert axis.frame_at(-50) == 15
    assert axis.frame_at(1e6) == 99


def test_playing_turns_the_page_only_when_the_playhead_leaves() -> None:
    axis = TimeAxis(1000, 500.0, 200.0, 800.0)
    assert axis.revealing(550) is axis
    following = axis.revealing(700)
    assert following.start == pytest.approx(690)
    back = axis.revealing(499)
    assert back.stop == pytest.approx(510)
    assert axis.revealing(10).start == 0


def test_a_peak_of_one_frame_survives_any_reduction() -> None:
    values = np.zeros(18000, np.float32)
    values[12345] = 7.0
    for width in (100, 331, 1280, 3840):
        curve = envelope(values, 0, 18000, width)
        assert curve.high.max() == 7.0
        assert abs(int(curve.high.argmax()) - 12345.5 / 18000 * width) <= 1


def test_envelope_agrees_with_a_dense_sampling_of_the_curve() -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal(200).astype(np.float32)
    start, span, width = 20.0, 130.0, 57
    curve = envelope(values, start, span, width)
    x = np.linspace(start, start + span, width * 400, endpoint=False)
    dense = np.interp(x - 0.5, np.arange(200), values).reshape(width, 400)
    assert np.allclose(curve.high, dense.max(axis=1), atol=0.02)
    assert np.allclose(curve.low, dense.min(axis=1), atol=0.02)
    assert (curve.high >= dense.max(axis=1) - 1e-4).all()


def test_missing_values_are_gaps_and_do_not_eat_their_neighbours() -> None:
    values = np.array([1, 1, np.nan, np.nan, np.nan, 2, 2], np.float32)
    curve = envelope(values, 0, 7, 70)
    assert np.isnan(curve.high[25:45]).all()
    assert curve.high[5] == 1.0
    assert curve.high[65] == 2.0
    wide = envelope(values, 0, 7, 2)
    assert wide.high.tolist() == [1.0, 2.0]
    assert np.isnan(envelope(np.zeros(0, np.float32), 0, 5, 10).high).all()


def test_share_of_a_state_is_exact() -> None:
    state = np.zeros(10, np.float32)
    state[2:5] = 1
    assert share(state, 0, 10, 10).tolist() == state.tolist()
    assert share(state, 0, 10, 2).tolist() == pytest.approx([0.6, 0.0])
    assert share(state, 2.5, 1, 4).tolist() == pytest.approx([1, 1, 1, 1])
    assert share(state, 0, 10, 20).sum() == pytest.approx(6)


def test_coverage_of_a_flat_line_has_its_thickness_and_height() -> None:
    curve = envelope(np.full(50, 5.0, np.float32), 0, 50, 20)
    stroke = stroke_coverage(curve, 10.0, 40, 2.0)
    assert stroke.sum(axis=0) == pytest.approx(np.full(20, 2.0 * 255))
    assert stroke[19:21].min() == 255
    assert fill_coverage(curve, 10.0, 40).sum(axis=0) == pytest.approx(np.full(20, 20.0 * 255))
    weights = np.linspace(0, 1, 40, dtype=np.float32)
    assert np.allclose(fill_coverage(curve, 10.0, 40, weights)[20:, 0], 255 * weights[20:], atol=1)


def test_coverage_has_gaps_where_there_is_no_value() -> None:
    values = np.array([5, 5, np.nan, np.nan, 5, 5], np.float32)
    stroke = stroke_coverage(envelope(values, 0, 6, 60), 10.0, 20, 2.0)
    assert stroke[:, :10].any()
    assert not stroke[:, 25:35].any()
    assert not stroke_coverage(envelope(np.full(5, np.nan, np.float32), 0, 5, 9), 1.0, 20, 2.0).any()
    assert share_coverage(np.array([0, 0.5, 1], np.float32), 2).tolist() == [[0, 127, 255]] * 2


@pytest.mark.parametrize(("ppf", "expected"), [(100.0, 1), (40.0, 2), (13.0, 5), (7.0, 10), (0.7, 100), (0.05, 2000)])
def test_frame_ticks_are_round_and_apart(ppf: float, expected: int) -> None:
    assert frame_step(ppf, 64) == expected
    assert frame_step(ppf, 64) * ppf >= 64 or expected == 1


def test_time_ticks() -> None:
    assert time_step(400, 64) == 0.2
    assert time_step(1, 64) == 120
    assert time_label(3.0, 1.0) == "3 s"
    assert time_label(3.25, 0.05) == "3.25 s"
    assert time_label(75.0, 5.0) == "1:15"
    assert time_label(75.5, 0.5) == "1:15.5"


def _artifact(peak: int, severity: float) -> Artifact:
    return Artifact("penetration", peak - 1, peak + 2, peak, severity, 0.01, "m")


def test_crowded_marks_keep_the_worst() -> None:
    crowd = [_artifact(100, 0.2), _artifact(102, 0.9), _artifact(200, 0.1)]
    kept = marks(crowd, lambda frame: float(frame), 12)
    assert [a.peak_frame for a in kept] == [102, 200]
    assert [a.severity for a in near(crowd, 101, 3)] == [0.9, 0.2]


def test_lanes_share_spare_height_and_scroll_when_there_is_too_little() -> None:
    roomy = arrange(1000, 400, [Wish(40, 20, True), Wish(20, 20, True), Wish(20, 20, False)], 0)
    assert roomy.content_height == pytest.approx(roomy.lanes_height, abs=3)
    assert roomy.lanes[2].height == 20
    assert roomy.lanes[0].height == pytest.approx(2 * roomy.lanes[1].height, abs=2)
    tight = arrange(1000, 120, [Wish(40, 40, True), Wish(40, 40, True, visible=False), Wish(40, 40, True)], 1e6)
    assert [box.index for box in tight.lanes] == [0, 2]
    assert tight.scroll == tight.max_scroll > 0
    assert tight.lane_at(tight.overview_top - 3) == tight.lanes[1]
    assert tight.zone_at(HEADER_WIDTH + 5, 5) == "ruler"
    assert tight.zone_at(5, 70) == "header"
    assert tight.zone_at(500, 119) == "overview"


def test_lanes_give_way_before_they_scroll_and_chosen_heights_do_not() -> None:
    low = arrange(1000, 160, [Wish(40, 20, True), Wish(40, 20, True), Wish(40, 40, False)], 0)
    assert low.max_scroll == 0
    assert all(23 <= lane.height <= 26 for lane in low.lanes[:2])
    assert low.lanes[2].height == 40
    with_pins = arrange(1000, 160, [Wish(20, 20, True)], 0, pins=True)
    assert with_pins.zone_at(500, with_pins.pins_top + 3) == "pins"
    assert with_pins.lanes_top == low.lanes_top + PINS_HEIGHT
    assert low.zone_at(500, low.pins_top + 3) == "marks"
