"""Pass a bottle from the right hand to the left."""

from interact_core.demo.actor import Actor
from interact_core.demo.grasp import grip
from interact_core.demo.props import prop
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 5.6, seed)
    s = actor.scale
    middle = (0.0, 1.14 * s, 0.36)
    right, left = (-0.26, 0.98 * s, 0.3), (0.27, 1.0 * s, 0.3)
    script.put(prop("bottle"), right)
    script.move("bottle", [(0.8, right), (1.8, middle), (2.9, middle), (4.0, left)])
    script.props["bottle"].cause[:] = HELD
    script.use(
        "right", "bottle", grip("right", (-0.034, 0.048, 0), (1, 0, 0.1), (0, 1, 0)), 0, 2.75, enter=False, approach=(1, 0, 0.2)
    )
    script.use(
        "left",
        "bottle",
        grip("left", (0.0335, 0.142, 0), (-1, 0, 0.1), (0, 1, 0), along=0.9),
        2.15,
        6,
        leave=False,
        approach=(-1, 0, 0.2),
    )
    script.look(0, (0, 1.4, 3))
    script.look(0.5, (-0.1, 1.0, 0.5))
    script.look(1.6, middle)
    script.look(3.1, left)
    script.look(4.4, (0.3, 1.4, 3))
    script.describe(
        "Pass a bottle from hand to hand",
        "Pass",
        "A person passes a bottle from the right hand to the left hand.",
        "Someone holds a bottle in front, takes it over with the left hand and holds it at the other side.",
        "A person passes a bottle.",
    )
    return script
