"""Carry a bottle to a shelf and put it on a high board."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.grasp import grip
from interact_core.demo.props import SHELF_HEIGHTS, prop
from interact_core.demo.script import Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.0, seed)
    far = 0.75
    end = script.feet.walk(0.6, [(0, 0.4, 0), (0, far, 0), (0, far, 0)], "right", pace=0.6)
    shelf_z = far + 0.6
    board = SHELF_HEIGHTS[3]
    spot = np.array([-0.16 + script.rng.uniform(-0.04, 0.04), board, shelf_z + 0.02])
    travel = script.travel()
    script.put(prop("bottle"), spot)
    script.put(prop("shelf"), (0, 0, shelf_z), None)
    script.props["shelf"].rotation = np.repeat(np.diag([-1.0, 1.0, -1.0])[None], script.frames, axis=0)
    held = np.array([-0.2, 0.98 * actor.scale, 0.34])
    rel = spot - travel[-1]
    keys = [
        (0.0, held),
        (end - 0.3, held),
        (end + 0.7, rel + np.array([0, 0.1, -0.2])),
        (end + 1.15, rel + np.array([0, 0.035, -0.01])),
        (end + 1.5, rel),
    ]
    script.move("bottle", keys, through=True, along=travel)
    script.use(
        "right",
        "bottle",
        grip("right", (-0.034, 0.075, 0), (1, 0, 0.15), (0, 1, 0)),
        0,
        end + 1.75,
        enter=False,
        approach=(0.7, 0, 1),
        come=0.55,
        reach=0.2,
    )
    script.guide("right", end + 2.5, (-0.3, 1.3, far + 0.24), 0.22)
    script.look(0, (0, 1.3, 3))
    script.look(end - 0.5, spot)
    script.look(end + 2.3, (0.3, 1.45, far + 2))
    script.seconds = 7.0
    script.describe(
        "Put a bottle on a shelf",
        "Move",
        "A person walks to a shelf with a bottle in the right hand and puts it on a high shelf.",
        "Someone carries a bottle a few steps and places it on the shelf.",
        "A person puts a bottle on a shelf.",
    )
    return script
