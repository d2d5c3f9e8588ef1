"""InterMimic `.pt` clips (591 columns): world z-up, MuJoCo joint order, "upright" body quaternions.

Layout and the factor (0.5, 0.5, 0.5, 0.5) between file and SMPL rotations: InterAct's simulation export, checked on the
shipped clips (every rest offset constant to 0.00 mm). The files give joints but no betas, so the shape is the recovered
rest skeleton and `transl` is the pelvis.
"""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Clip, Notice, ObjectMotion, ObjectPart, RestJoints, Source
from interact_core.clip.skeleton import MUJOCO_ORDER, NUM_JOINTS, PARENTS
from interact_core.errors import InputError
from interact_core.formats.companions import find_mesh, find_sentences
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.skeleton import recover_skeleton
from interact_core.formats.torch_zip import read_tensor
from interact_core.geometry.rotations import (
    axis_angle_to_matrix,
    global_to_local,
    matrix_to_axis_angle,
    quaternion_xyzw_to_matrix,
)

COLUMNS: Final = 591
FPS: Final = 30.0
_SKILLMIMIC_COLUMNS: Final = 337
YUP_FROM_ZUP: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Rx(-90 degrees): (x, y, z) -> (x, z, -y)."""
SMPL_FROM_UPRIGHT: Final = quaternion_xyzw_to_matrix(np.array([0.5, 0.5, 0.5, 0.5]))
_UNIT_TOLERANCE: Final = 1e-2


@dataclass(frozen=True)
class _Columns:
    """The tensor cut into its blocks, joints in SMPL-H order, still z-up."""

    local: NDArray[np.float64]
    joints: NDArray[np.float64]
    object_position: NDArray[np.float64]
    object_quaternion: NDArray[np.float64]
    object_contact: NDArray[np.float32]
    joint_contact: NDArray[np.float32]
    quaternions: NDArray[np.float64]


def object_name_of(stem: str) -> str:
    """`sub2_largetable_003` -> `largetable`: the second-last field, as InterMimic's own loader takes it; "" without one."""
    fields = stem.split("_")
    return fields[-2] if len(fields) >= 3 else ""


def read_intermimic(path: Path, clip_id: str, dataset: str = "") -> Clip:
    """One clip, y-up. A missing object mesh gives a clip without object and a notice; bad numbers an InputError."""
    columns = _split(_load(path))
    notices: list[Notice] = []
    columns, good = _hold_invalid_rows(columns, path, notices)
    world = YUP_FROM_ZUP @ quaternion_xyzw_to_matrix(columns.quaternions) @ SMPL_FROM_UPRIGHT
    skeleton = recover_skeleton(world, columns.joints @ YUP_FROM_ZUP.T, good)
    notices.extend(skeleton.notices)
    notices.extend(_compare_local(columns, world, good))
    world_from_source = np.eye(4)
    world_from_source[:3, :3] = YUP_FROM_ZUP
    stem = path.stem
    captions, more = find_sentences(path.parent, stem)
    objects = _objects(path, columns, notices)
    return Clip(
        id=clip_id, fps=FPS, body=_body(world, skeleton.rest_joints, skeleton.joints[:, 0]),
        objects=objects, captions=captions,
        source=Source(path, "intermimic", dataset, world_from_source),
        notices=(*notices, *more),
        recorded_joints=skeleton.joints.astype(np.float32),
        recorded_contact=MappingProxyType({"object": columns.object_contact, "joints": columns.joint_contact}),
        metadata=MappingProxyType({"subject": stem.split("_")[0]} if "_" in stem else {}),
    )  # fmt: skip


def _load(path: Path) -> NDArray[np.float32]:
    tensor = read_tensor(path)
    if tensor.ndim != 2 or tensor.shape[1] != COLUMNS:
        if tensor.ndim == 2 and tensor.shape[1] == _SKILLMIMIC_COLUMNS:
            raise InputError("recognised, not readable yet: a SkillMimic clip (337 columns)", path=path)
        raise InputError(
            f"holds an array {tensor.shape}, InterMimic clips are (frames, {COLUMNS})", path=path, field="tensor",
            remedy="Check that this is an InterMimic motion file",
        )  # fmt: skip
    if tensor.dtype.kind != "f":
        raise InputError(f"holds {tensor.dtype} numbers instead of floats", path=path, field="tensor")
    # float64 columns beyond float32's range become infinite here and are caught next.
    with np.errstate(over="ignore"):
        numbers: NDArray[np.float32] = tensor.astype(np.float32, copy=False)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        raise InputError(
            f"has {int(bad.sum())} values that are not numbers (first: frame {row}, column {column})", path=path,
            field=_block_name(column), remedy="Export the clip again or remove the damaged frames",
        )  # fmt: skip
    if np.abs(numbers).max() > 1e4:
        column = int(np.argmax(np.abs(numbers).max(axis=0)))
        raise InputError(
            f"has values up to {np.abs(numbers).max():.3g} in column {column}; positions are metres",
            path=path, field=_block_name(column), remedy="The file is damaged or not an InterMimic clip",
        )  # fmt: skip
    return numbers


_BLOCKS: Final = (
    (3, "root position"), (7, "root quaternion"), (9, "unused"), (162, "local rotations"), (318, "positions"),
    (321, "object position"), (325, "object quaternion"), (330, "unused"), (331, "object contact"),
    (383, "contact labels"), (COLUMNS, "quaternions"),
)  # fmt: skip


def _block_name(column: int) -> str:
    return next(name for end, name in _BLOCKS if column < end)


def _split(tensor: NDArray[np.float32]) -> _Columns:
    t = len(tensor)
    wide = tensor.astype(np.float64)
    quaternions, joints = np.empty((t, NUM_JOINTS, 4)), np.empty((t, NUM_JOINTS, 3))
    contact, local = np.empty((t, NUM_JOINTS), np.float32), np.empty((t, NUM_JOINTS, 3))
    order = list(MUJOCO_ORDER)
    quaternions[:, order] = wide[:, 383:591].reshape(t, NUM_JOINTS, 4)
    joints[:, order] = wide[:, 162:318].reshape(t, NUM_JOINTS, 3)
    contact[:, order] = tensor[:, 331:383]
    local[:, order] = np.concatenate((np.zeros((t, 3)), wide[:, 9:162]), axis=1).reshape(t, NUM_JOINTS, 3)
    return _Columns(local, joints, wide[:, 318:321], wide[:, 321:325], tensor[:, 330].copy(), contact, quaternions)


def _hold_invalid_rows(columns: _Columns, path: Path, notices: list[Notice]) -> tuple[_Columns, NDArray[np.bool_]]:
    """Rows whose quaternions are not unit hold the nearest valid frame's pose; contact labels stay as they are."""
    body = np.all(_unit_rows(columns.quaternions), axis=1)
    thing = _unit_rows(columns.object_quaternion)
    remedy = "Export the clip again: its rotations are lost"
    if not body.any():
        raise InputError("has no frame with valid body rotations", path=path, field="quaternions", remedy=remedy)
    if not thing.any():
        raise InputError("has no frame with valid object rotations", path=path, field="object quaternion", remedy=remedy)
    for name, good in (("quaternions", body), ("object quaternion", thing)):
        if not good.all():
            notices.append(_held(name, np.flatnonzero(~good)))
    from_body, from_thing = _nearest_valid(body), _nearest_valid(thing)
    held = _Columns(
        columns.local[from_body], columns.joints[from_body], columns.object_position[from_thing],
        columns.object_quaternion[from_thing], columns.object_contact, columns.joint_contact,
        columns.quaternions[from_body],
    )  # fmt: skip
    return held, body


def _unit_rows(quaternions: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.abs(np.linalg.norm(quaternions, axis=-1) - 1.0) < _UNIT_TOLERANCE


def _nearest_valid(good: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(T,) index of the closest True; ties go to the earlier frame."""
    valid = np.flatnonzero(good)
    frames = np.arange(len(good))
    after = np.clip(np.searchsorted(valid, frames), 0, len(valid) - 1)
    before = np.clip(after - 1, 0, None)
    closer_after = np.abs(valid[after] - frames) < np.abs(valid[before] - frames)
    return np.where(closer_after, valid[after], valid[before])


def _held(name: str, frames: NDArray[np.intp]) -> Notice:
    which = f"frame {frames[0]}" if len(frames) == 1 else f"{len(frames)} frames (first: {frames[0]})"
    return Notice("zero-quaternion", f"{which} has no valid rotation in '{name}'; the nearest valid frame is held instead.", name)


def _compare_local(columns: _Columns, world: NDArray[np.float64], good: NDArray[np.bool_]) -> list[Notice]:
    """The file states local rotations twice; say so when the copies disagree (we use the world quaternions)."""
    upright = world @ SMPL_FROM_UPRIGHT.T
    local = global_to_local(upright, PARENTS)[good][:, 1:]
    difference = np.swapaxes(axis_angle_to_matrix(columns.local[good][:, 1:]), -1, -2) @ local
    worst = float(np.linalg.norm(matrix_to_axis_angle(difference), axis=-1).max())
    if worst < 0.05:
        return []
    text = f"Local and world rotations differ by up to {np.degrees(worst):.1f} degrees; the world ones are used."
    return [Notice("rotations-disagree", text, "local rotations")]


def _body(world: NDArray[np.float64], rest_joints: NDArray[np.float64], root: NDArray[np.float64]) -> BodyMotion:
    pose = matrix_to_axis_angle(global_to_local(world, PARENTS)).astype(np.float32)
    return BodyMotion(
        family="smplx", gender="neutral", shape=RestJoints(rest_joints.astype(np.float32)),
        global_orient=pose[:, 0], body_pose=pose[:, 1:22], left_hand_pose=pose[:, 22:37], right_hand_pose=pose[:, 37:52],
        transl=root.astype(np.float32),
    )  # fmt: skip


def _objects(path: Path, columns: _Columns, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    name = object_name_of(path.stem)
    found = find_mesh(path.parent, name, siblings=True) if name else None
    if found is None:
        what = f"No mesh objects/{name}/{name}.obj" if name else "The file name names no object (sub<N>_<object>_<index>)"
        notices.append(Notice(
            "mesh-missing", f"{what} beside or above {path.parent}; the clip is shown without its object.", "objects", "error"
        ))  # fmt: skip
        return ()
    mesh, more = read_mesh_noting(found)
    notices.extend(more)
    if not found.is_relative_to(path.parent.parent):
        notices.append(Notice("mesh-borrowed", f"The object's mesh comes from {found}.", "objects", "info"))
    rotation = YUP_FROM_ZUP @ quaternion_xyzw_to_matrix(columns.object_quaternion)
    translation = columns.object_position @ YUP_FROM_ZUP.T
    part = ObjectPart(name, mesh, rotation.astype(np.float32), translation.astype(np.float32))
    return (ObjectMotion(name, (part,)),)
