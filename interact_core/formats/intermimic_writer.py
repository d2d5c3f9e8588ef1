"""Write InterMimic's tensor (T, 591): the columns that formats/intermimic reads, and the names its own loader wants."""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip.skeleton import MUJOCO_ORDER, NUM_JOINTS, PARENTS
from interact_core.formats.intermimic import COLUMNS, SMPL_FROM_UPRIGHT, YUP_FROM_ZUP
from interact_core.geometry.rotations import global_to_local, matrix_to_axis_angle, matrix_to_quaternion_xyzw, steady_quaternions

MUJOCO_NAMES: Final[tuple[str, ...]] = (
    "Pelvis", "L_Hip", "L_Knee", "L_Ankle", "L_Toe", "R_Hip", "R_Knee", "R_Ankle", "R_Toe", "Torso", "Spine", "Chest", "Neck",
    "Head", *(f"L_{part}" for part in ("Thorax", "Shoulder", "Elbow", "Wrist")),
    *(f"L_{finger}{k}" for finger in ("Index", "Middle", "Pinky", "Ring", "Thumb") for k in (1, 2, 3)),
    *(f"R_{part}" for part in ("Thorax", "Shoulder", "Elbow", "Wrist")),
    *(f"R_{finger}{k}" for finger in ("Index", "Middle", "Pinky", "Ring", "Thumb") for k in (1, 2, 3)),
)  # fmt: skip
"""Of the bodies in the file's order; slot k is joint MUJOCO_ORDER[k]."""


@dataclass(frozen=True)
class Tracks:
    """What the columns say, +Y up, joints in SMPL-H order: world rotations (T, 52, 3, 3), joints (T, 52, 3), the object's
    rotation (T, 3, 3) and place (T, 3), its contact (T,) in {0, 1} and the joints' (T, 52) in {-1, 0, 1}."""

    rotation: NDArray[np.floating]
    joints: NDArray[np.floating]
    object_rotation: NDArray[np.floating]
    object_place: NDArray[np.floating]
    object_contact: NDArray[np.floating]
    joint_contact: NDArray[np.floating]


def intermimic_columns(tracks: Tracks) -> NDArray[np.float32]:
    """(T, 591) float32, z up."""
    zup = YUP_FROM_ZUP.T
    upright = zup @ np.asarray(tracks.rotation, np.float64) @ SMPL_FROM_UPRIGHT.T
    order, count = list(MUJOCO_ORDER), len(upright)
    local = matrix_to_axis_angle(global_to_local(upright, PARENTS))[:, order]
    quaternions = steady_quaternions(matrix_to_quaternion_xyzw(upright[:, order]))
    joints = (np.asarray(tracks.joints, np.float64) @ zup.T)[:, order]
    columns = np.zeros((count, COLUMNS))
    columns[:, 0:3], columns[:, 3:7] = joints[:, 0], quaternions[:, 0]
    columns[:, 9:162] = local[:, 1:].reshape(count, -1)
    columns[:, 162:318] = joints.reshape(count, -1)
    columns[:, 318:321] = np.asarray(tracks.object_place, np.float64) @ zup.T
    columns[:, 321:325] = steady_quaternions(matrix_to_quaternion_xyzw(zup @ np.asarray(tracks.object_rotation, np.float64)))
    columns[:, 330] = tracks.object_contact
    columns[:, 331:383] = tracks.joint_contact[:, order]
    columns[:, 383:591] = quaternions.reshape(count, 4 * NUM_JOINTS)
    return columns.astype(np.float32)


def tensor_bytes(columns: NDArray[np.float32]) -> bytes:
    """As `torch.save` writes one tensor."""
    import torch

    stream = io.BytesIO()
    torch.save(torch.from_numpy(np.ascontiguousarray(columns)), stream)
    return stream.getvalue()
