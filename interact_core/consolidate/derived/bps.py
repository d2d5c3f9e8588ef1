"""Basis point sets: how far from fixed points in the unit ball the nearest vertex of an object lies (note, section 6.7)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.generate.evaluation.features import basis_points

BASIS: Final = 1024
_MARGIN: Final = 0.95
"""A normalised mesh reaches this far into the unit ball."""


def bps(vertices: NDArray[np.floating]) -> NDArray[np.float32]:
    """(1, 1024, 3) float32: from each basis point to the nearest of the vertices (V, 3), metres, in the centred frame."""
    from scipy.spatial import cKDTree

    points, places = basis_points(BASIS), np.asarray(vertices, np.float64)
    return (places[cKDTree(places).query(points)[1]] - points).astype(np.float32)[None]


def bps_normalised(vertices: NDArray[np.floating]) -> NDArray[np.float32]:
    """(3073,): the code of the mesh brought into the ball, then the scale that brings it back, metres."""
    places = np.asarray(vertices, np.float64)
    scale = float(np.linalg.norm(places, axis=1).max()) / _MARGIN
    return np.concatenate([bps(places / scale).reshape(-1), [scale]]).astype(np.float32)
