"""A body as spheres on its bones, and which of them must not meet: what tells a hand in the chest quickly.

Spheres are fitted to any model's own rest surface: at a vertex the largest ball that touches it from inside and stays inside
its part (the medial ball, Ma et al. 2012, "3D medial axis point approximation using nearest neighbors and the normal field"),
then the few balls that together come near every vertex of the part. Each is carried rigidly by the bone of its part.

Only parts that can reach each other without being neighbours are paired; flesh that folds at armpit, crotch, elbow and knee
is no fault. What two spheres share at rest already is allowed.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from interact_core.bodies.base import BoundBody
from interact_core.bodies.regions import HAND_PARTS, SIDES
from interact_core.bodies.surface import vertex_normals
from interact_core.clip.skeleton import JOINT_INDEX

Doubles = NDArray[np.float64]
_TRUNK: Final = ("chest", "back", "abdomen", "pelvis", "left_seat", "right_seat")
_SPINE: Final = ("pelvis", "spine1", "spine2", "spine3")
_LARGEST: Final = 0.13
_NEAR: Final = 0.004
"""Metres from a ball at which a vertex counts as covered by it."""
_SEEDS: Final = 300
_MOST: Final = {"trunk": 64, "head": 16, "palm": 10, "forearm": 10, "upper_arm": 8, "thigh": 12, "shin": 10, "foot": 10}
_MOST_OF_FINGER: Final = 4
_SOFT_HAND: Final = 0.002
_SOFT: Final = 0.006
_SOFT_ARM: Final = 0.015
"""Metres that skin gives way: of two hands, of a hand or leg, and of a forearm, whose elbow rests at the waist."""


@dataclass(frozen=True)
class BodySpheres:
    """joint (S,), offset (S, 3) from it at rest, radius (S,); pairs (P, 2) that must not meet, and what each may share (P,)."""

    joint: NDArray[np.intp]
    offset: Doubles
    radius: Doubles
    pairs: NDArray[np.intp]
    allowance: Doubles


def body_spheres(bound: BoundBody) -> BodySpheres:
    """The spheres of a body in its shape; none for hands that the model does not have."""
    vertices = np.ascontiguousarray(bound.rest_vertices, np.float32)
    joints = np.ascontiguousarray(bound.rest_joints, np.float32)
    return _fitted(_Key(bound, vertices.tobytes() + joints.tobytes()))


class _Key:
    """A bound body, equal to others of the same surface and skeleton at rest."""

    def __init__(self, bound: BoundBody, content: bytes) -> None:
        self.bound, self._content = bound, content

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other._content == self._content


@lru_cache(maxsize=4)
def _fitted(key: _Key) -> BodySpheres:
    bound = key.bound
    vertices, joints = np.asarray(bound.rest_vertices, np.float64), np.asarray(bound.rest_joints, np.float64)
    faces = bound.model.closed_skin_faces
    normals = vertex_normals(vertices, faces[(faces < len(vertices)).all(axis=1)])
    skin = np.linalg.norm(normals, axis=1) > 0.5
    regions = bound.model.regions
    tree = KDTree(vertices[skin])
    centres, radii, owners, groups = [], [], [], []
    for group, names, bone in _parts():
        ids = np.flatnonzero(np.logical_or.reduce([regions.mask(name) for name in names]) & skin)
        if len(ids) < 8:
            continue
        centre, radius = _covering(vertices[ids], normals[ids], _MOST.get(bone, _MOST_OF_FINGER), tree)
        centres.append(centre)
        radii.append(radius)
        owners.append(_bones(centre, bone, group, names[0], joints))
        groups += [group] * len(centre)
    centre, radius, owner = np.concatenate(centres), np.concatenate(radii), np.concatenate(owners)
    pairs, allowance = _pairs(centre, radius, np.array(groups))
    return BodySpheres(owner, centre - joints[owner], radius, pairs, allowance)


def _parts() -> list[tuple[str, tuple[str, ...], str]]:
    """(what it is paired as, regions, kind) of every part."""
    found: list[tuple[str, tuple[str, ...], str]] = [("trunk", _TRUNK, "trunk"), ("head", ("head",), "head")]
    for side in SIDES:
        found += [(f"{side}_hand", (f"{side}_{name}",), name) for name in HAND_PARTS]
        found += [(f"{side}_{name}", (f"{side}_{name}",), name) for name in ("forearm", "upper_arm", "thigh", "shin")]
        found.append((f"{side}_foot", (f"{side}_foot", f"{side}_sole"), "foot"))
    return found


_JOINT_OF: Final = {
    "palm": "wrist", "forearm": "elbow", "upper_arm": "shoulder", "thigh": "hip", "shin": "knee", "foot": "ankle",
}  # fmt: skip


def _bones(centre: Doubles, kind: str, group: str, region: str, joints: Doubles) -> NDArray[np.intp]:
    if kind == "trunk":
        spine = np.array([JOINT_INDEX[name] for name in _SPINE])
        above = (centre[:, 1, None] >= joints[spine, 1]).sum(axis=1)
        return np.asarray(spine[np.maximum(above - 1, 0)], np.intp)
    name = region if kind == "head" else f"{group.split('_')[0]}_{_JOINT_OF.get(kind, kind)}"
    return np.full(len(centre), JOINT_INDEX[name], np.intp)


def _covering(points: Doubles, normals: Doubles, most: int, tree: KDTree) -> tuple[Doubles, Doubles]:
    """Centres and radii of at most `most` inner balls that come near all the points of a part, the most telling first."""
    seeds = np.unique(np.linspace(0, len(points) - 1, min(_SEEDS, len(points))).round().astype(int))
    away = points[seeds, None] - points[None]  # (seeds, points, 3)
    inwards = np.einsum("spk,sk->sp", away, normals[seeds])
    # Neighbours on the same side of the part say nothing of how thick it is.
    across = (inwards > 1e-6) & (normals[seeds] @ normals.T < 0.3)
    size = np.where(across, (away**2).sum(axis=-1) / (2 * np.where(across, inwards, 1.0)), _LARGEST)
    radius = np.minimum(size.min(axis=1), _LARGEST)
    centre = points[seeds] - radius[:, None] * normals[seeds]
    # Where parts join, a ball may not come out of the others.
    radius = np.minimum(radius, tree.query(centre)[0])
    near = np.linalg.norm(points[None] - centre[:, None], axis=-1) - radius[:, None] < _NEAR
    chosen: list[int] = []
    open_ = np.ones(len(points), bool)
    while len(chosen) < most and open_.any():
        gain = near[:, open_].sum(axis=1)
        best = int(gain.argmax())
        if gain[best] < max(1, 0.004 * len(points)):
            break
        chosen.append(best)
        open_ &= ~near[best]
    return centre[chosen], radius[chosen]


def _meetings() -> list[tuple[str, str]]:
    found = [("left_hand", "right_hand"), ("left_forearm", "right_forearm")]
    found += [(f"left_{a}", f"right_{b}") for a in ("shin", "foot") for b in ("shin", "foot")]
    for side, other in (SIDES, SIDES[::-1]):
        found += [(f"{side}_hand", part) for part in ("trunk", "head", f"{other}_forearm", f"{other}_upper_arm")]
        found += [(f"{side}_hand", f"{leg}_{part}") for leg in SIDES for part in ("thigh", "shin", "foot")]
        found += [(f"{side}_forearm", part) for part in ("trunk", "head", "left_thigh", "right_thigh")]
    return found


def _pairs(centre: Doubles, radius: Doubles, groups: NDArray[np.str_]) -> tuple[NDArray[np.intp], Doubles]:
    pairs, allowance = [np.zeros((0, 2), np.intp)], [np.zeros(0)]
    for a, b in _meetings():
        first, second = np.flatnonzero(groups == a), np.flatnonzero(groups == b)
        both = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)
        gap = np.linalg.norm(centre[both[:, 0]] - centre[both[:, 1]], axis=1) - radius[both].sum(axis=1)
        soft = _SOFT_HAND if a.endswith("hand") and b.endswith("hand") else _SOFT_ARM if a.endswith("forearm") else _SOFT
        pairs.append(both)
        allowance.append(np.maximum(-gap, 0.0) + soft)
    return np.concatenate(pairs), np.concatenate(allowance)
