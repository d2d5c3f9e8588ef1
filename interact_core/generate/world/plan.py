"""What happens in a batch of clips before anybody is posed: ways, held things, hands that come and go."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from interact_core.generate.world.maths import Array, about_y, f32, min_jerk, ramp, turn
from interact_core.generate.world.people import People
from interact_core.generate.world.shapes import Shapes

FPS: Final = 15.0
ACTIONS: Final = ("lift", "adjust", "carry", "move", "rotate", "hold", "drink", "swing", "exercise", "kick", "sit")
"""Lower-case names of InterAct's classes; "adjust" sets a thing down, "move" pushes or slides it, "hold" inspects it."""


@dataclass
class Stage:
    """N clips of one action with T frames; scripts write into the tracks.

    path (N, T, 2) and yaw (N, T): where the person stands and faces. place (N, T, 3), turned (N, T, 3, 3): the grip frame.
    hold, close (N, T, 2): how far a hand is on the thing, and its fingers. sitting (N, T) with seat (N, T, 3) of the pelvis.
    kicking (N, T) with ankle (N, T, 3) of the foot `kicker` (N,). facts: what the words may tell.
    """

    rng: np.random.Generator
    people: People
    shapes: Shapes
    half: Array
    grip: Array
    uses: Array
    frames: int
    path: Array = field(init=False)
    yaw: Array = field(init=False)
    place: Array = field(init=False)
    turned: Array = field(init=False)
    hold: Array = field(init=False)
    close: Array = field(init=False)
    sitting: Array = field(init=False)
    seat: Array = field(init=False)
    kicking: Array = field(init=False)
    ankle: Array = field(init=False)
    twist: Array = field(init=False)
    kicker: Array = field(init=False)
    facts: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, t = len(self.people), self.frames
        for name, shape in {"path": (2,), "yaw": (), "place": (3,), "hold": (2,), "close": (2,), "sitting": (), "seat": (3,),
                            "kicking": (), "ankle": (3,), "twist": ()}.items():  # fmt: skip
            setattr(self, name, np.zeros((n, t, *shape), np.float32))
        self.turned = np.broadcast_to(np.eye(3, dtype=np.float32), (n, t, 3, 3)).copy()
        self.kicker = np.zeros(n, np.int8)

    @property
    def count(self) -> int:
        return len(self.people)

    @property
    def time(self) -> Array:
        return np.arange(self.frames, dtype=np.float32)[None]

    @property
    def scale(self) -> Array:
        return self.people.scale

    def draw(self, low: float, high: float) -> Array:
        return f32(self.rng.uniform(low, high, self.count))

    def sign(self) -> Array:
        return f32(self.rng.choice((-1.0, 1.0), self.count))

    def ramp(self, start: Array, end: Array) -> Array:
        return ramp(self.time, start * self.frames, end * self.frames)

    @property
    def alone(self) -> Array:
        """(N,) +1 the left hand alone, -1 the right hand alone, 0 both."""
        return f32(self.uses[:, 0]) - f32(self.uses[:, 1])

    @property
    def near(self) -> Array:
        """(N,) metres before the person at which a thing just clears the feet and the belly."""
        return f32(0.27 * self.scale + self.half[:, 2])

    def come(self, arrive: Array, far: float) -> None:
        """Walk to the origin, facing +Z, until `arrive` (share of the clip), from up to `far` metres away."""
        away = f32(self.draw(0, far) * (self.rng.random(self.count) < 0.8))
        bearing = self.draw(-0.7, 0.7)
        rest = 1 - self.ramp(np.zeros(self.count, np.float32), arrive)
        start = np.stack([np.sin(bearing), -np.cos(bearing)], -1) * away[:, None]
        self.path = f32(start[:, None] * rest[..., None])
        self.yaw = f32(((-bearing * (away > 0.25)) + self.draw(-0.5, 0.5))[:, None] * rest)

    def go(self, start: Array, end: Array, distance: Array, bearing: Array, turning: Array) -> None:
        """From standing at the origin: walk `distance` along `bearing` while turning; adds to path and yaw."""
        share = self.ramp(start, end)
        way = np.stack([np.sin(bearing), np.cos(bearing)], -1) * distance[:, None]
        self.path += f32(way[:, None] * share[..., None])
        self.yaw += f32(turning[:, None] * share)

    def in_hands(self, local: Array, turned: Array | None = None) -> tuple[Array, Array]:
        """World place and rotation of what is at `local` (N, T, 3) before the person."""
        facing = about_y(self.yaw)
        ground = np.stack([self.path[..., 0], np.zeros_like(self.yaw), self.path[..., 1]], -1)
        return f32(ground + turn(facing, local)), facing if turned is None else f32(facing @ turned)

    def held_at(self, height: Array, near: Array | None = None) -> Array:
        """(N, 3) before the chest at a height of the average person's metres; one hand holds it before its shoulder."""
        ahead = self.near if near is None else near
        level = np.maximum(height * self.scale, self.half[:, 1] + 0.12) - self.grip[:, 1] * 0.5
        return f32(np.stack([0.16 * self.alone * self.scale, level, ahead + 0.04], -1))

    def on_floor(self, aside: Array | None = None) -> Array:
        """(N, 3) a thing that stands before the feet."""
        x = 0.14 * self.alone if aside is None else aside
        return f32(np.stack([x, self.half[:, 1], self.near + 0.06], -1))

    def take(self, start: Array, end: Array, leave: Array | None = None, gone: Array | None = None) -> None:
        """Hands reach out from `start`, hold from `end` on, let go at `leave` and are back at `gone` (shares of the clip)."""
        lag = (end - start) * 0.25
        weight = self.ramp(start, end - lag * 0.6)
        close = self.ramp(end - lag, end + 0.01)
        if leave is not None and gone is not None:
            back = (gone - leave) * 0.25
            weight = weight * (1 - self.ramp(leave + back * 0.6, gone))
            close = close * (1 - self.ramp(leave - 0.01, leave + back))
        self.hold = f32(weight[..., None] * self.uses[:, None])
        self.close = f32(close[..., None] * self.uses[:, None])

    def have(self) -> None:
        """Hands hold all the time."""
        self.hold = f32(np.broadcast_to(self.uses[:, None], self.hold.shape))
        self.close = self.hold.copy()


def through(stage: Stage, keys: list[Array], times: list[Array]) -> Array:
    """(N, T, D) minimum jerk from key to key (N, D), at rest in each, at shares of the clip (N,)."""
    value = np.repeat(keys[0][:, None], stage.frames, 1)
    for before, after, start, end in zip(keys[:-1], keys[1:], times[:-1], times[1:], strict=True):
        value = value + (after - before)[:, None] * stage.ramp(start, end)[..., None]
    return f32(value)


def raised(stage: Stage, low: Array, high: Array, start: Array, end: Array) -> Array:
    """(N, T, 3) from the floor to the hands or back: up first, then towards the body, so that the knees stay clear."""
    up, across = stage.ramp(start, end), min_jerk(np.clip(stage.ramp(start, end) * 1.15 - 0.15, 0, 1))
    value = low[:, None] + (high - low)[:, None] * across[..., None]
    value[..., 1] = low[:, None, 1] + (high - low)[:, None, 1] * up
    return f32(value)
