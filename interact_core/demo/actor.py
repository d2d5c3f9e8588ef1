"""The performer: a person of the open body, measured once."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from interact_core.bodies.base import BoundBody
from interact_core.bodies.library import open_body
from interact_core.bodies.open_body import OpenBody
from interact_core.clip import Betas, BodyMotion, Gender
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS, joint_array
from interact_core.demo.feet import FootShape, Side
from interact_core.demo.grasp import Grasp, Hold, solve_grasp
from interact_core.demo.hand import HandShape, hand_shape
from interact_core.demo.props import Prop
from interact_core.demo.rotation import Array, about
from interact_core.demo.skeleton import BODY_PARENTS

# Segment masses (fractions of body mass) and their centres along the segment: Winter, Biomechanics and Motor Control of
# Human Movement, table 4.1. Every segment is split over its two joints so that the centre stays where it is.
_SEGMENTS: Final = (
    ("pelvis", "spine1", 0.142, 0.3), ("spine1", "spine3", 0.139, 0.5), ("spine3", "neck", 0.216, 0.5),
    ("neck", "head", 0.081, 1.0),
    ("{}_shoulder", "{}_elbow", 0.028, 0.436), ("{}_elbow", "{}_wrist", 0.016, 0.43), ("{}_wrist", "{}_wrist", 0.006, 0.5),
    ("{}_hip", "{}_knee", 0.1, 0.433), ("{}_knee", "{}_ankle", 0.0465, 0.433), ("{}_ankle", "{}_foot", 0.0145, 0.5),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Actor:
    """A bound open body with what the planner needs to know about it. Lengths in metres."""

    gender: Gender
    betas: Array
    bound: BoundBody
    offsets: Array
    masses: Array
    foot: FootShape
    hands: dict[Side, HandShape]

    @property
    def rest(self) -> Array:
        return np.asarray(self.bound.rest_joints, np.float64)

    @property
    def standing(self) -> float:
        """Pelvis height with straight legs."""
        return float(self.foot.ankle_height + self.rest[0, 1] - self.rest[JOINT_INDEX["left_ankle"], 1])

    def joint_height(self, name: str) -> float:
        """Height of a joint over the floor, standing in T-pose."""
        return float(self.standing + self.rest[JOINT_INDEX[name], 1] - self.rest[0, 1])

    @property
    def hip_width(self) -> float:
        """Half the distance of the ankles at rest."""
        return float(self.rest[JOINT_INDEX["left_ankle"], 0])

    @property
    def scale(self) -> float:
        """Stature against an average person's, for distances that should grow with the body."""
        return self.standing / 0.98

    @property
    def mouth(self) -> Array:
        """(3,) from the head joint, head frame: between the lips, found from the front of the face."""
        skin = self.bound.rest_vertices - self.bound.rest_joints[JOINT_INDEX["head"]]
        front = skin[(np.abs(skin[:, 0]) < 0.01) & (np.abs(skin[:, 1]) < 0.25) & (skin[:, 2] > 0.05)]
        nose = front[np.argmax(front[:, 2])]
        return np.array([0.0, nose[1] - 0.042, nose[2] - 0.022])

    @cached_property
    def seat_depth(self) -> float:
        """How far the skin reaches below the pelvis joint when the thighs are level: what a chair meets."""
        body, hands = np.zeros((1, 21, 3)), np.zeros((1, 15, 3))
        body[0, [0, 1], 0] = -1.5
        motion = BodyMotion("open", self.gender, Betas(self.betas), np.zeros((1, 3)), body, hands, hands, np.zeros((1, 3)))
        regions = self.bound.model.regions
        skin = self.bound.pose(motion).vertices[0, regions.mask("seat")]
        return float(self.rest[0, 1] - skin[:, 1].min())

    def grasp(self, side: Side, prop: Prop, hold: Hold) -> Grasp:
        return solve_grasp(self.hands[side], prop, hold)


@lru_cache(maxsize=16)
def actor(gender: Gender = "neutral", betas: tuple[float, ...] = (0.0,) * 10) -> Actor:
    """Bind and measure; cached, so that clips with the same person share it."""
    model = open_body(gender)
    if not isinstance(model, OpenBody):
        raise TypeError("the demo performs on the open body")
    values = np.asarray(betas, np.float32)
    bound = model.bind(Betas(values))
    rest = np.asarray(bound.rest_joints, np.float64)
    offsets = rest[:NUM_BODY_JOINTS] - rest[np.maximum(BODY_PARENTS, 0)]
    hands: dict[Side, HandShape] = {
        "left": hand_shape(bound, model.joint_weights, "left"),
        "right": hand_shape(bound, model.joint_weights, "right"),
    }
    return Actor(gender, values.astype(np.float64), bound, offsets, _masses(), _foot_shape(bound), hands)


def _masses() -> Array:
    masses = np.zeros(NUM_BODY_JOINTS)
    for upper, lower, mass, along in _SEGMENTS:
        for side in ("left", "right") if "{}" in upper else ("",):
            a, b = joint_array(upper.format(side), lower.format(side))
            masses[a] += mass * (1 - along)
            masses[b] += mass * along
    return masses / masses.sum()


def _foot_shape(bound: BoundBody) -> FootShape:
    ankle = np.asarray(bound.rest_joints[JOINT_INDEX["left_ankle"]], np.float64)
    ball = np.asarray(bound.rest_joints[JOINT_INDEX["left_foot"]], np.float64) - ankle
    foot = bound.rest_vertices[bound.model.regions.mask("left_whole_foot")].astype(np.float64) - ankle
    floor = float(foot[:, 1].min())
    low = foot[foot[:, 1] < floor + 0.015]
    heel = low[np.argmin(low[:, 2])]
    heel_point = np.array([0.0, floor, heel[2] + 0.012])
    pitches = np.linspace(-0.5, 0.9, 29)
    pivots = np.where(pitches[:, None] > 0, ball, heel_point)
    ankle_rise = (pivots - np.einsum("tij,tj->ti", about("x", pitches), pivots))[:, 1]
    lowest = _posed_sole(bound, pitches) + ankle_rise
    return FootShape(-floor, ball, heel_point, pitches, floor - lowest)


def _posed_sole(bound: BoundBody, pitches: Array) -> Array:
    """Lowest left foot vertex against the ankle when the foot is pitched and, heel up, the toes stay flat."""
    frames = len(pitches)
    body = np.zeros((frames, 21, 3))
    body[:, JOINT_INDEX["left_ankle"] - 1, 0] = pitches
    body[:, JOINT_INDEX["left_foot"] - 1, 0] = -np.maximum(pitches, 0)
    hands = np.zeros((frames, 15, 3))
    motion = BodyMotion(
        "open", "neutral", Betas(np.zeros(10)), np.zeros((frames, 3)), body, hands, hands, np.zeros((frames, 3))
    )  # fmt: skip
    foot = bound.model.regions.mask("left_whole_foot")
    ankle = float(bound.rest_joints[JOINT_INDEX["left_ankle"], 1])
    return bound.pose(motion).vertices[:, foot, 1].min(axis=1).astype(np.float64) - ankle
