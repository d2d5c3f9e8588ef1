"""Noise that grows from 0 to 1 without steps: signal cos(pi u / 2), noise sin(pi u / 2); the net predicts the clean streams."""

from math import pi

import torch
from torch import Tensor

from interact_core.generate.representation import STREAMS, Streams


def signal_and_noise(level: Tensor) -> tuple[Tensor, Tensor]:
    angle = level * (pi / 2)
    return torch.cos(angle), torch.sin(angle)


def noised(clean: Streams, noise: Streams, level: Tensor, given: Streams) -> Streams:
    """Streams at noise level (B, 3), one per stream; frames that are given stay clean."""
    signal, amount = signal_and_noise(level)
    out = {}
    for k, name in enumerate(STREAMS):
        mixed = clean[name] * signal[:, k, None, None] + noise[name] * amount[:, k, None, None]
        out[name] = kept(mixed, clean[name], given[name])
    return out


def kept(values: Tensor, known: Tensor, flags: Tensor) -> Tensor:
    """`known` exactly where flags (B, T) are 1, `values` elsewhere."""
    return torch.where(flags[..., None] > 0, known, values)


def step(noisy: Tensor, clean: Tensor, level: float, lower: float) -> Tensor:
    """One deterministic step (DDIM) from `level` to `lower` with the clean streams predicted at `level`."""
    signal, amount = signal_and_noise(torch.tensor([level, lower], dtype=torch.float64))
    noise = (noisy - float(signal[0]) * clean) / max(float(amount[0]), 1e-6)
    return float(signal[1]) * clean + float(amount[1]) * noise


def seeded(seed: int) -> torch.Generator:
    """Random numbers of the CPU: the same on every device."""
    return torch.Generator().manual_seed(seed)


def draw_noise(like: Streams, generator: torch.Generator) -> Streams:
    return {name: torch.randn(x.shape, generator=generator).to(x.device) for name, x in like.items()}
