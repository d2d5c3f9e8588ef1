"""Named parts of a body's surface, found from skinning weights and rest geometry, so that every model gets the same ones.

A vertex belongs to the part whose joints move it most. The trunk is split into front and back by its normals, the foot
into sole and upper, the hips into seat and pelvis. Each hand has 16 parts: the palm and three per finger, as in InterAct.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.surface import vertex_normals
from interact_core.clip import Floats
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES

SIDES: Final = ("left", "right")
HAND_PARTS: Final = (
    "palm", *(f"{finger}{k}" for finger in ("index", "middle", "pinky", "ring", "thumb") for k in (1, 2, 3)),
)  # fmt: skip
TRUNK_NAMES: Final = ("head", "neck", "chest", "back", "abdomen", "pelvis")
LIMB_PARTS: Final = ("seat", "upper_arm", "forearm", "thigh", "shin", "foot", "sole")
REGION_NAMES: Final[tuple[str, ...]] = (
    *TRUNK_NAMES,
    *(f"{side}_{part}" for part in LIMB_PARTS for side in SIDES),
    *(f"{side}_{part}" for side in SIDES for part in HAND_PARTS),
)
_INDEX: Final = {name: i for i, name in enumerate(REGION_NAMES)}


def _groups() -> dict[str, tuple[str, ...]]:
    groups = {f"{side}_hand": tuple(f"{side}_{part}" for part in HAND_PARTS) for side in SIDES}
    for side in SIDES:
        for finger in ("index", "middle", "pinky", "ring", "thumb"):
            groups[f"{side}_{finger}"] = tuple(f"{side}_{finger}{k}" for k in (1, 2, 3))
        groups[f"{side}_arm"] = (f"{side}_upper_arm", f"{side}_forearm")
        groups[f"{side}_leg"] = (f"{side}_thigh", f"{side}_shin")
        groups[f"{side}_whole_foot"] = (f"{side}_foot", f"{side}_sole")
    groups["seat"] = ("left_seat", "right_seat")
    groups["trunk"] = ("chest", "back", "abdomen", "pelvis")
    return groups


@dataclass(frozen=True)
class BodyRegions:
    """vertex_region (V,) int16 indexes `names`; inner_hand (V,) marks the palm side of hands and fingers."""

    vertex_region: NDArray[np.int16]
    inner_hand: NDArray[np.bool_]
    names: tuple[str, ...] = REGION_NAMES

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Larger parts as tuples of region names: left_hand, right_index, left_arm, right_leg, left_whole_foot, seat, trunk."""
        return _groups()

    @cached_property
    def slices(self) -> NDArray[np.intp]:
        """(V,) numbers of pieces that go all around the body, so that what is inside is in the box around one of them: the
        parts of the hands, left then right, then head, neck, limbs and, last, the trunk with the seat."""
        rings = [f"{side}_{part}" for side in SIDES for part in HAND_PARTS] + ["head", "neck"]
        rings += [f"{side}_{part}" for side in SIDES for part in ("upper_arm", "forearm", "thigh", "shin", "whole_foot")]
        number = np.full(len(self.vertex_region), len(rings), np.intp)
        for k, name in enumerate(rings):
            number[self.mask(name)] = k
        return number

    def mask(self, name: str) -> NDArray[np.bool_]:
        """(V,) vertices of a region or of a group; KeyError on an unknown name."""
        members = self.groups.get(name, (name,))
        index = {region: i for i, region in enumerate(self.names)}
        return np.isin(self.vertex_region, [index[member] for member in members])

    def vertices(self, name: str) -> NDArray[np.intp]:
        """Sorted vertex ids of a region or of a group."""
        return np.flatnonzero(self.mask(name))


def find_regions(vertices: Floats, faces: NDArray[np.integer], weights: Floats, joints: Floats) -> BodyRegions:
    """Regions of a rest surface (V, 3) in T-pose, +Y up, from weights (V, 52) over the shared joints (52, 3)."""
    normals = vertex_normals(vertices, faces)
    strongest = np.argmax(weights, axis=1)
    region = np.array([_INDEX[_JOINT_REGION[name]] for name in JOINT_NAMES], np.int16)[strongest]
    _split_trunk(region, strongest, vertices, normals, joints)
    for side in SIDES:
        _split_seat(region, side, vertices, normals, joints)
        _split_sole(region, side, vertices, normals)
    return BodyRegions(region, _inner_hand(region, normals, joints))


def _joint_regions() -> dict[str, str]:
    table = {"pelvis": "pelvis", "spine1": "abdomen", "spine2": "chest", "spine3": "chest", "neck": "neck", "head": "head"}
    limb = {
        "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "foot", "shoulder": "upper_arm", "elbow": "forearm",
        "wrist": "palm",
    }  # fmt: skip
    for side in SIDES:
        table[f"{side}_collar"] = "chest"
        table |= {f"{side}_{joint}": f"{side}_{part}" for joint, part in limb.items()}
        table |= {f"{side}_{part}": f"{side}_{part}" for part in HAND_PARTS[1:]}
    return table


_JOINT_REGION: Final = _joint_regions()


def _split_trunk(
    region: NDArray[np.int16], strongest: NDArray[np.intp], vertices: Floats, normals: Floats, joints: Floats
) -> None:
    """What looks backwards is the back, down to a little above the pelvis joint, where the seat begins."""
    trunk = [JOINT_INDEX[n] for n in ("spine1", "spine2", "spine3", "left_collar", "right_collar")]
    waist = (strongest == JOINT_INDEX["pelvis"]) & (vertices[:, 1] > joints[0, 1] + 0.03)
    region[(np.isin(strongest, trunk) | waist) & (normals[:, 2] < -0.15)] = _INDEX["back"]


def _split_seat(region: NDArray[np.int16], side: str, vertices: Floats, normals: Floats, joints: Floats) -> None:
    """The buttock and the top quarter of the back of the thigh: what a chair touches."""
    hip, knee = joints[JOINT_INDEX[f"{side}_hip"]], joints[JOINT_INDEX[f"{side}_knee"]]
    own_side = vertices[:, 0] >= joints[0, 0] if side == "left" else vertices[:, 0] < joints[0, 0]
    behind = (normals[:, 2] < -0.1) & own_side
    upper_thigh = (region == _INDEX[f"{side}_thigh"]) & (vertices[:, 1] > hip[1] + 0.35 * (knee[1] - hip[1]))
    region[behind & (upper_thigh | (region == _INDEX["pelvis"]))] = _INDEX[f"{side}_seat"]


def _split_sole(region: NDArray[np.int16], side: str, vertices: Floats, normals: Floats) -> None:
    foot = region == _INDEX[f"{side}_foot"]
    if foot.any():
        low = vertices[:, 1] < vertices[foot, 1].min() + 0.035
        region[foot & low & (normals[:, 1] < -0.5)] = _INDEX[f"{side}_sole"]


def _inner_hand(region: NDArray[np.int16], normals: Floats, joints: Floats) -> NDArray[np.bool_]:
    inner = np.zeros(len(region), bool)
    for side in SIDES:
        palm, thumb = _palm_directions(side, joints)
        for part in HAND_PARTS:
            direction = thumb if part.startswith("thumb") else palm
            members = region == _INDEX[f"{side}_{part}"]
            inner |= members & (normals @ direction > 0.1)
    return inner


def _palm_directions(side: str, joints: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors out of the palm, and out of the thumb's pad, which also looks towards the fingers."""
    wrist, index, pinky, base, tip = (
        np.asarray(joints[JOINT_INDEX[f"{side}_{name}"]], np.float64)
        for name in ("wrist", "index1", "pinky1", "thumb1", "thumb3")
    )
    palm = np.cross(pinky - wrist, index - wrist) * (1.0 if side == "left" else -1.0)
    if np.linalg.norm(palm) < 1e-9:  # SMPL has no fingers; its palms look down in T-pose
        return np.array([0.0, -1.0, 0.0]), np.array([0.0, -1.0, 0.0])
    palm /= np.linalg.norm(palm)
    along = (tip - base) / np.linalg.norm(tip - base)
    inward = (index - base) - along * ((index - base) @ along)
    pad = palm - along * (palm @ along) + 0.6 * inward / np.linalg.norm(inward)
    return palm, pad / np.linalg.norm(pad)
