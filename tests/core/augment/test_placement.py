"""Where things and feet go: standing feet stand, resting things rest, and the way ends where the object went."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.augment.options import Following, Variations
from interact_core.augment.placement import Footing, Way, drift_of, follow, move_objects, pivot_of, rotation_y
from interact_core.augment.sampling import Draw, draw
from interact_core.clip import BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart, RestJoints

T, FPS = 120, 30.0
V, F = Variations(), Following()


def walk(steps: int = 4) -> Footing:
    """A person walks along +x in `steps` steps within 80 frames, then stands and touches; a thing is lifted from frame 95."""
    ankles = np.zeros((T, 2, 3))
    stands = np.ones((T, 2), bool)
    ankles[:, 0, 2], ankles[:, 1, 2] = 0.1, -0.1
    per = 70 // max(steps, 1)
    for k in range(steps):
        side, start = k % 2, 10 + k * per
        stands[start : start + per, side] = False
        ease = np.linspace(0, 1, per)
        ankles[start : start + per, side, 0] += 0.5 * ease
        ankles[start + per :, side, 0] += 0.5
    root = ankles.mean(axis=1) + np.array([0, 0.9, 0])
    touched = np.arange(T) >= 90
    lowest = np.where(np.arange(T) < 95, 0.0, 0.2)[:, None]
    return Footing(ankles, stands, root, touched, np.zeros(T, bool), lowest)


def box(footing: Footing) -> Clip:
    corners = np.array([[x, y, z] for x in (-0.1, 0.1) for y in (0.0, 0.2) for z in (-0.1, 0.1)], np.float32)
    place = np.stack([np.full(T, 1.5), footing.lowest[:, 0], np.zeros(T)], 1)
    part = ObjectPart("box", Mesh(corners, np.array([[0, 1, 2]], np.int32)), np.tile(np.eye(3), (T, 1, 1)), place)
    zeros = np.zeros((T, 3))
    body = BodyMotion(
        "open", "neutral", RestJoints(np.zeros((52, 3))), zeros, np.zeros((T, 21, 3)), np.zeros((T, 15, 3)), np.zeros((T, 15, 3)),
        zeros,
    )  # fmt: skip
    return Clip("walk", FPS, body, (ObjectMotion("box", (part,)),))


def _way(footing: Footing, drawn: Draw) -> Way:
    clip = box(footing)
    _, wander = move_objects(clip, drawn, V, footing, pivot_of(clip, footing.touched))
    return follow(footing, drawn, F, pivot_of(clip, footing.touched), FPS, wander)


@pytest.mark.parametrize("steps", [0, 1, 4])
@pytest.mark.parametrize("index", range(4))
def test_a_foot_that_stands_stands(steps: int, index: int) -> None:
    footing = walk(steps)
    drawn = draw(replace(V, side=True, drift=True), F, 3, index)
    feet = footing.ankles + _way(footing, drawn).feet
    slides = np.linalg.norm(np.diff(feet, axis=0), axis=-1)
    both = footing.stands[1:] & footing.stands[:-1]
    assert slides[both].max() < 1e-12
    assert np.abs(feet[..., 1] - footing.ankles[..., 1]).max() < 1e-12
    # In the air a foot goes smoothly from one place to the next.
    if steps:
        assert np.linalg.norm(np.diff(feet, n=2, axis=0), axis=-1).max() < 0.12


def test_who_stands_all_along_goes_along_from_the_start() -> None:
    drawn = Draw(offset=(0.2, 0.0, 0.0), follow=1.0)
    way = _way(walk(0), drawn)
    assert way.root == pytest.approx(np.tile([0.2, 0, 0], (T, 1)))


def test_the_shift_grows_with_the_steps_and_is_there_before_the_contact() -> None:
    footing = walk(4)
    way = _way(footing, Draw(offset=(0.0, 0.0, 0.2), follow=1.0))
    assert way.feet[0] == pytest.approx(np.zeros((2, 3)), abs=0.02)
    assert way.feet[85:, :, 2] == pytest.approx(np.full((35, 2), 0.2))
    growth = np.diff(way.feet[..., 2], axis=0)
    assert growth.min() > -1e-12 and 0.001 < np.abs(np.diff(way.root[:, 2])).max() < 0.02


def test_trunk_and_arms_take_no_more_than_a_reach() -> None:
    far = Draw(offset=(0.0, 0.0, 0.5), follow=0.1)
    way = _way(walk(4), far)
    assert way.feet[-1, :, 2] == pytest.approx(np.full(2, 0.5 - F.reach), abs=0.012)
    assert way.feet[-1, 0, 2] >= 0.5 - F.reach


def test_a_turn_about_something_far_leaves_no_more_than_a_reach_either() -> None:
    footing = walk(4)
    far = replace(footing, ankles=footing.ankles - [1.5, 0, 0], root=footing.root - [1.5, 0, 0])
    drawn = Draw(yaw=0.5, follow=0.1)
    pivot = np.array([1.5, 0, 0])
    way = follow(far, drawn, F, pivot, FPS, np.zeros((T, 3)))
    wanted = (far.root[-1] - pivot) @ rotation_y(0.5).T + pivot
    assert 0.8 * F.reach < np.linalg.norm(far.root[-1] + way.root[-1] - wanted) <= F.reach + 1e-3


def test_a_turn_goes_about_the_place_of_the_first_contact() -> None:
    footing = walk(4)
    way = _way(footing, Draw(yaw=0.4, follow=1.0))
    feet = footing.ankles[-1] + way.feet[-1]
    pivot = np.array([1.5, 0, 0])
    assert feet == pytest.approx((footing.ankles[-1] - pivot) @ rotation_y(0.4).T + pivot)
    assert way.turn[-1] == pytest.approx(0.4) and abs(way.turn[0]) < 0.02


def test_another_side_ends_where_the_source_stands() -> None:
    footing = walk(4)
    way = _way(footing, Draw(side=0.3))
    assert np.abs(way.feet[85:]).max() < 1e-12
    start = footing.ankles[0] + way.feet[0]
    radius = np.linalg.norm((footing.ankles[0] - [1.5, 0, 0])[:, (0, 2)], axis=1)
    assert np.linalg.norm((start - [1.5, 0, 0])[:, (0, 2)], axis=1) == pytest.approx(radius)
    assert np.linalg.norm(way.feet[0], axis=1).min() > 0.2
    steps = [np.linalg.norm(way.feet[20 * k] - way.feet[20 * k + 20], axis=1).max() for k in range(4)]
    assert 0.1 < max(steps) <= 1.2 * F.step  # the foot moves on meanwhile, so that its radius is another
    assert np.abs(_way(walk(0), Draw(side=0.3)).feet).max() == 0.0  # without steps nobody comes from anywhere


def test_what_rests_on_the_floor_stays_on_it() -> None:
    footing = walk(4)
    clip = box(footing)
    drawn = replace(draw(replace(V, drift=True), F, 0, 1), offset=(0.1, 0.08, 0.0), yaw=0.3)
    moved, _ = move_objects(clip, drawn, V, footing, pivot_of(clip, footing.touched))
    lowest = moved.objects[0].parts[0].posed()[..., 1].min(axis=1)
    assert np.abs(lowest[:95]).max() < 1e-6
    assert lowest[110:].min() > 0.2 - V.drift_most and lowest[119] != pytest.approx(0.2, abs=0.01)
    assert np.linalg.norm(np.diff(moved.objects[0].parts[0].translation[96:], axis=0), axis=1).max() < 0.03


@pytest.mark.parametrize("height", [-0.10, -0.04])
def test_what_is_lifted_a_little_is_not_pushed_into_the_floor(height: float) -> None:
    slow = replace(walk(4), lowest=np.clip((np.arange(T) - 90) * 0.01, 0, None)[:, None])
    clip = box(slow)
    moved, _ = move_objects(clip, Draw(offset=(0.0, height, 0.0)), V, slow, pivot_of(clip, slow.touched))
    after = moved.objects[0].parts[0].posed()[..., 1].min(axis=1)
    assert after.min() > -1e-7 and (after[100:] < slow.lowest[100:, 0] - 0.02).all()
    assert np.abs(np.diff(after, n=2)).max() < 0.01


def test_the_whole_path_moves_as_one() -> None:
    footing = walk(4)
    clip = box(footing)
    pivot = pivot_of(clip, footing.touched)
    assert pivot == pytest.approx([1.5, 0, 0])
    moved, _ = move_objects(clip, Draw(offset=(0.1, 0.0, -0.2), yaw=0.5), V, footing, pivot)
    part, source = moved.objects[0].parts[0], clip.objects[0].parts[0]
    world, before = part.posed(), source.posed()
    assert world == pytest.approx((before - pivot) @ rotation_y(0.5).T + pivot + [0.1, 0, -0.2], abs=1e-5)


def test_the_wandering_is_slow_and_not_too_far() -> None:
    for index in range(20):
        wander = drift_of(draw(replace(V, drift=True), F, 2, index), V, T, FPS)
        assert np.linalg.norm(wander, axis=1).max() <= V.drift_most + 1e-12
        assert np.linalg.norm(np.diff(wander, axis=0), axis=1).max() * FPS < 2 * np.pi * V.drift_most / V.drift_period * 2
    assert not drift_of(Draw(), V, T, FPS).any()


def test_who_sits_on_the_thing_goes_along_with_it_and_leaves_the_feet_behind() -> None:
    footing = walk(4)
    drawn = Draw(offset=(0.0, 0.0, 0.15), yaw=0.2, follow=0.2)
    standing, sitting = (_way(replace(footing, seated=np.full(T, seated)), drawn) for seated in (False, True))
    assert sitting.feet == pytest.approx(standing.feet)
    pelvis = footing.root[-1] + sitting.root[-1]
    wanted = rotation_y(0.2) @ (footing.root[-1] - (pivot := pivot_of(box(footing), footing.touched))) + pivot + [0, 0, 0.15]
    assert pelvis == pytest.approx(wanted, abs=1e-3)
    assert sitting.turn[-1] == pytest.approx(0.2, abs=1e-3) and standing.turn[-1] < 0.19
    assert np.linalg.norm(footing.root[-1] + standing.root[-1] - wanted) > 0.05
