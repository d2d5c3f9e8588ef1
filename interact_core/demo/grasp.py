"""Closing a hand on a thing: the palm is brought to the surface, then every finger bends until it touches.

The order of closing (whole finger, then the two outer joints, then the last) is GraspIt's auto-grasp (Miller and Allen,
IEEE Robotics and Automation Magazine, 2004), with the distance to the mesh in place of collision tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_core.demo.feet import Side
from interact_core.demo.hand import FINGERS, HandShape
from interact_core.demo.props import Prop
from interact_core.demo.rotation import Array, carry

Style = Literal["wrap", "flat", "pinch"]
_TOUCH: Final = 0.0002
"""Metres of clearance that counts as touching: the skin ends just off the surface."""
_REACH: Final = {"index": (1.45, 1.75, 1.0), "middle": (1.5, 1.75, 1.05), "pinky": (1.5, 1.7, 1.0), "ring": (1.5, 1.75, 1.05)}


Distance = Callable[[Array], Array]
_Wrist = tuple[Array, Array]
_Fan = tuple[tuple[float, float], float]


@dataclass(frozen=True)
class Hold:
    """Where on a prop a hand goes, in the prop's design frame.

    point: the spot the palm covers. into: from the palm into the thing. fingers: where straight fingers would point.
    along, sideways: which spot of the palm (see HandShape.palm_point). gap: metres the palm stays off.
    """

    point: tuple[float, float, float]
    into: tuple[float, float, float]
    fingers: tuple[float, float, float]
    style: Style = "wrap"
    along: float = 0.8
    sideways: float = 0.0
    gap: float = 0.0
    oppose: float = 0.85
    spread: float = 0.0
    curl_limit: float = 1.0


def grip(
    side: Side,
    point: Sequence[float],
    into: Sequence[float],
    thumb: Sequence[float],
    along: float = 0.85,
    oppose: float = 0.85,
    curl_limit: float = 1.0,
) -> Hold:
    """A power grip round something long: `thumb` is the way the thumb's side of the fist points along it."""
    straight = np.cross(thumb, into) if side == "left" else np.cross(into, thumb)
    return Hold(_triple(point), _triple(into), _triple(straight), "wrap", along=along, oppose=oppose, curl_limit=curl_limit)


def turned(hold: Hold, rotation: Array) -> Hold:
    """A hold whose directions were given in the world, for a prop that stands there with `rotation`."""
    return replace(
        hold,
        point=_triple(rotation.T @ hold.point),
        into=_triple(rotation.T @ hold.into),
        fingers=_triple(rotation.T @ hold.fingers),
    )


def _triple(v: Sequence[float] | Array) -> tuple[float, float, float]:
    return float(v[0]), float(v[1]), float(v[2])


@dataclass(frozen=True)
class Grasp:
    """A solved hold: wrist rotation (3, 3) and position (3,) in the prop's design frame, finger rotation vectors (15, 3)."""

    hold: Hold
    rotation: Array
    position: Array
    closed: Array
    opened: Array

    @property
    def retreat(self) -> Array:
        """Unit direction, prop frame, out of the surface."""
        return -np.asarray(self.hold.into) / np.linalg.norm(self.hold.into)


def solve_grasp(hand: HandShape, prop: Prop, hold: Hold) -> Grasp:
    rotation = carry((hand.facing, hand.pointing), (np.asarray(hold.into, float), np.asarray(hold.fingers, float)))
    opened = hand.pose(_opened_angles(hold), (hold.oppose, 0.0), hold.spread)
    distance = _distance_to(prop)
    position = _seat_palm(hand, hold, rotation, opened, distance)
    angles, starts = _opened_angles(hold), _opened_angles(hold)
    for finger in range(4):
        starts[3 * finger] = _close(hand, finger, angles, (rotation, position), distance, hold)
    thumb, starts[12] = _close_thumb(hand, angles, (rotation, position), distance, hold)
    opened = hand.pose(starts, thumb, hold.spread)
    return Grasp(hold, rotation, position, hand.pose(angles, thumb, hold.spread), opened)


def _distance_to(prop: Prop) -> Distance:
    def distance(points: Array) -> Array:
        return prop.solid.distance(points.reshape(-1, 3)).reshape(points.shape[:-1])

    return distance


def _opened_angles(hold: Hold) -> Array:
    angles = np.zeros(15)
    bend = {"wrap": (0.0, 0.2, 0.1), "flat": (-0.12, 0.03, 0.02), "pinch": (0.45, 0.3, 0.15)}[hold.style]
    angles[:12] = np.tile(bend, 4)
    angles[12:] = (-0.3, -0.1, 0.0)
    return angles


def _seat_palm(hand: HandShape, hold: Hold, rotation: Array, opened: Array, distance: Distance) -> Array:
    """The wrist position at which the palm (not yet the fingers) just touches."""
    into = np.asarray(hold.into, float) / np.linalg.norm(hold.into)
    start = np.asarray(hold.point, float) - rotation @ hand.palm_point(hold.along, hold.sideways)
    palm = (hand.part == 0) | np.isin(hand.part, (1, 4, 7, 10))
    local = hand.skin(opened[None], palm)[0] @ rotation.T + start
    backs = np.linspace(-0.05, 0.08, 131)
    nearest = distance(local[None] - backs[:, None, None] * into).min(axis=1)
    free = nearest > _TOUCH
    # The last clear stretch seen from outside: further in, the palm may be clear again beyond a thin rim.
    first = len(backs) - int(np.argmin(free[::-1])) if not free.all() else 0
    back = backs[min(first, len(backs) - 1)]
    return np.asarray(start - (back + hold.gap) * into)


def _close(hand: HandShape, finger: int, angles: Array, wrist: _Wrist, distance: Distance, hold: Hold) -> float:
    """Bend one finger joint after joint, each until its side touches; `angles` (15,) is updated, the open knuckle returned.

    From the knuckle outwards a straight finger comes to lie along a convex thing instead of poking it with its tip.
    """
    base = 3 * finger
    full = np.array(_REACH[FINGERS[finger]]) * hold.curl_limit
    select = np.isin(hand.part, [1 + base, 2 + base, 3 + base])
    shape = ((hold.oppose, 0.0), hold.spread)
    start = angles[base] = _free_start(hand, select, angles, base, (shape, wrist), distance)
    for stage in range(3):
        target = angles.copy()
        target[base + stage] = full[stage]
        if stage == 1:
            # The last joint follows the middle one through a shared tendon, at about half its angle.
            target[base + 2] = max(angles[base + 2], 0.45 * full[1])
        angles[:] = _until_touch(hand, select, (angles, target), shape, wrist, distance)
    return float(start)


def _free_start(
    hand: HandShape, select: NDArray[np.bool_], angles: Array, column: int, place: tuple[_Fan, _Wrist], distance: Distance
) -> float:
    """The angle of one joint nearest to its present one at which the finger is outside the thing; unchanged if none is."""
    shape, wrist = place
    offsets = np.array(sorted(np.linspace(-0.6, 0.8, 57), key=abs))
    trial = np.repeat(angles[None], len(offsets), axis=0)
    trial[:, column] += offsets
    skin = hand.skin(hand.pose(trial, *shape), select) @ wrist[0].T + wrist[1]
    depth = distance(skin).min(axis=1)
    clear = depth > _TOUCH
    return float(trial[int(np.argmax(clear)) if clear.any() else int(np.argmax(depth)), column])


def _until_touch(
    hand: HandShape, select: NDArray[np.bool_], ends: tuple[Array, Array], shape: _Fan, wrist: _Wrist, distance: Distance
) -> Array:
    """The angles furthest from ends[0] towards ends[1] before which nothing touches; ends[0] if it touches at once."""
    start, target = ends
    low, high = 0.0, 1.0
    for samples in (30, 12):
        u = np.linspace(low, high, samples)
        skin = hand.skin(hand.pose(start + u[:, None] * (target - start), *shape), select) @ wrist[0].T + wrist[1]
        clear = distance(skin).min(axis=1) > _TOUCH
        if clear.all():
            return np.asarray(start + high * (target - start))
        k = int(np.argmin(clear))
        if k == 0:
            return np.asarray(start + low * (target - start))
        low, high = float(u[k - 1]), float(u[k])
    return np.asarray(start + low * (target - start))


def _close_thumb(
    hand: HandShape, angles: Array, wrist: _Wrist, distance: Distance, hold: Hold
) -> tuple[tuple[float, float], float]:
    """Close the thumb from several root positions and keep the one whose pad lies best.

    Returns (opposition, abduction) and the root's flexion with the hand open.
    """
    select = hand.part >= 13
    best_score, best_shape, best_angles, best_start = -np.inf, (hold.oppose, 0.0), angles.copy(), 0.0
    for oppose in hold.oppose + np.array([0.0, -0.25, 0.25, -0.5, -0.75, 0.45]):
        for abduct in (0.0, 0.25, 0.5, -0.25):
            thumb = (float(oppose), abduct)
            trial = angles.copy()
            start = trial[12] = _free_start(hand, select, trial, 12, ((thumb, hold.spread), wrist), distance)
            for stage, full in enumerate((0.6, 0.8, 1.1)):
                target = trial.copy()
                target[12 + stage] = full
                trial = _until_touch(hand, select, (trial, target), (thumb, hold.spread), wrist, distance)
            skin = hand.skin(hand.pose(trial[None], thumb, hold.spread), select) @ wrist[0].T + wrist[1]
            d = distance(skin)[0]
            score = float(np.sum(np.exp(-((d / 0.004) ** 2)))) - 1e5 * max(0.0, -float(d.min()) - 0.0003)
            score -= 6.0 * abs(oppose - hold.oppose) + 6.0 * abs(abduct)
            if score > best_score:
                best_score, best_shape, best_angles, best_start = score, thumb, trial, float(start)
    angles[:] = best_angles
    return best_shape, best_start
