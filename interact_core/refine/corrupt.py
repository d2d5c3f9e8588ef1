"""Faults of captured data put into a clip on purpose, in physical units, seeded, with the truth about what was done.

The table of refinement note 6.7 A: what a repair is measured with. Every fault is a pure function of clip, level and random
numbers; the tools they are made of (corrupt_tools.py) are the demo's too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, Floats
from interact_core.clip.skeleton import JOINT_NAMES, NUM_BODY_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle
from interact_core.refine.corrupt_tools import (
    SIDES,
    band_noise,
    busiest_hand,
    forearm_axis,
    held_object,
    hold_envelope,
    move_object,
    palm_facing,
    shift_hand,
    turn_joint,
    turn_object,
)  # fmt: skip

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Segment:
    """Frames [start, stop) in which a joint was turned by `angle` radians about its bone."""

    joint: str
    start: int
    stop: int
    angle: float


@dataclass(frozen=True)
class Truth:
    """What was injected: frames (T,) touched noticeably, joints moved by it, `object` the moved object's index or None."""

    kind: str
    level: float
    unit: str
    seed: int
    frames: Mask
    joints: tuple[str, ...] = ()
    object: int | None = None
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Corrupted:
    """A spoiled clip and the truth about it; the clean clip is the one that was given."""

    clip: Clip
    truth: Truth


@dataclass(frozen=True)
class Injected:
    """What a fault hands back before it is labelled."""

    clip: Clip
    frames: Mask
    joints: tuple[str, ...] = ()
    object: int | None = None
    segments: tuple[Segment, ...] = ()


Fault = Callable[[Clip, float, np.random.Generator], Injected]


@dataclass(frozen=True)
class Kind:
    """One row of the table: what it is called, its levels in `unit`, the function, and whether a hand must hold something."""

    title: str
    unit: str
    levels: tuple[float, ...]
    run: Fault
    needs_grasp: bool = False


def corrupt(clip: Clip, kind: str, level: float, seed: int = 0) -> Corrupted:
    """The clip with one fault of KINDS. ValueError on another kind, or where it needs a grasp and the clip has none."""
    if kind not in KINDS:
        raise ValueError(f"no fault '{kind}'; there are {', '.join(KINDS)}")
    entry = KINDS[kind]
    if entry.needs_grasp and not applies(clip, kind):
        raise ValueError(f"{clip.id} has no labelled grasp for '{kind}'")
    done = entry.run(clip, level, np.random.default_rng(seed))
    metadata = {**clip.metadata, "parent": clip.id, "corruption": kind, "level": f"{level:g} {entry.unit}", "seed": str(seed)}
    spoiled = replace(done.clip, id=f"{clip.id}__{kind}_{level:g}_{seed}", metadata=metadata)
    truth = Truth(kind, level, entry.unit, seed, done.frames, done.joints, done.object, done.segments)
    return Corrupted(spoiled, truth)


def applies(clip: Clip, kind: str) -> bool:
    """Whether the clip has what the fault needs: a hand labelled as touching while there is an object."""
    if not KINDS[kind].needs_grasp:
        return True
    return bool(clip.objects) and any(hold_envelope(clip, side).max() > 0.5 for side in SIDES)


def object_pushed_in(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """The object that the busiest hand touches moves against that palm."""
    side = busiest_hand(clip)
    index, envelope = held_object(clip, side), hold_envelope(clip, side)
    offset = -palm_facing(clip, side) * (level * envelope)[:, None]
    return Injected(move_object(clip, index, offset), envelope > 0.05, (), index)


def wrist_pushed_in(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """Every touching hand moves along its palm's normal into what it touches; shoulder and elbow follow."""
    return _hands_along_palm(clip, level)


def floating(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """Every touching hand moves back from what it touches."""
    return _hands_along_palm(clip, -level)


def _hands_along_palm(clip: Clip, metres: float) -> Injected:
    frames, joints, moved = np.zeros(clip.num_frames, bool), [], clip
    for side in SIDES:
        envelope = hold_envelope(clip, side)
        if envelope.max() > 0.5:
            moved = shift_hand(moved, side, palm_facing(clip, side) * (metres * envelope)[:, None])
            frames |= envelope > 0.05
            joints += _hand_joints(side)
    return Injected(moved, frames, tuple(joints))


def _hand_joints(side: str) -> list[str]:
    return [name for name in JOINT_NAMES if name.startswith(f"{side}_") and (name.endswith("wrist") or name[-1].isdigit())]


def jitter_place(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """White noise of standard deviation `level` per axis on the root's and each object's place, independently."""
    noise = rng.normal(size=(clip.num_frames, 3)) * level
    moved = replace(clip, body=replace(clip.body, transl=clip.body.transl + noise))
    for index in range(len(clip.objects)):
        moved = move_object(moved, index, rng.normal(size=(clip.num_frames, 3)) * level)
    return Injected(moved, np.ones(clip.num_frames, bool), JOINT_NAMES, 0 if clip.objects else None)


def jitter_turn(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """White noise of standard deviation `level` radians per axis on every joint of the body and on each object's rotation."""
    t = clip.num_frames
    pose = _turned(clip.body.body_pose, rng.normal(size=(t, NUM_BODY_JOINTS - 1, 3)) * level)
    root = _turned(clip.body.global_orient, rng.normal(size=(t, 3)) * level)
    moved = replace(clip, body=replace(clip.body, body_pose=pose, global_orient=root))
    for index in range(len(clip.objects)):
        moved = turn_object(moved, index, rng.normal(size=(t, 3)) * level)
    return Injected(moved, np.ones(t, bool), JOINT_NAMES, 0 if clip.objects else None)


def drift(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """The held object wanders at 0.3 to 1 Hz, at most `level` metres away."""
    index = held_object(clip, busiest_hand(clip))
    noise = band_noise(rng, clip.num_frames, 3, 0.3, 1.0, clip.fps)
    offset = noise * level / max(float(np.linalg.norm(noise, axis=1).max()), 1e-9)
    return Injected(move_object(clip, index, offset), np.ones(clip.num_frames, bool), (), index)


def finger_noise(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """Every finger joint is wrong by slow noise of standard deviation `level` radians (per axis, changing below 0.5 Hz)."""
    t = clip.num_frames
    slow = band_noise(rng, t, 90, 0.1, 0.5, clip.fps).reshape(t, 2, 15, 3) * level
    body = replace(
        clip.body,
        left_hand_pose=_turned(clip.body.left_hand_pose, slow[:, 0]),
        right_hand_pose=_turned(clip.body.right_hand_pose, slow[:, 1]),
    )
    return Injected(replace(clip, body=body), np.ones(t, bool), JOINT_NAMES[NUM_BODY_JOINTS:])


def flat_hand(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """Fingers in the model's rest pose throughout at level 1, as in data captured without hands."""
    body = replace(
        clip.body, left_hand_pose=clip.body.left_hand_pose * (1 - level), right_hand_pose=clip.body.right_hand_pose * (1 - level)
    )
    return Injected(replace(clip, body=body), np.ones(clip.num_frames, bool), JOINT_NAMES[NUM_BODY_JOINTS:])


def wrist_flip(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """One segment of 5 to 40 frames in each 90 frames or part of them: a wrist turned about its forearm by `level` at once."""
    moved, frames, segments = clip, np.zeros(clip.num_frames, bool), []
    for start, stop in _places(clip.num_frames, rng):
        side = SIDES[int(rng.integers(2))]
        angle = level * float(rng.choice([-1.0, 1.0]))
        moved = turn_joint(moved, f"{side}_wrist", slice(start, stop), forearm_axis(clip, side) * angle)
        frames[start:stop] = True
        segments.append(Segment(f"{side}_wrist", start, stop, angle))
    touched = sorted({s.joint for s in segments})
    return Injected(moved, frames, tuple(touched), None, tuple(segments))


def _places(num_frames: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """One place in each stretch of up to 90 frames, never at its ends, so that what comes before and after is right."""
    stretches = max(1, round(num_frames / 90))
    bounds = np.linspace(0, num_frames, stretches + 1).astype(int)
    places = []
    for low, high in pairwise(bounds):
        room = int(high - low) - 8
        if room >= 5:
            length = int(rng.integers(5, min(40, max(room // 2, 5)) + 1))
            start = int(low) + 4 + int(rng.integers(0, room - length + 1))
            places.append((start, start + length))
    return places


def ground(clip: Clip, level: float, rng: np.random.Generator) -> Injected:
    """The whole person is `level` metres too high, or too low where it is negative."""
    body = replace(clip.body, transl=clip.body.transl + np.array([0.0, level, 0.0]))
    return Injected(replace(clip, body=body), np.ones(clip.num_frames, bool), JOINT_NAMES)


def _turned(pose: Floats, noise: Floats) -> Floats:
    """Rotation vectors (..., 3) after small turns (..., 3) in each joint's own frame."""
    return matrix_to_axis_angle(axis_angle_to_matrix(pose) @ axis_angle_to_matrix(noise))


_PUSHES: Final = (0.005, 0.010, 0.020)
KINDS: Final[dict[str, Kind]] = {
    "object_pushed_in": Kind("Object pushed in along the normal", "m", _PUSHES, object_pushed_in, needs_grasp=True),
    "wrist_pushed_in": Kind("Wrist pushed in along the normal", "m", _PUSHES, wrist_pushed_in, needs_grasp=True),
    "floating": Kind("Hands float off", "m", (0.005, 0.015, 0.030), floating, needs_grasp=True),
    "jitter_place": Kind("Jitter of place per frame", "m", (0.002, 0.005, 0.010), jitter_place),
    "jitter_turn": Kind("Jitter of rotation per frame", "rad", (radians(2), radians(5)), jitter_turn),
    "drift": Kind("Slow drift of the object, 0.3 to 1 Hz", "m", (0.005, 0.010, 0.015), drift, needs_grasp=True),
    "finger_noise": Kind("Finger noise", "rad", (0.1, 0.3), finger_noise, needs_grasp=True),
    "flat_hand": Kind("Flat hands", "", (1.0,), flat_hand, needs_grasp=True),
    "wrist_flip": Kind("Wrist flip segments", "rad", (radians(60), radians(120), radians(180)), wrist_flip),
    "ground": Kind("Root too high or low", "m", (-0.03, -0.01, 0.01, 0.03), ground),
}

__all__ = ["KINDS", "Corrupted", "Kind", "Segment", "Truth", "applies", "corrupt"]
