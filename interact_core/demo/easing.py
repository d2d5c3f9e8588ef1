"""Time courses people move with: minimum-jerk paths through keys, and smooth wandering noise.

Minimum jerk through via points is the quintic spline with zero velocity and acceleration at both ends
(Flash and Hogan, J. Neuroscience 5(7), 1985).
"""

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from interact_core.demo.rotation import Array, exp, log


def min_jerk(u: Array) -> Array:
    """The rest-to-rest profile 10u^3 - 15u^4 + 6u^5 of u clipped to [0, 1]."""
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10 - 15 * u + 6 * u * u)


def ramp(time: Array, start: float, end: float) -> Array:
    """0 before start, 1 after end, minimum jerk between."""
    return min_jerk((time - start) / max(end - start, 1e-6))


def path(time: Array, keys: Sequence[tuple[float, float | Sequence[float] | Array]], through: bool = False) -> Array:
    """Values (T, D) through timed keys: at rest in every key, or only in the first and last when `through`."""
    times = np.array([k[0] for k in keys], dtype=float)
    values = np.array([np.atleast_1d(k[1]) for k in keys], dtype=float)
    if len(times) == 1:
        return np.repeat(values, len(time), axis=0)
    if not through or len(times) == 2:
        return _stop_and_go(time, times, values)
    rest = [(1, np.zeros(values.shape[1])), (2, np.zeros(values.shape[1]))]
    # scipy-stubs know only the short forms of bc_type; pairs of (order, value) are documented.
    spline = make_interp_spline(times, values, k=5, bc_type=(rest, rest))  # type: ignore[arg-type]
    return np.asarray(spline(np.clip(time, times[0], times[-1])))


def _stop_and_go(time: Array, times: Array, values: Array) -> Array:
    i = np.clip(np.searchsorted(times, time, side="right") - 1, 0, len(times) - 2)
    u = min_jerk((time - times[i]) / np.maximum(times[i + 1] - times[i], 1e-6))
    return values[i] + u[:, None] * (values[i + 1] - values[i])


def turn(time: Array, keys: Sequence[tuple[float, Array]]) -> Array:
    """Rotations (T, 3, 3) through timed key rotations, minimum jerk along the shortest arc between neighbours."""
    times = np.array([k[0] for k in keys], dtype=float)
    rots = np.array([k[1] for k in keys], dtype=float)
    if len(times) == 1:
        return np.repeat(rots, len(time), axis=0)
    i = np.clip(np.searchsorted(times, time, side="right") - 1, 0, len(times) - 2)
    u = min_jerk((time - times[i]) / np.maximum(times[i + 1] - times[i], 1e-6))
    step = log(np.swapaxes(rots[:-1], -1, -2) @ rots[1:])
    return rots[i] @ exp(step[i] * u[:, None])


def wander(rng: np.random.Generator, frames: int, width: int, seconds: float, fps: float) -> Array:
    """Unit-variance smooth noise (T, width) that changes over about `seconds`."""
    sigma = seconds * fps / 2
    pad = int(4 * sigma) + 1
    noise = gaussian_filter1d(rng.standard_normal((frames + 2 * pad, width)), sigma, axis=0)[pad:-pad]
    return np.asarray(noise * np.sqrt(2 * np.sqrt(np.pi) * sigma))


def smooth(values: Array, seconds: float, fps: float) -> Array:
    """Gaussian smoothing in time (axis 0), ends held."""
    return np.asarray(gaussian_filter1d(values, seconds * fps, axis=0, mode="nearest"))


def smooth_rotations(rotations: Array, seconds: float, fps: float) -> Array:
    """Gaussian smoothing of rotations (T, 3, 3) in the chordal mean, brought back to SO(3)."""
    mean = smooth(rotations.reshape(len(rotations), 9), seconds, fps).reshape(-1, 3, 3)
    return Rotation.from_matrix(mean).as_matrix()
