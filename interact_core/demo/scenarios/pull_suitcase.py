"""Tilt a suitcase by its handle, pull it along, stand it up."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.easing import path, ramp
from interact_core.demo.grasp import grip, turned
from interact_core.demo.props import HANDLE_HEIGHT, prop
from interact_core.demo.rotation import about
from interact_core.demo.script import HELD, Script, new_script

AXLE = np.array([0.0, 0.03, -0.08])


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 8.0, seed)
    far = 1.9 + script.rng.uniform(-0.1, 0.1)
    steps = [(0, 0.35, 0), (0, 0.85, 0), (0, 1.35, 0), (0, far, 0), (0, far, 0)]
    end = script.feet.walk(2.0, steps, "left", pace=0.58)
    script.seconds = end + 2.4
    back = about("y", np.pi)
    start = np.array([-0.37, 0.0, -0.34])
    case = script.put(prop("suitcase"), start, back)
    tilt = path(script.time, [(1.6, (0.0,)), (2.7, (0.62,)), (end - 0.2, (0.62,)), (end + 1.0, (0.0,))])[:, 0]
    case.rotation = about("x", tilt) @ back
    # The wheels wait until the handle has come down before them, trail, and roll up when the case stands again.
    lead = 0.45
    came = script.travel()[:, 2]
    trail = (came - lead + np.sqrt((came - lead) ** 2 + 0.01)) / 2
    trail = trail - trail[0]
    roll_up = ramp(script.time, end - 0.2, end + 1.0) * (came[-1] - trail[-1])
    axle = start + back @ AXLE + np.outer(trail + roll_up, [0.0, 0.0, 1.0])
    case.position = axle - case.rotation @ AXLE
    case.cause[script.during(1.55, end + 1.05)] = HELD
    tilted = about("x", 0.12) @ back
    hold = turned(grip("right", (0, 0, 0), (0, -0.4, -1), (1, 0, 0), along=1.0), tilted)
    radius = 0.0135 * np.array(hold.into)
    bar = np.array([0.0, HANDLE_HEIGHT, -0.075]) - radius / np.linalg.norm(hold.into)
    script.use(
        "right", "suitcase", type(hold)((bar[0], bar[1], bar[2]), hold.into, hold.fingers, along=1.0), 1.2, end + 1.2, reach=0.07
    )
    script.posture["spine2"] = [
        (0.3, (0, 0, 0)),
        (1.2, (0, -0.18, 0)),
        (2.4, (0, -0.1, 0)),
        (end, (0, -0.12, 0)),
        (end + 1.5, (0, 0, 0)),
    ]
    script.look(0, (0.2, 1.5, 3))
    script.look(0.2, (-0.45, 0.8, 0.1))
    script.look(1.7, (0, 1.45, far + 3))
    script.look(end + 0.1, (-0.5, 0.7, far + 0.1))
    script.look(end + 1.3, (0, 1.5, far + 3))
    script.describe(
        "Pull a suitcase",
        "Move",
        "A person takes the handle of a suitcase with the right hand, tilts it and pulls it along while walking forward.",
        "Someone walks forward dragging a suitcase behind and then stands it up again.",
        "A person pulls a suitcase.",
    )
    return script
