"""Third published stage: fingers alone, body and object held still (note 1.6), in the form for OMOMO and that for BEHAVE."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.refine.published_scene import SIDES, Hands, Scene, matrices, steps


@dataclass(frozen=True)
class HandPlan:
    """Numbers of one dataset's form. near, far: metres at which the pull is whole and gone."""

    rate: float
    iterations: int
    near: float
    far: float
    from_mean: bool
    depth_gate: float
    smooth: float
    back: float
    slide_from: int


OMOMO: Final = HandPlan(0.001, 1000, 0.02, 0.20, True, 0.03, 1.0, 0.05, 200)
BEHAVE: Final = HandPlan(0.005, 400, 0.03, 0.10, False, 0.02, 2.0, 0.2, 0)
_LATER: Final = 100
"""Smoothness and the return to the start join after so many iterations."""

_RELAXED: Final = {"index": 0.20, "middle": 0.28, "pinky": 0.32, "ring": 0.30}
"""Our stand-in for MANO's mean hand, which is not ours to use: radians of flexion in each joint of a finger at ease."""

Bound = tuple[float, float]
_ROM_OMOMO: Final[dict[str, tuple[Bound, Bound, Bound]]] = {
    **{f"{f}1": ((-0.8, 1.10), (-0.08, 0.09), (-0.20, 0.13)) for f in ("index", "middle", "ring")},
    **{f"{f}{k}": ((-0.1, 1.10), (-0.10, 0.15), (-0.15, 0.12)) for f in ("index", "middle") for k in (2, 3)},
    **{f"ring{k}": ((-0.1, 1.10), (-0.10, 0.15), (-0.35, 0.10)) for k in (2, 3)},
    **{f"pinky{k}": ((low, 1.10), (-0.5, 0.5), (-0.8, 1.10)) for k, low in ((1, -0.8), (2, -0.4), (3, -0.5))},
    "thumb1": ((-0.5, 0.45), (-0.5, 0.45), (-0.2, 1.5)),
    "thumb2": ((-0.5, 0.45), (-0.5, 0.45), (-0.8, -0.1)),
    "thumb3": ((-0.5, 0.45), (-0.5, 0.45), (-0.8, 1.5)),
}
"""Radians on the right hand's rotation-vector components z (flexion), y, x; the left hand's y and z change sign."""
_ROM_BEHAVE: Final = {
    **_ROM_OMOMO,
    **{f"{f}1": ((-0.4, 0.6), *_ROM_OMOMO[f"{f}1"][1:]) for f in ("index", "middle", "ring")},
    **{f"{f}{k}": ((-0.2, 0.6), *_ROM_OMOMO[f"{f}{k}"][1:]) for f in ("index", "middle") for k in (2, 3)},
    **{f"ring{k}": ((-0.1, 0.5), *_ROM_OMOMO[f"ring{k}"][1:]) for k in (2, 3)},
    "thumb1": ((-0.5, 0.45), (-0.5, 0.45), (-0.2, 1.5)),
    "thumb2": ((-0.5, 0.45), (-0.5, 0.45), (-0.4, 0.4)),
    "thumb3": ((-0.5, 0.45), (-0.5, 0.45), (-0.4, 1.2)),
}
_ORDER: Final = tuple(f"{f}{k}" for f in ("index", "middle", "pinky", "ring", "thumb") for k in (1, 2, 3))
_NEIGHBOURS: Final = (("index", "middle"), ("middle", "ring"), ("ring", "pinky"))


def mean_hands(frames: int) -> np.ndarray:
    """(T, 30, 3) our relaxed hand in every frame."""
    right = np.zeros((15, 3))
    for row, name in enumerate(_ORDER):
        right[row, 2] = _RELAXED.get(name[:-1], 0.0)
    both = np.concatenate([right * [1, -1, -1], right])
    return np.repeat(both[None], frames, axis=0)


class HandEnergy:
    """The sum over frames of the stage's terms, for fingers (T, 30, 3)."""

    def __init__(self, scene: Scene, hands: Hands, plan: HandPlan, pose: Tensor, transl: Tensor) -> None:
        self._scene, self._hands, self._plan = scene, hands, plan
        self._body, self._transl = matrices(pose[:, :NUM_BODY_JOINTS]), transl
        self._rotation, self._translation = scene.object_pose()
        self.start = (
            scene.tensor(mean_hands(len(pose))) if plan.from_mean else pose[:, NUM_BODY_JOINTS:].clone()
        )  # fmt: skip
        self._low, self._high = self._limits()
        markers = {name: k for k, name in enumerate(MARKER_NAMES)}
        ids = scene.bound.model.marker_vertices
        tips = [ids[markers[f"{s[0].upper()}{f.upper()}TIP"]] for s in SIDES for pair in _NEIGHBOURS for f in pair]
        place = {int(v): k for k, v in enumerate(hands.ids)}
        self._tips = torch.tensor([place[int(v)] for v in tips], device=scene.device)
        self._knuckles = torch.tensor(
            [JOINT_INDEX[f"{s}_{f}3"] for s in SIDES for pair in _NEIGHBOURS for f in pair], device=scene.device
        )
        self._wanted: Tensor | None = None
        with torch.no_grad():
            vertices, _ = self._posed(self.start)
            distance, _, signed = self._distances(vertices)
            least = hands.per_side(distance if plan.from_mean else signed)
        self.weight = ((plan.far - least) / (plan.far - plan.near)).clamp(0, 1)
        # Fingers on a still arm cannot come near from that far: what they are nearest to changes no term.
        self._wanted = (self.weight > 0)[:, hands.side]

    def _limits(self) -> tuple[Tensor, Tensor]:
        table = _ROM_OMOMO if self._plan.from_mean else _ROM_BEHAVE
        low = np.array([[table[n][axis][0] for axis in (2, 1, 0)] for n in _ORDER])
        high = np.array([[table[n][axis][1] for axis in (2, 1, 0)] for n in _ORDER])
        return self._scene.tensor(low), self._scene.tensor(high)

    def _posed(self, fingers: Tensor) -> tuple[Tensor, Tensor]:
        local = torch.cat([self._body, matrices(fingers)], dim=1)
        rotation, translation, joints = self._scene.bones(local, self._transl)
        return self._hands.posed(rotation, translation), joints

    def _distances(self, vertices: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Distance to the nearest object vertex (T, N), whether inside by its normal, and the signed distance."""
        near = self._scene.nearest(vertices.detach(), self._rotation, self._translation, self._wanted)
        offset = vertices - near.place
        distance = torch.sqrt((offset * offset).sum(-1) + 1e-12)
        inside = (offset.detach() * near.normal).sum(-1) < 0
        return distance, inside, torch.where(inside, -distance, distance)

    def __call__(self, fingers: Tensor, iteration: int) -> dict[str, Tensor]:
        plan = self._plan
        vertices, joints = self._posed(fingers)
        distance, inside, _ = self._distances(vertices)
        terms = self._attraction(distance, inside)
        terms["range"] = self._range(fingers)
        if plan.from_mean:
            terms["spread"] = self._spread(vertices, joints)
        if iteration > _LATER:
            terms["smooth"] = plan.smooth * self._smooth(fingers, vertices)
            away = (1 - self.weight).repeat_interleave(15, dim=1)
            terms["back"] = plan.back * (away * ((fingers - self.start) ** 2).sum(-1)).sum()
        if iteration >= plan.slide_from:
            terms["slide"] = self._slide(vertices, distance)
        return terms

    def _attraction(self, distance: Tensor, inside: Tensor) -> dict[str, Tensor]:
        hands, plan = self._hands, self._plan
        scaled = distance * self.weight[:, hands.side]
        inner = hands.inner.to(distance.dtype)
        if plan.from_mean:
            pierced = inside.to(distance.dtype) @ hands.regions > 0
            free = (~pierced).to(distance.dtype) @ hands.regions.T  # each vertex is in one region
            pull = 5 * (free * inner * scaled**2).sum()
            deep = (inside & (scaled < plan.depth_gate)).to(distance.dtype)
            count = deep @ hands.regions
            push = 2 * (((deep * scaled) @ hands.regions) / count.clamp(min=1)).sum()
            return {"pull": pull, "push": push}
        per_hand = hands.counts[hands.side]
        pull = 4 * (scaled * inner / per_hand).sum()
        pierced = inside & (distance < plan.depth_gate) & (self.weight > 0)[:, hands.side]
        pierced_frames = (hands.per_side(pierced.float(), "sum") > 0)[:, hands.side]
        push = 2 * (distance * inner * pierced_frames / per_hand).sum()
        return {"pull": pull, "push": push}

    def _range(self, fingers: Tensor) -> Tensor:
        mirror = fingers.new_tensor([1.0, -1.0, -1.0])
        total = fingers.new_zeros(())
        for values in (fingers[:, :15] * mirror, fingers[:, 15:]):
            total = total + (torch.relu(values - self._high) ** 2).sum() + (torch.relu(self._low - values) ** 2).sum()
        return total

    def _spread(self, vertices: Tensor, joints: Tensor) -> Tensor:
        """2 minus the weighted squared gaps of neighbouring fingers' last joints and tips: apart is rewarded."""
        gaps = [
            ((points[:, 0::2] - points[:, 1::2]) ** 2).sum(-1).reshape(len(points), 2, len(_NEIGHBOURS)).sum(-1)
            for points in (joints[:, self._knuckles], vertices[:, self._tips])
        ]
        return (2 - 0.2 * self.weight * (gaps[0] + gaps[1])).sum()

    def _smooth(self, fingers: Tensor, vertices: Tensor) -> Tensor:
        """0.25 of second plus 0.5 of first differences, halved where in contact and doubled far away."""
        factor = torch.where(self.weight >= 1, 0.5, torch.where(self.weight <= 0, 2.0, 1.0))
        total = fingers.new_zeros(())
        for values, scale in ((fingers.reshape(len(fingers), 2, -1), 1.0), (self._by_side(vertices), None)):
            first, second = steps(values)
            share = 1.0 if scale is not None else 3.0 / values.shape[-1]
            total = total + share * 0.5 * (factor[1:] * (first**2).sum(-1)).sum()
            total = total + share * 0.25 * (factor[2:] * (second**2).sum(-1)).sum()
        return total

    def _by_side(self, vertices: Tensor) -> Tensor:
        """(T, 2, M * 3); both hands have as many vertices on the bodies we pose."""
        return torch.stack([vertices[:, self._hands.side == k].flatten(1) for k in (0, 1)], dim=1)

    def _slide(self, vertices: Tensor, distance: Tensor) -> Tensor:
        """Motion of touching skin as seen from the first part."""
        local = (vertices - self._translation[:, None, 0]) @ self._rotation[:, 0]
        moved = (steps(local)[0] ** 2).sum(-1)
        near = (distance < 0.01) & (self.weight > 0)[:, self._hands.side]
        touching = near[1:] & near[:-1]
        total = 0.01 * (moved * touching).sum()
        return total if self._plan.from_mean else total + 0.001 * moved.sum()
