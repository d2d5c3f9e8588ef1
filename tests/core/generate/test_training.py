"""A run that was interrupted ends like one that was not; bad batches are skipped; files name what is wrong with them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from interact_core.errors import InputError
from interact_core.generate import checkpoint
from interact_core.generate.checkpoint import Trained, load
from interact_core.generate.config import config_from, read_config
from interact_core.generate.pools import WorldPool
from interact_core.generate.reports import LOG
from interact_core.generate.training import LAST, LogLine, Trainer, train
from tests.core.generate.conftest import tiny_config


def weights(trained: Trained) -> dict[str, torch.Tensor]:
    return dict(trained.model.state_dict())


def test_resumed_run_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = train(tiny_config(6), tmp_path / "whole")
    first = Trainer(tiny_config(6), tmp_path / "parts")
    for _ in range(3):
        first.step()
    first.save()
    second = train(tiny_config(6), tmp_path / "parts")
    assert second.step == whole.step == 6
    assert all(torch.equal(a, b) for a, b in zip(weights(whole).values(), weights(second).values(), strict=True))
    assert second.seen == whole.seen


def test_log_is_kept_and_falls_where_it_should(tmp_path: Path, pool: WorldPool) -> None:
    lines: list[LogLine] = []
    train(tiny_config(6), tmp_path, pool=pool, on_log=lines.append)
    written = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in written] == [2, 4, 5, 6] == [line.step for line in lines]
    assert lines[-1].fraction == 1.0 and lines[-1].rate < lines[0].rate


def test_batches_that_are_not_finite_are_skipped_and_counted(tmp_path: Path) -> None:
    trainer = Trainer(tiny_config(4), tmp_path)
    trainer.step()
    trainer.pool.motion.object_place[:] = float("nan")
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    trainer.step()
    assert trainer.progress.skipped == 1
    assert all(torch.equal(value, before[name]) for name, value in trainer.model.state_dict().items())


def test_resuming_with_another_model_is_refused(tmp_path: Path, pool: WorldPool) -> None:
    trainer = Trainer(tiny_config(4), tmp_path, pool=pool)
    trainer.save()
    with pytest.raises(InputError, match=r"recipe\.seed"):
        Trainer(tiny_config(4, seed=99), tmp_path, pool=pool)


def test_model_file_cannot_be_resumed_from(tmp_path: Path, pool: WorldPool) -> None:
    trainer = Trainer(tiny_config(2), tmp_path, pool=pool)
    trainer.finished()
    (tmp_path / LAST).write_bytes((tmp_path / "model.safetensors").read_bytes())
    with pytest.raises(InputError, match=r"training\.random"):
        Trainer(tiny_config(2), tmp_path, pool=pool)


def test_file_brings_everything_back(trained: Trained, trained_file: Path) -> None:
    back = load(trained_file)
    assert back.actions == trained.actions and back.fps == trained.fps and back.seen == trained.seen
    assert back.licence == trained.licence != ""
    assert torch.equal(torch.from_numpy(back.basis), torch.from_numpy(trained.basis))
    assert all(torch.equal(a, b) for a, b in zip(weights(back).values(), weights(trained).values(), strict=True))
    assert torch.equal(back.scales.scale["human"], trained.scales.scale["human"])


def damaged(path: Path, change: dict[str, torch.Tensor | None], about: dict[str, object] | None = None) -> Path:
    """The file with tensors put in, taken out (None), or with other words about itself."""
    from safetensors.torch import save_file

    tensors, known = checkpoint.read(path)
    for name, value in change.items():
        if value is None:
            del tensors[name]
        else:
            tensors[name] = value
    save_file(tensors, path, {"interact": json.dumps({**known, **(about or {})})})
    return path


@pytest.mark.parametrize(
    ("change", "about", "named"),
    [
        ({"basis": None}, {}, "basis"),
        ({"model.norm.weight": None}, {}, "model.norm.weight"),
        ({"model.norm.weight": torch.zeros(3)}, {}, "model.norm.weight"),
        ({"scales.mean.human": torch.zeros(7)}, {}, "scales.mean.human"),
        ({"scales.scale.object": torch.zeros(9)}, {}, "scales.scale.object"),
        ({"scales.scale.object": torch.full((9,), float("nan"))}, {}, "scales.scale.object"),
        ({"model.surprise": torch.zeros(3)}, {}, "model.surprise"),
        ({}, {"licence": None}, "licence"), ({}, {"fps": "fast"}, "fps"), ({}, {"version": 99}, "version"),
        ({}, {"config": {"model": {"width": -4}}}, "model.width"), ({}, {"config": {"model": {"wings": 2}}}, "model.wings"),
        ({}, {"format": "other"}, "format"),
    ],
)  # fmt: skip
def test_damaged_files_are_named(
    trained_file: Path, change: dict[str, torch.Tensor | None], about: dict[str, object], named: str
) -> None:
    with pytest.raises(InputError) as error:
        load(damaged(trained_file, change, about))
    assert error.value.field == named


@pytest.mark.parametrize("keep", [0, 5, 300, -40])
def test_cut_files_are_refused(trained_file: Path, keep: int) -> None:
    trained_file.write_bytes(trained_file.read_bytes()[:keep])
    with pytest.raises(InputError):
        load(trained_file)


def test_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    torch.save({"model": torch.zeros(3)}, path)
    with pytest.raises(InputError, match="can be read"):
        load(path)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"model": {"width": 30, "heads": 4}}, "model.width"), ({"model": {"depth": 3}}, "model.depth"),
        ({"recipe": {"batch": "many"}}, "recipe.batch"), ({"recipe": {"batch": 0}}, "recipe.batch"),
        ({"recipe": {"steps": 0, "minutes": 0}}, "recipe.minutes"), ({"sauce": {}}, "sauce"),
        ({"data": {"shortest": 60, "longest": 40}}, "data.shortest"),
    ],
)  # fmt: skip
def test_configs_that_cannot_be_are_named(given: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as error:
        config_from(given)
    assert error.value.field == field


def test_demo_config_is_readable() -> None:
    config = read_config(Path("resources/generation/demo.toml"))
    assert config.data.source == "world" and config.recipe.threads == 1


def test_a_net_for_one_task_sees_no_other(tmp_path: Path, pool: WorldPool) -> None:
    config = tiny_config(2)
    trainer = Trainer(replace(config, recipe=replace(config.recipe, only="human_to_object")), tmp_path, pool=pool)
    assert {mode for _ in range(5) for mode in trainer._crop()[1]} == {"human_to_object"}
    with pytest.raises(InputError, match=r"recipe\.only"):
        config_from({"recipe": {"only": "dance"}})
