"""A posed body as bones with weights: what animation formats hold of it.

The open body's helper joints become bones of their own. The pose-dependent shape of licensed models is no matter of bones
and is kept apart, as displacements in the rest pose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.library import BodyChoice
from interact_core.bodies.licensed import BoundLicensedBody
from interact_core.bodies.open_body import BoundOpenBody
from interact_core.clip import BodyMotion
from interact_core.clip.skeleton import JOINT_NAMES, PARENTS
from interact_core.geometry.rotations import axis_angle_to_matrix, local_to_global

Doubles = NDArray[np.float64]
_FACE: Final = ("jaw", "left_eye", "right_eye")
_MODEL_JOINTS: Final[dict[str, tuple[str, ...]]] = {
    "smplh": JOINT_NAMES,
    "smplx": (*JOINT_NAMES[:22], *_FACE, *JOINT_NAMES[22:]),
    "smpl": (*JOINT_NAMES[:22], "left_hand", "right_hand"),
}


@dataclass(frozen=True)
class Rig:
    """B bones over a rest surface: rest (B, 3) and rest_vertices (V, 3) in the model frame, T-pose; rotation (T, B, 3, 3) and
    place (T, B, 3) in the world; index and weight (V, K). Bones begin with the model's joints, a parent before its children.

    `bend(frames)` gives displacements (T, V, 3) of the rest surface before it is skinned; None where nothing bends.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    rest: Doubles
    rest_vertices: Doubles
    faces: NDArray[np.int32]
    index: NDArray[np.intp]
    weight: Doubles
    rotation: Doubles
    place: Doubles
    bend: Callable[[slice], Doubles] | None = None


def rig_of(motion: BodyMotion, choice: BodyChoice) -> Rig:
    """The bones of the body that the motion is shown on."""
    bound = choice.bound
    if isinstance(bound, BoundOpenBody):
        return _open_rig(motion, bound)
    if isinstance(bound, BoundLicensedBody):
        return _licensed_rig(motion, bound)
    raise TypeError(f"no bones are known of {type(bound).__name__}")


def _open_rig(motion: BodyMotion, bound: BoundOpenBody) -> Rig:
    model, helpers = bound.model, bound.model.helpers
    local = axis_angle_to_matrix(motion.full_pose())
    rotation, _, joints = bound.bones(local, np.asarray(motion.transl, np.float64))
    owners = [int(j) for j in helpers.joint]
    return Rig(
        (*JOINT_NAMES, *(f"{JOINT_NAMES[j]}_helper{owners[:k].count(j) + 1}" for k, j in enumerate(owners))),
        (*PARENTS, *owners), np.concatenate([bound.rest_joints, bound.rest_joints[helpers.joint]]).astype(np.float64),
        bound.rest_vertices.astype(np.float64), model.faces, model.weight_index.astype(np.intp),
        model.weight_value.astype(np.float64), np.asarray(rotation, np.float64),
        np.concatenate([joints, joints[:, helpers.joint]], axis=1).astype(np.float64),
    )  # fmt: skip


def _licensed_rig(motion: BodyMotion, bound: BoundLicensedBody) -> Rig:
    data = bound.model.data
    parents = tuple(int(p) for p in data.parents)
    rest = (data.joint_regressor @ bound.rest_vertices).astype(np.float64)
    local = axis_angle_to_matrix(bound.model_pose(motion))
    rotation = local_to_global(local, parents)
    place = np.empty((*rotation.shape[:2], 3))
    place[:, 0] = rest[0] + motion.transl
    for joint in range(1, len(parents)):
        parent = parents[joint]
        place[:, joint] = place[:, parent] + rotation[:, parent] @ (rest[joint] - rest[parent])
    index, weight = _strongest(data.weights)
    directions = data.pose_directions.reshape(-1, data.pose_directions.shape[2]).astype(np.float64)

    def bend(frames: slice) -> Doubles:
        feature = (local[frames, 1:] - np.eye(3)).reshape(len(local[frames]), -1)
        found: Doubles = (feature @ directions.T).reshape(len(feature), -1, 3)
        return found

    return Rig(
        _MODEL_JOINTS[data.family], parents, rest, bound.rest_vertices.astype(np.float64), data.faces, index, weight, rotation,
        place, bend if np.any(directions) else None,
    )  # fmt: skip


def _strongest(weights: NDArray[np.float32]) -> tuple[NDArray[np.intp], Doubles]:
    """As many influences as any vertex has; SMPL's have at most four, none is dropped in other files either."""
    count = max(int((weights > 0).sum(axis=1).max()), 1)
    index = np.argsort(-weights, axis=1, kind="stable")[:, :count]
    return index, np.take_along_axis(weights, index, axis=1).astype(np.float64)


def local_turns(rig: Rig) -> Doubles:
    """(T, B, 3, 3) rotation of each bone in its parent's frame."""
    turns = rig.rotation.copy()
    for bone, parent in enumerate(rig.parents):
        if parent >= 0:
            turns[:, bone] = np.swapaxes(rig.rotation[:, parent], -1, -2) @ rig.rotation[:, bone]
    return turns
