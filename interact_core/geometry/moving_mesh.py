"""Signed distance of points to a body whose vertices move from frame to frame."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.geometry.warp_runtime import kernels

if TYPE_CHECKING:
    import warp

DEFAULT_CAP: Final = 0.1
_LEAF_SIZE: Final = 2  # fastest of 1, 2, 4, 8 on this body: see docs/decisions/0001


class MovingMesh:
    """A closed triangle mesh (F, 3) over `max_vertices` moving vertices: one tree, refitted every frame.

    Keep one per thread. Consecutive calls with the same number of points are taken for consecutive frames of the same
    points: the nearest face of the last call narrows the search of the next. The result does not depend on it.
    """

    def __init__(self, faces: NDArray[np.integer], max_vertices: int, device: str = "cpu") -> None:
        self._kernels = kernels(device)
        import warp as wp

        self._device = device
        self._vertices = wp.zeros(max_vertices, dtype=wp.vec3, device=device)
        self._indices = wp.array(np.ascontiguousarray(faces, np.int32).ravel(), dtype=wp.int32, device=device)
        self._used = np.unique(faces)
        self._mesh: warp.Mesh | None = None
        self._hint = wp.zeros(0, dtype=wp.int32, device=device)
        self._out = wp.zeros(0, dtype=wp.float32, device=device)

    def signed_distance(
        self, points: NDArray[np.float32], vertices: NDArray[np.float32], cap: float = DEFAULT_CAP, outer: float | None = None
    ) -> NDArray[np.float32]:
        """(N,) metres from points (N, 3) to the mesh at vertices (V, 3): negative inside, clamped to [-cap, cap].

        `outer` (at most cap) clamps the outside further in: who asks only for what is near or inside gets it sooner.
        """
        import warp as wp

        self._move(vertices)
        self._prepare(len(points))
        if self._mesh is None or not len(points):
            return np.full(len(points), outer if outer is not None else cap, np.float32)
        skin = np.ascontiguousarray(vertices[self._used].T)  # numpy reduces long rows 50 times faster than triples
        low, high = wp.vec3(*skin.min(axis=1).tolist()), wp.vec3(*skin.max(axis=1).tolist())
        queries = wp.array(np.ascontiguousarray(points, np.float32), dtype=wp.vec3, device=self._device, copy=False)
        arguments = [
            self._mesh.id, queries, float(cap), float(cap if outer is None else outer), low, high, self._hint, self._out
        ]  # fmt: skip
        wp.launch(self._kernels.moving_distance, len(points), arguments, device=self._device)
        result: NDArray[np.float32] = self._out.numpy().copy()
        return result

    def nearest_faces(self) -> NDArray[np.int32]:
        """(N,) the face nearest to each point of the last call, -1 where the mesh is farther than the caps."""
        result: NDArray[np.int32] = self._hint.numpy().copy()
        return result

    def _move(self, vertices: NDArray[np.float32]) -> None:
        import warp as wp

        self._vertices.assign(np.ascontiguousarray(vertices, np.float32))
        if self._mesh is None:
            # Built on the first real pose: a tree over vertices that all lie at the origin would stay a bad one.
            self._mesh = wp.Mesh(self._vertices, self._indices, bvh_leaf_size=_LEAF_SIZE)
        else:
            self._mesh.refit()

    def _prepare(self, count: int) -> None:
        import warp as wp

        if count != len(self._hint):
            self._hint = wp.full(count, -1, dtype=wp.int32, device=self._device)
            self._out = wp.zeros(count, dtype=wp.float32, device=self._device)
