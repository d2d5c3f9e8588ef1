"""One safetensors file with all it takes to sample: weights, scales, shape basis, sizes, actions, words seen, licence.

A file that resumes training also holds the optimiser and the random state. Files are untrusted: nothing in them is executed,
sizes are checked before a net is built, and whatever does not fit is named.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.errors import InputError
from interact_core.formats.atomic import write_bytes
from interact_core.generate.config import TrainConfig, config_from, plain
from interact_core.generate.facts import FORMAT
from interact_core.generate.model import Denoiser
from interact_core.generate.representation import STREAMS, WIDTH, Scales

VERSION: Final = 1
_MOST_BYTES: Final = 4 << 30
_AGAIN: Final = "Train again, or get the file once more"


@dataclass(frozen=True)
class Trained:
    """A net that can be sampled. `seen` are the words of its training sentences."""

    model: Denoiser
    scales: Scales
    basis: NDArray[np.float32]
    config: TrainConfig
    fps: float
    licence: str
    seen: frozenset[str]
    step: int

    @property
    def actions(self) -> tuple[str, ...]:
        return self.model.actions


def save(
    path: Path, trained: Trained, weights: dict[str, Tensor], extra: dict[str, Tensor] | None = None,
    notes: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Whole or not at all. `weights` are what is sampled with (the averaged ones); `extra` tensors belong to training."""
    from safetensors.torch import save as to_bytes

    tensors = {f"model.{name}": value for name, value in weights.items()}
    for name in STREAMS:
        tensors[f"scales.mean.{name}"], tensors[f"scales.scale.{name}"] = trained.scales.mean[name], trained.scales.scale[name]
    tensors["basis"] = torch.from_numpy(trained.basis)
    tensors |= {f"training.{name}": value for name, value in (extra or {}).items()}
    about = {
        "format": FORMAT, "version": VERSION, "config": plain(trained.config), "actions": list(trained.actions),
        "fps": trained.fps, "licence": trained.licence, "seen": sorted(trained.seen), "step": trained.step, "notes": notes or {},
    }  # fmt: skip
    clean = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    write_bytes(path, to_bytes(clean, {"interact": json.dumps(about, ensure_ascii=False)}))


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Every tensor of a file and what it says about itself. InputError if it is not ours or broken."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Name a checkpoint (.safetensors)")
    if path.stat().st_size > _MOST_BYTES:
        raise InputError("is larger than any checkpoint of ours", path=path, remedy=_AGAIN)
    try:
        with safe_open(path, "pt") as file:
            about = json.loads((file.metadata() or {}).get("interact", "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping, only keys()
    except (SafetensorError, ValueError, OSError) as error:
        raise InputError(f"is not a checkpoint that can be read: {error}", path=path, remedy=_AGAIN) from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError("is no checkpoint of this program's generation model", path=path, field="format", remedy=_AGAIN)
    if about.get("version") != VERSION:
        raise InputError(f"has version {about.get('version')!r}, known is {VERSION}", path=path, field="version", remedy=_AGAIN)
    return tensors, about


def is_ours(path: Path) -> bool:
    """Whether a file says that it is one of ours, intact or not; published checkpoints do not."""
    from safetensors import SafetensorError, safe_open

    if path.suffix != ".safetensors":
        return False
    try:
        with safe_open(path, "pt") as file:
            return "interact" in (file.metadata() or {})
    except (SafetensorError, OSError):
        return True  # what is wrong with it, reading says


def load(path: Path, device: str = "cpu") -> Trained:
    """A net ready to be sampled. InputError names the first thing that is missing or does not fit."""
    tensors, about = read(path)
    return trained_from(tensors, about, path, device)


def trained_from(tensors: dict[str, Tensor], about: dict[str, Any], path: Path, device: str = "cpu") -> Trained:
    config = config_from(_field(about, "config", dict, path), path)
    actions = tuple(str(name) for name in _field(about, "actions", list, path))
    basis = _tensor(tensors, "basis", (config.model.shape_points, 3), path)
    scales = Scales(
        {name: _tensor(tensors, f"scales.mean.{name}", (WIDTH[name],), path) for name in STREAMS},
        {name: _tensor(tensors, f"scales.scale.{name}", (WIDTH[name],), path) for name in STREAMS},
    )
    for name in STREAMS:
        if not bool((scales.scale[name] > 0).all()):
            raise InputError("holds scales that are not positive", path=path, field=f"scales.scale.{name}", remedy=_AGAIN)
    model = Denoiser(config.model, actions)
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    weights = {name: _tensor(tensors, f"model.{name}", shape, path) for name, shape in wanted.items()}
    if extra := sorted(n for n in tensors if n.startswith("model.") and n.removeprefix("model.") not in wanted):
        raise InputError("is a weight that this model does not have", path=path, field=extra[0], remedy=_AGAIN)
    model.load_state_dict(weights)
    model.to(device).eval()
    return Trained(
        model, scales, basis.numpy(), config, float(_field(about, "fps", float, path)), str(_field(about, "licence", str, path)),
        frozenset(_field(about, "seen", list, path)), int(_field(about, "step", int, path)),
    )  # fmt: skip


def _field(about: dict[str, Any], name: str, kind: type, path: Path) -> Any:
    value = about.get(name)
    if kind is float and isinstance(value, int):
        value = float(value)
    if not isinstance(value, kind):
        raise InputError("is missing or of another type", path=path, field=name, remedy=_AGAIN)
    return value


def _tensor(tensors: dict[str, Tensor], name: str, shape: tuple[int, ...], path: Path) -> Tensor:
    if name not in tensors:
        raise InputError("is missing", path=path, field=name, remedy=_AGAIN)
    value = tensors[name]
    if tuple(value.shape) != shape:
        raise InputError(f"has the shape {tuple(value.shape)}, expected {shape}", path=path, field=name, remedy=_AGAIN)
    if not bool(torch.isfinite(value.float()).all()):
        raise InputError("holds numbers that are not finite", path=path, field=name, remedy=_AGAIN)
    return value.float() if value.is_floating_point() else value
