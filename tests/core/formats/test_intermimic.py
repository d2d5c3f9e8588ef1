"""InterMimic clips: pose, joints and object against the file's own columns; defects by name; torch only as the referee."""

import numpy as np
import pytest
import torch

from interact_core.clip import RestJoints
from interact_core.clip.skeleton import MUJOCO_ORDER, PARENTS
from interact_core.errors import InputError
from interact_core.formats.intermimic import object_name_of, read_intermimic
from interact_core.formats.torch_zip import read_tensor

GOOD = [
    "intermimic/OMOMO_new/sub2_largetable_003",
    "intermimic/OMOMO_new/sub2_woodchair_003",
    "holosoma/OMOMO_new/sub3_largebox_003",
]
DEFECT = ["intermimic/OMOMO/sub2_woodchair_001", "intermimic/OMOMO/sub8_largebox_000"]
TO_YUP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float)


def tensor_of(shared_data, name):
    return torch.load(shared_data / f"{name}.pt", weights_only=True, map_location="cpu").detach().numpy().astype(np.float64)


def matrix(v):
    """Rodrigues' formula for a stack (..., 3), independent of the reader's rotations."""
    angle = np.linalg.norm(v, axis=-1)[..., None, None]
    safe = np.where(angle[..., 0] == 0, 1, angle[..., 0])
    x, y, z = np.moveaxis(v / safe, -1, 0)
    zero = np.zeros_like(x)
    k = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*x.shape, 3, 3)
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def pose_joints(body):
    """Textbook forward kinematics from axis-angle pose and rest joints."""
    rest = np.asarray(body.shape.joints, float)
    local = matrix(np.asarray(body.full_pose(), float))
    world, joints = local.copy(), np.empty((body.num_frames, 52, 3))
    joints[:, 0] = rest[0] + body.transl
    for j in range(1, 52):
        world[:, j] = world[:, PARENTS[j]] @ local[:, j]
        joints[:, j] = joints[:, PARENTS[j]] + world[:, PARENTS[j]] @ (rest[j] - rest[PARENTS[j]])
    return joints


def file_joints(tensor):
    joints = np.empty((len(tensor), 52, 3))
    joints[:, list(MUJOCO_ORDER)] = tensor[:, 162:318].reshape(-1, 52, 3)
    return joints @ TO_YUP.T


@pytest.mark.parametrize("name", GOOD)
def test_forward_kinematics_reproduces_the_recorded_joints(name, shared_data):
    path = shared_data / f"{name}.pt"
    clip = read_intermimic(path, "clip")
    wanted = file_joints(tensor_of(shared_data, name))
    assert clip.fps == 30 and clip.body.family == "smplx" and isinstance(clip.body.shape, RestJoints)
    assert clip.recorded_joints == pytest.approx(wanted, abs=1e-5)
    assert np.linalg.norm(pose_joints(clip.body) - wanted, axis=-1).max() < 1e-4  # 0.1 mm, bar is 1 mm


@pytest.mark.parametrize("name", GOOD)
def test_rest_skeleton_is_an_upright_t_pose(name, shared_data):
    rest = read_intermimic(shared_data / f"{name}.pt", "clip").body.shape.joints
    assert rest[0] == pytest.approx([0, 0, 0])
    assert rest[15, 1] > 0.5 and rest[7, 1] < -0.7  # head up, ankles down
    assert rest[20, 0] > 0.5 and rest[21, 0] < -0.5  # left wrist on +X, right on -X
    assert abs(rest[20, 1] - rest[16, 1]) < 0.08  # arms level


@pytest.mark.parametrize("name", GOOD)
def test_the_object_is_where_the_file_says(name, shared_data):
    tensor = tensor_of(shared_data, name)
    clip = read_intermimic(shared_data / f"{name}.pt", "clip")
    part = clip.objects[0].parts[0]
    x, y, z, w = tensor[:, 321:325].T
    vector = part.mesh.vertices[17].astype(float)
    u, dot = np.stack([x, y, z], 1), np.array([x, y, z]).T @ vector
    rotated = 2 * dot[:, None] * u + (w * w - (u * u).sum(1))[:, None] * vector + 2 * w[:, None] * np.cross(u, vector)
    assert part.posed()[:, 17] == pytest.approx((rotated + tensor[:, 318:321]) @ TO_YUP.T, abs=1e-5)
    contact = np.empty((len(tensor), 52))
    contact[:, list(MUJOCO_ORDER)] = tensor[:, 331:383]
    assert np.array_equal(clip.recorded_contact["joints"], contact)
    assert np.array_equal(clip.recorded_contact["object"], tensor[:, 330])


def test_the_stored_transform_leads_back(shared_data):
    clip = read_intermimic(shared_data / f"{GOOD[0]}.pt", "clip")
    back = np.linalg.inv(clip.source.world_from_source)
    root = clip.body.transl @ back[:3, :3].T + back[:3, 3]
    assert root == pytest.approx(tensor_of(shared_data, GOOD[0])[:, :3], abs=1e-5)


@pytest.mark.parametrize("name", DEFECT)
def test_shifted_finger_slots_are_moved_back(name, shared_data):
    clip = read_intermimic(shared_data / f"{name}.pt", "clip")
    notice = next(n for n in clip.notices if n.code == "inconsistent-skeleton")
    assert "three slots late" in notice.message
    assert np.linalg.norm(pose_joints(clip.body) - clip.recorded_joints, axis=-1).max() < 1e-3
    rest = clip.body.shape.joints
    assert rest[49:52] - rest[21] == pytest.approx((rest[34:37] - rest[20]) * (-1, 1, 1), abs=1e-6)


def test_the_mended_release_agrees_with_the_consistent_one(shared_data):
    old = read_intermimic(shared_data / "intermimic/OMOMO/sub2_woodchair_001.pt", "a")
    new = read_intermimic(shared_data / "intermimic/OMOMO_new/sub2_woodchair_001.pt", "b")
    assert np.abs(old.body.full_pose() - new.body.full_pose()).max() < 1e-3
    known = np.r_[0:49]
    gap = np.linalg.norm(old.recorded_joints[:, known] - new.recorded_joints[:, known], axis=-1)
    assert gap.max() < 5e-3
    thumb = np.linalg.norm(old.body.shape.joints[49:] - new.body.shape.joints[49:], axis=-1)
    assert thumb.max() < 5e-3  # the mirrored right thumb against the true one


def test_the_zero_frame_of_the_retargeted_release_is_held(shared_data):
    name = "intermimic/OMOMO_retarget/sub2_woodchair_001"
    raw, clip = tensor_of(shared_data, name), read_intermimic(shared_data / f"{name}.pt", "clip")
    assert not raw[0, 383:591].any()
    assert {n.field for n in clip.notices if n.code == "zero-quaternion"} == {"quaternions", "object quaternion"}
    assert np.array_equal(clip.body.full_pose()[0], clip.body.full_pose()[1])
    assert np.array_equal(clip.objects[0].parts[0].translation[0], clip.objects[0].parts[0].translation[1])
    assert np.linalg.norm(pose_joints(clip.body) - clip.recorded_joints, axis=-1).max() < 1e-3
    assert clip.recorded_contact["joints"][0].any()  # labels of that frame are there and stay


def good_tensor(shared_data):
    return torch.from_numpy(tensor_of(shared_data, GOOD[1]).astype(np.float32))[:20].clone()


def saved(tmp_path, tensor, name="sub1_box_000", **kwargs):
    path = tmp_path / f"{name}.pt"
    torch.save(tensor, path, **kwargs)
    return path


def test_gaps_in_the_middle_hold_the_nearest_frame(shared_data, tmp_path):
    tensor = good_tensor(shared_data)
    tensor[5:8, 383:591] = 0
    tensor[12, 321:325] = 0
    clip = read_intermimic(saved(tmp_path, tensor), "clip")
    whole = read_intermimic(saved(tmp_path, good_tensor(shared_data), "sub1_box_001"), "clip")
    assert np.array_equal(clip.body.full_pose()[[5, 6, 7]], whole.body.full_pose()[[4, 4, 8]])
    assert np.array_equal(clip.body.full_pose()[[4, 8]], whole.body.full_pose()[[4, 8]])


@pytest.mark.parametrize(
    ("columns", "value", "field"),
    [(slice(162, 165), np.nan, "positions"), (slice(331, 332), np.inf, "contact labels"), (slice(0, 1), 1e20, "root position"),
     (slice(383, 591), 0.0, "quaternions"), (slice(321, 325), 0.0, "object quaternion")],
)  # fmt: skip
def test_unusable_numbers_name_their_columns(columns, value, field, shared_data, tmp_path):
    tensor = good_tensor(shared_data)
    tensor[:, columns] = value
    with pytest.raises(InputError) as caught:
        read_intermimic(saved(tmp_path, tensor), "clip")
    assert caught.value.field == field and caught.value.remedy


def test_views_parameters_and_other_floats_are_read_as_torch_reads_them(shared_data, tmp_path):
    base = good_tensor(shared_data)
    wide = torch.zeros(40, 600)
    wide[10:30, 5:596] = base
    variants = {
        "grad": base.clone().requires_grad_(True),
        "parameter": torch.nn.Parameter(base),
        "double": base.double(),
        "view": wide[10:30, 5:596],
        "transposed": base.t().contiguous().t(),
        "expanded": base[:1].expand(7, -1),
    }
    for name, tensor in variants.items():
        path = saved(tmp_path, tensor, name)
        assert np.array_equal(read_tensor(path), torch.load(path, weights_only=False).detach().numpy()), name
    assert read_intermimic(tmp_path / "view.pt", "clip").num_frames == 20


class Payload:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (exec, (f"open({str(self.target)!r}, 'w')",))


def test_what_is_no_single_tensor_is_refused_without_running_it(tmp_path):
    cases = {
        "pickled": (Payload(tmp_path / "owned"), {}),
        "dict": ({"a": torch.zeros(3)}, {}),
        "legacy": (torch.zeros(4, 591), {"_use_new_zipfile_serialization": False}),
        "empty": (torch.zeros(0, 591), {}),
        "narrow": (torch.zeros(4, 590), {}),
        "integers": (torch.zeros(4, 591, dtype=torch.int64), {}),
        "skillmimic": (torch.zeros(4, 337), {}),
    }
    for name, (value, kwargs) in cases.items():
        with pytest.raises(InputError) as caught:
            read_intermimic(saved(tmp_path, value, name, **kwargs), "clip")
        print(name, caught.value)
    assert not (tmp_path / "owned").exists()


def test_a_clip_without_its_mesh_shows_the_motion(shared_data, tmp_path):
    (tmp_path / "deep" / "OMOMO").mkdir(parents=True)
    clip = read_intermimic(saved(tmp_path / "deep" / "OMOMO", good_tensor(shared_data)), "clip")
    assert clip.objects == () and "objects/box/box.obj" in next(n.message for n in clip.notices if n.code == "mesh-missing")


def test_meshes_of_a_neighbour_root_are_borrowed_and_named(shared_data):
    clip = read_intermimic(shared_data / "holosoma/OMOMO_new/sub3_largebox_003.pt", "clip")
    notice = next(n for n in clip.notices if n.code == "mesh-borrowed")
    assert "intermimic/objects/largebox/largebox.obj" in notice.message


def test_object_names():
    assert object_name_of("sub2_largetable_003") == "largetable"
    assert object_name_of("Date01_Sub01_box_1") == "box"
    assert object_name_of("clip_1") == ""
