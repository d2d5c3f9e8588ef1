"""Raw layouts of demo clips, written from the format note, read by the adapters and compared with the demo clip."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from raw_writers.arctic_raw import write_arctic
from raw_writers.behave_raw import write_behave
from raw_writers.check import assert_same
from raw_writers.grab_raw import write_grab
from raw_writers.hand_models import HandModel
from raw_writers.intercap_raw import write_intercap
from raw_writers.omomo_raw import omomo_entry, write_omomo
from raw_writers.parahome_raw import write_parahome
from raw_writers.scene import demo, off_centre, write_ply

from interact_core.consolidate.sources.adapters import ADAPTERS, adapter
from interact_core.consolidate.sources.table import SOURCES
from interact_core.errors import InputError

BROOM = "demo_sweep_broom"


def only(source, root, models=None):
    (recording,) = adapter(source, models).recordings(root)
    return recording, recording.read()


def codes(raw):
    return {notice.code for notice in raw.clip.notices}


def flat_hands(clip):
    return np.zeros_like(clip.body.left_hand_pose), np.zeros_like(clip.body.right_hand_pose)


def projected(basis, clip, count):
    return tuple(
        basis.project(side, np.asarray(hand, float).reshape(-1, 45), count).reshape(-1, 15, 3)
        for side, hand in (("l", clip.body.left_hand_pose), ("r", clip.body.right_hand_pose))
    )


def test_every_source_of_the_table_has_an_adapter():
    assert set(ADAPTERS) == set(SOURCES)
    assert SOURCES["grab"].keep == 4 and SOURCES["skillmimic"].keep == 2 and SOURCES["humanml3d"].keep == 0


def test_recordings_can_be_sent_to_another_process(tmp_path):
    clip = demo(BROOM)
    write_behave(tmp_path, clip)
    (recording,) = adapter("behave").recordings(tmp_path)
    assert_same(pickle.loads(pickle.dumps(recording)).read(), clip)  # noqa: S301 - written here


def test_behave(tmp_path):
    clip = off_centre(demo(BROOM))
    write_behave(tmp_path, clip)
    recording, raw = only("behave", tmp_path)
    assert recording.name == "Date03_Sub04_broom_sweep" and len(recording.files) == 5
    assert raw.clip.fps == 30 and raw.clip.body.family == "smplh" and raw.clip.body.gender == "male"
    assert np.allclose(raw.clip.body.shape.values, clip.body.shape.values)
    assert not codes(raw) & {"mesh-centre-unsure", "frames-unmatched", "rotation-transposed"}
    assert_same(raw, clip)


def test_behave_without_its_simplified_mesh_says_that_the_centre_is_a_guess(tmp_path):
    write_behave(tmp_path, demo(BROOM))
    next(tmp_path.rglob("*_f1000.ply")).unlink()
    _, raw = only("behave", tmp_path)
    assert "mesh-centre-unsure" in codes(raw)


def test_behave_with_simplified_meshes_that_disagree_says_so(tmp_path):
    clip = demo(BROOM)
    write_behave(tmp_path, clip)
    vertices, faces = clip.objects[0].parts[0].mesh.vertices, clip.objects[0].parts[0].mesh.faces
    write_ply(tmp_path / "objects" / "broom" / "broom_f2500.ply", vertices + 0.5, faces)
    _, raw = only("behave", tmp_path)
    assert "mesh-centre-unsure" in codes(raw)
    assert_same(raw, clip)


def test_behave_matches_its_two_files_by_time(tmp_path):
    clip = demo(BROOM)
    write_behave(tmp_path, clip, lost_body=[0, 40], lost_object=[3, 89])
    _, raw = only("behave", tmp_path)
    assert_same(raw, clip, frames=np.setdiff1d(np.arange(90), [0, 3, 40, 89]))
    assert "frames-unmatched" in codes(raw)


def test_grab(tmp_path):
    clip, basis = demo(BROOM), HandModel(tmp_path / "models" / "smplx")
    _, surface = write_grab(tmp_path / "grab_root", clip, basis, fullpose=False)
    recording, raw = only("grab", tmp_path / "grab_root", tmp_path / "models")
    assert recording.name == "s7_broom_sweep_1" and len(recording.files) == 3
    assert raw.clip.fps == 120 and raw.clip.num_frames == 89 * 4 + 1
    assert np.abs(raw.clip.body.shape.vertices - surface).max() < 1e-6
    # Frames between are interpolated in the fixture: only those that the demo has are compared.
    assert_same(raw, clip, hands=projected(basis, clip, 24))
    assert "rotation-transposed" not in codes(raw)


def test_grab_without_the_licensed_basis_takes_the_hands_that_are_there_in_full(tmp_path):
    clip, basis = demo(BROOM), HandModel(tmp_path / "models")
    write_grab(tmp_path / "raw", clip, basis)
    _, raw = only("grab", tmp_path / "raw")
    assert_same(raw, clip)
    assert "hands-from-fullpose" in codes(raw)


def test_a_transposed_object_is_found(tmp_path):
    """GRAB as an importer would have it that takes v R + t for R v + t."""
    clip, basis = demo(BROOM), HandModel(tmp_path / "models")
    write_grab(tmp_path / "raw", clip, basis, transposed=False)
    _, raw = only("grab", tmp_path / "raw", tmp_path / "models")
    (found,) = [notice for notice in raw.clip.notices if notice.code == "rotation-transposed"]
    assert found.severity == "warning" and "broom" in found.message and "mm" in found.message


@pytest.mark.parametrize("protocol", [2, 4])
def test_intercap(tmp_path, protocol):
    clip, basis = demo(BROOM), HandModel(tmp_path / "models")
    write_intercap(tmp_path / "raw", clip, basis, protocol=protocol)
    recording, raw = only("intercap", tmp_path, tmp_path / "models")
    assert recording.name == "Sub01_Object05_Seg_0_racket"
    assert raw.clip.body.gender == "male" and raw.clip.objects[0].name == "racket"
    assert_same(raw, clip, hands=projected(basis, clip, 12))


def test_intercap_borrows_the_mesh_of_another_segment_with_that_segments_pose(tmp_path):
    clip, basis = demo(BROOM), HandModel(tmp_path / "models")
    write_intercap(tmp_path / "raw", demo(BROOM, 40, 0), basis, where="03/05/Seg_1")
    write_intercap(tmp_path / "raw", clip, basis, where="02/05/Seg_0", mesh=False)
    borrowing, owning = adapter("intercap", tmp_path / "models").recordings(tmp_path)
    assert (borrowing.name, owning.name) == ("Sub02_Object05_Seg_0_racket", "Sub03_Object05_Seg_1_racket")
    assert_same(borrowing.read(), clip, hands=projected(basis, clip, 12))
    assert owning.read().clip.body.gender == "female"


def test_omomo_train_and_test_with_the_same_keys(tmp_path):
    one, two = demo(BROOM), demo("demo_turn_crate")
    _, first = omomo_entry(one, "sub1_broom_000", scale=0.37)
    _, second = omomo_entry(two, "sub2_crate_001", scale=2.5)
    meshes = {
        f"{name}_cleaned_simplified": (
            c.objects[0].parts[0].mesh.vertices.astype(float) / scale,
            c.objects[0].parts[0].mesh.faces,
        )
        for name, c, scale in (("broom", one, 0.37), ("crate", two, 2.5))
    }
    write_omomo(tmp_path, {"train": [first], "test": [second]}, meshes)
    found = {recording.name: recording for recording in adapter("omomo").recordings(tmp_path)}
    assert list(found) == ["sub1_broom_000", "sub2_crate_001"]
    for name, clip, split in (("sub1_broom_000", one, "train"), ("sub2_crate_001", two, "test")):
        raw = found[name].read()
        assert_same(raw, clip, hands=flat_hands(clip))
        assert raw.clip.metadata["split"] == split and "scale-varies" not in codes(raw)


def test_omomo_two_parts_and_a_scale_that_varies(tmp_path):
    clip = demo("demo_place_shelf")
    parts = [p for o in clip.objects for p in o.parts][:2]
    _, entry = omomo_entry(clip, "sub3_mop_002", scale=0.5, breathing=0.01, second=1)
    meshes = {
        f"mop_cleaned_simplified_{half}": (part.mesh.vertices.astype(float) / 0.5, part.mesh.faces)
        for half, part in zip(("top", "bottom"), parts, strict=True)
    }
    write_omomo(tmp_path, {"test": [entry]}, meshes)
    _, raw = only("omomo", tmp_path)
    assert [p.name for p in raw.clip.objects[0].parts] == ["top", "bottom"]
    assert "scale-varies" in codes(raw)
    entry["obj_scale"][:] = entry["obj_bottom_scale"][:] = 0.5
    write_omomo(tmp_path, {"test": [entry]}, {})
    assert_same(only("omomo", tmp_path)[1], clip, hands=flat_hands(clip), parts=parts)


def test_arctic_opens_its_lid_about_the_meshs_own_origin(tmp_path):
    clip, angles = demo(BROOM), np.linspace(0, 1.2, 90)
    _, surface, lid = write_arctic(tmp_path, clip, angles=angles)
    recording, raw = only("arctic", tmp_path)
    assert recording.name == "s01_broom_use_02"
    base, top = raw.clip.objects[0].parts
    assert top.parent == "base" and np.allclose(top.hinge.axis, (0, 0, -1)) and np.allclose(top.hinge.point, 0)
    # The lid by hand: about (0, 0, -1) through the origin, then the object's own pose.
    part = clip.objects[0].parts[0]
    c, s = np.cos(angles), np.sin(angles)
    zero, one = np.zeros(90), np.ones(90)
    spin = np.stack([c, s, zero, -s, c, zero, zero, zero, one], -1).reshape(-1, 3, 3)
    opened = replace(part, mesh=top.mesh, rotation=part.rotation.astype(float) @ spin)
    assert_same(raw, clip, parts=[replace(part, mesh=base.mesh), opened])
    assert np.abs(raw.clip.body.shape.vertices - surface).max() < 1e-6
    assert np.abs(raw.clip.body.jaw_pose - 0.1).max() < 1e-6 and raw.clip.body.gender == "female"
    whole = {tuple(v) for v in np.round(part.mesh.vertices.astype(float), 5)}
    assert {tuple(v) for v in np.round(top.mesh.vertices.astype(float), 5)} <= whole
    assert top.mesh.vertices[:, 1].min() > base.mesh.vertices[:, 1].min() and lid.any()


def test_parahome_marks_what_was_not_seen(tmp_path):
    clip = demo("demo_open_chest")
    gaps = {"chest_part1": range(20, 35), "chest_base": range(0, 5)}
    write_parahome(tmp_path, clip, ["chest_base", "chest_part1"], gaps=gaps)
    _, raw = only("parahome", tmp_path)
    base, lid = raw.clip.objects[0].parts
    assert np.flatnonzero(base.missing).tolist() == list(range(5)) and lid.parent == "base"
    assert np.flatnonzero(lid.missing).tolist() == list(range(20, 35))
    assert np.array_equal(lid.rotation[34], lid.rotation[19]) and np.array_equal(base.translation[0], base.translation[5])
    theirs = clip.objects[0].parts
    masked = [replace(part, missing=ours.missing) for part, ours in zip(theirs, (base, lid), strict=True)]
    assert_same(raw, clip, parts=masked)
    assert len(raw.clip.body.shape.values) == 20


def test_an_unknown_source_and_an_empty_root():
    with pytest.raises(InputError, match="no source 'kinect'"):
        adapter("kinect")
