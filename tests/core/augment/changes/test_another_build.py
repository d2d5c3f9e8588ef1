"""People of another build: same angles, same floor."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.augment.changes.shape import leg_length, reshape_body, scaled_joints
from interact_core.bodies.library import open_body
from interact_core.clip import Betas, BodyMotion, Clip, RestJoints
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.errors import InputError
from interact_core.inspection.posed import pose_clip

T = 24


@pytest.fixture
def walk(body: BodyMotion, clip: Clip) -> Clip:
    """Knees that bend and straighten while the pelvis keeps the feet on the floor and goes forward."""
    pose = np.zeros((T, 21, 3))
    bend = 0.5 * (1 - np.cos(np.arange(T) / 5))
    for side in ("left", "right"):
        pose[:, JOINT_INDEX[f"{side}_hip"] - 1, 0] = -bend / 2
        pose[:, JOINT_INDEX[f"{side}_knee"] - 1, 0] = bend
        pose[:, JOINT_INDEX[f"{side}_ankle"] - 1, 0] = -bend / 2
    still = replace(body, shape=Betas(np.zeros(10)), global_orient=np.zeros((T, 3)), body_pose=pose, transl=np.zeros((T, 3)))
    clip = replace(clip, body=still, objects=())
    low = soles(clip)
    path = np.stack([np.zeros(T), -low, np.arange(T) * 0.01], axis=1)
    return replace(clip, body=replace(still, transl=path))


def soles(clip: Clip) -> np.ndarray:
    """(T,) the lowest point of the whole skin."""
    return pose_clip(clip).body_vertices[..., 1].min(axis=1)


def test_the_soles_keep_their_height(walk: Clip) -> None:
    tall = np.zeros(10)
    tall[0] = 1.5
    changed = reshape_body(walk, Betas(tall))
    source, longer = (open_body().bind(clip.body.shape) for clip in (walk, changed.clip))
    assert leg_length(longer) > 1.04 * leg_length(source)
    assert np.abs(soles(changed.clip) - soles(walk)).max() < 2e-3
    assert "times as long" in changed.notes[0]
    assert np.abs(changed.clip.body.transl - walk.body.transl)[:, 1].min() > 0.02  # not the same height by doing nothing
    pelvis = [pose_clip(clip).joints[:, 0, [0, 2]] for clip in (walk, changed.clip)]
    assert np.abs(pelvis[0] - pelvis[1]).max() < 1e-5


def test_steps_grow_with_the_legs(walk: Clip) -> None:
    tall = np.zeros(10)
    tall[0] = 1.5
    changed = reshape_body(walk, Betas(tall), steps=True).clip
    ratio = leg_length(open_body().bind(changed.body.shape)) / leg_length(open_body().bind(walk.body.shape))
    way, before = (np.ptp(pose_clip(clip).joints[:, 0, 2]) for clip in (changed, walk))
    assert way / before == pytest.approx(ratio, rel=1e-5)
    middle = [pose_clip(clip).joints[:, 0, 2].mean() for clip in (walk, changed)]
    assert middle[0] == pytest.approx(middle[1], abs=1e-5)


def test_the_same_build_changes_nothing(walk: Clip) -> None:
    changed = reshape_body(walk, walk.body.shape)
    assert np.abs(changed.clip.body.transl - walk.body.transl).max() < 1e-6
    assert changed.notes == ()


def test_a_recorded_skeleton_can_be_scaled(walk: Clip) -> None:
    joints = open_body().template_joints.astype(np.float64)
    short = scaled_joints(joints, height=0.95, arms=1.1, legs=0.98)

    def bone(where: np.ndarray, a: str, b: str) -> float:
        return float(np.linalg.norm(where[JOINT_INDEX[a]] - where[JOINT_INDEX[b]]))

    for a, b, factor in (
        ("left_elbow", "left_wrist", 0.95 * 1.1), ("right_knee", "right_ankle", 0.95 * 0.98), ("spine1", "spine2", 0.95),
        ("left_wrist", "left_index1", 0.95), ("right_shoulder", "right_collar", 0.95),
    ):  # fmt: skip
        assert bone(short, a, b) == pytest.approx(factor * bone(joints, a, b), rel=1e-9)
    recorded = replace(walk, body=replace(walk.body, shape=RestJoints(joints)))
    changed = reshape_body(recorded, RestJoints(short))
    assert np.abs(soles(changed.clip) - soles(recorded)).max() < 2e-3
    assert changed.clip.recorded_joints is None


def test_what_cannot_be_is_refused(walk: Clip) -> None:
    licensed = replace(walk, body=replace(walk.body, family="smplx"))
    with pytest.raises(InputError, match="stand-in"):
        reshape_body(licensed, Betas(np.ones(10)))
    joints = open_body().template_joints.astype(np.float64)
    recorded = replace(walk, body=replace(walk.body, shape=RestJoints(joints)))
    with pytest.raises(InputError, match="times as long"):
        reshape_body(recorded, RestJoints(scaled_joints(joints, legs=1.6)))
