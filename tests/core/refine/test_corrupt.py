"""Injected faults: as large as their level says, where the truth says, seeded, and nothing else touched."""

import numpy as np
import pytest

from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX, joint_array
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip
from interact_core.geometry.rotations import axis_angle_to_matrix, rotation_angle
from interact_core.refine.corrupt import KINDS, applies, corrupt
from interact_core.refine.corrupt_tools import hold_envelope, joints_of, palm_facing


def _demo(name: str) -> Clip:
    return read_clip(next(r for r in open_path(demo_root()).refs if r.id == name))


@pytest.fixture(scope="module")
def bottle() -> Clip:
    return _demo("demo_pass_bottle")


@pytest.mark.parametrize("kind", KINDS)
def test_seeded_and_parent_untouched(bottle, kind):
    before = bottle.body.full_pose().copy()
    level = KINDS[kind].levels[-1]
    first, again, other = (corrupt(bottle, kind, level, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.clip.body.full_pose(), again.clip.body.full_pose())
    assert np.array_equal(first.clip.objects[0].parts[0].translation, again.clip.objects[0].parts[0].translation)
    if kind in ("jitter_place", "jitter_turn", "drift", "finger_noise", "wrist_flip"):
        ours, theirs = (
            np.concatenate([c.clip.body.full_pose().ravel(), np.ravel(c.clip.objects[0].parts[0].translation)])
            for c in (first, other)
        )
        assert not np.array_equal(ours, theirs)
    assert np.array_equal(bottle.body.full_pose(), before)
    assert first.clip.metadata["parent"] == bottle.id and first.truth.kind == kind
    assert first.truth.frames.shape == (bottle.num_frames,) and first.truth.frames.any()


@pytest.mark.parametrize(("kind", "sign"), [("wrist_pushed_in", 1), ("floating", -1)])
def test_hands_move_along_the_palm_by_the_level(bottle, kind, sign):
    spoiled = corrupt(bottle, kind, 0.02)
    for side in ("left", "right"):
        wrist, full = JOINT_INDEX[f"{side}_wrist"], hold_envelope(bottle, side) > 0.999
        (r0, j0), (r1, j1) = joints_of(bottle), joints_of(spoiled.clip)
        wanted = sign * 0.02 * palm_facing(bottle, side)[full]
        assert np.abs((j1 - j0)[full, wrist] - wanted).max() < 2e-4
        assert rotation_angle(r0[full, wrist], r1[full, wrist]).max() < 1e-5
    still = joint_array("pelvis", "left_foot", "left_shoulder", "head")
    assert np.abs((j1 - j0)[:, still]).max() < 1e-6
    either = np.maximum(hold_envelope(bottle, "left"), hold_envelope(bottle, "right"))
    assert np.array_equal(spoiled.truth.frames, either > 0.05)


def test_object_moves_against_the_palm(bottle):
    spoiled = corrupt(bottle, "object_pushed_in", 0.02)
    offset = spoiled.clip.objects[0].parts[0].translation - bottle.objects[0].parts[0].translation
    assert np.isclose(np.linalg.norm(offset, axis=1).max(), 0.02, atol=1e-9)
    facing = palm_facing(bottle, "left")  # the left hand holds longer
    assert np.all((offset * facing).sum(axis=1) <= 0)
    assert np.array_equal(np.linalg.norm(offset, axis=1) > 0.001, spoiled.truth.frames)


def test_sizes_of_noise(bottle):
    place = corrupt(bottle, "jitter_place", 0.005).clip.body.transl - bottle.body.transl
    assert np.isclose(place.std(), 0.005, rtol=0.15)
    turned = corrupt(bottle, "jitter_turn", 0.03).clip.body.body_pose
    angle = rotation_angle(axis_angle_to_matrix(turned), axis_angle_to_matrix(bottle.body.body_pose))
    assert np.isclose(np.sqrt((angle**2).mean()), 0.03 * np.sqrt(3), rtol=0.05)
    wander = corrupt(bottle, "drift", 0.015).clip.objects[0].parts[0].translation - bottle.objects[0].parts[0].translation
    assert np.isclose(np.linalg.norm(wander, axis=1).max(), 0.015)
    spectrum = np.abs(np.fft.rfft(wander - wander.mean(axis=0), axis=0)) ** 2
    hertz = np.fft.rfftfreq(len(wander), 1 / bottle.fps)
    assert spectrum[hertz > 1.5].sum() < 0.05 * spectrum.sum()


def test_flip_segments_say_where_and_how_far(bottle):
    for seed in range(5):
        spoiled = corrupt(bottle, "wrist_flip", 2.0, seed)
        assert spoiled.truth.segments
        turned, clean = axis_angle_to_matrix(spoiled.clip.body.body_pose), axis_angle_to_matrix(bottle.body.body_pose)
        angle = rotation_angle(turned, clean)
        for s in spoiled.truth.segments:
            assert 5 <= s.stop - s.start <= 40 and s.start > 0 and s.stop < bottle.num_frames
            assert np.allclose(angle[s.start : s.stop, JOINT_INDEX[s.joint] - 1], 2.0, atol=1e-6)
        assert np.array_equal(angle.max(axis=1) > 1e-6, spoiled.truth.frames)


def test_ground_lifts_only_the_root(bottle):
    spoiled = corrupt(bottle, "ground", -0.03).clip
    assert np.allclose(spoiled.body.transl - bottle.body.transl, [0, -0.03, 0])
    assert np.array_equal(spoiled.body.body_pose, bottle.body.body_pose) and spoiled.objects is bottle.objects


def test_a_clip_without_grasp_takes_only_what_needs_none():
    ball = _demo("demo_kick_ball")
    assert not applies(ball, "floating") and applies(ball, "ground")
    with pytest.raises(ValueError, match="no labelled grasp"):
        corrupt(ball, "floating", 0.01)
    with pytest.raises(ValueError, match="melted"):
        corrupt(ball, "melted", 1.0)


def test_what_the_hand_holds_is_found_among_several():
    mug = _demo("demo_drink_mug")
    spoiled = corrupt(mug, "object_pushed_in", 0.01)
    assert mug.objects[spoiled.truth.object].name == "mug"
    assert spoiled.clip.objects[1] is mug.objects[1]
