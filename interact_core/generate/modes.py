"""What is given and what is to be made, as per-frame flags: the tasks are masks over one and the same model."""

from typing import Final

import torch
from torch import Tensor

from interact_core.generate.representation import STREAMS, Streams

MODES: Final[dict[str, float]] = {
    "generate": 0.30, "object_to_human": 0.15, "human_to_object": 0.15, "predict": 0.15, "between": 0.10, "noise": 0.15,
}  # fmt: skip
"""Task to its share of the training batches; "noise" gives nothing and every stream a noise level of its own."""

TASKS: Final = ("text", "action", "object_to_human", "human_to_object", "predict", "between", "free")
"""What can be asked for: text and action are "generate" with a condition, free is it without."""


def draw_modes(generator: torch.Generator, count: int, only: str = "") -> list[str]:
    """By their shares; with `only` that one, as nets trained for one task each have it."""
    if only:
        return [only] * count
    names = list(MODES)
    weights = torch.tensor([MODES[name] for name in names])
    return [names[int(k)] for k in torch.multinomial(weights, count, True, generator=generator)]


def draw_flags(generator: torch.Generator, modes: list[str], lengths: Tensor, frames: int, patch: int) -> Streams:
    """(B, T) per stream, 1 where a frame is given, for clips of `lengths` frames."""
    flags = {name: torch.zeros(len(modes), frames) for name in STREAMS}
    for k, (mode, length) in enumerate(zip(modes, lengths.tolist(), strict=True)):
        _fill(flags, k, mode, int(length), patch, generator)
    return flags


def _fill(flags: Streams, k: int, mode: str, length: int, patch: int, generator: torch.Generator) -> None:
    def pick(low: int, high: int) -> int:
        return int(torch.randint(low, max(high, low) + 1, (), generator=generator))

    if mode == "object_to_human":
        flags["object"][k, :length] = 1
    elif mode == "human_to_object":
        flags["human"][k, :length] = 1
    elif mode == "predict":
        past = pick(1, max(1, length // 2))
        for name in STREAMS:
            flags[name][k, :past] = 1
    elif mode == "between":
        first, last, both = pick(1, patch), pick(1, patch), pick(0, 2) > 0
        for name in STREAMS if both else ("human", "object"):
            flags[name][k, :first] = 1
            flags[name][k, length - last : length] = 1
        for _ in range(pick(0, 2)):
            at = pick(0, length - 1)
            flags[("human", "object")[pick(0, 1)]][k, at : min(at + pick(1, patch), length)] = 1
    elif mode == "generate" and pick(0, 4) == 0:
        flags["human"][k, :1] = 1


def draw_levels(generator: torch.Generator, modes: list[str]) -> Tensor:
    """(B, 3) noise levels: one for all streams, but in "noise" one for each."""
    level = torch.rand(len(modes), 1, generator=generator).expand(-1, 3).clone()
    free = torch.rand(len(modes), 3, generator=generator)
    own = torch.tensor([mode == "noise" for mode in modes])
    level[own] = free[own]
    return level
