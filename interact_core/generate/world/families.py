"""How each family of objects is drawn: every family comes in every size, so that neither tells what is done with it."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from interact_core.generate.world.maths import Array
from interact_core.generate.world.shapes import BALL, BOX, CYLINDER, FAMILIES, SIZES, Builder, Shapes

_LENGTH: Final = np.array([[0.09, 0.16], [0.18, 0.34], [0.36, 0.52]])
"""Metres across, by size class."""

Draw = Callable[[float, float], Array]


def draw_shapes(rng: np.random.Generator, family: Array, size_class: Array) -> Shapes:
    """Objects of the given families and sizes (N,), each with its own proportions."""
    builder = Builder(family, size_class)
    for k, name in enumerate(FAMILIES):
        rows = np.flatnonzero(family == k)
        if not len(rows):
            continue
        low, high = _LENGTH[size_class[rows].astype(int)].T
        across = rng.uniform(low, high)
        _MAKERS[name](builder, rows, across, partial(_draw, rng, len(rows)))
    return builder.built()


def _draw(rng: np.random.Generator, count: int, low: float, high: float) -> Array:
    return rng.uniform(low, high, count)


def _box(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    half = (across / 2, across / 2 * draw(0.5, 1.3), across / 2 * draw(0.55, 1.1))
    b.piece(rows, 0, BOX, half, (0, 0, 0))
    b.bounds(rows, half, (half[0], 0, 0))


def _can(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    radius, length = across / 2 * 0.8, across / 2 * draw(0.8, 1.7)
    b.piece(rows, 0, CYLINDER, (radius, length, radius), (0, 0, 0))
    b.bounds(rows, (radius, length, radius), (radius, 0, radius))


def _ball(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    radius = across / 2
    b.piece(rows, 0, BALL, (radius, radius, radius), (0, 0, 0))
    b.bounds(rows, (radius, radius, radius), (radius, 0, radius))


def _bar(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    radius, length = draw(0.012, 0.03), across * draw(0.9, 1.4)
    b.piece(rows, 0, CYLINDER, (radius, length, radius), (0, 0, 0), lying=True)
    b.bounds(rows, (length, radius, radius), (length * 0.8, 0, radius))


def _dumbbell(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    radius, length, disc = draw(0.014, 0.02), across * draw(0.7, 1.0), across * draw(0.25, 0.35)
    thick = across * draw(0.08, 0.14)
    b.piece(rows, 0, CYLINDER, (radius, length, radius), (0, 0, 0), lying=True)
    for piece, side in ((1, 1), (2, -1)):
        b.piece(rows, piece, CYLINDER, (disc, thick, disc), (side * (length - thick), 0, 0), lying=True)
    b.bounds(rows, (length, disc, disc), ((length - 2 * thick) * 0.8, 0, radius))


def _mug(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    radius, length = across / 2 * 0.75, across / 2 * draw(0.8, 1.3)
    b.piece(rows, 0, CYLINDER, (radius, length, radius), (0, 0, 0))
    reach, thick = across * draw(0.14, 0.2), across * 0.05
    for piece, level in ((1, 0.5), (2, -0.5)):
        b.piece(rows, piece, BOX, (thick, thick, reach / 2), (0, level * length, radius + reach / 2))
    b.piece(rows, 3, BOX, (thick, 0.5 * length, thick), (0, 0, radius + reach - thick))
    b.bounds(rows, (radius, length, radius + reach), (radius, 0, radius))


def _stool(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    _seat(b, rows, across, draw, back=0.0)


def _chair(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    _seat(b, rows, across, draw, back=0.55)


def _seat(b: Builder, rows: Array, across: Array, draw: Draw, back: float) -> None:
    """A plate on two side boards, for a chair with a back (at its -Z side)."""
    width, depth, height, thick = across / 2, across / 2 * draw(0.85, 1.0), across / 2 * draw(0.8, 1.1), across * 0.04
    rise = back * height
    b.piece(rows, 0, BOX, (width, thick, depth), (0, height - thick - rise, 0))
    for piece, side in ((1, 1), (2, -1)):
        b.piece(rows, piece, BOX, (thick, height - thick, depth), (side * (width - thick), -rise - thick, 0))
    if back:
        b.piece(rows, 3, BOX, (width, rise, thick), (0, height, -depth + thick))
    b.bounds(rows, (width, height + rise, depth), (width, height - thick - rise, 0))


def _plank(b: Builder, rows: Array, across: Array, draw: Draw) -> None:
    half = (across / 2 * draw(1.0, 1.5), across / 2 * draw(0.14, 0.28), across / 2 * draw(0.4, 0.8))
    b.piece(rows, 0, BOX, half, (0, 0, 0))
    b.bounds(rows, half, (half[0], 0, 0))


_MAKERS: Final[dict[str, Callable[[Builder, Array, Array, Draw], None]]] = {
    "box": _box, "can": _can, "ball": _ball, "bar": _bar, "mug": _mug, "dumbbell": _dumbbell, "stool": _stool,
    "chair": _chair, "plank": _plank,
}  # fmt: skip


def draw_kinds(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Families and size classes (N,), each as often as any other."""
    return rng.integers(0, len(FAMILIES), count), rng.integers(0, len(SIZES), count)
