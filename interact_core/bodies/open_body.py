"""The open body: our own CC0 figure, made from MakeHuman by scripts/open_body, always present."""

from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.arrays import Array, like, namespace
from interact_core.bodies.base import PosedBody
from interact_core.bodies.helpers import HelperTable, helper_rotations
from interact_core.bodies.kinematics import forward, rotation_matrices
from interact_core.bodies.regions import BodyRegions, find_regions
from interact_core.bodies.rest_joints import fit_to_joints
from interact_core.bodies.skinning import skin, skinning_matrix
from interact_core.clip import Betas, BodyMotion, Family, Gender, RestJoints, Shape
from interact_core.clip.skeleton import NUM_JOINTS
from interact_core.errors import InputError

NUM_BETAS: Final = 10


@dataclass(frozen=True)
class OpenBody:
    """One gender of the open body. `shape_vertices` (10, V, 3) and `shape_joints` (10, 52, 3) are per standard deviation."""

    gender: Gender
    faces: NDArray[np.int32]
    template: NDArray[np.float32]
    template_joints: NDArray[np.float32]
    shape_vertices: NDArray[np.float32]
    shape_joints: NDArray[np.float32]
    weight_index: NDArray[np.uint8]
    weight_value: NDArray[np.float32]
    helpers: HelperTable
    marker_vertices: NDArray[np.intp]
    family: Family = "open"

    @property
    def name(self) -> str:
        return f"Open body, {self.gender}"

    @property
    def num_vertices(self) -> int:
        return len(self.template)

    @property
    def closed_skin_faces(self) -> NDArray[np.int32]:
        return self.faces

    @cached_property
    def joint_weights(self) -> NDArray[np.float32]:
        """(V, 52) weights with every helper counted to the joint it follows."""
        owner = np.concatenate([np.arange(NUM_JOINTS), self._helper_owner()])
        dense = np.zeros((self.num_vertices, NUM_JOINTS), np.float32)
        rows = np.arange(self.num_vertices)[:, None]
        np.add.at(dense, (rows, owner[self.weight_index]), self.weight_value)
        return dense

    def _helper_owner(self) -> NDArray[np.intp]:
        """A proximal helper is skin of the parent's bone (forearm), a distal one of the joint's own (upper arm)."""
        return np.where(self.helpers.proximal, self.helpers.parents(), self.helpers.joint)

    @cached_property
    def regions(self) -> BodyRegions:
        return find_regions(self.template, self.faces, self.joint_weights, self.template_joints)

    def bind(self, shape: Shape) -> "BoundOpenBody":
        if isinstance(shape, Betas):
            vertices, joints = self.shaped(np.asarray(shape.values, np.float64))
        elif isinstance(shape, RestJoints):
            vertices, joints = fit_to_joints(self, np.asarray(shape.joints, np.float64))
        else:
            raise InputError(
                "A template surface of another model cannot be put on the open body", field="shape",
                remedy="Set the folder with the licensed body models, or show the clip with average shape",
            )  # fmt: skip
        return BoundOpenBody(self, vertices.astype(np.float32), joints.astype(np.float32))

    def shaped(self, betas: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rest vertices and joints for up to 10 coefficients; more than 10 are refused by name."""
        if betas.ndim != 1 or len(betas) > NUM_BETAS or not np.isfinite(betas).all():
            raise InputError(
                f"betas of shape {betas.shape} are not at most {NUM_BETAS} finite numbers", field="betas",
                remedy="Check the clip's shape coefficients",
            )  # fmt: skip
        used = len(betas)
        vertices = self.template + np.tensordot(betas, self.shape_vertices[:used], 1)
        joints = self.template_joints + np.tensordot(betas, self.shape_joints[:used], 1)
        return vertices, joints


@dataclass(frozen=True)
class BoundOpenBody:
    """The open body in one person's shape, ready to be posed."""

    model: OpenBody
    rest_vertices: NDArray[np.float32]
    rest_joints: NDArray[np.float32]
    _matrices: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def pose(self, motion: BodyMotion, frames: slice = slice(None), *, device: str = "cpu") -> PosedBody:
        """On the CPU without torch: nobody waits for its import to see the first frame."""
        pose: Array = np.ascontiguousarray(motion.full_pose()[frames], np.float32)
        transl: Array = np.ascontiguousarray(motion.transl[frames], np.float32)
        if device == "cpu":
            vertices, joints = self.pose_arrays(pose, transl)
            return PosedBody(np.ascontiguousarray(vertices), joints)
        import torch

        vertices, joints = self.pose_arrays(torch.as_tensor(pose, device=device), torch.as_tensor(transl, device=device))
        return PosedBody(vertices.contiguous().cpu().numpy(), joints.cpu().numpy())

    def pose_arrays(self, pose: Array, transl: Array) -> tuple[Array, Array]:
        """(T, V, 3) and (T, 52, 3) of the arrays' kind and device, from axis-angle (T, 52, 3) and transl (T, 3) float32."""
        rotation, translation, joints = self.bones(rotation_matrices(pose), transl)
        return skin(self._matrix(pose), rotation, translation), joints

    def bones(self, local: Array, transl: Array) -> tuple[Array, Array, Array]:
        """What moves the skin: rotations (T, B, 3, 3) and translations (T, B, 3) on rest vertices; and joints (T, 52, 3).

        From local rotations (T, 52, 3, 3). In torch differentiable.
        """
        xp = namespace(local)
        rest = like(self.rest_joints, local)
        rotation, joints = forward(local, rest, transl)
        helpers = self.model.helpers
        turned = helper_rotations(local, rotation, helpers, like(helpers.axes(self.rest_joints), local))
        every = xp.concat([rotation, turned], axis=1)
        anchor = xp.concat([rest, rest[helpers.joint]], axis=0)
        place = xp.concat([joints, joints[:, helpers.joint]], axis=1)
        return every, place - (every @ anchor[None, ..., None])[..., 0], joints

    def _matrix(self, x: Array) -> Array:
        if "numpy" not in self._matrices:
            m = self.model
            bones = NUM_JOINTS + len(m.helpers)
            self._matrices["numpy"] = skinning_matrix(self.rest_vertices, m.weight_index, m.weight_value, bones)
        kind = "numpy" if isinstance(x, np.ndarray) else str(x.device)
        if kind not in self._matrices:
            self._matrices[kind] = like(self._matrices["numpy"], x)
        return self._matrices[kind]


@cache
def load_open_body(gender: Gender) -> OpenBody:
    """The baked body, read once per gender. Only the left half and the middle are stored; the rest is mirrored here."""
    with (files("resources") / "open_body" / "open_body.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as baked:
        mirror = baked["mirror"].astype(np.intp)
        index, weight = _both_sides_weights(baked, mirror)
        return OpenBody(
            gender=gender,
            faces=baked["faces"].astype(np.int32),
            template=_both_sides(baked, f"vertices_{gender}", mirror),
            template_joints=baked[f"joints_{gender}"],
            shape_vertices=_both_sides(baked, f"shape_{gender}", mirror),
            shape_joints=baked[f"shape_joints_{gender}"],
            weight_index=index,
            weight_value=weight,
            helpers=HelperTable(
                baked["helper_joint"].astype(np.intp), baked["helper_axis_end"].astype(np.intp), baked["helper_proximal"],
                baked["helper_twist"], baked["helper_swing"],
            ),
            marker_vertices=baked["marker_vertices"].astype(np.intp),
        )  # fmt: skip


def _both_sides(baked: "np.lib.npyio.NpzFile", name: str, mirror: NDArray[np.intp]) -> NDArray[np.float32]:
    """(..., V, 3) metres: stored integers times their step, then the mirror image of the listed vertices."""
    half = baked[name].astype(np.float32) * baked[f"{name}_step"]
    return np.concatenate([half, half[..., mirror, :] * np.array([-1, 1, 1], np.float32)], axis=-2)


def _both_sides_weights(baked: "np.lib.npyio.NpzFile", mirror: NDArray[np.intp]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    index, value = baked["weight_index"], baked["weight_value"].astype(np.float32)
    value /= value.sum(1, keepdims=True)
    other_side = baked["mirror_bone"][index[mirror]]
    return np.concatenate([index, other_side]), np.concatenate([value, value[mirror]])
