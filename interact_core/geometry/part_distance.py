"""Signed distance of world points to a moving rigid part: grid look-up, exact triangles where the grid is not enough."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats
from interact_core.geometry.object_grid import ObjectGrid
from interact_core.geometry.warp_runtime import kernels

REFINE_BAND: Final = 0.06
"""Metres from the surface within which cells that hold an edge or a medial sheet are corrected exactly."""


class PartDistance:
    """An object grid and its triangles on a device. May be used from several threads."""

    def __init__(self, grid: ObjectGrid, device: str = "cpu") -> None:
        self._kernels = kernels(device)
        import warp as wp

        self._device = device
        self._signed = int(not grid.thin_shell)
        faces = grid.mesh.faces[:, ::-1] if grid.shell.flipped else grid.mesh.faces
        vertices = wp.array(np.ascontiguousarray(grid.mesh.vertices, np.float32), dtype=wp.vec3, device=device)
        indices = wp.array(np.ascontiguousarray(faces, np.int32).ravel(), dtype=wp.int32, device=device)
        self._mesh = wp.Mesh(vertices, indices, bvh_leaf_size=2)
        self._grid = wp.array(np.ascontiguousarray(grid.values, np.float32).ravel(), dtype=wp.float32, device=device)
        self._shape = wp.vec3i(*grid.values.shape)
        self._origin = wp.vec3(*grid.lattice.origin.tolist())
        self._cell = grid.lattice.cell

    def minimum_with(
        self,
        out: NDArray[np.float32],
        points: NDArray[np.float32],
        rotation: Floats,
        translation: Floats,
        band: float = REFINE_BAND,
    ) -> None:
        """Lower out (T, N), in place, to the distance of world points (T, N, 3) to the part posed by (T, 3, 3), (T, 3)."""
        import warp as wp

        frames, count = out.shape
        device = self._device
        target = wp.array(out, dtype=wp.float32, device=device, copy=False)
        block = 1 if target.device.is_cuda else max(count, 1)
        arguments = [
            self._mesh.id, self._grid, self._shape, self._origin, self._cell, float(band),
            wp.array(np.ascontiguousarray(points, np.float32), dtype=wp.vec3, device=device, copy=False),
            wp.array(np.ascontiguousarray(rotation, np.float32), dtype=wp.mat33, device=device),
            wp.array(np.ascontiguousarray(translation, np.float32), dtype=wp.vec3, device=device), self._signed, block, target,
        ]  # fmt: skip
        wp.launch(self._kernels.part_distance, (frames, -(-count // block)), arguments, device=device)
        if target.device.is_cuda:
            out[...] = target.numpy()

    def signed_distance(self, points: NDArray[np.float32], band: float = REFINE_BAND) -> NDArray[np.float32]:
        """(N,) metres at points (N, 3) in the part's own frame."""
        out = np.full((1, len(points)), np.inf, np.float32)
        self.minimum_with(out, points[None], np.eye(3)[None], np.zeros((1, 3)), band)
        return out[0]
