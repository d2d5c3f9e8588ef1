"""Telling candidates apart: near duplicates are dropped, and the most different can be chosen."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import NUM_BODY_JOINTS

_MOMENTS: Final = 24
Doubles = NDArray[np.float64]


def signature(joints: NDArray[np.floating], corners: NDArray[np.floating]) -> Doubles:
    """(24, 22 + C, 3) body joints (T, 52, 3) and object corners (T, C, 3) at even moments, each seen from where the clip's
    root begins and the way it faces, so that the same motion elsewhere looks the same."""
    moments = np.linspace(0, len(joints) - 1, _MOMENTS).round().astype(int)
    points = np.concatenate([joints[moments, :NUM_BODY_JOINTS], corners[moments]], axis=1).astype(np.float64)
    first = np.asarray(joints[0], np.float64)
    across = (first[1] - first[2]) * np.array([1.0, 0.0, 1.0])  # left hip from right hip
    x = across / max(float(np.linalg.norm(across)), 1e-9)
    z = np.cross(x, [0.0, 1.0, 0.0])
    frame = np.stack([x, np.array([0.0, 1.0, 0.0]), z])
    return np.asarray((points - first[0] * np.array([1.0, 0.0, 1.0])) @ frame.T)


def distance(a: Doubles, b: Doubles) -> float:
    """Metres: mean distance of the points of two signatures; infinite where they have different numbers of points."""
    return float(np.linalg.norm(a - b, axis=-1).mean()) if a.shape == b.shape else float("inf")


def nearest(found: Doubles, others: Sequence[Doubles]) -> tuple[int, float]:
    """Place and distance of the nearest of `others`; -1 and infinity where there are none."""
    if not others:
        return -1, float("inf")
    away = [distance(found, other) for other in others]
    best = int(np.argmin(away))
    return best, away[best]


def most_different(signatures: Sequence[Doubles], count: int, start: Doubles) -> list[int]:
    """Places of `count` signatures, each the farthest from `start` and from those chosen before it (farthest-point rule)."""
    chosen: list[int] = []
    least = np.array([distance(s, start) for s in signatures])
    while len(chosen) < min(count, len(signatures)):
        least[chosen] = -1.0
        best = int(least.argmax())
        chosen.append(best)
        least = np.minimum(least, [distance(s, signatures[best]) for s in signatures])
    return sorted(chosen)
