"""Every dataset's and dialect's human.npz against numbers decoded by hand from the format note."""

import numpy as np
import pytest

from interact_core.clip import Betas, RestJoints, TemplateVertices
from interact_core.errors import InputError
from interact_core.formats.registry import ReadOptions

ALL = ["behave", "grab", "intercap", "omomo", "neuraldome", "imhd", "chairs", "arctic", "parahome"]


def expected_hands(poses, width, relative, basis):
    """Absolute (T, 45) of both hands by the note: full = coefficients @ components + mean."""
    sides = []
    for side, start in (("l", 66), ("r", 66 + width)):
        part = poses[:, start : start + width]
        if width != 45:
            part = part @ basis[f"hands_components{side}"][:width]
        sides.append(part + basis[f"hands_mean{side}"] if relative else part)
    return sides


@pytest.mark.parametrize("dataset", ALL)
def test_each_source_is_decoded_as_the_note_says(dataset, foundry, read, section_3):
    family, width, face, key, _, relative, _, _ = section_3[dataset]
    models, basis = foundry.models()
    truth = foundry.clip(dataset)
    clip = read(truth.folder, models_dir=models)
    body, t = clip.body, truth.num_frames
    assert (body.family, body.gender, clip.fps, body.num_frames) == (family, "male", 30.0, t)
    assert body.global_orient == pytest.approx(truth.poses[:, :3], abs=1e-6)
    assert body.body_pose.reshape(t, 63) == pytest.approx(truth.poses[:, 3:66], abs=1e-6)
    left, right = expected_hands(truth.poses, width, relative, basis)
    assert body.left_hand_pose.reshape(t, 45) == pytest.approx(left, abs=1e-5)
    assert body.right_hand_pose.reshape(t, 45) == pytest.approx(right, abs=1e-5)
    assert body.transl == pytest.approx(truth.trans, abs=1e-6)
    if key == "vtemp":
        assert isinstance(body.shape, TemplateVertices)
        assert body.shape.vertices == pytest.approx(truth.shape, abs=1e-6)
    else:
        assert isinstance(body.shape, Betas)
        assert body.shape.values == pytest.approx(truth.shape, abs=1e-6)
    assert (body.jaw_pose is not None) == (face == 9)
    assert all(a.dtype == np.float32 for a in (body.global_orient, body.left_hand_pose, body.transl))


def test_arctic_jaw_and_eyes_come_after_the_hands(foundry, read):
    truth = foundry.clip("arctic")
    body = read(truth.folder).body
    assert body.jaw_pose == pytest.approx(truth.poses[:, 156:159], abs=1e-6)
    assert body.eye_pose[:, 0] == pytest.approx(truth.poses[:, 159:162], abs=1e-6)
    assert body.eye_pose[:, 1] == pytest.approx(truth.poses[:, 162:165], abs=1e-6)


@pytest.mark.parametrize("dataset", ["grab", "intercap"])
def test_pca_hands_without_the_licensed_file_are_flat_and_said_so(dataset, foundry, read):
    clip = read(foundry.clip(dataset).folder)
    assert not clip.body.left_hand_pose.any() and not clip.body.right_hand_pose.any()
    notice = next(n for n in clip.notices if n.code == "hands-not-decoded")
    assert "PCA" in notice.message and "INTERACT_MODELS" in notice.message


def test_a_missing_mean_keeps_the_fingers_that_are_there(foundry, read, codes_of):
    truth = foundry.clip("chairs")
    clip = read(truth.folder)
    assert clip.body.left_hand_pose.reshape(-1, 45) == pytest.approx(truth.poses[:, 66:111], abs=1e-6)
    assert "hand-mean-missing" in codes_of(clip)


def test_the_hand_mean_can_be_overruled_both_ways(foundry, read):
    models, basis = foundry.models()
    chairs, behave = foundry.clip("chairs"), foundry.clip("behave")
    grab = foundry.clip("grab")
    flat = read(chairs.folder, models_dir=models, options=ReadOptions(hand_mean="flat")).body
    assert flat.left_hand_pose.reshape(-1, 45) == pytest.approx(chairs.poses[:, 66:111], abs=1e-6)
    mean = read(behave.folder, models_dir=models, options=ReadOptions(hand_mean="mean")).body
    assert mean.right_hand_pose.reshape(-1, 45) == pytest.approx(behave.poses[:, 111:156] + basis["hands_meanr"], abs=1e-6)
    pca = read(grab.folder, models_dir=models, options=ReadOptions(hand_mean="flat")).body
    wanted = grab.poses[:, 66:90] @ basis["hands_componentsl"][:24]
    assert pca.left_hand_pose.reshape(-1, 45) == pytest.approx(wanted, abs=1e-5)


def optimised(foundry, t, hands):
    rng = foundry.rng
    return {
        "transl": rng.normal(size=(t, 3)), "body_pose": rng.normal(size=(t, 63)), "hand_pose": rng.normal(size=(t, hands)),
        "glo_rot": rng.normal(size=(t, 3)), "betas": rng.normal(size=10), "gender": np.array("female"),
    }  # fmt: skip


def test_full_body_corrections_use_other_keys_for_body_and_object(foundry, read):
    base = foundry.clip("behave")
    folder = foundry.root / "behave_correct_fullbody" / "sequences_canonical" / base.folder.name
    folder.mkdir(parents=True)
    human = optimised(foundry, 6, 90)
    np.savez(folder / "human.npz", **human)
    angle, trans = foundry.rng.normal(size=(6, 3)), foundry.rng.normal(size=(6, 3))
    np.savez(folder / "object.npz", obj_trans=trans, obj_angle=angle, obj_name=np.array("backpack"))
    clip = read(folder)
    assert clip.body.gender == "female" and clip.body.family == "smplh"
    assert clip.body.global_orient == pytest.approx(human["glo_rot"], abs=1e-6)
    assert clip.body.right_hand_pose.reshape(6, 45) == pytest.approx(human["hand_pose"][:, 45:], abs=1e-6)
    assert clip.body.transl == pytest.approx(human["transl"], abs=1e-6)
    assert clip.objects[0].parts[0].translation == pytest.approx(trans, abs=1e-6)
    assert clip.captions[0].text == "A person lifts it."  # texts come from the base dataset beside it


def test_intercap_corrections_keep_their_24_pca_numbers(foundry, read):
    models, basis = foundry.models()
    folder = foundry.root / "intercap_correct" / "sequences_canonical" / "Sub01_Object02_Seg_0_skateboard_184"
    folder.mkdir(parents=True)
    human = optimised(foundry, 4, 24)
    np.savez(folder / "human.npz", **human)
    body = read(folder, models_dir=models).body
    wanted = human["hand_pose"][:, 12:] @ basis["hands_componentsr"][:12] + basis["hands_meanr"]
    assert body.right_hand_pose.reshape(4, 45) == pytest.approx(wanted, abs=1e-5)


def test_standard_corrections_have_absolute_hands(foundry, read, codes_of):
    truth = foundry.clip("chairs", folder="chairs_correct")
    clip = read(truth.folder)
    assert clip.body.left_hand_pose.reshape(-1, 45) == pytest.approx(truth.poses[:, 66:111], abs=1e-6)
    assert "hand-mean-missing" not in codes_of(clip)


def test_smplh_transfers_hold_betas_per_frame_and_borrow_the_object(foundry, read, codes_of):
    base = foundry.clip("grab")
    folder = foundry.root / "grab_smplh" / "sequences_canonical" / base.folder.name
    folder.mkdir(parents=True)
    rng = foundry.rng
    human = {
        "transl": rng.normal(size=(6, 3)), "global_orient": rng.normal(size=(6, 3)), "body_pose": rng.normal(size=(6, 63)),
        "left_hand_pose": rng.normal(size=(6, 45)), "right_hand_pose": rng.normal(size=(6, 45)),
        "betas": np.tile(rng.normal(size=10), (6, 1)), "gender": np.array("female"),
    }  # fmt: skip
    np.savez(folder / "human.npz", **human)
    clip = read(folder)
    assert clip.body.family == "smplh"
    assert clip.body.left_hand_pose.reshape(6, 45) == pytest.approx(human["left_hand_pose"], abs=1e-6)
    assert clip.body.shape.values == pytest.approx(human["betas"][0], abs=1e-6)
    assert clip.objects[0].parts[0].translation == pytest.approx(base.object_trans, abs=1e-6)
    assert {"object-borrowed", "text-borrowed"} <= codes_of(clip)


def test_augmented_roots_follow_their_base(foundry, read):
    truth = foundry.clip("omomo", folder="omomo_aug3", name="sub16_plasticbox_021_2")
    clip = read(truth.folder)
    assert clip.body.family == "smplx" and clip.objects[0].name == "plasticbox"


def test_arctic_uses_the_subject_template_where_it_is(foundry, read, codes_of):
    truth = foundry.clip("arctic")
    assert "template-missing" in codes_of(read(truth.folder))
    template = foundry.rng.normal(size=(10475, 3)).round(4)
    folder = foundry.root / "arctic" / "raw" / "meta" / "subject_vtemplates"
    folder.mkdir(parents=True)
    lines = [f"v {x} {y} {z}" for x, y, z in template.tolist()] + ["f 1 2 3"]
    (folder / "s01.obj").write_text("\n".join(lines))
    shape = read(truth.folder).body.shape
    assert isinstance(shape, TemplateVertices) and shape.vertices == pytest.approx(template, abs=1e-6)


@pytest.mark.parametrize(
    ("stated", "gender"), [("m", "male"), (b"female", "female"), ("Neutral", "neutral"), ("robot", "neutral")]
)
def test_genders_in_every_spelling(stated, gender, foundry, read):
    truth = foundry.clip()
    foundry.rewrite(truth.folder / "human.npz", gender=np.array(stated))
    assert read(truth.folder).body.gender == gender


def test_rest_joints_and_family_of_our_own_writer(foundry, read):
    truth = foundry.clip()
    joints = foundry.rng.normal(size=(52, 3))
    foundry.rewrite(truth.folder / "human.npz", drop=("betas",), rest_joints=joints)
    foundry.meta(truth.folder, family="open", fps=60)
    clip = read(truth.folder)
    assert isinstance(clip.body.shape, RestJoints) and clip.body.shape.joints == pytest.approx(joints, abs=1e-6)
    assert clip.body.family == "open" and clip.fps == 60.0


@pytest.mark.parametrize(
    ("changes", "drop", "field"),
    [
        ({"poses": np.zeros((6, 155))}, (), "poses"),
        ({"poses": np.zeros((0, 156))}, (), "poses"),
        ({"poses": np.full((6, 156), np.nan)}, (), "poses"),
        ({"poses": np.array([["a"] * 156] * 6)}, (), "poses"),
        ({"poses": np.full((6, 156), 1e30)}, (), "poses"),
        ({"trans": np.full((6, 3), np.inf)}, (), "trans"),
        ({"trans": np.zeros((5, 3))}, (), "trans"),
        ({"trans": np.zeros(6)}, (), "trans"),
        ({"betas": np.array([{"a": 1}], dtype=object)}, (), "betas"),
        ({"betas": np.zeros(0)}, (), "betas"),
        ({"gender": np.array(5)}, (), "gender"),
        ({}, ("poses",), "poses"),
        ({}, ("trans",), "trans"),
        ({}, ("betas",), "betas"),
    ],
)
def test_bad_arrays_are_named(changes, drop, field, foundry, read):
    truth = foundry.clip()
    foundry.rewrite(truth.folder / "human.npz", drop=drop, **changes)
    with pytest.raises(InputError) as caught:
        read(truth.folder)
    assert caught.value.field == field and caught.value.path == truth.folder / "human.npz"


def test_the_wrong_dataset_is_noticed_by_the_width(foundry, read):
    truth = foundry.clip("grab")
    with pytest.raises(InputError, match="114 columns, behave clips have 156") as caught:
        read(truth.folder, options=ReadOptions(dataset="behave"))
    assert "dataset" in caught.value.remedy


def test_extra_keys_are_a_remark_only(foundry, read, codes_of):
    truth = foundry.clip()
    foundry.rewrite(truth.folder / "human.npz", surprise=np.zeros(3), loss=np.array({"a": 1}, dtype=object))
    assert "extra-keys" in codes_of(read(truth.folder))
