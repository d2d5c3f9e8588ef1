"""From noise to frames with the published text-to-interaction network: presets, time estimate, progress, cancelling."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate.official.contact import AT, ContactGuide
from interact_core.generate.official.schedule import PRESETS, Walk
from interact_core.generate.official.text_to_interaction import TextToInteraction
from interact_core.jobs.context import JobContext, NullContext

_FRAME: Final = 962
_LONGEST: Final = 4000
"""Frames; the table of places ends at 5000."""


@dataclass(frozen=True)
class SamplingRequest:
    """What to make. `text` (B, 256) rows of the reader, zeros for no sentence; `basis` (B, 3072) of the object at rest."""

    text: Tensor
    basis: Tensor
    frames: int
    preset: str = "fine"
    guidance: float = 2.5
    seed: int = 0
    contact: ContactGuide | None = None

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InputError(f"there is no preset {self.preset!r}", field="preset", remedy=f"Choose one of {', '.join(PRESETS)}")
        if not 1 <= self.frames <= _LONGEST:
            raise InputError(f"{self.frames} frames cannot be made", field="frames", remedy=f"Choose 1 to {_LONGEST}")
        if self.text.ndim != 2 or self.basis.ndim != 2 or len(self.text) != len(self.basis) or not len(self.text):
            raise InputError(f"have shapes {tuple(self.text.shape)} and {tuple(self.basis.shape)}", field="text and basis",
                             remedy="Give one row of each per sample")  # fmt: skip


def seconds_per_pass(model: TextToInteraction, request: SamplingRequest) -> float:
    """One pass at the request's size on this machine, measured after one that warms up."""
    noisy = torch.zeros(len(request.text), _FRAME, 1, request.frames, device=_device(model))
    best = float("inf")
    for _ in range(2):
        began = time.perf_counter()
        _clean(model, request, noisy, 0)
        best = min(best, time.perf_counter() - began)
    return best


def estimated_seconds(per_pass: float, preset: str) -> float:
    """For a whole sample; the passes are all there is to it."""
    return per_pass * len(Walk(PRESETS[preset]))


def sample(model: TextToInteraction, request: SamplingRequest, context: JobContext | None = None) -> NDArray[np.float32]:
    """(B, T, 962) frames as in motion.npy. The same seed gives the same frames on the same machine."""
    context = context or NullContext()
    _check(model, request)
    walk = Walk(PRESETS[request.preset])
    source = torch.Generator().manual_seed(request.seed)
    shape = (len(request.text), _FRAME, 1, request.frames)
    device = _device(model)

    def noise() -> Tensor:
        return torch.randn(shape, generator=source).to(device)

    noisy = noise()
    nudge = int((walk.steps - AT).abs().argmin())
    for done, k in enumerate(range(len(walk) - 1, -1, -1)):
        context.checkpoint()
        clean = _clean(model, request, noisy, int(walk.steps[k]))
        if k == nudge and request.contact is not None:
            clean = request.contact.nudged(clean, walk.variance(k))
        noisy = walk.back(noisy, clean, k, noise() if walk.preset.ancestral else noisy)
        context.progress((done + 1) / len(walk), "sampling", {"step": float(done + 1)})
    return np.ascontiguousarray(noisy[:, :, 0].mT.cpu().numpy(), np.float32)


def _clean(model: TextToInteraction, request: SamplingRequest, noisy: Tensor, step: int) -> Tensor:
    """The predicted clean frames: with and without the sentence in one batch, and on beyond the first."""
    device = noisy.device
    text, basis = request.text.to(device), request.basis.to(device)
    with torch.no_grad():
        if request.guidance == 1.0:
            result: Tensor = model(noisy, torch.full((len(noisy),), step, device=device), text, basis)
            return result
        steps = torch.full((2 * len(noisy),), step, device=device)
        both = model(noisy.repeat(2, 1, 1, 1), steps, torch.cat([text, torch.zeros_like(text)]), basis.repeat(2, 1))
        with_, without = both.chunk(2)
        return without + request.guidance * (with_ - without)


def _check(model: TextToInteraction, request: SamplingRequest) -> None:
    for name, rows, width in (("text", request.text, model.text_width), ("basis", request.basis, model.basis)):
        if rows.shape[1] != width or not bool(torch.isfinite(rows).all()):
            raise InputError(f"has rows of {rows.shape[1]}, this checkpoint takes {width} finite numbers", field=name,
                             remedy="Make it with the reader and the points that belong to the checkpoint")  # fmt: skip


def _device(model: TextToInteraction) -> torch.device:
    return next(model.parameters()).device
