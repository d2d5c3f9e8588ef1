"""From a request to clips: what is known comes through frame rates unharmed, bad requests are named."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from interact_core.cli.main import app
from interact_core.clip import Mesh
from interact_core.errors import InputError
from interact_core.formats.registry import open_path, read_clip
from interact_core.generate.checkpoint import Trained
from interact_core.generate.clips import Thing, clip_from, motion_from
from interact_core.generate.generate import Request, generate
from interact_core.generate.sampling import SampleOptions
from interact_core.generate.text import MAX_WORDS, TextEncoder, familiar, words_of
from interact_core.generate.world.batches import motion_of
from interact_core.generate.world.clips import clip_of, mesh_of
from interact_core.generate.world.scene import Scenes

QUICK = SampleOptions(steps=2, guidance=None, project=False)


def test_clip_becomes_the_motion_it_came_from_and_a_clip_again(scenes: Scenes) -> None:
    clip, motion = clip_of(scenes, 2), motion_of(scenes)
    read, person, thing = motion_from(clip, clip.fps)
    assert np.abs((read.joints[0] - motion.joints[2]).numpy()).max() < 1e-4
    # The mesh has rounded edges and its own box, a few millimetres from the formula's.
    assert np.abs((read.object_place[0] - motion.object_place[2]).numpy()).max() < 2e-3
    assert np.median(np.abs((read.reach[0] - motion.reach[2]).numpy())) < 5e-3
    again = clip_from(read, 0, clip.fps, person, thing, "again")
    assert again.fps == 30 and again.num_frames == 2 * clip.num_frames - 1
    assert np.abs(again.body.transl[::2] - clip.body.transl).max() < 1e-4
    assert np.abs(again.objects[0].parts[0].translation[::2] - clip.objects[0].parts[0].translation).max() < 1e-4


def test_given_object_path_is_the_clips_own(trained: Trained, scenes: Scenes, tmp_path: Path) -> None:
    clip = clip_of(scenes, 2)
    made = generate(trained, Request("object_to_human", clip=clip, count=2, options=QUICK), cache_dir=tmp_path)
    for candidate in made:
        path = candidate.clip.objects[0].parts[0].translation[::2]
        assert np.abs(path - clip.objects[0].parts[0].translation).max() < 1e-5
    assert made[0].clip.id != made[1].clip.id
    assert np.abs(made[0].clip.body.transl - made[1].clip.body.transl).max() > 1e-6
    assert made[0].manifest["source"] == clip.id and made[0].manifest["seed"] == 0


def box(size: float) -> Thing:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32) * size / 2
    faces = [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
             [1, 5, 7], [1, 7, 3]]  # fmt: skip
    return Thing("cube", Mesh(corners, np.array(faces, np.int32), "cube"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"task": "paint"}, "task"), ({"text": "   "}, "text"), ({"task": "action"}, "action"),
        ({"task": "action", "action": "fly"}, "action"), ({"task": "predict"}, "clip"), ({"thing": None}, "object"),
        ({"thing": box(0.004)}, "object"), ({"thing": box(5.0)}, "object"), ({"count": 0}, "count"),
        ({"seconds": 500.0}, "frames"),
    ],
)  # fmt: skip
def test_bad_requests_are_named(change: dict[str, object], field: str, trained: Trained, tmp_path: Path) -> None:
    request = replace(Request("text", text="a person lifts a box", thing=box(0.3), options=QUICK), **change)
    with pytest.raises(InputError) as error:
        generate(trained, request, cache_dir=tmp_path)
    assert error.value.field == field


@pytest.mark.parametrize("text", ["word " * 10_000, "人が箱を持ち上げる", "лифт 🎉 !!!", "a" * 10_000])
def test_odd_prompts_give_finite_clips(text: str, trained: Trained, tmp_path: Path) -> None:
    made = generate(trained, Request("text", text=text, thing=box(0.3), seconds=1.0, options=QUICK), cache_dir=tmp_path)
    assert np.isfinite(made[0].clip.body.transl).all() and np.isfinite(made[0].clip.body.body_pose).all()


def test_words_are_bounded_and_told_apart() -> None:
    assert len(words_of("word " * 10_000)) == MAX_WORDS
    assert words_of("A Kick, a KICK!") == ("a", "kick", "a", "kick")
    assert familiar("kick zebra", frozenset({"kick"})) == {"kick": True, "zebra": False}


def test_related_words_lie_nearer_than_others() -> None:
    encoder = TextEncoder(4096, 32, 0, 16)
    vectors, some = encoder(("kicking", "kick", "sofa", ""))
    assert some.tolist() == [True, True, True, False]
    flat = vectors.flatten(1)
    assert (flat[0] - flat[1]).norm() < (flat[0] - flat[2]).norm()


def test_command_writes_clips_and_manifest(trained_file: Path, scenes: Scenes, tmp_path: Path) -> None:
    from interact_core.formats.interact_writer import obj_text

    mesh = tmp_path / "crate.obj"
    mesh.write_text(obj_text(mesh_of(scenes.shapes, 1)))
    call = ["generate", "text", "--text", "a person lifts a crate", "--object", str(mesh), "--model", str(trained_file)]
    call += ["--out", str(tmp_path / "out"), "--count", "2", "--seconds", "1", "--steps", "2", "--plain", "--device", "cpu"]
    result = CliRunner().invoke(app, [*call, "--markers"])
    assert result.exit_code == 0, result.output
    refs = open_path(tmp_path / "out").refs
    assert len(refs) == 2
    clip = read_clip(refs[0])
    assert clip.objects[0].name == "crate" and clip.captions[0].text == "a person lifts a crate"
    assert (refs[0].path / "generated.json").is_file()
    assert np.load(refs[0].path / "markers.npy").shape == (clip.num_frames, 77, 3)
    assert np.load(refs[0].path / "motion.npy").shape == (clip.num_frames, 962)
