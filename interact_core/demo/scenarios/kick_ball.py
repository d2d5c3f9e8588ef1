"""Step up to a ball and kick it; it rolls away and slows down."""

import numpy as np

from interact_core.demo.actor import Actor
from interact_core.demo.feet import Kick
from interact_core.demo.props import prop
from interact_core.demo.rotation import about
from interact_core.demo.script import FPS, ROLLING, Script, new_script

RADIUS = 0.11
SLOWING = 1.2
"""m/s^2 of rolling resistance on grass."""


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 6.4, seed)
    speed = 3.5 + script.rng.uniform(-0.2, 0.2)
    foot, height = actor.foot, actor.foot.ankle_height
    script.feet.walk(0.5, [(0, 0.35, 0), (0, 0.72, 0)], "right", pace=0.62)
    land = script.feet.place_beside((0, 0.95), 0, "right")
    lift, hit, down = 1.92, 2.3, 2.95
    script.feet.step("right", lift, down, land, 0.0, 0.05, 1.0)
    toe = foot.ball[2] + 0.075
    x = land[0]
    ball_z = 0.72 + 0.3
    touch_z = ball_z - RADIUS - toe + 0.017
    script.feet.kicks.append(
        Kick("right", (
            (lift, (0, 0, 0), 0), (2.1, (x, height + 0.2, 0.2), 0.7), (hit, (x, height + 0.06, touch_z), 0.12),
            (2.42, (x, height + 0.17, touch_z + 0.24), -0.05),
            (2.62, (x, height + 0.12, touch_z + 0.16), 0.0), (down, (0, 0, 0), 0),
        ))
    )  # fmt: skip
    script.feet.step("left", 3.2, 3.65, script.feet.place_beside((0, 0.95), 0, "left"), 0.0, 0.04, 0.5)
    ball = script.put(prop("ball"), (x, RADIUS, ball_z))
    since = np.maximum(script.time - hit, 0.0)
    stop = speed / SLOWING
    run = np.where(since < stop, speed * since - SLOWING * since**2 / 2, speed * stop / 2)
    ball.position = ball.position + np.outer(run, [0.0, 0.0, 1.0])
    ball.rotation = about("x", run / RADIUS)
    ball.cause[(since > 0) & (since < stop + 1 / FPS)] = ROLLING
    script.touches["right_whole_foot"] = script.during(hit - 0.5 / FPS, hit + 0.5 / FPS)
    script.lean = [(1.2, 0.0), (2.1, 0.12), (2.5, 0.2), (3.4, 0.0)]
    script.arm_swing = 1.2
    script.gaze_track = np.stack([ball.position[:, 0], np.full(script.frames, 0.4), np.minimum(ball.position[:, 2], 4.0)], axis=1)
    script.describe(
        "Kick a ball",
        "Kick",
        "A person walks up to a ball and kicks it forward with the right foot.",
        "Someone steps forward and kicks a ball away with the right foot across the floor.",
        "A person kicks a ball.",
    )
    return script
