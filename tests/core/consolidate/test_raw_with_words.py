"""Raw recordings with the annotation forms of their source, by the command: segmented and captioned clips whose frames are the
demo clip's."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from raw_writers.arctic_raw import write_arctic
from raw_writers.behave_raw import write_behave
from raw_writers.omomo_raw import omomo_entry, write_omomo
from raw_writers.parahome_raw import write_parahome
from raw_writers.scene import demo
from scipy.spatial.transform import Rotation

from interact_core.bodies.library import BodyChoice, open_body
from interact_core.consolidate import take
from interact_core.formats.interact_layout import read_interact
from interact_core.formats.validate import validate_path
from interact_core.formats.words.arctic_description import Described, write_description

BROOM = "demo_sweep_broom"
HALF_A_MILLIMETRE = 5e-4


@pytest.fixture
def stand_for(monkeypatch):
    """The demo clip's own body stands for the licensed one, which no test may have."""

    def stand(clip):
        model = open_body(clip.body.gender)
        choice = BodyChoice(model, model.bind(clip.body.shape), stand_in=False, note="")
        monkeypatch.setattr(take, "choose_body", lambda motion, models: choice)

    return stand


@pytest.fixture
def consolidated(interact, tmp_path):
    """consolidated(kind) -> clip name to (clip, meta.json), of tmp_path/raw and tmp_path/forms."""

    def run(kind):
        config = tmp_path / "c.toml"
        config.write_text(
            f'out = "out"\nderived = ["joints"]\n[segment]\ntokens = false\n[[source]]\nkind = "{kind}"\nroot = "raw"\n'
            'annotations = "forms"\n'
        )
        result = interact("consolidate", config, "--json")
        assert result.code == 0, result.err
        assert not validate_path(tmp_path / "out").has_errors
        home = tmp_path / "out" / kind / "sequences_canonical"
        names = [clip["clip"] for clip in json.loads((tmp_path / "out" / "manifest.json").read_text())["datasets"][kind]]
        return {n: (read_interact(home / n, n), json.loads((home / n / "meta.json").read_text())) for n in names}

    return run


def cloud(clip, body, fingers):
    """Joints of the demo's body in this motion and the vertices of the objects, (T, V, 3)."""
    motion = replace(clip.body, family="open", shape=body.shape, gender=body.gender)
    joints = open_body(body.gender).bind(body.shape).pose(motion).joints[:, : 52 if fingers else 22]
    return np.concatenate([joints, *(part.posed() for obj in clip.objects for part in obj.parts)], axis=1).astype(float)


def assert_frames(stored, clip, start, end, *, fingers=True):
    """Frames [start, end) of the demo clip, body and objects, moved by one turn about the vertical and one shift."""
    ours, theirs = cloud(stored, clip.body, fingers), cloud(clip, clip.body, fingers)[start:end]
    assert ours.shape == theirs.shape
    a, b = theirs.reshape(-1, 3), ours.reshape(-1, 3)
    turn = Rotation.align_vectors(b - b.mean(0), a - a.mean(0))[0].as_matrix()
    assert np.linalg.norm((a - a.mean(0)) @ turn.T + b.mean(0) - b, axis=1).max() < HALF_A_MILLIMETRE
    assert np.degrees(np.arccos(np.clip(turn[1, 1], -1, 1))) < 0.05
    assert np.abs(ours[0, 0, [0, 2]]).max() < 1e-5  # canonical: the pelvis of its frame 0


def there_and_back(clip):
    """Twice as long: ARCTIC is cut from 400 frames on."""
    order = np.r_[0 : clip.num_frames, clip.num_frames - 1 : -1 : -1]
    b = clip.body
    body = replace(
        b, global_orient=b.global_orient[order], body_pose=b.body_pose[order], left_hand_pose=b.left_hand_pose[order],
        right_hand_pose=b.right_hand_pose[order], transl=b.transl[order],
    )  # fmt: skip
    (thing,), (part,) = clip.objects, clip.objects[0].parts
    turned = replace(part, rotation=part.rotation[order], translation=part.translation[order])
    return replace(clip, body=body, objects=(replace(thing, parts=(turned,)),))


def sentences(clip):
    return {caption.variant: caption.text for caption in clip.captions}


def test_behave_with_its_tables(stand_for, consolidated, tmp_path):
    clip, name = demo(BROOM, 60), "Date03_Sub04_broom_sweep"
    stand_for(clip)
    write_behave(tmp_path / "raw", clip, name)
    cells = {
        "natural": "A person sweeps; slowly.#0#25\nA person turns the broom.#25#60",
        "change": "Somebody sweeps.#0#25\nSomebody turns.#25#60",
        "shorten": "Sweeps.#0#25\nTurns.#25#60",
        "action": "Sweep#0#25\nHold#25#60",
    }
    for kind, cell in cells.items():
        path = tmp_path / "forms" / kind / "behave.csv"
        path.parent.mkdir(parents=True)
        path.write_text(f'HITId,Input.video_url,Answer.action\nh1,BEHAVE_{name}_broom.mp4,"{cell}"\n')
    found = consolidated("behave")
    assert list(found) == [f"{name}_0", f"{name}_25"]
    for (stored, meta), (start, end) in zip(found.values(), ((0, 25), (25, 60)), strict=True):
        assert (meta["frame_start"], meta["frame_end"]) == (start, end)
        assert_frames(stored, clip, start, end)
    (first, _), (second, _) = found.values()
    assert sentences(first) == {"natural": "A person sweeps; slowly.", "change": "Somebody sweeps.", "shorten": "Sweeps."}
    assert sentences(second)["natural"] == "A person turns the broom." and second.actions == ("Hold",)


def test_omomo_with_its_sentence(stand_for, consolidated, tmp_path):
    clip, name = demo(BROOM, 40), "sub1_broom_000"
    stand_for(clip)
    part = clip.objects[0].parts[0]
    mesh = part.mesh.vertices.astype(float) / 0.37, part.mesh.faces
    write_omomo(tmp_path / "raw", {"train": [omomo_entry(clip, name)[1]]}, {"broom_cleaned_simplified": mesh})
    (tmp_path / "forms" / "texts").mkdir(parents=True)
    (tmp_path / "forms" / "texts" / f"{name}.json").write_text(json.dumps({name: "Sweep the floor with the broom."}))
    ((stored, meta),) = consolidated("omomo").values()
    assert sentences(stored) == {"natural": "Sweep the floor with the broom."} and meta["source_clip"] == name
    assert_frames(stored, clip, 0, 40, fingers=False)  # OMOMO has none


def test_arctic_with_its_descriptions(stand_for, consolidated, tmp_path):
    clip = there_and_back(demo(BROOM, 220, 0))
    frames = clip.num_frames
    stand_for(clip)
    write_arctic(tmp_path / "raw", clip)
    folder = tmp_path / "forms" / "s01" / "broom_use_02"
    folder.mkdir(parents=True)
    half = frames // 2
    lines = Described(0, half, "grab", "both"), Described(half, frames, "use", "right")
    (folder / "description.txt").write_bytes(write_description(lines))
    found = consolidated("arctic")
    spans = [(meta["frame_start"], meta["frame_end"]) for _, meta in found.values()]
    assert len(spans) == 2 and spans[0][0] == 0 and spans[-1][1] == frames and all(a[1] == b[0] for a, b in pairwise(spans))
    for (stored, _), (start, end) in zip(found.values(), spans, strict=True):
        assert_frames(stored, whole_object(stored, clip), start, end)
    said = [sentences(stored)["natural"] for stored, _ in found.values()]
    assert said == ["grab broom with both hands.", "use broom with right hand."]


def whole_object(stored, clip):
    """The demo's object as the two parts that ARCTIC has of it, by the stored parts' meshes: both share one frame and pose."""
    part = clip.objects[0].parts[0]
    parts = tuple(replace(part, name=one.name, mesh=one.mesh) for one in stored.objects[0].parts)
    return replace(clip, objects=(replace(clip.objects[0], parts=parts),))


def test_parahome_with_its_sections(stand_for, consolidated, tmp_path):
    clip = demo("demo_open_chest", 60)
    stand_for(clip)
    write_parahome(tmp_path / "raw", clip, ["chest_base", "chest_part1"])
    folder = tmp_path / "forms" / "s3"
    folder.mkdir(parents=True)
    (folder / "text_annotation.json").write_text(json.dumps({"10 50": "Open the chest."}))
    (tmp_path / "forms" / "annot2item.json").write_text(json.dumps({"Open the chest.": ["chest"]}))
    ((name, (stored, meta)),) = consolidated("parahome").items()
    assert name == "s3_chest_0010_0050" and (meta["frame_start"], meta["frame_end"]) == (10, 50)
    assert sentences(stored) == {"natural": "Open the chest."}
    assert_frames(stored, clip, 10, 50)
