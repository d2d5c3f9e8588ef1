"""Grasps for hands whose fingers nobody captured: a few shapes of anatomy, closed finger by finger around what is held.

Shapes are those of the prehension literature (Napier 1956, "The prehensile movements of the human hand"): flat, power,
lumbrical with the thumb opposed, hook. Each is our own line in joint angles from open to closed along which all joints of a
finger move together. For every held segment all shapes are tried on a rigid hand: each finger closes until it meets the
object; what goes in costs, skin that stays away costs, and so do uneven fingers. The best shape is taken for the segment;
between segments the hand is relaxed and opens and closes smoothly.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.bodies.kinematics import rotation_matrices
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_JOINTS
from interact_core.inspection.hand_range import joint_axes
from interact_core.inspection.signals import runs
from interact_core.refine.scene import Scene
from interact_core.refine.state import State, turn_between

Doubles = NDArray[np.float64]
_FINGERS: Final = ("index", "middle", "pinky", "ring", "thumb")


@dataclass(frozen=True)
class Shape:
    """Degrees of flexion of a finger's three joints and of the thumb's, open and closed; `strange` is what it costs to be
    rarer than others."""

    name: str
    finger: tuple[tuple[float, float, float], tuple[float, float, float]]
    thumb: tuple[tuple[float, float, float], tuple[float, float, float]]
    strange: float


SHAPES: Final = (
    Shape("flat", ((-15, 0, 0), (25, 20, 10)), ((-40, -10, 0), (25, 15, 10)), 0.0),
    Shape("power", ((5, 10, 5), (75, 95, 60)), ((15, 5, 5), (50, 45, 50)), 0.0),
    Shape("lumbrical", ((5, 5, 0), (85, 35, 20)), ((20, 5, 0), (55, 25, 25)), 0.1),
    Shape("hook", ((0, 15, 10), (25, 105, 70)), ((5, 5, 0), (35, 25, 20)), 0.2),
)
_RELAXED: Final = ((15.0, 20.0, 10.0), (12.0, 8.0, 5.0))
"""Degrees of finger and thumb while nothing is held."""
_SPREAD: Final = {"index": 3.0, "middle": 0.0, "ring": 2.0, "pinky": 6.0, "thumb": 0.0}
"""Degrees away from the middle finger."""
_CLOSURES: Final = 11
_POINTS: Final = 36
"""Vertices of a phalanx that are looked up."""
_LOOKS: Final = 6
"""Frames of a segment that are looked at."""
_DEEP: Final = 0.004
"""A finger this far in has met the object and closes no further."""
_TOUCH: Final = 0.003
_ALLOWED: Final = 0.001
_DEPTH: Final = 0.002
"""Metres in beyond the allowance that cost one,"""
_AWAY: Final = 0.008
"""metres away at which a phalanx has lost most of its touch."""
_TOUCH_WORTH: Final = (0.8, 1.0, 1.6)
"""What the touch of the three phalanges is worth, the tip's most."""
_UNEVEN: Final = 3.0
_EASE: Final = 10
"""Frames in which a hand opens or closes at 30 fps."""


def with_grasps(scene: Scene, state: State, first: int, held: dict[str, NDArray[np.bool_]], free: slice) -> State:
    """The state with fingers of the hands in `held` made up anew in the frames `free`.

    `held` (T,) says where a hand touches; `first` is the clip's frame that the state begins with. Frames before `free` are
    settled, and the fingers go on from there.
    """
    local = state.local.clone()
    ease = max(2, round(_EASE * scene.clip.fps / 30))
    for side, touching in held.items():
        hand = Hand(scene, side)
        angles = _relaxed(len(touching))
        shares, total = [], np.zeros(len(touching))
        for start, stop in runs(touching):
            grasp = hand.best(state, first, _looks(scene, first, start, stop))
            share = _envelope(len(touching), start, stop, ease)
            shares.append((share, grasp))
            total += share
        for share, grasp in shares:
            angles += (share / np.maximum(total, 1.0))[:, None, None] * (grasp - _relaxed(1))
        made = hand.turns(angles)
        if free.start > 0:
            made = _continued(local[:, hand.joints], made, free.start, ease)
        local[free, hand.joints] = made[free]
    return State(local, state.transl, state.rotation, state.translation)


def _looks(scene: Scene, first: int, start: int, stop: int) -> NDArray[np.intp]:
    """Frames in the middle part of a segment: at its ends the hand comes and goes."""
    trim = (stop - start) // 6
    frames = np.unique(np.linspace(start + trim, stop - 1 - trim, _LOOKS).round().astype(np.intp))
    there = scene.present.any(dim=1).cpu().numpy()[first + frames]
    result: NDArray[np.intp] = frames[there]
    return result


def _envelope(count: int, start: int, stop: int, ease: int) -> Doubles:
    """(count,) 1 in the segment, rising and falling smoothly outside of it."""
    t = np.arange(count)
    away = np.maximum(np.maximum(start - t, t - (stop - 1)), 0) / (ease + 1)
    x = np.clip(1 - away, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float64)


def _continued(before: Tensor, made: Tensor, start: int, ease: int) -> Tensor:
    """`made` (T, 15, 3, 3), beginning where `before` stands in the frame before `start` and leaving it smoothly."""
    t = torch.arange(len(made), device=made.device, dtype=made.dtype)
    x = ((t - (start - 1)) / ease).clamp(0, 1)
    share = (x * x * (3 - 2 * x))[:, None]
    return turn_between(before[start - 1].expand_as(made).contiguous(), made, share.expand(made.shape[:2]))


def _relaxed(count: int) -> Doubles:
    """(count, 5, 3) degrees of flexion."""
    hand = np.array([_RELAXED[1] if name == "thumb" else _RELAXED[0] for name in _FINGERS])
    return np.repeat(hand[None], count, axis=0)


class Hand:
    """One hand of the scene's body, carried rigidly by its wrist."""

    def __init__(self, scene: Scene, side: str) -> None:
        self._scene, self._side = scene, side
        first = JOINT_INDEX[f"{side}_index1"]
        self.joints = slice(first, first + 15)
        rest = np.asarray(scene.choice.bound.rest_joints, np.float64)
        self._flex, self._fan = _hinges(rest, side)

    def turns(self, angles: Doubles) -> Tensor:
        """(T, 15, 3, 3) local rotations of (T, 5, 3) degrees of flexion."""
        flat = np.radians(angles.reshape(len(angles), 15, 1))
        matrices: NDArray[np.float64] = rotation_matrices(flat * self._flex + self._fan)
        return torch.as_tensor(matrices, device=self._scene.device, dtype=self._scene.dtype)

    @cached_property
    def _tried(self) -> Doubles:
        """(shapes, closures, 5, 3) degrees."""
        share = np.linspace(0, 1, _CLOSURES)[:, None, None]
        table = []
        for shape in SHAPES:
            ends = [np.array([shape.thumb[k] if n == "thumb" else shape.finger[k] for n in _FINGERS]) for k in (0, 1)]
            table.append(ends[0] + share * (ends[1] - ends[0]))
        return np.array(table)

    @cached_property
    def _points(self) -> tuple[Tensor, NDArray[np.bool_]]:
        """(shapes * closures, 15, points, 3) in the wrist's frame, and which of them (15, points) are on the palm's side."""
        scene, regions = self._scene, self._scene.choice.model.regions
        ids = np.stack([_thinned(regions.vertices(f"{self._side}_{f}{k}")) for f in _FINGERS for k in (1, 2, 3)])
        poser = scene.poser(ids.ravel())
        turns = self.turns(self._tried.reshape(-1, 5, 3))
        local = torch.eye(3, device=scene.device, dtype=scene.dtype).expand(len(turns), NUM_JOINTS, 3, 3).clone()
        local[:, self.joints] = turns
        wrist = JOINT_INDEX[f"{self._side}_wrist"]
        found = []
        for start in range(0, len(turns), scene.clip.num_frames):
            part = local[start : start + scene.clip.num_frames]
            still = torch.zeros(len(part), 3, device=scene.device, dtype=scene.dtype)
            with torch.no_grad():
                skin, joints, _ = poser(part, still, slice(0, len(part)))
            found.append(skin - joints[:, wrist, None])
        points = torch.cat(found).reshape(len(turns), *ids.shape, 3)
        return points, regions.inner_hand[ids]

    def best(self, state: State, first: int, frames: NDArray[np.intp]) -> Doubles:
        """(1, 5, 3) degrees of the grasp that fits best over the given frames; relaxed where there is nothing to fit."""
        if not len(frames):
            return _relaxed(1)
        deep, away = self._measured(state, first, frames)
        cost = _costs(deep, away)
        shape, closure = _choose(cost, deep, away)
        return self._tried[shape, closure, np.arange(5)][None]

    def _measured(self, state: State, first: int, frames: NDArray[np.intp]) -> tuple[Doubles, Doubles]:
        """Depth and gap (frames, shapes, closures, 5 fingers, 3 phalanges) in metres; no depth in what has no inside."""
        points, inner = self._points
        distance, solid = self._distance(state, first, frames, points)
        deepest = torch.relu(-solid).amax(dim=-1)
        nearest = distance.masked_fill(~torch.as_tensor(inner, device=distance.device), torch.inf).amin(dim=-1)
        shape = (len(frames), len(SHAPES), _CLOSURES, 5, 3)
        deep, away = (a.double().cpu().numpy().reshape(shape) for a in (deepest, torch.relu(nearest)))
        return deep, away

    def _distance(self, state: State, first: int, frames: NDArray[np.intp], points: Tensor) -> tuple[Tensor, Tensor]:
        """(frames, tried, 15, points) to the nearest part, and to the nearest that has an inside."""
        scene, wrist = self._scene, JOINT_INDEX[f"{self._side}_wrist"]
        poser = scene.poser(scene.leaf_ids)
        nearest, solid = [], []
        for t in frames.tolist():
            here = state.frames(slice(t, t + 1))
            with torch.no_grad():
                _, joints, world = poser(here.local, here.transl, slice(first + t, first + t + 1))
            placed = points @ world[0, wrist].T + joints[0, wrist]
            best = torch.full(placed.shape[:-1], torch.inf, device=placed.device, dtype=placed.dtype)
            inside = best.clone()
            for k, field in enumerate(scene.fields):
                if not bool(scene.present[first + t, k]):
                    continue
                own = (placed - here.translation[0, k]) @ here.rotation[0, k]
                value = field.look(own.reshape(-1, 3))[0].reshape(best.shape)
                best = torch.minimum(best, value)
                inside = inside if field.thin else torch.minimum(inside, value)
            nearest.append(best)
            solid.append(inside)
        return torch.stack(nearest), torch.stack(solid)


def _costs(deep: Doubles, away: Doubles) -> Doubles:
    """(shapes, closures, 5) mean over the frames."""
    depth = np.maximum(deep - _ALLOWED, 0) / _DEPTH
    pushed = np.where(depth < 3, depth**2, 6 * depth - 9).max(axis=-1)
    lost = ((1 - np.exp(-away / _AWAY)) * np.array(_TOUCH_WORTH)).sum(axis=-1)
    return np.asarray((pushed + lost).mean(axis=0))


def _choose(cost: Doubles, deep: Doubles, away: Doubles) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(5,) each finger's shape, the same for all but the thumb, and closure."""
    met = ((deep.max(axis=-1) > _DEEP) | (away.min(axis=-1) < _TOUCH)).mean(axis=0) > 0.5  # (shapes, closures, 5)
    # Once it has met the object a finger may settle one step on, but not close through it; in the palm's way from the
    # start, anything goes that costs less.
    past = np.cumsum(met, axis=1) - met > 1
    past &= ~met[:, :1]
    cost = np.where(past, np.inf, cost)
    closure = np.linspace(0, 1, _CLOSURES)
    thumb = np.unravel_index(int(cost[:, :, 4].argmin()), cost.shape[:2])
    best, found = np.inf, (0, np.zeros(4, np.intp))
    for s, shape in enumerate(SHAPES):
        alone = cost[s, :, :4].argmin(axis=0)
        # A finger that touches nothing follows those that do.
        reach = 1.0 / (0.1 + cost[s, :, :4].min(axis=0))
        common = float((closure[alone] * reach).sum() / reach.sum())
        total = cost[s, :, :4] + _UNEVEN * (closure[:, None] - common) ** 2
        taken = total.argmin(axis=0)
        value = float(total[taken, np.arange(4)].sum()) + shape.strange
        if value < best:
            best, found = value, (s, taken)
    shapes = np.array([*[found[0]] * 4, thumb[0]], np.intp)
    return shapes, np.append(found[1], thumb[1])


def _thinned(ids: NDArray[np.intp]) -> NDArray[np.intp]:
    """_POINTS of a phalanx's vertices; some twice where it has fewer."""
    return ids[np.linspace(0, len(ids) - 1, _POINTS).round().astype(np.intp)]


def _hinges(rest: Doubles, side: str) -> tuple[Doubles, Doubles]:
    """(15, 3) axes of flexion, and rotation vectors in radians that spread the fingers."""
    flex, fan = np.zeros((15, 3)), np.zeros((15, 3))
    middle = rest[JOINT_INDEX[f"{side}_middle1"]]
    for k in range(15):
        joint = JOINT_INDEX[f"{side}_index1"] + k
        bone, palmar = joint_axes(rest, joint, side)
        flex[k] = np.cross(bone, palmar)
        name = JOINT_NAMES[joint].split("_")[1]
        if name.endswith("1"):
            outwards = np.cross(palmar, bone) @ (rest[joint] - middle)
            fan[k] = palmar * np.radians(_SPREAD[name[:-1]]) * np.sign(outwards)
    return flex, fan
