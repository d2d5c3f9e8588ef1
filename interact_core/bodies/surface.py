"""Small facts about a triangle surface that several parts of the bodies need."""

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats


def vertex_normals(vertices: Floats, faces: NDArray[np.integer]) -> NDArray[np.float64]:
    """(V, 3) unit outward normals, faces weighted by area; a vertex without a face gets zero."""
    corners = np.asarray(vertices, np.float64)[faces]
    area_vectors = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros((len(vertices), 3))
    for k in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, k], area_vectors[:, axis], len(vertices))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return normals / np.where(length > 0, length, 1.0)
