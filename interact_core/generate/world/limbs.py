"""Two-bone limbs in closed form."""

from dataclasses import dataclass

import numpy as np

from interact_core.generate.world.maths import Array, columns, cross, dot, f32, transposed, unit


@dataclass(frozen=True)
class Limb:
    """Rest vectors (N, 3) of the upper and lower bone, and the way (3,) that the joint between them points at rest."""

    upper: Array
    lower: Array
    pole: Array


def bend_limb(limb: Limb, root: Array, target: Array, pole: Array) -> tuple[Array, Array, Array, Array]:
    """Rotations (N, T, 3, 3) of both bones, places of the middle joint and of the end, for root and target (N, T, 3).

    The middle joint points along `pole`. The end stops where the limb is straight.
    """
    a, b = (np.linalg.norm(v, axis=-1)[:, None] for v in (limb.upper, limb.lower))
    way = target - root
    length = np.clip(np.linalg.norm(way, axis=-1), np.abs(a - b) + 1e-3, (a + b) * 0.9995)
    along = unit(way)
    side = unit(pole - along * dot(along, pole)[..., None])
    forward = (a**2 - b**2 + length**2) / (2 * length)
    out = np.sqrt(np.maximum(a**2 - forward**2, 0))
    middle = root + along * forward[..., None] + side * out[..., None]
    end = root + along * length[..., None]
    upper = _aimed(limb.upper, limb.pole, middle - root, side)
    lower = _aimed(limb.lower, limb.pole, end - middle, side)
    return upper, lower, f32(middle), f32(end)


def _aimed(rest: Array, pole: Array, way: Array, side: Array) -> Array:
    """The rotation that lays the rest bone along `way`, its pole in the limb's plane."""
    source = columns(rest, np.broadcast_to(pole, rest.shape))
    return f32(columns(way, side) @ transposed(source)[:, None])


def pole_frame(axis: Array, angle: Array) -> Array:
    """Rotation by angle (...) about unit axes (..., 3), Rodrigues' formula."""
    c, s = np.cos(angle)[..., None], np.sin(angle)[..., None]
    basis = np.eye(3, dtype=np.float32)
    rows = [basis[k] * c + cross(axis, np.broadcast_to(basis[k], axis.shape)) * s + axis * (axis[..., k : k + 1] * (1 - c))
            for k in range(3)]  # fmt: skip
    return np.stack(rows, axis=-1)
