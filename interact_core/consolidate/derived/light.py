"""`data.npz`, LIGHT's form of a clip: 195 numbers a frame, contact of the joints, the object's code (note, section 6.8).

The published script forgot `foot_contact`, which LIGHT's loader asks for (defect D11). It is (L, 4): left ankle, left foot,
right ankle, right foot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Betas, BodyMotion
from interact_core.clip.skeleton import joint_array
from interact_core.consolidate.derived.bps import bps_normalised
from interact_core.consolidate.derived.feet import standing
from interact_core.consolidate.derived.relation import nearest_samples
from interact_core.geometry.rotations import matrix_to_rotation_6d

Doubles = NDArray[np.float64]
WIDTH: Final = 195
_TOUCH: Final = 0.03
_FALL: Final = 5.0
_GENDERS: Final = ("male", "female", "neutral")
_FEET: Final = joint_array("left_ankle", "left_foot", "right_ankle", "right_foot")


@dataclass(frozen=True)
class Thing:
    """The object: rotation (T, 3, 3), translation (T, 3), its mesh's vertices (V, 3), samples (340, 3) and code (1, 1024, 3)."""

    rotation: Doubles
    translation: Doubles
    vertices: NDArray[np.float32]
    samples: Doubles
    code: NDArray[np.float32]


def light_arrays(
    body: BodyMotion, joints: Doubles, thing: Thing, captions: Sequence[str], seq_name: str, fps: float, cut: int
) -> dict[str, NDArray[Any]]:
    """The keys of data.npz, float32, of the first `cut` frames; joints (T, 52, 3) metres. `text` is an array of objects, as
    LIGHT reads it; `captions` says the same in plain strings."""
    length = min(len(joints), cut)
    joints, place = joints[:length], thing.translation[:length]
    rotation = np.asarray(thing.rotation[:length], np.float64)
    found = nearest_samples(joints, rotation, np.asarray(place, np.float64), thing.samples)
    fingers = np.linalg.norm(np.concatenate([body.left_hand_pose, body.right_hand_pose], axis=1)[:length], axis=-1)
    motion = np.concatenate([joints.reshape(length, -1), fingers, matrix_to_rotation_6d(rotation), place], axis=1)
    return {
        "motion": motion.astype(np.float32), "length": np.array(length), "seq_name": np.array(seq_name),
        "text": _objects(captions), "captions": np.array(list(captions) or [""]), "beta": _beta(body),
        "obj_points": thing.samples.astype(np.float32), "object_cids": found.index,
        "dist": np.exp(-_FALL * found.distance).astype(np.float32),
        "contact_ids": (found.distance < _TOUCH).astype(np.float32), "obj_bps": thing.code,
        "bps_normalize": bps_normalised(thing.vertices), "foot_contact": standing(joints[:, _FEET], fps).astype(np.float32),
    }  # fmt: skip


def _objects(captions: Sequence[str]) -> NDArray[Any]:
    text = np.empty(len(captions), dtype=object)
    text[:] = [{"caption": caption} for caption in captions]
    return text


def _beta(body: BodyMotion) -> NDArray[np.float32]:
    """(13,): ten coefficients, zeros where the shape is not told in any, and the gender as one of three."""
    beta = np.zeros(13, np.float32)
    if isinstance(body.shape, Betas):
        used = np.asarray(body.shape.values, np.float32)[:10]
        beta[: len(used)] = used
    beta[10 + _GENDERS.index(body.gender)] = 1.0
    return beta
