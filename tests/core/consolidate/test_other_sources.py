"""Sources that are not objects with people, or have readers of their own."""

import numpy as np
import pytest
from raw_writers.check import assert_same
from raw_writers.hand_models import HandModel
from raw_writers.released_folders import LAYOUTS, write_released
from raw_writers.scene import demo, scene, turn

from interact_core.bodies.kinematics import forward
from interact_core.bodies.library import open_body
from interact_core.clip import Betas
from interact_core.consolidate.sources.adapters import adapter
from interact_core.consolidate.sources.skillmimic import BALL_RADIUS, sphere
from interact_core.errors import InputError
from interact_core.geometry.rotations import axis_angle_to_matrix

BROOM = "demo_sweep_broom"


def write_amass(path, clip, keys, fps):
    s = scene(clip, turn("x", 90), fps)
    path.parent.mkdir(parents=True, exist_ok=True)
    face = np.full((s.frames, 9), 0.05)
    body, hands = s.body.reshape(-1, 63), [s.left.reshape(-1, 45), s.right.reshape(-1, 45)]
    if keys == "first":
        poses = np.concatenate([s.orient, body, *hands], 1)
        more = {"mocap_framerate": np.array(float(fps)), "dmpls": np.zeros((s.frames, 8))}
    else:
        poses = np.concatenate([s.orient, body, face, *hands], 1)
        markers = np.zeros((s.frames, 4, 3))
        markers[::2, 0] = np.nan
        more = {"mocap_frame_rate": np.array(fps), "surface_model_type": np.array("smplx"), "markers": markers}
    np.savez(path, poses=poses, trans=s.transl, betas=np.resize(s.betas, 16), gender=np.array(b"female"), **more)


@pytest.mark.parametrize(("keys", "file", "fps"), [("first", "walk_poses.npz", 60), ("stageii", "walk_stageii.npz", 120)])
def test_amass_at_any_rate_and_of_both_generations(tmp_path, keys, file, fps):
    clip = demo(BROOM)
    write_amass(tmp_path / "Kit" / "01" / file, clip, keys, fps)
    (recording,) = adapter("amass").recordings(tmp_path)
    raw = recording.read()
    assert recording.name == "Kit_01_walk" and raw.clip.fps == fps and raw.clip.objects == ()
    assert raw.clip.body.gender == "female" and raw.clip.body.family == ("smplh" if keys == "first" else "smplx")
    assert_same(raw, clip, parts=[])
    if keys == "stageii":
        assert np.allclose(raw.clip.body.jaw_pose, 0.05)
        (note,) = [n for n in raw.clip.notices if n.code == "markers-unseen"]
        assert "12.5 %" in note.message  # one marker of four, every other frame


def test_amass_without_a_rate_or_with_one_that_is_none(tmp_path):
    path = tmp_path / "walk_poses.npz"
    write_amass(path, demo(BROOM), "first", 60)
    arrays = dict(np.load(path))
    for change in ({"mocap_framerate": None}, {"mocap_framerate": np.array(0.0)}):
        np.savez(path, **{k: v for k, v in {**arrays, **change}.items() if v is not None})
        (recording,) = adapter("amass").recordings(tmp_path)
        with pytest.raises(InputError, match="mocap_framerate"):
            recording.read()


def test_joints_alone_become_a_body_whose_joints_lie_there(tmp_path):
    clip = demo(BROOM)
    joints = open_body(clip.body.gender).bind(clip.body.shape).pose(clip.body).joints[:, :22]
    (tmp_path / "new_joints").mkdir()
    np.save(tmp_path / "new_joints" / "M000001.npy", joints)
    (recording,) = adapter("humanml3d").recordings(tmp_path)
    raw = recording.read()
    body = raw.clip.body
    again = forward(axis_angle_to_matrix(body.full_pose()), body.shape.joints.astype(float), body.transl.astype(float))[1]
    assert np.linalg.norm(again[:, :22] - joints, axis=-1).max() < 0.0005
    assert raw.clip.fps == 20 and recording.name == "M000001"
    # Turns that positions do tell agree with the demo's: the pelvis, from both hips and the spine.
    ours, theirs = axis_angle_to_matrix(body.global_orient), axis_angle_to_matrix(clip.body.global_orient)
    between = np.arccos(np.clip((np.trace(np.swapaxes(ours, 1, 2) @ theirs, axis1=1, axis2=2) - 1) / 2, -1, 1))
    assert np.degrees(between - np.median(between)).max() < 0.5


def test_bones_that_change_their_length_are_said(tmp_path):
    clip = demo(BROOM)
    joints = open_body(clip.body.gender).bind(clip.body.shape).pose(clip.body).joints[:, :22].copy()
    joints[40:, 7] += (0, 0, 0.1)
    np.save(tmp_path / "a.npy", joints)
    (recording,) = adapter("humanml3d").recordings(tmp_path)
    assert "inconsistent-skeleton" in {n.code for n in recording.read().clip.notices}


@pytest.mark.parametrize("dataset", sorted(LAYOUTS))
def test_released_folders_of_all_nine(tmp_path, dataset):
    clip, basis = demo(BROOM), HandModel(tmp_path / "models")
    name = write_released(tmp_path / "data", dataset, clip, basis)
    (recording,) = adapter("released", tmp_path / "models" if LAYOUTS[dataset][1] else None).recordings(
        tmp_path / "data" / dataset
    )
    raw = recording.read()
    assert raw.grounded and np.array_equal(raw.y_up_from_source, np.eye(3)) and recording.name == name
    assert {"human.npz"} < {path.name for path in recording.files} and any(path.suffix == ".obj" for path in recording.files)
    width = LAYOUTS[dataset][0]
    hands = [
        (side, np.asarray(h, float).reshape(-1, 45))
        for side, h in zip("lr", (clip.body.left_hand_pose, clip.body.right_hand_pose), strict=True)
    ]
    said = tuple((basis.project(side, hand, width) if width < 45 else hand).reshape(-1, 15, 3) for side, hand in hands)
    assert_same(raw, clip, hands=said)


def test_intermimic_and_skillmimic_samples(shared_data):
    found = list(adapter("intermimic").recordings(shared_data / "intermimic" / "OMOMO_new"))
    assert len(found) == 4 and all(len(recording.files) == 2 for recording in found)
    for recording in adapter("skillmimic").recordings(shared_data / "skillmimic"):
        raw = recording.read()
        clip = raw.clip
        up = raw.y_up_from_source
        joints = np.asarray(clip.recorded_joints, float) @ up.T
        assert clip.fps == 60 and 0 < joints[..., 1].min() < 0.1 and 1.2 < joints[..., 1].max() < 2.6
        body = clip.body
        posed = forward(axis_angle_to_matrix(body.full_pose()), body.shape.joints.astype(float), body.transl.astype(float))[1]
        assert np.linalg.norm(posed - clip.recorded_joints, axis=-1).mean() < 0.02
        # The published labels say when the ball is touched: then it is a ball's radius and a finger away.
        touched = clip.recorded_contact["object"] > 0.5
        away = np.linalg.norm(clip.recorded_joints[touched] - clip.objects[0].parts[0].translation[touched, None], axis=-1).min(1)
        assert BALL_RADIUS - 0.01 < np.median(away) < BALL_RADIUS + 0.04


def test_the_ball_is_closed_and_round():
    mesh = sphere(BALL_RADIUS)
    assert np.allclose(np.linalg.norm(mesh.vertices, axis=1), BALL_RADIUS, atol=1e-6)
    corners = mesh.vertices[mesh.faces].astype(float)
    volume = np.einsum("fi,fi->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * BALL_RADIUS**3, rel=0.02)


def test_joints_only_uses_bones_of_the_recording():
    clip = demo(BROOM)
    rest = open_body("neutral").bind(Betas(np.zeros(0))).rest_joints
    ours = open_body(clip.body.gender).bind(clip.body.shape).rest_joints
    assert not np.allclose(rest[4] - rest[1], ours[4] - ours[1], atol=1e-4)  # or the test above would say nothing
