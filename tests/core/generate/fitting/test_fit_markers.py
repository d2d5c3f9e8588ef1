"""Markers of known bodies in known motion, and what comes back: clean, noisy, lost, swapped, missing."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from interact_core.bodies.base import BodyModel
from interact_core.bodies.library import open_body
from interact_core.bodies.licensed import LicensedBody
from interact_core.bodies.markers import MARKER_NAMES, marker_ids
from interact_core.bodies.model_files import ModelData
from interact_core.clip import Betas, BodyMotion, RestJoints, Shape
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS, PARENTS
from interact_core.errors import Cancelled, InputError
from interact_core.generate.fitting.fit import FitResult, fit_markers
from interact_core.generate.fitting.options import FitOptions
from interact_core.jobs.context import NullContext

FRAMES = 16
BUILD = (1.0, -0.8, 0.5, 0.3)


def reaching(frames: int = FRAMES) -> np.ndarray:
    """(T, 52, 3) axis-angle: arms down and swinging, knees bending, back leaning, fingers closing, the whole turning."""
    at = np.linspace(0, 1, frames)
    pose = np.zeros((frames, NUM_JOINTS, 3))

    def set_(name: str, axis: int, values: np.ndarray) -> None:
        pose[:, JOINT_INDEX[name], axis] = values

    set_("pelvis", 1, 2.5 + 0.8 * at)
    set_("left_shoulder", 2, -1.2 + 0.3 * at)
    set_("right_shoulder", 2, 1.3 - 0.9 * at)
    set_("left_elbow", 1, -0.3 - 1.0 * at)
    set_("right_elbow", 1, 0.5 + np.sin(3 * at))
    set_("left_knee", 0, 0.2 + 0.8 * at)
    set_("left_hip", 0, -0.2 - 0.6 * at)
    for spine in ("spine1", "spine2", "spine3"):
        set_(spine, 0, 0.15 * at)
    for finger in ("index", "middle", "ring", "pinky"):
        for k in (1, 2):
            set_(f"right_{finger}{k}", 2, 0.6 * at)
    return pose


def motion_of(pose: np.ndarray, model: BodyModel, shape: Shape) -> BodyMotion:
    transl = np.stack([0.4 * np.linspace(0, 1, len(pose)), np.full(len(pose), 0.9), np.zeros(len(pose))], axis=1)
    return BodyMotion(model.family, model.gender, shape, pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], transl)


def markers_of(motion: BodyMotion, model: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    posed = model.bind(motion.shape).pose(motion)
    return posed.vertices[:, model.marker_vertices].astype(float), posed.joints


def away(result: FitResult, model: BodyModel, markers: np.ndarray) -> np.ndarray:
    """(T, 77) metres of the fitted body from the true markers, which are not always those that were given."""
    return np.linalg.norm(markers_of(result.motion, model)[0] - markers, axis=-1)


@cache
def truth(betas: tuple[float, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    model = open_body("neutral")
    return markers_of(motion_of(reaching(), model, Betas(np.array(betas))), model)


def test_clean_markers_bring_back_shape_and_joints() -> None:
    model = open_body("neutral")
    markers, joints = truth(BUILD)
    result = fit_markers(markers, model, FitOptions(shape="betas"))
    assert result.mean < 0.003 and np.allclose(away(result, model, markers), result.distances, atol=1e-4)
    found = markers_of(result.motion, model)[1]
    assert np.linalg.norm(found - joints, axis=-1)[:, :22].mean() < 0.010
    assert isinstance(result.motion.shape, Betas) and not result.notes


def test_another_skeleton_is_found_where_the_body_s_own_shapes_do_not_reach() -> None:
    model = open_body("neutral")
    joints = model.bind(Betas(np.zeros(0))).rest_joints.astype(float)
    stretched = joints.copy()
    for joint in range(1, NUM_JOINTS):
        longer = 1.25 if "elbow" in list(JOINT_INDEX)[joint] or "wrist" in list(JOINT_INDEX)[joint] else 1.0
        stretched[joint] = stretched[PARENTS[joint]] + longer * (joints[joint] - joints[PARENTS[joint]])
    markers, true = markers_of(motion_of(reaching(8), model, RestJoints(stretched.astype(np.float32))), model)
    result = fit_markers(markers, model, FitOptions())
    assert isinstance(result.motion.shape, RestJoints) and result.mean < 0.004
    found = markers_of(result.motion, model)[1]
    wrist, elbow = JOINT_INDEX["left_wrist"], JOINT_INDEX["left_elbow"]
    ours, wanted = (np.linalg.norm(j[:, wrist] - j[:, elbow], axis=-1).mean() for j in (found, true))
    assert ours == pytest.approx(wanted, abs=0.01)


def test_noise_and_missing_and_swapped_markers_far_from_the_origin() -> None:
    model = open_body("neutral")
    true, _ = truth()
    true = true + np.array([60.0, 0.0, -40.0])
    rng = np.random.default_rng(0)
    given = true + rng.normal(0, 0.005, true.shape)
    given[3, MARKER_NAMES.index("LELB")] = given[3, MARKER_NAMES.index("RKNE")]
    given[rng.random(given.shape[:2]) < 0.2] = np.nan
    given[8:10] = np.nan
    result = fit_markers(given, model, FitOptions(noise=0.005, shape="average"))
    error = away(result, model, true)
    seen = np.r_[0:8, 10:FRAMES]
    assert error[seen].mean() < 0.008 and error[8:10].mean() < 0.02 and error[3].mean() < 0.012
    assert np.isnan(result.distances[8:10]).all() and any("2 frames" in note for note in result.notes)


def test_smoothness_takes_noise_out_and_zero_leaves_every_frame_to_itself() -> None:
    model = open_body("neutral")
    true = truth()[0][:10]
    given = true + np.random.default_rng(1).normal(0, 0.005, true.shape)
    shaken = []
    for smooth in (4.0, 0.0):
        found = markers_of(fit_markers(given, model, FitOptions(noise=0.005, smooth=smooth, shape="average")).motion, model)[1]
        shaken.append(np.abs(np.diff(found[:, :22], 3, axis=0)).mean())
    assert shaken[0] < 0.5 * shaken[1]


def test_windows_of_a_long_clip_meet_without_a_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interact_core.generate.fitting.fit._WINDOW", 8)
    monkeypatch.setattr("interact_core.generate.fitting.fit._OVERLAP", 3)
    model = open_body("neutral")
    markers, joints = truth()
    result = fit_markers(markers, model, FitOptions(shape="average"))
    found = markers_of(result.motion, model)[1]
    assert result.mean < 0.002
    assert np.abs(np.diff(found - joints, axis=0)).max() < 0.01


def like_smplh() -> LicensedBody:
    """A model with SMPL-H's topology of numbers, cut out of the open body: the published marker ids are on its markers."""
    body = open_body("neutral")
    rng = np.random.default_rng(0)
    picked = rng.choice(body.num_vertices, 6890)
    picked[marker_ids(6890)] = body.marker_vertices
    template = body.template[picked]
    regressor = np.zeros((NUM_JOINTS, 6890), np.float32)
    for joint, place in enumerate(body.template_joints):
        some = np.argsort(np.linalg.norm(template - place, axis=1))[:200:4]
        system = np.concatenate([template[some].T, np.ones((1, len(some)))])
        regressor[joint, some] = np.linalg.lstsq(system, np.r_[place, 1.0], rcond=None)[0]
    parents = np.array(PARENTS, np.int64)
    return LicensedBody(
        ModelData(
            Path("none"), "smplh", "neutral", template, np.moveaxis(body.shape_vertices[:, picked], 0, -1),
            np.zeros((6890, 3, 459), np.float32), regressor, body.joint_weights[picked], parents,
            np.zeros((1, 3), np.int32),
        )
    )  # fmt: skip


def test_a_licensed_body_is_fitted_by_its_betas() -> None:
    model = like_smplh()
    markers, joints = markers_of(motion_of(reaching(8), model, Betas(np.array(BUILD))), model)
    result = fit_markers(markers, model, FitOptions())
    assert result.motion.family == "smplh" and isinstance(result.motion.shape, Betas)
    assert result.mean < 0.003
    assert np.linalg.norm(markers_of(result.motion, model)[1] - joints, axis=-1)[:, :22].mean() < 0.012


def test_it_stops_when_asked_and_says_how_far_it_is() -> None:
    class Watch(NullContext):
        def __init__(self, limit: int) -> None:
            self.limit, self.told = limit, [0.0]

        def progress(self, fraction: float, stage: str = "", metrics: object = None) -> None:
            self.told.append(fraction)

        def checkpoint(self) -> None:
            self.limit -= 1
            if self.limit < 0:
                raise Cancelled

    markers, _ = truth()
    with pytest.raises(Cancelled):
        fit_markers(markers[:4], open_body("neutral"), FitOptions(shape="average"), Watch(5))
    watch = Watch(10**6)
    fit_markers(markers[:1], open_body("neutral"), FitOptions(shape="average"), watch)
    assert watch.told == sorted(watch.told) and watch.told[-1] == 1.0


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (np.zeros((4, 52, 3)), "77"),
        (np.full((4, 77, 3), np.nan), "hardly"),
        (np.random.default_rng(0).normal(0, 900.0, (4, 77, 3)), "metres"),
        (np.random.default_rng(0).normal(0, 0.001, (4, 77, 3)), "centimetres"),
        (np.zeros((0, 77, 3)), "shape"),
        (np.array([["a"]]), "not numbers"),
    ],
)
def test_what_cannot_be_markers_is_said(values: np.ndarray, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        fit_markers(values, open_body("neutral"))


def test_options_out_of_range_are_named() -> None:
    with pytest.raises(InputError, match="noise"):
        FitOptions(noise=0.0)
    with pytest.raises(InputError, match="skeleton"):
        FitOptions(shape="tall")
