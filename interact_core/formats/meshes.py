"""Object meshes: OBJ, PLY, STL, GLB and glTF, as triangles in metres with the file's own vertex order."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Mesh, Notice
from interact_core.errors import InputError
from interact_core.formats.obj_files import parse_obj
from interact_core.formats.zip_members import LFS_MAGIC, lfs_pointer, read_bytes, unreadable

MESH_SUFFIXES: Final = (".obj", ".ply", ".stl", ".glb", ".gltf")
MAX_VERTICES: Final = 5_000_000
MAX_BYTES: Final = 1 << 30
_log = logging.getLogger(__name__)


def read_mesh(path: Path) -> Mesh:
    """Triangles of a mesh file; several bodies in one file become one mesh. InputError names what makes it unusable."""
    return read_mesh_noting(path)[0]


def read_mesh_noting(path: Path) -> tuple[Mesh, tuple[Notice, ...]]:
    """As :func:`read_mesh`, with what had to be mended. The same unchanged file is parsed once per process."""
    path = Path(path)
    try:
        stat = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return _read_cached(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=32)
def _read_cached(path: Path, mtime: int, size: int) -> tuple[Mesh, tuple[Notice, ...]]:
    if path.suffix.lower() not in MESH_SUFFIXES:
        raise InputError(f"is not a mesh format we read ({', '.join(MESH_SUFFIXES)})", path=path, remedy="Convert it to OBJ")
    if size > MAX_BYTES:
        raise InputError(f"is {size >> 20} MB, too large for an object mesh", path=path, remedy=_DECIMATE)
    data = read_bytes(path)
    if data.startswith(LFS_MAGIC):
        raise lfs_pointer(path)
    notices: list[Notice] = []
    vertices, faces = _obj(data, path, notices) if path.suffix.lower() == ".obj" else _with_trimesh(path)
    return _checked(vertices, faces, path, notices), tuple(notices)


_DECIMATE: Final = "Simplify the mesh (a few ten thousand vertices are plenty for contact and penetration)"


def weld(mesh: Mesh) -> tuple[Mesh, NDArray[np.intp]]:
    """Merge vertices at exactly the same place (texture seams) so that a closed surface is closed; also the map old -> new.

    Faces that collapse are dropped. Use the result for signed distance only: sample indices count unmerged vertices.
    """
    unique, first, inverse = np.unique(mesh.vertices + np.float32(0), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)  # keep the order of first appearance, np.unique sorts by coordinate
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    mapping = rank[inverse.reshape(-1)].astype(np.intp)
    faces = mapping[mesh.faces]
    alive = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    return Mesh(np.ascontiguousarray(unique[order]), faces[alive].astype(np.int32), mesh.name), mapping


def _obj(data: bytes, path: Path, notices: list[Notice]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    # Latin-1 never fails: only comments and material names hold other characters, and they are not used.
    vertices, faces, skipped = parse_obj(data.decode("latin-1"), path)
    if skipped:
        text = f"{path.name}: {skipped} faces with fewer than three corners left out"
        notices.append(Notice("mesh-short-faces", text, "faces"))
    return vertices, faces


def _with_trimesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """PLY, STL, glTF: trimesh with processing off; the parts of a scene are placed and joined in file order."""
    import trimesh

    try:
        loaded = trimesh.load(str(path), process=False, maintain_order=True)
        bodies = loaded.dump() if isinstance(loaded, trimesh.Scene) else [loaded]
    except MemoryError as error:
        raise InputError("claims more data than memory can hold", path=path, remedy=_DECIMATE) from error
    # trimesh raises whatever its parsers run into (struct.error, KeyError, zlib.error, AssertionError, ...): a foreign
    # parser over untrusted bytes has no narrower contract, and the cause is kept.
    except Exception as error:
        raise InputError(
            f"cannot be parsed as a {path.suffix[1:].upper()} mesh ({error})", path=path, remedy="Export the mesh again"
        ) from error
    vertices, faces, offset = [np.zeros((0, 3))], [np.zeros((0, 3), np.int64)], 0
    for body in bodies:
        vertices.append(np.asarray(body.vertices, np.float64).reshape(-1, 3))
        if isinstance(body, trimesh.Trimesh):
            faces.append(np.asarray(body.faces, np.int64).reshape(-1, 3) + offset)
        offset += len(vertices[-1])
    return np.concatenate(vertices), np.concatenate(faces)


def _checked(vertices: NDArray[np.float64], faces: NDArray[np.int64], path: Path, notices: list[Notice]) -> Mesh:
    if len(vertices) == 0:
        raise InputError("has no vertices", path=path, field="vertices", remedy="The file is empty: export the mesh again")
    if len(vertices) > MAX_VERTICES:
        raise InputError(
            f"has {len(vertices)} vertices, at most {MAX_VERTICES} are accepted", path=path, field="vertices", remedy=_DECIMATE
        )
    if len(faces) == 0:
        raise InputError(
            "holds points but no faces", path=path, field="faces", remedy="A surface is needed: export a triangle mesh"
        )
    bad = ~np.isfinite(vertices).all(axis=1)
    if bad.any():
        raise InputError(
            f"has {bad.sum()} vertices that are not numbers (first: {int(np.argmax(bad))})", path=path, field="vertices",
            remedy="Repair or export the mesh again",
        )  # fmt: skip
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise InputError(
            f"has faces that name vertices it does not have (0 to {len(vertices) - 1} exist)", path=path, field="faces",
            remedy="The file is cut short or damaged: copy it again",
        )  # fmt: skip
    return Mesh(vertices.astype(np.float32), _drop_degenerate(vertices, faces, path, notices).astype(np.int32), path.stem)


def _drop_degenerate(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], path: Path, notices: list[Notice]
) -> NDArray[np.int64]:
    """Faces without area have no normal and poison signed distance: leave them out and say so."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    double_area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    longest = np.maximum.reduce([np.sum((b - a) ** 2, 1), np.sum((c - b) ** 2, 1), np.sum((a - c) ** 2, 1)])
    alive = double_area > 1e-10 * np.maximum(longest, 1e-30)
    if alive.all():
        return faces
    if not alive.any():
        raise InputError("has only faces without area", path=path, field="faces", remedy="Export the mesh again")
    notices.append(Notice("mesh-degenerate-faces", f"{path.name}: {(~alive).sum()} faces without area left out", "faces", "info"))
    _log.info("%s: %d degenerate faces left out", path, int((~alive).sum()))
    return faces[alive]
