"""Smooth skinning weights, split onto helper joints so that twists and large swings keep the skin full."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_BODY_JOINTS, NUM_JOINTS, PARENTS
from scripts.open_body.sources import Array

BODY_STEPS, HAND_STEPS = 12, 1
MAX_INFLUENCES = 6
SIDES = ("left", "right")


@dataclass(frozen=True)
class Helper:
    """See interact_core.bodies.helpers: what share of a joint's twist and swing this helper takes."""

    joint: int
    axis_end: int
    proximal: bool
    twist: float
    swing: float


def smoothed(weights: Array, faces: NDArray[np.int64], vertices: Array, mirror: NDArray[np.int64]) -> Array:
    """Spreads each weight over the surface by steps of edge-length-weighted averaging; symmetric by construction."""
    average = _neighbour_average(faces, vertices)
    result = weights.copy()
    body = result.copy()
    for step in range(BODY_STEPS):
        body = 0.5 * body + 0.5 * (average @ body)
        if step < HAND_STEPS:
            result = 0.5 * result + 0.5 * (average @ result)
    # Fingers are small: the long smoothing would melt them into each other.
    hand = _hand_share(weights)[:, None]
    result = hand * result + (1 - hand) * body
    swap = mirrored_joints()
    result = 0.5 * (result + result[mirror][:, swap])
    return result / result.sum(1, keepdims=True)


def mirrored_joints() -> NDArray[np.int64]:
    """(52,) the joint on the other side."""
    other = {"left": "right", "right": "left"}
    names = [name.replace(side, other[side]) if (side := name.split("_")[0]) in other else name for name in JOINT_NAMES]
    return np.array([JOINT_INDEX[name] for name in names])


def _hand_share(weights: Array) -> Array:
    joints = [*range(NUM_BODY_JOINTS, NUM_JOINTS), JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"]]
    return np.clip(weights[:, joints].sum(1) * 2 - 0.5, 0, 1)


def _neighbour_average(faces: NDArray[np.int64], vertices: Array) -> csr_array:
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    length = np.linalg.norm(vertices[pairs[:, 0]] - vertices[pairs[:, 1]], axis=1)
    share = 1.0 / np.maximum(length, 1e-3)
    n = len(vertices)
    matrix = coo_array((share, (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    matrix = matrix + matrix.T
    return csr_array(coo_array((1.0 / matrix.sum(1), (np.arange(n), np.arange(n))), shape=(n, n)) @ matrix)


def trunk_about_pivots(weights: Array, vertices: Array, joints: Array) -> Array:
    """Shares the trunk's weight among pelvis and spine by height, so that each joint bends the skin at its own level.

    MakeHuman's weights are made for its own spine, whose joints lie 8 to 15 cm lower than where SMPL puts them.
    """
    chain = [JOINT_INDEX[name] for name in ("pelvis", "spine1", "spine2", "spine3")]
    mass = weights[:, chain].sum(1)
    above = np.ones((len(chain) + 1, len(vertices)))
    above[-1] = 0.0
    for k, (joint, reach) in enumerate(zip(chain[1:], TRUNK_REACH, strict=True), start=1):
        t = np.clip((vertices[:, 1] - joints[joint, 1]) / (2 * reach) + 0.5, 0, 1)
        above[k] = t * t * (3 - 2 * t)
    result = weights.copy()
    result[:, chain] = mass[:, None] * (above[:-1] - above[1:]).T
    return result


TRUNK_REACH = (0.130, 0.100, 0.070)
"""metres above and below spine1, spine2 and spine3 over which the skin bends"""


class HelperSplit:
    """Turns (V, 52) weights into (V, 52 + H), adding helpers joint by joint."""

    def __init__(self, weights: Array, vertices: Array, joints: Array) -> None:
        self.weights, self.vertices, self.joints = weights.copy(), vertices, joints
        self.helpers: list[Helper] = []

    def split_all(self) -> None:
        for side in SIDES:
            at = {name: JOINT_INDEX[f"{side}_{name}"] for name in _LIMB}
            self._swing_then_twist(at["shoulder"], at["elbow"], twists=3)
            self._swing_then_twist(at["hip"], at["knee"], twists=2)
            for joint, end in (("elbow", "wrist"), ("knee", "ankle"), ("ankle", "foot")):
                self._bend(at[joint], at[end])
            self._forearm(at["elbow"], at["wrist"])
            for finger in ("index", "middle", "pinky", "ring", "thumb"):
                for k in (1, 2, 3):
                    joint = JOINT_INDEX[f"{side}_{finger}{k}"]
                    self._bend(joint, joint + 1 if k < 3 else joint - 1)

    def _add(self, helper: Helper) -> int:
        self.helpers.append(helper)
        self.weights = np.concatenate([self.weights, np.zeros((len(self.weights), 1))], axis=1)
        return self.weights.shape[1] - 1

    def _bend(self, joint: int, end: int) -> None:
        """Between a joint and its parent, two half turns instead of one: three would make elbows bulge."""
        half = self._add(Helper(joint, end, False, 0.5, 0.5))
        self._spread(joint, [PARENTS[joint]], [half, joint])

    def _swing_then_twist(self, joint: int, end: int, twists: int) -> None:
        """Around shoulder and hip only the swing turns the skin; the twist comes in along the limb."""
        untwisted = self._add(Helper(joint, end, False, 0.0, 1.0))
        along = self._along(joint, end, start=0.10, stop=0.85)
        chain = [untwisted, *(self._add(Helper(joint, end, False, k / twists, 1.0)) for k in range(1, twists)), joint]
        half = self._add(Helper(joint, end, False, 0.0, 0.5))
        self._spread(joint, self._others(joint), [half, joint])
        own = self.weights[:, joint].copy()
        self.weights[:, joint] = 0.0
        self._hats(chain, along, own)

    def _forearm(self, elbow: int, wrist: int) -> None:
        """The forearm takes the wrist's twist little by little from elbow to wrist; the wrist only swings."""
        turned = [self._add(Helper(wrist, elbow, True, k / 3, 0.0)) for k in (1, 2, 3)]
        bent = self._add(Helper(wrist, elbow, True, 1.0, 0.5))
        self._spread(wrist, [elbow], [bent, wrist])
        own = self.weights[:, elbow].copy()
        self.weights[:, elbow] = 0.0
        self._hats([elbow, *turned], self._along(elbow, wrist, start=0.08, stop=0.92), own)

    def _others(self, joint: int) -> list[int]:
        """Everything that is not this joint, its limb or its helpers: what its skin blends into."""
        inside = {joint}
        for child in range(joint + 1, NUM_JOINTS):
            if PARENTS[child] in inside:
                inside.add(child)
        return [j for j in range(NUM_JOINTS) if j not in inside]

    def _spread(self, joint: int, parents: list[int], chain: list[int]) -> None:
        """Re-express the blend parents|joint as a path through `chain` (ending in the joint) with the same mean turn."""
        own = self.weights[:, joint].copy()
        rivals = _RIVALS.get(joint)
        available = self.weights[:, parents].sum(1)
        if rivals is not None:  # both hips blend into the pelvis: each may only use its share of it
            available = available * own / np.maximum(own + self.weights[:, rivals], 1e-12)
            available = np.where(own > 0, available, 0.0)
        mass = own + available
        at = np.where(mass > 0, own / np.maximum(mass, 1e-12), 0.0) * len(chain)
        total = self.weights[:, parents].sum(1)
        kept = np.clip(1 - at, 0, 1) * mass
        factor = np.where(total > 1e-12, (total - available + kept) / np.maximum(total, 1e-12), 0.0)
        self.weights[:, parents] *= factor[:, None]
        self.weights[:, joint] = 0.0
        for k, column in enumerate(chain, start=1):
            self.weights[:, column] += np.clip(1 - np.abs(at - k), 0, 1) * mass

    def _hats(self, chain: list[int], along: Array, mass: Array) -> None:
        at = along * (len(chain) - 1)
        for k, column in enumerate(chain):
            self.weights[:, column] += np.clip(1 - np.abs(at - k), 0, 1) * mass

    def _along(self, joint: int, end: int, start: float, stop: float) -> Array:
        bone = self.joints[end] - self.joints[joint]
        t = (self.vertices - self.joints[joint]) @ bone / (bone @ bone)
        return np.clip((t - start) / (stop - start), 0, 1)


_LIMB = ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")
_RIVALS = {JOINT_INDEX["left_hip"]: JOINT_INDEX["right_hip"], JOINT_INDEX["right_hip"]: JOINT_INDEX["left_hip"]}


def pruned(weights: Array) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """The strongest influences per vertex, index and 16-bit value (V, 6), each row summing to 65535 within rounding."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :MAX_INFLUENCES]
    value = np.take_along_axis(weights, order, axis=1)
    value = np.where(value < 0.004, 0.0, value)
    value = value / value.sum(1, keepdims=True)
    return order.astype(np.uint8), np.round(value * 65535).astype(np.uint16)
