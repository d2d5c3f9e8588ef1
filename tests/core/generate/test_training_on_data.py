"""A user's own clips as training data: lengths, split, words, mirror images, licence, previews, logs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from interact_core.clip import Caption, Clip
from interact_core.errors import InputError
from interact_core.formats.interact_writer import write_clip
from interact_core.formats.registry import open_path, read_clip
from interact_core.generate.clips import motion_from
from interact_core.generate.clipsets.entries import entries_of, is_held_out
from interact_core.generate.clipsets.marker_folders import marker_refs, read_marker_clip
from interact_core.generate.clipsets.windows import sentences_of, windows_of
from interact_core.generate.config import DataConfig, Recipe, TrainConfig, config_from, read_config
from interact_core.generate.markers import markers_of, official_frames, surface_samples
from interact_core.generate.pools import DataPool, WorldPool
from interact_core.generate.reports import PREVIEWS, TENSORBOARD
from interact_core.generate.representation import shape_basis
from interact_core.generate.training import Trainer, train
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.scene import Scenes
from interact_core.jobs.context import NullContext
from tests.core.generate.conftest import TINY, TINY_DATA

DATA = DataConfig(source="", shortest=16, longest=24, licence="test", pool=64)


@pytest.fixture(scope="module")
def root(scenes: Scenes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clips of 72 frames at 15 a second, a child of the second, and a split file that names the second."""
    folder = tmp_path_factory.mktemp("data")
    for k, name in enumerate(("one", "two", "three", "two_aug_00001")):
        clip = clip_of(scenes, k, name)
        thing = replace(clip.objects[0], name=f"thing{k}")
        write_clip(replace(clip, objects=(thing,), captions=(Caption("Left hand up."), Caption("Lifts it."))), folder, "demo")
    (folder / "test_seq.txt").write_text("two\n")
    return folder


def test_test_clips_and_their_children_are_not_learnt_from(root: Path) -> None:
    entries = entries_of(root)
    assert {entry.id.rsplit("/")[-1]: entry.test for entry in entries} == {
        "one": False, "two": True, "three": False, "two_aug_00001": True
    }  # fmt: skip
    names = [f"clip{k}" for k in range(400)]
    share = np.mean([is_held_out(name, 0.25) for name in names])
    assert 0.18 < share < 0.32
    assert all(is_held_out(name, 0.25) == is_held_out(f"{name}_aug_00017", 0.25) for name in names)


def test_pool_has_windows_and_their_mirror_images(root: Path) -> None:
    basis = shape_basis(TINY.shape_points)
    pool = DataPool(replace(DATA, source=str(root)), 0, basis, 15.0, NullContext())
    assert len(pool) == 2 * 2 * 3
    assert pool.actions[0] == "rotate" and set(pool.lengths.tolist()) == {24}
    half = DataPool(replace(DATA, source=str(root), mirror=False), 0, basis, 15.0, NullContext())
    assert len(half) == 6
    left = {round(float(x), 4) for x in pool.motion.object_place[:, 5, 0]}
    assert {round(-x, 4) for x in left} & left, "no window has its image"
    crop = pool.batch(torch.Generator().manual_seed(0), 64, 24)
    assert set(crop.conditions.words) == {"Left hand up.", "Right hand up.", "Lifts it."}
    assert int(crop.lengths.max()) <= 24


def test_short_windows_repeat_their_last_frame_and_are_masked(root: Path) -> None:
    data = replace(DATA, source=str(root), longest=40, mirror=False)
    pool = DataPool(data, 0, shape_basis(TINY.shape_points), 15.0, NullContext())
    assert sorted(set(pool.lengths.tolist())) == [32, 40]
    crop = pool.batch(torch.Generator().manual_seed(1), 64, 40)
    short = int(crop.lengths.argmin())
    stop = int(crop.lengths[short])
    assert stop <= 32
    last = crop.motion.joints[short, stop - 1]
    assert torch.equal(crop.motion.joints[short, stop:], last.expand(40 - stop, -1, -1))
    assert crop.present[short].sum() == stop


def test_training_on_data_leaves_a_checkpoint_a_preview_and_logs(root: Path, tmp_path: Path) -> None:
    text = f'[data]\nsource = "{root}"\nshortest = 16\nlongest = 24\nlicence = "mine alone"\n'
    (tmp_path / "own.toml").write_text(text)
    config = replace(read_config(tmp_path / "own.toml"), model=TINY)
    recipe = Recipe(batch=4, steps=6, minutes=0, warm_up=2, device="cpu", log_steps=3, preview_steps=4)
    done = train(replace(config, recipe=recipe), tmp_path / "run")
    assert done.licence == "mine alone" and {"lifts", "hand"} <= done.seen and done.actions[-1] == "drink"
    refs = open_path(tmp_path / "run" / PREVIEWS).refs
    assert [ref.id.rsplit("/")[-1] for ref in refs] == ["step_00000004"]
    preview = read_clip(refs[0])
    assert preview.objects[0].name in ("thing0", "thing2") and np.isfinite(preview.body.transl).all()
    assert list((tmp_path / "run" / TENSORBOARD).glob("events.*"))
    again = Trainer(replace(config, recipe=replace(recipe, steps=8)), tmp_path / "run")
    assert again.progress.step == 6


def test_what_a_file_must_say(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="licence"):
        config_from({"data": {"source": "somewhere"}})
    (tmp_path / "own.toml").write_text('[data]\nsource = "sub"\nlicence = "x"\n')
    assert read_config(tmp_path / "own.toml").data.source == str((tmp_path / "sub").resolve())
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="no clips"):
        Trainer(TrainConfig(TINY, replace(DATA, source=str(tmp_path / "sub"))), tmp_path / "run")


def test_a_sentence_belongs_to_the_windows_it_is_about(scenes: Scenes) -> None:
    clip = replace(
        clip_of(scenes, 0), captions=(Caption("Start.", end_frame=24), Caption("End.", start_frame=24), Caption("All."))
    )
    assert sentences_of(clip, 0.0, 1.6) == ("Start.", "All.") and sentences_of(clip, 1.6, 4.8) == ("End.", "All.")
    assert [w.sentences for w in windows_of(clip, 15.0, 16, 24)] == [("Start.", "All."), ("End.", "All."), ("End.", "All.")]
    with pytest.raises(InputError, match="frames"):
        windows_of(clip, 15.0, 80, 80)


def test_a_folder_with_markers_alone_is_fitted_once(scenes: Scenes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = clip_of(scenes, 1, "marked")
    body = replace(clip.body, **{n: getattr(clip.body, n)[:12] for n in (
        "global_orient", "body_pose", "left_hand_pose", "right_hand_pose", "transl")})  # fmt: skip
    part = clip.objects[0].parts[0]
    short = replace(part, rotation=part.rotation[:12], translation=part.translation[:12])
    cut = Clip("marked", 15.0, body, (replace(clip.objects[0], parts=(short,)),), (Caption("Lifts."),))
    folder = write_clip(cut, tmp_path / "data", "demo")
    np.save(folder / "markers.npy", markers_of(cut))
    (folder / "human.npz").unlink()
    (ref,) = marker_refs(tmp_path / "data")
    monkeypatch.setattr("interact_core.generate.clipsets.entries.cache_dir", lambda: tmp_path / "cache")
    found = read_marker_clip(ref, tmp_path / "cache")
    assert found.fps == 15.0 and found.captions[0].text == "Lifts."
    assert 1e3 * np.linalg.norm(markers_of(found) - markers_of(cut), axis=-1).mean() < 8
    own, other = motion_from(cut, 15.0)[0], motion_from(found, 15.0)[0]
    assert float((own.object_place - other.object_place).abs().max()) < 1e-5
    from interact_core.generate.clipsets import marker_folders

    monkeypatch.setattr(marker_folders, "fit_markers", None)
    assert read_marker_clip(ref, tmp_path / "cache").num_frames == 12
    assert [entry.read().num_frames for entry in entries_of(tmp_path / "data")] == [12]


def test_official_frames_say_where_the_nearest_point_lies(scenes: Scenes) -> None:
    clip = clip_of(scenes, 2)
    markers = markers_of(clip)
    frames = official_frames(clip, markers)
    assert frames.shape == (clip.num_frames, 962) and np.isfinite(frames).all()
    np.testing.assert_allclose(frames[:, :231], markers.reshape(-1, 231), atol=1e-6)
    np.testing.assert_allclose(frames[:-1, 231:462], np.diff(frames[:, :231], axis=0), atol=1e-6)
    part = clip.objects[0].parts[0]
    relation = frames[:, 494:].reshape(-1, 78, 6).astype(np.float64)
    entries = np.concatenate([markers, (part.translation * [1, 0, 1])[:, None]], 1)
    posed = relation[..., 3:] @ np.swapaxes(part.rotation, -1, -2) + part.translation[:, None]
    np.testing.assert_allclose(entries + relation[..., :3], posed, atol=1e-4)
    samples = surface_samples(part.mesh) @ part.rotation[7].T + part.translation[7]
    away = np.linalg.norm(markers[7][:, None] - samples[None], axis=-1).min(1)
    np.testing.assert_allclose(np.linalg.norm(relation[7, :77, :3], axis=-1), away, atol=1e-4)


def test_pools_know_the_objects_of_their_rows(root: Path, pool: WorldPool) -> None:
    """Distance zero at the nearest places that the clips' own ways lead to, also for renewed clips."""
    data = DataPool(replace(DATA, source=str(root), mirror=False), 0, shape_basis(TINY.shape_points), 15.0, NullContext())
    fresh = WorldPool(TINY_DATA, 3, shape_basis(TINY.shape_points))
    fresh.renewed(3)
    for some in (pool, fresh, data):
        crop = some.batch(torch.Generator().manual_seed(0), 4, 16)
        motion = crop.motion
        feet = (motion.points + motion.reach - motion.object_place[:, :, None]) @ motion.object_rotation
        value, _ = some.surface(crop.rows)(feet.reshape(4, -1, 3))
        assert float(value.abs().quantile(0.95)) < 0.012, type(some)


def test_depth_in_the_recipe_is_one_of_the_losses(tmp_path: Path, pool: WorldPool) -> None:
    recipe = Recipe(batch=4, minutes=0, steps=2, device="cpu", penetration=100.0)
    trainer = Trainer(TrainConfig(TINY, TINY_DATA, recipe), tmp_path, pool=pool)
    trainer.step()
    assert "penetration" in trainer.progress.recent and trainer.progress.skipped == 0
