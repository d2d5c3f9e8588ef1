"""Objects of the world: unions of boxes, cylinders and balls in random sizes, with exact distances and nearest points.

An object's frame is +Y up with its origin in the middle of its bounding box; `half` is half of that box.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.generate.world.maths import Array, f32

BOX, CYLINDER, BALL = 0, 1, 2
PIECES: Final = 6
FAMILIES: Final = ("box", "can", "ball", "bar", "mug", "dumbbell", "stool", "chair", "plank")
SIZES: Final = ("small", "medium", "large")


@dataclass(frozen=True)
class Shapes:
    """N objects of up to PIECES solids. kind, used (N, P); centre, size (N, P, 3): a box's half sizes, (radius, half length,
    radius) of a cylinder along y or, with `lying`, along x; family and size_class (N,) into FAMILIES and SIZES.

    grip (N, 3) is what hands meet from left and right: half width, height in the object's frame, radius that fingers wrap
    (0 for a flat side).
    """

    kind: Array
    used: Array
    lying: Array
    centre: Array
    size: Array
    half: Array
    family: Array
    size_class: Array
    grip: Array

    def __len__(self) -> int:
        return len(self.half)

    def take(self, rows: Array) -> "Shapes":
        return Shapes(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def nearest(self, points: Array) -> tuple[Array, Array]:
        """Of points (N, K, 3) in the objects' frames: nearest surface point (N, K, 3) and signed distance (N, K)."""
        best = np.full(points.shape[:-1], np.inf, np.float32)
        place = np.zeros_like(points)
        for piece in range(PIECES):
            rows = np.flatnonzero(self.used[:, piece])
            for kind, solve in ((BOX, _box), (CYLINDER, _cylinder), (BALL, _ball)):
                own = rows[self.kind[rows, piece] == kind]
                if not len(own):
                    continue
                local = points[own] - self.centre[own, piece, None]
                swap = self.lying[own, piece].astype(bool)
                local[swap] = local[swap][..., [1, 0, 2]]
                foot, depth = solve(local, self.size[own, piece, None])
                foot[swap] = foot[swap][..., [1, 0, 2]]
                nearer = depth < best[own]
                best[own] = np.where(nearer, depth, best[own])
                place[own] = np.where(nearer[..., None], foot + self.centre[own, piece, None], place[own])
        return place, best


def _box(p: Array, half: Array) -> tuple[Array, Array]:
    clipped = np.clip(p, -half, half)
    gap = half - np.abs(p)
    inside = np.all(gap > 0, axis=-1, keepdims=True)
    axis = gap.argmin(-1)
    wall = np.take_along_axis(np.broadcast_to(half, p.shape), axis[..., None], -1)
    coordinate = np.take_along_axis(p, axis[..., None], -1)
    pushed = clipped.copy()
    np.put_along_axis(pushed, axis[..., None], np.where(coordinate < 0, -wall, wall), -1)
    foot = np.where(inside, pushed, clipped)
    return foot, f32(np.linalg.norm(p - foot, axis=-1) * np.where(inside[..., 0], -1, 1))


def _cylinder(p: Array, size: Array) -> tuple[Array, Array]:
    """In the (radius, y) half plane it is a box's corner."""
    radius, length = size[..., 0], size[..., 1]
    # A point on the axis is as near to one side as to the other: it goes to +X.
    p = np.where(np.hypot(p[..., :1], p[..., 2:]) < 1e-6, p + np.array([1e-6, 0, 0], np.float32), p)
    r = np.hypot(p[..., 0], p[..., 2])
    side, cap = radius - r, length - np.abs(p[..., 1])
    inside = (side > 0) & (cap > 0)
    to_side = inside & (side < cap)
    to_cap = inside & ~to_side
    new_r = np.where(to_side, radius, np.minimum(r, radius))
    new_y = np.where(to_cap, np.copysign(length, p[..., 1]), np.clip(p[..., 1], -length, length))
    scale = new_r / r
    foot = np.stack([p[..., 0] * scale, new_y, p[..., 2] * scale], axis=-1)
    return f32(foot), f32(np.linalg.norm(p - foot, axis=-1) * np.where(inside, -1, 1))


def _ball(p: Array, size: Array) -> tuple[Array, Array]:
    p = np.where(np.linalg.norm(p, axis=-1, keepdims=True) < 1e-6, np.array([1e-6, 0, 0], np.float32), p)
    length = np.linalg.norm(p, axis=-1)
    radius = size[..., 0]
    return f32(p * (radius / length)[..., None]), f32(length - radius)


class Builder:
    """Fills the arrays of a batch, one family after the other."""

    def __init__(self, family: Array, size_class: Array) -> None:
        n = len(family)
        self.kind, self.used, self.lying = (np.zeros((n, PIECES), np.int8) for _ in range(3))
        self.centre, self.size = np.zeros((n, PIECES, 3), np.float32), np.full((n, PIECES, 3), 0.01, np.float32)
        self.half, self.grip = np.zeros((n, 3), np.float32), np.zeros((n, 3), np.float32)
        self.family, self.size_class = family, size_class

    def piece(
        self, rows: Array, piece: int, kind: int, size: tuple[Array, ...], centre: tuple[Array | float, ...], lying: bool = False
    ) -> None:
        self.kind[rows, piece], self.used[rows, piece], self.lying[rows, piece] = kind, 1, lying
        for axis in range(3):
            self.size[rows, piece, axis] = size[axis]
            self.centre[rows, piece, axis] = centre[axis]

    def bounds(self, rows: Array, half: tuple[Array, ...], grip: tuple[Array | float, ...]) -> None:
        for axis in range(3):
            self.half[rows, axis] = half[axis]
            self.grip[rows, axis] = grip[axis]

    def built(self) -> Shapes:
        return Shapes(
            self.kind, self.used, self.lying, self.centre, self.size, self.half, self.family, self.size_class, self.grip
        )  # fmt: skip
