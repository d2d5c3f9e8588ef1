"""Which sample of an object lies nearest to points around it, and where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Nearest:
    """For points (T, N, 3): index (T, N) of the nearest sample, the way to it (T, N, 3) in world axes, its place at rest."""

    index: NDArray[np.int64]
    away: Doubles
    rest: Doubles

    @property
    def distance(self) -> Doubles:
        return np.asarray(np.linalg.norm(self.away, axis=-1))


def nearest_samples(points: Doubles, rotation: Doubles, translation: Doubles, samples: Doubles) -> Nearest:
    """points (T, N, 3) in the world; the object's rotation (T, 3, 3) and translation (T, 3); samples (S, 3) at rest."""
    from scipy.spatial import cKDTree

    # Distances do not change when everything is turned into the object's frame: one tree serves all frames.
    there = (points - translation[:, None]) @ rotation
    index = np.asarray(cKDTree(samples).query(there)[1], np.int64)
    rest = samples[index]
    away = rest @ np.swapaxes(rotation, -1, -2) + translation[:, None] - points
    return Nearest(index, away, rest)
