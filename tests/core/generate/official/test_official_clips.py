"""Published checkpoints to clips: estimate first, the object where the frames say, clear refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from interact_core.cli.generate_official import generate_official
from interact_core.errors import InputError
from interact_core.generate.checkpoint import is_ours
from interact_core.generate.clips import Thing, thing_of
from interact_core.generate.markers import markers_of, official_frames
from interact_core.generate.official import make as module
from interact_core.generate.official.make import OfficialRequest, centred, make
from interact_core.generate.official.text_to_interaction import Loaded, load_text_to_interaction
from interact_core.generate.world.clips import clip_of
from interact_core.generate.world.scene import Scenes
from tests.core.generate.official.official_cases import t2i_state


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from safetensors.torch import save_file

    path = tmp_path_factory.mktemp("official") / "model.safetensors"
    save_file({name: value.contiguous().clone() for name, value in t2i_state().items()}, path)
    return path


@pytest.fixture(scope="module")
def loaded(file: Path) -> Loaded:
    return load_text_to_interaction(file)


def test_frames_become_a_fitted_clip_with_the_object_in_its_place(
    loaded: Loaded, scenes: Scenes, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = clip_of(scenes, 4)
    thing, part = thing_of(clip)
    mesh = centred(thing.mesh)
    assert np.abs(mesh.vertices.mean(0)).max() < 1e-5
    shift = part.rotation @ thing.mesh.vertices.mean(0)
    own = replace(part, mesh=mesh, translation=part.translation + shift)
    markers = markers_of(clip)[:10]
    frames = official_frames(replace(clip, objects=(replace(clip.objects[0], parts=(own,)),)), markers_of(clip))[:10]
    said: list[float] = []

    def sampled(model: object, asked: object, context: object) -> np.ndarray:
        assert said and said[0] > 0, "the estimate comes first"
        return frames[None]

    monkeypatch.setattr(module, "sample", sampled)
    request = OfficialRequest(Thing("thing", thing.mesh), seconds=0.2, preset="draft")
    (made,) = make(loaded, request, on_estimate=said.append)
    found = made.clip.objects[0].parts[0]
    np.testing.assert_allclose(
        found.mesh.vertices @ found.rotation[3].T + found.translation[3],
        thing.mesh.vertices @ part.rotation[3].T + part.translation[3], atol=1e-4,
    )  # fmt: skip
    assert made.fit_error < 0.008
    assert np.linalg.norm(markers_of(made.clip) - markers, axis=-1).mean() < 0.008


def test_what_a_published_checkpoint_cannot_do_is_said(file: Path, loaded: Loaded, scenes: Scenes, tmp_path: Path) -> None:
    thing = thing_of(clip_of(scenes, 0))[0]

    def ask(task: str = "text", text: str = "A person lifts a box.", mesh: Thing | None = thing, preset: str = "draft") -> None:
        generate_official(task, tmp_path, file, mesh, text, None, 0.2, 1, preset, 0, "cpu")

    for problem, call in (
        ("does not know", lambda: ask("predict")), ("no sentence", lambda: ask(text=" ")), ("no object", lambda: ask(mesh=None)),
        ("vocabulary", ask), ("no preset", lambda: ask("free", preset="best")),
    ):  # fmt: skip
        with pytest.raises(InputError, match=problem):
            call()
    assert not list(tmp_path.iterdir())
    silent = Loaded(load_text_to_interaction(file).model, loaded.report)
    silent.model.textencoder = None
    with pytest.raises(InputError, match="reader of sentences"):
        make(silent, OfficialRequest(thing, "A person.", preset="draft"))


def test_our_checkpoints_are_told_from_others(file: Path, trained_file: Path, tmp_path: Path) -> None:
    torch.save({}, tmp_path / "model.pt")
    (tmp_path / "torn.safetensors").write_bytes(b"torn")
    assert is_ours(trained_file) and not is_ours(file) and not is_ours(tmp_path / "model.pt")
    assert is_ours(tmp_path / "torn.safetensors")
