"""Arms that flip: stretches of frames in which a collar, shoulder, elbow or wrist is turned by a constant too much.

A flip is a step between two frames that is large and unlike the steps around it. Steps cut the clip into stretches; one of
them is taken to be right and the others are turned back onto it, each by the step at its edge. Which one is right is not
assumed: it is the one after which the joint is twisted least over the whole clip, with a say for changing few frames.
A step that the joints below take back, so that the hand stays as it is turned, is an elbow swinging round: it is no flip.
Twist beyond what an arm can do is then taken back, smoothly in time.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from interact_core.clip.skeleton import JOINT_INDEX
from interact_core.inspection.swing_twist import swing_twist
from interact_core.refine.report import Repair
from interact_core.refine.state import State

Doubles = NDArray[np.float64]

_STEP: Final = 0.40
"""Radians in 1/30 s, as in the inspection: slower turns are no flip,"""
_UNLIKE: Final = 2.5
"""nor are those less than this many times faster than the frames around them."""
_MOST_EDGES: Final = 12
"""A joint that jumps more often than this shakes; that is not for turning back."""
_ABOUT_BONE: Final = np.cos(np.radians(35))
_CHANGED: Final = 0.15
"""Square radians that a clip changed throughout is worth in the choice of the right stretch."""
_RANGE: Final = {"left": (-np.radians(110), np.radians(90)), "right": (-np.radians(90), np.radians(110))}
_MARGIN: Final = np.radians(3)
_BONES: Final = {"collar": "shoulder", "shoulder": "elbow", "elbow": "wrist", "wrist": "middle1"}


@dataclass(frozen=True)
class _Joint:
    name: str
    index: int
    axis: Doubles
    range: tuple[float, float] | None


def repair_arms(state: State, rest: NDArray[np.float32], fps: float) -> tuple[State, tuple[Repair, ...]]:
    """The state with flips turned back and wrists within their range, and what was done."""
    local = state.local.detach().cpu().double().numpy().copy()
    done: list[Repair] = []
    for joint in _joints(np.asarray(rest, np.float64)):
        turns = Rotation.from_matrix(local[:, joint.index])
        turns, repairs = _unflipped(turns, joint, fps, _hand(local, joint.name))
        if joint.range is not None:
            turns, more = _within_range(turns, joint, fps)
            repairs += more
        if repairs:
            local[:, joint.index] = turns.as_matrix()
            done += repairs
    if not done:
        return state, ()
    fresh = torch.as_tensor(local, device=state.local.device, dtype=state.local.dtype)
    return State(fresh, state.transl, state.rotation, state.translation), tuple(done)


def _joints(rest: Doubles) -> list[_Joint]:
    found = []
    for side in ("left", "right"):
        for name, end in _BONES.items():
            index = JOINT_INDEX[f"{side}_{name}"]
            if name == "wrist":
                # The forearm turns the hand: the bone before the joint.
                bone = rest[index] - rest[JOINT_INDEX[f"{side}_elbow"]]
            else:
                bone = rest[JOINT_INDEX[f"{side}_{end}"]] - rest[index]
            axis = bone / max(float(np.linalg.norm(bone)), 1e-9)
            found.append(_Joint(f"{side}_{name}", index, axis, _RANGE[side] if name == "wrist" else None))
    return found


def flip_edges(turns: Rotation, fps: float) -> list[int]:
    """Frames t whose step from t - 1 is a flip."""
    if len(turns) < 3:
        return []
    steps = np.atleast_1d((turns[1:] * turns[:-1].inv()).magnitude())
    limit = _STEP * max(30.0 / fps, 0.5)
    found = []
    for t in np.flatnonzero(steps > limit):
        around = [steps[k] for k in (t - 2, t - 1, t + 1, t + 2) if 0 <= k < len(steps) and steps[k] < limit]
        # A stretch of few frames has its other edge nearby; what counts is the quiet in between.
        if not around or steps[t] > _UNLIKE * max(around):
            found.append(int(t) + 1)
    return found if len(found) <= _MOST_EDGES else []


def _hand(local: Doubles, joint: str) -> Rotation:
    """How the hand of this joint's arm is turned against the chest."""
    side = joint.split("_")[0]
    collar, shoulder, elbow, wrist = (local[:, JOINT_INDEX[f"{side}_{name}"]] for name in _BONES)
    return Rotation.from_matrix(collar @ shoulder @ elbow @ wrist)


def _unflipped(turns: Rotation, joint: _Joint, fps: float, hand: Rotation) -> tuple[Rotation, list[Repair]]:
    edges = sorted(set(flip_edges(turns, fps)) & set(flip_edges(hand, fps)))
    if not edges:
        return turns, []
    bounds = [0, *edges, len(turns)]
    stretches = list(pairwise(bounds))
    jumps = [_jump(turns, edge, joint.axis) for edge in edges]
    best: tuple[float, Rotation, list[Rotation]] | None = None
    for right in range(len(stretches)):
        fixes = _chain(jumps, right)
        parts = [fixes[k] * turns[a:b] for k, (a, b) in enumerate(stretches)]
        whole = Rotation.concatenate(parts)
        changed = sum(b - a for k, (a, b) in enumerate(stretches) if k != right and fixes[k].magnitude() > 0.2) / len(turns)
        cost = _strain(whole, joint) + _CHANGED * changed
        if best is None or cost < best[0]:
            best = (cost, whole, fixes)
    assert best is not None
    repairs = [
        Repair(joint.name, a, b, float(np.degrees(fix.magnitude())))
        for fix, (a, b) in zip(best[2], stretches, strict=True) if fix.magnitude() > 0.2
    ]  # fmt: skip
    return best[1], repairs


def _jump(turns: Rotation, edge: int, axis: Doubles) -> Rotation:
    """What turns the frame before an edge onto the frame after it, less the motion of the frames around."""
    step = turns[edge] * turns[edge - 1].inv()
    natural = []
    for k in (edge - 1, edge + 1):
        if 1 <= k < len(turns):
            near = (turns[k] * turns[k - 1].inv()).as_rotvec()
            if np.linalg.norm(near) < _STEP:
                natural.append(near)
    motion = Rotation.from_rotvec(np.mean(natural, axis=0)) if natural else Rotation.identity()
    jump = motion.inv() * step
    vector = jump.as_rotvec()
    along = float(vector @ axis)
    if abs(along) > _ABOUT_BONE * np.linalg.norm(vector):
        return Rotation.from_rotvec(axis * along)
    return jump


def _chain(jumps: list[Rotation], right: int) -> list[Rotation]:
    """What each stretch has to be turned by so that it goes on from its neighbour, towards stretch `right`."""
    fixes = [Rotation.identity()] * (len(jumps) + 1)
    for k in range(right + 1, len(fixes)):
        fixes[k] = fixes[k - 1] * jumps[k - 1].inv()
    for k in range(right - 1, -1, -1):
        fixes[k] = fixes[k + 1] * jumps[k]
    return fixes


def _strain(turns: Rotation, joint: _Joint) -> float:
    """Mean square twist about the bone, what is beyond the range ten times; for other joints the whole turn."""
    vectors = turns.as_rotvec()
    if joint.range is None:
        middle = turns.mean()
        return float(np.mean((middle.inv() * turns).magnitude() ** 2 + 0.2 * turns.magnitude() ** 2))
    twist = swing_twist(vectors, joint.axis)[1]
    beyond = np.maximum(np.maximum(joint.range[0] - twist, twist - joint.range[1]), 0.0)
    return float(np.mean(twist**2 + 10 * beyond**2))


def _within_range(turns: Rotation, joint: _Joint, fps: float) -> tuple[Rotation, list[Repair]]:
    assert joint.range is not None
    swing, twist = swing_twist(turns.as_rotvec(), joint.axis)
    low, high = joint.range[0] + _MARGIN, joint.range[1] - _MARGIN
    # Unwrapped, so that a wrist turning through half a turn is beyond its range all the way and not for half of it.
    path = np.unwrap(twist)
    path -= 2 * np.pi * np.round((np.median(path) - (low + high) / 2) / (2 * np.pi))
    excess = np.maximum(path - high, 0.0) - np.maximum(low - path, 0.0)
    if np.abs(excess).max() < _MARGIN:
        return turns, []
    width = max(fps / 15, 1.0)
    smooth = gaussian_filter1d(excess, width, mode="nearest")
    # Smoothing flattens the peak; what is still beyond the range is added.
    path = path - smooth
    path = np.clip(path, low, high)
    bad = np.flatnonzero(np.abs(excess) >= _MARGIN)
    fixed = Rotation.from_rotvec(swing) * Rotation.from_rotvec(path[:, None] * joint.axis)
    repair = Repair(joint.name, int(bad[0]), int(bad[-1]) + 1, float(np.degrees(np.abs(excess).max())))
    return fixed, [repair]
