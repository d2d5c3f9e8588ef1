"""Paths through a clip: where things are in each frame, and a calm version of it for the camera."""

import numpy as np
from numpy.typing import NDArray

from interact_core.inspection import PosedClip

_CALM_SECONDS = 0.25
_LEFT_HIP, _RIGHT_HIP = 1, 2


def part_centres(posed: PosedClip) -> NDArray[np.float32]:
    """Mean vertex (T, P, 3) of each object part, NaN where the frame is not ready."""
    means = [posed.object_vertices[:, part].mean(axis=1) for part in posed.part_slices]
    return np.stack(means, axis=1) if means else np.empty((len(posed.object_vertices), 0, 3), np.float32)


def calm(path: NDArray[np.floating], fps: float) -> NDArray[np.float64]:
    """path (T, 3) smoothed over about a quarter of a second; gaps (NaN) are bridged. NaN throughout if nothing is known."""
    known = np.isfinite(path).all(axis=1)
    if not known.any():
        return np.full(path.shape, np.nan)
    frames = np.arange(len(path))
    filled = np.stack([np.interp(frames, frames[known], path[known, k]) for k in range(3)], axis=1)
    from scipy.ndimage import gaussian_filter1d  # late: 0.5 s that the first picture need not wait for

    # Mirrored through its ends, so that a steady walk stays steady there and the camera does not lag behind.
    reach = min(round(3 * _CALM_SECONDS * fps), len(path) - 1)
    padded = np.pad(filled, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    smooth = gaussian_filter1d(padded, max(reach / 3, 1e-3), axis=0, mode="nearest")
    return np.asarray(smooth[reach : reach + len(path)])


def facing(joints: NDArray[np.floating]) -> float:
    """Yaw in degrees that a person with joints (52, 3) faces: 0 is towards +Z. 0 where the pose is not known."""
    across = np.asarray(joints[_LEFT_HIP] - joints[_RIGHT_HIP], float)
    forward = np.cross(across, [0.0, 1.0, 0.0])
    return float(np.degrees(np.arctan2(forward[0], forward[2]))) if np.isfinite(forward).all() else 0.0
