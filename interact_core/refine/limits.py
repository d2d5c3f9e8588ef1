"""How far finger joints can go, and how fingers of a relaxed hand bend together: soft, in torch.

A joint's turn is split into twist about its bone and swing; the swing has a flexion (towards the palm) and an abduction
component. The ranges are those of the inspection's measure less a margin, so that what is refined here passes there. The
coupling is anatomy's: the last joint of a finger bends about two thirds as far as the middle one, whose tendon it shares
(Rijpkema and Girard 1991, "Computer animation of knowledge-based human grasping").
"""

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor

from interact_core.bodies.base import BoundBody
from interact_core.bodies.kinematics import rotation_matrices
from interact_core.clip.skeleton import JOINT_INDEX, JOINT_NAMES, NUM_BODY_JOINTS
from interact_core.inspection.hand_range import LIMITS, joint_axes

_MARGIN: Final = 5.0
_HARD: Final = 0.05
"""Degrees inside the measure's range at which fingers are stopped, whatever else they cost."""
_COUPLING: Final = 2.0 / 3.0
_COUPLING_SOFTNESS: Final = 8.0
"""How many units of the range's tolerance a unit of the coupling is wide."""


class HandLimits:
    """`made_up` names the sides whose fingers were not captured: only there does the coupling count."""

    def __init__(self, bound: BoundBody, device: str, dtype: torch.dtype, made_up: dict[str, bool]) -> None:
        rest = np.asarray(bound.rest_joints, np.float64)
        flex, spread, bone, low, high = [], [], [], [], []
        coupled = []
        for side in ("left", "right"):
            first = JOINT_INDEX[f"{side}_index1"]
            for k in range(15):
                axis, palmar = _axes(rest, first + k, side)
                limits = LIMITS[JOINT_NAMES[first + k].split("_")[1]]
                bone.append(axis)
                flex.append(np.cross(axis, palmar))
                spread.append(palmar)
                low.append((limits.flexion[0] + _MARGIN, -limits.abduction + _MARGIN, -limits.twist + _MARGIN))
                high.append((limits.flexion[1] - _MARGIN, limits.abduction - _MARGIN, limits.twist - _MARGIN))
                coupled.append(float(made_up[side] and JOINT_NAMES[first + k].endswith("3") and k < 12))
        axes = np.stack([np.array(flex), np.array(spread), np.array(bone)], axis=1)  # (30, 3 kinds, 3)
        self._axes = torch.as_tensor(axes, device=device, dtype=dtype)
        self._low = torch.as_tensor(np.radians(low), device=device, dtype=dtype)
        self._high = torch.as_tensor(np.radians(high), device=device, dtype=dtype)
        self._coupled = torch.as_tensor(np.array(coupled), device=device, dtype=dtype)

    def angles(self, local: Tensor) -> Tensor:
        """(T, 30, 3) flexion, abduction, twist in radians of local rotations (T, 52, 3, 3)."""
        return joint_angles(local[:, NUM_BODY_JOINTS:], self._axes)

    def stopped(self, local: Tensor) -> Tensor:
        """Local rotations (T, 52, 3, 3) with every finger joint in its range: what is soft to the solver is hard to a hand."""
        fingers = local[:, NUM_BODY_JOINTS:]
        angles = self.angles(local)
        give = math.radians(_MARGIN - _HARD)
        inside = torch.minimum(torch.maximum(angles, self._low - give), self._high + give)
        beyond = (inside != angles).any(dim=-1)
        if not bool(beyond.any()):
            return local
        swing = torch.einsum("tja,jab->tjb", inside[..., :2], self._axes[:, :2])
        turn = rotation_matrices(swing) @ rotation_matrices(inside[..., 2:] * self._axes[:, 2])
        result = local.clone()
        result[:, NUM_BODY_JOINTS:] = torch.where(beyond[..., None, None], turn, fingers)
        return result

    def value(self, local: Tensor) -> Tensor:
        """Sum of squared radians beyond the range, and of the coupling's."""
        angles = self.angles(local)
        beyond = torch.relu(angles - self._high) + torch.relu(self._low - angles)
        return beyond.square().sum() + (self._uncoupled(angles).square() * self._coupled).sum() / _COUPLING_SOFTNESS**2

    def _uncoupled(self, angles: Tensor) -> Tensor:
        flexion = angles[..., 0]
        middle = torch.cat([flexion[:, :1] * 0, flexion[:, :-1]], dim=1)
        return flexion - _COUPLING * middle

    def matrix(self, local: Tensor) -> Tensor:
        """(T, 30, 3, 3) Gauss-Newton blocks over the joints' own increments; small swings turn about fixed axes."""
        angles = self.angles(local)
        out = ((angles > self._high) | (angles < self._low)).to(local.dtype)
        blocks = torch.einsum("tjk,jka,jkb->tjab", out, self._axes, self._axes)
        flex = torch.einsum("j,ja,jb->jab", self._coupled, self._axes[:, 0], self._axes[:, 0])
        return blocks + flex / _COUPLING_SOFTNESS**2


def joint_angles(turn: Tensor, axes: Tensor) -> Tensor:
    """(..., 3) radians about the three `axes` (..., 3, 3), rows flexion, side turn, twist, of rotations (..., 3, 3)."""
    vector, scalar = _quaternion(turn)
    bone = axes[..., 2, :]
    along = (vector * bone).sum(dim=-1)
    norm = (along.square() + scalar.square() + 1e-12).sqrt()
    cos, sin = scalar / norm, along / norm
    swing_scalar = scalar * cos + along * sin
    swing = (
        vector * cos[..., None]
        - (scalar * sin)[..., None] * bone
        - sin[..., None] * torch.linalg.cross(vector, bone.expand_as(vector), dim=-1)
    )
    size = (swing.square().sum(dim=-1) + 1e-14).sqrt()
    swing = swing * (2 * torch.atan2(size, swing_scalar) / size)[..., None]
    flexion = (swing * axes[..., 0, :]).sum(dim=-1)
    sideways = (swing * axes[..., 1, :]).sum(dim=-1)
    return torch.stack([flexion, sideways, 2 * torch.atan2(sin, cos)], dim=-1)


def _axes(rest: np.ndarray, joint: int, side: str) -> tuple[np.ndarray, np.ndarray]:
    bone, palmar = joint_axes(rest, joint, side)
    return np.nan_to_num(bone), np.nan_to_num(palmar)


def _quaternion(turn: Tensor) -> tuple[Tensor, Tensor]:
    """Vector (..., 3) and scalar (...) parts with scalar >= 0; of turns up to 170 degrees, which no finger reaches."""
    trace = turn[..., 0, 0] + turn[..., 1, 1] + turn[..., 2, 2]
    scalar = 0.5 * (1 + trace).clamp(min=1e-4).sqrt()
    skew = torch.stack(
        [turn[..., 2, 1] - turn[..., 1, 2], turn[..., 0, 2] - turn[..., 2, 0], turn[..., 1, 0] - turn[..., 0, 1]], dim=-1
    )
    return skew / (4 * scalar[..., None]), scalar


MAX_TURN: Final = math.radians(170)
