"""Growing a data set: resumed runs do nothing twice and leave nothing out; test clips have no children."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from interact_core.augment.augment import AugmentResult, Candidate
from interact_core.augment.dataset import (
    child_name,
    dataset_name,
    in_test,
    options_key,
    write_children,
)
from interact_core.augment.options import DEFAULT, Limits
from interact_core.augment.quality import Quality, judge
from interact_core.augment.sampling import Draw
from interact_core.demo import demo_root
from interact_core.formats.registry import open_path, read_clip

GOOD = Quality(0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.2, 0.1)


def a_ref():
    return open_path(demo_root()).refs[0]


def made(clip, index: int, quality: Quality = GOOD, **more) -> Candidate:
    reasons = judge(quality, GOOD, Limits(), clip.fps)
    return Candidate(index, Draw(offset=(0.1, 0.0, 0.05 * index)), clip, quality, reasons, 1.0, **more)


def test_children_are_written_with_where_they_are_from(tmp_path: Path) -> None:
    ref = a_ref()
    clip = read_clip(ref)
    options = replace(DEFAULT, seed=2)
    bad = replace(GOOD, jerk=1e4)
    result = AugmentResult(GOOD, (made(clip, 0), made(clip, 1, bad), made(clip, 2, twin=0), made(clip, 3)))
    record = write_children(result, ref, clip, options, tmp_path)
    names = [c["child"] for c in record["candidates"]]
    assert names == [child_name(clip.id, 2, 0), None, None, child_name(clip.id, 2, 3)]
    assert record["candidates"][1]["reasons"][0]["criterion"] == "jerk"
    listing = open_path(tmp_path)
    assert sorted(r.path.name for r in listing.refs) == sorted(n for n in names if n)
    child = read_clip(listing.refs[0])
    assert child.metadata["parent"] == clip.id and json.loads(child.metadata["augmentation"])["offset"] == [0.1, 0.0, 0.0]
    assert [c.text for c in child.captions] == [c.text for c in clip.captions]
    assert np.allclose(child.body.transl, clip.body.transl, atol=1e-6)
    json.dumps(record)


def test_an_object_of_another_size_has_a_name_of_its_own(tmp_path: Path) -> None:
    ref = a_ref()
    clip = read_clip(ref)
    obj = clip.objects[0]
    mesh = replace(obj.parts[0].mesh, vertices=obj.parts[0].mesh.vertices * np.float32(1.1))
    bigger = replace(clip, objects=(replace(obj, parts=(replace(obj.parts[0], mesh=mesh), *obj.parts[1:])), *clip.objects[1:]))
    write_children(AugmentResult(GOOD, (made(clip, 0), made(bigger, 1))), ref, clip, DEFAULT, tmp_path)
    plain, large = (read_clip(r) for r in sorted(open_path(tmp_path).refs, key=lambda r: r.id))
    assert plain.objects[0].name == obj.name and large.objects[0].name.startswith(obj.name + "_")
    assert np.allclose(large.objects[0].parts[0].mesh.vertices, mesh.vertices)
    assert np.allclose(plain.objects[0].parts[0].mesh.vertices, obj.parts[0].mesh.vertices)


def test_other_options_are_other_work() -> None:
    assert options_key(DEFAULT) == options_key(replace(DEFAULT, device="cuda"))
    keys = {
        options_key(o)
        for o in (DEFAULT, replace(DEFAULT, seed=1), replace(DEFAULT, count=5), replace(DEFAULT, limits=Limits(jerk=2.0)))
    }
    assert len(keys) == 4


def test_names_of_data_sets_and_children() -> None:
    assert (dataset_name("omomo"), dataset_name("omomo_aug"), dataset_name("who_knows")) == ("omomo_aug", "omomo_aug", "demo_aug")
    assert child_name("omomo/sub1_box_000", 1, 23) == "sub1_box_000_aug_10023"


def test_test_clips_and_their_children_are_known(tmp_path: Path) -> None:
    ref = a_ref()
    home = tmp_path / "demo" / "sequences_canonical"
    home.mkdir(parents=True)
    (tmp_path / "test_seq.txt").write_text("seq_a\n")
    refs = {name: replace(ref, path=home / name) for name in ("seq_a", "seq_b", "seq_a_aug_00001", "seq_b_aug_00001")}
    assert {name: in_test(r) for name, r in refs.items()} == {
        "seq_a": True, "seq_b": False, "seq_a_aug_00001": True, "seq_b_aug_00001": False,
    }  # fmt: skip
    (tmp_path / "test_seq.txt").unlink()
    assert not in_test(refs["seq_a"])
