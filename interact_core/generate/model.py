"""One masked transformer over patches of three streams, each with its own noise level and per-frame flags of what is given.

Tokens: text, action, shape and body first, then human, object and reach patches with rotary positions in time. The output is
brought back to frames and passes a residual convolution over time, so that patches leave no seams.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from interact_core.generate.config import ModelConfig
from interact_core.generate.motion import Conditions
from interact_core.generate.representation import STREAMS, WIDTH, Streams
from interact_core.generate.text import OUTPUTS, SentenceEncoder, TextEncoder

_SHAPE_TOKENS: Final = 4
_LEVELS: Final = 64
"""Sines and cosines that a noise level is told with."""


class Denoiser(nn.Module):
    """Predicts the clean streams. `actions` are the names that indices in Conditions stand for; other `widths` are for
    streams of another representation, to compare with."""

    def __init__(
        self, config: ModelConfig, actions: tuple[str, ...], sentences: SentenceEncoder | None = None,
        widths: Mapping[str, int] = MappingProxyType(WIDTH),
    ) -> None:  # fmt: skip
        super().__init__()
        self.config, self.actions = config, actions
        d, p = config.width, config.patch
        self.enter = nn.ModuleDict({name: nn.Linear(p * (widths[name] + 1), d) for name in STREAMS})
        self.leave = nn.ModuleDict({name: nn.Linear(d, p * widths[name]) for name in STREAMS})
        self.which = nn.Parameter(torch.randn(len(STREAMS), d) * 0.02)
        self.level = nn.Sequential(nn.Linear(2 * _LEVELS, d), nn.SiLU(), nn.Linear(d, d))
        self.text = TextEncoder(config.text_buckets, config.text_width, config.text_layers, d)
        self.no_text = nn.Parameter(torch.randn(OUTPUTS, d) * 0.02)
        self.action = nn.Embedding(len(actions) + 1, d)
        self.guess_action = nn.Linear(OUTPUTS * d, len(actions))
        shape_width = 3 + 3 * config.shape_points
        self.shape = nn.Sequential(nn.Linear(shape_width, d), nn.SiLU(), nn.Linear(d, _SHAPE_TOKENS * d))
        self.body = nn.Sequential(nn.Linear(63, d), nn.SiLU(), nn.Linear(d, d))
        self.kind = nn.Parameter(torch.randn(OUTPUTS + 2 + _SHAPE_TOKENS, d) * 0.02)
        self.blocks = nn.ModuleList([Block(d, config.heads) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(d)
        self.seams = nn.ModuleDict({name: Seam(widths[name]) for name in STREAMS})
        self.sentences = sentences
        self.own_text = nn.Linear(sentences.width, OUTPUTS * d) if sentences is not None else None
        for name in STREAMS:
            nn.init.zeros_(self.leave[name].weight)  # type: ignore[arg-type]  # a Linear, in a dict of modules

    def told(self, conditions: Conditions) -> tuple[Tensor, Tensor]:
        """Condition tokens (B, C, d), and scores (B, actions) of what the words alone say is done."""
        text, some = self._words(conditions.words)
        guess = self.guess_action(text.flatten(1))
        text = torch.where(some[:, None, None], text, self.no_text.expand_as(text))
        action = self.action(torch.where(conditions.action < 0, len(self.actions), conditions.action))
        shape = self.shape(conditions.shape).reshape(len(action), _SHAPE_TOKENS, -1)
        tokens = torch.cat([text, action[:, None], self.body(conditions.body)[:, None], shape], 1)
        return tokens + self.kind, guess

    def _words(self, words: tuple[str, ...]) -> tuple[Tensor, Tensor]:
        if self.sentences is None or self.own_text is None:
            found: tuple[Tensor, Tensor] = self.text(words)
            return found
        vectors = self.own_text(self.sentences(words).to(self.which))
        some = torch.tensor([bool(text.strip()) for text in words], device=vectors.device)
        return vectors.reshape(len(words), OUTPUTS, -1), some

    def forward(self, streams: Streams, given: Streams, level: Tensor, told: Tensor, present: Tensor) -> Streams:
        """Clean streams from noisy ones, normalised, T a multiple of the patch.

        given[name] (B, T) 1 where a frame is known; level (B, 3) noise in [0, 1] per stream; present (B, T) 0 for padding.
        """
        patch = self.config.patch
        b, t = present.shape
        tokens = [told]
        for k, name in enumerate(STREAMS):
            known = given[name][..., None]
            values = torch.cat([streams[name], known], -1).reshape(b, t // patch, -1)
            noise = self.level(_sines(level[:, k]))[:, None]
            tokens.append(self.enter[name](values) + noise + self.which[k])
        x = torch.cat(tokens, 1)
        mask = _mask(present.reshape(b, -1, patch).amax(-1), told.shape[1])
        turn = _rotary(t // patch, told.shape[1], self.config.width // self.config.heads, x.device)
        for block in self.blocks:
            x = block(x, turn, mask)
        parts = self.norm(x)[:, told.shape[1] :].chunk(len(STREAMS), 1)
        return {
            name: self.seams[name](self.leave[name](part).reshape(b, t, -1), present)
            for name, part in zip(STREAMS, parts, strict=True)
        }


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.three, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        b, n, d = x.shape
        q, k, v = self.three(self.first(x)).reshape(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(_turned(q, turn), _turned(k, turn), v, attn_mask=mask)
        x = x + self.out(seen.transpose(1, 2).reshape(b, n, d))
        return x + self.down(functional.gelu(self.up(self.second(x)), approximate="tanh"))


class Seam(nn.Module):
    """A residual convolution over frames: it starts as nothing and learns to join neighbouring patches."""

    def __init__(self, width: int, inner: int = 64) -> None:
        super().__init__()
        self.into = nn.Conv1d(width, inner, 5, padding=2)
        self.back = nn.Conv1d(inner, width, 5, padding=2)
        nn.init.zeros_(self.back.weight)
        nn.init.zeros_(self.back.bias)  # type: ignore[arg-type]  # Conv1d has a bias unless told otherwise

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        inner = (x * present[..., None]).transpose(1, 2)
        return x + self.back(functional.gelu(self.into(inner), approximate="tanh")).transpose(1, 2)


def _sines(level: Tensor) -> Tensor:
    rate = torch.exp(torch.linspace(0.0, 6.0, _LEVELS, device=level.device))
    angle = level[:, None] * rate
    return torch.cat([torch.sin(angle), torch.cos(angle)], -1)


def _mask(present: Tensor, told: int) -> Tensor:
    """(B, 1, 1, N) what may be looked at: every condition, and patches with at least one frame that is there."""
    every = torch.cat([torch.ones(len(present), told, device=present.device), *[present] * len(STREAMS)], 1)
    return (every > 0)[:, None, None]


def _rotary(patches: int, told: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines (N, width / 2): patches turn with time, the same in each stream; conditions stay."""
    rate = torch.exp(-torch.linspace(0.0, 5.0, width // 2, device=device))
    time = torch.arange(patches, device=device, dtype=torch.float32)
    place = torch.cat([torch.zeros(told, device=device), *[time] * len(STREAMS)])
    angle = place[:, None] * rate
    return torch.cos(angle), torch.sin(angle)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    a, b = x.chunk(2, -1)
    c, s = turn[0].to(x.dtype), turn[1].to(x.dtype)
    return torch.cat([a * c - b * s, a * s + b * c], -1)


def parameter_count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())
