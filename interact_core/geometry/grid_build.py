"""Filling a signed distance grid: exact near the surface, closest-point propagation far from it.

1. The nodes of every cell that the surface passes through get their exact closest point on the triangles, and their
   side from the generalised winding number (fast approximation of Barill et al. 2018, in libigl).
2. A Euclidean feature transform (scipy) gives every other node its nearest such node, and with it a closest point and
   a side. The surface cannot pass between a node and its nearest marked node without marking a nearer one.
3. Nodes closer than EXACT_BAND are queried exactly.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats, Mesh
from interact_core.geometry.warp_runtime import each_core, kernels
from interact_core.jobs.context import JobContext

NODE_BUDGET: Final = 3_000_000
"""Compact and small objects with a 10 cm pad would need more nodes at 128 cells a side: their cells are made larger."""
_OFFSET: Final = np.array([0.382, 0.414, 0.449])
"""Cells. Without it the flat faces of boxes would lie on planes of nodes, and a node on the surface has no side."""
EXACT_BAND: Final = 0.055
"""Metres. Propagated values are up to cell^2 / (4 distance) too large: ours are exact where anybody reads millimetres."""


@dataclass(frozen=True)
class Lattice:
    """Nodes origin + index * cell, index < shape; metres, in the mesh's own frame."""

    origin: NDArray[np.float64]
    cell: float
    shape: tuple[int, int, int]

    def points(self, index: NDArray[np.integer]) -> NDArray[np.float32]:
        """(N, 3) float32 positions of nodes given by (N, 3) indices."""
        return (self.origin + index * self.cell).astype(np.float32)


def lattice_for(mesh: Mesh, resolution: int, pad: float) -> Lattice:
    low, high = _bounds(mesh)
    extent = high - low
    cell = float(extent.max()) / resolution
    room = extent + 2 * pad
    cell = max(cell, float((room.prod() / NODE_BUDGET) ** (1 / 3)))
    x, y, z = (int(n) + 2 for n in np.ceil(room / cell))
    return Lattice(low - pad - _OFFSET * cell, cell, (x, y, z))


def _bounds(mesh: Mesh) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    used = mesh.vertices[np.unique(mesh.faces)].astype(np.float64)
    return used.min(axis=0), used.max(axis=0)


def surface_nodes(mesh: Mesh, lattice: Lattice) -> NDArray[np.bool_]:
    """Corners of all cells that the surface passes through."""
    corners = fine_corners(mesh.vertices[mesh.faces], 0.7 * lattice.cell)
    index = np.floor((corners - lattice.origin) / lattice.cell).astype(np.int64)
    nodes = np.zeros(lattice.shape, bool)
    nodes[tuple(index.T)] = True
    for axis in range(3):
        front = np.moveaxis(nodes, axis, 0)
        front[1:] |= front[:-1].copy()
    return nodes


def fine_corners(triangles: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """Corners (N, 3) of the triangles (F, 3, 3) after halving longest edges until none exceeds limit."""
    done = []
    while len(triangles):
        edge = np.square(triangles[:, (1, 2, 0)] - triangles).sum(axis=2)
        longest = edge.argmax(axis=1)
        split = edge.max(axis=1) > limit * limit
        done.append(triangles[~split].reshape(-1, 3))
        rest, rows = triangles[split], np.arange(int(split.sum()))[:, None]
        a, b, c = (rest[rows[:, 0], (longest[split] + k) % 3] for k in range(3))
        middle = np.float32(0.5) * (a + b)
        triangles = np.concatenate([np.stack([a, middle, c], 1), np.stack([middle, b, c], 1)])
    return np.concatenate(done)


def winding_numbers(mesh: Mesh, points: Floats) -> NDArray[np.float64]:
    """(N,) generalised winding numbers, the fast approximation: 1 inside, 0 outside, between near holes."""
    import igl

    result: NDArray[np.float64] = igl.fast_winding_number(
        mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64), np.ascontiguousarray(points, np.float64)
    )
    return result


@dataclass(frozen=True)
class Filled:
    """values (lattice.shape) float32, negative inside; winding (K,) at the nodes next to the surface, not on it."""

    values: NDArray[np.float32]
    winding: NDArray[np.float64]


def fill(mesh: Mesh, lattice: Lattice, context: JobContext) -> Filled:
    """Signed distance at every node. Cancellable between its steps, each well under a second on two cores."""
    from scipy.ndimage import distance_transform_edt

    tree = Triangles(mesh)
    marked = surface_nodes(mesh, lattice)
    index = np.argwhere(marked)
    closest = tree.closest(lattice.points(index), np.full(len(index), 4 * lattice.cell, np.float32))
    context.progress(0.2, "marking the surface")
    context.checkpoint()
    winding = winding_numbers(mesh, lattice.points(index))
    # A node that happens to lie on the surface itself has no side to hand on to others.
    clear = np.linalg.norm(lattice.points(index) - closest, axis=1) > 0.002 * lattice.cell
    if clear.any():
        marked[marked] = clear
        closest, winding = closest[clear], winding[clear]
    context.progress(0.45, "inside and outside")
    context.checkpoint()
    nearest = distance_transform_edt(~marked, return_distances=False, return_indices=True)
    order = np.zeros(lattice.shape, np.int32)
    order[marked] = np.arange(len(closest), dtype=np.int32)
    order = order[tuple(nearest)]
    context.progress(0.65, "far field")
    context.checkpoint()
    values = _far_field(lattice, closest, order)
    context.progress(0.75, "exact near field")
    context.checkpoint()
    _exact_near(tree, lattice, values)
    np.negative(values, out=values, where=(np.abs(winding) > 0.5)[order])
    context.progress(1.0, "distance grid")
    return Filled(values, winding)


def _far_field(lattice: Lattice, closest: NDArray[np.float32], order: NDArray[np.int32]) -> NDArray[np.float32]:
    """Distance of every node to the closest surface point of its nearest marked node."""
    squared = np.zeros(lattice.shape, np.float32)
    for axis, count in enumerate(lattice.shape):
        line = (lattice.origin[axis] + lattice.cell * np.arange(count)).astype(np.float32)
        squared += (closest[:, axis][order] - line.reshape([-1 if a == axis else 1 for a in range(3)])) ** 2
    return np.sqrt(squared, out=squared)


def _exact_near(tree: "Triangles", lattice: Lattice, values: NDArray[np.float32]) -> None:
    """Replace the values below EXACT_BAND by exact ones; the propagated value, an upper bound, keeps the search short."""
    near = np.flatnonzero(values < EXACT_BAND)
    points = lattice.points(np.stack(np.unravel_index(near, lattice.shape), axis=1))
    reach = values.reshape(-1)[near] + np.float32(1e-5)
    values.reshape(-1)[near] = np.linalg.norm(points - tree.closest(points, reach), axis=1)


class Triangles:
    """A mesh ready for closest-point and ray queries on the CPU."""

    def __init__(self, mesh: Mesh) -> None:
        self._kernels = kernels("cpu")
        import warp as wp

        vertices = wp.array(np.ascontiguousarray(mesh.vertices, np.float32), dtype=wp.vec3, device="cpu")
        indices = wp.array(np.ascontiguousarray(mesh.faces, np.int32).ravel(), dtype=wp.int32, device="cpu")
        self._mesh = wp.Mesh(vertices, indices, bvh_leaf_size=2)

    def closest(self, points: NDArray[np.float32], reach: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3) nearest surface points, NaN where none is within reach (N,)."""
        out = np.empty((len(points), 3), np.float32)
        each_core(lambda part: self._closest(points[part], reach[part], out[part]), len(points))
        return out

    def _closest(self, points: NDArray[np.float32], reach: NDArray[np.float32], out: NDArray[np.float32]) -> None:
        import warp as wp

        queries = wp.array(np.ascontiguousarray(points), dtype=wp.vec3, device="cpu", copy=False)
        limits = wp.array(np.ascontiguousarray(reach), dtype=wp.float32, device="cpu", copy=False)
        target = wp.array(out, dtype=wp.vec3, device="cpu", copy=False)
        wp.launch(self._kernels.closest_points, len(points), [self._mesh.id, queries, limits, target], device="cpu")

    def hits(
        self, start: NDArray[np.float32], end: NDArray[np.float32], share: NDArray[np.float32], normal: NDArray[np.float32]
    ) -> None:  # fmt: skip
        """Where on the way from start to end (N, 3) the first triangle is met, into share (N,), and its normal (N, 3); both stay
        as they are where there is none."""
        import warp as wp

        ways = [wp.array(a, dtype=wp.vec3, device="cpu", copy=False) for a in (start, end)]
        found = wp.array(share, dtype=wp.float32, device="cpu", copy=False)
        faces = wp.array(normal, dtype=wp.vec3, device="cpu", copy=False)
        wp.launch(self._kernels.first_hits, len(start), [self._mesh.id, *ways, found, faces], device="cpu")
