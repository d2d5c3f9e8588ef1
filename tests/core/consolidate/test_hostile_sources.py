"""What is broken in a raw recording is said with file, field and remedy, and stops that recording only."""

import pickle

import numpy as np
import pytest
import torch
from raw_writers.arctic_raw import write_arctic
from raw_writers.behave_raw import write_behave
from raw_writers.grab_raw import write_grab
from raw_writers.hand_models import HandModel
from raw_writers.intercap_raw import write_intercap
from raw_writers.omomo_raw import omomo_entry, write_omomo
from raw_writers.parahome_raw import write_parahome
from raw_writers.scene import demo

from interact_core.consolidate.sources.adapters import ADAPTERS, adapter
from interact_core.errors import InputError

BROOM = "demo_sweep_broom"


class Boom:
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was run')",)


def refused(recording):
    with pytest.raises(InputError) as caught:
        recording.read()
    assert caught.value.path is not None and caught.value.remedy
    return caught.value


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    """One root of every raw source, written once; tests copy what they break."""
    clip, home = demo(BROOM, 12), tmp_path_factory.mktemp("raw")
    basis = HandModel(home / "models")
    write_behave(home / "behave", clip)
    write_grab(home / "grab", clip, basis)
    write_intercap(home / "intercap", clip, basis)
    part = clip.objects[0].parts[0]
    _, entry = omomo_entry(clip, "sub1_broom_000")
    write_omomo(home / "omomo", {"train": [entry]}, {"broom_cleaned_simplified": (part.mesh.vertices, part.mesh.faces)})
    write_arctic(home / "arctic", clip)
    write_parahome(home / "parahome", clip, ["broom_base"])
    return home


def copied(roots, source, tmp_path):
    import shutil

    return shutil.copytree(roots / source, tmp_path / source)


RAW = ["behave", "grab", "intercap", "omomo", "arctic", "parahome"]


@pytest.mark.parametrize("source", sorted(ADAPTERS))
def test_a_root_without_recordings_is_refused(source, tmp_path):
    with pytest.raises(InputError) as caught:
        list(adapter(source).recordings(tmp_path))
    assert caught.value.remedy


@pytest.mark.parametrize("source", RAW)
def test_every_file_cut_short_is_an_input_error(roots, source, tmp_path):
    """Truncated anywhere, a motion file never gives anything but an InputError (or, in a joblib dump, one when listed)."""
    root = copied(roots, source, tmp_path)
    (recording,) = adapter(source, roots / "models").recordings(root)
    motion = [p for p in recording.files if p.suffix in (".npz", ".pkl", ".npy", ".p")]
    assert motion
    for path in motion:
        whole = path.read_bytes()
        for share in (0.0, 0.02, 0.5, 0.97):
            path.write_bytes(whole[: int(share * len(whole))])
            with pytest.raises(InputError) as caught:
                next(iter(adapter(source, roots / "models").recordings(root))).read()
            assert caught.value.path is not None
        path.write_bytes(whole)
    recording.read()


@pytest.mark.parametrize(
    ("source", "pattern"),
    [("grab", "*.npz"), ("intercap", "res.pkl"), ("omomo", "*.p"), ("arctic", "*.smplx.npy"), ("parahome", "smplx_pose.pkl")],
)
def test_a_pickle_with_a_program_is_refused_unrun(roots, source, pattern, tmp_path):
    root = copied(roots, source, tmp_path)
    path = next(root.rglob(pattern))
    if source == "grab":
        np.savez(path, **{key: np.array(Boom(), dtype=object) for key in ("gender", "framerate", "body", "object")})
    elif source == "arctic":
        np.save(path, np.array(Boom(), dtype=object), allow_pickle=True)
    else:
        path.write_bytes(pickle.dumps({0: {"seq_name": Boom()}, "transl": Boom()}))
    with pytest.raises(InputError, match="Pickled objects can run code"):
        next(iter(adapter(source).recordings(root))).read()


def test_missing_keys_wrong_shapes_and_numbers_that_are_none_name_the_field(roots, tmp_path):
    root = copied(roots, "intercap", tmp_path)
    path = next(root.rglob("res.pkl"))
    good = pickle.loads(path.read_bytes())  # noqa: S301 - written here
    bent = good["transl"].copy()
    bent[4, 1] = np.nan
    for change, field, words in (
        ({"ob_pose": None}, "ob_pose", "lacks"),
        ({"transl": good["transl"][:, :2]}, "transl", "shape"),
        ({"transl": bent}, "transl", "not numbers"),
        ({"ob_trans": good["ob_trans"][:5]}, None, "different numbers of frames"),
        ({"left_hand_pose": np.zeros((12, 24))}, "left_hand_pose", "shape"),
        ({"body_pose": "text"}, "body_pose", "instead of numbers"),
    ):
        content = {k: v for k, v in {**good, **change}.items() if v is not None}
        path.write_bytes(pickle.dumps(content))
        error = refused(next(iter(adapter("intercap", roots / "models").recordings(root))))
        assert words in error.problem and (field is None or error.field == field) and error.path == path


def test_one_bad_recording_does_not_stop_the_others(roots, tmp_path):
    root = copied(roots, "omomo", tmp_path)
    clip = demo(BROOM, 12)
    entries = [omomo_entry(clip, f"sub1_broom_{k:03d}")[1] for k in range(4)]
    entries[1]["obj_rot"] = entries[1]["obj_rot"] * 1.5
    entries[2] = {"seq_name": "sub1_broom_002"}
    entries[3]["seq_name"] = "sub1_../../etc_000"
    write_omomo(root, {"train": entries}, {})
    found = list(adapter("omomo").recordings(root))
    found[0].read()
    assert "no rotations" in refused(found[1]).problem
    assert refused(found[2]).field == "[2].trans"
    assert "cannot be a folder" in refused(found[3]).problem


def test_paths_inside_a_recording_do_not_lead_out(roots, tmp_path):
    root = copied(roots, "grab", tmp_path)
    path = next((root / "grab").rglob("*.npz"))
    content = {key: value.item() for key, value in np.load(path, allow_pickle=True).items()}
    content["object"]["object_mesh"] = "../../../../etc/passwd.ply"
    np.savez(path, **{key: np.array(value, dtype=object) for key, value in content.items()})
    error = refused(next(iter(adapter("grab", roots / "models").recordings(root))))
    assert error.path.is_relative_to(root) and error.field == "mesh"


def test_parahome_in_all_the_ways_torch_saves(roots, tmp_path):
    root = copied(roots, "parahome", tmp_path)
    path = next(root.rglob("smplx_pose.pkl"))
    before = next(iter(adapter("parahome").recordings(root))).read().clip.body
    content = pickle.loads(path.read_bytes())  # noqa: S301 - written here
    for save in (
        lambda: torch.save(content, path),
        lambda: torch.save(content, path, _use_new_zipfile_serialization=False),
        lambda: path.write_bytes(pickle.dumps(content, protocol=2)),
        lambda: path.write_bytes(pickle.dumps({k: v.numpy() for k, v in content.items()})),
    ):
        save()
        after = next(iter(adapter("parahome").recordings(root))).read().clip.body
        assert np.array_equal(after.full_pose(), before.full_pose())


def test_an_object_that_was_never_seen_is_said(roots, tmp_path):
    root = copied(roots, "parahome", tmp_path)
    next(root.rglob("object_transformations.pkl")).write_bytes(pickle.dumps({0: {}, 1: {}}))
    assert "no pose" in refused(next(iter(adapter("parahome").recordings(root)))).problem
