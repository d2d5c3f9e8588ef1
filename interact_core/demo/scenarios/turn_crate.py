"""Hold a crate in both hands and turn it to look at its sides."""

from interact_core.demo.actor import Actor
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.rotation import about
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 6.6, seed)
    s = actor.scale
    script.put(prop("crate"), (0, 0.95 * s, 0.42))
    up = (0, 1.08 * s, 0.42)
    a = 0.5 + script.rng.uniform(-0.06, 0.06)
    tilts = [(1.2, "x", 0.0), (2.1, "z", a), (3.2, "z", -a), (3.9, "z", 0.0), (4.6, "x", -0.5), (5.4, "x", 0.0)]
    turns = [(t, about(axis, angle)) for t, axis, angle in tilts]
    track = script.props["crate"]
    script.move("crate", [(0.4, (0, 0.95 * s, 0.42)), (1.3, up), (5.2, up), (6.2, (0, 0.95 * s, 0.42))], turns)
    track.cause[:] = HELD
    script.elbow_room = 0.26
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hold = Hold((sign * 0.17, 0.08, -0.075), (-sign, 0, 0), (0, -0.2, 1), "flat", along=0.7, oppose=0.3, spread=0.06)
        script.use(side, "crate", hold, 0, 9, enter=False, leave=False)
    script.look(0, (0, 1.4, 3))
    script.look(0.9, (0, 1.05, 0.5))
    script.look(5.6, (0, 1.4, 3))
    script.describe(
        "Turn a crate over in the hands",
        "Rotate",
        "A person holds a crate with both hands, raises it and rotates it right and left.",
        "Someone lifts a crate, turns it to the left and to the right and inspects it.",
        "A person rotates a crate.",
    )
    return script
