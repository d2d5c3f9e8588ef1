"""Hands on things: wrist and fingers for a palm on a flat side or round something of a given radius.

Grasps are solved once on the average hand (interact_core.demo.grasp) for a row of radii and interpolated between them.
The grip frame has its origin in the object's middle, +Y up, and the person on its -Z side.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from interact_core.demo.feet import SIDES, Side
from interact_core.demo.grasp import Hold, solve_grasp
from interact_core.demo.props import Prop
from interact_core.demo.rotation import Array as DemoArray
from interact_core.demo.rotation import carry
from interact_core.demo.solids import Solid
from interact_core.generate.world.maths import Array, columns, f32, turn
from interact_core.generate.world.people import reference
from interact_core.generate.world.shapes import FAMILIES, Shapes

_RADII: Final = (0.012, 0.018, 0.026, 0.036, 0.05, 0.075, 0.12, 0.22)
_ONE_HAND: Final = 0.052
"""Metres of radius up to which one hand holds a thing alone."""


@dataclass(frozen=True)
class _Row:
    """One side's grasps by curvature: wrist rotation (3, 3) and places (R, 3) against the contact frame, fingers (R, 15, 3)."""

    rotation: Array
    place: Array
    closed: Array
    opened: Array


@lru_cache(maxsize=1)
def _table() -> dict[Side, _Row]:
    rows: dict[Side, _Row] = {}
    for side in SIDES:
        hand = reference().hands[side]
        found = []
        for radius in (*_RADII, None):
            hold = Hold(
                (0, 0, 0), (1, 0, 0), (0, 1, 0), "flat" if radius is None or radius > 0.06 else "wrap",
                along=0.75 if radius is None or radius > 0.06 else 0.85, oppose=0.25 if radius is None else 0.85,
            )  # fmt: skip
            found.append(solve_grasp(hand, Prop("grip", _probe(radius)), hold))
        rows[side] = _Row(
            f32(carry((hand.facing, hand.pointing), (np.array([1.0, 0, 0]), np.array([0, 1.0, 0])))),
            f32([g.position for g in found]), f32([g.closed for g in found]), f32([g.opened for g in found]),
        )  # fmt: skip
    return rows


def _probe(radius: float | None) -> Solid:
    """Something to grasp, known by its distance alone: a wall, or an endless pole along z, with its surface at the origin and
    its inside at +X."""

    def distance(p: DemoArray) -> DemoArray:
        return -p[..., 0] if radius is None else np.hypot(p[..., 0] - radius, p[..., 1]) - radius

    return Solid(np.zeros((1, 3)), np.zeros((0, 3), np.int64), distance)


@dataclass(frozen=True)
class Grip:
    """Where both wrists are in the grip frame: rotation (N, 2, 3, 3), place (N, 2, 3), out of the surface (N, 2, 3); fingers
    closed and opened (N, 2, 15, 3). Left first. `uses` (N, 2) says which hands hold."""

    rotation: Array
    place: Array
    out: Array
    closed: Array
    opened: Array
    uses: Array


def grip_of(point: Array, into: Array, fingers: Array, radius: Array, uses: Array) -> Grip:
    """Palms on points (N, 2, 3) looking `into` the thing, straight fingers along `fingers`; radius (N,), 0 for a flat side."""
    frame = columns(into, fingers)
    knots = np.array([1 / r for r in _RADII] + [0.0])[::-1]
    curve = np.where(radius > 0, 1 / np.maximum(radius, _RADII[0]), 0.0)
    upper = np.clip(np.searchsorted(knots, curve), 1, len(knots) - 1)
    share = np.clip((curve - knots[upper - 1]) / (knots[upper] - knots[upper - 1]), 0, 1)
    parts: dict[str, list[Array]] = {"rotation": [], "place": [], "closed": [], "opened": []}
    for k, side in enumerate(SIDES):
        row = _table()[side]
        parts["rotation"].append(f32(frame[:, k] @ row.rotation))
        parts["place"].append(point[:, k] + turn(frame[:, k], _between(row.place, upper, share)))
        parts["closed"].append(_between(row.closed, upper, share))
        parts["opened"].append(_between(row.opened, upper, share))
    stacked = {name: np.stack(values, axis=1) for name, values in parts.items()}
    return Grip(out=-into, uses=uses, **stacked)


def _between(values: Array, upper: Array, share: Array) -> Array:
    rows = values[::-1]
    weight = share.reshape(-1, *[1] * (values.ndim - 1))
    return f32(rows[upper - 1] * (1 - weight) + rows[upper] * weight)


def sides_of(shapes: Shapes, quarter: Array) -> tuple[Array, Array]:
    """Half sizes and `grip` (N, 3) in the grip frame, for objects turned by `quarter` (N,) right angles."""
    half, grip = shapes.half.copy(), shapes.grip.copy()
    odd = quarter % 2 == 1
    half[odd] = half[odd][:, [2, 1, 0]]
    flat_or_round = odd & (grip[:, 2] == 0)
    grip[flat_or_round, 0] = half[flat_or_round, 0]
    return half, grip


def carrying_grip(rng: np.random.Generator, shapes: Shapes, grip: Array) -> Grip:
    """Hands from left and right, or one hand where a thing is thin enough, by the toss of a coin."""
    n = len(shapes)
    pole = np.isin(shapes.family, [FAMILIES.index("bar"), FAMILIES.index("dumbbell")])
    thin = (grip[:, 2] > 0) & (grip[:, 2] <= _ONE_HAND)
    narrow = pole & (grip[:, 0] < 0.12)
    alone = thin & (rng.random(n) < 0.5) | narrow
    left = rng.random(n) < 0.5
    uses = np.stack([~alone | left, ~alone | ~left], axis=1)
    point, into, fingers = (np.zeros((n, 2, 3), np.float32) for _ in range(3))
    for k, side in enumerate((1.0, -1.0)):
        point[:, k, 0], point[:, k, 1] = side * grip[:, 0], grip[:, 1]
        into[:, k, 0] = -side
        fingers[:, k] = (0, 0, 1)
        fingers[grip[:, 2] == 0, k] = (0, -0.25, 1)
        middle = np.where(alone, 0.0, side * grip[:, 0])
        point[pole, k, 0] = middle[pole]
        point[pole, k, 1], point[pole, k, 2] = grip[pole, 2] * 0.894, grip[pole, 2] * 0.447
        into[pole, k], fingers[pole, k] = (0, -0.894, -0.447), (0, -0.447, 0.894)
    return grip_of(point, into, fingers, grip[:, 2], uses)


def pushing_grip(half: Array, family: Array) -> Grip:
    """Both palms on the side that faces the person, fingers up, as high as a push feels right."""
    n = len(half)
    point, into = np.zeros((n, 2, 3), np.float32), np.zeros((n, 2, 3), np.float32)
    fingers = np.zeros((n, 2, 3), np.float32)
    round_ = np.isin(family, [FAMILIES.index("can")])
    for k, side in enumerate((1.0, -1.0)):
        point[:, k, 0] = side * np.minimum(0.55 * half[:, 0], 0.2)
        point[:, k, 1] = half[:, 1] - 0.12
        point[:, k, 2] = -np.where(round_, np.sqrt(np.maximum(half[:, 2] ** 2 - point[:, k, 0] ** 2, 1e-4)), half[:, 2])
        into[:, k, 2] = 1.0
        into[round_, k] = -point[round_, k] * np.array([1, 0, 1], np.float32)
        fingers[:, k] = (side * 0.15, 1, 0)
    return grip_of(point, into, fingers, np.zeros(n, np.float32), np.ones((n, 2), bool))
