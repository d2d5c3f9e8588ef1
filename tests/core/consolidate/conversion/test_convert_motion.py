"""Conversion between families, on model files in which the same figure has each family's vertices and joints."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interact_core.bodies.library import choose_body, licensed_body, open_body
from interact_core.clip import Betas, BodyMotion, Clip, RestJoints
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.consolidate.conversion.convert import convert_motion
from interact_core.errors import InputError
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.registry import open_path, read_clip

FRAMES = 6


def moving(family: Any = "smplh", shape: Any = None, scale: float = 0.25) -> BodyMotion:
    rng = np.random.default_rng(5)
    pose = np.linspace(0.2, 1, FRAMES)[:, None, None] * rng.normal(0, scale, (NUM_JOINTS, 3))
    betas = Betas(np.array([1.2, -0.8, 0.5, 0.3, 0, 0, 0, 0, 0, 0]))
    return BodyMotion(
        family, "male", shape or betas, pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:],
        np.linspace([3, 1, -2], [3.4, 1.1, -2], FRAMES),
    )  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, model_writer: Any) -> Path:
    return model_writer(tmp_path_factory.mktemp("models"), "smpl", "smplh", "smplx", bend=0.0)


@pytest.mark.parametrize(("source", "target"), [("smplh", "smplx"), ("smplx", "smplh"), ("smpl", "smplh"), ("smplh", "smpl")])
def test_the_same_figure_comes_back(source: Any, target: Any, models: Path) -> None:
    motion = moving(source)
    found = convert_motion(motion, choose_body(motion, models), licensed_body(models, target, "male"), "carry")
    assert found.motion.family == target and not found.fitted
    assert isinstance(found.motion.shape, Betas)
    np.testing.assert_allclose(found.motion.shape.values[:4], [1.2, -0.8, 0.5, 0.3], atol=0.15)
    assert found.joint_error.shape == (FRAMES, 22 if "smpl" in (source, target) else 52)
    assert found.joint_error.mean() < 0.003 and found.marker_error.mean() < 0.004
    np.testing.assert_array_equal(found.motion.body_pose, motion.body_pose)
    assert any("fingers" in note for note in found.notes) == (target == "smpl")
    # The errors are those of the bodies as they stand in the world.
    after = choose_body(found.motion, models).bound.pose(found.motion).joints[:, :22]
    before = choose_body(motion, models).bound.pose(motion).joints[:, :22]
    np.testing.assert_allclose(np.linalg.norm(after - before, axis=-1), found.joint_error[:, :22], atol=1e-6)


def test_the_open_body_takes_any_skeleton_exactly(models: Path) -> None:
    motion = moving("smplx")
    found = convert_motion(motion, choose_body(motion, models), open_body("male"))
    assert isinstance(found.motion.shape, RestJoints) and found.joint_error.max() < 1e-4
    back = convert_motion(found.motion, choose_body(found.motion, models), licensed_body(models, "smplx", "male"), "carry")
    assert back.joint_error.mean() < 0.003
    np.testing.assert_allclose(back.motion.transl, motion.transl, atol=0.006)


def test_a_pose_is_fitted_where_rest_poses_differ(tmp_path: Path, models: Path, model_writer: Any) -> None:
    """Arms that hang lower at rest hang lower with the same rotations; only the fit can lift them."""
    lower = model_writer(tmp_path, "smplx", bend=0.0, droop=0.12)
    motion = moving("smplh")
    source, target = choose_body(motion, models), licensed_body(lower, "smplx", "male")
    carried = convert_motion(motion, source, target, "carry")
    found = convert_motion(motion, source, target)
    assert found.fitted and found.carried == pytest.approx((carried.joint_error.mean(), carried.marker_error.mean()))
    assert carried.marker_error.mean() > 0.015
    assert found.marker_error.mean() < 0.4 * carried.marker_error.mean()
    assert found.joint_error.mean() < 0.6 * carried.joint_error.mean()


def test_a_shape_without_its_model_is_refused(models: Path) -> None:
    motion = moving("smplx")
    with pytest.raises(InputError, match="--models"):
        convert_motion(motion, choose_body(motion, None), open_body("male"))
    # A skeleton needs none.
    rest = np.asarray(open_body("male").template_joints)
    skeleton = moving("smplx", RestJoints(rest))
    found = convert_motion(skeleton, choose_body(skeleton, None), licensed_body(models, "smplh", "male"), "carry")
    assert found.joint_error.mean() < 0.02 and any("skeleton" in note for note in found.notes)


def test_the_command_writes_a_data_set_that_reads_back(interact: Any, models: Path, tmp_path: Path) -> None:
    write_clip(Clip("Date01_Sub01_box_1", 30.0, moving("smplh"), ()), tmp_path / "data", "behave")
    arguments = ("--models", models, "--out", tmp_path / "new", "--json")
    result = interact("convert", tmp_path / "data", "--to", "smplx", "--pose", "carry", *arguments)
    assert result.code == 0, result.err
    (clip,) = result.document["clips"]
    assert clip["from"] == "smplh" and 0 < clip["joint_mean"] <= clip["joint_max"] < 0.01
    (ref,) = open_path(tmp_path / "new").refs
    back = read_clip(ref)
    assert back.body.family == "smplx" and back.metadata["converted_from"] == "smplh"
    assert interact("convert", tmp_path / "data", "--to", "smplx", *arguments).code == 2  # it is there already
    assert interact("convert", tmp_path / "data", "--to", "smplh", "--out", tmp_path / "x").code == 2
