"""Draws: reproducible, within their ranges, and one variation's numbers do not depend on another's switch."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.augment.options import DEFAULT, PRESETS, Following, Variations, with_values
from interact_core.augment.sampling import Draw, draw
from interact_core.errors import InputError

EVERYTHING = PRESETS["everything"].variations


def test_the_same_seed_and_index_give_the_same_draw_whatever_came_before() -> None:
    alone = draw(EVERYTHING, Following(), 7, 3)
    in_a_row = [draw(EVERYTHING, Following(), 7, k) for k in range(5)]
    assert in_a_row[3] == alone
    assert len({d.offset for d in in_a_row}) == 5
    assert draw(EVERYTHING, Following(), 8, 3) != alone


def test_draws_stay_in_their_ranges_and_fill_them() -> None:
    v, f = EVERYTHING, Following()
    draws = [draw(v, f, 0, k) for k in range(400)]
    far = np.array([np.hypot(d.offset[0], d.offset[2]) for d in draws])
    assert far.max() <= v.displace_far and far.max() > 0.95 * v.displace_far
    # Evenly over the disc: half of the draws lie beyond the radius that halves its area.
    assert np.mean(far > v.displace_far / np.sqrt(2)) == pytest.approx(0.5, abs=0.08)
    for values, low, high in (
        ([d.offset[1] for d in draws], -v.displace_high, v.displace_high),
        ([np.degrees(d.yaw) for d in draws], -v.yaw_most, v.yaw_most),
        ([d.scale[0] for d in draws], v.scale_low, v.scale_high),
        ([d.warp for d in draws], v.warp_low, v.warp_high),
        ([d.follow for d in draws], f.follow_low, f.follow_high),
        ([np.degrees(d.side) for d in draws], -v.side_most, v.side_most),
        ([x for d in draws for x in d.limbs], 1 - v.shape_most, 1 + v.shape_most),
    ):
        span = high - low
        assert low <= min(values) < low + 0.05 * span and high - 0.05 * span < max(values) <= high
    assert np.mean([d.mirror for d in draws]) == pytest.approx(0.5, abs=0.08)


def test_a_switch_leaves_the_other_numbers_alone() -> None:
    full = draw(EVERYTHING, Following(), 1, 2)
    less = draw(replace(EVERYTHING, yaw=False, mirror=False), Following(), 1, 2)
    assert replace(full, yaw=0.0, mirror=False) == less


def test_nothing_switched_on_is_nothing_drawn() -> None:
    nothing = Variations(displace=False, yaw=False)
    assert draw(nothing, Following(follow_low=0.75, follow_high=0.75), 5, 1) == Draw()
    assert Draw().record() == {}


def test_a_swap_names_one_of_the_meshes() -> None:
    places = {draw(Variations(swap=True), Following(), 0, k, 3).swap for k in range(60)}
    assert places == {0, 1, 2}
    assert draw(Variations(swap=True), Following(), 0, 0, 0).swap == -1


def test_options_by_bare_names() -> None:
    changed = with_values(DEFAULT, {"displace_far": 1, "contact_f1": 0.8, "effort": 3, "count": 9})
    assert (changed.variations.displace_far, changed.limits.contact_f1, changed.following.effort, changed.count) == (
        1.0,
        0.8,
        3,
        9,
    )
    for name, value in (("nonsense", 1), ("displace_far", -1.0), ("count", "four"), ("method", "magic"), ("twin", float("nan"))):
        with pytest.raises(InputError):
            with_values(DEFAULT, {name: value})


def test_a_spread_moves_draws_within_their_ranges_and_even_is_as_ever() -> None:
    even = [draw(EVERYTHING, Following(), 3, k) for k in range(300)]
    small = [draw(replace(EVERYTHING, spread="small"), Following(), 3, k) for k in range(300)]
    large = [draw(replace(EVERYTHING, spread="large"), Following(), 3, k) for k in range(300)]
    for value in (lambda d: abs(d.yaw), lambda d: float(np.hypot(d.offset[0], d.offset[2])), lambda d: abs(d.side)):
        a, b, c = (np.array([value(d) for d in draws]) for draws in (small, even, large))
        assert (a <= b + 1e-12).all() and (b <= c + 1e-12).all() and a.mean() < 0.8 * b.mean()
    assert max(abs(d.yaw) for d in large) <= np.radians(EVERYTHING.yaw_most)
    assert max(d.warp for d in large) <= EVERYTHING.warp_high
    assert all(np.sign(a.yaw) == np.sign(b.yaw) for a, b in zip(small, large, strict=True))
