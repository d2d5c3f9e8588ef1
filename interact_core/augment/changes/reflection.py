"""Reflection in the plane x = 0: of rotations, of bodies' joints and shapes, and of meshes that may equal their own image."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.surface import bounds, nearest, samples
from interact_core.clip import Floats, Mesh
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES

Doubles = NDArray[np.float64]

FLIP: Final = np.array([-1.0, 1.0, 1.0])
_TURN: Final = np.array([1.0, -1.0, -1.0])
"""A rotation vector is an axial one: its image about x = 0 keeps x and turns y and z round."""
_TOLERANCE: Final = 1e-3
"""Metres between a mesh and its image within which they are the same surface."""
_SAMPLES: Final = 4000


def _swap() -> NDArray[np.intp]:
    def other(name: str) -> str:
        side, _, rest = name.partition("_")
        return f"{ {'left': 'right', 'right': 'left'}[side] }_{rest}" if side in ("left", "right") else name

    return np.array([JOINT_INDEX[other(name)] for name in JOINT_NAMES], np.intp)


SWAP: Final = _swap()
"""(52,) the joint of the other side."""


def flipped(points: Floats) -> Floats:
    """Points (..., 3) behind the mirror, of the same type."""
    return np.asarray(points * FLIP.astype(points.dtype))


def turned(rotation_vectors: Floats) -> Floats:
    """Rotation vectors (..., 3) behind the mirror, of the same type."""
    return np.asarray(rotation_vectors * _TURN.astype(rotation_vectors.dtype))


def flipped_mesh(mesh: Mesh) -> Mesh:
    """The image: faces run the other way round, so that normals still point outwards."""
    return Mesh(flipped(mesh.vertices), np.ascontiguousarray(mesh.faces[:, ::-1]), mesh.name)


@dataclass(frozen=True)
class Plane:
    """x[axis] = place, in a mesh's own frame."""

    axis: int
    place: float

    @property
    def signs(self) -> Doubles:
        """(3,) what the reflection does to directions."""
        signs = np.ones(3)
        signs[self.axis] = -1
        return signs

    @property
    def shift(self) -> Doubles:
        """A point p goes to signs * p + shift."""
        shift = np.zeros(3)
        shift[self.axis] = 2 * self.place
        return shift

    def image(self, points: Doubles) -> Doubles:
        return points * self.signs + self.shift


def own_planes(mesh: Mesh) -> dict[int, Plane]:
    """Planes across x, y and z through the middle of a mesh in which it is its own mirror image to a millimetre."""
    low, high = bounds(mesh)
    planes = [Plane(axis, float(low[axis] + high[axis]) / 2) for axis in range(3)]
    return {plane.axis: plane for plane in planes if _is_own_image(mesh, plane)}


def _is_own_image(mesh: Mesh, plane: Plane) -> bool:
    """A few samples first: most meshes fail there."""
    used = np.unique(mesh.faces)
    points = np.concatenate([samples(mesh, _SAMPLES).points, np.asarray(mesh.vertices, np.float64)[used]])
    stride = max(1, len(points) // 200)
    return all(float(nearest(plane.image(some), mesh)[0].max()) < _TOLERANCE for some in (points[::stride], points))


def paired_vertices(vertices: Floats) -> tuple[NDArray[np.intp], float]:
    """(V,) for each vertex of an even surface its partner on the other side, and the largest miss in metres.

    Nearest pairs first, each vertex once, so the pairing is its own inverse.
    """
    from scipy.spatial import cKDTree

    points = np.asarray(vertices, np.float64)
    partner = np.full(len(points), -1, np.intp)
    open_ = np.arange(len(points))
    while len(open_):
        near = np.asarray(cKDTree(points[open_]).query(points[open_] * FLIP)[1], np.intp)
        mutual = near[near] == np.arange(len(open_))
        if not mutual.any():  # equal distances in a ring: each keeps its own place
            partner[open_] = open_
            break
        partner[open_[mutual]] = open_[near[mutual]]
        open_ = open_[~mutual]
    return partner, float(np.linalg.norm(points[partner] * FLIP - points, axis=1).max(initial=0.0))
