"""SMPL, SMPL-H and SMPL-X adapters on synthetic model files, against a float64 posing written from the SMPL paper."""

from pathlib import Path

import numpy as np
import pytest
from body_cases import motion_of, random_pose
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import choose_body, licensed_body
from interact_core.bodies.model_files import find_model_files, load_model
from interact_core.clip import Betas, RestJoints, TemplateVertices
from interact_core.clip.skeleton import PARENTS
from interact_core.errors import InputError, MissingModelError

CHECKED = np.r_[0:60, 60:6890:97]
"""Vertices compared: all with pose directions, and a spread of the rest; the reference is slow."""


def parents_of(family: str) -> list[int]:
    if family == "smplh":
        return list(PARENTS)
    if family == "smpl":
        return [*PARENTS[:22], 20, 21]
    hands = [p + 3 if p >= 22 else p for p in PARENTS[22:]]
    return [*PARENTS[:22], 15, 15, 15, *hands]


def synthetic(family: str, shapes: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Right keys and shapes, random numbers. Only 60 vertices have pose directions, to keep the file small in memory."""
    rng = np.random.default_rng(seed)
    v, parents = (10475 if family == "smplx" else 6890), parents_of(family)
    j = len(parents)
    centres = rng.normal(0, 0.5, (j, 3))
    owner = rng.integers(0, j, v)
    regressor = np.zeros((j, v), np.float32)
    for joint in range(j):
        picked = rng.choice(v, 5, replace=False)
        regressor[joint, picked] = rng.dirichlet(np.ones(5))
    weights = np.zeros((v, j), np.float32)
    weights[np.arange(v), owner] = 0.7
    weights[np.arange(v), (owner + 3) % j] += 0.3
    posedirs = np.zeros((v, 3, 9 * (j - 1)), np.float32)
    posedirs[:60] = rng.normal(0, 1e-3, posedirs[:60].shape)
    return {
        "v_template": (centres[owner] + rng.normal(0, 0.05, (v, 3))).astype(np.float32),
        "shapedirs": rng.normal(0, 0.01, (v, 3, shapes)).astype(np.float32), "posedirs": posedirs, "J_regressor": regressor,
        "weights": weights, "kintree_table": np.array([[2**32 - 1, *parents[1:]], range(j)], np.int64),
        "f": np.arange(3 * (v // 3), dtype=np.uint32).reshape(-1, 3),
    }  # fmt: skip


def reference(
    model: dict[str, np.ndarray], shaped: np.ndarray, pose: np.ndarray, transl: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One frame by the equations of Loper et al. 2015 (eqs. 2 to 10), float64."""
    parents = model["kintree_table"][0].astype(int)
    rotations = Rotation.from_rotvec(pose).as_matrix()
    joints = model["J_regressor"].astype(float) @ shaped
    feature = (rotations[1:] - np.eye(3)).ravel()
    posed = shaped[CHECKED] + model["posedirs"][CHECKED].astype(float) @ feature
    world, place = np.zeros((len(parents), 3, 3)), np.zeros((len(parents), 3))
    for j, p in enumerate(parents):
        world[j] = rotations[j] if j == 0 else world[p] @ rotations[j]
        place[j] = joints[j] if j == 0 else place[p] + world[p] @ (joints[j] - joints[p])
    moved = np.einsum("jab,vjb->vja", world, posed[:, None] - joints) + place
    return np.einsum("vj,vja->va", model["weights"][CHECKED].astype(float), moved) + transl, place + transl


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, np.ndarray]]]:
    folder = tmp_path_factory.mktemp("models")
    made = {"smplh": synthetic("smplh", 16), "smplx": synthetic("smplx", 20), "smpl": synthetic("smpl", 10)}
    paths = {"smplh": "smplh/male/model.npz", "smplx": "smplx/SMPLX_MALE.npz", "smpl": "smpl/SMPL_MALE.npz"}
    for family, name in paths.items():
        (folder / name).parent.mkdir(parents=True)
        np.savez(folder / name, **made[family])
    return folder, made


@pytest.mark.parametrize(("family", "betas"), [("smplh", 16), ("smplh", 10), ("smplx", 10), ("smpl", 10)])
def test_matches_the_paper(models: tuple[Path, dict[str, dict[str, np.ndarray]]], family: str, betas: int) -> None:
    folder, made = models
    model, rng = made[family], np.random.default_rng(3)
    values, pose, transl = rng.normal(0, 1, betas), random_pose(2, seed=6), rng.normal(0, 1, (2, 3))
    motion = motion_of(pose, shape=Betas(values), transl=transl, family=family, gender="male")
    choice = choose_body(motion, folder)
    assert not choice.stand_in and choice.note == "" and choice.model.family == family
    got = choice.bound.pose(motion)
    shaped = model["v_template"].astype(float) + model["shapedirs"][..., :betas].astype(float) @ values
    for t in range(2):
        own = pose[t]
        if family == "smplx":
            own = np.concatenate([own[:22], np.zeros((3, 3)), own[22:]])
        elif family == "smpl":
            own = np.concatenate([own[:22], np.zeros((2, 3))])
        vertices, joints = reference(model, shaped, own, transl[t])
        np.testing.assert_allclose(got.vertices[t, CHECKED], vertices, atol=1e-5)
        picked = {"smplx": [*range(22), *range(25, 55)], "smplh": range(52), "smpl": [*range(22), *[22] * 15, *[23] * 15]}[family]
        np.testing.assert_allclose(got.joints[t], joints[list(picked)], atol=1e-5)
    np.testing.assert_allclose(choice.bound.rest_joints[0] + transl[0], got.joints[0, 0], atol=1e-5)


def test_jaw_and_eyes_reach_smplx(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    from dataclasses import replace

    folder, made = models
    motion = motion_of(np.zeros((1, 52, 3)), shape=Betas(np.zeros(10)), family="smplx", gender="male")
    motion = replace(motion, jaw_pose=np.full((1, 3), 0.2), eye_pose=np.array([[[0.1, 0, 0], [0, 0.3, 0]]]))
    pose = np.zeros((55, 3))
    pose[22], pose[23], pose[24] = 0.2, [0.1, 0, 0], [0, 0.3, 0]
    vertices = reference(made["smplx"], made["smplx"]["v_template"].astype(float), pose, np.zeros(3))[0]
    np.testing.assert_allclose(choose_body(motion, folder).bound.pose(motion).vertices[0, CHECKED], vertices, atol=1e-5)


def test_template_vertices_replace_the_template(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    folder, made = models
    own = made["smplx"]["v_template"] * 1.1
    motion = motion_of(random_pose(1, seed=8), shape=TemplateVertices(own), family="smplx", gender="male")
    pose = motion.full_pose()[0]
    pose = np.concatenate([pose[:22], np.zeros((3, 3)), pose[22:]])
    vertices = reference(made["smplx"], own.astype(float), pose, np.zeros(3))[0]
    np.testing.assert_allclose(choose_body(motion, folder).bound.pose(motion).vertices[0, CHECKED], vertices, atol=1e-5)


def test_regions_and_markers_exist(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    folder, _ = models
    for family in ("smplx", "smplh", "smpl"):
        body = licensed_body(folder, family, "male")
        assert len(body.marker_vertices) == 77
        assert len(body.regions.vertex_region) == body.num_vertices


def test_too_many_betas_names_file_and_remedy(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    motion = motion_of(np.zeros((1, 52, 3)), shape=Betas(np.zeros(20)), family="smplx", gender="male")
    with pytest.raises(InputError, match=r"SMPLX_MALE.npz.*10 shape coefficients.*20"):
        choose_body(motion, models[0])


def test_wrong_template_is_refused(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    motion = motion_of(np.zeros((1, 52, 3)), shape=TemplateVertices(np.zeros((6890, 3))), family="smplx", gender="male")
    with pytest.raises(InputError, match="vtemp"):
        choose_body(motion, models[0])


def test_missing_model_falls_back_with_one_plain_note(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    motion = motion_of(np.zeros((1, 52, 3)), shape=Betas(np.ones(10)), family="smplx", gender="female")
    for folder in (None, models[0]):
        choice = choose_body(motion, folder)
        assert choice.stand_in and choice.model.name == "Open body, female"
        assert "SMPL-X" in choice.note and "open body" in choice.note
    with pytest.raises(MissingModelError, match=r"SMPLX_FEMALE.npz"):
        load_model(models[0], "smplx", "female")


def test_stand_in_puts_the_pelvis_where_the_model_has_it() -> None:
    """transl moves the model's frame: SMPL-X's pelvis lies 36 cm below its origin, SMPL-H's 23 cm."""
    for family, height in (("smplx", -0.36), ("smplh", -0.23)):
        motion = motion_of(np.zeros((1, 52, 3)), shape=Betas(np.ones(10)), family=family, transl=np.array([[0, 1.3, 0.0]]))
        bound = choose_body(motion, None).bound
        got = bound.pose(motion)
        assert abs(got.joints[0, 0, 1] - (1.3 + height)) < 0.03
        np.testing.assert_allclose(got.vertices[0], bound.rest_vertices + np.array([0, 1.3, 0]), atol=1e-5)


@pytest.mark.parametrize("stature", [1.5, 1.9])
def test_stand_in_is_as_tall_as_the_template(stature: float) -> None:
    template = np.random.default_rng(0).uniform([-0.8, -1.2, -0.1], [0.8, -1.2 + stature, 0.1], (10475, 3))
    template[0, 1], template[1, 1] = -1.2, -1.2 + stature
    motion = motion_of(np.zeros((1, 52, 3)), shape=TemplateVertices(template), family="smplx")
    posed = choose_body(motion, None).bound.pose(motion).vertices[0]
    assert abs(np.ptp(posed[:, 1]) - stature) < 0.03
    assert abs(posed[:, 1].min() + 1.2) < 0.02


def test_own_betas_are_no_stand_in() -> None:
    motion = motion_of(np.zeros((1, 52, 3)), shape=Betas(np.ones(10)))
    choice = choose_body(motion, None)
    assert not choice.stand_in and choice.note == ""


def test_skeleton_is_refused_by_a_licensed_body(models: tuple[Path, dict[str, dict[str, np.ndarray]]]) -> None:
    with pytest.raises(InputError, match="skeleton"):
        licensed_body(models[0], "smplh", "male").bind(RestJoints(np.zeros((52, 3))))


@pytest.mark.parametrize(
    "name", ["smplh/SMPLH_male.pkl", "SMPLH_MALE.npz", "smplh/male/model.npz", "models/smplh/SMPLH_MALE.pkl"]
)
def test_layouts_are_found_whatever_the_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert find_model_files(tmp_path, "smplh", "male") == [tmp_path / name]
    assert find_model_files(tmp_path, "smplh", "female") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weights": None}, "weights"), ({"v_template": np.zeros((6889, 3))}, "v_template"),
        ({"J_regressor": np.full((24, 6890), np.nan)}, "J_regressor"),
    ],
)  # fmt: skip
def test_damaged_files_are_named(tmp_path: Path, change: dict[str, np.ndarray | None], field: str) -> None:
    arrays = {k: v for k, v in (synthetic("smpl", 10) | change).items() if v is not None}
    np.savez(tmp_path / "SMPL_MALE.npz", **arrays)
    with pytest.raises(InputError, match=field) as caught:
        load_model(tmp_path, "smpl", "male")
    assert caught.value.path == tmp_path / "SMPL_MALE.npz"


def test_garbage_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "SMPLX_MALE.npz").write_bytes(b"not a zip")
    with pytest.raises(InputError, match="SMPLX_MALE"):
        load_model(tmp_path, "smplx", "male")
