"""ARCTIC's articulated objects: which vertices are the lid, and where the hinge runs in a mesh that was centred."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh, Notice
from interact_core.errors import InputError
from interact_core.formats.companions import mesh_in
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.text_files import read_text

LID_FLAG: Final = 0
"""In parts.json; upstream's prose says 1, its code selects 0."""
_CENTRED: Final = 1e-4


@dataclass(frozen=True)
class ArcticParts:
    """Base and lid in the frame the clips pose, and the centre c (3,) that was subtracted: the hinge passes through -c."""

    base: Mesh
    lid: Mesh
    centre: NDArray[np.float64]


def read_arctic_parts(folder: Path, notices: list[Notice]) -> ArcticParts | None:
    """From mesh.obj with parts.json (preferred: that is what was centred with the clips), else from top/bottom; or None."""
    whole = mesh_in(folder, "mesh") or mesh_in(folder, folder.name)
    if whole is not None and (folder / "parts.json").is_file():
        mesh, more = read_mesh_noting(whole)
        notices.extend(more)
        base, lid = _split(mesh, _flags(folder / "parts.json", mesh))
        return ArcticParts(base, lid, _centre(mesh, folder, notices))
    top, bottom = mesh_in(folder, "top"), mesh_in(folder, "bottom")
    if top is None or bottom is None:
        return None
    (lid, more_lid), (base, more_base) = read_mesh_noting(top), read_mesh_noting(bottom)
    notices.extend((*more_lid, *more_base))
    return ArcticParts(base, lid, np.zeros(3))


def _flags(path: Path, mesh: Mesh) -> NDArray[np.bool_]:
    """(V,) true on the lid; per vertex in file order."""
    try:
        flags = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Copy it again from ARCTIC's meta folder") from error
    if not isinstance(flags, list) or len(flags) != len(mesh.vertices) or any(f not in (0, 1) for f in flags):
        got = f"{len(flags)} entries" if isinstance(flags, list) else type(flags).__name__
        raise InputError(
            f"has {got}, expected 0 or 1 for each of the {len(mesh.vertices)} vertices of mesh.obj", path=path, field="parts",
            remedy="parts.json and mesh.obj must come from the same release, the mesh saved without merging vertices",
        )  # fmt: skip
    return np.array([f == LID_FLAG for f in flags], bool)


def _split(mesh: Mesh, lid: NDArray[np.bool_]) -> tuple[Mesh, Mesh]:
    """A face belongs to the part that most of its corners have."""
    on_lid = lid[mesh.faces].sum(axis=1) >= 2
    if on_lid.all() or not on_lid.any():
        raise InputError("puts every face on the same part", path=mesh.name, field="parts", remedy="Copy parts.json again")
    return _submesh(mesh, ~on_lid, "base"), _submesh(mesh, on_lid, "lid")


def _submesh(mesh: Mesh, faces: NDArray[np.bool_], name: str) -> Mesh:
    used, compact = np.unique(mesh.faces[faces], return_inverse=True)
    return Mesh(mesh.vertices[used], compact.reshape(-1, 3).astype(np.int32), name)


def _centre(mesh: Mesh, folder: Path, notices: list[Notice]) -> NDArray[np.float64]:
    """What centring took away: mesh_tex.obj is the same surface left uncentred; zero for a mesh that never was centred."""
    mean = mesh.vertices.astype(np.float64).mean(axis=0)
    if np.linalg.norm(mean) > _CENTRED:
        return np.zeros(3)
    textured = mesh_in(folder, "mesh_tex")
    if textured is not None:
        other = read_mesh_noting(textured)[0].vertices.astype(np.float64)
        if other.shape == mesh.vertices.shape:
            offsets = other - mesh.vertices
            if np.ptp(offsets, axis=0).max() < 1e-3:
                return offsets.mean(axis=0)
        low, high = other.min(axis=0) - mesh.vertices.min(axis=0), other.max(axis=0) - mesh.vertices.max(axis=0)
        if np.abs(low - high).max() < 1e-3:
            return (low + high) / 2
    notices.append(Notice(
        "hinge-unsure", f"{folder.name}: the mesh was centred and nothing says by how much; the lid may turn about a wrong "
        "axis. Put the original mesh_tex.obj beside it.", "arti",
    ))  # fmt: skip
    return np.zeros(3)
