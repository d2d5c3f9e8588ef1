"""Where on a part each touching region belongs: the middle of where the capture has it for as long as it touches.

Steps of a region over the part say nothing about slow drift, and a hand pushed out of a part can slide along it instead of
going straight back. A region that plainly travels over the part belongs where it was in each frame.
"""

from typing import Final

import torch
from torch import Tensor

from interact_core.inspection.signals import runs

_TRAVELS: Final = 0.03
"""Metres from the middle, for a tenth of the time, that are a journey over the part: twice as far as objects drift."""


def anchors(places: Tensor, touching: Tensor) -> Tensor:
    """(T, S, 3) from the reference's places (T, S, 3) in their parts' frames, by runs of touching (T, S)."""
    result = places.clone()
    held = (touching > 0).cpu().numpy()
    for s in range(places.shape[1]):
        for start, stop in runs(held[:, s]):
            own = places[start:stop, s]
            middle = own.median(dim=0).values
            away = torch.linalg.vector_norm(own - middle, dim=-1)
            if float(torch.quantile(away, 0.9)) < _TRAVELS:
                result[start:stop, s] = middle
    return result
