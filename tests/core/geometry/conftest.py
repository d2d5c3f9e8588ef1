"""Meshes with known distances, and one compiled-kernel folder for all runs."""

from collections.abc import Callable

import numpy as np
import pytest

from interact_core.clip import Mesh


def to_mesh(shape: object, name: str = "") -> Mesh:
    return Mesh(np.asarray(shape.vertices, np.float32), np.asarray(shape.faces, np.int32), name)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def sphere() -> Mesh:
    import trimesh

    return to_mesh(trimesh.creation.icosphere(subdivisions=5, radius=0.15), "sphere")


@pytest.fixture(scope="session")
def box() -> Mesh:
    import trimesh

    return to_mesh(trimesh.creation.box(extents=(0.4, 0.3, 0.2)), "box")


def _box_distance(points: np.ndarray, extents: tuple[float, float, float]) -> np.ndarray:
    """Exact signed distance to an axis-aligned box at the origin (Quilez's formula)."""
    q = np.abs(points) - np.array(extents) / 2
    return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(axis=1), 0)


def _around(mesh: Mesh, reach: float, count: int, seed: int = 0) -> np.ndarray:
    """float32 points within `reach` of the surface, area-uniform."""
    rng = np.random.default_rng(seed)
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    face = rng.choice(len(area), count, p=area / area.sum())
    on = np.einsum("nk,nkj->nj", rng.dirichlet([1.0, 1.0, 1.0], count), corners[face])
    way = rng.normal(size=(count, 3))
    way *= (rng.uniform(0, reach, count) / np.linalg.norm(way, axis=1))[:, None]
    return (on + way).astype(np.float32)


def _igl_distance(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """The independent reference: libigl's closest point in double precision, sign by fast winding number.

    Not igl.signed_distance, whose distances are up to 0.16 mm off (2.6.3, against brute force in double precision).
    """
    import igl

    arguments = points.astype(np.float64), mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64)
    distance = np.sqrt(igl.point_mesh_squared_distance(*arguments)[0])
    winding = igl.fast_winding_number(arguments[1], arguments[2], arguments[0])
    return np.where(winding > 0.5, -distance, distance)


@pytest.fixture(scope="session")
def box_distance() -> Callable[[np.ndarray, tuple[float, float, float]], np.ndarray]:
    return _box_distance


@pytest.fixture(scope="session")
def around() -> Callable[..., np.ndarray]:
    return _around


@pytest.fixture(scope="session")
def igl_distance() -> Callable[[Mesh, np.ndarray], np.ndarray]:
    return _igl_distance
