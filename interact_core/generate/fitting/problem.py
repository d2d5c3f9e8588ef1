"""What a pose is worth against markers, frame by frame, with its gradient and Gauss-Newton matrix.

Of a frame: half the sum over seen markers of weight distance^2 / noise^2, plus a weak prior that keeps joints near the rest
pose where markers say nothing. Markers far from a pose that otherwise fits lose their weight between descents, never within
one: a limb that could shed its markers would. The matrix takes every bone as rigid; the gradient is exact.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import torch
from torch import Tensor

from interact_core.bodies.points import PointPoser, subtree
from interact_core.clip.skeleton import JOINT_NAMES, NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.generate.fitting.poses import WIDTH, Pose, rotation_vectors

_LOOSENESS: Final = {"spine": 0.3, "neck": 0.4, "head": 0.5, "collar": 0.3, "wrist": 0.6, "ankle": 0.6, "foot": 0.3}
_REACH: Final = 0.05
"""Metres at least from which on a marker is taken for lost."""
_CHUNK: Final = 48
"""Frames whose rows are made at once."""


@cache
def looseness(device: str) -> Tensor:
    """(52,) radians from the rest pose that cost one unit; the root is free."""
    found = []
    for k, name in enumerate(JOINT_NAMES):
        part = next((value for key, value in _LOOSENESS.items() if key in name), 1.0)
        found.append(0.5 if k >= NUM_BODY_JOINTS else part)
    found[0] = 1e4
    return torch.tensor(found, device=device)


def columns_of(fingers: bool, device: str) -> Tensor:
    """Columns of an increment that may change."""
    joints = NUM_JOINTS if fingers else NUM_BODY_JOINTS
    return torch.arange(3 + 3 * joints, device=device)


@dataclass(frozen=True)
class Problem:
    """targets (T, 77, 3) and weight (T, 77), 0 where a marker was not seen; noise in metres."""

    poser: PointPoser
    targets: Tensor
    weight: Tensor
    noise: float
    columns: Tensor

    def frames(self, where: slice | Tensor) -> "Problem":
        return Problem(self.poser, self.targets[where], self.weight[where], self.noise, self.columns)

    def points(self, pose: Pose) -> tuple[Tensor, Tensor, Tensor]:
        return self.poser(pose.local, pose.transl, slice(0, len(pose)))

    def distances(self, pose: Pose) -> Tensor:
        """(T, 77) metres between vertex and marker, of no meaning where a marker was not seen."""
        with torch.no_grad():
            return torch.linalg.vector_norm(self.points(pose)[0] - self.targets, dim=-1)

    def doubting(self, pose: Pose) -> "Problem":
        """With less weight for markers far from the pose (Geman and McClure 1985): 1 / (1 + d^2 / reach^2)^2, where the reach
        is four times the usual distance, since what is farther is no matter of noise or build."""
        away = self.distances(pose)
        usual = away[self.weight > 0]
        reach = max(_REACH, 4 * float(usual.median())) if len(usual) else _REACH
        return replace(self, weight=self.weight / (1 + (away / reach) ** 2) ** 2)

    def value(self, pose: Pose) -> Tensor:
        """(T,)."""
        with torch.no_grad():
            return self._data(self.points(pose)[0]) + self._prior(pose)

    def _data(self, points: Tensor) -> Tensor:
        return 0.5 * (self.weight * ((points - self.targets) ** 2).sum(dim=-1)).sum(dim=1) / self.noise**2

    def _prior(self, pose: Pose) -> Tensor:
        bent = rotation_vectors(pose.local) / looseness(self.poser.device)[:, None]
        return 0.5 * (bent**2).sum(dim=(1, 2))

    def normal(self, pose: Pose) -> tuple[Tensor, Tensor]:
        """Gradient (T, C) and matrix (T, C, C) by increments of the columns."""
        step = torch.zeros(len(pose), WIDTH, device=pose.transl.device, requires_grad=True)
        points, _, _ = self.points(pose.moved(step))
        (slope,) = torch.autograd.grad(self._data(points).sum(), step)
        with torch.no_grad():
            loose = looseness(self.poser.device)
            slope[:, 3:] += (rotation_vectors(pose.local) / loose[:, None] ** 2).flatten(1)
            matrix = self._matrix(pose)
            stiff = torch.cat([loose.new_zeros(3), (1 / loose**2).repeat_interleave(3)])
            matrix.diagonal(dim1=1, dim2=2).add_(stiff[self.columns])
        return slope[:, self.columns], matrix

    def _matrix(self, pose: Pose) -> Tensor:
        found = []
        for start in range(0, len(pose), _CHUNK):
            few = slice(start, start + _CHUNK)
            part = self.frames(few)
            points, joints, world = part.points(pose[few])
            rows = part.rows(points, joints, world)
            rows = (rows * (part.weight.sqrt() / self.noise)[:, :, None, None]).flatten(1, 2)
            found.append(rows.mT @ rows)
        return torch.cat(found)

    def rows(self, points: Tensor, joints: Tensor, world: Tensor) -> Tensor:
        """(T, 77, 3, C) how points move with the columns. A turn w of a joint at c moves p along d by w . (p x d) + (c x w) . d:
        six numbers of the row times a matrix that all rows of a frame share, as in refine/jacobian."""
        used = (len(self.columns) - 3) // 3
        # Places are taken from the root's: the pose of a place in the world does not matter to how it moves.
        origin = joints[:, :1]
        eye = torch.eye(3, device=points.device)
        axes = eye.expand(*points.shape[:2], 3, 3)
        six = torch.cat([torch.linalg.cross((points - origin)[:, :, None].expand_as(axes), axes, dim=-1), axes], dim=-1)
        turns = world[:, :used]
        arms = torch.linalg.cross((joints[:, :used] - origin)[..., None].expand_as(turns), turns, dim=-2)
        shared = torch.zeros(len(points), 6, len(self.columns), device=points.device)
        shared[:, 3:, :3] = eye
        shared[:, :, 3:] = torch.cat([turns, arms], dim=2).transpose(1, 2).flatten(2)
        found = (six.flatten(1, 2) @ shared).unflatten(1, points.shape[1:])
        found *= self._share(used)
        return found

    def _share(self, used: int) -> Tensor:
        """(77, 1, C) how much of a point each column moves."""
        below = torch.as_tensor(subtree()[:used], device=self.targets.device)
        carried = self.poser.joint_weights @ below.T
        return torch.cat([torch.ones_like(carried[:, :3]), carried.repeat_interleave(3, dim=1)], dim=1)[:, None]
