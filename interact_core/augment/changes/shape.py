"""The same motion by a person of another build, standing on the same floor."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.augment.changes.changed import Changed, same_places
from interact_core.augment.changes.surface import bounds
from interact_core.bodies.base import BoundBody
from interact_core.bodies.library import choose_body
from interact_core.clip import BodyMotion, Clip, RestJoints, Shape
from interact_core.clip.skeleton import JOINT_INDEX, NUM_JOINTS, PARENTS
from interact_core.errors import InputError

Doubles = NDArray[np.float64]

_CHUNK: Final = 64
_CALM: Final = 1.5
"""Frames: the correction of the height is smoothed by a Gaussian so wide, for it changes its rate where the feet change over."""
_MOST: Final = 0.3
"""A leg ratio further than this from 1 is no other person but a mistake."""


def scaled_joints(joints: Doubles, *, height: float = 1.0, arms: float = 1.0, legs: float = 1.0) -> Doubles:
    """A rest skeleton (52, 3) with other lengths: arms from the shoulder to the wrist, legs from the hip to the ankle, on top
    of the whole. Hands and feet go with the height, the pelvis stays where it was."""
    factor = np.full(NUM_JOINTS, height)
    for side in ("left", "right"):
        factor[[JOINT_INDEX[f"{side}_{name}"] for name in ("elbow", "wrist")]] *= arms
        factor[[JOINT_INDEX[f"{side}_{name}"] for name in ("knee", "ankle")]] *= legs
    result = np.array(joints, np.float64)
    for joint in range(1, NUM_JOINTS):
        result[joint] = result[PARENTS[joint]] + factor[joint] * (joints[joint] - joints[PARENTS[joint]])
    return result


def reshape_body(clip: Clip, shape: Shape, models_dir: Path | None = None, *, steps: bool = False) -> Changed:
    """`clip` with another shape and the same joint rotations, raised or lowered so that the soles keep their height.

    steps: the way of the pelvis over the floor is scaled by the legs' ratio about the objects' middle, so that planted feet
    stay planted. InputError for a shape that the clip's body cannot take, and for betas without their model's file.
    """
    before, after = _bound(clip.body, models_dir), _bound(replace(clip.body, shape=shape), models_dir)
    ratio = leg_length(after) / leg_length(before)
    if abs(ratio - 1) > _MOST:
        raise InputError(
            f"the legs would be {ratio:.2f} times as long", field="shape", remedy="Choose a shape nearer to the recorded one"
        )
    # The pelvis is J0 + transl: another J0 must not move it.
    pelvis = np.asarray(clip.body.transl + before.rest_joints[0].astype(np.float64), np.float64)
    level = np.array([1.0, 0.0, 1.0])
    if steps:
        middle = _middle(clip, pelvis)
        pelvis = pelvis + (ratio - 1) * (pelvis - middle) * level
    moved = replace(clip.body, shape=shape, transl=_like(pelvis - after.rest_joints[0], clip.body))
    height = _smooth(_sole_height(before, clip.body) - _sole_height(after, moved))
    body = replace(moved, transl=_like(moved.transl + height[:, None] * np.array([0.0, 1.0, 0.0]), clip.body))
    notes = () if abs(ratio - 1) < 1e-3 else (f"The legs are {ratio:.3f} times as long.",)
    return Changed(replace(clip, body=body, recorded_joints=None), same_places, notes)


def leg_length(bound: BoundBody) -> float:
    """Metres from hip to ankle along the bones, mean of both legs, and from the ankle down to the sole."""
    joints = np.asarray(bound.rest_joints, np.float64)
    length = 0.0
    for side in ("left", "right"):
        hip, knee, ankle = (joints[JOINT_INDEX[f"{side}_{name}"]] for name in ("hip", "knee", "ankle"))
        length += float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee) + ankle[1])
    return length / 2 - float(bound.rest_vertices[:, 1].min())


def _bound(body: BodyMotion, models_dir: Path | None) -> BoundBody:
    choice = choose_body(body, models_dir)
    if choice.stand_in and not isinstance(body.shape, RestJoints):
        raise InputError(
            "the person's build cannot be changed on a stand-in", field="shape",
            remedy="Set the folder with the licensed body models",
        )  # fmt: skip
    return choice.bound


def _like(values: Doubles, body: BodyMotion) -> Doubles:
    return np.asarray(values, body.transl.dtype)


def _middle(clip: Clip, pelvis: Doubles) -> Doubles:
    """Where the objects are on average; without any, where the person is."""
    places = []
    for obj in clip.objects:
        part = obj.parts[0]
        low, high = bounds(part.mesh)
        places.append((np.asarray(part.rotation, np.float64) @ ((low + high) / 2) + part.translation).mean(axis=0))
    return np.asarray(np.mean(places, axis=0) if places else pelvis.mean(axis=0), np.float64)


def _sole_height(bound: BoundBody, body: BodyMotion) -> Doubles:
    """(T,) the lower of the two soles."""
    soles = np.flatnonzero(bound.model.regions.mask("left_sole") | bound.model.regions.mask("right_sole"))
    found = [bound.pose(body, slice(k, k + _CHUNK)).vertices[:, soles, 1].min(axis=1) for k in range(0, body.num_frames, _CHUNK)]
    return np.concatenate(found).astype(np.float64)


def _smooth(values: Doubles) -> Doubles:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(values, _CALM, mode="nearest"), np.float64)
