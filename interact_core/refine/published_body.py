"""First published stage: whole body and object together (note 1.4), and InterCap's form of it, which only filters."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from interact_core.bodies.skinning import skin
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.refine.published_scene import Hands, Scene, from_6d, matrices, steps, to_6d


@dataclass(frozen=True)
class BodyPlan:
    """Numbers of one dataset's form. `contact` switches attraction, ground and consistency."""

    rate: float
    iterations: int
    contact: bool
    smooth: float
    smooth_from: int
    skate: float
    hands: float


BEHAVE: Final = BodyPlan(0.002, 100, True, 1.0, 0, 2.0, 0.001)
INTERCAP: Final = BodyPlan(0.002, 100, False, 2.0, 41, 20.0, 10.0)
_RECONSTRUCTION: Final = {"place": 1.0, "turn": 1.0, "transl": 0.1, "root": 0.1, "body": 0.4}
_DIVISOR: Final = 50.0
_FEET: Final = (JOINT_INDEX["left_foot"], JOINT_INDEX["right_foot"])
_WRISTS: Final = (JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"])
_STEP: Final = 0.008
_NEAR: Final = 0.02


class BodyEnergy:
    """Variables: transl, root and body in 6D, hands as rotation vectors, each part's place and its turn in 6D."""

    def __init__(self, scene: Scene, hands: Hands, plan: BodyPlan, pose: Tensor, transl: Tensor, seed: int) -> None:
        self._scene, self._hands, self._plan = scene, hands, plan
        rotation, place = scene.object_pose()
        local = to_6d(matrices(pose[:, :NUM_BODY_JOINTS]))
        self.start = {
            "transl": transl.clone(), "root": local[:, 0].clone(), "body": local[:, 1:].clone(),
            "hands": pose[:, NUM_BODY_JOINTS:].clone(), "place": place.clone(), "turn": to_6d(rotation),
        }  # fmt: skip
        self._skin = scene.skin_of(np.arange(scene.bound.model.num_vertices))
        self._random = np.random.default_rng(seed)
        with torch.no_grad():
            vertices, _, _ = self._posed(self.start)
        self._floor = float(vertices[..., 1].min())
        self._pairs = self._first_contact(vertices) if plan.contact and scene.parts else None

    def _posed(self, x: dict[str, Tensor], held: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """Vertices, joints and the hands' vertices; `held` lets gradients of the hands' reach only fingers and wrists."""
        local = torch.cat([from_6d(x["root"])[:, None], from_6d(x["body"]), matrices(x["hands"])], dim=1)
        rotation, translation, joints = self._scene.bones(local, x["transl"])
        vertices: Tensor = skin(self._skin, rotation, translation)
        if not held:
            return vertices, joints, vertices[:, self._hands.ids]
        still = local.detach().clone()
        free = [*_WRISTS, *range(NUM_BODY_JOINTS, local.shape[1])]
        still[:, free] = local[:, free]
        rotation, translation, _ = self._scene.bones(still, x["transl"].detach())
        return vertices, joints, self._hands.posed(rotation, translation)

    def __call__(self, x: dict[str, Tensor], iteration: int) -> dict[str, Tensor]:
        plan, scene = self._plan, self._scene
        vertices, joints, hand = self._posed(x, held=plan.contact)
        terms = {"kept": self._reconstruction(x)}
        if iteration < plan.smooth_from:
            return terms
        turn = from_6d(x["turn"])
        things = scene.object_vertices(turn, x["place"]) if scene.parts else None
        terms["hands"] = plan.hands * ((x["hands"] - self.start["hands"]) ** 2).sum()
        terms["smooth"] = plan.smooth * self._smooth(x, vertices, things)
        terms["skate"] = plan.skate * self._skate(joints)
        if plan.contact and things is not None:
            ramp = min(iteration / 50, 1.0)
            terms["pull"] = 4 * ramp * self._attraction(hand, things, turn, x["place"])
            terms["ground"] = 0.2 * ramp * self._below(things) + self._standing(things)
            if iteration >= 80 and self._pairs is not None:
                terms["consistency"] = 0.005 * self._consistency(vertices, things.detach())
        return terms

    def _reconstruction(self, x: dict[str, Tensor]) -> Tensor:
        sums = [weight / _DIVISOR * (x[name] - self.start[name]).abs().sum() for name, weight in _RECONSTRUCTION.items()]
        return torch.stack(sums).sum()

    def _smooth(self, x: dict[str, Tensor], vertices: Tensor, things: Tensor | None) -> Tensor:
        total = vertices.new_zeros(())
        for values in x.values():
            for difference in steps(values):
                total = total + (difference**2).sum()
        for cloud in (vertices, things):
            if cloud is not None:
                for difference in steps(cloud):
                    total = total + 0.1 * (difference**2).sum() / cloud.shape[1]
        return total

    def _skate(self, joints: Tensor) -> Tensor:
        moved = steps(joints[:, _FEET][..., (0, 2)])[0]
        slow = torch.linalg.vector_norm(moved.detach(), dim=-1, keepdim=True) < _STEP
        return ((moved**2) * slow).sum()

    def _below(self, things: Tensor) -> Tensor:
        depth = torch.relu(self._floor - things[..., 1])
        return (depth.sum(dim=1) / (depth > 0).sum(dim=1).clamp(min=1)).sum()

    def _standing(self, things: Tensor) -> Tensor:
        low = things[:-1, :, 1].detach() < self._floor + _NEAR
        moved = steps(things[..., 1])[0] ** 2
        return ((moved * low).sum(dim=1) / low.sum(dim=1).clamp(min=1)).sum()

    def _attraction(self, hand: Tensor, things: Tensor, turn: Tensor, place: Tensor) -> Tensor:
        """Inner half of a hand to its nearest object vertices, in frames in which an object vertex is inside that hand."""
        near = self._scene.nearest(hand.detach(), turn, place)
        distance = torch.sqrt(((hand - near.place) ** 2).sum(-1) + 1e-12)
        gate = self._gate(hand.detach(), things.detach(), distance.detach())
        if not gate.any():
            return hand.new_zeros(())
        used = self._hands.inner & self._thinned()
        weight = gate[:, self._hands.side] * used / self._hands.counts[self._hands.side]
        return (distance * weight).sum()

    def _thinned(self) -> Tensor:
        """All finger vertices and one in eight of the palms', drawn anew each time, but seeded."""
        palm = (self._hands.regions[:, 0] + self._hands.regions[:, 16]) > 0
        chosen = torch.as_tensor(self._random.random(len(palm)) < 1 / 8, device=palm.device)
        return ~palm | chosen

    def _gate(self, hand: Tensor, things: Tensor, distance: Tensor) -> Tensor:
        """(T, 2) some object vertex within 2 cm of the hand lies behind its nearest hand vertex's normal."""
        close = self._hands.per_side(distance) < _NEAR
        normals = self._hands.normals(hand)
        gate = torch.zeros_like(close)
        for t, side in close.nonzero().tolist():
            mine = self._hands.side == side
            gate[t, side] = _inside(things[t], hand[t, mine], normals[t, mine])
        return gate

    def _first_contact(self, vertices: Tensor) -> tuple[int, Tensor, Tensor] | None:
        """The first frame with 3 cm or less between body and object, and its vertex pairs closer than 2 cm."""
        rotation, place = self._scene.object_pose()
        things = self._scene.object_vertices(rotation, place)
        for t in range(len(vertices) - 1):
            body, thing = (cKDTree(v[t].cpu().numpy()) for v in (vertices, things))
            least = float(np.min(thing.query(body.data, distance_upper_bound=0.03)[0]))
            if least <= 0.03:
                found = body.query_ball_tree(thing, _NEAR)
                pairs = np.array([(v, o) for v, objects in enumerate(found) for o in objects], np.int64).reshape(-1, 2)
                columns = torch.as_tensor(pairs, device=vertices.device)
                return (t, columns[:, 0], columns[:, 1]) if len(pairs) else None
        return None

    def _consistency(self, vertices: Tensor, things: Tensor) -> Tensor:
        assert self._pairs is not None
        t, v, o = self._pairs
        between = vertices[t : t + 2, v] - things[t : t + 2, o]
        return ((between[1] - between[0]) ** 2).sum() / len(v)


def _inside(things: Tensor, hand: Tensor, normals: Tensor) -> bool:
    """Whether an object vertex within 2 cm of the hand is on the inner side of the hand vertex nearest to it."""
    low, high = hand.amin(dim=0) - _NEAR, hand.amax(dim=0) + _NEAR
    some = things[((things > low) & (things < high)).all(dim=1)]
    if not len(some):
        return False
    found = cKDTree(hand.cpu().numpy()).query(some.cpu().numpy(), distance_upper_bound=_NEAR)
    close, index = np.isfinite(found[0]), np.asarray(found[1])
    if not close.any():
        return False
    place = torch.as_tensor(index[close], device=hand.device)
    offset = some[torch.as_tensor(close, device=hand.device)] - hand[place]
    return bool(((offset * normals[place]).sum(-1) < 0).any())
