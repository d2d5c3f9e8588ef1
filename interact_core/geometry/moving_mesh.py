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

    `segments` (V,) numbers pieces of the surface that are slices of the body, like limbs: whatever is inside is in the box
    around one of them, and the boxes are what keeps most points from being searched for.
    """

    def __init__(
        self, faces: NDArray[np.integer], max_vertices: int, device: str = "cpu", segments: NDArray[np.integer] | None = None
    ) -> None:
        self._kernels = kernels(device)
        import warp as wp

        self._device = device
        self._vertices = wp.zeros(max_vertices, dtype=wp.vec3, device=device)
        self._indices = wp.array(np.ascontiguousarray(faces, np.int32).ravel(), dtype=wp.int32, device=device)
        self._order, self._starts = _slices(faces, np.zeros(max_vertices, np.intp) if segments is None else segments)
        self.num_segments = len(self._starts)
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

        mesh, boxes = self.place(vertices)
        self._prepare(len(points))
        if not len(points):
            return np.full(len(points), outer if outer is not None else cap, np.float32)
        queries = wp.array(np.ascontiguousarray(points, np.float32), dtype=wp.vec3, device=self._device, copy=False)
        arguments = [mesh, queries, float(cap), float(cap if outer is None else outer), boxes, self._hint, self._out]
        wp.launch(self._kernels.moving_distance, len(points), arguments, device=self._device)
        result: NDArray[np.float32] = self._out.numpy().copy()
        return result

    def nearest_faces(self) -> NDArray[np.int32]:
        """(N,) the face nearest to each point of the last call, -1 where the mesh is farther than the caps."""
        result: NDArray[np.int32] = self._hint.numpy().copy()
        return result

    def place(self, vertices: NDArray[np.float32]) -> tuple[int, "warp.array"]:
        """Move to vertices (V, 3). Warp's id of the mesh, and boxes (segments + 1, 2): around all, around each segment."""
        import warp as wp

        self._vertices.assign(np.ascontiguousarray(vertices, np.float32))
        if self._mesh is None:
            # Built on the first real pose: a tree over vertices that all lie at the origin would stay a bad one.
            self._mesh = wp.Mesh(self._vertices, self._indices, bvh_leaf_size=_LEAF_SIZE)
        else:
            self._mesh.refit()
        skin = np.ascontiguousarray(vertices[self._order].T)  # numpy reduces long rows 50 times faster than triples
        low, high = np.minimum.reduceat(skin, self._starts, axis=1), np.maximum.reduceat(skin, self._starts, axis=1)
        around = np.stack([np.column_stack([low.min(axis=1), low]).T, np.column_stack([high.max(axis=1), high]).T], axis=1)
        return self._mesh.id, wp.array(np.ascontiguousarray(around, np.float32), dtype=wp.vec3, device=self._device)

    def _prepare(self, count: int) -> None:
        import warp as wp

        if count != len(self._hint):
            self._hint = wp.full(count, -1, dtype=wp.int32, device=self._device)
            self._out = wp.zeros(count, dtype=wp.float32, device=self._device)


def _slices(faces: NDArray[np.integer], segments: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Vertices of one segment's faces after the other's, and where each begins; segments in the order of
    their numbers. A face belongs to the
    segment of its first vertex, so that what bounds a segment is in the boxes on both sides."""
    owner = np.asarray(segments)[faces[:, 0]]
    ids = [np.unique(faces[owner == k]) for k in np.unique(owner)]
    starts = np.cumsum([0, *(len(own) for own in ids[:-1])])
    return np.concatenate(ids).astype(np.intp), starts.astype(np.intp)
