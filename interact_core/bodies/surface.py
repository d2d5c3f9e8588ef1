"""Small facts about a triangle surface that several parts of the bodies need."""

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats


def vertex_normals(vertices: Floats, faces: NDArray[np.integer]) -> NDArray[np.float64]:
    """(V, 3) unit outward normals, faces weighted by area; a vertex without a face gets zero."""
    corners = np.asarray(vertices, np.float64)[faces]
    area_vectors = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros((len(vertices), 3))
    for k in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, k], area_vectors[:, axis], len(vertices))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return normals / np.where(length > 0, length, 1.0)


def closed_skin(faces: NDArray[np.integer]) -> NDArray[np.int32]:
    """The largest connected surface with its holes capped by fans: SMPL-X without eyeballs, eye sockets shut."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = int(faces.max()) + 1
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    links = coo_array((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    label = connected_components(links, directed=False)[1]
    largest = np.bincount(label[faces[:, 0]]).argmax()
    skin = faces[label[faces[:, 0]] == largest]
    caps = [[loop[k + 1], loop[k], loop[0]] for loop in border_loops(skin) for k in range(1, len(loop) - 1)]
    return np.concatenate([skin, np.array(caps, skin.dtype).reshape(-1, 3)]).astype(np.int32)


def border_loops(faces: NDArray[np.integer]) -> list[list[int]]:
    """Closed chains of directed edges that no face runs the other way."""
    edges = {(a, b) for f in faces.tolist() for a, b in ((f[0], f[1]), (f[1], f[2]), (f[2], f[0]))}
    following = {a: b for a, b in edges if (b, a) not in edges}
    loops = []
    while following:
        start, loop = next(iter(following)), []
        while start in following:
            loop.append(start)
            start = following.pop(start)
        loops.append(loop)
    return loops
