"""Where the feet are: alternating footfalls that follow a path, of no height where nobody walks."""

from dataclasses import dataclass

import numpy as np

from interact_core.generate.world.maths import Array, f32, min_jerk


@dataclass(frozen=True)
class Feet:
    """Left first. plan (N, T, 2, 2) x and z of the ankles, height (N, T, 2) over standing, yaw (N, T, 2), planted (N, T, 2)."""

    plan: Array
    height: Array
    yaw: Array
    planted: Array


def walk(path: Array, yaw: Array, width: Array, pace: Array, phase: Array, stagger: Array) -> Feet:
    """Footfalls along path (N, T, 2), heading yaw (N, T); half `width` between the feet and `pace` frames a step, each (N,).

    `stagger` (N,) metres is how far the left foot stands ahead.
    """
    time = np.arange(yaw.shape[1], dtype=np.float32)
    out = [_one(path, yaw, width, pace, phase, stagger, side, time) for side in (0, 1)]
    plan, height, angle, planted = (np.stack(values, axis=2) for values in zip(*out, strict=True))
    return Feet(f32(plan), f32(height), f32(angle), planted)


def _one(
    path: Array, yaw: Array, width: Array, pace: Array, phase: Array, stagger: Array, side: int, time: Array
) -> tuple[Array, Array, Array, Array]:
    """A foot swings during every other step; its place between swings is the path's in the middle of its stance."""
    cycle = 2 * pace[:, None]
    clock = (time[None] + phase[:, None] * cycle) / cycle + 0.5 * side
    index, part = np.floor(clock), clock - np.floor(clock)
    # Swing in the last half of a cycle: stance k reaches from k - .5 (landing) to k + .5 of its own count.
    swing = min_jerk((part - 0.55) / 0.45)
    before = _stance(path, yaw, index, cycle, phase, side, width, stagger)
    after = _stance(path, yaw, index + 1, cycle, phase, side, width, stagger)
    place = before[0] + (after[0] - before[0]) * swing[..., None]
    angle = before[1] + (after[1] - before[1]) * swing
    far = np.linalg.norm(after[0] - before[0], axis=-1) + 0.15 * np.abs(after[1] - before[1])
    lifted = np.where(part > 0.55, np.sin(np.pi * (part - 0.55) / 0.45) ** 2, 0.0)
    height = lifted * np.minimum(0.02 + 0.22 * far, 0.13) * np.clip(far / 0.04, 0, 1)
    planted = (part <= 0.55) | (far < 0.005)
    return place, height, angle, planted


def _stance(
    path: Array, yaw: Array, index: Array, cycle: Array, phase: Array, side: int, width: Array, stagger: Array
) -> tuple[Array, Array]:
    """Place and yaw of stance `index` (N, T): the path's when the stance is half over."""
    middle = (index + 0.275 - 0.5 * side) * cycle - phase[:, None] * cycle
    at, heading = _at(path, middle), _at(yaw[..., None], middle)[..., 0]
    sign = 1.0 if side == 0 else -1.0
    across = sign * width[:, None]
    ahead = 0.5 * sign * stagger[:, None]
    x = at[..., 0] + np.cos(heading) * across + np.sin(heading) * ahead
    z = at[..., 1] - np.sin(heading) * across + np.cos(heading) * ahead
    return np.stack([x, z], axis=-1), heading + sign * 0.12


def _at(values: Array, time: Array) -> Array:
    """values (N, T, D) at fractional frames (N, T), ends held."""
    last = values.shape[1] - 1
    time = np.clip(time, 0, last)
    low = np.minimum(time.astype(np.intp), last - 1)
    share = (time - low)[..., None]
    rows = np.arange(len(values))[:, None]
    return values[rows, low] * (1 - share) + values[rows, low + 1] * share
