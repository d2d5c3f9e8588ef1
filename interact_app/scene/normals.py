"""Vertex normals, kept off the frame path: a deforming skin caches what it computed, a rigid object only rotates."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_FIT_POINTS = 256
"""Points used to recover a rigid part's rotation: the fit is exact for rigid motion, so few suffice."""


class SkinNormals:
    """Area-weighted smooth normals of vertices (T, V, 3). Each frame is computed once and kept as int8 (3 bytes a vertex)."""

    def __init__(self, vertices: Floats, faces: NDArray[np.integer]) -> None:
        self._vertices = vertices
        frames, count = vertices.shape[:2]
        self._corners = tuple(np.ascontiguousarray(faces[:, k], np.intp) for k in range(3))
        self._rounds, self._place = _rounds(faces, count)
        self._cache = np.zeros((frames, count, 3), np.int8)
        self._known = np.zeros(frames, bool)

    def write(self, frame: int, out: Floats) -> None:
        """Normals of a finite frame into out (V, 3)."""
        if not self._known[frame]:
            np.rint(self.compute(self._vertices[frame]) * 127.0, out=out)
            self._cache[frame] = out
            self._known[frame] = True
        np.multiply(self._cache[frame], np.float32(1 / 127), out=out)

    def take(self, vertices: Floats) -> None:
        """Another motion of the same skin, with as many frames."""
        self._vertices = vertices
        self._known[:] = False

    def forget(self, start: int, stop: int) -> None:
        """Vertices of these frames changed."""
        self._known[start:stop] = False

    def compute(self, vertices: Floats) -> Floats:
        """Unit normals (V, 3) of one frame; a vertex without area gets zero."""
        # One axis after the other, each in memory of its own, and no index checked again ("clip"): three times as fast.
        across = np.ascontiguousarray(vertices.T)
        ends = []
        for line in across:
            start, second, third = (line.take(corner, mode="clip") for corner in self._corners)
            ends.append((second - start, third - start))
        (bx, cx), (by, cy), (bz, cz) = ends
        x, y, z = (self._gather(area) for area in (by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx))
        length = np.maximum(np.sqrt(x * x + y * y + z * z), np.float32(1e-20))
        normals = np.empty((len(self._place), 3), np.float32)
        for axis, sums in enumerate((x, y, z)):
            np.divide(sums, length, out=sums)
            normals[:, axis] = sums.take(self._place, mode="clip")
        return normals

    def _gather(self, of_faces: Floats) -> Floats:
        """(V,) sums of the values (F,) of the faces around each vertex, in the order of the rounds."""
        total = np.zeros(len(self._place), np.float32)
        for faces in self._rounds:
            total[: len(faces)] += of_faces.take(faces, mode="clip")
        return total


def _rounds(faces: NDArray[np.integer], count: int) -> tuple[list[NDArray[np.intp]], NDArray[np.intp]]:
    """The first face of every vertex, then the second of those that have two, and so on: as fast as a sparse product.

    Vertices are ordered by how many faces they have, so that each round is about the first of them; vertex v is at place[v].
    """
    corners = faces.ravel()
    degree = np.bincount(corners, minlength=count)
    place = np.empty(count, np.intp)
    place[np.argsort(-degree, kind="stable")] = np.arange(count)
    by_vertex = np.argsort(corners, kind="stable")
    turn = np.arange(len(corners)) - np.repeat(np.cumsum(degree) - degree, degree)
    order = by_vertex[np.lexsort((place[corners[by_vertex]], turn))]
    sizes = np.bincount(turn)
    return np.split(order // 3, np.cumsum(sizes)[:-1]), place


class RigidNormals:
    """Normals of rigid parts: those of a reference pose, turned by each part's rotation since then (Kabsch 1976)."""

    def __init__(self, reference: Floats, normals: Floats, parts: tuple[slice, ...]) -> None:
        self._normals = normals
        self._fits = [(part, *_reference_points(reference[part])) for part in parts if part.stop > part.start]

    def write(self, points: Floats, out: Floats) -> None:
        """Normals for the posed points (V, 3), which share the reference's vertex order, into out (V, 3)."""
        for part, picked, anchor in self._fits:
            now = points[part][picked].astype(np.float64)
            rotation = _rotation_between(anchor, now - now.mean(axis=0))
            np.matmul(self._normals[part], rotation.T.astype(np.float32), out=out[part])


def _reference_points(points: Floats) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    picked = np.linspace(0, len(points) - 1, min(_FIT_POINTS, len(points))).astype(np.intp)
    chosen = points[picked].astype(np.float64)
    return picked, chosen - chosen.mean(axis=0)


def _rotation_between(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    u, _, vt = np.linalg.svd(after.T @ before)
    handed = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    return u @ handed @ vt
