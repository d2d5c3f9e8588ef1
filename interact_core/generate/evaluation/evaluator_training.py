"""Trains an evaluator by InfoNCE (van den Oord et al. 2018): of a batch, each clip should find its own sentence and back.

Sentences that say nearly the same are no counterexamples to each other: pairs that share most of their words are left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate.evaluation.evaluator import Evaluator, EvaluatorSize
from interact_core.jobs.context import JobContext, NullContext

_SAME: Final = 0.85
"""Share of common words from which on two sentences say the same."""
_LEAST_SCALE: Final = 0.01


@dataclass(frozen=True)
class EvaluatorTraining:
    size: EvaluatorSize = field(default_factory=EvaluatorSize)
    steps: int = 500
    batch: int = 32
    rate: float = 5e-4
    temperature: float = 0.1
    seed: int = 0
    device: str = "cpu"


def train_evaluator(
    clips: Sequence[NDArray[np.float32]], sentences: Sequence[Sequence[str]], options: EvaluatorTraining | None = None,
    context: JobContext | None = None,
) -> Evaluator:  # fmt: skip
    """clips (T, features) each, and the sentences of each; a sentence is drawn anew each time its clip is."""
    options, context = options or EvaluatorTraining(), context or NullContext()
    _check(clips, sentences, options.size.features)
    rng = np.random.default_rng(options.seed)
    with torch.random.fork_rng():
        torch.manual_seed(options.seed)
        model = Evaluator(options.size).to(options.device)
        _standardise(model, clips)
        optimiser = torch.optim.AdamW(model.parameters(), options.rate, weight_decay=0.01)
        model.train()
        for step in range(options.steps):
            context.checkpoint()
            rows = rng.choice(len(clips), min(options.batch, len(clips)), replace=False).tolist()
            said = [sentences[k][int(rng.integers(len(sentences[k])))] for k in rows]
            loss = info_nce(model.text(said), model.motion([clips[k] for k in rows]), alike(said), options.temperature)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            context.progress((step + 1) / options.steps, "evaluator", {"loss": float(loss.detach())})
    return model.eval()


def info_nce(text: Tensor, motion: Tensor, same: NDArray[np.bool_], temperature: float) -> Tensor:
    """Mean of both directions, by cosine. same (N, N) marks pairs that are neither right nor wrong; the diagonal is right."""
    a, b = torch.nn.functional.normalize(text, dim=-1), torch.nn.functional.normalize(motion, dim=-1)
    near = a @ b.T / temperature
    open_pairs = torch.as_tensor(same & ~np.eye(len(same), dtype=bool), device=near.device)
    near = near.masked_fill(open_pairs, -torch.inf)
    own = torch.arange(len(near), device=near.device)
    cross = torch.nn.functional.cross_entropy
    return 0.5 * (cross(near, own) + cross(near.T, own))


def alike(sentences: Sequence[str]) -> NDArray[np.bool_]:
    """(N, N) whether two sentences share most of their words (Jaccard)."""
    words = [set(re.findall(r"\w+", s.lower())) for s in sentences]
    return np.array([[len(a & b) > _SAME * len(a | b) or a == b for b in words] for a in words])


def _standardise(model: Evaluator, clips: Sequence[NDArray[np.float32]]) -> None:
    frames = np.concatenate(list(clips)).astype(np.float64)
    model.mean.copy_(torch.as_tensor(frames.mean(axis=0)))
    model.scale.copy_(torch.as_tensor(frames.std(axis=0).clip(min=_LEAST_SCALE)))


def _check(clips: Sequence[NDArray[np.float32]], sentences: Sequence[Sequence[str]], width: int) -> None:
    if len(clips) < 2 or len(clips) != len(sentences):
        raise InputError(f"{len(clips)} clips and {len(sentences)} sets of sentences cannot train an evaluator", field="clips",
                         remedy="Give at least two clips, each with a sentence")  # fmt: skip
    for k, (clip, said) in enumerate(zip(clips, sentences, strict=True)):
        if clip.ndim != 2 or clip.shape[1] != width or not len(clip) or not np.isfinite(clip).all():
            raise InputError(f"clip {k} has shape {clip.shape} or holds values that are no numbers", field="clips",
                             remedy=f"Give frames x {width} finite numbers")  # fmt: skip
        if not said:
            raise InputError(f"clip {k} has no sentence", field="sentences", remedy="Caption it or leave it out")
