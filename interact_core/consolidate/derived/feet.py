"""When a point of a foot stands: near the floor and hardly moving."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_NEAR: Final = 0.05
"""Metres above the point's own lowest place in the clip: heels, balls and ankles stand at heights of their own."""
_SLOW: Final = 0.20
"""Metres a second."""


def standing(points: NDArray[np.floating], fps: float) -> NDArray[np.float64]:
    """(T, N) of 0 and 1 from points (T, N, 3), metres, +Y up."""
    places = np.asarray(points, np.float64)
    speed = np.zeros(places.shape[:2])
    if len(places) > 1:
        speed = np.linalg.norm(np.gradient(places, axis=0), axis=-1) * fps
    low = places[..., 1] - places[..., 1].min(axis=0) < _NEAR
    return (low & (speed < _SLOW)).astype(np.float64)
