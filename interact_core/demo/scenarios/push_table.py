"""Put both hands on a table and push it along."""

from interact_core.demo.actor import Actor
from interact_core.demo.feet import SIDES
from interact_core.demo.grasp import Hold
from interact_core.demo.props import prop
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.0, seed, stagger=0.08)
    far = 1.2 + script.rng.uniform(-0.1, 0.1)
    end = script.feet.walk(2.0, [(0, 0.3, 0), (0, 0.62, 0), (0, 0.92, 0), (0, far, 0), (0, far, 0)], "left", pace=0.62)
    script.seconds = end + 1.9
    away = 0.72
    script.put(prop("table"), (0, 0, away))
    travel = script.travel()
    script.move("table", [(1.7, (0, 0, away)), (end + 0.2, (0, 0, away))], along=travel)
    script.props["table"].cause[script.during(1.6, end + 0.6)] = HELD
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        hold = Hold((sign * 0.24, 0.74, -0.22), (0, -1, 0), (-0.1 * sign, 0, 1), "flat", along=0.75, oppose=0.1, spread=0.1)
        script.use(side, "table", hold, 1.2, end + 0.65, approach=(0, -1, 0.35))
        script.guide(side, 0.5, (sign * 0.27, 1.0, 0.22))
    script.lean = [(0.3, 0.0), (1.6, 0.32), (2.2, 0.42), (end, 0.36), (end + 0.5, 0.2), (end + 1.5, 0.0)]
    script.pelvis_drop = [(0.3, 0.0), (1.6, 0.03), (end, 0.03), (end + 1.4, 0.0)]
    script.look(0, (0, 1.2, 2.5))
    script.look(0.2, (0, 0.74, 0.6))
    script.look(1.8, (0, 0.7, far + 1.3))
    script.look(end + 0.9, (0.3, 1.4, far + 3))
    script.describe(
        "Push a table",
        "Move",
        "A person puts both hands on a table, leans forward and pushes it across the floor.",
        "Someone walks forward pushing a table with straight arms, then stands back.",
        "A person pushes a table.",
    )
    return script
