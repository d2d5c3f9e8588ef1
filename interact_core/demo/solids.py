"""Closed surfaces from formulas: every function returns a watertight triangle mesh in metres, faces turned outward.

A prop is a union of overlapping closed solids; inside and outside stay well defined through the winding number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from interact_core.demo.rotation import Array, frame


@dataclass(frozen=True)
class Solid:
    """points (V, 3), faces (F, 3), and the exact signed distance of points (N, 3), metres, negative inside."""

    points: Array
    faces: NDArray[np.int64]
    distance: Callable[[Array], Array]


def rounded_box(size: Sequence[float], radius: float, cell: float, centre: Sequence[float] = (0, 0, 0)) -> Solid:
    """A box with edges rounded by `radius`, about one vertex per `cell` metres."""
    half = np.asarray(size, float) / 2
    inner = half - radius
    axes = [_box_axis(h, r, radius, cell) for h, r in zip(half, inner, strict=True)]
    lattice, faces = _box_shell(axes)
    core = np.clip(lattice, -inner, inner)
    d = lattice - core
    length = np.linalg.norm(d, axis=1, keepdims=True)
    middle = np.asarray(centre, float)

    def distance(p: Array) -> Array:
        q = np.abs(p - middle) - inner
        outside = np.linalg.norm(np.maximum(q, 0), axis=-1)
        return np.asarray(outside + np.minimum(q.max(axis=-1), 0) - radius)

    return Solid(core + radius * d / np.maximum(length, 1e-12) + middle, faces, distance)


def _box_axis(half: float, inner: float, radius: float, cell: float) -> Array:
    flat = np.linspace(-inner, inner, max(2, round(2 * inner / cell) + 1))
    # Tangent spacing gives equal arcs over the rounded edge.
    arc = inner + radius * np.tan(np.linspace(0, np.pi / 4, 4))[1:]
    return np.concatenate([-arc[::-1], flat, arc])


def _box_shell(axes: list[Array]) -> tuple[Array, NDArray[np.int64]]:
    """The vertices and outward triangles of the lattice's surface, each vertex once."""
    index: dict[tuple[int, int, int], int] = {}
    triangles: list[tuple[int, int, int]] = []

    def vertex(key: tuple[int, int, int]) -> int:
        return index.setdefault(key, len(index))

    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for end in (0, len(axes[axis]) - 1):
            for i in range(len(axes[u]) - 1):
                for j in range(len(axes[v]) - 1):
                    corners = []
                    for du, dv in ((0, 0), (1, 0), (1, 1), (0, 1)):
                        key = [0, 0, 0]
                        key[axis], key[u], key[v] = end, i + du, j + dv
                        corners.append(vertex((key[0], key[1], key[2])))
                    if end == 0:
                        corners.reverse()
                    triangles += [(corners[0], corners[1], corners[2]), (corners[0], corners[2], corners[3])]
    points = np.array([[axes[k][key[k]] for k in range(3)] for key in index])
    return points, np.array(triangles)


def lathe(profile: Sequence[tuple[float, float]], segments: int = 48, cell: float = 0.0) -> Solid:
    """Turn a profile of (radius, y), from axis to axis, upward on the outside, about +Y. `cell` resamples it."""
    line = resample(np.asarray(profile, float), cell) if cell else np.asarray(profile, float)
    inner = line[1:-1]
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    ring = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    points = (inner[:, None, :1] * ring + np.array([0, 1, 0]) * inner[:, None, 1:]).reshape(-1, 3)
    bottom, top = [0.0, line[0, 1], 0.0], [0.0, line[-1, 1], 0.0]
    faces = _tube_faces(len(inner), segments, len(points), len(points) + 1)
    outline = np.asarray(profile, float)

    def distance(p: Array) -> Array:
        return _outline_distance(np.stack([np.hypot(p[:, 0], p[:, 2]), p[:, 1]], axis=1), outline)

    return Solid(np.vstack([points, bottom, top]), faces, distance)


def _outline_distance(q: Array, outline: Array) -> Array:
    """Signed distance in the (radius, y) half plane to a profile closed by the axis; sign by crossing number."""
    a, b = outline[:-1], outline[1:]
    edge = b - a
    rel = q[:, None] - a
    along = np.clip(np.einsum("nek,ek->ne", rel, edge) / np.maximum((edge**2).sum(1), 1e-18), 0, 1)
    near = np.linalg.norm(rel - along[..., None] * edge, axis=-1).min(axis=1)
    straddles = (a[:, 1] > q[:, None, 1]) != (b[:, 1] > q[:, None, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = a[:, 0] + (q[:, None, 1] - a[:, 1]) * edge[:, 0] / edge[:, 1]
    inside = (straddles & (at > q[:, None, 0])).sum(axis=1) % 2 == 1
    return np.asarray(np.where(inside, -near, near))


def _tube_faces(rings: int, segments: int, bottom: int, top: int) -> NDArray[np.int64]:
    faces: list[tuple[int, int, int]] = []
    for s in range(segments):
        n = (s + 1) % segments
        faces.append((bottom, n, s))
        faces.append((top, (rings - 1) * segments + s, (rings - 1) * segments + n))
        for r in range(rings - 1):
            a, b = r * segments, (r + 1) * segments
            faces += [(a + s, a + n, b + n), (a + s, b + n, b + s)]
    return np.array(faces)


def sweep(path: Array, radius: float, segments: int = 20, up: Sequence[float] = (0, 0, 1)) -> Solid:
    """A tube along a polyline (N, 3) with blunt caps; `up` is any direction the path never runs along."""
    path = np.asarray(path, float)
    tangent = np.gradient(path, axis=0)
    basis = frame(tangent, np.broadcast_to(np.asarray(up, float), path.shape))
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    rings = []
    # A shrinking ring beyond each end makes the caps round instead of flat.
    for k, shrink, out in [(0, 0.75, -0.66), *[(i, 1.0, 0.0) for i in range(len(path))], (len(path) - 1, 0.75, 0.66)]:
        e = basis[k]
        ring = np.cos(angle)[:, None] * e[:, 1] + np.sin(angle)[:, None] * e[:, 2]
        rings.append(path[k] + e[:, 0] * out * radius + ring * radius * shrink)
    points = np.concatenate(rings)
    ends = np.stack([path[0] - basis[0, :, 0] * radius, path[-1] + basis[-1, :, 0] * radius])
    faces = _tube_faces(len(rings), segments, len(points), len(points) + 1)
    line = _corners(path)

    def distance(p: Array) -> Array:
        edge = line[1:] - line[:-1]
        rel = p[:, None] - line[:-1]
        along = np.clip(np.einsum("nek,ek->ne", rel, edge) / (edge**2).sum(1), 0, 1)
        return np.asarray(np.linalg.norm(rel - along[..., None] * edge, axis=-1).min(axis=1) - radius)

    return Solid(np.vstack([points, ends]), faces, distance)


def _corners(path: Array) -> Array:
    """The polyline without the points that lie on a straight run."""
    d = np.diff(path, axis=0)
    d = d / np.linalg.norm(d, axis=1, keepdims=True)
    bends = np.flatnonzero(np.einsum("ij,ij->i", d[:-1], d[1:]) < 1 - 1e-9) + 1
    return np.asarray(path[[0, *bends, len(path) - 1]])


def ball(radius: float, centre: Sequence[float] = (0, 0, 0), segments: int = 48) -> Solid:
    lat = np.linspace(-np.pi / 2, np.pi / 2, segments // 2 + 1)
    turned = lathe([(float(r), float(y)) for r, y in zip(radius * np.cos(lat), radius * np.sin(lat), strict=True)], segments)
    middle = np.asarray(centre, float)
    return Solid(turned.points + middle, turned.faces, lambda p: np.asarray(np.linalg.norm(p - middle, axis=1) - radius))


def cylinder(radius: float, height: float, cell: float, edge: float = 0.004, segments: int = 40) -> Solid:
    """Standing on y = 0, its edges rounded by `edge`."""
    quarter = np.linspace(0, np.pi / 2, 4)
    low = [(radius - edge + edge * np.sin(a), edge - edge * np.cos(a)) for a in quarter]
    high = [(radius - edge + edge * np.cos(a), height - edge + edge * np.sin(a)) for a in quarter]
    profile = np.array([(0.0, 0.0), *low, *high, (0.0, height)])
    return lathe([(float(r), float(y)) for r, y in profile], segments, cell)


def resample(line: Array, cell: float) -> Array:
    """Insert points so that no two neighbours are further apart than `cell`; the given points stay."""
    out = [line[:1]]
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.linalg.norm(b - a) / cell)))
        out.append(a + (b - a) * np.linspace(0, 1, n + 1)[1:, None])
    return np.concatenate(out)


def placed(solid: Solid, rotation: Array | None = None, offset: Sequence[float] = (0, 0, 0)) -> Solid:
    turn = np.eye(3) if rotation is None else rotation
    shift = np.asarray(offset, float)
    return Solid(solid.points @ turn.T + shift, solid.faces, lambda p: solid.distance((p - shift) @ turn))


def union(*solids: Solid) -> Solid:
    """Solids side by side in one mesh (no boolean: insides may overlap)."""
    offsets = np.cumsum([0, *[len(s.points) for s in solids[:-1]]])
    points = np.concatenate([s.points for s in solids])
    faces = np.concatenate([s.faces + o for s, o in zip(solids, offsets, strict=True)])
    return Solid(points, faces, lambda p: np.asarray(np.min([s.distance(p) for s in solids], axis=0)))


def arc(centre: Sequence[float], radius: tuple[float, float], start: float, end: float, count: int = 24) -> Array:
    """Points of an ellipse arc in the xy plane, angles in radians."""
    a = np.linspace(start, end, count)
    return np.asarray(centre, float) + np.stack([radius[0] * np.cos(a), radius[1] * np.sin(a), np.zeros(count)], axis=1)
