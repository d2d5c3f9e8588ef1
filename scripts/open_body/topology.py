"""From the base mesh to one watertight outer skin: mouth bag and eye sockets closed, head and feet thinned.

Everything is done on the left half (x >= 0) and mirrored, so left and right match exactly. The result is a matrix: each
skin vertex is a fixed mix of base vertices, which is how every sampled shape reaches the skin.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.spatial import cKDTree

from scripts.open_body.collapse import Thinner
from scripts.open_body.occlusion import open_sky
from scripts.open_body.sources import Array

HEAD_KEEP, FOOT_KEEP = 1050, 430
"""Vertices kept on the left half of the head and on the left foot, of about 2000 and 1070."""


@dataclass(frozen=True)
class Skin:
    """combine (V, base vertices) @ base = skin vertices; faces (F, 3); mirror (V,) the vertex across x = 0.

    The first `half` vertices are the left half and the middle, the rest their mirror images.
    """

    combine: csr_array
    faces: NDArray[np.int64]
    mirror: NDArray[np.int64]
    half: int


def outer_skin(
    base: Array,
    quads: NDArray[np.int64],
    groups: dict[str, NDArray[np.int64]],
    regions: Array,
    breast_point: tuple[NDArray[np.int64], Array] | None,
) -> Skin:
    """`regions` (base vertices,): 1 on the head, 2 on the feet, else 0, from the skinning weights.

    `breast_point` is the target that moves the nipples: it tells where they are, and they are smoothed away.
    """
    triangles = _triangulated(base, quads)
    left = triangles[base[triangles, 0].mean(1) > 0]
    left = _without_cavities(base, triangles, left)
    builder = _Builder(base)
    for loop in _border_loops(left):
        if np.abs(base[loop, 0]).min() > 1e-6:
            left = np.concatenate([left, builder.close_eye(loop, groups["helper-l-eye"])])
    left = np.concatenate([left, builder.close_mouth(_mouth_path(base, left))])
    points, matrix = builder.finish()
    if breast_point is not None:
        matrix = _smoothing(points, left, breast_point) @ matrix
        points = matrix @ base
    kind = np.concatenate([regions, np.ones(len(points) - len(base))])
    thinner = Thinner(points, left, longest_edge=0.022)
    used = np.unique(left)
    for label, keep in ((1, HEAD_KEEP), (2, FOOT_KEEP)):
        thinner.thin({int(v) for v in used if kind[v] == label}, keep)
    return _mirrored(points, matrix, thinner.result())


def _triangulated(base: Array, quads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Along the shorter diagonal, which bends least; mirror images get mirrored diagonals."""
    corner = base[quads]
    first = np.linalg.norm(corner[:, 0] - corner[:, 2], axis=1) <= np.linalg.norm(corner[:, 1] - corner[:, 3], axis=1)
    a = np.where(first[:, None, None], quads[:, [[0, 1, 2], [0, 2, 3]]], quads[:, [[1, 2, 3], [1, 3, 0]]])
    return a.reshape(-1, 3)


def _without_cavities(base: Array, triangles: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.int64]:
    """Drop the parts of the head from which hardly any sky is seen: inside the mouth and behind the lids."""
    sky = open_sky(base, triangles, left)
    hidden = (sky < 0.035) & (base[left, 1].mean(1) > 0.6)
    hidden = _largest_patches(left, hidden, count=2)
    return left[~hidden]


def _largest_patches(faces: NDArray[np.int64], chosen: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """The `count` largest connected patches of chosen faces, with notches and islands at their rims filled."""
    from trimesh.graph import connected_components, face_adjacency

    pairs = face_adjacency(faces)
    inner = pairs[chosen[pairs].all(1)]
    patches = sorted(connected_components(inner, nodes=np.flatnonzero(chosen)), key=len)[-count:]
    result = np.zeros(len(faces), bool)
    result[np.concatenate(patches)] = True
    for _ in range(6):
        inside = np.bincount(pairs[result[pairs[:, 1]], 0], minlength=len(faces))
        inside += np.bincount(pairs[result[pairs[:, 0]], 1], minlength=len(faces))
        result = (result & (inside >= 1)) | (inside >= 2)
    outer = pairs[~result[pairs].any(1)]
    rest = max(connected_components(outer, nodes=np.flatnonzero(~result)), key=len)
    result[:] = True
    result[rest] = False
    return result


def _border_edges(faces: NDArray[np.int64]) -> dict[int, int]:
    """start -> end of directed edges that no face runs the other way."""
    edges = {(a, b) for f in faces.tolist() for a, b in ((f[0], f[1]), (f[1], f[2]), (f[2], f[0]))}
    return {a: b for a, b in edges if (b, a) not in edges}


def _border_loops(faces: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    following, loops = _border_edges(faces), []
    while following:
        start, loop = next(iter(following)), []
        while start in following:
            loop.append(start)
            start = following.pop(start)
        loops.append(np.array(loop))
    return loops


def _mouth_path(base: Array, faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lip line from midline to midline: the part of the border that leaves x = 0."""
    for loop in _border_loops(faces):
        away = np.abs(base[loop, 0]) > 1e-6
        if away.any() and not away.all():
            loop = np.roll(loop, -int(np.flatnonzero(~away & np.roll(away, -1))[0]))
            return loop[: int(np.flatnonzero(np.abs(base[loop, 0]) > 1e-6)[-1]) + 2]
    raise ValueError("no lip line found: the mouth is already closed")


class _Builder:
    """Collects added vertices as mixes of base vertices."""

    def __init__(self, base: Array) -> None:
        self.base = base
        self.mixes: list[dict[int, float]] = []

    def add(self, mix: dict[int, float]) -> int:
        self.mixes.append(mix)
        return len(self.base) + len(self.mixes) - 1

    def close_mouth(self, path: NDArray[np.int64]) -> NDArray[np.int64]:
        middle = self.add({int(path[0]): 0.5, int(path[-1]): 0.5})
        return np.array([[b, a, middle] for a, b in itertools.pairwise(path)])

    def close_eye(self, loop: NDArray[np.int64], eyeball: NDArray[np.int64]) -> NDArray[np.int64]:
        """A lid-to-lid cap whose middle lies on the front of the eyeball, with one ring in between."""
        front = eyeball[np.argsort(-self.base[eyeball, 2])[:4]]
        pole = {int(v): 0.25 for v in front}
        ring = []
        for v in loop:
            mix = {int(v): 0.45}
            for p, share in pole.items():
                mix[p] = mix.get(p, 0.0) + 0.70 * share
            for other in loop:
                mix[int(other)] = mix.get(int(other), 0.0) - 0.15 / len(loop)
            ring.append(self.add(mix))
        middle, faces = self.add(pole), []
        for k in range(len(loop)):
            n = (k + 1) % len(loop)
            a, b, c, d = int(loop[k]), int(loop[n]), ring[k], ring[n]
            faces += [[b, a, c], [b, c, d], [d, c, middle]]
        return np.array(faces)

    def finish(self) -> tuple[Array, csr_array]:
        count = len(self.base)
        rows = [*range(count), *(count + i for i, mix in enumerate(self.mixes) for _ in mix)]
        columns = [*range(count), *(v for mix in self.mixes for v in mix)]
        values = [1.0] * count + [share for mix in self.mixes for share in mix.values()]
        matrix = coo_array((values, (rows, columns)), shape=(count + len(self.mixes), count)).tocsr()
        return matrix @ self.base, matrix


def _smoothing(points: Array, faces: NDArray[np.int64], breast_point: tuple[NDArray[np.int64], Array]) -> csr_array:
    """Neighbour averaging around the most moved vertex of a target, fading out over 3 cm: a figure for work, not anatomy."""
    index, offset = breast_point
    on_left = points[index, 0] > 0
    peak = index[on_left][np.argmax(np.linalg.norm(offset[on_left], axis=1))]
    fade = np.clip(1.5 - np.linalg.norm(points - points[peak], axis=1) / 0.02, 0, 1)
    n = len(points)
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    degree = np.maximum(links.sum(1), 1)
    diagonal = np.arange(n)
    average = coo_array((fade / degree, (diagonal, diagonal)), shape=(n, n)).tocsr() @ links
    step = csr_array(average + coo_array((1 - fade, (diagonal, diagonal)), shape=(n, n)).tocsr())
    result = step
    for _ in range(7):
        result = csr_array(result @ step)
    return result


def _mirrored(points: Array, matrix: csr_array, left: NDArray[np.int64]) -> Skin:
    """Left half plus its mirror image. Added vertices mirror by mirroring every base vertex they are mixed from."""
    count = matrix.shape[1]
    twin = cKDTree(points[:count]).query(points[:count] * [-1, 1, 1])[1]
    used = np.unique(left)
    middle = np.abs(points[used, 0]) < 1e-7
    reflect = coo_array((np.ones(count), (np.arange(count), twin)), shape=(count, count)).tocsr()
    right_rows = matrix[used[~middle]] @ reflect
    combine = csr_array(vstack([matrix[used], right_rows]))
    left_id = np.full(len(points), -1)
    left_id[used] = np.arange(len(used))
    right_id = left_id.copy()
    right_id[used[~middle]] = len(used) + np.arange((~middle).sum())
    faces = np.concatenate([left_id[left], right_id[left][:, ::-1]])
    mirror = np.empty(combine.shape[0], np.int64)
    mirror[left_id[used]] = right_id[used]
    mirror[right_id[used]] = left_id[used]
    return Skin(combine, faces, mirror, len(used))
