"""Poses some vertices and the 52 joints in torch, differentiable: what an optimiser needs of a body.

Local rotations are matrices, so that nothing depends on how they are parametrised. The surface is the one `bound.pose`
shows: helper joints of the open body and pose-dependent shape of licensed models included.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import BoundBody
from interact_core.bodies.kinematics import rotation_matrices
from interact_core.bodies.licensed import _OWNER, _SHARED, BoundLicensedBody
from interact_core.bodies.open_body import BoundOpenBody
from interact_core.bodies.skinning import skin, skinning_matrix
from interact_core.clip import BodyMotion
from interact_core.clip.skeleton import NUM_BODY_JOINTS, NUM_JOINTS, PARENTS

if TYPE_CHECKING:
    import torch


class PointPoser:
    """Vertices `vertex_ids` (N,) of a bound body. `motion` gives jaw and eyes of SMPL-X, which stay as they are."""

    def __init__(
        self, bound: BoundBody, vertex_ids: NDArray[np.intp], motion: BodyMotion, device: str = "cpu",
        dtype: "torch.dtype | None" = None,
    ) -> None:  # fmt: skip
        import torch

        self.vertex_ids = np.asarray(vertex_ids, np.intp)
        self.dtype = dtype or torch.float32
        self.device = device
        self.has_fingers = bound.model.family != "smpl"
        if isinstance(bound, BoundOpenBody):
            self._posing: _OpenPosing | _LicensedPosing = _OpenPosing(bound, self.vertex_ids, self)
        elif isinstance(bound, BoundLicensedBody):
            self._posing = _LicensedPosing(bound, self.vertex_ids, motion, self)
        else:
            raise TypeError(f"no differentiable posing for {type(bound).__name__}")
        self.joint_weights = self._posing.joint_weights
        """(N, 52) skinning weights over the shared joints."""

    def array(self, values: NDArray[np.generic]) -> "torch.Tensor":
        """values on this poser's device in its dtype."""
        import torch

        return torch.as_tensor(np.ascontiguousarray(values), device=self.device, dtype=self.dtype)

    def __call__(
        self, local: "torch.Tensor", transl: "torch.Tensor", frames: slice = slice(None)
    ) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
        """Points (T, N, 3), joints (T, 52, 3) and joints' world rotations (T, 52, 3, 3) from local (T, 52, 3, 3), transl (T, 3).

        `frames` says which frames of the motion these are, for jaw and eyes.
        """
        return self._posing.pose(local, transl, frames)


class _OpenPosing:
    def __init__(self, bound: BoundOpenBody, ids: NDArray[np.intp], poser: PointPoser) -> None:
        model = bound.model
        bones = NUM_JOINTS + len(model.helpers)
        matrix = skinning_matrix(bound.rest_vertices[ids], model.weight_index[ids], model.weight_value[ids], bones)
        self._matrix = poser.array(matrix)
        # bones() takes its dtype from the rest joints.
        numbers = np.float64 if poser.array(np.zeros(1)).element_size() == 8 else np.float32
        self._bound = replace(bound, rest_joints=bound.rest_joints.astype(numbers), _matrices={})
        self.joint_weights = poser.array(model.joint_weights[ids])

    def pose(
        self, local: "torch.Tensor", transl: "torch.Tensor", frames: slice
    ) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
        rotation, translation, joints = self._bound.bones(local, transl)
        return skin(self._matrix, rotation, translation), joints, rotation[:, :NUM_JOINTS]


class _LicensedPosing:
    """Linear blend skinning with pose blend shapes (Loper et al. 2015, SMPL), for the chosen vertices only."""

    def __init__(self, bound: BoundLicensedBody, ids: NDArray[np.intp], motion: BodyMotion, poser: PointPoser) -> None:
        data = bound.model.data
        self._family = bound.model.family
        self._template = poser.array(bound.rest_vertices[ids])
        self._rest = poser.array(data.joint_regressor @ bound.rest_vertices)
        self._weights = poser.array(data.weights[ids])
        directions = np.asarray(data.pose_directions)[ids]  # (N, 3, P)
        self._directions = poser.array(directions.reshape(-1, directions.shape[2]).T)
        self._parents = [int(p) for p in data.parents]
        self._shared = _SHARED[self._family]
        owned = np.zeros((len(ids), NUM_JOINTS), np.float32)
        for column, owner in enumerate(_OWNER[self._family]):
            owned[:, owner] += data.weights[ids, column]
        self.joint_weights = poser.array(owned)
        self._face = self._face_rotations(motion, poser)

    def _face_rotations(self, motion: BodyMotion, poser: PointPoser) -> "torch.Tensor":
        """(T, 3, 3, 3) jaw and eyes as the clip has them."""
        count = motion.num_frames
        jaw = np.zeros((count, 1, 3)) if motion.jaw_pose is None else motion.jaw_pose.reshape(count, 1, 3)
        eyes = np.zeros((count, 2, 3)) if motion.eye_pose is None else motion.eye_pose.reshape(count, 2, 3)
        turns: NDArray[np.float64] = rotation_matrices(np.concatenate([jaw, eyes], axis=1).astype(np.float64))
        return poser.array(turns)

    def _own_joints(self, local: "torch.Tensor", frames: slice) -> "torch.Tensor":
        """(T, J, 3, 3) in the model's joint order."""
        import torch

        if self._family == "smplx":
            parts = (local[:, :NUM_BODY_JOINTS], self._face[frames], local[:, NUM_BODY_JOINTS:])
            return torch.cat(parts, dim=1)
        if self._family == "smpl":
            still = torch.eye(3, device=local.device, dtype=local.dtype).expand(len(local), 2, 3, 3)
            return torch.cat((local[:, :NUM_BODY_JOINTS], still), dim=1)
        return local

    def pose(
        self, local: "torch.Tensor", transl: "torch.Tensor", frames: slice
    ) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
        import torch

        own = self._own_joints(local, frames)
        count = len(own)
        bend = own[:, 1:] - torch.eye(3, device=own.device, dtype=own.dtype)
        shaped = self._template + (bend.reshape(count, -1) @ self._directions).reshape(count, -1, 3)
        turns, places = [own[:, 0]], [self._rest[0].expand(count, 3)]
        for joint in range(1, len(self._parents)):
            parent = self._parents[joint]
            turns.append(turns[parent] @ own[:, joint])
            places.append(places[parent] + turns[parent] @ (self._rest[joint] - self._rest[parent]))
        rotation, place = torch.stack(turns, dim=1), torch.stack(places, dim=1)
        offset = place - (rotation @ self._rest[..., None])[..., 0]
        blended = torch.einsum("nj,tjab->tnab", self._weights, rotation)
        points = (blended @ shaped[..., None])[..., 0] + torch.einsum("nj,tja->tna", self._weights, offset)
        return points + transl[:, None], place[:, self._shared] + transl[:, None], rotation[:, self._shared]


def subtree() -> NDArray[np.float32]:
    """(52, 52): row j has 1 for joint j and all joints below it."""
    below = np.eye(NUM_JOINTS, dtype=np.float32)
    for joint in range(NUM_JOINTS - 1, 0, -1):
        below[PARENTS[joint]] += below[joint]
    return below
