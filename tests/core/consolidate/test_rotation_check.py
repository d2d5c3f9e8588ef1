"""The contact test against rotations that are known to be right, and against the same ones inverted."""

from dataclasses import replace

import numpy as np
import pytest
from raw_writers.scene import demo, turn

from interact_core.consolidate.sources.rotation_check import check_rotations, judge_rotations
from interact_core.formats.registry import open_path, read_clip


def inverted(objects):
    return tuple(replace(o, parts=tuple(replace(p, rotation=p.rotation.transpose(0, 2, 1)) for p in o.parts)) for o in objects)


def in_world(clip, w):
    """The clip in another world; the pelvis of the body at rest is near the origin of its own frame, which is exact enough."""
    from scipy.spatial.transform import Rotation

    from interact_core.bodies.library import open_body

    rest = open_body(clip.body.gender).bind(clip.body.shape).rest_joints[0]
    orient = (Rotation.from_matrix(w) * Rotation.from_rotvec(clip.body.global_orient)).as_rotvec()
    body = replace(clip.body, global_orient=orient, transl=(clip.body.transl + rest) @ w.T - rest)
    objects = tuple(
        replace(o, parts=tuple(replace(p, rotation=w @ p.rotation, translation=p.translation @ w.T) for p in o.parts))
        for o in clip.objects
    )
    return body, objects


TELLING = {
    ("demo_sweep_broom", "z"), ("demo_sweep_broom", "kinect"), ("demo_turn_crate", "z"), ("demo_pull_suitcase", "kinect"),
    ("demo_push_table", "z"), ("demo_open_chest", "kinect"),
}  # fmt: skip
"""Held things whose inverse lies elsewhere; the rest are let go too soon, or are as good as their own inverse."""
QUIET = ("demo_lift_box", "demo_place_shelf", "demo_sit_chair", "demo_drink_mug", "demo_curl_dumbbell", "demo_pass_bottle")


@pytest.mark.parametrize("up", ["z", "kinect"])
@pytest.mark.parametrize("name", [*dict.fromkeys(name for name, _ in sorted(TELLING)), *QUIET])
def test_demo_clips_in_the_worlds_of_the_sources(name, up):
    """In a world that is not ours every object is turned. A right one is never accused, and a wrong one that tells is found."""
    body, objects = in_world(demo(name, 180, 0), turn("x", 90) if up == "z" else turn("z", 30) @ turn("x", 180))
    assert not any(verdict.wrong for verdict in judge_rotations(body, objects))
    if (name, up) in TELLING:
        assert any(verdict.wrong for verdict in judge_rotations(body, inverted(objects)))


def test_recordings_are_not_accused_and_their_inverse_mostly_is(shared_data):
    found = []
    for ref in open_path(shared_data / "intermimic" / "OMOMO_new").refs:
        clip = read_clip(ref)
        assert "rotation-transposed" not in {n.code for n in check_rotations(clip.body, clip.objects, None)}
        found += [n.code for n in check_rotations(clip.body, inverted(clip.objects), None)]
    assert found.count("rotation-transposed") >= 3


def test_an_object_that_nobody_touches_settles_nothing():
    clip = demo("demo_sweep_broom")
    away = tuple(
        replace(o, parts=tuple(replace(p, translation=p.translation + np.float32(5)) for p in o.parts)) for o in clip.objects
    )
    (verdict,) = judge_rotations(clip.body, away)
    assert not verdict.settled and verdict.frames == 0
    (note,) = check_rotations(clip.body, away, None)
    assert note.code == "rotation-unsettled" and note.severity == "info"


def test_a_rotation_that_is_its_own_inverse_is_not_worth_a_word():
    clip = demo("demo_lift_box")
    still = tuple(
        replace(o, parts=tuple(replace(p, rotation=np.tile(np.eye(3), (clip.num_frames, 1, 1))) for p in o.parts))
        for o in clip.objects
    )
    assert check_rotations(clip.body, still, None) == []
    assert check_rotations(clip.body, (), None) == []
