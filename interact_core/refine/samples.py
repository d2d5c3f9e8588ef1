"""Points on the surface of parts that are tried against the skin: few everywhere, many where hands are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.geometry.grid_build import fine_corners

COARSE: Final = 2500
"""Points of one part that are tried against the whole body."""
FINE: Final = 100_000
"""Points of one part that hands are tried against, at most."""
_FINEST: Final = 0.005
"""Metres between those: a third of a finger, so that no bar or edge passes through one unseen."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Samples:
    """coarse (N, 3) and fine (M, 3) points of a part in its own frame."""

    coarse: Floats
    fine: Floats

    @property
    def points(self) -> Floats:
        """(N + M, 3) all of them."""
        return np.concatenate([self.coarse, self.fine])

    @property
    def is_fine(self) -> NDArray[np.bool_]:
        return np.arange(len(self.coarse) + len(self.fine)) >= len(self.coarse)


def samples_of(mesh: Mesh) -> Samples:
    corners = mesh.vertices[mesh.faces].astype(np.float32)
    a, b, c = (corners[:, k].astype(np.float64) for k in range(3))
    area = float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()) / 2
    size = max(_FINEST, (area / FINE) ** 0.5)
    fine = thinned(fine_corners(corners, size), size, FINE)
    return Samples(thinned(fine, float(np.linalg.norm(np.ptp(fine, axis=0))) / 400 + 1e-9, COARSE), fine)


def thinned(points: Floats, size: float, most: int) -> Floats:
    """One point per cell of `size` metres, the cells made larger until no more than `most` are left."""
    while True:
        cell = np.floor(points / size).astype(np.int64)
        cell -= cell.min(axis=0)
        extent = cell.max(axis=0) + 1  # one number per cell: sorting rows of three takes twenty times as long
        _, first = np.unique((cell[:, 0] * extent[1] + cell[:, 1]) * extent[2] + cell[:, 2], return_index=True)
        if len(first) <= most:
            return points[np.sort(first)]
        size *= 1.25
