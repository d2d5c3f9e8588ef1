"""The things of the demo world, each built from closed solids in a design frame: +Y up, standing on y = 0, front at +Z.

A prop file on disk is centred on its vertex mean (InterAct's convention); scenarios only ever see the design frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np

from interact_core.clip.objects import Mesh
from interact_core.demo.rotation import Array, about
from interact_core.demo.solids import Solid, arc, ball, cylinder, lathe, placed, rounded_box, sweep, union


@dataclass(frozen=True)
class Prop:
    """One rigid thing. `part` is set for things that come apart or turn on a hinge (ParaHome's naming)."""

    object: str
    solid: Solid
    part: str = ""

    @property
    def key(self) -> str:
        return f"{self.object}_{self.part}" if self.part else self.object

    @cached_property
    def centre(self) -> Array:
        """Vertex mean (3,) in the design frame, as exact as the file's own vertices."""
        return np.asarray(np.round(self.solid.points, 5).mean(axis=0))

    @cached_property
    def mesh(self) -> Mesh:
        """In the file's frame: vertex = design - centre."""
        points = np.round(np.round(self.solid.points, 5) - self.centre, 5).astype(np.float32)
        return Mesh(points, self.solid.faces.astype(np.int32), self.key)


def box(size: tuple[float, float, float] = (0.42, 0.28, 0.32)) -> Prop:
    return Prop("box", rounded_box(size, 0.012, 0.017, (0, size[1] / 2, 0)))


def crate(size: tuple[float, float, float] = (0.34, 0.2, 0.26)) -> Prop:
    return Prop("crate", rounded_box(size, 0.01, 0.014, (0, size[1] / 2, 0)))


def mug() -> Prop:
    r, h, wall = 0.041, 0.098, 0.004
    cup = lathe(
        [(0, 0), (r - 0.004, 0), (r, 0.004), (r, h), (r - wall / 2, h + 0.002), (r - wall, h), (r - wall, 0.007), (0, 0.007)],
        48,
        0.006,
    )
    handle = sweep(arc((r - 0.003, h * 0.5, 0), (0.038, 0.034), -1.5, 1.5, 26), 0.0058, 14)
    return Prop("mug", union(cup, handle))


def bottle() -> Prop:
    profile = [
        (0, 0),
        (0.03, 0),
        (0.034, 0.004),
        (0.034, 0.13),
        (0.031, 0.148),
        (0.02, 0.172),
        (0.0145, 0.19),
        (0.0145, 0.222),
        (0.011, 0.226),
        (0, 0.226),
    ]
    return Prop("bottle", lathe(profile, 44, 0.006))


def _legs(x: float, z: float, height: float, thick: float) -> list[Solid]:
    places = [(sx * x, sz * z) for sx in (-1, 1) for sz in (-1, 1)]
    return [rounded_box((thick, height, thick), 0.006, 0.035, (px, height / 2, pz)) for px, pz in places]


def table(width: float = 1.1, depth: float = 0.64, height: float = 0.74) -> Prop:
    top = rounded_box((width, 0.036, depth), 0.01, 0.036, (0, height - 0.018, 0))
    rails = [rounded_box((width - 0.16, 0.07, 0.02), 0.004, 0.035, (0, height - 0.07, s * (depth / 2 - 0.07))) for s in (-1, 1)]
    return Prop("table", union(top, *rails, *_legs(width / 2 - 0.07, depth / 2 - 0.07, height - 0.03, 0.05)))


def stand(width: float = 0.5, depth: float = 0.4, height: float = 0.86) -> Prop:
    """A small high side table."""
    top = rounded_box((width, 0.03, depth), 0.009, 0.02, (0, height - 0.015, 0))
    return Prop("stand", union(top, *_legs(width / 2 - 0.05, depth / 2 - 0.05, height - 0.025, 0.04)))


def chair(seat: float = 0.45) -> Prop:
    plate = rounded_box((0.44, 0.04, 0.43), 0.014, 0.02, (0, seat - 0.02, 0))
    back = rounded_box((0.42, 0.26, 0.024), 0.01, 0.02, (0, seat + 0.36, -0.215))
    posts = [rounded_box((0.034, 0.5, 0.03), 0.008, 0.03, (s * 0.19, seat + 0.22, -0.215)) for s in (-1, 1)]
    return Prop("chair", union(plate, back, *posts, *_legs(0.185, 0.18, seat - 0.02, 0.038)))


HANDLE_HEIGHT: Final = 0.9


def suitcase() -> Prop:
    shell = rounded_box((0.4, 0.56, 0.23), 0.035, 0.021, (0, 0.33, 0))
    tubes = [sweep(np.array([[s * 0.085, y, -0.075] for y in np.linspace(0.55, HANDLE_HEIGHT, 12)]), 0.008, 14) for s in (-1, 1)]
    grip = sweep(np.array([[x, HANDLE_HEIGHT, -0.075] for x in np.linspace(-0.1, 0.1, 24)]), 0.0135, 18)
    turn = about("z", np.pi / 2)
    wheels = [
        placed(cylinder(0.03, 0.024, 0.012, 0.005, 24), turn, (sx * 0.15 + 0.012, 0.03, sz * 0.08))
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]
    forks = [rounded_box((0.03, 0.035, 0.03), 0.006, 0.02, (sx * 0.15, 0.052, sz * 0.08)) for sx in (-1, 1) for sz in (-1, 1)]
    return Prop("suitcase", union(shell, grip, *tubes, *wheels, *forks))


def football(radius: float = 0.11) -> Prop:
    """Centred on its origin: it rolls."""
    return Prop("ball", ball(radius, segments=56))


def broom() -> Prop:
    """Standing on its bristles, the stick along +Y."""
    stick = sweep(np.array([[0, y, 0] for y in np.linspace(0.1, 1.42, 90)]), 0.0125, 16)
    head = rounded_box((0.34, 0.04, 0.06), 0.012, 0.015, (0, 0.1, 0))
    bristles = rounded_box((0.33, 0.09, 0.045), 0.01, 0.016, (0, 0.045, 0))
    return Prop("broom", union(stick, head, bristles))


SHELF_HEIGHTS: Final = (0.08, 0.48, 0.88, 1.28, 1.66)


def shelf() -> Prop:
    boards = [rounded_box((0.84, 0.024, 0.3), 0.006, 0.042, (0, y - 0.012, 0)) for y in SHELF_HEIGHTS]
    sides = [rounded_box((0.024, 1.68, 0.31), 0.006, 0.05, (s * 0.43, 0.84, 0)) for s in (-1, 1)]
    back = rounded_box((0.86, 1.6, 0.01), 0.003, 0.07, (0, 0.86, -0.15))
    return Prop("shelf", union(*boards, *sides, back))


CHEST: Final = {"width": 0.6, "depth": 0.38, "height": 0.42, "lid": 0.1, "wall": 0.02}


def chest_base() -> Prop:
    w, d, h, t = CHEST["width"], CHEST["depth"], CHEST["height"], CHEST["wall"]
    walls = [
        rounded_box((w, h, t), 0.005, 0.028, (0, h / 2, d / 2 - t / 2)),
        rounded_box((w, h, t), 0.005, 0.028, (0, h / 2, -d / 2 + t / 2)),
        rounded_box((t, h, d), 0.005, 0.028, (w / 2 - t / 2, h / 2, 0)),
        rounded_box((t, h, d), 0.005, 0.028, (-w / 2 + t / 2, h / 2, 0)),
        rounded_box((w - 0.01, t, d - 0.01), 0.005, 0.032, (0, t / 2, 0)),
    ]
    return Prop("chest", union(*walls), "base")


def chest_lid() -> Prop:
    """Hinged along x through its design origin: the upper back edge of the base; it extends to +Z by the chest's depth."""
    w, d, h, t = CHEST["width"], CHEST["depth"], CHEST["lid"], CHEST["wall"]
    top = rounded_box((w, t, d + 0.015), 0.006, 0.022, (0, h - t / 2, d / 2 + 0.0075))
    sides = [rounded_box((t, h, d), 0.005, 0.028, (s * (w / 2 - t / 2), h / 2, d / 2)) for s in (-1, 1)]
    front = rounded_box((w, h, t), 0.005, 0.024, (0, h / 2, d - t / 2))
    back = rounded_box((w, h, t), 0.005, 0.028, (0, h / 2, t / 2))
    return Prop("chest", union(top, *sides, front, back), "part1")


def dumbbell() -> Prop:
    """Grip along x, its middle at the origin."""
    grip = sweep(np.array([[x, 0, 0] for x in np.linspace(-0.095, 0.095, 30)]), 0.0145, 18)
    turn = about("z", -np.pi / 2)
    plates = [placed(cylinder(0.058, 0.06, 0.013, 0.01, 36), turn, (x, 0, 0)) for x in (0.078, -0.138)]
    return Prop("dumbbell", union(grip, *plates))


_MAKERS: Final[dict[str, Callable[[], Prop]]] = {
    "box": box, "crate": crate, "mug": mug, "bottle": bottle, "table": table, "stand": stand, "chair": chair,
    "suitcase": suitcase, "ball": football, "broom": broom, "shelf": shelf, "chest_base": chest_base,
    "chest_part1": chest_lid, "dumbbell": dumbbell,
}  # fmt: skip


@cache
def prop(key: str) -> Prop:
    """A prop by its key; KeyError on an unknown one."""
    return _MAKERS[key]()


def prop_keys() -> tuple[str, ...]:
    return tuple(_MAKERS)
