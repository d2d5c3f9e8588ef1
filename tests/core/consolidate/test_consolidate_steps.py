"""Stages on one take: what they promise, seen on world vertices, which know nothing of how a pose is coded."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from interact_core.bodies.library import choose_body
from interact_core.clip import Betas, Caption
from interact_core.consolidate import steps
from interact_core.consolidate.config import CanonicalConfig, GroundConfig
from interact_core.consolidate.moving import moved, rigid
from interact_core.consolidate.rate import resampled
from interact_core.consolidate.sources.words import SourceSegment
from interact_core.consolidate.take import Bench, Take
from interact_core.errors import InputError


def world(clip):
    """Body and object vertices (T, V, 3) in the clip's world."""
    body = choose_body(clip.body, None).bound.pose(clip.body).vertices
    return np.concatenate([body, *(part.posed() for obj in clip.objects for part in obj.parts)], axis=1)


def changed(bench, **tables):
    return Bench(replace(bench.config, **tables), bench.source, bench.words)


def pelvis(clip):
    return choose_body(clip.body, None).bound.rest_joints[0]


def test_a_scene_turns_as_one_piece(clip):
    turn, shift = Rotation.from_rotvec([0.4, -1.1, 0.7]).as_matrix(), np.array([0.3, -2.0, 0.9])
    after = moved(clip, rigid(turn, shift), pelvis(clip))
    np.testing.assert_allclose(world(after), world(clip) @ turn.T + shift, atol=2e-5)


def test_y_down_recordings_stand_up(clip, bench):
    """As BEHAVE's camera sees them: the stage gives back the clip that was turned away."""
    away = rigid(np.diag([1.0, -1.0, -1.0]), np.zeros(3))
    raw = Take(moved(clip, away, pelvis(clip)), clip.id, y_up_from_source=away[:3, :3].T)
    (made,) = steps.axes(raw, bench)
    np.testing.assert_allclose(world(made.clip), world(clip), atol=2e-5)
    np.testing.assert_allclose(made.world_from_source, np.linalg.inv(away), atol=1e-12)


def test_whole_ratios_keep_every_nth_frame(make):
    clip = make(frames=77, fps=120.0)
    after = resampled(clip, 30.0)
    assert after.fps == 30.0 and after.num_frames == 20
    np.testing.assert_array_equal(after.body.full_pose(), clip.body.full_pose()[::4])  # untouched, not rounded
    np.testing.assert_array_equal(after.objects[0].parts[0].rotation, clip.objects[0].parts[0].rotation[::4])
    np.testing.assert_array_equal(after.recorded_contact["object"], clip.recorded_contact["object"][::4])


@pytest.mark.parametrize("fps", [20.0, 25.0, 50.0, 100.0, 59.94])
def test_other_ratios_turn_along_the_shortest_arc(make, fps):
    clip = make(frames=60, fps=fps)
    after = resampled(clip, 30.0)
    times = np.arange(after.num_frames) / 30.0
    assert times[-1] <= 59 / fps + 1e-9 < times[-1] + 1 / 30.0
    old = np.arange(60) / fps
    times = np.minimum(times, old[-1])
    for got, given in (
        (Rotation.from_rotvec(after.body.global_orient), Rotation.from_rotvec(clip.body.global_orient)),
        (Rotation.from_rotvec(after.body.body_pose[:, 17]), Rotation.from_rotvec(clip.body.body_pose[:, 17])),
        (Rotation.from_matrix(after.objects[0].parts[0].rotation), Rotation.from_matrix(clip.objects[0].parts[0].rotation)),
    ):
        expected = Slerp(old, given)(times)
        assert (got.inv() * expected).magnitude().max() < 1e-6
    expected = np.stack([np.interp(times, old, clip.body.transl[:, k]) for k in range(3)], 1)
    np.testing.assert_allclose(after.body.transl, expected, atol=1e-9)


def test_captions_keep_their_seconds(make):
    clip = replace(make(frames=120, fps=60.0), captions=(Caption("It sways.", start_frame=30, end_frame=90), Caption("All.")))
    first, whole = resampled(clip, 30.0).captions
    assert (first.start_frame, first.end_frame) == (15, 45)
    assert whole.end_frame is None


def test_the_lowest_of_the_first_frames_lies_on_the_floor(take, bench):
    (made,) = steps.ground(take, changed(bench, ground=GroundConfig("body and object", 30)))
    assert world(made.clip)[:30, :, 1].min() == pytest.approx(0, abs=1e-5)
    behave = Bench(bench.config, replace(bench.source, kind="behave"))  # the same, by the table of sources
    np.testing.assert_array_equal(steps.ground(take, behave)[0].clip.body.transl, made.clip.body.transl)
    body = changed(bench, ground=GroundConfig("body"))
    (made,) = steps.ground(take, body)
    assert choose_body(made.clip.body, None).bound.pose(made.clip.body).vertices[..., 1].min() == pytest.approx(0, abs=1e-5)


def test_a_floor_that_is_known_stays(take, bench):
    (made,) = steps.ground(replace(take, grounded=True), bench)
    np.testing.assert_array_equal(world(made.clip), world(take.clip))


def test_centring_moves_no_vertex_in_the_world(make, bench, ball):
    clip = make(mesh=ball(offset=(0.3, -0.1, 0.25)))
    (made,) = steps.centre(Take(clip, clip.id), bench)
    mesh = made.clip.objects[0].parts[0].mesh
    assert np.abs(mesh.vertices.astype(float).mean(axis=0)).max() < 1e-7
    np.testing.assert_allclose(world(made.clip), world(clip), atol=1e-5)
    np.testing.assert_allclose(made.centres["ball/ball"], clip.objects[0].parts[0].mesh.vertices.mean(axis=0), atol=1e-6)
    again = steps.centre(made, bench)[0]
    np.testing.assert_array_equal(again.clip.objects[0].parts[0].mesh.vertices, mesh.vertices)


def test_parts_of_one_object_keep_their_hinge(make, bench, ball):
    """Defect D8: centring a lid moves it off its axis."""
    clip = make(mesh=ball(offset=(0.3, 0, 0)))
    obj = clip.objects[0]
    two = replace(obj, parts=(replace(obj.parts[0], name="base"), replace(obj.parts[0], name="lid")))
    (made,) = steps.centre(Take(replace(clip, objects=(two,)), clip.id), bench)
    for part in made.clip.objects[0].parts:
        np.testing.assert_array_equal(part.mesh.vertices, clip.objects[0].parts[0].mesh.vertices)


def test_names_by_content_tell_meshes_apart(make, bench, ball):
    named = Bench(bench.config, replace(bench.source, object_names="content"))
    names = {steps.centre(Take(make(mesh=ball(radius)), "x"), named)[0].clip.objects[0].name for radius in (0.1, 0.1, 0.2)}
    assert len(names) == 2 and all(name.startswith("ball_") for name in names)


def test_the_canonical_frame_and_the_way_back(take, bench):
    (made,) = steps.canonical(take, bench)
    joints = choose_body(made.clip.body, None).bound.pose(made.clip.body, slice(0, 1)).joints[0]
    assert np.abs(joints[0, [0, 2]]).max() < 1e-6
    left = Rotation.from_rotvec(made.clip.body.global_orient[0]).as_matrix()[:, 0]
    assert left[0] > 0 and abs(left[2]) < 1e-6  # body-left to +X, so it faces +Z
    after = world(made.clip)
    assert after[:30, :, 1].min() == pytest.approx(0, abs=1e-5)
    back = np.linalg.inv(made.world_from_source)
    np.testing.assert_allclose(after @ back[:3, :3].T + back[:3, 3], world(take.clip), atol=3e-5)
    kept = changed(bench, canonical=CanonicalConfig(ground=False))
    assert steps.canonical(take, kept)[0].world_from_source[1, 3] == 0


def test_segments_are_cut_named_and_worded(take, bench):
    words = (
        SourceSegment("rec_5", 5, 20, (Caption("First."),), "Lift"),
        SourceSegment("rec_20", 20, 60, (Caption("Second."), Caption("2nd.", "shorten"))),
        SourceSegment("rec_20_900", 20, 900, (Caption("Third."),)), SourceSegment("rec_69", 69, 80), SourceSegment("rec_90", 90),
    )  # fmt: skip
    made = steps.segment(take, Bench(bench.config, bench.source, words))
    assert [t.clip.id for t in made] == ["rec_5", "rec_20", "rec_20_900"]  # one frame, and none, are no clip
    assert [t.clip.actions for t in made] == [("Lift",), ("Hold",), ("Hold",)]
    assert [t.frames for t in made] == [(5, 20), (20, 60), (20, 70)]
    np.testing.assert_array_equal(made[1].clip.body.full_pose(), take.clip.body.full_pose()[20:60])
    np.testing.assert_array_equal(made[1].clip.objects[0].parts[0].rotation, take.clip.objects[0].parts[0].rotation[20:60])
    assert [c.text for c in made[1].clip.captions] == ["Second.", "2nd."]
    assert all("/" in token for c in made[1].clip.captions for token in c.tokens) and made[1].clip.captions[0].tokens


def test_without_forms_the_recording_is_the_clip(take, bench):
    (made,) = steps.segment(take, Bench(bench.config, bench.source, (SourceSegment(take.clip.id),)))
    assert made.clip.id == take.clip.id and made.clip.captions == take.clip.captions


def test_a_body_whose_model_is_missing_is_not_turned_about_a_wrong_pelvis(take, bench):
    body = replace(take.clip.body, family="smplh", shape=Betas(np.zeros(10, np.float32)))
    licensed = replace(take, clip=replace(take.clip, body=body))
    with pytest.raises(InputError, match="models"):
        steps.canonical(licensed, bench)
    allowed = changed(bench, body=replace(bench.config.body, stand_in=True))
    assert steps.canonical(licensed, allowed)
