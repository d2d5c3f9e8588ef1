"""Distance grids on disk, keyed by what the mesh contains: built once per object, rebuilt when a file is damaged."""

import logging
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np

from interact_core.clip import Mesh
from interact_core.geometry.grid_build import Lattice
from interact_core.geometry.object_grid import DEFAULT_PAD, DEFAULT_RESOLUTION, ObjectGrid, build_grid, usable_mesh
from interact_core.geometry.thin_shell import ShellReport
from interact_core.jobs.context import JobContext, NullContext
from interact_core.paths import write_atomic
from interact_core.settings import load_settings

log = logging.getLogger(__name__)
GRID_VERSION: Final = 1
"""Raise it when the construction changes, so that old files are not read."""


def grid_path(mesh: Mesh, cache_dir: Path, resolution: int = DEFAULT_RESOLUTION, pad: float = DEFAULT_PAD) -> Path:
    name = f"{mesh.content_hash}-r{resolution}-p{round(pad * 1000)}-v{GRID_VERSION}.npz"
    return cache_dir / "grids" / name


def load_or_build_grid(
    mesh: Mesh, cache_dir: Path, context: JobContext | None = None, *,
    resolution: int = DEFAULT_RESOLUTION, pad: float = DEFAULT_PAD,
) -> ObjectGrid:  # fmt: skip
    """The grid from the cache, else built and stored there. A folder that cannot be written costs time, nothing else."""
    path = grid_path(mesh, cache_dir, resolution, pad)
    found = _load(mesh, path)
    if found is not None:
        return found
    grid = build_grid(mesh, resolution, pad, context or NullContext())
    try:
        write_atomic(path, _encode(grid))
        trim(path.parent, load_settings().memory.disk_cache * 2**20)
    except OSError as error:
        log.warning("the distance grid of %s is not cached: %s", mesh.name, error)
    return grid


def trim(folder: Path, cap_bytes: int) -> None:
    """Delete the grids that were not written for longest until the folder holds at most `cap_bytes`."""
    found = sorted(((p.stat().st_mtime, p.stat().st_size, p) for p in folder.glob("*.npz")), reverse=True)
    held = 0
    for _, size, path in found:
        held += size
        if held > cap_bytes:
            path.unlink(missing_ok=True)


def _load(mesh: Mesh, path: Path) -> ObjectGrid | None:
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as data:
            lattice = Lattice(data["origin"].astype(np.float64), float(data["cell"]), _shape(data["values"]))
            shell = ShellReport(
                bool(data["thin"]), float(data["ambiguous"]), float(data["thin_walls"]), bool(data["flipped"])
            )  # fmt: skip
            return ObjectGrid(usable_mesh(mesh), lattice, data["values"], shell)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        log.warning("rebuilding a damaged distance grid %s: %s", path.name, error)
        return None


def _shape(values: np.ndarray) -> tuple[int, int, int]:
    if values.ndim != 3 or values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError(f"values {values.shape} {values.dtype}")
    x, y, z = values.shape
    return x, y, z


def _encode(grid: ObjectGrid) -> bytes:
    stream = BytesIO()
    np.savez(
        stream, values=grid.values, origin=grid.lattice.origin, cell=grid.lattice.cell, thin=grid.shell.thin,
        ambiguous=grid.shell.ambiguous, thin_walls=grid.shell.thin_walls, flipped=grid.shell.flipped,
    )  # fmt: skip
    return stream.getvalue()
