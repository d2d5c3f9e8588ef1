"""A performance written down: what the feet, the hands, the eyes and the things do, in seconds, before anybody is posed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Caption
from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.actor import Actor
from interact_core.demo.aims import Aim, PointAim
from interact_core.demo.easing import path, smooth, turn
from interact_core.demo.feet import FootPlan, Side
from interact_core.demo.grasp import Grasp, Hold
from interact_core.demo.props import Prop
from interact_core.demo.rotation import Array

FPS = 30.0
RESTING, HELD, FLYING, ROLLING = 0, 1, 2, 3
"""Why a thing may move: not at all, moved by a hand or foot, in free flight, rolling on."""


@dataclass
class PropTrack:
    """The motion of one prop, design frame to world: rotation (T, 3, 3), position (T, 3).

    cause (T,) says for each frame why it may move: RESTING, HELD, FLYING or ROLLING.
    """

    prop: Prop
    rotation: Array
    position: Array
    cause: NDArray[np.int8]

    def point(self, local: Sequence[float] | Array) -> Array:
        """World track (T, 3) of a point given in the design frame."""
        return self.rotation @ np.asarray(local, float) + self.position


@dataclass(frozen=True)
class HandUse:
    """A hand on a prop from `touch` to `release`; it comes along `approach` (world unless None: out of the surface)."""

    prop: str
    grasp: Grasp
    touch: float
    release: float
    approach: Array | None = None
    reach: float = 0.09
    """Metres of straight approach and retreat."""
    come: float = 0.45
    """Seconds of approach; the retreat takes the same."""
    close: float = 0.22
    """Seconds the fingers need to close after the palm touches, and to open before it leaves."""
    enter: bool = True
    leave: bool = True


@dataclass
class Script:
    """All of one performance. Scenarios fill it, :func:`interact_core.demo.performance.perform` turns it into motion."""

    actor: Actor
    seconds: float
    rng: np.random.Generator
    feet: FootPlan
    props: dict[str, PropTrack] = field(default_factory=dict)
    uses: dict[Side, list[HandUse]] = field(default_factory=lambda: {"left": [], "right": []})
    gaze: list[tuple[float, Array]] = field(default_factory=list)
    gaze_track: Array | None = None
    pelvis_drop: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    lean: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 0.0)])
    """Keys of the trunk's forward bend (radians), shared by hips and spine."""
    posture: dict[str, list[tuple[float, Sequence[float]]]] = field(default_factory=dict)
    """Keys of rotation vectors added to a joint's fallback posture."""
    balance_shift: list[tuple[float, Sequence[float]]] = field(default_factory=lambda: [(0.0, (0.0, 0.0))])
    """Keys of a plan offset (x, z) of the centre of mass, metres, world axes."""
    balance_strength: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 1.0)])
    aims: list[Callable[["Script"], Aim]] = field(default_factory=list)
    touches: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    """Contact truth of other body regions (T,), by region group name."""
    captions: tuple[Caption, ...] = ()
    action: str = ""
    title: str = ""
    arm_swing: float = 1.0
    elbow_room: float = 0.21
    """Half width (m, average stature) of the tube around the chest that elbows and wrists stay out of."""
    sway: float = 1.0

    @property
    def frames(self) -> int:
        return round(self.seconds * FPS) + 1

    @property
    def time(self) -> Array:
        return np.arange(self.frames) / FPS

    def during(self, start: float, end: float) -> NDArray[np.bool_]:
        """(T,) frames in [start, end], seconds."""
        return (self.time >= start - 1e-6) & (self.time <= end + 1e-6)

    def travel(self) -> Array:
        """(T, 3) how far the body's middle has come along the floor since the start: what a carried thing follows."""
        middle = (self.feet.track("left", self.time).plan + self.feet.track("right", self.time).plan) / 2
        moved = smooth(middle - middle[0], 0.2, FPS)
        return np.stack([moved[:, 0], np.zeros(self.frames), moved[:, 1]], axis=1)

    def put(self, prop: Prop, position: Sequence[float] | Array, rotation: Array | None = None) -> PropTrack:
        """A thing that stands there for the whole clip, until move() says otherwise."""
        turned = np.eye(3) if rotation is None else rotation
        track = PropTrack(
            prop,
            np.repeat(turned[None], self.frames, axis=0),
            np.repeat(np.asarray(position, float)[None], self.frames, axis=0),
            np.zeros(self.frames, np.int8),
        )
        self.props[prop.key] = track
        return track

    def move(
        self,
        key: str,
        places: Sequence[tuple[float, Sequence[float] | Array]],
        turns: Sequence[tuple[float, Array]] | None = None,
        through: bool = False,
        along: Array | None = None,
    ) -> None:
        """Carry a prop along keyed positions (and rotations); it rests before the first and after the last key.

        along (T, 3), such as travel(), is added: keys are then relative to the moving person.
        """
        track = self.props[key]
        track.position = path(self.time, places, through)
        if along is not None:
            track.position = track.position + along
        if turns is not None:
            track.rotation = turn(self.time, turns)
        moving = self.during(places[0][0], places[-1][0])
        if turns is not None:
            moving |= self.during(turns[0][0], turns[-1][0])
        track.cause[moving] = HELD

    def use(
        self,
        side: Side,
        key: str,
        hold: Hold | Grasp,
        touch: float,
        release: float,
        *,
        approach: Sequence[float] | None = None,
        reach: float = 0.09,
        come: float = 0.45,
        close: float = 0.22,
        enter: bool = True,
        leave: bool = True,
    ) -> Grasp:
        """Put a hand on a prop. `enter` / `leave` False: it is already there at the start / still there at the end."""
        grasp = hold if isinstance(hold, Grasp) else self.actor.grasp(side, self.props[key].prop, hold)
        way = None if approach is None else np.asarray(approach, float) / np.linalg.norm(approach)
        self.uses[side].append(HandUse(key, grasp, touch, release, way, reach, come, close, enter, leave))
        return grasp

    def guide(self, side: Side, at: float, point: Sequence[float] | Array, width: float = 0.22, weight: float = 80.0) -> None:
        """A hint: around the time `at` the wrist should pass near a world point (a way round a table's edge)."""
        self.hold_wrist(side, point, weight * np.exp(-(((self.time - at) / width) ** 2)))

    def hold_wrist(self, side: Side, point: Sequence[float] | Array, weight: Array) -> None:
        """Keep a wrist near a world point, as strongly as weight (T,) says, 1/m."""
        target = np.repeat(np.asarray(point, float)[None], self.frames, axis=0)
        aim = PointAim(JOINT_INDEX[f"{side}_wrist"], np.zeros(3), target, weight)
        self.aims.append(lambda _: aim)

    def look(self, at: float, target: Sequence[float] | Array) -> None:
        """Gaze key: a world point to look at from then on (the eyes move in 0.35 s)."""
        self.gaze.append((at, np.asarray(target, float)))

    def describe(self, title: str, action: str, natural: str, change: str, shorten: str) -> None:
        self.title, self.action = title, action
        self.captions = (Caption(natural, "natural"), Caption(change, "change"), Caption(shorten, "shorten"))


def new_script(
    actor: Actor, seconds: float, seed: int, *, start: tuple[float, float] = (0.0, 0.0), yaw: float = 0.0, stagger: float = 0.0
) -> Script:
    """An empty performance of somebody standing at `start`, facing `yaw`."""
    feet = FootPlan(actor.foot, actor.hip_width, start, yaw, stagger=stagger)
    return Script(actor, seconds, np.random.default_rng(seed), feet)
