"""A tiny net on a few clips of the world: everything that training and sampling do, in seconds."""

from pathlib import Path

import pytest
import torch

from interact_core.generate.checkpoint import Trained
from interact_core.generate.config import DataConfig, ModelConfig, Recipe, TrainConfig
from interact_core.generate.pools import WorldPool
from interact_core.generate.representation import shape_basis
from interact_core.generate.training import Trainer
from interact_core.generate.world.scene import Scenes, draw_scenes

TINY = ModelConfig(width=32, layers=1, heads=2, shape_points=8, text_buckets=64, text_width=16, text_layers=0)
TINY_DATA = DataConfig(pool=16, renew_every=3, renew_count=4, shortest=16, longest=24)


def tiny_config(steps: int, seed: int = 3) -> TrainConfig:
    return TrainConfig(TINY, TINY_DATA, Recipe(batch=4, steps=steps, minutes=0, seed=seed, warm_up=2, device="cpu", log_steps=2))


@pytest.fixture(scope="session")
def scenes() -> Scenes:
    return draw_scenes(5, 24)


@pytest.fixture(scope="session")
def pool() -> WorldPool:
    return WorldPool(TINY_DATA, 3, shape_basis(TINY.shape_points))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Two steps old: its samples are noise, which is what the rules about masks and seeds must hold for."""
    torch.set_num_threads(1)
    trainer = Trainer(tiny_config(2), tmp_path_factory.mktemp("tiny"))
    trainer.step()
    trainer.step()
    return trainer.finished()


@pytest.fixture
def trained_file(trained: Trained, tmp_path: Path) -> Path:
    from interact_core.generate.checkpoint import save

    path = tmp_path / "net.safetensors"
    save(path, trained, trained.model.state_dict())
    return path
