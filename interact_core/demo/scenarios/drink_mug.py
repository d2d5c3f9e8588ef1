"""Take a mug from a stand, drink, put it back."""

import numpy as np

from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.demo.actor import Actor
from interact_core.demo.aims import PointAim
from interact_core.demo.easing import path, ramp
from interact_core.demo.grasp import grip, turned
from interact_core.demo.performance import stance
from interact_core.demo.props import prop
from interact_core.demo.rotation import about
from interact_core.demo.script import HELD, Script, new_script


def build(actor: Actor, seed: int = 0) -> Script:
    script = new_script(actor, 7.0, seed)
    rng, time = script.rng, script.time
    top = 0.86
    yaw = about("y", -0.8)
    spot = np.array([-0.17 + rng.uniform(-0.02, 0.02), top, 0.4])
    mug = script.put(prop("mug"), spot, yaw)
    script.put(prop("stand"), (-0.05, 0, 0.47))
    rim = np.array([0.0, 0.098, -0.039])
    ease = stance(actor)
    head = JOINT_INDEX["head"]
    mouth = ease.positions[0, head] + ease.rotations[0, head] @ actor.mouth + [0.0, -0.01, 0.02]
    before = np.array([-0.05, mouth[1] - 0.16, mouth[2] + 0.2])
    way = path(
        time, [(1.55, spot + rim), (2.05, spot + rim + [0.0, 0.09, -0.02]), (2.5, before), (3.0, mouth)], through=True
    )  # fmt: skip
    back = path(time, [(4.5, mouth), (5.0, before), (5.5, spot + rim + [0.01, 0.07, -0.01]), (6.05, spot + rim)], through=True)
    track = np.where((time < 4.0)[:, None], way, back)
    tilt = path(time, [(2.3, (0.0,)), (3.0, (0.22,)), (3.6, (0.75,)), (4.05, (0.75,)), (4.5, (0.2,)), (5.0, (0.0,))])[:, 0]
    # The forearm comes from the front to the mouth, from behind to the stand: the hand and the mug turn on the way.
    spin = path(time, [(1.75, (0.0,)), (3.0, (1.2,)), (4.5, (1.2,)), (5.85, (0.0,))])[:, 0]
    mug.rotation = about("x", -tilt) @ about("y", spin) @ yaw
    mug.position = track - about("x", -tilt) @ rim
    mug.cause[script.during(1.55, 6.05)] = HELD
    hold = turned(grip("right", (-0.041, 0.052, 0), (1, 0, 0.1), (0, 1, 0)), yaw)
    script.use("right", "mug", hold, 1.3, 6.3, come=0.5, approach=(0.5, -0.3, 0.8))
    script.guide("right", 0.65, (-0.3, 1.0, 0.16))
    script.guide("right", 7.0, (-0.3, 1.0, 0.14))
    weight = 150 * ramp(time, 2.6, 3.0) * (1 - ramp(time, 4.4, 4.9))
    script.aims.append(lambda s: PointAim(head, actor.mouth, np.repeat(mouth[None], s.frames, axis=0), weight))
    script.look(0, (0, 1.3, 3))
    script.look(0.3, spot)
    script.look(2.3, (0, 1.25, 2.2))
    script.look(4.7, spot)
    script.look(6.2, (0.4, 1.5, 3))
    script.describe(
        "Drink from a mug",
        "Drink",
        "A person picks a mug up from a stand with the right hand, drinks from it and puts it back.",
        "Someone takes the mug off the small table, raises it to the face for a sip and sets it down again.",
        "A person drinks from a mug.",
    )
    return script
