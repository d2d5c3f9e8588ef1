"""The exact distance of a batch's objects, for guidance and measures: no grids are built for thousands of them."""

import torch
from torch import Tensor

from interact_core.generate.world.shapes import Shapes


class ShapesSurface:
    """One object per clip of a batch."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def __call__(self, points: Tensor) -> tuple[Tensor, Tensor]:
        foot, distance = self._shapes.nearest(points.detach().cpu().numpy())
        place, value = torch.from_numpy(foot).to(points), torch.from_numpy(distance).to(points)
        way = torch.nn.functional.normalize(points - place, dim=-1) * torch.where(value < 0, -1.0, 1.0)[..., None]
        return value, way
