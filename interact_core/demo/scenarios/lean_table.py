"""Lean on a table with both hands, look around, straighten up."""

from interact_core.demo.actor import Actor
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.script import Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.0, seed)
    script.put(prop("table"), (0, 0, 0.74))
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hold = Hold((sign * 0.3, 0.74, -0.2), (0, -1, 0), (0.35 * sign, 0, 1), "flat", along=0.7, oppose=0.1, spread=0.14)
        script.use(side, "table", hold, 1.4 + 0.15 * (sign < 0), 5.35, approach=(0, -1, 0.3), come=0.6)
        script.guide(side, 0.6, (sign * 0.3, 1.0, 0.24))
        script.guide(side, 6.15, (sign * 0.31, 0.98, 0.22))
    script.lean = [(0.3, 0.0), (1.7, 0.55), (5.1, 0.52), (6.5, 0.0)]
    script.balance_shift = [
        (0.8, (0, 0)),
        (1.9, (0.0, 0.12)),
        (3.0, (0.04, 0.13)),
        (4.2, (-0.04, 0.13)),
        (5.0, (0, 0.1)),
        (6.0, (0, 0)),
    ]
    script.look(0, (0, 1.4, 3))
    script.look(0.3, (0, 0.74, 0.7))
    script.look(2.0, (0.9, 1.0, 1.6))
    script.look(3.5, (-1.0, 1.0, 1.6))
    script.look(4.8, (0, 0.8, 1.0))
    script.look(6.0, (0, 1.4, 3))
    script.describe(
        "Lean on a table",
        "Hold",
        "A person leans forward on a table with both hands, looks around and straightens up.",
        "Someone rests both palms on the table, puts the weight onto the straight arms and then stands up again.",
        "A person leans on a table.",
    )
    return script
