"""How much of the sky a face sees: small inside cavities. Rays with warp, so that the script needs nothing new."""

import numpy as np
import warp as wp
from numpy.typing import NDArray

from scripts.open_body.sources import Array


@wp.kernel
def _escapes(
    mesh: wp.uint64,
    origin: wp.array(dtype=wp.vec3),
    normal: wp.array(dtype=wp.vec3),
    direction: wp.array(dtype=wp.vec3),
    share: wp.array(dtype=float),
) -> None:
    i = wp.tid()
    free = float(0.0)  # noqa: UP018 - warp reads a bare literal as a constant
    for j in range(direction.shape[0]):
        ray = direction[j]
        if wp.dot(ray, normal[i]) < 0.0:
            ray = -ray
        if not wp.mesh_query_ray(mesh, origin[i] + normal[i] * 0.0002, ray, 10.0).result:
            free += 1.0
    share[i] = free / float(direction.shape[0])


def open_sky(vertices: Array, surface: NDArray[np.int64], faces: NDArray[np.int64], rays: int = 96) -> NDArray[np.float32]:
    """(len(faces),) share of rays over the outer hemisphere of each face that leave `surface` unhindered; same rays always."""
    direction = np.random.default_rng(0).normal(size=(rays, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    corner = vertices[faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)

    def vectors(array: Array) -> wp.array:
        return wp.array(array.astype(np.float32), dtype=wp.vec3, device="cpu")

    mesh = wp.Mesh(points=vectors(vertices), indices=wp.array(surface.astype(np.int32).ravel(), dtype=wp.int32, device="cpu"))
    share = wp.zeros(len(faces), dtype=float, device="cpu")
    inputs = [mesh.id, vectors(corner.mean(1)), vectors(normal), vectors(direction), share]
    wp.launch(_escapes, dim=len(faces), inputs=inputs, device="cpu")
    return share.numpy()
