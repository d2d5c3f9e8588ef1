"""A corrected data set has everything its source had, nothing of it is changed, and it reads back as what was written."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interact_core.clip import Clip
from interact_core.errors import InputError
from interact_core.formats.corrected import corrected_name, write_corrected
from interact_core.formats.registry import ClipRef, open_path, read_clip


def digest(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()}


OBJ = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A BEHAVE clip as released: texts with carriage returns, labels, a mesh as given, samples, BPS, derived arrays."""
    root = tmp_path / "data" / "behave"
    clip = root / "sequences_canonical" / "Date01_Sub01_backpack_0"
    clip.mkdir(parents=True)
    rng = np.random.default_rng(0)
    pose = rng.normal(0, 0.2, (20, 156))
    np.savez(clip / "human.npz", poses=pose, trans=rng.normal(size=(20, 3)), betas=rng.normal(size=10), gender="male")
    np.savez(clip / "object.npz", angles=rng.normal(size=(20, 3)), trans=rng.normal(size=(20, 3)), name="backpack")
    (clip / "text.txt").write_bytes(b"Someone lifts it.#a/DET#0.0#0.0\rAgain.#a/DET#0.0#0.0")
    (clip / "action.txt").write_text("Someone lift the backpack.")
    np.save(clip / "action.npy", np.arange(16.0))
    np.save(clip / "markers.npy", np.zeros((20, 77, 3)))
    np.save(clip / "joints.npy", np.zeros((20, 52, 3)))
    (clip / "notes.md").write_text("mine")
    for kind, name in (("objects", "backpack.obj"), ("objects_bps", "backpack_1024.npy")):
        (root / kind / "backpack").mkdir(parents=True)
        (root / kind / "backpack" / name).write_text(OBJ)
    np.save(root / "objects" / "backpack" / "sample_points.npy", np.zeros((340, 3)))
    return root


def changed(clip: Clip) -> Clip:
    return replace(clip, body=replace(clip.body, transl=clip.body.transl + np.float32(0.01)))


def refs(root: Path) -> ClipRef:
    return open_path(root).refs[0]


def test_everything_comes_along_and_the_source_is_untouched(source: Path, tmp_path: Path) -> None:
    before = digest(source)
    ref = refs(source)
    clip = read_clip(ref)
    out = tmp_path / "out"
    written = write_corrected(changed(clip), ref, out)
    assert digest(source) == before
    assert written.folder == out / "behave_correct" / "sequences_canonical" / "Date01_Sub01_backpack_0"
    assert set(written.carried) == {"text.txt", "action.txt", "action.npy", "notes.md"}
    assert set(written.left_out) == {"markers.npy", "joints.npy"}
    after = digest(out / "behave_correct")
    for name in ("objects/backpack/backpack.obj", "objects/backpack/sample_points.npy", "objects_bps/backpack/backpack_1024.npy",
                 "sequences_canonical/Date01_Sub01_backpack_0/text.txt"):  # fmt: skip
        assert after[name] == before[name]
    human = np.load(written.folder / "human.npz")
    assert {"poses", "trans", "betas", "gender"} == set(human.files) and human["poses"].shape == (20, 156)
    assert set(np.load(written.folder / "object.npz").files) == {"angles", "trans", "name"}
    back = read_clip(refs(out))
    assert np.array_equal(back.body.transl, changed(clip).body.transl)
    assert np.array_equal(back.body.left_hand_pose, clip.body.left_hand_pose)
    assert np.abs(back.objects[0].parts[0].rotation - clip.objects[0].parts[0].rotation).max() < 1e-6
    assert [c.text for c in back.captions] == [c.text for c in clip.captions] and back.actions == clip.actions
    assert not list(out.rglob("*.tmp"))


def test_joints_and_markers_of_the_corrected_motion_replace_the_old_ones(source: Path, tmp_path: Path) -> None:
    ref = refs(source)
    joints = np.random.default_rng(1).normal(size=(20, 52, 3)).astype(np.float32)
    written = write_corrected(changed(read_clip(ref)), ref, tmp_path / "out", {"joints.npy": joints})
    assert np.array_equal(np.load(written.folder / "joints.npy"), joints) and written.left_out == ("markers.npy",)
    assert not (written.folder / "markers.npy").exists()


def test_absolute_hands_of_a_data_set_with_coefficients(source: Path, tmp_path: Path) -> None:
    """GRAB stores 24 coefficients and a mean; the corrected root is read with the full hands that were written."""
    clip = read_clip(refs(source))
    ref = ClipRef("grab/s1_backpack_lift", "grab", tmp_path / "grab" / "sequences_canonical" / "s1_backpack_lift", "interact")
    ref.path.mkdir(parents=True)
    clip = replace(clip, body=replace(clip.body, family="smplx"))
    write_corrected(clip, ref, tmp_path / "out")
    (found,) = (r for r in open_path(tmp_path / "out").refs)
    assert found.dataset == "grab_correct"
    np.savez(found.path / "human.npz", **{**np.load(found.path / "human.npz"), "vtemp": np.zeros((10475, 3), np.float32)})
    assert np.array_equal(read_clip(found).body.right_hand_pose, clip.body.right_hand_pose)


def test_a_derived_root_takes_texts_and_meshes_from_its_base(source: Path, tmp_path: Path) -> None:
    derived = source.parent / "behave_correct" / "sequences_canonical" / "Date01_Sub01_backpack_0"
    derived.mkdir(parents=True)
    for name in ("human.npz", "object.npz"):
        (derived / name).write_bytes((source / "sequences_canonical" / "Date01_Sub01_backpack_0" / name).read_bytes())
    ref = refs(source.parent / "behave_correct")
    written = write_corrected(read_clip(ref), ref, tmp_path / "out")
    assert "text.txt" in written.carried
    assert (tmp_path / "out" / "behave_correct" / "objects_bps" / "backpack" / "backpack_1024.npy").is_file()


def test_never_into_the_source(source: Path) -> None:
    ref = refs(source)
    clip = read_clip(ref)
    before = digest(source.parent)
    with pytest.raises(InputError, match="never changed"):
        write_corrected(clip, ref, source)
    derived = source.parent / "behave_correct" / "sequences_canonical" / "Date01_Sub01_backpack_0"
    derived.mkdir(parents=True)
    for name in ("human.npz", "object.npz"):
        (derived / name).write_bytes((ref.path / name).read_bytes())
    with pytest.raises(InputError, match="never changed"):
        write_corrected(clip, refs(source.parent / "behave_correct"), source.parent)
    assert {k: v for k, v in digest(source.parent).items() if k in before} == before


def test_a_clip_that_is_there_stays_unless_told(source: Path, tmp_path: Path) -> None:
    ref = refs(source)
    clip = read_clip(ref)
    write_corrected(clip, ref, tmp_path / "out")
    with pytest.raises(InputError, match="exists"):
        write_corrected(changed(clip), ref, tmp_path / "out")
    write_corrected(changed(clip), ref, tmp_path / "out", overwrite=True)
    assert np.array_equal(read_clip(refs(tmp_path / "out")).body.transl, changed(clip).body.transl)


def test_names() -> None:
    assert [corrected_name(n) for n in ("grab", "omomo_correct", "behave_smplh", "OMOMO_new")] == [
        "grab_correct", "omomo_correct", "behave_smplh", "demo_correct",
    ]  # fmt: skip
