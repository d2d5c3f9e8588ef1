"""The published networks, loaded from files of random weights, against a second statement of them."""

from pathlib import Path

import pytest
import torch
from official_cases import (
    BERT,
    PIECES,
    TEXT,
    evaluator_state,
    gathered_reference,
    t2i_reference,
    t2i_state,
    text_reference,
    under,
    window_reference,
    window_state,
)
from safetensors.torch import save_file

from interact_core.generate.official.evaluator import load_evaluator
from interact_core.generate.official.text_to_interaction import TextToInteraction, load_text_to_interaction
from interact_core.generate.official.windows import load_windows


def same(found: torch.Tensor, wanted: torch.Tensor) -> bool:
    return torch.allclose(found, wanted, atol=1e-5, rtol=1e-5)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TextToInteraction:
    path = tmp_path_factory.mktemp("official") / "model.pt"
    torch.save(t2i_state(), path)
    return load_text_to_interaction(path).model


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("frames", [1, 40, 300])
def test_text_to_interaction_agrees(model: TextToInteraction, batch: int, frames: int) -> None:
    noise = torch.Generator().manual_seed(batch * 1000 + frames)
    noisy = torch.randn(batch, 962, 1, frames, generator=noise)
    steps = torch.tensor([999, 0])[:batch]
    text, basis = torch.randn(batch, TEXT, generator=noise), torch.randn(batch, 3072, generator=noise)
    with torch.no_grad():
        found, wanted = model(noisy, steps, text, basis), t2i_reference(t2i_state(), noisy, steps, text, basis)
    assert found.shape == noisy.shape and same(found, wanted)


def test_the_reader_of_sentences_agrees_and_does_not_look_at_padding(model: TextToInteraction) -> None:
    assert model.textencoder is not None
    ids = torch.randint(0, PIECES, (2, 9), generator=torch.Generator().manual_seed(3))
    seen = torch.tensor([[True] * 9, [True] * 5 + [False] * 4])
    with torch.no_grad():
        found, wanted = model.textencoder(ids, seen), text_reference(t2i_state(), ids, seen)
        alone = model.textencoder(ids[1:, :5], seen[1:, :5])
    assert same(found, wanted) and same(found[1], alone[0])
    assert BERT // 64 == 2  # more than one head, or a mix-up of heads would not show


@pytest.mark.parametrize("frames", [1, 40, 300])
def test_the_evaluator_agrees(tmp_path: Path, frames: int) -> None:
    torch.save({"state_dict": evaluator_state(), "epoch": 3}, tmp_path / "evaluator.ckpt")
    model = load_evaluator(tmp_path / "evaluator.ckpt").model
    clip = torch.randn(frames, 615, generator=torch.Generator().manual_seed(frames))
    own = under(evaluator_state(), "motionencoder")
    rows = clip[None] @ own["skel_embedding.weight"].T + own["skel_embedding.bias"]
    with torch.no_grad():
        wanted = gathered_reference(own, rows, torch.ones(1, frames, dtype=torch.bool))
    mean, std = torch.full((615,), 0.5), torch.full((615,), 2.0)
    found = model.embed([(clip * std + mean).numpy()], mean.numpy(), std.numpy())
    assert torch.allclose(torch.as_tensor(found, dtype=torch.float32), wanted, atol=2e-5)


@pytest.mark.parametrize("frames", [1, 40, 120])
@pytest.mark.parametrize("batch", [1, 2])
def test_object_to_human_and_human_to_object_agree(tmp_path: Path, batch: int, frames: int) -> None:
    noise = torch.Generator().manual_seed(frames)
    for token, (out, given, places, code) in ((False, (861, 259, 122, 256)), (True, (84, 231, 123, 64))):
        state = window_state(out, given, places, code)
        save_file(state, tmp_path / "model-30.safetensors")
        model = load_windows(tmp_path / "model-30.safetensors").model
        assert model.longest == 120 and model.out == out
        noisy = torch.randn(batch, frames, out, generator=noise)
        place = torch.randn(batch, frames, 231 if token else 3, generator=noise)
        basis = torch.randn(batch, *(() if token else (frames,)), 768, generator=noise)
        steps = torch.tensor([999, 3])[:batch]
        with torch.no_grad():
            found = model(noisy, steps, place, basis)
            wanted = window_reference(state, noisy, steps, place, basis, token=token)
        assert same(found, wanted)
