"""The person follows the plan: trunk leans until the hands reach, legs stand on the footfalls, arms go to the grips.

All closed formulas on (N, T, ...) arrays; the lean is found by a few rounds of "how far is it still out of reach".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from interact_core.clip.skeleton import JOINT_INDEX as J
from interact_core.clip.skeleton import NUM_BODY_JOINTS, PARENTS
from interact_core.demo.hand import HandShape
from interact_core.generate.world.feet import Feet
from interact_core.generate.world.grips import Grip
from interact_core.generate.world.limbs import Limb, bend_limb, pole_frame
from interact_core.generate.world.maths import (
    Array,
    about_x,
    about_y,
    blend,
    carried,
    dot,
    f32,
    smooth,
    turn,
    unit,
    unturn,
    wander,
)  # fmt: skip
from interact_core.generate.world.people import reference
from interact_core.generate.world.plan import Stage

SIDES: Final = ("left", "right")
_ROUNDS: Final = 5
_REACH: Final = 0.955
"""Of the arm's length: elbows do not lock."""
_DEEPEST: Final = 0.48
"""Metres that the pelvis goes down at most: lower than that, knees would bend further than they can."""
_SHARES: Final = {"pelvis": (0.42, 0.2), "spine1": (0.62, 0.4), "spine2": (0.82, 0.7), "spine3": (1.0, 1.0)}
"""Of the trunk's bend and twist, by joint, from the world."""


@dataclass(frozen=True)
class Posed:
    """World rotations (N, T, 22, 3, 3), joints (N, T, 22, 3), finger rotation vectors (N, T, 2, 15, 3)."""

    rotations: Array
    joints: Array
    fingers: Array


@dataclass
class Trunk:
    """What is solved for, each (N, T): bend (rad), drop (m), ahead and aside (m) of the pelvis; twist is given."""

    bend: Array
    drop: Array
    ahead: Array
    aside: Array
    twist: Array


def pose(stage: Stage, feet: Feet, grip: Grip) -> Posed:
    """The whole body for a stage whose feet are planned."""
    solver = _Solver(stage, feet, grip)
    return solver.solve()


class _Solver:
    def __init__(self, stage: Stage, feet: Feet, grip: Grip) -> None:
        self.stage, self.feet, self.grip, self.people = stage, feet, grip, stage.people
        n, t = stage.count, stage.frames
        self.sway = wander(stage.rng, n, t, 4, 30.0) * f32([0.012, 0.008, 0.02, 0.03])
        self.rotations = np.broadcast_to(np.eye(3, dtype=np.float32), (n, t, NUM_BODY_JOINTS, 3, 3)).copy()
        self.joints = np.zeros((n, t, NUM_BODY_JOINTS, 3), np.float32)
        self.ankles = self._ankles()
        self.wrists, self.wrist_turns, self.weight = self._wrist_targets()
        self.arm = self._length("shoulder", "elbow", "wrist")
        self.leg = self._length("hip", "knee", "ankle")

    def _length(self, a: str, b: str, c: str) -> Array:
        upper = np.linalg.norm(self.people.offset(f"left_{b}", f"left_{a}"), axis=-1)
        return f32(upper + np.linalg.norm(self.people.offset(f"left_{c}", f"left_{b}"), axis=-1))

    def _ankles(self) -> Array:
        """(N, T, 2, 3), with the kicking foot where the kick wants it."""
        s, feet = self.stage, self.feet
        height = feet.height + self.people.ankle_height[:, None, None]
        ankles = np.stack([feet.plan[..., 0], height, feet.plan[..., 1]], axis=-1)
        target, _ = s.in_hands(s.ankle)
        for k in (0, 1):
            weight = (s.kicking * (s.kicker == k)[:, None])[..., None]
            ankles[:, :, k] = ankles[:, :, k] * (1 - weight) + target * weight
        return f32(ankles)

    def _wrist_targets(self) -> tuple[Array, Array, Array]:
        """Places (N, T, 2, 3), rotations and how much they count (N, T, 2): 0 is an arm that hangs."""
        s, g = self.stage, self.grip
        place, turned = s.place[:, :, None], s.turned[:, :, None]
        away = (1 - s.close) * 0.09
        local = g.place[:, None] + g.out[:, None] * away[..., None]
        wrists = place + turn(turned, np.broadcast_to(local, (*s.hold.shape, 3)))
        return f32(wrists), f32(turned @ g.rotation[:, None]), s.hold

    def solve(self) -> Posed:
        trunk = self._first_guess()
        for _ in range(_ROUNDS):
            self._pose_trunk(trunk)
            self._reach_further(trunk)
        self._pose_trunk(trunk)
        self._head()
        for k, side in enumerate(SIDES):
            self._arm(k, side)
            self._leg(k, side)
        return Posed(self.rotations, self.joints, self._fingers())

    def _first_guess(self) -> Trunk:
        s = self.stage
        zero = np.zeros((s.count, s.frames), np.float32)
        weight = self.weight.max(-1)
        height = (self.wrists[..., 1] * self.weight).sum(-1) / np.maximum(self.weight.sum(-1), 1e-3)
        need = np.clip((0.78 * s.scale[:, None] - height) / (0.78 * s.scale[:, None]), 0, 1) * weight
        need = smooth(need, 2.5)
        style = s.draw(0.0, 1.0)[:, None]
        bend = need * (0.55 + 0.5 * style) + self.sway[..., 2]
        drop = need * (0.42 - 0.2 * style) * s.scale[:, None]
        return Trunk(
            f32(bend), f32(drop), zero - 0.22 * np.sin(bend) * (bend > 0.1), zero.copy(), f32(s.twist + self.sway[..., 3])
        )

    def _pelvis(self, trunk: Trunk) -> Array:
        """(N, T, 3): over the feet, no higher than the legs allow; or on the seat."""
        s = self.stage
        local = np.stack([trunk.aside + self.sway[..., 0], 0 * trunk.aside, trunk.ahead + self.sway[..., 1]], -1)
        ground, _ = s.in_hands(f32(local))
        middle = smooth(self.feet.plan.mean(2), 2.0)
        settled = ground + np.stack([middle[..., 0] - s.path[..., 0], 0 * s.yaw, middle[..., 1] - s.path[..., 1]], -1) * 0.5
        height = self.people.standing[:, None] * 0.985 - np.maximum(trunk.drop, 0)
        pelvis = np.concatenate([settled[..., :1], height[..., None], settled[..., 2:]], -1)
        seat, _ = s.in_hands(s.seat)
        weight = s.sitting[..., None]
        # Down before back: one lowers oneself in front of the edge and then onto it.
        pelvis = pelvis * (1 - weight) + seat * weight
        return self._within_legs(f32(pelvis), s.sitting)

    def _within_legs(self, pelvis: Array, sitting: Array) -> Array:
        hips = self.people.offset("left_hip", "pelvis")
        rise = -hips[:, None, 1]
        limit = np.full(pelvis.shape[:2], np.inf, np.float32)
        for k in (0, 1):
            sign = 1.0 if k == 0 else -1.0
            facing = about_y(self.stage.yaw)
            hip = pelvis + turn(facing, f32(np.stack([sign * hips[:, 0], 0 * rise[:, 0], hips[:, 2]], -1))[:, None])
            apart = self.ankles[:, :, k] - hip
            flat = np.minimum(np.hypot(apart[..., 0], apart[..., 2]), 0.9 * self.leg[:, None])
            limit = np.minimum(limit, self.ankles[:, :, k, 1] + np.sqrt((0.992 * self.leg[:, None]) ** 2 - flat**2) + rise)
        kicking = self.stage.kicking
        limit = np.where(kicking > 0.05, np.maximum(limit, 0.9 * self.people.standing[:, None]), limit)
        over = np.maximum(pelvis[..., 1] - limit, 0)
        eased = np.maximum(smooth(over, 1.5), over)
        pelvis[..., 1] -= eased * (1 - sitting)
        return pelvis

    def _pose_trunk(self, trunk: Trunk) -> None:
        pelvis = self._pelvis(trunk)
        self.joints[:, :, 0] = pelvis
        yaw = self.stage.yaw
        for name, (bend, twist) in _SHARES.items():
            lean = trunk.bend * bend * (1 - 0.7 * self.stage.sitting)
            self.rotations[:, :, J[name]] = about_y(yaw + trunk.twist * twist) @ about_x(lean)
        for name in ("neck", "head", "left_collar", "right_collar"):
            self.rotations[:, :, J[name]] = self.rotations[:, :, J["spine3"]]
        for name in ("spine1", "spine2", "spine3", "neck", "left_collar", "right_collar", "left_shoulder", "right_shoulder",
                     "left_hip", "right_hip", "head"):  # fmt: skip
            self._place(name)

    def _place(self, name: str) -> None:
        joint = J[name]
        parent = PARENTS[joint]
        offset = f32(self.people.rest[:, joint] - self.people.rest[:, parent])[:, None]
        self.joints[:, :, joint] = self.joints[:, :, parent] + turn(self.rotations[:, :, parent], offset)

    def _reach_further(self, trunk: Trunk) -> None:
        """Move the trunk by what the arms fall short, in the person's own directions."""
        short = np.zeros((self.stage.count, self.stage.frames, 3), np.float32)
        total = np.full(short.shape[:2], 1e-3, np.float32)
        for k, side in enumerate(SIDES):
            way = self.wrists[:, :, k] - self.joints[:, :, J[f"{side}_shoulder"]]
            length = np.linalg.norm(way, axis=-1)
            excess = np.maximum(length - _REACH * self.arm[:, None], 0) / np.maximum(length, 1e-3) * self.weight[..., k] ** 2
            short += way * excess[..., None]
            total = total + self.weight[..., k] * (excess > 0)
        short = unturn(about_y(self.stage.yaw), smooth(short / np.maximum(total, 1)[..., None], 1.5))
        trunk.aside += 0.6 * short[..., 0]
        trunk.ahead += 0.35 * short[..., 2]
        trunk.bend += 1.3 * np.maximum(short[..., 2], 0) + 0.9 * np.maximum(-short[..., 1], 0)
        trunk.drop += 0.7 * np.maximum(-short[..., 1], 0)
        np.clip(trunk.bend, -0.15, 1.7, out=trunk.bend)
        np.clip(trunk.drop, -0.02, _DEEPEST, out=trunk.drop)
        np.clip(trunk.ahead, -0.25, 0.25, out=trunk.ahead)

    def _head(self) -> None:
        """Looks at the thing while hands or a foot are busy with it, else ahead."""
        chest = self.rotations[:, :, J["spine3"]]
        busy = np.clip(smooth(np.maximum(self.stage.hold.max(-1), self.stage.kicking), 3.0), 0, 1)
        away = unturn(chest, self.stage.place - self.joints[:, :, J["head"]])
        aim = np.stack([away[..., 0], away[..., 1] * 0.85, np.maximum(away[..., 2], 0.25)], -1)
        aim = unit(aim * busy[..., None] + np.array([0, -0.12, 1.0], np.float32) * (1 - busy)[..., None])
        yaw = np.clip(np.arctan2(aim[..., 0], aim[..., 2]), -1.0, 1.0)
        pitch = np.clip(-np.arcsin(np.clip(aim[..., 1], -1, 1)), -0.6, 0.75)
        self.rotations[:, :, J["neck"]] = chest @ about_y(0.4 * yaw) @ about_x(0.4 * pitch)
        self.rotations[:, :, J["head"]] = chest @ about_y(0.9 * yaw) @ about_x(0.9 * pitch)
        self._place("head")

    def _hanging(self, k: int, side: str) -> tuple[Array, Array]:
        """Wrist place and rotation of an arm at the side, swinging against the leg."""
        sign = 1.0 if k == 0 else -1.0
        s = self.stage
        yaw = about_y(s.yaw + self.stage.twist * 0.5)
        stride = unturn(yaw, f32(self.ankles[:, :, 1 - k] - self.ankles[:, :, k]))[..., 2]
        forward = np.clip(0.35 * smooth(stride, 1.0), -0.25, 0.25)
        lap = s.sitting * 0.22
        down = np.stack([sign * (0.075 - 0.04 * s.sitting), -0.9 + 0.18 * s.sitting, 0.06 + forward + lap], -1)
        length = self.arm[:, None, None]
        down = unit(f32(down)) * length * 0.95
        place = self.joints[:, :, J[f"{side}_shoulder"]] + turn(yaw, f32(down))
        hand: HandShape = reference().hands["left" if k == 0 else "right"]
        rest = carried(
            (f32(hand.pointing), f32(hand.facing)), (f32([0.05 * sign, -1, 0.12]), f32([-sign, -0.1, -0.15]))
        )  # fmt: skip
        return place, f32(yaw @ rest)

    def _arm(self, k: int, side: str) -> None:
        sign = 1.0 if k == 0 else -1.0
        weight = self.weight[..., k]
        hang, hang_turn = self._hanging(k, side)
        target = hang * (1 - weight)[..., None] + self.wrists[:, :, k] * weight[..., None]
        wrist = blend(hang_turn, self.wrist_turns[:, :, k], weight)
        chest = self.rotations[:, :, J["spine3"]]
        raised = np.clip((target[..., 1] - self.joints[:, :, J[f"{side}_shoulder"], 1]) / 0.4, -1, 1)
        out = 0.55 + 0.35 * np.maximum(raised, 0)
        pole = turn(chest, f32(np.stack([sign * out, -0.75 + 0.25 * raised, -0.55 + 0.35 * np.maximum(raised, 0)], -1)))
        limb = Limb(
            self.people.offset(f"{side}_elbow", f"{side}_shoulder"), self.people.offset(f"{side}_wrist", f"{side}_elbow"),
            f32([0, 0, -1]),
        )  # fmt: skip
        shoulder = self.joints[:, :, J[f"{side}_shoulder"]]
        upper, lower, elbow, end = bend_limb(limb, shoulder, target, pole)
        self.rotations[:, :, J[f"{side}_shoulder"]] = upper
        self.rotations[:, :, J[f"{side}_elbow"]] = _pronated(lower, wrist, limb.lower)
        self.rotations[:, :, J[f"{side}_wrist"]] = wrist
        self.joints[:, :, J[f"{side}_elbow"]], self.joints[:, :, J[f"{side}_wrist"]] = elbow, end

    def _leg(self, k: int, side: str) -> None:
        sign = 1.0 if k == 0 else -1.0
        yaw = self.feet.yaw[..., k]
        facing = about_y(yaw)
        pole = turn(facing, np.broadcast_to(f32([sign * 0.12, 0, 1.0]), (*yaw.shape, 3)))
        limb = Limb(
            self.people.offset(f"{side}_knee", f"{side}_hip"), self.people.offset(f"{side}_ankle", f"{side}_knee"), f32([0, 0, 1])
        )
        hip = self.joints[:, :, J[f"{side}_hip"]]
        upper, lower, knee, end = bend_limb(limb, hip, self.ankles[:, :, k], pole)
        lift = np.maximum(end[..., 1] - self.people.ankle_height[:, None], 0)
        kicking = self.stage.kicking * (self.stage.kicker == k)[:, None]
        pitch = np.clip(lift * 2.2, 0, 0.5) * (1 - kicking) + 0.25 * kicking
        self.rotations[:, :, J[f"{side}_hip"]], self.rotations[:, :, J[f"{side}_knee"]] = upper, lower
        self.rotations[:, :, J[f"{side}_ankle"]] = self.rotations[:, :, J[f"{side}_foot"]] = facing @ about_x(f32(pitch))
        self.joints[:, :, J[f"{side}_knee"]], self.joints[:, :, J[f"{side}_ankle"]] = knee, end
        self._place(f"{side}_foot")

    def _fingers(self) -> Array:
        """From relaxed over opened to closed."""
        s, g = self.stage, self.grip
        relaxed = f32(np.stack([reference().hands["left"].relaxed(), reference().hands["right"].relaxed()]))
        open_, shut = np.clip(s.hold * 1.5, 0, 1)[..., None, None], s.close[..., None, None]
        fingers = relaxed * (1 - open_) + g.opened[:, None] * open_
        return f32(fingers * (1 - shut) + g.closed[:, None] * shut)


def _pronated(lower: Array, wrist: Array, bone: Array) -> Array:
    """The forearm takes two thirds of the wrist's twist about it, as the two forearm bones do."""
    axis = unit(turn(lower, np.broadcast_to(bone[:, None], (*lower.shape[:2], 3))))
    across, wanted = lower[..., 2], wrist[..., 2]
    flat = wanted - axis * dot(axis, wanted)[..., None]
    base = across - axis * dot(axis, across)[..., None]
    angle = np.arctan2(dot(axis, np.cross(base, flat)), dot(base, flat))
    return f32(pole_frame(axis, 0.66 * angle) @ lower)
