"""Signed distance both ways: every body vertex to the objects, every object vertex to the moving body."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class DistanceFields:
    """Metres, negative inside, NaN where not computed yet (`ready` (T,) False) or where the object is missing.

    body_signed_distance (T, Vb) float32 to the nearest object part, +cap or more where far; object_signed_distance
    (T, Vo) float32 to the body's outer skin, clamped to +cap beyond it. For a part flagged in `thin_shell` the body's
    distance has no sign (inside means nothing there), the object's has.
    """

    body_signed_distance: NDArray[np.float32]
    object_signed_distance: NDArray[np.float32]
    thin_shell: tuple[bool, ...]
    cap: float
    ready: NDArray[np.bool_]
