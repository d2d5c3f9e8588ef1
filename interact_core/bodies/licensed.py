"""SMPL, SMPL-H and SMPL-X from the user's own files, posed by the smplx package's skinning.

The package's model classes are not used: they unpickle whatever the file holds and cut SMPL-H and SMPL to ten betas. Its
function `smplx.lbs.lbs` takes the arrays that model_files.py has read and checked. Hands are absolute (BodyMotion), hence
no mean pose is ever added.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.base import PosedBody
from interact_core.bodies.markers import marker_ids
from interact_core.bodies.model_files import NAMES, ModelData
from interact_core.bodies.regions import BodyRegions, find_regions
from interact_core.bodies.surface import closed_skin
from interact_core.clip import Betas, BodyMotion, Family, Floats, Gender, RestJoints, Shape
from interact_core.clip.skeleton import JOINT_INDEX, NUM_BODY_JOINTS, NUM_JOINTS
from interact_core.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

_HEAD, _WRISTS = JOINT_INDEX["head"], (JOINT_INDEX["left_wrist"], JOINT_INDEX["right_wrist"])
_SHARED: Final[dict[str, NDArray[np.intp]]] = {
    "smplh": np.arange(NUM_JOINTS),
    "smplx": np.array([*range(22), *range(25, 55)]),
    "smpl": np.array([*range(22), *[22] * 15, *[23] * 15]),
}
"""Which of a model's joints each of the 52 is. SMPL has one joint per hand, which stands for all 15."""

_OWNER: Final[dict[str, NDArray[np.intp]]] = {
    "smplh": np.arange(NUM_JOINTS),
    "smplx": np.array([*range(22), _HEAD, _HEAD, _HEAD, *range(22, 52)]),
    "smpl": np.array([*range(22), *_WRISTS]),
}
"""To which of the 52 each joint of a model counts: jaw and eyes to the head, SMPL's hand joints to the wrists."""


@dataclass(frozen=True)
class LicensedBody:
    """One gender of a licensed model."""

    data: ModelData

    @property
    def name(self) -> str:
        return f"{NAMES[self.family]} {self.gender}"

    @property
    def family(self) -> Family:
        return self.data.family

    @property
    def gender(self) -> Gender:
        return self.data.gender

    @property
    def faces(self) -> NDArray[np.int32]:
        return self.data.faces

    @property
    def num_vertices(self) -> int:
        return len(self.data.template)

    @cached_property
    def closed_skin_faces(self) -> NDArray[np.int32]:
        return closed_skin(self.data.faces)

    @property
    def marker_vertices(self) -> NDArray[np.intp]:
        return marker_ids(self.num_vertices)

    @cached_property
    def joint_weights(self) -> NDArray[np.float32]:
        """(V, 52) weights with every joint of the model counted to the shared one it belongs to."""
        weights = np.zeros((self.num_vertices, NUM_JOINTS), np.float32)
        for column, owner in enumerate(_OWNER[self.family]):
            weights[:, owner] += self.data.weights[:, column]
        return weights

    @cached_property
    def regions(self) -> BodyRegions:
        joints = (self.data.joint_regressor @ self.data.template)[_SHARED[self.family]]
        return find_regions(self.data.template, self.data.faces, self.joint_weights, joints)

    def bind(self, shape: Shape) -> "BoundLicensedBody":
        return BoundLicensedBody(self, self._shaped(shape).astype(np.float32))

    def _shaped(self, shape: Shape) -> Floats:
        if isinstance(shape, RestJoints):
            raise InputError(f"{self.name} takes betas or a template surface, not a skeleton", field="shape")
        if not isinstance(shape, Betas):
            if shape.vertices.shape != self.data.template.shape:
                raise InputError(
                    f"the template has {shape.vertices.shape} values, {self.name} has {self.data.template.shape}",
                    field="vtemp", remedy="Check that the subject's template belongs to this model",
                )  # fmt: skip
            return np.asarray(shape.vertices)
        betas = np.asarray(shape.values, np.float64)
        available = self.data.shape_directions.shape[2]
        if betas.ndim != 1 or len(betas) > available or not np.isfinite(betas).all():
            raise InputError(
                f"betas of shape {betas.shape} are not at most {available} finite numbers", path=self.data.path, field="betas",
                remedy="Use a model file with more shape coefficients, or check the clip",
            )  # fmt: skip
        return self.data.template + self.data.shape_directions[..., : len(betas)] @ betas


@dataclass(frozen=True)
class BoundLicensedBody:
    """A licensed model in one person's shape."""

    model: LicensedBody
    rest_vertices: NDArray[np.float32]
    _on_device: "dict[str, dict[str, Tensor]]" = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def rest_joints(self) -> NDArray[np.float32]:
        data = self.model.data
        return (data.joint_regressor @ self.rest_vertices)[_SHARED[data.family]].astype(np.float32)

    def pose(self, motion: BodyMotion, frames: slice = slice(None), *, device: str = "cpu") -> PosedBody:
        import torch
        from smplx.lbs import lbs

        pose = torch.as_tensor(self.model_pose(motion, frames), device=device)
        transl = torch.as_tensor(np.ascontiguousarray(motion.transl[frames], np.float32), device=device)[:, None]
        arrays = self._arrays(device)
        none = torch.zeros(len(pose), 1, device=device)
        with torch.no_grad():
            vertices, joints = lbs(none, pose.flatten(1), **arrays)
        shared = _SHARED[self.model.family]
        return PosedBody((vertices + transl).cpu().numpy(), (joints[:, shared] + transl).cpu().numpy())

    def model_pose(self, motion: BodyMotion, frames: slice = slice(None)) -> NDArray[np.float32]:
        """(T, J, 3) in the model's own joint order: SMPL-X has jaw and eyes before the hands, SMPL no fingers."""
        body = motion.full_pose()[frames]
        count = len(body)
        if self.model.family == "smplx":
            jaw = np.zeros((count, 1, 3)) if motion.jaw_pose is None else motion.jaw_pose[frames].reshape(count, 1, 3)
            eyes = np.zeros((count, 2, 3)) if motion.eye_pose is None else motion.eye_pose[frames].reshape(count, 2, 3)
            body = np.concatenate([body[:, :NUM_BODY_JOINTS], jaw, eyes, body[:, NUM_BODY_JOINTS:]], axis=1)
        elif self.model.family == "smpl":
            body = np.concatenate([body[:, :NUM_BODY_JOINTS], np.zeros((count, 2, 3))], axis=1)
        return np.ascontiguousarray(body, np.float32)

    def _arrays(self, device: str) -> "dict[str, Tensor]":
        """Keyword arguments of smplx.lbs.lbs; the shape is already in the template, so one zero direction is passed."""
        if device not in self._on_device:
            import torch

            data = self.model.data
            flat = data.pose_directions.reshape(-1, data.pose_directions.shape[2]).T
            arrays = {
                "v_template": self.rest_vertices, "shapedirs": np.zeros((*self.rest_vertices.shape, 1), np.float32),
                "posedirs": np.ascontiguousarray(flat), "J_regressor": data.joint_regressor, "parents": data.parents,
                "lbs_weights": data.weights,
            }  # fmt: skip
            self._on_device[device] = {name: torch.as_tensor(array, device=device) for name, array in arrays.items()}
        return self._on_device[device]
