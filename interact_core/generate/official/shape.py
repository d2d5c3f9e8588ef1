"""The code of an object's shape that the published networks take: from fixed points to the nearest vertex, at rest."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.errors import InputError
from interact_core.generate.evaluation.features import basis_points

POINTS: Final = 1024
_REACH: Final = 1.0
"""Metres: the points fill a ball of this radius, and a larger object is not wholly described."""


def object_code(vertices: NDArray[np.floating]) -> tuple[Tensor, str]:
    """(3072,) from mesh vertices (V, 3), metres, which are put around their mean as in training; and a remark, or ""."""
    from scipy.spatial import cKDTree

    places = np.asarray(vertices, np.float64)
    if places.ndim != 2 or places.shape[1:] != (3,) or not len(places) or not np.isfinite(places).all():
        raise InputError(
            f"has vertices of shape {places.shape} that are not all numbers", field="object", remedy="Check the mesh"
        )
    places = places - places.mean(axis=0)
    points = basis_points(POINTS)
    away = places[cKDTree(places).query(points)[1]] - points
    far = float(np.linalg.norm(places, axis=1).max())
    remark = f"the object reaches {far:.1f} m from its middle; its code describes what lies within 1 m" if far > _REACH else ""
    return torch.as_tensor(away.reshape(-1), dtype=torch.float32), remark
