"""What a performance asks of the body: aims with their residuals and Jacobians, rows weighted, (T, R) and (T, R, 69)."""

from dataclasses import dataclass, replace

import numpy as np

from interact_core.demo.rotation import Array, log
from interact_core.demo.skeleton import Posture, mass_jacobian, point_jacobian, turn_jacobian

Rows = tuple[Array, Array]


@dataclass(frozen=True)
class PointAim:
    """A point fixed to a joint (`local` (3,), joint frame) should be at `target` (T, 3); weight (T,), 1/m."""

    joint: int
    local: Array
    target: Array
    weight: Array

    def at_most(self, weight: float) -> "PointAim":
        return replace(self, weight=np.minimum(self.weight, weight))

    def every(self, stride: int) -> "PointAim":
        return replace(self, target=self.target[::stride], weight=self.weight[::stride])

    def rows(self, posture: Posture) -> Rows:
        point = posture.positions[:, self.joint] + posture.rotations[:, self.joint] @ self.local
        jacobian = point_jacobian(posture, self.joint, point)
        return (point - self.target) * self.weight[:, None], jacobian * self.weight[:, None, None]


@dataclass(frozen=True)
class TurnAim:
    """A joint's world rotation should be `target` (T, 3, 3); weight (T,), 1/rad."""

    joint: int
    target: Array
    weight: Array

    def at_most(self, weight: float) -> "TurnAim":
        return replace(self, weight=np.minimum(self.weight, weight))

    def every(self, stride: int) -> "TurnAim":
        return replace(self, target=self.target[::stride], weight=self.weight[::stride])

    def rows(self, posture: Posture) -> Rows:
        error = log(posture.rotations[:, self.joint] @ self.target.transpose(0, 2, 1))
        jacobian = turn_jacobian(posture, self.joint)
        return error * self.weight[:, None], jacobian * self.weight[:, None, None]


@dataclass(frozen=True)
class LookAim:
    """A joint's forward axis (local z) should point from the joint at `target` (T, 3); weight (T,), 1/rad."""

    joint: int
    target: Array
    weight: Array

    def at_most(self, weight: float) -> "LookAim":
        return replace(self, weight=np.minimum(self.weight, weight))

    def every(self, stride: int) -> "LookAim":
        return replace(self, target=self.target[::stride], weight=self.weight[::stride])

    def rows(self, posture: Posture) -> Rows:
        ahead = posture.rotations[:, self.joint, :, 2]
        wanted = self.target - posture.positions[:, self.joint]
        wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
        error = np.cross(wanted, ahead)
        jacobian = turn_jacobian(posture, self.joint)
        along = np.einsum("ti,tij->tj", wanted, jacobian)
        jacobian = jacobian - wanted[:, :, None] * along[:, None, :]
        return error * self.weight[:, None], jacobian * self.weight[:, None, None]


@dataclass(frozen=True)
class KeepOut:
    """A point of a joint stays outside an elliptic tube along the local y axis of `trunk`; half axes in metres,
    weight (T,) 1/m.

    The trunk counts as fixed in the Jacobian: an arm gives way to the belly, not the belly to the arm.
    """

    joint: int
    local: Array
    trunk: int
    half_width: float
    half_depth: float
    weight: Array

    def at_most(self, weight: float) -> "KeepOut":
        return replace(self, weight=np.minimum(self.weight, weight))

    def every(self, stride: int) -> "KeepOut":
        return replace(self, weight=self.weight[::stride])

    def rows(self, posture: Posture) -> Rows:
        point = posture.positions[:, self.joint] + posture.rotations[:, self.joint] @ self.local
        frame = posture.rotations[:, self.trunk]
        q = np.einsum("tji,tj->ti", frame, point - posture.positions[:, self.trunk])
        radius = np.sqrt((q[:, 0] / self.half_width) ** 2 + (q[:, 2] / self.half_depth) ** 2) + 1e-6
        depth = np.maximum(0.0, 1.0 - radius) * self.half_width
        slope = np.stack([q[:, 0] / self.half_width**2, np.zeros(len(q)), q[:, 2] / self.half_depth**2], axis=1)
        normal = np.einsum("tij,tj->ti", frame, slope / radius[:, None]) * self.half_width * (depth > 0)[:, None]
        jacobian = np.einsum("ti,tij->tj", -normal, point_jacobian(posture, self.joint, point))
        return (depth * self.weight)[:, None], (jacobian * self.weight[:, None])[:, None]


@dataclass(frozen=True)
class BalanceAim:
    """The centre of mass should be over `target` (T, 2), x and z; `masses` (22,) sit on the joints; weight (T,), 1/m."""

    masses: Array
    target: Array
    weight: Array

    def at_most(self, weight: float) -> "BalanceAim":
        return replace(self, weight=np.minimum(self.weight, weight))

    def every(self, stride: int) -> "BalanceAim":
        return replace(self, target=self.target[::stride], weight=self.weight[::stride])

    def rows(self, posture: Posture) -> Rows:
        centre, jacobian = mass_jacobian(posture, self.masses)
        error = centre[:, [0, 2]] - self.target
        return error * self.weight[:, None], jacobian[:, [0, 2]] * self.weight[:, None, None]


Aim = PointAim | TurnAim | LookAim | KeepOut | BalanceAim
