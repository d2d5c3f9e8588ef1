"""Batches of interactions as tensors: what training reads and sampling writes, whatever the data came from."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from interact_core.clip.skeleton import JOINT_INDEX as J
from interact_core.clip.skeleton import NUM_BODY_JOINTS, PARENTS

POINTS: Final[tuple[tuple[str, tuple[float, float, float]], ...]] = (
    ("left_wrist", (0.083, -0.030, 0.0)), ("right_wrist", (-0.083, -0.030, 0.0)),
    ("left_wrist", (0.150, -0.045, 0.0)), ("right_wrist", (-0.150, -0.045, 0.0)),
    ("left_elbow", (0.0, 0.0, 0.0)), ("right_elbow", (0.0, 0.0, 0.0)),
    ("left_foot", (0.0, 0.0, 0.09)), ("right_foot", (0.0, 0.0, 0.09)),
    ("left_ankle", (0.0, 0.0, 0.0)), ("right_ankle", (0.0, 0.0, 0.0)),
    ("left_knee", (0.0, 0.0, 0.03)), ("right_knee", (0.0, 0.0, 0.03)),
    ("pelvis", (0.0, -0.14, -0.05)), ("spine3", (0.0, 0.05, 0.12)), ("spine1", (0.0, 0.0, 0.13)), ("head", (0.0, 0.0, 0.10)),
)  # fmt: skip
"""Points of the body whose way to the object is part of a motion: joint, and place in its frame (average body, metres). The
palms come first, then fingertips of a half closed hand, elbows, toes, ankles, knees, seat, chest, belly and face."""

RADII: Final = (0, 0, 0, 0, 0.035, 0.035, 0.02, 0.02, 0.035, 0.035, 0.025, 0.025, 0, 0, 0, 0)
"""Metres of flesh around each of POINTS that is no skin itself."""
NUM_POINTS: Final = len(POINTS)
HANDS: Final = slice(0, 2)
"""The palms among POINTS."""
_POINT_JOINTS: Final = [J[name] for name, _ in POINTS]
_POINT_OFFSETS: Final = torch.tensor([offset for _, offset in POINTS])
BODY_PARENTS: Final = list(PARENTS[:NUM_BODY_JOINTS])


@dataclass(frozen=True)
class Motion:
    """B clips of T frames, metres, +Y up, floor at y = 0.

    joints (B, T, 22, 3); rotations (B, T, 22, 3, 3) in the world; fingers (B, T, 90) rotation vectors, left hand first; planted
    (B, T, 2) feet, 0 or 1; object_rotation (B, T, 3, 3) and object_place (B, T, 3) of the middle of the object's box; reach
    (B, T, K, 3) from POINTS to the nearest place on the object, world axes.
    """

    joints: Tensor
    rotations: Tensor
    fingers: Tensor
    planted: Tensor
    object_rotation: Tensor
    object_place: Tensor
    reach: Tensor

    @property
    def num_frames(self) -> int:
        return int(self.joints.shape[1])

    def cut(self, start: int, stop: int) -> "Motion":
        return Motion(*(getattr(self, name)[:, start:stop] for name in self.__dataclass_fields__))

    def take(self, rows: Tensor) -> "Motion":
        return Motion(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def to(self, device: str) -> "Motion":
        return Motion(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))

    @property
    def points(self) -> Tensor:
        """(B, T, K, 3) POINTS in the world."""
        return body_points(self.joints, self.rotations)


@dataclass(frozen=True)
class Conditions:
    """What is known beside the motion. shape (B, S) and body (B, 63) as :mod:`representation` makes them; action (B,) into the
    model's actions, -1 for none; words: one sentence a clip, "" for none."""

    shape: Tensor
    body: Tensor
    action: Tensor
    words: tuple[str, ...]

    def take(self, rows: Tensor) -> "Conditions":
        return Conditions(self.shape[rows], self.body[rows], self.action[rows], tuple(self.words[int(k)] for k in rows))

    def to(self, device: str) -> "Conditions":
        return replace(self, shape=self.shape.to(device), body=self.body.to(device), action=self.action.to(device))

    def without(self, *, text: bool = True, action: bool = True) -> "Conditions":
        """The same clips with nothing said about them."""
        return replace(
            self, words=("",) * len(self.words) if text else self.words,
            action=torch.full_like(self.action, -1) if action else self.action,
        )  # fmt: skip


def joined(parts: list[Motion]) -> Motion:
    return Motion(*(torch.cat([getattr(p, name) for p in parts]) for name in Motion.__dataclass_fields__))


def joined_conditions(parts: list[Conditions]) -> Conditions:
    return Conditions(
        torch.cat([p.shape for p in parts]), torch.cat([p.body for p in parts]), torch.cat([p.action for p in parts]),
        tuple(text for p in parts for text in p.words),
    )  # fmt: skip


def body_points(joints: Tensor, rotations: Tensor) -> Tensor:
    offsets = _POINT_OFFSETS.to(joints)
    turned = (rotations[..., _POINT_JOINTS, :, :] @ offsets[..., None])[..., 0]
    return joints[..., _POINT_JOINTS, :] + turned


def _ancestry() -> Tensor:
    chain = torch.zeros(NUM_BODY_JOINTS, NUM_BODY_JOINTS)
    for joint in range(1, NUM_BODY_JOINTS):
        k = joint
        while k > 0:
            chain[joint, k] = 1.0
            k = BODY_PARENTS[k]
    return chain


_ANCESTRY: Final = _ancestry()


def pose_joints(pelvis: Tensor, rotations: Tensor, bones: Tensor) -> Tensor:
    """Joints (B, T, 22, 3) from the pelvis (B, T, 3), world rotations (B, T, 22, 3, 3) and bones (B, 22, 3) from the parents."""
    turned = (rotations[..., BODY_PARENTS[1:], :, :] @ bones[:, None, 1:, :, None])[..., 0]
    summed = torch.einsum("jk,btkc->btjc", _ANCESTRY[:, 1:].to(turned), turned)
    return pelvis[:, :, None] + summed


def bones_of(rest_joints: NDArray[np.floating]) -> NDArray[np.float32]:
    """(..., 22, 3) from the parents at rest; the pelvis' is zero."""
    rest = np.asarray(rest_joints, np.float32)[..., :NUM_BODY_JOINTS, :]
    bones = rest - rest[..., [0, *BODY_PARENTS[1:]], :]
    return np.asarray(bones, np.float32)


def turned_about_y(motion: Motion, yaw: Tensor, shift: Tensor) -> Motion:
    """Every clip moved by shift (B, 3) and then turned by yaw (B,) about the world's axis."""
    c, s, o, i = torch.cos(yaw), torch.sin(yaw), torch.zeros_like(yaw), torch.ones_like(yaw)
    turn = torch.stack([c, o, s, o, i, o, -s, o, c], -1).reshape(-1, 1, 3, 3)
    back = turn.transpose(-1, -2)
    return Motion(
        (motion.joints + shift[:, None, None]) @ back, turn[:, :, None] @ motion.rotations, motion.fingers, motion.planted,
        turn @ motion.object_rotation, ((motion.object_place + shift[:, None])[:, :, None] @ back)[:, :, 0], motion.reach @ back,
    )  # fmt: skip


def heading(motion: Motion, frame: int = 0) -> Tensor:
    """(B,) about +Y, which way the pelvis faces: 0 is +Z."""
    ahead = motion.rotations[:, frame, 0, :, 2]
    return torch.atan2(ahead[:, 0], ahead[:, 2])


def canonical(motion: Motion) -> Motion:
    """With the person of frame 0 at x = z = 0, facing +Z."""
    shift = -motion.joints[:, 0, 0] * torch.tensor([1.0, 0, 1], device=motion.joints.device)
    return turned_about_y(motion, -heading(motion), shift)


def centred_on_object(motion: Motion, yaw: Tensor) -> Motion:
    """With the object of frame 0 at x = z = 0 and a free yaw (B,): nothing of it tells where the person is."""
    shift = -motion.object_place[:, 0] * torch.tensor([1.0, 0, 1], device=motion.joints.device)
    return turned_about_y(motion, yaw, shift)
