"""ParaHome parts that were not seen: on disk they are a plausible constant, found here by what that constant must be.

An absent part gets the identity before the world rotation Rx(-90 degrees) and the clip's canonical turn about +Y, so
its object z axis points exactly up, it stands exactly still, and every absent part of a clip has the same pose.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_EXACT: Final = 1e-4


def missing_frames(tracks: list[tuple[Doubles, Doubles]]) -> list[NDArray[np.bool_]]:
    """One mask (T,) per part, given (rotation (T, 3, 3), translation (T, 3)) of all parts of a clip.

    A frame is missing where z points straight up, the pose repeats exactly, and the part (or another one) also shows a
    different pose: a part that never moves at all cannot be told from one that was never seen, and is kept.
    """
    upright = [np.linalg.norm(r[:, :, 2] - (0.0, 1.0, 0.0), axis=1) < _EXACT for r, _ in tracks]
    poses = [np.concatenate((r.reshape(-1, 9), t), axis=1) for r, t in tracks]
    constant = _common_pose(upright, poses)
    if constant is None:
        return [np.zeros(len(p), bool) for p in poses]
    masks = [np.abs(p - constant).max(axis=1) < _EXACT for p in poses]
    shared = sum(bool(m.any()) for m in masks) > 1
    return [m if shared or not m.all() else np.zeros(len(m), bool) for m in masks]


def fill_gaps(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(T,) frame to show instead: the last one seen, before the first sight the first one; all missing: itself."""
    frames = np.arange(len(mask))
    if mask.all():
        return frames
    last = np.maximum.accumulate(np.where(mask, -1, frames))
    return np.where(last < 0, int(np.argmin(mask)), last)


def _common_pose(upright: list[NDArray[np.bool_]], poses: list[Doubles]) -> Doubles | None:
    """The upright pose that fills most frames, if it jumps: real motion arrives at a pose, an absent part teleports."""
    rows = np.concatenate([p[u] for u, p in zip(upright, poses, strict=True)])
    if len(rows) == 0:
        return None
    _, first, counts = np.unique(np.round(rows / _EXACT).astype(np.int64), axis=0, return_index=True, return_counts=True)
    constant = rows[first[np.argmax(counts)]]
    jumps = 0
    for pose in poses:
        at = np.abs(pose - constant).max(axis=1) < _EXACT
        edges = np.flatnonzero(at[1:] != at[:-1])
        jumps += sum(1 for e in edges if np.linalg.norm(pose[e + 1, 9:] - pose[e, 9:]) > 0.05)
    whole = sum(bool((np.abs(p - constant).max(axis=1) < _EXACT).all()) for p in poses)
    return constant if jumps or whole > 1 else None
