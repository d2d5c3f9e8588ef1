"""Subjects and objects as MuJoCo itself loads them: names, order, masses, and a posed body against our joints."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import choose_body
from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart, RestJoints
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.consolidate.exports.contact_labels import contact_labels
from interact_core.consolidate.exports.intermimic import InterMimicFolder
from interact_core.consolidate.exports.mjcf import mjcf_text
from interact_core.consolidate.exports.urdf import urdf_text
from interact_core.errors import InputError
from interact_core.formats.interact_writer import obj_text
from interact_core.formats.intermimic import read_intermimic
from interact_core.formats.intermimic_writer import MUJOCO_NAMES
from interact_core.jobs.context import NullContext

mujoco = pytest.importorskip("mujoco")
FRAMES = 12


def person(seed: int = 1, scale: float = 0.3) -> BodyMotion:
    rng = np.random.default_rng(seed)
    pose = np.linspace(0, 1, FRAMES)[:, None, None] * rng.normal(0, scale, (NUM_JOINTS, 3))
    transl = np.tile([0.1, 0.95, 0.2], (FRAMES, 1)) + np.linspace(0, 0.05, FRAMES)[:, None]
    return BodyMotion(
        "open", "neutral", Betas(rng.normal(0, 1, 10)), pose[:, 0], pose[:, 1:22], pose[:, 22:37], pose[:, 37:], transl
    )


def mesh_of(vertices: Any, faces: Any) -> Mesh:
    return Mesh(np.asarray(vertices, np.float32), np.asarray(faces, np.int32))


def thing(name: str, size: float, path: np.ndarray) -> ObjectMotion:
    box = trimesh.creation.box((size, size, size))
    turns = Rotation.from_rotvec(np.linspace(0, 1, FRAMES)[:, None] * [0.3, -0.8, 0.5]).as_matrix()
    return ObjectMotion(name, (ObjectPart(name, mesh_of(box.vertices, box.faces), turns, path),))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clip, Path]:
    """One clip beside a box that is carried at the right wrist, exported; the folder."""
    folder = tmp_path_factory.mktemp("intermimic")
    body = person()
    wrist = choose_body(body, None).bound.pose(body).joints[:, 21]
    still = np.tile([2.0, 0.1, 0.0], (FRAMES, 1))
    clip = Clip(
        "Date01_box_7", 30.0, body, (thing("far_box", 0.2, still), thing("soccer_ball", 0.16, wrist + np.array([0, -0.1, 0])))
    )
    work = InterMimicFolder(None, folder / "cache")
    files, notes = work.add(clip, NullContext())
    assert notes == ("Date01_box_7: left out far_box; the form holds one rigid object",)
    for name, data in {**files, "names.json": work.names()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return clip, folder


def test_names_are_what_the_loader_splits(exported: tuple[Clip, Path]) -> None:
    _, folder = exported
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and "cache" not in p.parts) == [
        "motions/sub1_soccerball_000.pt", "names.json", "objects/objects/soccerball/soccerball.obj", "objects/soccerball.urdf",
        "subjects/sub1.xml",
    ]  # fmt: skip


def test_the_tensor_reads_back_as_the_clip(exported: tuple[Clip, Path]) -> None:
    clip, folder = exported
    torch = pytest.importorskip("torch")
    path = folder / "motions" / "sub1_soccerball_000.pt"
    assert torch.load(path, weights_only=True).shape == (FRAMES, 591)
    back = read_intermimic(path, "x")
    assert {n.code for n in back.notices} <= {"mesh-borrowed"}
    turn = Rotation.from_rotvec(back.body.full_pose().reshape(-1, 3)).inv() * Rotation.from_rotvec(
        clip.body.full_pose().reshape(-1, 3)
    )
    assert turn.magnitude().max() < 2e-4
    assert back.recorded_joints is not None
    joints, lift = choose_body(clip.body, None).bound.pose(clip.body).joints, back.recorded_joints[0, 0, 1]
    lift -= joints[0, 0, 1]
    np.testing.assert_allclose(back.recorded_joints, joints + np.array([0, lift, 0]), atol=1e-5)
    (ball,) = back.objects
    given = clip.objects[1].parts[0]
    np.testing.assert_allclose(ball.parts[0].posed(), given.posed() + np.array([0, lift, 0]), atol=1e-5)
    np.testing.assert_array_equal(ball.parts[0].mesh.vertices, given.mesh.vertices)


def test_contact_is_where_the_hand_is(exported: tuple[Clip, Path]) -> None:
    _, folder = exported
    back = read_intermimic(folder / "motions" / "sub1_soccerball_000.pt", "x")
    labels = back.recorded_contact["joints"]
    assert (back.recorded_contact["object"] == 1).all()
    right, left = labels[:, [21, *range(37, 52)]], labels[:, [20, *range(22, 37)]]
    assert (right.max(axis=1) == 1).all() and (left == -1).all() and (labels[:, 15] == -1).all()
    # The four fingers share one label, and the thumb has the palm's.
    assert (np.ptp(labels[:, 37:49], axis=1) == 0).all() and (labels[:, 49] == labels[:, 21]).all()


def test_mujoco_puts_the_joints_where_we_have_them(exported: tuple[Clip, Path]) -> None:
    _, folder = exported
    model = mujoco.MjModel.from_xml_path(str(folder / "subjects" / "sub1.xml"))
    names = [mujoco.mj_id2name(model, mujoco.mjtObj.mjOBJ_BODY, k) for k in range(1, model.nbody)]
    assert names == list(MUJOCO_NAMES) and model.nv == 6 + 51 * 3 and model.nu == 51 * 3
    assert 40 < mujoco.mj_getTotalmass(model) < 120
    torch = pytest.importorskip("torch")
    tensor = torch.load(folder / "motions" / "sub1_soccerball_000.pt", weights_only=True).numpy().astype(float)
    data = mujoco.MjData(model)
    for row in tensor[[0, 5, FRAMES - 1]]:
        data.qpos[:3] = row[:3]
        data.qpos[3:7] = row[[6, 3, 4, 5]]
        data.qpos[7:] = Rotation.from_rotvec(row[9:162].reshape(51, 3)).as_euler("XYZ").reshape(-1)
        mujoco.mj_kinematics(model, data)
        assert np.abs(data.xpos[1:] - row[162:318].reshape(52, 3)).max() < 1e-4


def test_capsules_are_about_where_the_skin_is() -> None:
    bound = choose_body(person(), None).bound
    model = mujoco.MjModel.from_xml_string(mjcf_text(bound, "x"))
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for geom in range(1, model.ngeom):
        axis = data.geom_xmat[geom].reshape(3, 3)[:, 2] * model.geom_size[geom, 1]
        for end in (data.geom_xpos[geom] - axis, data.geom_xpos[geom] + axis):
            low, high = np.minimum(low, end - model.geom_size[geom, 0]), np.maximum(high, end + model.geom_size[geom, 0])
    # MuJoCo's x, y, z are the model's front, left and up.
    skin = np.ptp(bound.rest_vertices, axis=0)[[2, 0, 1]]
    assert np.abs((high - low) - skin).max() < 0.08


@pytest.mark.parametrize("open_surface", [False, True])
def test_mujoco_weighs_the_object_as_we_do(open_surface: bool, tmp_path: Path) -> None:
    box = trimesh.creation.box((0.2, 0.3, 0.4))
    box.apply_translation([0.05, 0, 0.1])
    faces = box.faces[2:] if open_surface else box.faces
    mesh = mesh_of(box.vertices, faces)
    (tmp_path / "crate").mkdir()
    (tmp_path / "crate" / "crate.obj").write_text(obj_text(mesh))
    (tmp_path / "crate.urdf").write_text(urdf_text("crate", mesh, "crate/crate.obj", 250.0))
    model = mujoco.MjModel.from_xml_path(str(tmp_path / "crate.urdf"))
    body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, "crate")
    assert model.body_mass[body] == pytest.approx(0.2 * 0.3 * 0.4 * 250, rel=1e-5)
    np.testing.assert_allclose(model.body_ipos[body], [0.05, 0, 0.1], atol=1e-6)
    expected = 6.0 / 12 * np.array([0.3**2 + 0.4**2, 0.2**2 + 0.4**2, 0.2**2 + 0.3**2])
    np.testing.assert_allclose(sorted(model.body_inertia[body]), sorted(expected), rtol=1e-4)
    assert model.ngeom == 2


def test_a_flat_mesh_has_no_mass() -> None:
    flat = mesh_of([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], [[0, 1, 2], [1, 3, 2]])
    with pytest.raises(InputError, match="no volume"):
        urdf_text("sheet", flat, "sheet.obj")


def test_people_and_things_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    """Not by the text before the first "_", which is a date in some datasets."""
    work = InterMimicFolder(None, tmp_path)
    path = np.tile([0.3, 0.9, 0.3], (FRAMES, 1))
    first = Clip("20230825_a_ball_1", 30.0, person(1), (thing("ball", 0.2, path),))
    names = []
    for clip in (
        first, replace(first, id="20230825_b_ball_2"), replace(first, body=person(2)),
        replace(first, objects=(thing("ball", 0.3, path),)), replace(first, id="sub3_ball_004", body=person(3)),
    ):  # fmt: skip
        files, _ = work.add(clip, NullContext())
        names += [Path(name).stem for name in files if name.endswith(".pt")]
    assert names == ["sub1_ball_000", "sub1_ball_001", "sub2_ball_000", "sub1_ballx2_000", "sub3_ball_004"]
    with pytest.raises(InputError, match="24 frames per second"):
        work.add(replace(first, fps=24.0), NullContext())
    with pytest.raises(InputError, match="no object"):
        work.add(replace(first, objects=()), NullContext())


def test_the_labels_follow_the_rules() -> None:
    """A surface of which only chosen segments are near; distances given."""
    body = person(scale=0.0)
    model = choose_body(replace(body, shape=RestJoints(choose_body(body, None).bound.rest_joints)), None).model
    owner = model.joint_weights.argmax(axis=1)
    joints = np.zeros((30, NUM_JOINTS, 3))
    joints[:, :, 1] = 1.0
    joints[:, 7, 1] = 0.05  # the left ankle stands
    away = np.full((30, model.num_vertices), 0.5)
    away[:, owner == 18] = 0.004
    away[:, owner == 16] = 0.012
    away[:, owner == 13] = 0.05
    low = np.full(30, 0.0)
    labels = contact_labels(away, model, low, joints, 30.0)
    assert (labels.object == 1).all()
    assert (labels.joints[:, 18] == 1).all() and (labels.joints[:, 16] == 0).all() and (labels.joints[:, 13] == 0).all()
    assert (labels.joints[:, 7] == 0).all() and (labels.joints[:, 8] == -1).all()
    # 5 cm away: contact only while something lifted does not fall.
    away = np.full((30, model.num_vertices), 0.05)
    assert (contact_labels(away, model, low, joints, 30.0).object == 0).all()
    assert (contact_labels(away, model, low + 0.5, joints, 30.0).object == 1).all()
    falling = 3.0 - 4.905 * (np.arange(30) / 30.0) ** 2
    assert (contact_labels(away, model, falling, joints, 30.0).object[3:-3] == 0).all()
    assert (contact_labels(away + 0.06, model, low + 0.5, joints, 30.0).object == 0).all()
