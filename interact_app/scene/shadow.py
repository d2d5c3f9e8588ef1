"""A soft contact shadow: how much stands just above each spot of the floor. Not light transport, but it plants the feet."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from interact_app.scene.ground import SHADOW_PIXELS

Floats = NDArray[np.float32]
_SAMPLES = 1500
_HEIGHT = 0.22
"""Metres above the floor at which a surface's shadow has faded to 1/e."""
_BLUR_METRES = 0.045


class ContactShadow:
    """Shadow of a few hundred fixed points spread by area over a mesh, splatted into a small picture of the floor."""

    def __init__(self, vertices: Floats, faces: NDArray[np.integer]) -> None:
        a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
        area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
        area = np.nan_to_num(area) + 1e-12
        # Low-discrepancy picks: the same points at every start, evenly spread (golden-ratio sequence).
        order = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
        face = np.searchsorted(np.cumsum(area) / area.sum(), order).clip(0, len(faces) - 1)
        u, v = (np.arange(_SAMPLES)[:, None] * np.array([0.7548776662, 0.5698402910]) % 1.0).T
        fold = u + v > 1
        u, v = np.where(fold, 1 - u, u), np.where(fold, 1 - v, v)
        self._weights = np.stack([1 - u - v, u, v], axis=1).astype(np.float32)
        self._corners = faces[face].astype(np.intp)
        self._strength = float(area.sum()) / 2 / _SAMPLES

    def points(self, vertices: Floats) -> Floats:
        """The fixed points (N, 3) on the mesh with vertices (V, 3)."""
        # A corner at a time, and no index checked again: half the time of gathering all three at once.
        a, b, c = (vertices.take(self._corners[:, k], axis=0, mode="clip") * self._weights[:, k, None] for k in range(3))
        return np.asarray(a + b + c, np.float32)

    def splat(self, points: Floats, picture: Floats, origin: tuple[float, float], size: float) -> None:
        """Add the points' share to picture (SHADOW_PIXELS, SHADOW_PIXELS), which covers size metres from origin (x, z)."""
        scale = SHADOW_PIXELS / size
        x = ((points[:, 0] - origin[0]) * scale).astype(np.int64).clip(0, SHADOW_PIXELS - 1)
        z = ((points[:, 2] - origin[1]) * scale).astype(np.int64).clip(0, SHADOW_PIXELS - 1)
        weight = np.exp(np.minimum(-points[:, 1] / _HEIGHT, 0)) * np.float32(self._strength * scale**2)
        picture += np.bincount(z * SHADOW_PIXELS + x, weight, SHADOW_PIXELS**2).reshape(picture.shape)


def soften(picture: Floats, size: float) -> Floats:
    """Blur and saturate a splatted picture to darkness in [0, 1]."""
    width = max(3, int(_BLUR_METRES / size * SHADOW_PIXELS) * 2 + 1)
    blurred = _blur(width) @ picture @ _blur(width)
    return np.asarray(1 - np.exp(-0.55 * blurred), np.float32)


@cache
def _blur(width: int) -> Floats:
    """(SHADOW_PIXELS, SHADOW_PIXELS): twice the mean over `width` (odd) neighbours, nothing beyond the edges, as a matrix.

    Two products with it blur a picture in a tenth of a millisecond, and nobody waits for scipy.ndimage to be imported.
    """
    place = np.arange(SHADOW_PIXELS)
    box = (np.abs(place[:, None] - place) <= width // 2) / width
    return np.asarray(box @ box, np.float32)
