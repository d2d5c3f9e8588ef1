"""What a path holds: every level from a clip's file to a data root, without opening a clip."""

import builtins
import os
import time
from pathlib import Path

import numpy as np
import pytest

from interact_core.errors import InputError
from interact_core.formats import registry
from interact_core.formats.datasets import DATASETS, dataset_for, guess_dataset, objects_in_name
from interact_core.formats.registry import open_path, read_clip, sniff


def ids(path):
    return [ref.id for ref in open_path(path).refs]


def test_every_level_of_the_layout_opens(foundry, section_3):
    for dataset in section_3:
        foundry.clip(dataset)
    refs = open_path(foundry.root).refs
    assert {(r.dataset, r.id) for r in refs} == {(d, f"{d}/{row[6]}") for d, row in section_3.items()}
    clip = foundry.root / "behave" / "sequences_canonical" / section_3["behave"][6]
    for path in (clip, clip / "human.npz", clip / "object.npz", clip.parent, foundry.root / "behave"):
        listing = open_path(path)
        assert [r.path for r in listing.refs] == [clip], path
        assert listing.refs[0].id == clip.name and listing.refs[0].dataset == "behave"
        assert listing.format == "interact"
    assert open_path(str(clip)).refs[0].object_names == ("backpack",)


def test_object_names_come_from_clip_names(section_3):
    for dataset, row in section_3.items():
        names = objects_in_name(dataset, row[6])
        assert names == (("pan", "gasstove") if dataset == "parahome" else (row[7],))
        assert guess_dataset(row[6]) == dataset


def test_canonical_clips_are_preferred_and_others_can_be_asked_for(foundry):
    for stage, name in (("sequences_canonical", "a"), ("sequences_seg", "b"), ("sequences", "c")):
        foundry.clip(stage=stage, name=name)
    root = foundry.root / "behave"
    assert ids(root) == ["a"]
    assert ids(root / "sequences_seg") == ["b"] and ids(root / "sequences") == ["c"]
    for clip in (root / "sequences_canonical").rglob("*"):
        clip.unlink() if clip.is_file() else None
    (root / "sequences_canonical" / "a").rmdir()
    assert ids(root) == ["b"]


def test_derived_roots_are_datasets_of_their_own(foundry):
    foundry.clip("behave")
    foundry.clip("behave", folder="behave_correct")
    refs = open_path(foundry.root).refs
    assert [r.dataset for r in refs] == ["behave", "behave_correct"] and len({r.id for r in refs}) == 2
    assert all(r.object_names == ("backpack",) for r in refs)


@pytest.mark.parametrize(
    ("name", "base", "family", "width", "mean"),
    [("grab_smplh", "grab", "smplh", 156, "flat"), ("behave_correct", "behave", "smplh", 156, "flat"),
     ("behave_correct_fullbody", "behave", "smplh", 156, "flat"), ("intercap_correct", "intercap", "smplx", 90, "mean"),
     ("chairs_aug_new", "chairs", "smplx", 156, "mean"), ("omomo_aug3", "omomo", "smplx", 156, "flat"),
     ("arctic_smplh", "arctic", "smplh", 156, "flat")],
)  # fmt: skip
def test_derived_settings(name, base, family, width, mean):
    entry = dataset_for(name)
    assert (entry.base, entry.family, entry.pose_width, entry.hand_mean) == (base, family, width, mean)


def test_the_table_has_every_source():
    assert set(DATASETS) == {"behave", "grab", "intercap", "omomo", "neuraldome", "imhd", "chairs", "arctic", "parahome", "demo"}
    assert {n: d.pose_width for n, d in DATASETS.items()} == {
        "behave": 156, "grab": 114, "intercap": 90, "omomo": 156, "neuraldome": 156, "imhd": 156, "chairs": 156,
        "arctic": 165, "parahome": 156, "demo": 156,
    }  # fmt: skip
    assert dataset_for("something_smplh") is None and dataset_for("") is None


def test_a_broken_clip_does_not_hide_the_others(foundry):
    foundry.clip(name="Date01_Sub01_box_1")
    broken = foundry.clip(name="Date01_Sub01_box_2").folder / "human.npz"
    broken.write_bytes(broken.read_bytes()[:100])
    (foundry.root / "behave" / "sequences_canonical" / "Date01_Sub01_box_3").mkdir()
    refs = open_path(foundry.root).refs
    assert [r.path.name[-1] for r in refs] == ["1", "2", "3"]
    assert read_clip(refs[0]).num_frames == 6
    with pytest.raises(InputError, match="not an intact archive"):
        read_clip(refs[1])
    with pytest.raises(InputError, match=r"no human\.npz"):
        read_clip(refs[2])


def test_clips_of_a_folder_that_names_no_dataset(foundry, tmp_path):
    truth = foundry.clip("intercap", mesh=False)
    loose = tmp_path / "anywhere" / truth.folder.name
    loose.parent.mkdir()
    truth.folder.rename(loose)
    (ref,) = open_path(loose).refs
    assert ref.dataset == "intercap" and read_clip(ref).body.family == "smplx"
    unknown = loose.rename(loose.parent / "clip")
    with pytest.raises(InputError, match="dataset we do not know") as caught:
        read_clip(open_path(unknown).refs[0])
    assert "meta.json" in caught.value.remedy
    foundry.meta(unknown, dataset="intercap")
    assert read_clip(open_path(unknown).refs[0]).body.family == "smplx"


def test_the_shared_samples(shared_data):
    listing = open_path(shared_data / "intermimic")
    assert [r.id for r in listing.refs] == [
        "OMOMO/sub2_woodchair_001", "OMOMO/sub8_largebox_000", "OMOMO_new/sub2_largetable_003",
        "OMOMO_new/sub2_largetable_009", "OMOMO_new/sub2_woodchair_001", "OMOMO_new/sub2_woodchair_003",
        "OMOMO_retarget/sub2_woodchair_001",
    ]  # fmt: skip
    assert listing.format == "intermimic" and listing.refs[2].object_names == ("largetable",)
    assert len(open_path(shared_data / "holosoma").refs) == 1
    everything = open_path(shared_data)
    assert len(everything.refs) == 8 and {n.code for n in everything.problems} == {"not-readable-yet"}


def test_formats_of_later_are_recognised(shared_data, tmp_path):
    skill = next((shared_data / "skillmimic").rglob("*.pt"))
    climb = next((shared_data / "holosoma").rglob("*.npy"))
    assert (sniff(skill), sniff(climb)) == ("skillmimic", "joints")
    for path in (skill, climb):
        with pytest.raises(InputError, match="recognised, not readable yet"):
            open_path(path)


@pytest.mark.parametrize("name", ["none", "empty", "file.txt", "cube.obj", "bad\0name", "~nobody-of-that-name/x"])
def test_paths_that_hold_nothing(name, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "cube.obj").write_text("v 0 0 0")
    with pytest.raises(InputError):
        open_path(name if name.startswith("~") else f"{tmp_path}/{name}")


def test_symlink_loops_end(foundry):
    truth = foundry.clip()
    (truth.folder.parent.parent / "loop").symlink_to(foundry.root)
    (foundry.root / "self").symlink_to(foundry.root / "self")
    assert ids(foundry.root) == [f"behave/{truth.folder.name}"]
    with pytest.raises(InputError):
        open_path(foundry.root / "self")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folders_are_reported(foundry):
    foundry.clip()
    locked = foundry.root / "locked"
    locked.mkdir(mode=0)
    assert {n.code for n in open_path(foundry.root).problems} == {"folder-unreadable"}
    locked.chmod(0o700)


def test_folders_that_cannot_be_listed_become_problems(foundry, monkeypatch):
    truth = foundry.clip()
    (foundry.root / "locked").mkdir()
    real = os.scandir

    def scandir(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(registry.os, "scandir", scandir)
    listing = open_path(foundry.root)
    assert [n.code for n in listing.problems] == ["folder-unreadable"]
    assert [r.path for r in listing.refs] == [truth.folder]


def test_equal_ids_are_told_apart(foundry):
    foundry.clip(name="Date01_Sub01_box_1")
    extra = foundry.root / "behave" / "Date01_Sub01_box_1"
    extra.mkdir()
    np.savez(extra / "human.npz", **foundry.human("behave", 3))
    assert sorted(ids(foundry.root)) == ["behave/Date01_Sub01_box_1", "behave/Date01_Sub01_box_1~2"]


def test_ten_thousand_clips_are_listed_without_opening_one(tmp_path, monkeypatch):
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    root = base / f"interact-listing-{os.getpid()}" / "behave"
    sequences = root / "sequences_canonical"
    sequences.mkdir(parents=True)
    try:
        for k in range(10_000):
            folder = sequences / f"Date{k % 7:02d}_Sub{k % 9:02d}_backpack_hand_{k}"
            folder.mkdir()
            (folder / "human.npz").touch()
        opened = []
        real = builtins.open
        monkeypatch.setattr(builtins, "open", lambda file, *a, **k: (opened.append(str(file)), real(file, *a, **k))[1])
        start = time.process_time()
        listing = open_path(root.parent)
        seconds = time.process_time() - start
        monkeypatch.undo()
        assert len(listing.refs) == 10_000 and len({r.id for r in listing.refs}) == 10_000
        assert not [name for name in opened if "sequences_canonical" in name]
        assert seconds < 2.0, f"listing took {seconds:.2f} s of processor time"
    finally:
        import shutil

        shutil.rmtree(root.parent)
