"""340 points of an object: vertices by an even stride over the mesh's own order, as InterAct takes them (note, section 6.5).

Compared on three shipped OMOMO objects: the same vertices, bit for bit of the mesh.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLES: Final = 340


def stride_ids(num_vertices: int) -> NDArray[np.int64]:
    """(340,) vertex numbers; a mesh with fewer vertices gives each of them several times."""
    if num_vertices >= SAMPLES:
        return np.arange(SAMPLES, dtype=np.int64) * (num_vertices // SAMPLES)
    return np.arange(SAMPLES, dtype=np.int64) % num_vertices


def sample_points(vertices: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """(340, 3) float64, metres, in the mesh's frame."""
    return np.asarray(vertices, np.float64)[ids]
