"""The open body on recorded skeletons: real OMOMO motion without betas, joints reproduced to 1 mm."""

from pathlib import Path

import igl
import numpy as np
import pytest
import trimesh
from body_cases import motion_of
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import choose_body, open_body
from interact_core.clip import RestJoints
from interact_core.clip.skeleton import JOINT_INDEX, MUJOCO_ORDER, NUM_JOINTS, PARENTS
from interact_core.errors import InputError

CLIPS = (
    "intermimic/OMOMO_new/sub2_largetable_003.pt", "intermimic/OMOMO_new/sub2_woodchair_001.pt",
    "holosoma/OMOMO_new/sub3_largebox_003.pt",
)  # fmt: skip


def recorded(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Local axis-angle (T, 52, 3), joints (T, 52, 3) y-up, rest joints (52, 3), by the recipe in the data's manifest."""
    import torch

    table = torch.load(path, weights_only=True, map_location="cpu").detach().numpy().astype(float)
    frames, order, y_up = len(table), np.array(MUJOCO_ORDER), Rotation.from_euler("x", -90, degrees=True)
    quaternion = Rotation.from_quat(table[:, 383:591].reshape(-1, 4)) * Rotation.from_quat([0.5] * 4)
    world, joints = np.empty((frames, NUM_JOINTS, 3, 3)), np.empty((frames, NUM_JOINTS, 3))
    world[:, order] = (y_up * quaternion).as_matrix().reshape(frames, NUM_JOINTS, 3, 3)
    joints[:, order] = y_up.apply(table[:, 162:318].reshape(-1, 3)).reshape(frames, NUM_JOINTS, 3)
    local, rest = world.copy(), np.zeros((NUM_JOINTS, 3))
    for joint in range(1, NUM_JOINTS):
        parent = PARENTS[joint]
        back = np.swapaxes(world[:, parent], 1, 2)
        local[:, joint] = back @ world[:, joint]
        rest[joint] = rest[parent] + np.median((back @ (joints[:, joint] - joints[:, parent])[..., None])[..., 0], axis=0)
    return Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(frames, NUM_JOINTS, 3), joints, rest


@pytest.mark.parametrize("clip", CLIPS)
def test_recorded_joints_to_a_millimetre(shared_data: Path, clip: str) -> None:
    pose, joints, rest = recorded(shared_data / clip)
    motion = motion_of(pose, shape=RestJoints(rest), transl=joints[:, 0] - rest[0], family="smplx", gender="male")
    choice = choose_body(motion, None)
    got = choice.bound.pose(motion)
    assert np.linalg.norm(got.joints - joints, axis=-1).max() < 1e-3
    assert np.isfinite(got.vertices).all()
    assert choice.stand_in and "stand-in" in choice.note


@pytest.mark.parametrize("clip", CLIPS)
def test_feet_stand_on_the_recorded_floor(shared_data: Path, clip: str) -> None:
    """The lowest skin vertex lies at the floor within 2.5 cm, as far as the recordings agree: the same person's ankles are 18 mm
    higher in one clip than in another."""
    pose, joints, rest = recorded(shared_data / clip)
    motion = motion_of(pose, shape=RestJoints(rest), transl=joints[:, 0] - rest[0], family="smplx", gender="male")
    lowest = choose_body(motion, None).bound.pose(motion).vertices[..., 1].min(axis=1)
    assert abs(np.median(lowest)) < 0.025 and np.abs(lowest).max() < 0.04


def test_fitted_skin_is_sound(shared_data: Path) -> None:
    rest = recorded(shared_data / CLIPS[0])[2]
    body = open_body("male")
    bound = body.bind(RestJoints(rest))
    surface = trimesh.Trimesh(bound.rest_vertices, body.faces, process=False)
    assert 0.05 < surface.volume < 0.11
    # Elbows and knees lie inside their limbs, not on or outside the skin.
    inner = np.array([rest[JOINT_INDEX[n]] for n in ("left_elbow", "right_knee", "left_knee", "neck", "left_wrist", "pelvis")])
    winding = igl.winding_number(bound.rest_vertices.astype(float), body.faces.astype(np.int64), inner)
    np.testing.assert_allclose(winding, 1.0, atol=1e-3)


def test_own_skeleton_gives_the_own_shape() -> None:
    """Fitting to the average joints must return the average body."""
    body = open_body("neutral")
    bound = body.bind(RestJoints(body.template_joints.astype(float)))
    np.testing.assert_allclose(bound.rest_vertices, body.template, atol=1e-5)


@pytest.mark.parametrize("joints", [np.zeros((24, 3)), np.full((52, 3), np.nan)])
def test_bad_skeletons_are_refused(joints: np.ndarray) -> None:
    with pytest.raises(InputError, match="rest joints"):
        open_body("neutral").bind(RestJoints(joints))
