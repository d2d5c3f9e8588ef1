"""Squat, lift a box with both hands, carry it forward, put it down."""

from interact_core.demo.actor import Actor
from interact_core.demo.feet import Side
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.script import Script, new_script

SIDES: tuple[tuple[Side, float], ...] = (("left", 1.0), ("right", -1.0))


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.6, seed)
    s = actor.scale
    far = 1.15
    low, high = (0, 0, 0.52), (0, 0.86 * s, 0.42)
    end = script.feet.walk(3.3, [(0, 0.3, 0), (0, 0.75, 0), (0, far, 0), (0, far, 0)], "right", pace=0.6)
    script.seconds = end + 3.0
    script.put(prop("box"), low)
    script.move(
        "box",
        [(1.85, low), (2.4, (0, 0.4, 0.48)), (3.15, high), (3.9, (0, high[1] + 0.01, 0.42 + 0.35)), (end - 0.5, (0, high[1], far + 0.4)),
         (end + 0.2, (0, high[1], far + 0.42)), (end + 1.0, (0, 0.3, far + 0.5)), (end + 1.4, (0, 0, far + 0.52))],
        through=True,
    )  # fmt: skip
    for side, sign in SIDES:
        hold = Hold((sign * 0.21, 0.11, 0.0), (-sign, 0, 0), (0, -0.45, 1), "flat", along=0.7, oppose=0.2, spread=0.08)
        script.use(side, "box", hold, 1.5, end + 1.55)
    drop = 0.4 * s
    script.pelvis_drop = [(0.1, 0), (1.55, drop), (1.85, drop), (3.0, 0), (end + 0.1, 0), (end + 1.3, drop), (end + 1.55, drop), (end + 2.6, 0)]
    lean = 0.75
    script.lean = [(0.1, 0), (1.55, lean), (1.85, lean), (3.0, 0), (end + 0.1, 0), (end + 1.3, lean), (end + 1.55, lean), (end + 2.6, 0)]
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
