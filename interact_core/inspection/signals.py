"""Small tools on per-frame signals: runs, hysteresis, differences per second. Nothing here knows what is measured."""

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Floats

Mask = NDArray[np.bool_]


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open ranges [start, stop) of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def frames_of(seconds: float, fps: float) -> int:
    """At least one frame."""
    return max(1, round(seconds * fps))


def hysteresis(values: Floats, on: float, off: float) -> Mask:
    """True from where values (T,) fall below `on` until they exceed `off`; NaN ends it."""
    values = np.asarray(values, np.float64)
    state = np.full(len(values), -1)
    state[values < on] = 1
    state[~(values <= off)] = 0
    decided = np.where(state >= 0, np.arange(len(values)), -1)
    last = np.maximum.accumulate(decided)
    result: Mask = (last >= 0) & (state[np.maximum(last, 0)] == 1)
    return result


def settle(mask: Mask, shortest: int) -> Mask:
    """Close gaps shorter than `shortest` frames between true runs, then drop true runs shorter than that."""
    result = mask.copy()
    for start, stop in runs(~result):
        if start > 0 and stop < len(result) and stop - start < shortest:
            result[start:stop] = True
    return drop_short(result, shortest)


def drop_short(mask: Mask, shortest: int) -> Mask:
    """Without true runs shorter than `shortest` frames; a clip that is true throughout stays, however short."""
    result = mask.copy()
    for start, stop in runs(result):
        if stop - start < shortest and stop - start != len(result):
            result[start:stop] = False
    return result


def stride_for(fps: float) -> int:
    """Frames in about 1/30 s: fast recordings are differentiated over the same time as slow ones, or noise would rule."""
    return max(1, round(fps / 30.0))


def speed(positions: Floats, fps: float) -> NDArray[np.float64]:
    """(T, ...) speed in m/s of positions (T, ..., 3): central differences over about 1/15 s, one-sided at the ends."""
    return np.linalg.norm(velocity(positions, fps), axis=-1)


def velocity(positions: Floats, fps: float) -> NDArray[np.float64]:
    """(T, ..., 3) m/s."""
    positions = np.asarray(positions, np.float64)
    last, step = len(positions) - 1, stride_for(fps)
    if last < 1:
        return np.zeros_like(positions)
    t = np.arange(len(positions))
    before, after = np.maximum(t - step, 0), np.minimum(t + step, last)
    time = ((after - before) / fps).reshape(-1, *[1] * (positions.ndim - 1))
    result: NDArray[np.float64] = (positions[after] - positions[before]) / time
    return result


def acceleration(positions: Floats, fps: float) -> NDArray[np.float64]:
    """(T, ..., 3) m/s^2 by second differences over about 1/30 s steps; the ends repeat their neighbour."""
    positions = np.asarray(positions, np.float64)
    step = stride_for(fps)
    inner = positions[2 * step :] - 2 * positions[step:-step] + positions[: -2 * step]
    return _padded(inner * (fps / step) ** 2, step, step, positions.shape)


def jerk(positions: Floats, fps: float) -> NDArray[np.float64]:
    """(T, ...) magnitude in m/s^3 by third differences over about 1/30 s steps; the ends repeat their neighbour."""
    positions = np.asarray(positions, np.float64)
    s = stride_for(fps)
    inner = positions[3 * s :] - 3 * positions[2 * s : -s] + 3 * positions[s : -2 * s] - positions[: -3 * s]
    front = (3 * s) // 2
    return np.linalg.norm(_padded(inner * (fps / s) ** 3, front, 3 * s - front, positions.shape), axis=-1)


def _padded(inner: NDArray[np.float64], front: int, back: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    if len(inner) == 0:
        return np.zeros(shape)
    return np.concatenate([np.repeat(inner[:1], front, 0), inner, np.repeat(inner[-1:], back, 0)])


def running_median(values: Floats, window: int) -> NDArray[np.float64]:
    """(T,) median over `window` frames (made odd), the ends repeated; NaN is left out, NaN where nothing is left."""
    half = window // 2
    padded = np.pad(np.asarray(values, np.float64), half, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    result = np.full(len(windows), np.nan)
    some = np.isfinite(windows).any(axis=1)
    result[some] = np.nanmedian(windows[some], axis=1)
    return result
