"""Writing: what comes back is what went in, whole or not at all, and never over a source."""

import errno
import hashlib
import os
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from interact_core.clip import (
    Betas,
    BodyMotion,
    Caption,
    Clip,
    Hinge,
    Mesh,
    ObjectMotion,
    ObjectPart,
    RestJoints,
    TemplateVertices,
)
from interact_core.errors import InputError
from interact_core.formats import atomic
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.registry import open_path, read_clip

T = 5


def rotations(rng, t=T):
    from scipy.spatial.transform import Rotation

    return Rotation.random(t, rng=rng).as_matrix().astype(np.float32)


def part(rng, name, **kwargs):
    mesh = Mesh(rng.normal(size=(6, 3)).astype(np.float32), np.array([[0, 1, 2], [3, 4, 5]], np.int32), name)
    return ObjectPart(name, mesh, rotations(rng), rng.normal(size=(T, 3)).astype(np.float32), **kwargs)


@pytest.fixture
def clip():
    rng = np.random.default_rng(3)

    def f(*shape):
        return rng.normal(size=shape).astype(np.float32) * 0.3

    body = BodyMotion("open", "female", Betas(f(10)), f(T, 3), f(T, 21, 3), f(T, 15, 3), f(T, 15, 3), f(T, 3))
    return Clip(
        "demo/lift_cup_1", 30.0, body, (ObjectMotion("cup", (part(rng, "cup"),)),),
        captions=(Caption("A person lifts a cup.", "natural", ("a/DET", "person/NOUN")), Caption("Lift.", "change"),
                  Caption("Up.", "shorten", (), 1, 4)),
        actions=("Lift", "Drink"),
        recorded_contact=MappingProxyType({"left_hand": np.array([0, 1, 1, 0, 0], np.float32)}),
        metadata=MappingProxyType({"title": "Lift «the» cup", "parent": "lift"}),
    )  # fmt: skip


def again(folder):
    (ref,) = open_path(folder).refs
    return read_clip(ref)


def assert_same(a, b):
    for name in ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl", "jaw_pose", "eye_pose"):
        assert np.array_equal(getattr(a.body, name), getattr(b.body, name)), name
    assert type(a.body.shape) is type(b.body.shape)
    assert (a.body.family, a.body.gender, a.fps) == (b.body.family, b.body.gender, b.fps)
    assert [o.name for o in a.objects] == [o.name for o in b.objects]
    for p, q in zip([p for o in a.objects for p in o.parts], [p for o in b.objects for p in o.parts], strict=True):
        assert p.mesh.content_hash == q.mesh.content_hash
        assert np.array_equal(p.translation, q.translation) and np.abs(p.rotation - q.rotation).max() < 1e-6
        assert p.parent == q.parent and (p.missing is None) == (q.missing is None)
    assert (a.captions, a.actions) == (b.captions, b.actions)
    assert {k: v.tolist() for k, v in a.recorded_contact.items()} == {k: v.tolist() for k, v in b.recorded_contact.items()}


def test_what_goes_in_comes_out(clip, tmp_path):
    folder = write_clip(clip, tmp_path, "demo")
    assert folder == tmp_path / "demo" / "sequences_canonical" / "lift_cup_1"
    back = again(folder)
    assert_same(clip, back)
    assert back.metadata["title"] == "Lift «the» cup" and back.notices == ()
    assert open_path(tmp_path).refs[0].object_names == ("cup",)
    assert (folder / "text.txt").read_bytes().count(b"\r") == 2 and b"\n" not in (folder / "text.txt").read_bytes()


def test_parts_hinges_masks_and_several_objects(clip, tmp_path):
    rng = np.random.default_rng(4)
    hinge = Hinge(np.array([0, 0, 1.0]), np.array([0.1, 0, 0]), np.linspace(0, 1, T))
    lid = part(rng, "lid", parent="base", hinge=hinge, missing=np.array([True, False, False, True, False]))
    many = replace(clip, objects=(ObjectMotion("tool_box", (part(rng, "base"), lid)), ObjectMotion("pen", (part(rng, "base"),))))
    back = again(write_clip(many, tmp_path, "demo"))
    assert_same(replace(many, objects=tuple(sorted(many.objects, key=lambda o: o.name))), back)
    got = next(p for o in back.objects for p in o.parts if p.name == "lid")
    assert got.hinge.angle == pytest.approx(hinge.angle) and got.missing.tolist() == lid.missing.tolist()


@pytest.mark.parametrize("dataset", ["behave", "omomo", "neuraldome", "imhd", "parahome", "chairs_correct", "demo"])
def test_datasets_with_absolute_hands_can_be_written(dataset, clip, tmp_path):
    assert_same(clip, again(write_clip(clip, tmp_path, dataset)))


def test_shapes_faces_and_arctic_tails(clip, tmp_path):
    rng = np.random.default_rng(5)
    face = {"jaw_pose": rng.normal(size=(T, 3)).astype(np.float32), "eye_pose": rng.normal(size=(T, 2, 3)).astype(np.float32)}
    for dataset, shape in (("demo", RestJoints(rng.normal(size=(52, 3)).astype(np.float32))),
                           ("demo", TemplateVertices(rng.normal(size=(9, 3)).astype(np.float32))),
                           ("arctic", Betas(np.zeros(10, np.float32)))):  # fmt: skip
        source = replace(clip, body=replace(clip.body, shape=shape, **face))
        back = again(write_clip(source, tmp_path, dataset, overwrite=True))
        assert np.array_equal(back.body.jaw_pose, face["jaw_pose"]) and np.array_equal(back.body.eye_pose, face["eye_pose"])
        assert type(back.body.shape) is type(shape)
    with np.load(tmp_path / "arctic" / "sequences_canonical" / "lift_cup_1" / "human.npz") as file:
        assert file["poses"].shape == (T, 165)


def test_intermimic_clips_survive_the_trip(shared_data, tmp_path):
    clip = read_clip(open_path(shared_data / "intermimic" / "OMOMO_new" / "sub2_woodchair_003.pt").refs[0])
    back = again(write_clip(clip, tmp_path, "demo"))
    assert_same(clip, back)
    assert np.array_equal(clip.recorded_joints, back.recorded_joints)
    assert np.array_equal(clip.body.shape.joints, back.body.shape.joints)


def test_hands_that_need_the_licensed_basis_are_refused(clip, tmp_path):
    for dataset in ("grab", "intercap", "chairs", "intercap_correct"):
        with pytest.raises(InputError, match="relative to the licensed model"):
            write_clip(clip, tmp_path, dataset)
    with pytest.raises(InputError, match="no dataset we know"):
        write_clip(clip, tmp_path, "demos")
    assert not any(tmp_path.iterdir())


def tree(folder):
    return {
        str(p.relative_to(folder)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_nothing_is_overwritten_unless_asked(clip, tmp_path):
    folder = write_clip(clip, tmp_path, "demo")
    before = tree(tmp_path)
    with pytest.raises(InputError, match="exists already"):
        write_clip(clip, tmp_path, "demo")
    assert tree(tmp_path) == before
    other = replace(clip, captions=())
    write_clip(other, tmp_path, "demo", overwrite=True)
    assert not (folder / "text.txt").exists()
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_a_different_mesh_of_the_same_name_is_not_replaced(clip, tmp_path):
    write_clip(clip, tmp_path, "demo")
    rng = np.random.default_rng(9)
    other = replace(clip, id="demo/other", objects=(ObjectMotion("cup", (part(rng, "cup"),)),))
    with pytest.raises(InputError, match="another mesh of the same name"):
        write_clip(other, tmp_path, "demo")
    assert [p.name for p in (tmp_path / "demo" / "sequences_canonical").iterdir()] == ["lift_cup_1"]


def test_sources_are_never_written(clip, tmp_path):
    back = again(write_clip(clip, tmp_path, "demo"))
    before = tree(tmp_path)
    for name in ("demo/lift_cup_1", "demo/new_name"):
        with pytest.raises(InputError, match="sources are never changed"):
            write_clip(replace(back, id=name), tmp_path, "demo", overwrite=True)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind(call, clip, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "fsync":
        monkeypatch.setattr(atomic.os, "fsync", full)
    else:
        monkeypatch.setattr(atomic.Path, "replace", full)
    with pytest.raises(InputError, match="disk is full"):
        write_clip(clip, tmp_path, "demo")
    with pytest.raises(InputError, match="disk is full"):
        atomic.write_bytes(tmp_path / "a.bin", b"x")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_an_interrupted_overwrite_keeps_the_old_clip(clip, tmp_path, monkeypatch):
    folder = write_clip(clip, tmp_path, "demo")
    real, calls = atomic.Path.replace, []

    def second_fails(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.EIO, "I/O error")
        return real(self, target)

    monkeypatch.setattr(atomic.Path, "replace", second_fails)
    with pytest.raises(InputError, match="I/O error"), atomic.new_folder(folder, overwrite=True) as temporary:
        (temporary / "x").write_text("x")
    monkeypatch.undo()
    assert_same(clip, again(folder))
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_plain_permissions_and_names(clip, tmp_path):
    path = tmp_path / "a" / "b.npz"
    atomic.write_npz(path, {"x": np.arange(3)})
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    with np.load(path) as file:
        assert file["x"].tolist() == [0, 1, 2]
    with pytest.raises(ValueError):
        atomic.write_npz(path, {"x": np.array([{}], dtype=object)})
    for bad in ("a/..", "demo/.hidden", "demo/a\0b"):
        with pytest.raises(InputError, match="file name"):
            write_clip(replace(clip, id=bad), tmp_path, "demo")


def test_reading_changes_nothing(foundry, section_3):
    for dataset in section_3:
        foundry.clip(dataset)
    before = tree(foundry.root)
    folders = [p for p in foundry.root.rglob("*") if p.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    from interact_core.formats.validate import validate_path

    for ref in open_path(foundry.root).refs:
        read_clip(ref)
    validate_path(foundry.root)
    for folder in folders:
        folder.chmod(0o755)
    assert tree(foundry.root) == before
