"""Bend down and open the lid of a chest with both hands."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.easing import path
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import CHEST, prop
from interact_core.demo.rotation import about
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 6.6, seed)
    away = 0.66
    facing = about("y", np.pi)
    hinge = np.array([0.0, CHEST["height"], -CHEST["depth"] / 2])
    script.put(prop("chest_base"), (0, 0, away), facing)
    lid = script.put(prop("chest_part1"), np.array([0, 0, away]) + facing @ hinge, facing)
    opened = 1.55 + script.rng.uniform(-0.1, 0.05)
    angle = path(script.time, [(2.1, (0.0,)), (3.9, (opened,))])[:, 0]
    lid.rotation = facing @ about("x", -angle)
    lid.cause[script.during(2.1, 3.9)] = HELD
    for side in SIDES:
        # The chest faces the person, so that its x axis runs to the person's right.
        out = -1.0 if side == "left" else 1.0
        place = (out * CHEST["width"] / 2, 0.06, CHEST["depth"] * 0.8)
        hold = Hold(place, (-out, 0, 0), (0, 0.1, -1), "flat", along=0.75, oppose=0.2, curl_limit=0.3)
        script.use(side, "chest_part1", hold, 1.75, 4.15, reach=0.08, come=0.55, approach=None)
    script.lean = [(0.3, 0.0), (1.7, 0.8), (2.2, 0.8), (3.8, 0.3), (4.4, 0.35), (5.6, 0.0)]
    script.pelvis_drop = [(0.3, 0.0), (1.7, 0.16), (2.2, 0.16), (3.8, 0.02), (5.0, 0.0)]
    script.look(0, (0, 1.4, 3))
    script.look(0.2, (0, 0.5, away - 0.1))
    script.look(3.6, (0, 0.25, away))
    script.look(5.4, (0, 1.4, 3))
    script.describe(
        "Open a chest",
        "Manipulate",
        "A person bends down and opens the lid of a wooden chest with both hands.",
        "Someone raises the lid of a chest with both hands, looks in and straightens up.",
        "A person opens a chest.",
    )
    return script
