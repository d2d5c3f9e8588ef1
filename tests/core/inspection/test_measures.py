"""Every measure finds the artifact planted for it, and finds nothing in the clean clip beside it."""

from dataclasses import replace

import numpy as np
import pytest

from interact_core.clip import Clip
from interact_core.clip.skeleton import JOINT_INDEX

SECONDS = np.arange(40)[:, None] / 30.0
ALONG = np.array([[1.0, 0.0, 0.0]])
UP = np.array([[0.0, 1.0, 0.0]])


def _posed(clip: Clip, joint: str, values: np.ndarray) -> Clip:
    pose = clip.body.body_pose.copy()
    pose[:, JOINT_INDEX[joint] - 1] = values
    return replace(clip, body=replace(clip.body, body_pose=pose))


def test_a_clean_clip_has_no_artifact(stage, inspected) -> None:
    inspection = inspected(stage.clip())[2]
    assert inspection.artifacts == ()
    assert inspection.severity == 0.0
    for name in ("penetration_max", "penetration_volume", "ground_penetration_body", "foot_skate_left", "paper_penetration"):
        assert np.nanmax(inspection.tracks[name].values) < 1e-3, name


def test_penetration_depth_and_volume(stage, inspected) -> None:
    inspection = inspected(stage.clip(path=np.tile(stage.under_palm(-0.015), (40, 1))))[2]
    assert inspection.summary["penetration_max"].value == pytest.approx(0.015, abs=0.006)
    assert inspection.summary["paper_penetration"].value <= inspection.summary["penetration_max"].value + 1e-6
    assert "penetration" in {a.kind for a in inspection.artifacts}
    assert 0 < np.nanmax(inspection.tracks["penetration_volume"].values) < 0.1 * 0.1 * 0.015
    field = inspection.fields["body_penetration"]
    assert field.values.max() == pytest.approx(np.nanmax(inspection.tracks["penetration_body"].values))


def test_volume_of_a_cap() -> None:
    """A ball dipping h into a flat face: V = pi h^2 (3 r - h) / 3."""
    import trimesh

    from interact_core.inspection.penetration import _dent

    r, h = 0.1, 0.02
    ball = trimesh.creation.icosphere(5, r)
    depth = np.maximum(h - (ball.vertices[:, 1] + r), 0.0)
    touched = ball.faces[(depth > 0)[ball.faces].any(axis=1)]
    assert _dent(ball.vertices[touched], depth[touched]) == pytest.approx(np.pi * h * h * (3 * r - h) / 3, rel=0.03)


def test_contact_by_region_and_side(stage, inspected) -> None:
    tracks = inspected(stage.clip(path=np.tile(stage.under_palm(0.002), (40, 1))))[2].tracks
    assert tracks["contact_left_hand"].values.mean() == 1
    assert tracks["contact_left_palm"].values.mean() == 1
    assert tracks["contact_right_hand"].values.mean() == 0
    assert tracks["contact_head"].values.mean() == 0
    assert tracks["contact_box_top"].values.mean() == 1
    assert "contact_box_bottom" not in tracks


def test_contact_hysteresis_in_space(stage, inspected) -> None:
    """25 mm: not yet contact on the way in, still contact on the way out."""
    gaps = np.concatenate([np.full(10, 0.06), np.full(10, 0.025), np.full(10, 0.005), np.full(10, 0.025), np.full(10, 0.06)])
    path = np.array([stage.under_palm(g) for g in gaps])
    state = inspected(stage.clip(50, path=path))[2].tracks["contact_left_hand"].values
    assert state.reshape(5, 10).mean(axis=1).tolist() == [0, 0, 1, 1, 0]


@pytest.mark.parametrize(("gap", "found"), [(0.015, True), (0.003, False)])
def test_gap_while_held(stage, inspected, gap: float, found: bool) -> None:
    rise = 0.3 * SECONDS * UP
    inspection = inspected(stage.clip(walk=rise, path=stage.under_palm(gap) + rise))[2]
    assert ("gap" in {a.kind for a in inspection.artifacts}) == found
    assert inspection.summary["gap_left_hand"].value == pytest.approx(gap, abs=0.004)
    assert np.isnan(inspection.tracks["gap_right_hand"].values).all()
    assert inspection.tracks["object_unsupported"].values.max() == 0


def test_unsupported_object(stage, kinds) -> None:
    start = np.array([[2.0, 1.0, 0.0]])
    assert "unsupported" in kinds(stage.clip(path=start + 0.3 * SECONDS * ALONG))


def test_free_fall_needs_no_support(stage, kinds) -> None:
    t = np.arange(12)[:, None] / 30.0
    path = np.array([[2.0, 1.5, 0.0]]) + 1.0 * t * ALONG - 4.905 * t**2 * UP
    assert "unsupported" not in kinds(stage.clip(12, path=path))


def test_foot_skate(stage, kinds, inspected) -> None:
    inspection = inspected(stage.clip(walk=0.4 * SECONDS * ALONG))[2]
    assert {a.kind for a in inspection.artifacts} == {"foot_skate"}
    assert inspection.summary["foot_skate_left"].value == pytest.approx(0.4, rel=0.02)
    assert kinds(stage.clip(walk=0.05 * SECONDS * ALONG)) == set()


def test_a_lifted_foot_does_not_skate(stage, kinds) -> None:
    assert "foot_skate" not in kinds(stage.clip(walk=0.4 * SECONDS * ALONG + 0.2 * UP))


def test_standing_in_the_air(stage, inspected) -> None:
    inspection = inspected(stage.clip(walk=np.tile(0.055 * UP, (40, 1))))[2]
    assert {a.kind for a in inspection.artifacts} == {"foot_float"}
    assert inspection.summary["foot_height_left"].value == pytest.approx(0.055, abs=0.004)


def test_ground_penetration(stage, inspected) -> None:
    inspection = inspected(stage.clip(walk=np.tile(-0.04 * UP, (40, 1)), path=np.tile([[2.0, 0.07, 0.0]], (40, 1))))[2]
    assert inspection.summary["ground_penetration_body"].value == pytest.approx(0.04, abs=1e-3)
    assert inspection.summary["ground_penetration_object"].value == pytest.approx(0.03, abs=1e-4)
    assert {"ground_penetration_body", "ground_penetration_object"} <= {a.kind for a in inspection.artifacts}


def test_jitter_of_body_and_object(stage, kinds) -> None:
    noise = np.random.default_rng(0).normal(0, 0.004, (40, 3))
    still = np.array([[2.0, 0.12, 0.0]])
    assert "jitter_body" in kinds(stage.clip(walk=noise))
    assert "jitter_object" in kinds(stage.clip(path=still + noise))
    smooth = 0.1 * np.sin(2 * np.pi * SECONDS) * ALONG
    assert not {"jitter_body", "jitter_object"} & kinds(stage.clip(walk=smooth + 0.2 * UP, path=still + smooth))


def test_a_kick_is_no_jitter(stage, kinds) -> None:
    kicked = np.array([[2.0, 0.1001, 0.0]]) + 6.0 * np.maximum(SECONDS - 0.6, 0) * ALONG
    assert "jitter_object" not in kinds(stage.clip(path=kicked))


@pytest.mark.parametrize(("degrees", "found"), [(80, False), (-80, True), (150, True)])
@pytest.mark.parametrize("side", ["left", "right"])
def test_finger_range(stage, inspected, side: str, degrees: float, found: bool) -> None:
    from interact_core.inspection.hand_range import joint_axes

    clip = stage.clip(20)
    posed = inspected(clip)[0]
    bone, palmar = joint_axes(np.asarray(posed.choice.bound.rest_joints, float), JOINT_INDEX[f"{side}_middle2"], side)
    hand = np.zeros((20, 15, 3))
    hand[8:14, 4] = np.radians(degrees) * np.cross(bone, palmar)
    inspection = inspected(replace(clip, body=replace(clip.body, **{f"{side}_hand_pose": hand})))[2]
    assert ("hand_range" in {a.kind for a in inspection.artifacts}) == found


def test_wrist_flip_and_twist(stage, inspected) -> None:
    clip = stage.clip()
    turned = np.zeros((40, 3))
    turned[15:22, 0] = np.radians(150)  # the left forearm points along +x in T-pose
    inspection = inspected(_posed(clip, "left_wrist", turned))[2]
    by_kind = {a.kind: a for a in inspection.artifacts}
    assert set(by_kind) == {"wrist_flip", "wrist_twist"}
    assert by_kind["wrist_twist"].value == pytest.approx(60, abs=8)
    assert (by_kind["wrist_twist"].start_frame, by_kind["wrist_twist"].end_frame) == (15, 22)


def test_a_slow_turn_is_no_flip(stage, kinds) -> None:
    slow = np.zeros((40, 3))
    slow[:, 0] = np.radians(70) * np.sin(np.pi * np.arange(40) / 40)
    assert kinds(_posed(stage.clip(), "left_wrist", slow)) == set()


def test_artifacts_are_sorted_and_in_range(stage, inspected) -> None:
    noise = np.random.default_rng(1).normal(0, 0.006, (40, 3))
    clip = stage.clip(walk=noise - 0.05 * UP, path=np.tile(stage.under_palm(-0.02), (40, 1)))
    inspection = inspected(clip)[2]
    severities = [a.severity for a in inspection.artifacts]
    assert severities == sorted(severities, reverse=True)
    assert all(0 <= s <= 1 for s in severities)
    assert all(0 <= a.start_frame <= a.peak_frame < a.end_frame <= 40 for a in inspection.artifacts)
    assert inspection.severity > 0.4


@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_frame_rate_does_not_change_smooth_motion(stage, inspected, fps: float) -> None:
    def measured(rate: float) -> dict[str, float]:
        t = np.arange(int(1.3 * rate))[:, None] / rate
        sway = 0.1 * np.sin(2 * np.pi * t) * ALONG
        clip = stage.clip(len(t), rate, walk=sway, path=np.array([[2.0, 0.6, 0.0]]) + 2 * sway)
        return {k: v.value for k, v in inspected(clip)[2].summary.items()}

    slow, fast = measured(30.0), measured(fps)
    for name in ("foot_skate_left", "jerk_body_max", "jerk_object", "object_unsupported"):
        assert fast[name] == pytest.approx(slow[name], rel=0.12, abs=1.0), name
