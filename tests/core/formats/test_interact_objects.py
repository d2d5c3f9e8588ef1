"""Objects: rigid, ARCTIC's lid and ParaHome's parts, checked on posed vertices computed here from the note's equations."""

import json

import numpy as np
import pytest

from interact_core.errors import InputError

CENTRE = np.array([0.05, -0.02, 0.11])


def rotation(v):
    angle = np.linalg.norm(v)
    if angle == 0:
        return np.eye(3)
    x, y, z = np.asarray(v) / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def posed(vertices, angles, trans):
    return np.stack([vertices @ rotation(a).T + t for a, t in zip(angles, trans, strict=True)])


@pytest.mark.parametrize("dataset", ["behave", "grab", "intercap", "omomo", "neuraldome", "imhd", "chairs"])
def test_rigid_objects_move_in_column_form(dataset, foundry, read, section_3):
    truth = foundry.clip(dataset)
    clip = read(truth.folder)
    obj = clip.objects[0]
    assert obj.name == section_3[dataset][7] and len(obj.parts) == 1
    mesh = obj.parts[0].mesh.vertices
    assert obj.parts[0].posed() == pytest.approx(posed(mesh, truth.angles, truth.object_trans), abs=1e-5)


def arctic_object(foundry, truth, *, centred=True, textured=True):
    """A box whose upper half is the lid; flags per vertex in file order, 0 = lid."""
    lower = np.array([[x, y, z] for z in (0.0, 0.1) for y in (-0.1, 0.1) for x in (-0.2, 0.2)])
    upper = lower + np.array([0.013, 0.0, 0.12])
    whole = np.concatenate((lower, upper))
    faces = np.array([[0, 1, 2], [1, 3, 2], [4, 6, 5], [5, 6, 7], [0, 4, 1], [1, 4, 5]])
    faces = np.concatenate((faces, faces + 8))
    c = whole.mean(axis=0)
    folder = foundry.mesh("arctic", "box", "mesh", whole - c if centred else whole, faces)
    if textured:
        foundry.mesh("arctic", "box", "mesh_tex", whole, faces)
    (folder / "parts.json").write_text(json.dumps([1] * 8 + [0] * 8))
    arti = foundry.rng.uniform(0, 1.5, (truth.num_frames, 1))
    foundry.rewrite(truth.folder / "object.npz", arti=arti)
    return lower, upper, c if centred else np.zeros(3), arti[:, 0]


@pytest.mark.parametrize("centred", [True, False])
def test_arctic_lid_turns_about_the_original_origin(centred, foundry, read):
    truth = foundry.clip("arctic", mesh=False)
    lower, upper, c, arti = arctic_object(foundry, truth, centred=centred)
    base, lid = read(truth.folder).objects[0].parts
    wanted_base = posed(lower - c, truth.angles, truth.object_trans)
    opened = [upper @ rotation([0, 0, -a]).T - c for a in arti]
    wanted_lid = np.stack([v @ rotation(r).T + t for v, r, t in zip(opened, truth.angles, truth.object_trans, strict=True)])
    assert base.posed() == pytest.approx(wanted_base, abs=1e-5)
    assert lid.posed() == pytest.approx(wanted_lid, abs=1e-5)
    assert lid.parent == "base" and lid.hinge.angle == pytest.approx(arti, abs=1e-6)
    assert lid.hinge.point == pytest.approx(-c, abs=1e-6)


def test_arctic_without_the_uncentred_mesh_says_that_the_hinge_is_unsure(foundry, read, codes_of):
    truth = foundry.clip("arctic", mesh=False)
    arctic_object(foundry, truth, textured=False)
    assert "hinge-unsure" in codes_of(read(truth.folder))


def test_arctic_from_top_and_bottom_meshes(foundry, read):
    truth = foundry.clip("arctic", mesh=False)
    foundry.mesh("arctic", "box", "top")
    foundry.mesh("arctic", "box", "bottom")
    foundry.rewrite(truth.folder / "object.npz", arti=np.full((6, 1), 0.5))
    base, lid = read(truth.folder).objects[0].parts
    turned = posed(lid.mesh.vertices @ rotation([0, 0, -0.5]).T, truth.angles, truth.object_trans)
    assert lid.posed() == pytest.approx(turned, abs=1e-5)
    assert base.posed() == pytest.approx(posed(base.mesh.vertices, truth.angles, truth.object_trans), abs=1e-5)


def test_arctic_flags_of_another_mesh_are_refused(foundry, read):
    truth = foundry.clip("arctic", mesh=False)
    arctic_object(foundry, truth)
    (foundry.root / "arctic" / "objects" / "box" / "parts.json").write_text("[0, 1, 1]")
    with pytest.raises(InputError, match="3 entries, expected 0 or 1 for each of the 16"):
        read(truth.folder)


def test_arctic_name_is_a_pickled_string_and_nothing_else_may_be_pickled(foundry, read):
    truth = foundry.clip("arctic", mesh=False)
    arctic_object(foundry, truth)
    foundry.rewrite(truth.folder / "object.npz", name=np.array("box", dtype=object))
    assert read(truth.folder).objects[0].name == "box"

    class Payload:
        def __reduce__(self):
            return (exec, (f"open({str(foundry.root / 'owned')!r}, 'w')",))

    foundry.rewrite(truth.folder / "object.npz", name=np.array(Payload(), dtype=object))
    with pytest.raises(InputError, match="Pickled objects can run code"):
        read(truth.folder)
    assert not (foundry.root / "owned").exists()
    foundry.rewrite(truth.folder / "object.npz", name=np.array("box"), angles=np.array([[1, 2, 3]] * 6, dtype=object))
    with pytest.raises(InputError) as caught:
        read(truth.folder)
    assert caught.value.field == "angles"


def parahome(foundry, t=8):
    truth = foundry.clip("parahome", t, mesh=False)
    (truth.folder / "object.npz").unlink()
    tracks = {}
    for name, part in (("pan", "base"), ("gas_stove", "base"), ("gas_stove", "part1"), ("gas_stove", "part2")):
        track = foundry.thing(t, f"{name}_{part}")
        tracks[name, part] = track
        np.savez(truth.folder / f"object_{name}_{part}.npz", **track)
        foundry.mesh("parahome", name, part)
    return truth, tracks


def test_parahome_has_one_file_per_moving_part(foundry, read, codes_of):
    truth, tracks = parahome(foundry)
    clip = read(truth.folder)
    assert {o.name: [p.name for p in o.parts] for o in clip.objects} == {"pan": ["base"], "gas_stove": ["base", "part1", "part2"]}
    for obj in clip.objects:
        for part in obj.parts:
            track = tracks[obj.name, part.name]
            assert part.posed() == pytest.approx(posed(part.mesh.vertices, track["angles"], track["trans"]), abs=1e-5)
            assert part.missing is None
    assert "parahome-missing-mask" in codes_of(clip)


def test_parahome_parts_that_were_not_seen_hold_their_last_pose(foundry, read, codes_of):
    truth, tracks = parahome(foundry)
    # Absent: identity before Rx(-90 degrees) and the canonical turn about +Y; the same constant for every part.
    canonical = rotation([0, 0.7, 0]) @ rotation([-np.pi / 2, 0, 0])
    from scipy.spatial.transform import Rotation

    constant, place = Rotation.from_matrix(canonical).as_rotvec(), np.array([0.4, 0.9, -0.3])
    track = tracks["gas_stove", "part1"]
    for frames in ([0, 1], [4, 5]):
        track["angles"][frames], track["trans"][frames] = constant, place
    np.savez(truth.folder / "object_gas_stove_part1.npz", **track)
    clip = read(truth.folder)
    part = next(p for o in clip.objects for p in o.parts if p.name == "part1")
    assert part.missing.tolist() == [True, True, False, False, True, True, False, False]
    assert part.translation[[0, 1]] == pytest.approx(np.tile(track["trans"][2], (2, 1)), abs=1e-6)
    assert part.translation[[4, 5]] == pytest.approx(np.tile(track["trans"][3], (2, 1)), abs=1e-6)
    assert "part-missing" in codes_of(clip)


def test_a_missing_mesh_or_object_still_shows_the_motion(foundry, read, codes_of):
    truth = foundry.clip("behave", mesh=False)
    clip = read(truth.folder)
    assert clip.objects == () and "mesh-missing" in codes_of(clip)
    (truth.folder / "object.npz").unlink()
    assert "object-missing" in codes_of(read(truth.folder))


def test_another_datasets_mesh_of_the_same_name_is_never_taken(foundry, read, codes_of):
    """Defect D22: "chair" and "suitcase" are different things in different datasets."""
    truth = foundry.clip("behave", mesh=False)
    foundry.mesh("omomo", "backpack")
    assert read(truth.folder).objects == () and "mesh-missing" in codes_of(read(truth.folder))


def test_a_broken_mesh_is_an_error_naming_it(foundry, read):
    truth = foundry.clip("behave")
    mesh = foundry.root / "behave" / "objects" / "backpack" / "backpack.obj"
    mesh.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(InputError, match="Git LFS pointer") as caught:
        read(truth.folder)
    assert caught.value.path == mesh
    human = truth.folder / "human.npz"
    human.write_text(mesh.read_text())
    with pytest.raises(InputError, match="git lfs pull") as caught:
        read(truth.folder)
    assert caught.value.path == human


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "x" * 3 + "\0"])
def test_object_names_cannot_lead_out_of_the_folder(name, foundry, read):
    truth = foundry.clip("behave")
    foundry.rewrite(truth.folder / "object.npz", name=np.array(name))
    try:
        clip = read(truth.folder)
    except InputError as error:
        assert error.field == "name"
    else:
        assert name in ("", "xxx\0") and clip.objects is not None


def test_frames_must_agree_between_body_and_object(foundry, read):
    truth = foundry.clip("behave")
    foundry.rewrite(truth.folder / "object.npz", angles=np.zeros((5, 3)), trans=np.zeros((5, 3)))
    with pytest.raises(InputError, match="the body has 6 frames") as caught:
        read(truth.folder)
    assert caught.value.path.name == "object.npz" and caught.value.remedy
