"""The published evaluator: sentences and frames of 615 numbers as points of one space."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from interact_core.errors import InputError
from interact_core.generate.official.layers import Gathered
from interact_core.generate.official.text import TextEncoder
from interact_core.generate.official.weights import Report, Shapes, kind_of, load_into, read_state

_HEADS: Final = 4


class MotionEncoder(Gathered):
    """(B, width) of standardised frames (B, T, 615), seen (B, T) False on padding."""

    def __init__(self, shapes: Shapes) -> None:
        width, self.features = shapes.of("motionencoder.skel_embedding.weight", 2)
        between = shapes.of("motionencoder.seqTransEncoder.layers.0.linear1.weight", 2)[0]
        super().__init__(width, _HEADS, between, shapes.layers("motionencoder.seqTransEncoder.layers"))
        self.skel_embedding = nn.Linear(self.features, width)

    def forward(self, frames: Tensor, seen: Tensor) -> Tensor:
        return self.gather(self.skel_embedding(frames), seen)


class OfficialEvaluator(nn.Module):
    def __init__(self, shapes: Shapes) -> None:
        super().__init__()
        self.textencoder = TextEncoder(shapes)
        self.motionencoder = MotionEncoder(shapes)

    def embed(
        self, clips: Sequence[NDArray[np.floating]], mean: NDArray[np.floating], std: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """(N, width) of clips (T, 615); mean and std (615,) are side files of the checkpoint."""
        width = self.motionencoder.features
        if mean.shape != (width,) or std.shape != (width,) or not (std > 0).all():
            raise InputError(f"have shapes {mean.shape} and {std.shape}, the evaluator needs {width} positive numbers",
                             field="mean and std", remedy="Give the files that belong to the checkpoint")  # fmt: skip
        rows = []
        with torch.no_grad():
            for clip in clips:
                frames = torch.as_tensor((np.asarray(clip) - mean) / std, dtype=torch.float32)[None]
                rows.append(self.motionencoder(frames, torch.ones(1, len(clip), dtype=torch.bool))[0].double().numpy())
        return np.array(rows).reshape(len(rows), -1)


@dataclass(frozen=True)
class LoadedEvaluator:
    model: OfficialEvaluator
    report: Report


def load_evaluator(path: Path) -> LoadedEvaluator:
    state = read_state(path)
    kind = kind_of(state, path)
    if kind != "evaluator":
        raise InputError(f"is a checkpoint of {kind}", path=path, remedy="Choose that of the evaluator")
    model = OfficialEvaluator(Shapes(state, path))
    report = load_into(model, state, kind, path)
    return LoadedEvaluator(model.eval(), report)
