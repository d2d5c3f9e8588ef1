"""Clips from numbers that were read: what every adapter does last."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import BodyMotion, Clip, Gender, Mesh, Notice, ObjectMotion, ObjectPart, Shape, Source
from interact_core.consolidate.sources.recording import Raw
from interact_core.consolidate.sources.rotation_check import with_checked_rotations
from interact_core.consolidate.sources.table import SourceEntry
from interact_core.errors import InputError
from interact_core.formats.companions import mesh_in
from interact_core.formats.interact_body import BodySettings, absolute_hands
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.npz_files import check_floats

Doubles = NDArray[np.float64]
_ORTHOGONAL = 1e-2


def body_of(
    entry: SourceEntry, gender: Gender, shape: Shape, turns: Mapping[str, Doubles], models_dir: Path | None,
    notices: list[Notice],
) -> BodyMotion:  # fmt: skip
    """turns: orient (T, 3), body (T, 63), left and right (T, K) as coded, transl (T, 3), and perhaps jaw, left_eye, right_eye."""
    t = len(turns["transl"])
    settings = BodySettings(entry.body, entry.family, None, models_dir)
    left, right = absolute_hands(turns["left"], turns["right"], settings, gender, notices)
    eyes = np.stack((turns["left_eye"], turns["right_eye"]), axis=1) if "left_eye" in turns else None
    return BodyMotion(
        family=entry.family, gender=gender, shape=shape, global_orient=f32(turns["orient"]),
        body_pose=f32(turns["body"].reshape(t, 21, 3)), left_hand_pose=f32(left), right_hand_pose=f32(right),
        transl=f32(turns["transl"]), jaw_pose=f32(turns["jaw"]) if "jaw" in turns else None,
        eye_pose=None if eyes is None else f32(eyes),
    )  # fmt: skip


def raw_of(
    entry: SourceEntry, name: str, path: Path, body: BodyMotion, objects: tuple[ObjectMotion, ...], notices: list[Notice], *,
    fps: float = 0.0, models_dir: Path | None = None, metadata: Mapping[str, str] | None = None,
) -> Raw:  # fmt: skip
    """The recording with its provenance; the rotation check has run and has its say among the notices."""
    world = np.eye(4)
    world[:3, :3] = entry.y_up_from_source
    clip = Clip(
        id=name, fps=fps or entry.fps, body=body, objects=objects, source=Source(path, f"raw-{entry.name}", entry.name, world),
        notices=tuple(notices), metadata=MappingProxyType(dict(metadata or {})),
    )  # fmt: skip
    return Raw(with_checked_rotations(clip, models_dir), entry.y_up_from_source, entry.ground.of == "known")


def rigid(name: str, mesh: Mesh, rotation: Doubles, translation: Doubles) -> ObjectMotion:
    return ObjectMotion(name, (ObjectPart(name, mesh, f32(rotation), f32(translation)),))


def moved(mesh: Mesh, vertices: NDArray[np.floating], name: str = "") -> Mesh:
    return Mesh(vertices.astype(np.float32), mesh.faces, name or mesh.name)


def mesh_at(folder: Path, stem: str, notices: list[Notice]) -> Mesh:
    """`<folder>/<stem>.*`, or an InputError that says where it was looked for."""
    found = mesh_in(folder, stem)
    if found is None:
        raise InputError("is not there", path=folder / f"{stem}.obj", field="mesh", remedy="Copy the dataset's object meshes too")
    mesh, more = read_mesh_noting(found)
    notices.extend(more)
    return mesh


def check_proper(rotation: Doubles, path: Path, field: str) -> Doubles:
    """Rotation matrices as they are, or an InputError where they mirror or stretch."""
    away = np.abs(rotation @ np.swapaxes(rotation, -1, -2) - np.eye(3)).max(axis=(-2, -1))
    wrong = (away > _ORTHOGONAL) | (np.linalg.det(rotation) < 0)
    if wrong.any():
        raise InputError(
            f"has {int(wrong.sum())} matrices that are no rotations (first: frame {int(np.argmax(wrong))})", path=path,
            field=field, remedy="Download the recording again, or leave it out",
        )  # fmt: skip
    return rotation


def first_row(betas: NDArray[Any], path: Path, field: str = "betas") -> Doubles:
    """(N,) of (N,), (1, N) or one row a frame."""
    checked = check_floats(betas, (None,) * min(max(betas.ndim, 1), 2), path, field)
    return checked[0] if checked.ndim == 2 else checked


def f32(values: Any) -> NDArray[np.float32]:
    return np.asarray(values).astype(np.float32)
