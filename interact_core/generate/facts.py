"""What a checkpoint says about itself, read from the head of the file: no weights, no torch, at once."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interact_core.errors import InputError

FORMAT: Final = "interact-generation"
_AGAIN: Final = "Choose a model.safetensors that `interact train` has written"


@dataclass(frozen=True)
class Facts:
    """`words`: those of its training sentences. `world`: it was trained on the demo world, and knows nothing else."""

    path: Path
    actions: tuple[str, ...]
    words: frozenset[str]
    licence: str
    steps: int
    fps: float
    world: bool


def built_in() -> Path:
    """Where the demo weights are, if they are there."""
    from importlib.resources import files

    return Path(str(files("resources"))) / "generation" / "demo.safetensors"


def facts_of(path: Path) -> Facts:
    """InputError where it is no checkpoint of ours, or one that is cut off."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputError("there is no such file", path=path, remedy=_AGAIN)
    try:
        with safe_open(path, "np") as file:
            about = json.loads((file.metadata() or {}).get("interact", "null"))
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise InputError("is no checkpoint of this program's generation model", path=path, field="format", remedy=_AGAIN)
        return Facts(
            path, tuple(map(str, about["actions"])), frozenset(map(str, about["seen"])), str(about["licence"]),
            int(about["step"]), float(about["fps"]), about["config"]["data"]["source"] == "world",
        )  # fmt: skip
    except (SafetensorError, ValueError, OSError, KeyError, TypeError) as error:
        raise InputError(f"is not a checkpoint that can be read: {error}", path=path, remedy=_AGAIN) from error
