"""Where straight ways go through the triangles of a part, and what is nearest to a point: for walls too thin for grids."""

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh
from interact_core.geometry.grid_build import Triangles
from interact_core.geometry.object_grid import usable_mesh
from interact_core.geometry.warp_runtime import each_core

Doubles = NDArray[np.float64]


class Walls:
    """The triangles of one part in its own frame, on the CPU. May be used from several threads."""

    def __init__(self, mesh: Mesh) -> None:
        self._triangles = Triangles(usable_mesh(mesh))

    def first_hit(self, start: Doubles, end: Doubles) -> tuple[Doubles, Doubles]:
        """Of ways from start (N, 3) to end (N, 3) the share (N,) at which the first triangle is met, infinite where there is
        none, and the triangle's normal (N, 3), turned against the way."""
        share, normal = np.full(len(start), np.inf, np.float32), np.zeros((len(start), 3), np.float32)
        begin, stop = (np.ascontiguousarray(a, np.float32) for a in (start, end))
        each_core(lambda part: self._triangles.hits(begin[part], stop[part], share[part], normal[part]), len(start))
        facing = np.sign((normal * (begin - stop)).sum(axis=1, keepdims=True))
        return share.astype(np.float64), (normal * np.where(facing == 0, 1.0, facing)).astype(np.float64)

    def nearest(self, points: Doubles, reach: float) -> Doubles:
        """(N, 3) nearest places of the surface, NaN where none is within `reach` metres."""
        places = self._triangles.closest(np.ascontiguousarray(points, np.float32), np.full(len(points), reach, np.float32))
        return places.astype(np.float64)
