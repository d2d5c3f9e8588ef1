"""Points on a mesh and the nearest places of another one, in double precision."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Doubles = NDArray[np.float64]


def nearest(points: Doubles, mesh: Mesh) -> tuple[Doubles, NDArray[np.intp], Doubles]:
    """Distances (N,), faces (N,) and the nearest places (N, 3) on the mesh."""
    import igl

    squared, face, place = igl.point_mesh_squared_distance(
        np.ascontiguousarray(points, np.float64), np.ascontiguousarray(mesh.vertices, np.float64),
        np.ascontiguousarray(mesh.faces, np.int64),
    )[:3]  # fmt: skip
    return np.sqrt(np.atleast_1d(squared)), np.atleast_1d(face).astype(np.intp), np.atleast_2d(place)


def face_normals(mesh: Mesh) -> tuple[Doubles, Doubles]:
    """Unit normals (F, 3), zero for a face without area, and areas (F,)."""
    corners = np.asarray(mesh.vertices, np.float64)[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(across, axis=1)
    return across / np.maximum(length, 1e-300)[:, None], length / 2


def bounds(mesh: Mesh) -> tuple[Doubles, Doubles]:
    """Lowest and highest corner of the vertices that faces use."""
    used = np.asarray(mesh.vertices, np.float64)[np.unique(mesh.faces)]
    return used.min(axis=0), used.max(axis=0)


def size(mesh: Mesh) -> float:
    """Metres: the diagonal of the bounding box."""
    low, high = bounds(mesh)
    return float(np.linalg.norm(high - low))


@dataclass(frozen=True)
class Samples:
    """Points (N, 3) evenly on a surface, and the unit normals (N, 3) there."""

    points: Doubles
    normals: Doubles

    @cached_property
    def tree(self) -> "cKDTree":
        from scipy.spatial import cKDTree

        return cKDTree(self.points)


def samples(mesh: Mesh, count: int) -> Samples:
    """The same every time: faces by area in their order, inside a face by the two-dimensional Halton sequence."""
    normals, areas = face_normals(mesh)
    total = np.cumsum(areas)
    face = np.minimum(np.searchsorted(total, (np.arange(count) + 0.5) / count * total[-1]), len(areas) - 1)
    u, v = _halton(count, 2), _halton(count, 3)
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    a, b, c = np.moveaxis(np.asarray(mesh.vertices, np.float64)[mesh.faces[face]], 1, 0)
    return Samples(a + u[:, None] * (b - a) + v[:, None] * (c - a), normals[face])


def _halton(count: int, base: int) -> Doubles:
    number, result, step = np.arange(1, count + 1), np.zeros(count), 1.0
    while number.any():
        step /= base
        result += step * (number % base)
        number //= base
    return result
