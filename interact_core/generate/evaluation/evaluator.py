"""An evaluator: sentences and interactions as points of one space, near where they belong together.

The shape of the published one (a token that gathers a transformer's view of the frames), but with its own reader of
sentences, which needs no downloads: words and pairs of words in buckets. Figures of one evaluator say nothing about another's.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from interact_core.errors import InputError
from interact_core.formats.atomic import write_bytes

_FORM: Final = "interact/evaluator/1"
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class EvaluatorSize:
    """Small enough for a processor; the published one has width 256, 4 layers, 1024 between."""

    features: int = 615
    width: int = 128
    layers: int = 2
    heads: int = 4
    between: int = 256
    buckets: int = 4096
    longest: int = 512
    """Frames; what comes after is not looked at."""


def buckets_of(sentence: str, count: int) -> list[int]:
    """Buckets of words and neighbouring pairs; 0 is kept for sentences without a word."""
    words = _WORD.findall(sentence.lower())
    parts = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    found = [1 + int.from_bytes(hashlib.blake2b(p.encode(), digest_size=8).digest(), "big") % (count - 1) for p in parts]
    return found or [0]


class Evaluator(nn.Module):
    """`mean` and `scale` (features,) standardise the frames; they are part of the weights."""

    mean: Tensor
    scale: Tensor
    places: Tensor

    def __init__(self, size: EvaluatorSize) -> None:
        super().__init__()
        self.size = size
        self.words = nn.EmbeddingBag(size.buckets, size.width, mode="mean")
        self.reader = nn.Sequential(nn.Linear(size.width, size.between), nn.GELU(), nn.Linear(size.between, size.width))
        self.frames = nn.Linear(size.features, size.width)
        self.token = nn.Parameter(torch.randn(size.width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            size.width, size.heads, size.between, dropout=0.1, activation="gelu", batch_first=True
        )  # fmt: skip
        self.encoder = nn.TransformerEncoder(layer, size.layers, enable_nested_tensor=False)
        self.register_buffer("places", _sinusoids(size.longest + 1, size.width))
        self.register_buffer("mean", torch.zeros(size.features))
        self.register_buffer("scale", torch.ones(size.features))

    def text(self, sentences: Sequence[str]) -> Tensor:
        """(N, width)."""
        rows = [buckets_of(sentence, self.size.buckets) for sentence in sentences]
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        device = self.mean.device
        flat = torch.tensor([bucket for row in rows for bucket in row], device=device)
        read: Tensor = self.words(flat, torch.as_tensor(starts, device=device))
        result: Tensor = read + self.reader(read)
        return result

    def motion(self, clips: Sequence[NDArray[np.float32]]) -> Tensor:
        """(N, width) of clips (T, features) of different lengths."""
        lengths = [min(len(clip), self.size.longest) for clip in clips]
        padded = torch.zeros(len(clips), max(lengths), self.size.features)
        for row, (clip, length) in zip(padded, zip(clips, lengths, strict=True), strict=True):
            row[:length] = torch.as_tensor(clip[:length])
        device = self.mean.device
        seen = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
        frames = self.frames((padded.to(device) - self.mean) / self.scale)
        tokens = torch.cat([self.token.expand(len(clips), 1, -1), frames], dim=1) + self.places[: frames.shape[1] + 1]
        hidden = torch.cat([torch.zeros(len(clips), 1, dtype=torch.bool), ~seen], dim=1).to(device)
        result: Tensor = self.encoder(tokens, src_key_padding_mask=hidden)[:, 0]
        return result

    def embed(self, clips: Sequence[NDArray[np.float32]], batch: int = 64) -> NDArray[np.float64]:
        """motion() without gradients, in evaluation mode."""
        return self._in_batches(self.motion, clips, batch)

    def embed_text(self, sentences: Sequence[str], batch: int = 256) -> NDArray[np.float64]:
        """text() without gradients, in evaluation mode."""
        return self._in_batches(self.text, sentences, batch)

    def _in_batches(self, run: Callable[[Any], Tensor], items: Sequence[Any], batch: int) -> NDArray[np.float64]:
        training = self.training
        self.eval()
        try:
            with torch.no_grad():
                parts = [run(items[k : k + batch]).double().cpu().numpy() for k in range(0, len(items), batch)]
        finally:
            self.train(training)
        return np.concatenate(parts) if parts else np.zeros((0, self.size.width))


def save_evaluator(model: Evaluator, path: Path) -> None:
    """One safetensors file with everything that is needed to use it again."""
    from safetensors.torch import save

    weights = {name: value.contiguous().cpu() for name, value in model.state_dict().items()}
    write_bytes(path, save(weights, {"form": _FORM, "size": json.dumps(asdict(model.size))}))


def load_evaluator(path: Path, device: str = "cpu") -> Evaluator:
    """InputError where the file is not one of ours, or not intact."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt", device=device) as stored:
            facts = stored.metadata() or {}
            if facts.get("form") != _FORM:
                raise InputError("is no evaluator of this program", path=path, remedy="Train one, or give the right file")
            model = Evaluator(EvaluatorSize(**json.loads(facts["size"])))
            model.load_state_dict({name: stored.get_tensor(name) for name in stored.offset_keys()})
    except (OSError, SafetensorError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise InputError(f"cannot be read as an evaluator: {error}", path=path, remedy="Train it again") from error
    return model.to(device).eval()


def _sinusoids(count: int, width: int) -> Tensor:
    """(count, width): sines and cosines of geometrically spaced frequencies (Vaswani et al. 2017)."""
    at = torch.arange(count)[:, None] * torch.exp(torch.arange(0, width, 2) * (-np.log(1e4) / width))
    return torch.stack([at.sin(), at.cos()], dim=-1).flatten(1)
