"""Sit down on a chair, rest the hands on the thighs, stand up again."""

from collections.abc import Sequence

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.aims import PointAim
from interact_core.demo.easing import path, ramp
from interact_core.demo.feet import SIDES
from interact_core.demo.props import prop
from interact_core.demo.script import Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.4, seed, start=(0.0, 0.4))
    time, s = script.time, actor.scale
    # Feet step back until the legs nearly touch the seat, as people do before they sit.
    script.feet.step("right", 0.6, 1.05, script.feet.place_beside((0, 0.06), 0, "right"), 0.0, 0.035, 0.4)
    script.feet.step("left", 1.2, 1.65, script.feet.place_beside((0, 0.06), 0, "left"), 0.0, 0.035, 0.4)
    script.put(prop("chair"), (0, 0, -0.27))
    down, up = 1.75, 5.1
    seat = np.array([0.0, 0.45 + actor.seat_depth - 0.002, -0.32])
    stand = np.array([0.0, actor.standing * 0.985, 0.06])
    low = path(time, [(down, stand), (down + 0.65, (0, 0.72 * s, -0.17)), (down + 1.35, seat)], through=True)
    high = path(time, [(up, seat), (up + 0.75, (0, 0.7 * s, -0.13)), (up + 1.5, stand)], through=True)
    pelvis = np.where((time < 4.2)[:, None], low, high)
    strength = ramp(time, down - 0.1, down + 0.3) * (1 - ramp(time, up + 1.3, up + 1.8))
    seated = ramp(time, down + 1.0, down + 1.35) * (1 - ramp(time, up, up + 0.3))
    script.aims.append(lambda sc: PointAim(0, np.zeros(3), pelvis, 40 * strength + 400 * seated))
    script.pelvis_drop = [(down, 0.0), (down + 1.35, stand[1] - seat[1]), (up, stand[1] - seat[1]), (up + 1.5, 0.0)]
    script.balance_strength = [(down + 0.3, 1.0), (down + 1.1, 0.02), (up + 0.1, 0.02), (up + 0.8, 1.0)]
    script.lean = [(down - 0.2, 0.0), (down + 0.7, 0.85), (down + 1.7, 0.02), (up - 0.4, 0.02), (up + 0.5, 0.9), (up + 1.6, 0.0)]
    knee = seat[1] + 0.07
    for side in SIDES:
        target = (0.15 if side == "left" else -0.15, knee + 0.035, -0.09)
        weight = 90 * ramp(time, down + 0.5, down + 1.5) * (1 - ramp(time, up + 0.3, up + 1.1))
        script.hold_wrist(side, target, weight)
        bent: list[tuple[float, Sequence[float]]] = [
            (down + 0.5, (0, 0, 0)),
            (down + 1.5, (0.55, 0, 0)),
            (up + 0.3, (0.55, 0, 0)),
            (up + 1, (0, 0, 0)),
        ]
        script.posture[f"{side}_elbow"] = bent
    script.touches["seat"] = script.during(down + 1.32, up + 0.05)
    script.look(0, (0.2, 1.4, 3))
    script.look(0.3, (0.3, 0.7, 0.9))
    script.look(3.0, (-0.3, 1.15, 3))
    script.look(4.6, (0, 0.8, 2))
    script.look(6.3, (0, 1.5, 3))
    script.describe(
        "Sit down and stand up",
        "Sit",
        "A person steps back to a chair, sits down, rests both hands and stands up again.",
        "Someone sits on the chair for a while and then stands up again.",
        "A person sits down on a chair and stands up.",
    )
    return script
