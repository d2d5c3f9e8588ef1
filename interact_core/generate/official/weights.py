"""Opens checkpoint files that may come from anywhere: tensors only, nothing in them is ever run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final, Literal

import torch
from torch import Tensor, nn

from interact_core.errors import InputError

Kind = Literal["text2interaction", "evaluator", "object2human", "human2object"]
_LARGEST: Final = 4 << 30
"""Bytes; the published file of all weights is an eighth of that."""
_HOLDERS: Final = ("ema", "model", "state_dict")
"""Under which of its keys a file may keep its weights, best first."""
_UNUSED: Final = re.compile(r"^(pointnet_encoder|clip_model)\.|\.pe$|\.position_ids$")
"""Built and never called, removed when saving, or computed anew: fixed sinusoids and counters."""
_SHOWN: Final = 8
State = Mapping[str, Tensor]


@dataclass(frozen=True)
class Report:
    """`skipped`: known and not needed. `unmatched`: in the file, for no part of the network."""

    kind: Kind
    loaded: int
    skipped: tuple[str, ...]
    unmatched: tuple[str, ...]


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors or torch file by name, a common `module.` removed. InputError unless it holds only data."""
    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy="Choose the checkpoint")
    if (size := path.stat().st_size) > _LARGEST:
        raise InputError(f"has {size / 2**30:.1f} GiB, no such checkpoint is larger than 4", path=path, remedy="Check the file")
    content = _safetensors(path) if path.suffix == ".safetensors" else _torch(path)
    while (inner := next((content[k] for k in _HOLDERS if isinstance(content.get(k), Mapping)), None)) is not None:
        content = dict(inner)
    state = {str(name): value for name, value in content.items() if isinstance(value, Tensor)}
    if not state:
        raise InputError("holds no tensors", path=path, remedy="Choose a checkpoint of a published network")
    if all(name.startswith("module.") for name in state):
        state = {name.removeprefix("module."): value for name, value in state.items()}
    return state


def _torch(path: Path) -> dict[str, Any]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise InputError(
            "asks for more than tensors when it is opened and was refused", path=path,
            remedy="Save its state dict alone, or convert it to safetensors where you trust it",
        ) from error  # fmt: skip
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise InputError(f"is no intact checkpoint: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
                         path=path, remedy="Copy or download it again") from error  # fmt: skip
    if not isinstance(content, Mapping):
        raise InputError("holds no weights by name", path=path, remedy="Choose a checkpoint of a published network")
    return dict(content)


def _safetensors(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise InputError(f"is no intact checkpoint: {error}", path=path, remedy="Copy or download it again") from error


def kind_of(state: State, path: Path) -> Kind:
    if "input_process_obj.poseEmbedding.weight" in state:
        return "text2interaction"
    if any(name.startswith("motionencoder.") for name in state):
        return "evaluator"
    width = next((len(v) for name, v in state.items() if name.endswith("linear_out.weight")), 0)
    if width and any("denoise_fn." in name for name in state):
        return "object2human" if width > _OBJECT_ONLY else "human2object"
    raise InputError("is of none of the published networks", path=path, field=next(iter(state)),
                     remedy="Choose text2interaction, its evaluator, object2human or human2object")  # fmt: skip


_OBJECT_ONLY: Final = 100
"""Numbers per frame: 84 for an object and its distances, 861 for a body."""


class Shapes:
    """Sizes by name. InputError names what is missing."""

    def __init__(self, state: State, path: Path) -> None:
        self._state, self._path = state, path

    def of(self, name: str, dimensions: int) -> tuple[int, ...]:
        if name not in self._state:
            raise missing([name], self._path)
        shape = tuple(self._state[name].shape)
        if len(shape) != dimensions or 0 in shape:
            raise InputError(f"has shape {shape}, {dimensions} dimensions were expected", path=self._path, field=name,
                             remedy="Choose a checkpoint of a published network")  # fmt: skip
        return shape

    def layers(self, prefix: str) -> int:
        """How many numbered layers there are under a prefix."""
        pattern = re.compile(re.escape(prefix) + r"\.(\d+)\.")
        found = {int(match[1]) for name in self._state if (match := pattern.match(name))}
        if not found or max(found) >= _MOST_LAYERS:
            raise missing([f"{prefix}.0"], self._path)
        return max(found) + 1


_MOST_LAYERS: Final = 64


def load_into(model: nn.Module, state: State, kind: Kind, path: Path) -> Report:
    """Fill a network. InputError where a tensor it needs is missing or of another shape; all others are reported by name."""
    wanted = {name: value for name, value in model.state_dict().items() if not _UNUSED.search(name)}
    lacking = [name for name in wanted if name not in state]
    if lacking:
        raise missing(lacking, path)
    wrong = [f"{n} {tuple(state[n].shape)} instead of {tuple(v.shape)}" for n, v in wanted.items() if state[n].shape != v.shape]
    if wrong:
        raise InputError(f"has tensors of other sizes: {_some(wrong)}", path=path, remedy="Choose a checkpoint of this network")
    broken = [name for name in wanted if state[name].is_floating_point() and not bool(torch.isfinite(state[name]).all())]
    if broken:
        raise InputError(f"holds values that are no numbers: {_some(broken)}", path=path, remedy="Copy or download it again")
    model.load_state_dict({name: state[name] for name in wanted}, strict=False)
    rest = [name for name in state if name not in wanted]
    skipped = tuple(name for name in rest if _UNUSED.search(name))
    return Report(kind, len(wanted), skipped, tuple(name for name in rest if name not in skipped))


def missing(names: Iterable[str], path: Path) -> InputError:
    return InputError(f"lacks {_some(list(names))}", path=path, remedy="Choose a complete checkpoint of this network")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
