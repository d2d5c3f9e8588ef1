"""What the evaluator sees of a frame: 77 markers and how far a cloud of fixed points is from the posed object.

(T, 615): 231 marker coordinates, then for each of 128 points the vector to the nearest object sample. The points follow the
object's place but do not turn with it. Layout and points are those of the published evaluator: notes on data formats, 6.7.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BASIS_POINTS: Final = 128
WIDTH: Final = 231 + 3 * BASIS_POINTS
_SEED: Final = 13


@cache
def basis_points(count: int = BASIS_POINTS) -> Array:
    """(count, 3) uniform in the unit ball, metres: normal directions, cube roots of uniform radii, the published seed."""
    random = np.random.RandomState(_SEED)  # the legacy generator is part of the published recipe
    directions = random.normal(size=(count, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.asarray(directions * random.uniform(size=(count, 1)) ** (1 / 3))


def evaluator_features(
    markers: NDArray[np.floating], rotation: NDArray[np.floating], translation: NDArray[np.floating], rest: NDArray[np.floating]
) -> NDArray[np.float32]:
    """(T, 615) from markers (T, 77, 3), object rotation (T, 3, 3), translation (T, 3), samples at rest (S, 3), metres."""
    from scipy.spatial import cKDTree

    points = basis_points()
    tree = cKDTree(np.asarray(rest, np.float64))
    # The object turned among fixed points is the points turned back around the object: one tree serves all frames.
    turned = points @ np.asarray(rotation, np.float64)
    nearest = np.asarray(rest, np.float64)[tree.query(turned)[1]]
    away = nearest @ np.swapaxes(rotation, -1, -2) - points
    flat = np.asarray(markers, np.float64).reshape(len(markers), -1)
    if len(translation) != len(flat):
        raise ValueError(f"{len(flat)} frames of markers, {len(translation)} of the object")
    return np.concatenate([flat, away.reshape(len(flat), -1)], axis=1).astype(np.float32)
