"""Joints and markers of a motion, against posing all of it; nothing of a body that is a stand-in."""

from dataclasses import replace

import numpy as np

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip import Betas, BodyMotion, Clip, RestJoints
from interact_core.inspection.motion_files import motion_arrays
from interact_core.inspection.posed import pose_clip

FRAMES = 70


def make() -> Clip:
    rng = np.random.default_rng(0)
    turns = lambda *shape: rng.normal(0, 0.2, (FRAMES, *shape)).astype(np.float32)  # noqa: E731
    body = BodyMotion("open", "neutral", Betas(np.zeros(10)), turns(3), turns(21, 3), turns(15, 3), turns(15, 3), turns(3))
    return Clip("x", 30.0, body, ())


def test_joints_and_markers_are_those_of_the_posed_body() -> None:
    clip = make()
    found, posed = motion_arrays(clip, None), pose_clip(clip)
    assert set(found) == {"joints.npy", "markers.npy"} and found["joints.npy"].dtype == np.float32
    assert np.allclose(found["joints.npy"], posed.joints, atol=1e-6)
    assert found["markers.npy"].shape == (FRAMES, len(MARKER_NAMES), 3)
    head = posed.body_vertices[:, posed.choice.model.marker_vertices[MARKER_NAMES.index("LFHD")]]
    assert np.allclose(found["markers.npy"][:, MARKER_NAMES.index("LFHD")], head, atol=1e-6)


def test_a_stand_in_says_nothing_about_another_body() -> None:
    clip = make()
    licensed = replace(clip, body=replace(clip.body, family="smplh"))
    assert motion_arrays(licensed, None) == {}, "no model file: the skin is another one"
    joints = pose_clip(clip).joints[0] - clip.body.transl[0]
    given = replace(clip, body=replace(clip.body, family="smplh", shape=RestJoints(joints)))
    assert set(motion_arrays(given, None)) == {"joints.npy"}, "the skeleton is the source's own, the skin is not"
