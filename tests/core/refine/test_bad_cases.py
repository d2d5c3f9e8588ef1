"""Clips that are hard to refine: each ends in a sane version or in a clear refusal, never in a worse clip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from scipy.spatial.transform import Rotation  # noqa: E402

from interact_core.bodies.library import open_body  # noqa: E402
from interact_core.clip import Betas, Clip, Mesh  # noqa: E402
from interact_core.clip.skeleton import JOINT_INDEX  # noqa: E402
from interact_core.errors import InputError  # noqa: E402
from interact_core.refine.guard import HAIR, worse_marks  # noqa: E402
from interact_core.refine.marks import MARKS  # noqa: E402
from interact_core.refine.options import DEFAULT  # noqa: E402
from interact_core.refine.refine import refine_clip  # noqa: E402
from interact_core.refine.report import RefineResult  # noqa: E402

QUICK = replace(DEFAULT, effort=2, rounds=1, skip_clean=False)


def sane(result: RefineResult, clip: Clip) -> RefineResult:
    """Finite, as long as before, and what is worse is a hair and said."""
    report = result.report
    assert result.clip.num_frames == clip.num_frames
    assert np.isfinite(result.clip.body.full_pose()).all() and np.isfinite(result.clip.body.transl).all()
    assert worse_marks(report.before, report.after, QUICK.worse, clip.num_frames) == report.worse
    for worse in report.worse:
        assert abs(worse.after - worse.before) <= HAIR * MARKS[worse.measure].scale
        assert any(worse.told() in note for note in report.notes)
    return result


def test_no_contact_at_all(desk, grids: Path) -> None:
    clip = desk.clip(6, 0.25)
    result = sane(refine_clip(clip, QUICK, cache_dir=grids), clip)
    assert result.report.contacts == ()
    assert result.report.moved.get("joint_max", 0.0) < 0.005 and result.report.moved.get("object_max", 0.0) < 0.002


def test_an_object_without_volume_that_is_a_surface(desk, grids: Path) -> None:
    corners = np.array([[-0.1, 0, -0.1], [0.1, 0, -0.1], [0, 0, 0.1]], np.float32)
    clip = desk.clip(4, -0.085, mesh=Mesh(corners, np.array([[0, 1, 2]], np.int32), "leaf"))
    result = sane(refine_clip(clip, QUICK, cache_dir=grids), clip)
    assert any("without a clear inside" in note for note in result.report.notes)


@pytest.mark.parametrize(("corners", "faces"), [
    (np.zeros((3, 3)), [[0, 1, 2]]), (np.outer([0, 0.1, 0.2], [1, 0, 0]), [[0, 1, 2]]), (np.eye(3), np.zeros((0, 3))),
])  # fmt: skip
def test_an_object_that_is_no_surface_is_refused_by_name(desk, grids: Path, corners: np.ndarray, faces: object) -> None:
    mesh = Mesh(corners.astype(np.float32), np.asarray(faces, np.int32), "speck")
    with pytest.raises(InputError, match="'speck' has no surface"):
        refine_clip(desk.clip(2, mesh=mesh), QUICK, cache_dir=grids)


@pytest.mark.parametrize(("first", "last"), [(6, -1), (4, 4), (5, 2)])
def test_a_range_without_frames_is_refused(desk, grids: Path, first: int, last: int) -> None:
    with pytest.raises(InputError, match="none of the clip's 6"):
        refine_clip(desk.clip(6), replace(QUICK, first_frame=first, last_frame=last), cache_dir=grids)


def test_an_object_without_a_pose_is_refused_by_frame(desk, grids: Path) -> None:
    clip = desk.clip(5)
    part = clip.objects[0].parts[0]
    rotation = np.array(part.rotation)
    rotation[2, 0, 0] = np.inf
    broken = replace(clip.objects[0], parts=(replace(part, rotation=rotation),))
    with pytest.raises(InputError, match="frame 2"):
        refine_clip(replace(clip, objects=(broken,)), cache_dir=grids)


def test_a_wrist_that_is_flipped_from_the_first_frame_on(desk, grids: Path) -> None:
    clip, wrist = desk.clip(40, 0.25), JOINT_INDEX["left_wrist"]
    bound = open_body().bind(Betas(np.zeros(0)))
    bone = bound.rest_joints[wrist] - bound.rest_joints[JOINT_INDEX["left_elbow"]]
    pose = np.array(clip.body.body_pose)
    pose[:14, wrist - 1] = np.radians(150) * bone / np.linalg.norm(bone)
    flipped = replace(clip, body=replace(clip.body, body_pose=pose))
    options = replace(QUICK, effort=1, move_objects=False, move_hands=False)
    result = sane(refine_clip(flipped, options, cache_dir=grids), flipped)
    left = Rotation.from_rotvec(np.asarray(result.clip.body.body_pose)[:, wrist - 1]).magnitude()
    assert np.degrees(left.max()) < 10
    assert [(r.joint, r.start) for r in result.report.repairs] == [("left_wrist", 0)]
    assert result.report.after["wrist_flip"] < 0.2 * result.report.before["wrist_flip"]


def test_hands_without_fingers_are_bent_and_nothing_else_suffers(desk, grids: Path) -> None:
    clip = desk.clip(8, 0.004)
    flat = np.zeros((8, 15, 3))
    clip = replace(clip, body=replace(clip.body, left_hand_pose=flat, right_hand_pose=flat))
    result = sane(refine_clip(clip, replace(QUICK, effort=4), cache_dir=grids), clip)
    assert result.report.skipped is None
    bent = np.linalg.norm(np.asarray(result.clip.body.left_hand_pose), axis=-1)
    assert 0.02 < bent.max() < 1.5
    assert result.report.after["hand_range"] <= 2.0


def test_an_object_far_away_stays_there(desk, grids: Path) -> None:
    clip = desk.clip(4)
    part = clip.objects[0].parts[0]
    far = replace(part, translation=np.tile([5.0, 0.08, 0.0], (4, 1)))
    clip = replace(clip, objects=(replace(clip.objects[0], parts=(far,)),))
    result = sane(refine_clip(clip, QUICK, cache_dir=grids), clip)
    np.testing.assert_allclose(result.clip.objects[0].parts[0].translation, far.translation, atol=1e-3)
    assert result.report.moved.get("joint_max", 0.0) < 0.005
