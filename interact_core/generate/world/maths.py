"""Array helpers of the world: float32, any leading shape, closed formulas only (a batch has a million rotations)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""float32 for what is measured; whole numbers and flags for what is chosen."""


def f32(values: Any) -> Array:
    return np.asarray(values, np.float32)


def unit(v: Array) -> Array:
    return f32(v / np.maximum(np.sqrt(dot(v, v)), 1e-8)[..., None])


def dot(a: Array, b: Array) -> Array:
    return f32(a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2])


def cross(a: Array, b: Array) -> Array:
    """np.cross moves axes about; a million small products are three times faster written out."""
    ax, ay, az, bx, by, bz = a[..., 0], a[..., 1], a[..., 2], b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def turn(r: Array, v: Array) -> Array:
    """R v for stacks (..., 3, 3) and (..., 3) that broadcast."""
    return f32(r[..., 0] * v[..., 0, None] + r[..., 1] * v[..., 1, None] + r[..., 2] * v[..., 2, None])


def unturn(r: Array, v: Array) -> Array:
    """R^T v."""
    return f32(r[..., 0, :] * v[..., 0, None] + r[..., 1, :] * v[..., 1, None] + r[..., 2, :] * v[..., 2, None])


def transposed(r: Array) -> Array:
    return np.swapaxes(r, -1, -2)


def _axis(angle: Array, first: int, second: int, sign: float) -> Array:
    angle = f32(angle)
    out = np.zeros((*angle.shape, 3, 3), np.float32)
    c, s = np.cos(angle), np.sin(angle) * sign
    third = 3 - first - second
    out[..., third, third] = 1
    out[..., first, first] = out[..., second, second] = c
    out[..., first, second], out[..., second, first] = -s, s
    return out


def about_x(angle: Array) -> Array:
    """Positive tips +Y towards +Z: a forward bend."""
    return _axis(angle, 1, 2, 1.0)


def about_y(angle: Array) -> Array:
    """Positive turns +Z towards +X: to the left of somebody who faces +Z."""
    return _axis(angle, 0, 2, -1.0)


def about_z(angle: Array) -> Array:
    return _axis(angle, 0, 1, 1.0)


def columns(primary: Array, secondary: Array) -> Array:
    """The rotation whose first column is `primary` and whose second is `secondary` made orthogonal to it."""
    x = unit(primary)
    y = unit(secondary - x * dot(x, secondary)[..., None])
    return np.stack([x, y, cross(x, y)], axis=-1)


def carried(source: tuple[Array, Array], target: tuple[Array, Array]) -> Array:
    """The rotation that takes a pair of directions to another, the first of them exactly."""
    return f32(columns(*target) @ transposed(columns(*source)))


def blend(a: Array, b: Array, weight: Array) -> Array:
    """A rotation between two that are less than 180 degrees apart; weight (...) 0 gives a, 1 gives b."""
    mixed = a + (b - a) * weight[..., None, None]
    return columns(mixed[..., 0], mixed[..., 1])


def min_jerk(u: Array) -> Array:
    """Rest to rest, u clipped to [0, 1] (Flash and Hogan, 1985)."""
    u = np.clip(u, 0, 1)
    return f32(u**3 * (10 - 15 * u + 6 * u * u))


def ramp(time: Array, start: Array, end: Array) -> Array:
    """(N, T) from 0 before start (N,) to 1 after end (N,)."""
    return min_jerk((time - start[:, None]) / np.maximum(end - start, 1e-3)[:, None])


def smooth(values: Array, frames: float) -> Array:
    """Gaussian smoothing along axis 1, ends held."""
    reach = int(np.ceil(3 * frames))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / frames) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    padded = np.concatenate([np.repeat(values[:, :1], reach, 1), values, np.repeat(values[:, -1:], reach, 1)], axis=1)
    count = values.shape[1]
    out = np.zeros_like(values)
    for k, weight in enumerate(kernel):
        out += weight * padded[:, k : k + count]
    return out


def wander(rng: np.random.Generator, clips: int, frames: int, width: int, period: float) -> Array:
    """(N, T, width) unit-variance smooth noise that changes over about `period` frames: four random sines."""
    t = np.arange(frames, dtype=np.float32)[None, :, None, None]
    rate = 2 * np.pi / (period * rng.uniform(0.7, 2.5, (clips, 1, width, 4)))
    phase = rng.uniform(0, 2 * np.pi, (clips, 1, width, 4))
    return f32(np.sin(t * rate.astype(np.float32) + phase.astype(np.float32)).sum(-1) / np.sqrt(2))
