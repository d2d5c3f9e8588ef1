"""Which bone runs below every place of the skin: what tells flesh that a wall has cut off from the body.

Bones are straight, from joint to joint, those at the end of a finger, the head and the feet to most of the way to the tip.
A hand's bones hang together from the elbow on.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BoundBody
from interact_core.bodies.regions import SIDES, BodyRegions
from interact_core.clip import Floats
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS

_FINGERS: Final = ("index", "middle", "pinky", "ring", "thumb")
_TO_TIP: Final = 0.8
"""Of the way from a last joint to the tip: the bone ends before the skin does."""
_TRUNK: Final = (
    ("pelvis", "spine1"), ("spine1", "spine2"), ("spine2", "spine3"), ("spine3", "neck"), ("pelvis", "left_hip"),
    ("pelvis", "right_hip"), ("spine3", "left_collar"), ("spine3", "right_collar"), ("left_collar", "left_shoulder"),
    ("right_collar", "right_shoulder"),
)  # fmt: skip
_TRUNK_REGIONS: Final = ("chest", "back", "abdomen", "pelvis", "left_seat", "right_seat")

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Bones:
    """`ends` (B, 2) are indices into a pose's `points`; bones nearer the trunk come first. Skin vertex v belongs to bone
    `bone[v]`, at `share[v]` of its way, `away[v]` metres from it at rest. `before` (B,) is the bone that a hand's bone hangs on,
    -1 for the forearm and for what is no hand."""

    ends: NDArray[np.intp]
    before: NDArray[np.intp]
    tips: NDArray[np.intp]
    tip_joints: NDArray[np.intp]
    bone: NDArray[np.intp]
    share: Doubles
    away: Doubles

    def points(self, vertices: Floats, joints: Floats) -> Doubles:
        """(T, 52 + tips, 3) of a pose: joints, then the ends of the bones that carry no further joint."""
        joints = np.asarray(joints, np.float64)
        last = joints[:, self.tip_joints]
        return np.concatenate([joints, last + _TO_TIP * (np.asarray(vertices[:, self.tips], np.float64) - last)], axis=1)


def bones_of(bound: BoundBody) -> Bones:
    """Of a body in its shape."""
    rest, joints = np.asarray(bound.rest_vertices, np.float64), np.asarray(bound.rest_joints, np.float64)
    regions = bound.model.regions
    tips, tip_joints = _tips(regions, rest, joints)
    number = {JOINT_INDEX[name]: NUM_JOINTS + k for k, name in enumerate(tip_joints)}
    table = _table(number)
    ends = np.array(list(dict.fromkeys(end for bones, _ in table for end in bones)), np.intp)
    index = {(int(a), int(b)): k for k, (a, b) in enumerate(ends)}
    of_joint = np.array([JOINT_INDEX[name] for name in tip_joints], np.intp)
    bare = Bones(ends, _before(ends), tips, of_joint, np.zeros(0, np.intp), np.zeros(0), np.zeros(0))
    points = bare.points(rest[None], joints[None])[0]
    bone, share, away = np.zeros(len(rest), np.intp), np.zeros(len(rest)), np.full(len(rest), np.inf)
    for bones, names in table:
        ids = np.flatnonzero(np.logical_or.reduce([regions.mask(name) for name in names]))
        for end in bones:
            place, distance = _nearest(rest[ids], points[end[0]], points[end[1]])
            better = distance < away[ids]
            own = ids[better]
            bone[own], share[own], away[own] = index[end], place[better], distance[better]
    return Bones(ends, bare.before, tips, of_joint, bone, share, away)


def _table(tip: dict[int, int]) -> list[tuple[list[tuple[int, int]], tuple[str, ...]]]:
    """Bones, and the regions whose skin is theirs."""

    def bone(a: str, b: str) -> tuple[int, int]:
        return JOINT_INDEX[a], JOINT_INDEX[b]

    def last(name: str) -> list[tuple[int, int]]:
        joint = JOINT_INDEX[name]
        return [(joint, tip[joint])] if joint in tip else []

    found = [([bone(*pair) for pair in _TRUNK], _TRUNK_REGIONS), ([bone("neck", "head"), *last("head")], ("neck", "head"))]
    for side in SIDES:
        own = [f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")]
        shoulder, elbow, wrist, hip, knee, ankle, foot = own
        found += [
            ([bone(shoulder, elbow)], (f"{side}_upper_arm",)), ([bone(elbow, wrist)], (f"{side}_forearm",)),
            ([bone(hip, knee)], (f"{side}_thigh", f"{side}_seat")), ([bone(knee, ankle)], (f"{side}_shin",)),
            ([bone(ankle, foot), *last(foot)], (f"{side}_foot", f"{side}_sole")),
            ([bone(wrist, f"{side}_{finger}1") for finger in _FINGERS], (f"{side}_palm",)),
        ]  # fmt: skip
        for finger in (f"{side}_{finger}" for finger in _FINGERS):
            found += [([bone(f"{finger}{k}", f"{finger}{k + 1}")], (f"{finger}{k}",)) for k in (1, 2)]
            found.append((last(f"{finger}3"), (f"{finger}3",)))
    return found


def _tips(regions: BodyRegions, rest: Doubles, joints: Doubles) -> tuple[NDArray[np.intp], list[str]]:
    """Of every joint without a further one that has skin the vertex farthest from it."""
    names = {"head": "head", **{f"{side}_foot": f"{side}_whole_foot" for side in SIDES}}
    names |= {f"{side}_{finger}3": f"{side}_{finger}3" for side in SIDES for finger in _FINGERS}
    tips, found = [], []
    for joint, region in names.items():
        ids = regions.vertices(region)
        if len(ids):
            tips.append(int(ids[np.linalg.norm(rest[ids] - joints[JOINT_INDEX[joint]], axis=1).argmax()]))
            found.append(joint)
    return np.array(tips, np.intp), found


def _before(ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """(B,) from fingers by palm to forearm."""
    elbows = {JOINT_INDEX[f"{side}_elbow"] for side in SIDES}
    hands = {
        JOINT_INDEX[f"{side}_{name}"] for side in SIDES for name in ("wrist", *(f"{f}{k}" for f in _FINGERS for k in (1, 2, 3)))
    }
    ending = {int(b): k for k, (a, b) in enumerate(ends) if int(a) in elbows | hands}
    return np.array([ending.get(int(a), -1) if int(a) in hands else -1 for a, _ in ends], np.intp)


def _nearest(points: Doubles, start: Doubles, end: Doubles) -> tuple[Doubles, Doubles]:
    """(P,) share of the way from start to end at which points (P, 3) are nearest to it, and how near."""
    way = end - start
    share = np.clip((points - start) @ way / max(float(way @ way), 1e-12), 0.0, 1.0)
    return share, np.linalg.norm(points - start - share[:, None] * way, axis=1)
