"""Sweep the floor with a broom held in both hands."""

from dataclasses import replace

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.easing import path
from interact_core.demo.grasp import grip
from interact_core.demo.props import prop
from interact_core.demo.rotation import frame
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.2, seed, stagger=0.3)
    s, time = actor.scale, script.time
    near, far = 0.7, 1.02 + script.rng.uniform(-0.04, 0.04)
    strokes = [(0.6, 0.85)]
    for k in range(4):
        strokes += [(1.25 + 1.3 * k, far), (1.9 + 1.3 * k, near)]
    strokes.append((6.6, 0.85))
    foot = path(time, [(t, (0.08, 0.0, z)) for t, z in strokes])
    hand = path(time, [(t, (-0.07, 1.12 * s, 0.3 + 0.45 * (z - 0.8))) for t, z in strokes])
    broom = script.put(prop("broom"), (0, 0, 0))
    stick = hand - foot
    basis = frame(stick, np.broadcast_to([1.0, 0.0, 0.0], stick.shape))
    broom.rotation = np.stack([basis[..., 1], basis[..., 0], -basis[..., 2]], axis=-1)
    lowest = (broom.prop.solid.points @ broom.rotation.transpose(0, 2, 1))[..., 1].min(axis=1)
    broom.position = foot - np.outer(lowest, [0.0, 1.0, 0.0])
    broom.cause[:] = HELD
    upper, lower = 1.2 * s, 0.9 * s
    # The stick crosses the palms aslant: forearms come from above.
    right = replace(grip("right", (-0.0108, upper, 0.0063), (0.85, 0, -0.5), (0, 1, 0)), fingers=(0.5, -0.45, 0.85))
    left = replace(grip("left", (0.0108, lower, 0.0063), (-0.85, 0, -0.5), (0, 1, 0)), fingers=(-0.5, -0.7, 0.85))
    script.use("right", "broom", right, 0, 8, enter=False, leave=False)
    script.use("left", "broom", left, 0, 8, enter=False, leave=False)
    script.lean = [(t, 0.14 + 0.4 * (z - 0.8)) for t, z in strokes]
    script.balance_shift = [(t, (0.0, 0.25 * (z - 0.8))) for t, z in strokes]
    script.look(0, (0, 0.3, 1.3))
    script.look(6.4, (0.3, 1.4, 3))
    script.describe(
        "Sweep the floor",
        "Manipulate",
        "A person sweeps the floor with a broom held in both hands.",
        "Someone pushes a broom forward and pulls it back over the ground in four strokes.",
        "A person sweeps with a broom.",
    )
    return script
