"""The published noise schedule and its shortened walks back: cosine (Nichol and Dhariwal 2021), clean frames predicted."""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

STEPS: Final = 1000
_LARGEST: Final = 0.999


@dataclass(frozen=True)
class Preset:
    """`ancestral` adds noise again at every step, as in training; without it (DDIM, Song et al. 2021) few steps suffice."""

    steps: int
    ancestral: bool


PRESETS: Final = {
    "draft": Preset(10, False), "normal": Preset(20, False), "fine": Preset(50, True), "reference": Preset(STEPS, True),
}  # fmt: skip


def kept_signal() -> Tensor:
    """(1000,) float64: the share of the signal's square left after each step; no step takes more than 0.999 of it."""
    at = torch.arange(STEPS + 1, dtype=torch.float64) / STEPS
    curve = torch.cos((at + 0.008) / 1.008 * math.pi / 2) ** 2
    taken = (1 - curve[1:] / curve[:-1]).clamp(max=_LARGEST)
    return torch.cumprod(1 - taken, dim=0)


class Walk:
    """Some of the 1000 steps, from noise to frames. `steps` (n,) are their numbers, rising."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.steps = torch.linspace(0, STEPS - 1, preset.steps, dtype=torch.float64).round().long().unique()
        self._kept = kept_signal()[self.steps]
        self._before = torch.cat([torch.ones(1, dtype=torch.float64), self._kept[:-1]])

    def __len__(self) -> int:
        return len(self.steps)

    def variance(self, k: int) -> float:
        """Of the posterior at the walk's step k."""
        kept, before = float(self._kept[k]), float(self._before[k])
        return (1 - kept / before) * (1 - before) / (1 - kept)

    def back(self, noisy: Tensor, clean: Tensor, k: int, noise: Tensor) -> Tensor:
        """From step k to the one before, given the predicted clean frames."""
        kept, before = float(self._kept[k]), float(self._before[k])
        if self.preset.ancestral:
            alpha = kept / before
            mean = clean * (before**0.5 * (1 - alpha) / (1 - kept)) + noisy * (alpha**0.5 * (1 - before) / (1 - kept))
            return mean + (self.variance(k) ** 0.5 * noise if k else torch.zeros_like(noise))
        direction = (noisy - kept**0.5 * clean) / (1 - kept) ** 0.5
        return before**0.5 * clean + (1 - before) ** 0.5 * direction
