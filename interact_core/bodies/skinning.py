"""Linear blend skinning of a whole batch as one matrix product.

A vertex is sum_j w_j (R_j v + t_j): linear in the rows of the bone transforms. With the weights times the homogeneous rest
vertex in a matrix A (V, 4B) and the transforms stacked as G (4B, 3T), all frames are A @ G. A is built once per shape;
nothing of size V x B x T ever exists.
"""

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.arrays import Array, namespace
from interact_core.clip import Floats


def skinning_matrix(vertices: Floats, index: NDArray[np.integer], weight: Floats, bones: int) -> NDArray[np.float32]:
    """(V, 4 * bones) float32 for rest vertices (V, 3) and K influences per vertex: index, weight (V, K).

    Dense, though 49 of 50 entries are zero: a sparse product saves 0.3 of 0.8 ms a frame, but importing scipy.sparse for it
    takes longer than posing a clip.
    """
    shares = np.zeros((len(vertices), bones, 1), np.float32)
    np.add.at(shares[:, :, 0], (np.arange(len(vertices))[:, None], index), weight)
    homogeneous = np.concatenate([vertices, np.ones((len(vertices), 1))], axis=1).astype(np.float32)
    return (shares * homogeneous[:, None]).reshape(len(vertices), 4 * bones)


def skin(matrix: Array, rotation: Array, translation: Array) -> Array:
    """(T, V, 3) world vertices from bone rotations (T, B, 3, 3) and translations (T, B, 3) that act on rest vertices.

    `matrix` is skinning_matrix's, as an array of the others' kind.
    """
    xp = namespace(rotation)
    frames, bones = rotation.shape[:2]
    columns = xp.concat([rotation, translation[..., None]], axis=-1)  # (T, B, 3, 4)
    stacked = xp.reshape(xp.permute_dims(columns, (1, 3, 0, 2)), (4 * bones, 3 * frames))
    return xp.permute_dims(xp.reshape(matrix @ stacked, (-1, frames, 3)), (1, 0, 2))
