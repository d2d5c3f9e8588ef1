"""Checkpoint files: what is accepted, what is reported, what is refused."""

import pickle
from pathlib import Path

import pytest
import torch
from official_cases import evaluator_state, t2i_state, window_state
from safetensors.torch import save_file

from interact_core.errors import InputError
from interact_core.generate.official.evaluator import load_evaluator
from interact_core.generate.official.text_to_interaction import load_text_to_interaction
from interact_core.generate.official.weights import read_state
from interact_core.generate.official.windows import load_windows


def saved(state: object, path: Path) -> Path:
    torch.save(state, path)
    return path


def test_known_leftovers_are_skipped_and_strangers_named(tmp_path: Path) -> None:
    state = t2i_state() | {"new_head.weight": torch.zeros(3)}
    report = load_text_to_interaction(saved(state, tmp_path / "model.pt")).report
    assert report.kind == "text2interaction" and report.unmatched == ("new_head.weight",)
    assert "pointnet_encoder.sa1.bn.num_batches_tracked" in report.skipped and "sequence_pos_encoder.pe" in report.skipped
    assert report.loaded == len(state) - len(report.skipped) - 1


def test_holders_prefixes_and_safetensors_are_the_same_weights(tmp_path: Path) -> None:
    state = t2i_state()
    save_file(state, tmp_path / "model.safetensors")
    wrapped = saved({"model": {f"module.{n}": v for n, v in state.items()}, "step": 4}, tmp_path / "model.pt")
    for path in (tmp_path / "model.safetensors", wrapped):
        assert torch.equal(read_state(path)["embed_text.weight"], state["embed_text.weight"])


def test_a_checkpoint_without_a_reader_borrows_the_evaluator_s(tmp_path: Path) -> None:
    bare = {n: v for n, v in t2i_state().items() if not n.startswith("textencoder.")}
    path = saved(bare, tmp_path / "model.pt")
    assert load_text_to_interaction(path).model.textencoder is None
    lent = load_text_to_interaction(path, evaluator=saved(evaluator_state(), tmp_path / "evaluator.pt")).model.textencoder
    assert lent is not None
    assert torch.equal(lent.mu_token, evaluator_state()["textencoder.mu_token"])


def test_averaged_weights_are_taken_and_the_others_only_reported(tmp_path: Path) -> None:
    state = window_state(84, 231, 123, 64)
    path = saved({"step": 7, "model": {}, "ema": state, "scaler": {}}, tmp_path / "model-26.pt")
    loaded = load_windows(path)
    assert torch.equal(loaded.model.linear_out.weight, state["ema_model.denoise_fn.linear_out.weight"])
    assert loaded.report.kind == "human2object" and not loaded.report.unmatched
    assert "online_model.denoise_fn.linear_out.weight" in loaded.report.skipped
    strange = saved(state | {"ema_model.denoise_fn.more.weight": torch.zeros(2)}, tmp_path / "strange.pt")
    assert load_windows(strange).report.unmatched == ("ema_model.denoise_fn.more.weight",)


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (open, ("owned", "w"))


def test_files_that_would_run_something_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved({"state_dict": evaluator_state(), "callbacks": Evil()}, tmp_path / "evaluator.ckpt")
    (tmp_path / "old.pt").write_bytes(pickle.dumps({"a": Evil()}, protocol=2))
    for name in ("evaluator.ckpt", "old.pt"):
        with pytest.raises(InputError, match="refused"):
            load_evaluator(tmp_path / name)
    assert not (tmp_path / "owned").exists()


def test_broken_and_wrong_files_are_said(tmp_path: Path) -> None:
    whole = saved(t2i_state(), tmp_path / "model.pt")
    (tmp_path / "cut.pt").write_bytes(whole.read_bytes()[:20000])
    (tmp_path / "text.pt").write_text("no weights")
    (tmp_path / "cut.safetensors").write_bytes(b"\x00" * 5)
    for name in ("cut.pt", "text.pt", "cut.safetensors", "none.pt"):
        with pytest.raises(InputError, match=name):
            read_state(tmp_path / name)
    with pytest.raises(InputError, match="none of the published"):
        load_text_to_interaction(saved({"a": torch.zeros(1)}, tmp_path / "other.pt"))
    with pytest.raises(InputError, match="holds no tensors"):
        read_state(saved({"a": 1}, tmp_path / "empty.pt"))
    with pytest.raises(InputError, match="evaluator"):
        load_text_to_interaction(saved(evaluator_state(), tmp_path / "evaluator.pt"))
    with pytest.raises(InputError, match="text2interaction"):
        load_windows(whole)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"embed_text.bias": None}, "lacks embed_text.bias"),
        ({"mutual_attn.seqTransDecoder_obj_pose.layers.0.norm3.weight": None}, "norm3.weight"),
        ({"embed_text.bias": torch.zeros(3)}, "embed_text.bias .3,. instead of .64,."),
        ({"embed_text.bias": torch.full((64,), torch.nan)}, "no numbers: embed_text.bias"),
        ({"input_process.poseEmbedding.weight": torch.zeros(64, 470)}, "470 and 486"),
        ({"input_process.poseEmbedding.weight": torch.zeros(64)}, "2 dimensions"),
    ],
)
def test_a_network_that_is_not_whole_is_refused_by_name(
    tmp_path: Path, change: dict[str, torch.Tensor | None], said: str
) -> None:
    state = {n: v for n, v in (t2i_state() | change).items() if v is not None}
    with pytest.raises(InputError, match=said):
        load_text_to_interaction(saved(state, tmp_path / "model.pt"))
