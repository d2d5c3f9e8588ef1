"""Linear blend skinning of a whole batch as one sparse product.

A vertex is sum_j w_j (R_j v + t_j): linear in the rows of the bone transforms. With the weights times the homogeneous rest
vertex in a sparse matrix A (V, 4B) and the transforms stacked as G (4B, 3T), all frames are A @ G. A is built once per
shape; nothing of size V x B x T ever exists.
"""

import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.arrays import Array, namespace
from interact_core.clip import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from torch import Tensor


def skinning_matrix(vertices: Floats, index: NDArray[np.integer], weight: Floats, bones: int) -> "csr_array":
    """Sparse CSR (V, 4 * bones) float32 for rest vertices (V, 3) and K influences per vertex: index, weight (V, K)."""
    from scipy.sparse import coo_array

    homogeneous = np.concatenate([vertices, np.ones((len(vertices), 1))], axis=1)
    values = weight[:, :, None] * homogeneous[:, None, :]
    columns = 4 * np.asarray(index, np.int64)[:, :, None] + np.arange(4)
    rows = np.broadcast_to(np.arange(len(vertices))[:, None, None], columns.shape)
    keep = np.broadcast_to(weight[:, :, None] > 0, columns.shape)
    matrix = coo_array((values[keep], (rows[keep], columns[keep])), shape=(len(vertices), 4 * bones)).tocsr()
    matrix.sum_duplicates()
    return matrix.astype(np.float32)


def on_device(matrix: "csr_array", device: str) -> "Tensor":
    """The same matrix for torch."""
    import torch

    parts = (matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data)
    pointers, indices, data = (torch.from_numpy(part) for part in parts)
    with warnings.catch_warnings():  # torch announces once that sparse CSR is young; the product is all we need of it
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support")
        return torch.sparse_csr_tensor(pointers, indices, data, size=matrix.shape, check_invariants=False).to(device)


def skin(matrix: "csr_array | Tensor", rotation: Array, translation: Array) -> Array:
    """(T, V, 3) world vertices from bone rotations (T, B, 3, 3) and translations (T, B, 3) that act on rest vertices.

    `matrix` is of the arrays' kind: scipy's for numpy, torch's for torch.
    """
    xp = namespace(rotation)
    frames, bones = rotation.shape[:2]
    columns = xp.concat([rotation, translation[..., None]], axis=-1)  # (T, B, 3, 4)
    stacked = xp.reshape(xp.permute_dims(columns, (1, 3, 0, 2)), (4 * bones, 3 * frames))
    return xp.permute_dims(xp.reshape(matrix @ stacked, (-1, frames, 3)), (1, 0, 2))
