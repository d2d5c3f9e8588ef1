"""Swing a bat with both hands, weight going from the back foot to the front foot."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.easing import path
from interact_core.demo.grasp import grip
from interact_core.demo.props import prop
from interact_core.demo.rotation import frame
from interact_core.demo.script import Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 5.4, seed)
    script.feet.spread = 1.75
    s, time = actor.scale, script.time
    # Seconds, middle of the grip, direction of the barrel, direction of the swing.
    keys = [
        (0.0, (-0.12, 1.12, 0.36), (0.1, 0.95, 0.15), (0.9, 0.0, 0.45)), (0.9, (-0.14, 1.13, 0.36), (0.05, 0.95, 0.1), (0.9, 0.0, 0.45)),
        (1.75, (-0.24, 1.2, 0.26), (-0.35, 0.85, -0.25), (0.5, 0.0, 0.85)), (2.05, (-0.16, 1.13, 0.38), (-0.9, 0.35, 0.2), (0.25, -0.05, 0.95)),
        (2.28, (0.04, 1.05, 0.46), (-0.1, 0.0, 1.0), (1.0, 0.0, 0.1)), (2.5, (0.22, 1.12, 0.4), (0.95, 0.25, 0.3), (0.3, 0.3, -0.9)),
        (2.95, (0.25, 1.24, 0.28), (0.45, 0.85, -0.3), (-0.6, 0.3, -0.7)), (3.5, (0.2, 1.2, 0.3), (0.3, 0.93, -0.1), (-0.8, 0.25, -0.5)),
        (4.8, (-0.05, 1.05, 0.38), (0.1, 0.95, 0.2), (-1.0, 0.0, 0.3)),
    ]  # fmt: skip
    middle = path(time, [(t, np.array(p) * [s, s, s]) for t, p, _, _ in keys], through=True)
    barrel = path(time, [(t, np.array(d) / np.linalg.norm(d)) for t, _, d, _ in keys], through=True)
    lead = np.repeat([[1.0, 0.0, 0.35]], len(time), axis=0)
    basis = frame(barrel, lead - barrel * np.sum(lead * barrel, axis=1, keepdims=True))
    bat = script.put(prop("bat"), (0, 0, 0))
    # Columns: x along the swing, y up the barrel, z completes them.
    bat.rotation = np.stack([basis[..., 1], basis[..., 0], -basis[..., 2]], axis=-1)
    bat.position = middle - bat.rotation[..., 1] * 0.15
    bat.cause[:] = 1
    script.use(
        "left",
        "bat",
        grip("left", (0.0095, 0.1, 0.0095), (-0.75, 0, -0.66), (0, 1, 0), along=0.95),
        0,
        9,
        enter=False,
        leave=False,
    )
    script.use(
        "right",
        "bat",
        grip("right", (-0.0095, 0.2, -0.0095), (0.8, 0, 0.6), (0, 1, 0), along=0.95),
        0,
        9,
        enter=False,
        leave=False,
    )
    twist = [(1.0, 0.0), (1.8, -0.45), (2.05, -0.2), (2.4, 0.5), (2.9, 0.6), (4.4, 0.0)]
    for joint, share in (("spine1", 0.25), ("spine2", 0.3), ("spine3", 0.25), ("pelvis", 0.5)):
        script.posture[joint] = [(t, (0, share * a, 0)) for t, a in twist]
    script.pelvis_drop = [(0.2, 0.05), (1.8, 0.07), (3.0, 0.05), (4.6, 0.03)]
    script.balance_shift = [(1.0, (0, 0)), (1.8, (-0.08, 0)), (2.4, (0.08, 0)), (3.0, (0.09, 0)), (4.4, (0, 0))]
    script.look(0, (2.5, 1.3, 1.2))
    script.describe(
        "Swing a bat",
        "Swing",
        "A person holds a bat with both hands and swings it around once.",
        "Someone turns and swings a bat from the right side to the left.",
        "A person swings a bat.",
    )
    return script
