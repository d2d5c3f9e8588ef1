"""Signed distance of points on moving parts to a body that moves: only what is in or just before the skin is looked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats
from interact_core.geometry.moving_mesh import MovingMesh
from interact_core.geometry.warp_runtime import kernels

EVERYWHERE = 2**30
"""More segments than any mesh has."""


class WatchedPoints:
    """`points` are those of each part in its own frame, and against how many of the mesh's first segments each is tried (N,).

    Keep one per thread: what was nearest at the last look narrows the search of the next.
    """

    def __init__(self, mesh: MovingMesh, points: Sequence[tuple[Floats, NDArray[np.integer]]]) -> None:
        self._kernels = kernels("cpu")
        import warp as wp

        self._mesh = mesh
        places = np.concatenate([own for own, _ in points])
        near = np.minimum(np.concatenate([segments for _, segments in points]), mesh.num_segments)
        owner = np.repeat(np.arange(len(points)), [len(own) for own, _ in points])
        self._count = len(places)
        self._points = wp.array(np.ascontiguousarray(places, np.float32), dtype=wp.vec3, device="cpu")
        self._owner, self._near = (wp.array(a.astype(np.int32), dtype=wp.int32, device="cpu") for a in (owner, near))
        self._hint = wp.full(self._count, -1, dtype=wp.int32, device="cpu")
        self._out = wp.zeros(self._count, dtype=wp.float32, device="cpu")

    def look(
        self, vertices: NDArray[np.float32], rotation: Floats, translation: Floats, cap: float, outer: float
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:  # fmt: skip
        """(N,) distances clamped to [-cap, outer] and (N,) nearest faces, -1 beyond `outer`, with the mesh at vertices (V, 3) and
        the parts posed by (K, 3, 3) and (K, 3). Both are overwritten by the next look."""
        import warp as wp

        mesh, boxes = self._mesh.place(vertices)
        turn = wp.array(np.ascontiguousarray(rotation, np.float32), dtype=wp.mat33, device="cpu")
        shift = wp.array(np.ascontiguousarray(translation, np.float32), dtype=wp.vec3, device="cpu")
        arguments = [
            mesh, self._points, self._owner, self._near, turn, shift, float(cap), float(outer), boxes, self._hint, self._out
        ]  # fmt: skip
        wp.launch(self._kernels.watched_distance, self._count, arguments, device="cpu")
        return self._out.numpy(), self._hint.numpy()
