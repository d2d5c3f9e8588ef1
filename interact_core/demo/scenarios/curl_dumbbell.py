"""Three curls with a dumbbell in the right hand."""

import numpy as np

from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.actor import Actor
from interact_core.demo.easing import path
from interact_core.demo.grasp import grip
from interact_core.demo.performance import stance
from interact_core.demo.props import prop
from interact_core.demo.rotation import about
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.6, seed)
    ease = stance(actor)
    elbow = ease.positions[0, JOINT_INDEX["right_elbow"]] + [-0.01, 0.0, 0.03]
    bell = prop("dumbbell")
    hold = grip("right", (0, 0, -0.0145), (0, 0, 1), (-1, 0, 0), along=0.95)
    grasp = actor.grasp("right", bell, hold)
    forearm = float(np.linalg.norm(actor.offsets[JOINT_INDEX["right_wrist"]]))
    top = 2.15 + script.rng.uniform(-0.1, 0.1)
    keys = [(0.7, 0.45), (1.7, top), (2.7, 0.5), (3.7, top), (4.7, 0.5), (5.7, top), (6.8, 0.45)]
    angle = path(script.time, [(t, (a,)) for t, a in keys])[:, 0]
    track = script.put(bell, (0, 0, 0))
    # Half supinated: a fully turned palm is at the end of the forearm's range.
    track.rotation = about("x", -angle) @ about("y", 1.0)
    # The wrist runs on a circle about the elbow and the bell follows it through the solved grip.
    wrist = elbow + np.stack([np.full(script.frames, -0.075), -forearm * np.cos(angle), forearm * np.sin(angle)], axis=1)
    track.position = wrist - track.rotation @ grasp.position
    track.cause[:] = HELD
    script.use("right", "dumbbell", grasp, 0, 9, enter=False, leave=False)
    script.balance_shift = [(0.0, (0.015, 0.0))]
    script.look(0, (0, 1.45, 3))
    script.look(0.5, (-0.3, 1.1, 0.6))
    script.look(2.6, (0, 1.4, 3))
    script.look(4.6, (-0.3, 1.15, 0.6))
    script.look(6.6, (0, 1.45, 3))
    script.describe(
        "Dumbbell curls",
        "Exercise",
        "A person lifts a dumbbell with the right arm three times, standing.",
        "Someone trains the right arm with three curls of a dumbbell.",
        "A person curls a dumbbell.",
    )
    return script
