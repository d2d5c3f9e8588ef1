"""Clips by the batch: draw who, what and which action, choreograph, pose; the same seed gives the same batch."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.generate.world.body import Posed, pose
from interact_core.generate.world.families import draw_kinds, draw_shapes
from interact_core.generate.world.feet import walk
from interact_core.generate.world.grips import Grip, carrying_grip, pushing_grip, sides_of
from interact_core.generate.world.maths import Array, about_y, f32
from interact_core.generate.world.people import People, draw_people
from interact_core.generate.world.phrases import sentences
from interact_core.generate.world.plan import ACTIONS, Stage
from interact_core.generate.world.scripts import SCRIPTS, SEATS, seat_height
from interact_core.generate.world.shapes import FAMILIES, Shapes

FRAMES: Final = 72
_TALL: Final = 0.46
"""Metres over which a thing is pushed standing rather than slid squatting."""
_TURNING: Final = [FAMILIES.index(name) for name in ("box", "plank", "can", "ball")]
"""Families whose grips are the same on all four sides."""


@dataclass(frozen=True)
class Scenes:
    """N clips of T frames at plan.FPS. action (N,) into ACTIONS; object rotation (N, T, 3, 3) and place (N, T, 3) of its middle;
    touching (N, T, 2) hands that hold; planted (N, T, 2); words: one sentence a clip."""

    people: People
    shapes: Shapes
    action: Array
    posed: Posed
    rotation: Array
    place: Array
    touching: Array
    planted: Array
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.action)


def draw_scenes(seed: int | np.random.Generator, count: int, frames: int = FRAMES, action: Array | None = None) -> Scenes:
    """`count` clips; actions are drawn apart from shapes, only nobody sits on what is no seat. `action` (N,) fixes them."""
    rng = np.random.default_rng(seed)
    people = draw_people(rng, count)
    shapes, action = _things(rng, count, action)
    parts = [_perform(rng, people, shapes, np.flatnonzero(action == k), name, frames) for k, name in enumerate(ACTIONS)]
    return _joined(people, shapes, action, parts)


def _things(rng: np.random.Generator, count: int, given: Array | None) -> tuple[Shapes, Array]:
    shapes = draw_shapes(rng, *draw_kinds(rng, count))
    action = rng.integers(0, len(ACTIONS), count) if given is None else np.asarray(given)
    sits = action == ACTIONS.index("sit")
    for _ in range(60):
        bad = np.flatnonzero(sits & ~_is_seat(shapes))
        if not len(bad):
            break
        again = draw_shapes(rng, *draw_kinds(rng, len(bad)))
        for name in shapes.__dataclass_fields__:
            getattr(shapes, name)[bad] = getattr(again, name)
    return shapes, action


def _is_seat(shapes: Shapes) -> Array:
    top = seat_height(shapes.half, shapes.grip)
    return (top > SEATS[0]) & (top < SEATS[1]) & (shapes.half[:, [0, 2]].min(-1) > 0.1)


@dataclass(frozen=True)
class _Part:
    rows: Array
    stage: Stage
    posed: Posed
    rotation: Array
    planted: Array


def _perform(rng: np.random.Generator, people: People, shapes: Shapes, rows: Array, action: str, frames: int) -> _Part | None:
    if not len(rows):
        return None
    who = People(people.gender[rows], people.betas[rows], people.rest[rows])
    what = shapes.take(rows)
    quarter = _quarters(rng, what, action)
    half, grip = sides_of(what, quarter)
    hands, tall = _hands(rng, what, half, grip, action)
    stage = Stage(rng, who, what, half, grip, hands.uses, frames)
    stage.facts = {"tall": tall, "rolls": (what.family == FAMILIES.index("ball")) | (what.family == FAMILIES.index("bar"))}
    SCRIPTS[action](stage)
    width = f32(0.095 * who.scale * rng.uniform(0.9, 1.6, len(rows)))
    pace = f32(rng.uniform(6.5, 9.5, len(rows)))
    feet = walk(stage.path, stage.yaw, width, pace, f32(rng.random(len(rows))), f32(rng.normal(0, 0.03, len(rows))))
    planted = feet.planted & ~((stage.kicking > 0.01)[..., None] & (stage.kicker[:, None, None] == np.arange(2)))
    rotation = f32(stage.turned @ about_y(f32(quarter * np.pi / 2))[:, None])
    return _Part(rows, stage, pose(stage, feet, hands), rotation, planted)


def _quarters(rng: np.random.Generator, what: Shapes, action: str) -> Array:
    quarter = rng.integers(0, 4, len(what))
    fixed = ~np.isin(what.family, _TURNING)
    quarter[fixed] = 2 * (quarter[fixed] // 2)
    if action == "sit":
        quarter[what.family == FAMILIES.index("chair")] = 0
    return quarter


def _hands(rng: np.random.Generator, what: Shapes, half: Array, grip: Array, action: str) -> tuple[Grip, Array]:
    carrying = carrying_grip(rng, what, grip)
    pushable = np.isin(what.family, [FAMILIES.index(name) for name in ("box", "can", "chair", "stool")])
    tall = pushable & (2 * half[:, 1] > _TALL) & (action == "move")
    if not tall.any():
        return carrying, tall
    pushing = pushing_grip(half, what.family)
    chosen = {name: getattr(carrying, name).copy() for name in Grip.__dataclass_fields__}
    for name, values in chosen.items():
        values[tall] = getattr(pushing, name)[tall]
    return Grip(**chosen), tall


def _joined(people: People, shapes: Shapes, action: Array, parts: list[_Part | None]) -> Scenes:
    present = [p for p in parts if p is not None]
    order = np.argsort(np.concatenate([p.rows for p in present]))

    def gather(pieces: list[Array]) -> Array:
        return np.concatenate(pieces)[order]

    posed = Posed(
        gather([p.posed.rotations for p in present]), gather([p.posed.joints for p in present]),
        gather([p.posed.fingers for p in present]),
    )  # fmt: skip
    words = [sentences(p.stage, ACTIONS[int(action[p.rows[0]])]) for p in present]
    flat = [text for group in words for text in group]
    return Scenes(
        people, shapes, action, posed, gather([p.rotation for p in present]), gather([p.stage.place for p in present]),
        gather([p.stage.close > 0.9 for p in present]), gather([p.planted for p in present]),
        tuple(flat[k] for k in order),
    )  # fmt: skip
