"""Thins a triangle mesh by half-edge collapses: every vertex that stays is an old one, so shapes and weights carry over.

Cost of a collapse is the quadric error of Garland and Heckbert (1997) at the kept vertex. Borders only collapse along
themselves, the link condition keeps the surface a manifold, and no face may flip or become a sliver.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from scripts.open_body.sources import Array


class Thinner:
    def __init__(self, vertices: Array, faces: NDArray[np.int64], longest_edge: float) -> None:
        self.vertices, self.longest_edge = vertices, longest_edge
        self.faces: dict[int, tuple[int, int, int]] = {i: tuple(f) for i, f in enumerate(faces.tolist())}
        self.around: dict[int, set[int]] = {}
        for i, face in self.faces.items():
            for corner in face:
                self.around.setdefault(corner, set()).add(i)
        self.quadric = np.zeros((len(vertices), 4, 4))
        for face in self.faces.values():
            plane = self._plane(face)
            for corner in face:
                self.quadric[corner] += plane
        self.border = {v for v in self.around if len(self._neighbours(v)) != len(self.around[v])}

    def thin(self, candidates: set[int], keep: int) -> None:
        """Remove vertices among `candidates` until `keep` of them are left or nothing more may go."""
        heap = [item for v in candidates for item in self._options(v)]
        heapq.heapify(heap)
        left = sum(v in self.around for v in candidates)
        while heap and left > keep:
            cost, source, target = heapq.heappop(heap)
            if source not in self.around or target not in self.around or target not in self._neighbours(source):
                continue
            if cost < self._cost(source, target) - 1e-15 or not self._allowed(source, target):
                continue
            touched = self._collapse(source, target)
            left -= 1
            for v in touched & candidates:
                for item in self._options(v):
                    heapq.heappush(heap, item)

    def result(self) -> NDArray[np.int64]:
        return np.array(sorted(self.faces.values()))

    def _plane(self, face: tuple[int, int, int]) -> Array:
        a, b, c = self.vertices[list(face)]
        normal = np.cross(b - a, c - a)
        area = np.linalg.norm(normal)
        normal /= max(area, 1e-12)
        plane = np.append(normal, -normal @ a)
        return area * np.outer(plane, plane)

    def _neighbours(self, v: int) -> set[int]:
        return {w for i in self.around[v] for w in self.faces[i]} - {v}

    def _cost(self, source: int, target: int) -> float:
        point = np.append(self.vertices[target], 1.0)
        length = np.linalg.norm(self.vertices[source] - self.vertices[target])
        shape = 2e-4 * length**4  # among flat choices, take short edges: keeps triangles even
        return float(point @ (self.quadric[source] + self.quadric[target]) @ point) + shape

    def _options(self, v: int) -> list[tuple[float, int, int]]:
        if v not in self.around:
            return []
        return [(self._cost(v, w), v, w) for w in self._neighbours(v) if self._allowed(v, w)]

    def _allowed(self, source: int, target: int) -> bool:
        shared = [i for i in self.around[source] if target in self.faces[i]]
        if source in self.border and (target not in self.border or len(shared) != 1):
            return False
        if len(self._neighbours(source) & self._neighbours(target)) != len(shared):
            return False
        for i in self.around[source] - set(shared):
            old = self.vertices[list(self.faces[i])]
            new = self.vertices[[target if v == source else v for v in self.faces[i]]]
            if not self._keeps_shape(old, new):
                return False
        return True

    def _keeps_shape(self, old: Array, new: Array) -> bool:
        before, after = np.cross(old[1] - old[0], old[2] - old[0]), np.cross(new[1] - new[0], new[2] - new[0])
        edges = np.linalg.norm(new - np.roll(new, 1, axis=0), axis=1)
        area = np.linalg.norm(after)
        turned = before @ after < 0.5 * np.linalg.norm(before) * area
        return not turned and edges.max() < self.longest_edge and area > 0.2 * edges.max() ** 2

    def _collapse(self, source: int, target: int) -> set[int]:
        touched = self._neighbours(source) | {target}
        for i in list(self.around[source]):
            face = self.faces[i]
            for v in face:
                self.around[v].discard(i)
            if target in face:
                del self.faces[i]
            else:
                moved = tuple(target if v == source else v for v in face)
                self.faces[i] = moved  # type: ignore[assignment]
                for v in moved:
                    self.around[v].add(i)
        self.quadric[target] += self.quadric[source]
        del self.around[source]
        return touched - {source}
