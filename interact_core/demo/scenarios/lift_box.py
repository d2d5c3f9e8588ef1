"""Squat, lift a box with both hands, carry it forward, put it down."""

from interact_core.demo.actor import Actor
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.script import Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 9.0, seed)
    s, rng = actor.scale, script.rng
    far = 1.1 + rng.uniform(-0.1, 0.1)
    end = script.feet.walk(3.3, [(0, 0.33, 0), (0, 0.78, 0), (0, far, 0), (0, far, 0)], "right", pace=0.6)
    script.seconds = end + 3.0
    script.elbow_room = 0.28
    low, high = (0, 0, 0.5), (0, 0.84 * s, 0.44)
    script.put(prop("box"), low)
    keys = [(1.85, low), (2.4, (0, 0.38, 0.48)), (3.15, high), (end, high), (end + 0.75, (0, 0.36, 0.48)), (end + 1.4, low)]
    script.move("box", keys, through=True, along=script.travel())
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hold = Hold((sign * 0.21, 0.11, -0.09), (-sign, 0, 0), (0, -0.45, 1), "flat", along=0.7, oppose=0.2, spread=0.08)
        script.use(side, "box", hold, 1.5, end + 1.55)
    for keys_of, depth in ((script.pelvis_drop, 0.4 * s), (script.lean, 0.75)):
        keys_of[:] = [
            (0.1, 0),
            (1.55, depth),
            (1.85, depth),
            (3.0, 0),
            (end + 0.1, 0),
            (end + 1.3, depth),
            (end + 1.55, depth),
            (end + 2.6, 0),
        ]
    script.look(0, (0, 1.2, 2.5))
    script.look(0.15, (0, 0.2, 0.55))
    script.look(2.9, (0, 0.8, far + 1.2))
    script.look(end - 0.3, (0, 0.1, far + 0.5))
    script.look(end + 2.0, (0, 1.4, far + 3))
    script.describe(
        "Lift and carry a box",
        "Carry",
        "A person squats, lifts a box with both hands, carries it a few steps forward and puts it down on the floor.",
        "Someone picks a box up from the ground with both hands, walks forward with it and sets it down again.",
        "A person lifts a box, carries it and puts it down.",
    )
    return script
