"""Where the feet are: planted, rolling over the ball, swinging, landing on the heel; and what weight each carries.

All positions are of the flat-foot frame: x, z of the ankle on the floor plan and a yaw about +Y (0 faces +Z).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from interact_core.demo.easing import min_jerk, smooth
from interact_core.demo.rotation import Array, about

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")


@dataclass(frozen=True)
class FootShape:
    """Rest offsets in the flat, straight foot, metres: ankle height over the sole, ball and heel seen from the ankle."""

    ankle_height: float
    ball: Array
    heel: Array
    pitches: Array
    lifts: Array
    """How much the ankle must rise, by pitch (radians, heel up positive), for the skin to stay on the floor."""

    def lift(self, pitch: Array) -> Array:
        return np.interp(pitch, self.pitches, self.lifts)


@dataclass(frozen=True)
class Step:
    """A swing of one foot from `start` to `end` (seconds) to a new place; `roll` scales heel-off and heel-strike."""

    side: Side
    start: float
    end: float
    place: tuple[float, float]
    yaw: float
    height: float
    roll: float


@dataclass(frozen=True)
class Kick:
    """Replaces the swing of a step by a spline through (seconds, ankle (3,), pitch) keys between its start and end."""

    side: Side
    keys: tuple[tuple[float, tuple[float, float, float], float], ...]


@dataclass(frozen=True)
class FootTrack:
    """(T, ...) of one foot: ankle position and rotation, world rotation of the toes, fully planted, distance-free plan."""

    ankle: Array
    rotation: Array
    toes: Array
    planted: NDArray[np.bool_]
    plan: Array
    yaw: Array


@dataclass
class FootPlan:
    """The steps of a clip, in order. Build with step() and walk(), read with track() and support()."""

    shape: FootShape
    width: float
    start: tuple[float, float] = (0.0, 0.0)
    yaw: float = 0.0
    spread: float = 1.0
    stagger: float = 0.0
    """Metres the left foot stands ahead of the right at the start."""
    steps: list[Step] = field(default_factory=list)
    kicks: list[Kick] = field(default_factory=list)

    def place_beside(self, centre: tuple[float, float], yaw: float, side: Side, ahead: float = 0.0) -> tuple[float, float]:
        """Where a foot stands when the body's centre is at `centre`, facing `yaw`."""
        lateral = self.width * self.spread * (1 if side == "left" else -1)
        return centre[0] + lateral * np.cos(yaw) + ahead * np.sin(yaw), centre[1] - lateral * np.sin(yaw) + ahead * np.cos(yaw)

    def initial(self, side: Side) -> tuple[float, float]:
        ahead = self.stagger / 2 * (1 if side == "left" else -1)
        return self.place_beside(self.start, self.yaw, side, ahead)

    def step(
        self,
        side: Side,
        start: float,
        end: float,
        place: tuple[float, float],
        yaw: float,
        height: float = 0.05,
        roll: float = 0.5,
    ) -> None:
        self.steps.append(Step(side, start, end, place, yaw, height, roll))

    def walk(
        self, start: float, centres: Sequence[tuple[float, float, float]], first: Side, pace: float = 0.55, height: float = 0.05
    ) -> float:
        """Alternate steps, each bringing its foot to a body centre (x, z, yaw). Returns the time the last foot lands."""
        side = first
        for k, (x, z, yaw) in enumerate(centres):
            begin = start + k * pace
            self.step(side, begin, begin + 0.78 * pace, self.place_beside((x, z), yaw, side), yaw, height, 1.0)
            side = "right" if side == "left" else "left"
        return start + (len(centres) - 1) * pace + 0.78 * pace

    def track(self, side: Side, time: Array) -> FootTrack:
        frames = len(time)
        shape = self.shape
        ball = shape.ball * [1 if side == "left" else -1, 1, 1]
        heel = shape.heel * [1 if side == "left" else -1, 1, 1]
        where, yaw = np.array(self.initial(side)), self.yaw
        ankle = np.tile([where[0], shape.ankle_height, where[1]], (frames, 1))
        yaws, pitch, toe_pitch = np.full(frames, yaw), np.zeros(frames), np.zeros(frames)
        planted = np.ones(frames, bool)
        for step in (s for s in self.steps if s.side == side):
            self._swing(step, time, (ball, heel), where, yaw, (ankle, yaws, pitch, toe_pitch, planted))
            where, yaw = np.array(step.place), step.yaw
        ankle[:, 1] += shape.lift(pitch)
        for kick in (k for k in self.kicks if k.side == side):
            _apply_kick(kick, time, ankle, pitch, toe_pitch)
        turn = about("y", yaws)
        plan = ankle[:, [0, 2]]
        return FootTrack(ankle, turn @ about("x", pitch), turn @ about("x", toe_pitch), planted, plan, yaws)

    def _swing(
        self,
        step: Step,
        time: Array,
        pivots: tuple[Array, Array],
        where: Array,
        yaw: float,
        out: tuple[Array, Array, Array, Array, Array],
    ) -> None:
        ankle, yaws, pitch, toe_pitch, planted = out
        ball, heel = pivots
        span = step.end - step.start
        off_time, on_time = 0.45 * span, 0.3 * span
        off, on = 0.55 * step.roll, -0.22 * step.roll
        height = self.shape.ankle_height

        def pivoted(base: tuple[float, float], turn: float, angle: Array, pivot: Array) -> Array:
            flat = np.array([base[0], height, base[1]])
            lever = np.einsum("tij,j->ti", about("y", turn) @ about("x", angle), -pivot)
            return flat + about("y", turn) @ pivot + lever

        rising = (time >= step.start - off_time) & (time < step.start)
        s = (time - step.start + off_time) / off_time
        after = time >= step.start - off_time
        end_place = (float(step.place[0]), float(step.place[1]))
        landing = (time >= step.end) & (time < step.end + on_time)
        swing = (time >= step.start) & (time < step.end)
        ankle[after] = [end_place[0], height, end_place[1]]
        yaws[after] = step.yaw
        pitch[after] = toe_pitch[after] = 0.0
        yaws[rising] = yaw
        pitch[rising] = off * s[rising] ** 2
        ankle[rising] = pivoted((where[0], where[1]), yaw, pitch[rising], ball)
        v = (time - step.end) / on_time
        pitch[landing] = toe_pitch[landing] = on * (1 - v[landing]) ** 2
        ankle[landing] = pivoted(end_place, step.yaw, pitch[landing], heel)
        u = (time[swing] - step.start) / span
        slope = np.array([2 * off / off_time * span, -2 * on / on_time * span])
        pitch[swing] = _hermite(u, off, on, slope[0], slope[1])
        # The toes straighten in the first half of the swing, so that the heel lands with the foot in one piece.
        toe_pitch[swing] = pitch[swing] * min_jerk(u / 0.6)
        eps = 1e-4
        a0, a1 = (pivoted((where[0], where[1]), yaw, np.array([off * (1 - e / off_time) ** 2]), ball)[0] for e in (0.0, eps))
        b0, b1 = (pivoted(end_place, step.yaw, np.array([on * (1 - e / on_time) ** 2]), heel)[0] for e in (0.0, eps))
        curve = _hermite(u[:, None], a0, b0, (a0 - a1) / eps * span, (b1 - b0) / eps * span)
        ease = min_jerk(u)[:, None]
        curve[:, [0, 2]] = 0.35 * curve[:, [0, 2]] + 0.65 * (a0 + ease * (b0 - a0))[:, [0, 2]]
        curve[:, 1] += step.height * 16 * (u * (1 - u)) ** 2
        ankle[swing] = curve
        yaws[swing] = yaw + min_jerk(u) * (step.yaw - yaw)
        planted[(time > step.start - off_time) & (time < step.end + on_time)] = False

    def support(self, time: Array, fps: float, commitment: float = 0.8) -> Array:
        """(T,) share of the weight on the left foot: shifted off a foot before it swings."""
        left = np.full(len(time), 0.5)
        for step in self.steps:
            lift = (time > step.start - 0.12) & (time < step.end)
            left[lift] = 0.5 + (-0.5 if step.side == "left" else 0.5) * commitment
        return np.asarray(smooth(left, 0.13, fps))


def _apply_kick(kick: Kick, time: Array, ankle: Array, pitch: Array, toe_pitch: Array) -> None:
    first = int(np.searchsorted(time, kick.keys[0][0]))
    last = int(np.searchsorted(time, kick.keys[-1][0]))
    fps = 1.0 / (time[1] - time[0])
    keys = [(time[first], [*ankle[first], pitch[first]])]
    keys += [(t, [*place, angle]) for t, place, angle in kick.keys[1:-1]]
    keys.append((time[last], [*ankle[last], pitch[last]]))
    start = np.array([*(ankle[first] - ankle[first - 1]), pitch[first] - pitch[first - 1]]) * fps
    end = np.array([*(ankle[last + 1] - ankle[last]), pitch[last + 1] - pitch[last]]) * fps
    spline = CubicSpline([k[0] for k in keys], [k[1] for k in keys], bc_type=((1, start), (1, end)))
    curve = spline(time[first : last + 1])
    ankle[first : last + 1], pitch[first : last + 1] = curve[:, :3], curve[:, 3]
    toe_pitch[first : last + 1] = curve[:, 3]


def heading_of(left: FootTrack, right: FootTrack, fps: float) -> Array:
    """(T,) yaw the pelvis faces: between the feet, a little late and soft."""
    return np.asarray(smooth((left.yaw + right.yaw) / 2, 0.15, fps))


def _hermite(u: Array, a: Array | float, b: Array | float, slope_a: Array | float, slope_b: Array | float) -> Array:
    return np.asarray(
        (2 * u**3 - 3 * u**2 + 1) * a + (u**3 - 2 * u**2 + u) * slope_a + (-2 * u**3 + 3 * u**2) * b + (u**3 - u**2) * slope_b
    )


def forward_of(yaw: Array) -> Array:
    """(T, 2) plan direction x, z of a yaw."""
    return np.stack([np.sin(yaw), np.cos(yaw)], axis=-1)


__all__ = ["SIDES", "FootPlan", "FootShape", "FootTrack", "Kick", "Side", "Step", "forward_of", "heading_of"]
