"""Damaged and hostile files: from any of them comes a clip or an InputError that names the file; nothing else, ever."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats import meshes
from interact_core.formats.meshes import read_mesh
from interact_core.formats.npz_files import NpzFile, read_npy
from interact_core.formats.registry import open_path, read_clip, sniff
from interact_core.formats.validate import validate_path

SHORT = 25
LONG = int(os.environ.get("INTERACT_SOAK_EXAMPLES", "3000"))
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

mutation = st.one_of(
    st.tuples(st.just("flip"), st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=8)),
    st.tuples(st.just("cut"), st.floats(0, 1)),
    st.tuples(st.just("grow"), st.binary(max_size=60)),
    st.tuples(st.just("insert"), st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=12))),
    st.tuples(st.just("replace"), st.binary(max_size=200)),
)


def mutate(data, change):
    kind, how = change
    if kind == "flip":
        out = bytearray(data)
        for where, bits in how:
            out[min(int(where * len(out)), len(out) - 1)] ^= bits
        return bytes(out)
    if kind == "cut":
        return data[: int(how * len(data))]
    if kind == "grow":
        return data + how
    if kind == "insert":
        at = int(how[0] * len(data))
        return data[:at] + how[1] + data[at:]
    return how


def only_clip_or_input_error(path):
    try:
        refs = open_path(path).refs
    except InputError as error:
        assert str(error)
        return
    for ref in refs:
        try:
            clip = read_clip(ref)
        except InputError as error:
            assert error.path is not None and str(error)
        else:
            assert isinstance(clip, Clip)
            pose = clip.body.full_pose()
            assert np.isfinite(pose).all() and np.isfinite(clip.body.transl).all()
            assert all(np.isfinite(p.rotation).all() and np.isfinite(p.translation).all() for o in clip.objects for p in o.parts)


@pytest.fixture(scope="module")
def samples(tmp_path_factory, foundry_type):
    """One small valid file per reader, name -> bytes, in clip folders that read without error."""
    root = tmp_path_factory.mktemp("samples") / "data"
    foundry = foundry_type(root)
    folders = {name: foundry.clip(name, 3).folder for name in ("behave", "intercap", "parahome")}
    arctic = foundry.clip("arctic", 3).folder
    foundry.mesh("arctic", "box", "mesh")
    (root / "arctic" / "objects" / "box" / "parts.json").write_text("[1, 1, 1, 1, 0, 0, 0, 0]")
    foundry.rewrite(arctic / "object.npz", arti=np.ones((3, 1)), name=np.array("box", dtype=object))
    part = folders["parahome"]
    np.savez(part / "object_pan_base.npz", **foundry.thing(3, "pan_base"))
    foundry.mesh("parahome", "pan", "base")
    (part / "object.npz").unlink()
    behave = folders["behave"]
    np.save(behave / "action.npy", np.eye(16)[1])
    np.save(behave / "joints.npy", np.zeros((3, 52, 3)))
    np.savez(behave / "contact.npz", left_hand=np.ones(3))
    foundry.meta(behave, fps=30, title="x")
    tensor = torch.zeros(3, 591)
    tensor[:, [6, 324]] = 1
    tensor[:, 383:591] = torch.tensor([0.5, 0.5, 0.5, -0.5]).repeat(52)
    (root / "mimic").mkdir()
    torch.save(tensor, root / "mimic" / "sub1_cube_000.pt")
    return root


TARGETS = [
    "behave/*/*/human.npz", "behave/*/*/object.npz", "behave/*/*/text.txt", "behave/*/*/action.npy", "behave/*/*/joints.npy",
    "behave/*/*/contact.npz", "behave/*/*/meta.json", "behave/objects/*/*.obj", "intercap/*/*/human.npz",
    "arctic/*/*/object.npz", "arctic/objects/*/parts.json", "parahome/*/*/object_*.npz", "mimic/*.pt",
]  # fmt: skip


def campaign(samples, workspace, target, change):
    """Copy the small tree once, damage one file in place, read, and put the file back."""
    root = workspace / "data"
    if not root.exists():
        shutil.copytree(samples, root)
    (victim,) = root.glob(target)
    original = victim.read_bytes()
    try:
        victim.write_bytes(mutate(original, change))
        only_clip_or_input_error(root / target.split("/")[0])
    finally:
        victim.write_bytes(original)


def test_the_samples_themselves_are_good(samples):
    for ref in open_path(samples).refs:
        clip = read_clip(ref)
        assert clip.num_frames == 3 and (clip.objects or ref.dataset == "mimic"), ref.id
    for target in TARGETS:
        assert len(list(samples.glob(target))) == 1, target


@pytest.mark.parametrize("target", TARGETS)
@seed(20)
@settings(max_examples=SHORT, deadline=None, database=None, suppress_health_check=QUIET)
@given(change=mutation)
def test_mutated_bytes(target, samples, tmp_path, change):
    campaign(samples, tmp_path, target, change)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=LONG, deadline=None, database=None, suppress_health_check=QUIET)
@given(change=mutation)
def test_mutated_bytes_for_long(target, samples, tmp_path, change):
    campaign(samples, tmp_path, target, change)


shapes = st.lists(st.integers(0, 4), max_size=3).map(tuple)
arrays = st.one_of(
    st.tuples(shapes, st.sampled_from(["f4", "f8", "i8", "u1", "b1", "c16", "M8[s]"])).map(lambda a: np.zeros(a[0], a[1])),
    st.tuples(shapes, st.sampled_from([np.nan, np.inf, -1e300, 1e300, 3.0])).map(lambda a: np.full(*a)),
    st.sampled_from([np.array("x"), np.array(b"\xff"), np.array(["a", "b"]), np.array({"a": 1}, dtype=object),
                     np.array([None], dtype=object), np.array([1, "a"], dtype=object), np.zeros(3, [("a", "f4")])]),
)  # fmt: skip
edits = st.dictionaries(
    st.sampled_from(["poses", "trans", "betas", "gender", "vtemp", "rest_joints", "jaw_pose", "angles", "name", "arti", "missing",
                     "hinge_axis", "parent", "glo_rot", "global_orient", "left_hand", "extra"]),
    st.one_of(st.none(), arrays), min_size=1, max_size=4,
)  # fmt: skip


def structural(samples, workspace, target, edit):
    root = workspace / "data"
    if not root.exists():
        shutil.copytree(samples, root)
    (victim,) = root.glob(target)
    original = victim.read_bytes()
    with np.load(io.BytesIO(original), allow_pickle=True) as file:
        content = {k: file[k] for k in file.files}
    content |= {k: v for k, v in edit.items() if v is not None}
    for key in [k for k, v in edit.items() if v is None]:
        content.pop(key, None)
    try:
        np.savez(victim, **content)
        only_clip_or_input_error(root / target.split("/")[0])
    finally:
        victim.write_bytes(original)


NPZ = [t for t in TARGETS if t.endswith(".npz")]


@pytest.mark.parametrize("target", NPZ)
@seed(21)
@settings(max_examples=SHORT, deadline=None, database=None, suppress_health_check=QUIET)
@given(edit=edits)
def test_dropped_added_and_misshapen_arrays(target, samples, tmp_path, edit):
    structural(samples, tmp_path, target, edit)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("target", NPZ)
@settings(max_examples=LONG, deadline=None, database=None, suppress_health_check=QUIET)
@given(edit=edits)
def test_dropped_added_and_misshapen_arrays_for_long(target, samples, tmp_path, edit):
    structural(samples, tmp_path, target, edit)


def mesh_bytes(suffix):
    cube = trimesh.creation.box()
    return cube.export(file_type=suffix) if suffix != "obj" else cube.export(file_type="obj").encode()


def mutated_mesh(tmp_path, suffix, change):
    path = tmp_path / f"m.{suffix}"
    path.write_bytes(mutate(mesh_bytes(suffix), change))
    meshes._read_cached.cache_clear()  # two writes may fall into one tick of the file clock
    try:
        mesh = read_mesh(path)
    except InputError as error:
        assert error.path == path
    else:
        assert np.isfinite(mesh.vertices).all() and mesh.faces.max() < len(mesh.vertices)


@pytest.mark.parametrize("suffix", ["obj", "ply", "stl", "glb"])
@seed(22)
@settings(max_examples=SHORT, deadline=None, database=None, suppress_health_check=QUIET)
@given(change=mutation)
def test_mutated_meshes(suffix, tmp_path, change):
    mutated_mesh(tmp_path, suffix, change)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("suffix", ["obj", "ply", "stl", "glb"])
@settings(max_examples=LONG, deadline=None, database=None, suppress_health_check=QUIET)
@given(change=mutation)
def test_mutated_meshes_for_long(suffix, tmp_path, change):
    mutated_mesh(tmp_path, suffix, change)


def npy(header):
    text = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode("latin-1")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 156), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999999,), }",
        "{'descr': '<U999999999', 'fortran_order': False, 'shape': (), }",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
        "__import__('os').system('touch owned')",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }",
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    ],
)
def test_headers_that_lie_are_seen_before_allocating(header, tmp_path):
    path = tmp_path / "human.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("poses.npy", npy(header) + b"\0" * 24)
    with pytest.raises(InputError) as caught:
        NpzFile(path).array("poses")
    assert caught.value.field == "poses"
    (tmp_path / "a.npy").write_bytes(npy(header) + b"\0" * 24)
    with pytest.raises(InputError):
        read_npy(tmp_path / "a.npy")


def test_an_archive_that_claims_more_than_it_can_hold(tmp_path):
    path = tmp_path / "human.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("poses.npy", b"\0" * 1000)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (0xFFFFFF00).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(InputError):
        NpzFile(path).array("poses")


def test_ordinary_numpy_files_agree_with_numpy(tmp_path):
    rng = np.random.default_rng(0)
    cases = {
        "a": rng.normal(size=(3, 4)),
        "f": np.asfortranarray(rng.normal(size=(3, 4))),
        "big": rng.normal(size=5).astype(">f8"),
        "i": np.arange(6).reshape(2, 3),
        "s": np.array("name"),
        "e": np.zeros((0, 3)),
        "z": np.float32(3),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **cases)
        file = NpzFile(tmp_path / "x.npz")
        for key, value in cases.items():
            if key != "s":
                assert np.array_equal(file.array(key), value) and file.array(key).shape == np.shape(value)
        assert file.string("s") == "name"


def test_unreadable_files_are_named(samples, tmp_path, monkeypatch):
    root = tmp_path / "data"
    shutil.copytree(samples / "behave", root / "behave")
    (human,) = root.glob("behave/*/*/human.npz")
    human.unlink()
    human.mkdir()
    only_clip_or_input_error(root)
    human.rmdir()
    human.symlink_to(human)
    only_clip_or_input_error(root)
    human.unlink()
    real = io.open

    def denied(file, *args, **kwargs):
        if Path(str(file)).name == "human.npz":
            raise PermissionError(13, "Permission denied")
        return real(file, *args, **kwargs)

    shutil.copy(next(samples.glob("behave/*/*/human.npz")), human)
    monkeypatch.setattr(zipfile.io, "open", denied)
    with pytest.raises(InputError, match="Permission denied") as caught:
        read_clip(open_path(root).refs[0])
    assert caught.value.path == human


def test_the_validator_reports_what_the_readers_refuse(samples, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(samples, root)
    for target in TARGETS:
        (victim,) = root.glob(target)
        victim.write_bytes(victim.read_bytes()[:40])
    report = validate_path(root)
    assert report.has_errors and all(f.message for f in report.findings)
    assert all(sniff(p) in {None, "mesh", "joints", "interact"} for p in root.rglob("*"))
