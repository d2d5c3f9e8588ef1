"""Throw a ball up with both hands and catch it, twice."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.easing import path
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.rotation import Array
from interact_core.demo.script import FLYING, HELD, RESTING, Script, new_script

GRAVITY = 9.81
FLIGHTS = ((1.6, 0.6), (4.0, 0.68))
"""Release time and seconds in the air."""


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 6.6, seed)
    chest = 1.16 * actor.scale
    ball = script.put(prop("ball"), (0, chest, 0.4))
    ball.position[:, 1] = _height(script.time, chest)
    for release, flight in FLIGHTS:
        ball.cause[script.during(release + 0.01, release + flight - 0.01)] = FLYING
    ball.cause[ball.cause == RESTING] = HELD
    grasps = {}
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hold = Hold(
            (sign * 0.085, -0.065, 0.0),
            (-sign, 0.75, 0.0),
            (0, 0.15, 1),
            "wrap",
            along=0.6,
            oppose=0.2,
            spread=0.12,
            curl_limit=0.5,
        )
        grasps[side] = actor.grasp(side, ball.prop, hold)
    times = [0.0, *[t for r, f in FLIGHTS for t in (r, r + f)], script.seconds]
    for k in range(0, len(times), 2):
        for side in SIDES:
            sign = 1.0 if side == "left" else -1.0
            last = k + 2 == len(times)
            script.use(
                side, "ball", grasps[side], times[k], times[k + 1], approach=(-sign, 0.4, 0), reach=0.07, come=0.26, close=0.08,
                enter=k > 0, leave=not last,
            )  # fmt: skip
    bend = [
        (0.9, 0.0),
        (1.35, 0.05),
        (1.6, 0.0),
        (2.25, 0.0),
        (2.5, 0.05),
        (3.2, 0.0),
        (3.75, 0.06),
        (4.0, 0.0),
        (4.68, 0.0),
        (5.0, 0.05),
        (5.8, 0.0),
    ]
    script.pelvis_drop = [(t, d) for t, d in bend]
    gaze = ball.position.copy()
    gaze[:, 2] = 0.5
    script.gaze_track = gaze
    script.describe(
        "Toss and catch a ball",
        "Play",
        "A person throws a ball up with both hands and catches it again, twice.",
        "Someone tosses a ball straight up into the air, looks at it and catches it with both hands.",
        "A person throws and catches a ball.",
    )
    return script


def _height(time: Array, chest: float) -> Array:
    """Height (T,) of the ball: dipping and pushed up by the hands, then free flight between equal heights."""
    height = np.full(len(time), chest)
    rest = (0.0, 0.0, 0.0)
    for release, flight in FLIGHTS:
        v = GRAVITY * flight / 2
        up = release - 0.28
        dip = path(time, [(release - 0.85, (chest,)), (up, (chest - 0.2,))])[:, 0]
        height = np.where((time >= release - 0.85) & (time < up), dip, height)
        push = _quintic(time - up, 0.28, (chest - 0.2, *rest[:2]), (chest + 0.06, v, -GRAVITY))
        height = np.where((time >= up) & (time < release), push, height)
        t = time - release
        height = np.where((t >= 0) & (t < flight), chest + 0.06 + v * t - GRAVITY * t**2 / 2, height)
        land = t - flight
        give = _quintic(land, 0.3, (chest + 0.06, -v, -GRAVITY), (chest - 0.17, 0.0, 0.0))
        height = np.where((land >= 0) & (land < 0.3), give, height)
        rise = path(land, [(0.3, (chest - 0.17,)), (0.85, (chest,))])[:, 0]
        height = np.where(land >= 0.3, rise, height)
    return height


def _quintic(t: Array, span: float, start: tuple[float, float, float], end: tuple[float, float, float]) -> Array:
    """The quintic with given value, velocity and acceleration at 0 and `span`."""
    rows = []
    for at in (0.0, span):
        rows += [
            [at**k for k in range(6)],
            [k * at ** (k - 1) if k else 0.0 for k in range(6)],
            [k * (k - 1) * at ** (k - 2) if k > 1 else 0.0 for k in range(6)],
        ]
    coefficients = np.linalg.solve(np.array(rows), np.array([*start, *end]))
    return np.asarray(np.polynomial.polynomial.polyval(np.clip(t, 0, span), coefficients))
