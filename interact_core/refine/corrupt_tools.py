"""The tools that faults are made of: whom the labels say is touching, palms, arms that follow a hand, objects moved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from interact_core.bodies.kinematics import forward, rotation_matrices
from interact_core.bodies.library import choose_body
from interact_core.clip import Clip, Floats, ObjectPart
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS
from interact_core.geometry.rotations import axis_angle_to_matrix, matrix_to_axis_angle

Doubles = NDArray[np.float64]
SIDES: Final = ("left", "right")
_RAMP: Final = 4
"""Frames: a fault of a grasp rises and falls as softly as hands close."""
_IK_STEPS: Final = 8


def hand_label(clip: Clip, side: str) -> Doubles:
    """(T,) 0 or 1: the recording says that this hand touches; per hand, else from labels per joint, else never."""
    if f"{side}_hand" in clip.recorded_contact:
        several = np.asarray(clip.recorded_contact[f"{side}_hand"]).reshape(clip.num_frames, -1)
        label: Doubles = np.maximum.reduce(several > 0.5, axis=1, dtype=np.float64)
        return label
    if "joints" in clip.recorded_contact:
        columns = [JOINT_INDEX[f"{side}_wrist"], *_finger_range(side)]
        touching: Doubles = np.maximum.reduce(clip.recorded_contact["joints"][:, columns] > 0.5, axis=1, dtype=np.float64)
        return touching
    return np.zeros(clip.num_frames)


def _finger_range(side: str) -> range:
    first = NUM_BODY_JOINTS + (15 if side == "right" else 0)
    return range(first, first + 15)


def soft(label: Floats) -> Doubles:
    """A 0/1 label as an envelope that rises and falls inside the labelled span."""
    inner = gaussian_filter1d(np.asarray(label, np.float64), _RAMP, mode="nearest")
    return np.asarray(np.clip(2 * inner - 1, 0, 1))


def hold_envelope(clip: Clip, side: str) -> Doubles:
    return soft(hand_label(clip, side))


def busiest_hand(clip: Clip) -> str:
    """The hand that is labelled longest, the right one if they are equal."""
    return max(("right", "left"), key=lambda side: float(hand_label(clip, side).sum()))


def joints_of(clip: Clip) -> tuple[Doubles, Doubles]:
    """World rotations (T, 52, 3, 3) and places (T, 52, 3) of the joints, double precision."""
    rest = np.asarray(choose_body(clip.body, None).bound.rest_joints, np.float64)
    local = rotation_matrices(np.asarray(clip.body.full_pose(), np.float64))
    rotation, joints = forward(local, rest, np.asarray(clip.body.transl, np.float64))
    return np.asarray(rotation), np.asarray(joints)


def palm_facing(clip: Clip, side: str) -> Doubles:
    """(T, 3) unit vectors out of the palm, from the knuckles."""
    joints = joints_of(clip)[1]
    wrist, index, middle, pinky = (joints[:, JOINT_INDEX[f"{side}_{name}"]] for name in ("wrist", "index1", "middle1", "pinky1"))
    facing = np.cross(middle - wrist, index - pinky) * (1.0 if side == "left" else -1.0)
    return _unit(facing)


def _unit(vector: Doubles) -> Doubles:
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True))


def forearm_axis(clip: Clip, side: str) -> Doubles:
    """(3,) from elbow to wrist at rest: what a wrist twists about."""
    rest = np.asarray(choose_body(clip.body, None).bound.rest_joints, np.float64)
    return _unit(rest[JOINT_INDEX[f"{side}_wrist"]] - rest[JOINT_INDEX[f"{side}_elbow"]])


def held_object(clip: Clip, side: str) -> int:
    """The object whose vertices come nearest to that hand's knuckles while it is labelled as touching."""
    if len(clip.objects) == 1:
        return 0
    frames = np.flatnonzero(hand_label(clip, side) > 0.5)[::10]
    knuckle = joints_of(clip)[1][frames, JOINT_INDEX[f"{side}_middle1"]]
    nearest = []
    for thing in clip.objects:
        gaps = [np.linalg.norm(part.posed()[frames] - knuckle[:, None], axis=-1).min(axis=1) for part in thing.parts]
        nearest.append(float(np.mean(np.min(gaps, axis=0))) if len(frames) else 0.0)
    return int(np.argmin(nearest))


def move_object(clip: Clip, index: int, offset: Doubles) -> Clip:
    """Every part of one object moved by offset (T, 3) in the world."""
    return _with_parts(clip, index, lambda part: replace(part, translation=np.asarray(part.translation + offset)))


def turn_object(clip: Clip, index: int, noise: Doubles) -> Clip:
    """One object turned by rotation vectors (T, 3) of the world about the middle of its first part's mesh."""
    first = clip.objects[index].parts[0]
    middle = (first.mesh.vertices.min(axis=0) + first.mesh.vertices.max(axis=0)).astype(np.float64) / 2
    centre = np.asarray(first.rotation, np.float64) @ middle + first.translation
    turn = axis_angle_to_matrix(noise)

    def turned(part: ObjectPart) -> ObjectPart:
        place = np.einsum("tij,tj->ti", turn, part.translation - centre) + centre
        return replace(part, rotation=turn @ part.rotation, translation=place)

    return _with_parts(clip, index, turned)


def _with_parts(clip: Clip, index: int, change: Callable[[ObjectPart], ObjectPart]) -> Clip:
    thing = clip.objects[index]
    changed = replace(thing, parts=tuple(change(part) for part in thing.parts))
    return replace(clip, objects=(*clip.objects[:index], changed, *clip.objects[index + 1 :]))


def turn_joint(clip: Clip, joint: str, frames: slice, turn: Floats) -> Clip:
    """A body joint turned by one rotation vector (3,) in its parent's frame, in the given frames."""
    pose = np.array(clip.body.body_pose, np.float64)
    row = JOINT_INDEX[joint] - 1
    pose[frames, row] = matrix_to_axis_angle(axis_angle_to_matrix(np.asarray(turn)) @ axis_angle_to_matrix(pose[frames, row]))
    return replace(clip, body=replace(clip.body, body_pose=pose))


def shift_hand(clip: Clip, side: str, offset: Doubles) -> Clip:
    """The wrist moved by offset (T, 3) in the world, its orientation kept; shoulder and elbow follow as little as they can.

    Damped least squares on the two joints' world rotations: a turn w moves the wrist by w x (wrist - joint).
    """
    chain = [JOINT_INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow")]
    wrist = JOINT_INDEX[f"{side}_wrist"]
    rotation, joints = joints_of(clip)
    wanted, facing = joints[:, wrist] + offset, rotation[:, wrist]
    busy = np.linalg.norm(offset, axis=1) > 1e-9
    for _ in range(_IK_STEPS):
        arms = [joints[:, wrist] - joints[:, joint] for joint in chain]
        jacobian = np.concatenate([-_cross_matrix(arm) for arm in arms], axis=-1)
        normal = jacobian @ np.swapaxes(jacobian, -1, -2) + 1e-5 * np.eye(3)
        error = (wanted - joints[:, wrist])[..., None]
        step = (np.swapaxes(jacobian, -1, -2) @ np.linalg.solve(normal, error))[..., 0].reshape(-1, 2, 3)
        world = rotation[:, [*chain, wrist]].copy()
        first, second = axis_angle_to_matrix(step[:, 0]), axis_angle_to_matrix(step[:, 1])
        world[:, 0] = first @ world[:, 0]
        world[:, 1] = second @ first @ world[:, 1]
        world[:, 2] = facing
        clip = _with_arm(clip, side, rotation, world, busy)
        rotation, joints = joints_of(clip)
    return clip


def _with_arm(clip: Clip, side: str, rotation: Doubles, world: Doubles, busy: NDArray[np.bool_]) -> Clip:
    """Local rotations of shoulder, elbow and wrist from their world rotations (T, 3, 3, 3), where `busy`."""
    above = rotation[:, JOINT_INDEX[f"{side}_collar"]]
    pose = np.array(clip.body.body_pose, np.float64)
    for k, name in enumerate(("shoulder", "elbow", "wrist")):
        local = np.swapaxes(above, -1, -2) @ world[:, k]
        pose[busy, JOINT_INDEX[f"{side}_{name}"] - 1] = matrix_to_axis_angle(local[busy])
        above = world[:, k]
    return replace(clip, body=replace(clip.body, body_pose=pose))


def _cross_matrix(v: Doubles) -> Doubles:
    out = np.zeros((*v.shape, 3))
    out[..., 0, 1], out[..., 0, 2], out[..., 1, 2] = -v[..., 2], v[..., 1], -v[..., 0]
    out[..., 1, 0], out[..., 2, 0], out[..., 2, 1] = v[..., 2], -v[..., 1], v[..., 0]
    return out


def band_noise(rng: np.random.Generator, frames: int, width: int, low: float, high: float, fps: float) -> Doubles:
    """Noise (T, width) of unit variance whose frequencies lie between `low` and `high` Hz: sums of 16 sines each."""
    time = np.arange(frames)[:, None, None] / fps
    frequency = rng.uniform(low, high, size=(1, width, 16))
    phase = rng.uniform(0, 2 * np.pi, size=(1, width, 16))
    waves: Doubles = np.sin(2 * np.pi * frequency * time + phase).sum(axis=-1)
    return waves * np.sqrt(2 / 16)
