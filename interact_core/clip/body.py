"""A person's motion: joint rotations, translation and the shape they act on."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Family = Literal["smplh", "smplx", "smpl", "open"]
"""Whose betas and surface a motion was recorded with. "open" is the built-in CC0 body."""
Gender = Literal["male", "female", "neutral"]


@dataclass(frozen=True)
class Betas:
    """Shape coefficients (N,) of the clip's family and gender."""

    values: Floats


@dataclass(frozen=True)
class TemplateVertices:
    """A subject's own rest surface (V, 3), metres, in the family's topology and model frame (GRAB, ARCTIC)."""

    vertices: Floats


@dataclass(frozen=True)
class RestJoints:
    """A subject's own rest skeleton (52, 3), metres, +Y up, T-pose, model frame: sources that give joints but no betas.

    The pelvis row is J0, so that pelvis = J0 + transl holds as for betas; InterMimic readers put it at the origin.
    """

    joints: Floats


Shape = Betas | TemplateVertices | RestJoints


@dataclass(frozen=True)
class BodyMotion:
    """T frames of one person. Rotations are absolute axis-angle (radians), hands included: no PCA, no hand mean to add.

    global_orient (T, 3); body_pose (T, 21, 3), joints 1..21; left_hand_pose and right_hand_pose (T, 15, 3);
    transl (T, 3) metres, so that vertex = LBS(pose, shape) + transl and pelvis = J0(shape) + transl. World is +Y up.
    """

    family: Family
    gender: Gender
    shape: Shape
    global_orient: Floats
    body_pose: Floats
    left_hand_pose: Floats
    right_hand_pose: Floats
    transl: Floats
    jaw_pose: Floats | None = None
    eye_pose: Floats | None = None
    """(T, 2, 3), left then right."""

    def __post_init__(self) -> None:
        t = self.num_frames
        expected = {
            "global_orient": (t, 3), "body_pose": (t, 21, 3), "left_hand_pose": (t, 15, 3),
            "right_hand_pose": (t, 15, 3), "transl": (t, 3),
        }  # fmt: skip
        for name, shape in expected.items():
            got = getattr(self, name).shape
            if got != shape:
                raise ValueError(f"{name} has shape {got}, expected {shape}")

    @property
    def num_frames(self) -> int:
        return len(self.global_orient)

    def full_pose(self) -> Floats:
        """(T, 52, 3) axis-angle in SMPL-H joint order, the root first."""
        parts = (self.global_orient[:, None], self.body_pose, self.left_hand_pose, self.right_hand_pose)
        return np.concatenate(parts, axis=1)
