"""The published object-to-human and human-to-object networks: windows of at most 120 frames.

Frame and condition side by side go through a convolution of one frame; a leading token tells the step, in human-to-object a
second one the object's shape. Four layers of attention with heads as wide as half the network.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from interact_core.errors import InputError
from interact_core.generate.official.weights import Report, Shapes, State, kind_of, load_into, missing, read_state

_HEADS: Final = 4
_PREFIXES: Final = ("ema_model.", "model.", "")
_PARTS: Final = ("start_conv.", "position_vec.", "layer_stack.", "linear_out.", "time_mlp.", "bps_encoder.")


class _Attention(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.w_q, self.w_k, self.w_v = (nn.Linear(width, inner) for _ in range(3))
        self.fc = nn.Linear(inner, width)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        parts = (lin(x).unflatten(-1, (_HEADS, -1)).transpose(1, 2) for lin in (self.w_q, self.w_k, self.w_v))
        found = nn.functional.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
        result: Tensor = self.layer_norm(self.fc(found) + x)
        return result


class _Between(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.w_1, self.w_2 = nn.Conv1d(width, inner, 1), nn.Conv1d(inner, width, 1)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        found = self.w_2(torch.relu(self.w_1(x.mT))).mT
        result: Tensor = self.layer_norm(found + x)
        return result


class _Layer(nn.Module):
    def __init__(self, width: int, inner: int, between: int) -> None:
        super().__init__()
        self.self_attn = _Attention(width, inner)
        self.pos_ffn = _Between(width, between)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.pos_ffn(self.self_attn(x))
        return result


class WindowNet(nn.Module):
    """Clean frames (B, T, out) from noisy ones. With `shape_token` the object's code goes in front, else into every frame."""

    def __init__(self, shapes: Shapes, *, shape_token: bool) -> None:
        super().__init__()
        width, total, _ = shapes.of("start_conv.weight", 3)
        self.out, self.shape_token = shapes.of("linear_out.weight", 2)[0], shape_token
        self.basis = shapes.of("bps_encoder.0.weight", 2)[1]
        places = shapes.of("position_vec.weight", 2)[0]
        self.given = total - self.out
        self.longest = places - 2 - shape_token
        self.start_conv = nn.Conv1d(total, width, 1)
        self.position_vec = nn.Embedding(places, width)
        inner = shapes.of("layer_stack.0.self_attn.w_q.weight", 2)[0]
        between = shapes.of("layer_stack.0.pos_ffn.w_1.weight", 3)[0]
        count = shapes.layers("layer_stack")
        self.layer_stack = nn.ModuleList(_Layer(width, inner, between) for _ in range(count))
        self.linear_out = nn.Linear(width, self.out)
        hidden, self.sines = shapes.of("time_mlp.1.weight", 2)
        self.time_mlp = nn.Sequential(nn.Identity(), nn.Linear(self.sines, hidden), nn.GELU(), nn.Linear(hidden, width))
        middle, code = shapes.of("bps_encoder.0.weight", 2)[0], shapes.of("bps_encoder.2.weight", 2)[0]
        self.bps_encoder = nn.Sequential(nn.Linear(self.basis, middle), nn.ReLU(), nn.Linear(middle, code))

    def forward(self, noisy: Tensor, steps: Tensor, given: Tensor, basis: Tensor) -> Tensor:
        """noisy (B, T, out); steps (B,); given (B, T, 3) the object's place with basis (B, T, 768), or the markers
        (B, T, 231) with basis (B, 768) of the object at rest."""
        code = self.bps_encoder(basis)
        front = [self.time_mlp(_sines(steps, self.sines))[:, None]]
        if self.shape_token:
            front.append(code[:, None])
        else:
            given = torch.cat([given, code], dim=-1)
        frames = self.start_conv(torch.cat([noisy, given], dim=-1).mT).mT
        x = torch.cat([*front, frames], dim=1)
        x = x + self.position_vec(torch.arange(1, x.shape[1] + 1, device=x.device))  # 0 stands for padding
        for layer in self.layer_stack:
            x = layer(x)
        result: Tensor = self.linear_out(x[:, len(front) :])
        return result


def _sines(steps: Tensor, width: int) -> Tensor:
    """(B, width): sines, then cosines (Ho et al. 2020)."""
    half = width // 2
    at = steps[:, None] * torch.exp(torch.arange(half, device=steps.device) * (-math.log(1e4) / (half - 1)))
    return torch.cat([at.sin(), at.cos()], dim=-1)


@dataclass(frozen=True)
class LoadedWindows:
    model: WindowNet
    report: Report


def load_windows(path: Path, device: str = "cpu") -> LoadedWindows:
    """object2human or human2object. The averaged weights are taken where a file has them."""
    state = read_state(path)
    kind = kind_of(state, path)
    if kind not in ("object2human", "human2object"):
        raise InputError(f"is a checkpoint of {kind}", path=path, remedy="Choose one of object2human or human2object")
    own, rest = _own_names(state, path)
    shapes = Shapes(own, path)
    model = WindowNet(shapes, shape_token=kind == "human2object")
    found = load_into(model, own, kind, path)
    report = Report(kind, found.loaded, (*found.skipped, *(n for n in rest if _known(n))),
                    (*found.unmatched, *(n for n in rest if not _known(n))))  # fmt: skip
    return LoadedWindows(model.to(device).eval(), report)


def _own_names(state: State, path: Path) -> tuple[dict[str, Tensor], list[str]]:
    """The network's tensors by their name inside it, and the names of all others."""
    prefix = next((p for p in _PREFIXES if any(name.startswith(p) and "denoise_fn." in name for name in state)), None)
    if prefix is None:
        raise missing(["denoise_fn"], path)
    own: dict[str, Tensor] = {}
    rest = []
    for name, value in state.items():
        part = next((p for p in _PARTS if f".{p}" in f".{name}"), None)
        if part is not None and name.startswith(prefix):
            own[name[name.index(part) :]] = value
        else:
            rest.append(name)
    return own, rest


def _known(name: str) -> bool:
    """Copies that training kept beside the averaged weights, and the schedule, which is computed anew."""
    return name.startswith(("online_model.", "initted", "step", "ema_model.initted")) or "." not in name.removeprefix(
        "ema_model."
    )
