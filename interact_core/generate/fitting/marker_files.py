"""Reads 77 markers a frame from what data sets and samplers store."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.bodies.markers import MARKER_NAMES
from interact_core.errors import InputError
from interact_core.formats.npz_files import NpzFile, read_npy
from interact_core.geometry.rotations import rotation_6d_to_matrix

NUM_MARKERS: Final = len(MARKER_NAMES)
FRAME_WIDTH: Final = 962
"""Columns of motion.npy: data format note, section 6.6. Markers come first."""
_MOST: Final = 100.0
"""Metres from the origin that no marker of an interaction lies beyond; millimetres do."""


def as_markers(values: NDArray[np.generic], path: Path | None = None) -> NDArray[np.float64]:
    """(T, 77, 3) from (T, 77, 3), (T, 231) or motion.npy's (T, 962). InputError when they cannot be markers."""
    if values.dtype.kind not in "fiu":
        raise InputError(f"holds {values.dtype}, not numbers", path=path, field="markers")
    found = np.asarray(values, np.float64)
    if found.ndim == 2 and found.shape[1] in (3 * NUM_MARKERS, FRAME_WIDTH):
        found = found[:, : 3 * NUM_MARKERS].reshape(-1, NUM_MARKERS, 3)
    if found.ndim != 3 or found.shape[1:] != (NUM_MARKERS, 3) or not len(found):
        raise InputError(
            f"has shape {values.shape}, markers are frames x 77 x 3", path=path, field="markers",
            remedy="Give markers.npy, or motion.npy with 962 columns",
        )  # fmt: skip
    found = np.where(np.isfinite(found).all(axis=-1, keepdims=True), found, np.nan)
    seen = np.isfinite(found[..., 0])
    if seen.sum() < 12 or seen.any(axis=1).sum() == 0:
        raise InputError("has hardly any marker that is a number", path=path, field="markers", remedy="Check the file")
    if np.nanmax(np.abs(found)) > _MOST:
        raise InputError(
            f"lies {np.nanmax(np.abs(found)):.0f} m from the origin",
            path=path,
            field="markers",
            remedy="Give positions in metres",
        )
    if np.nanmax(np.nanmax(found, axis=(0, 1)) - np.nanmin(found, axis=(0, 1))) < 0.1:
        raise InputError("lies within ten centimetres", path=path, field="markers", remedy="Give positions in metres")
    return found


def read_array(path: Path) -> NDArray[np.generic]:
    """What a npy file holds, or `markers` or `motion` of an npz."""
    if path.suffix.lower() != ".npz":
        return read_npy(path)
    stored = NpzFile(path)
    for name in ("markers", "motion"):
        if name in stored.keys:
            return stored.array(name)
    raise InputError("holds neither 'markers' nor 'motion'", path=path, remedy="Give markers.npy or motion.npy")


def object_track(values: NDArray[np.generic]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Rotations (T, 3, 3) and translations (T, 3) of the object in motion.npy's columns; None in other layouts."""
    if values.ndim != 2 or values.shape[1] != FRAME_WIDTH:
        return None
    columns = np.asarray(values, np.float64)
    return rotation_6d_to_matrix(columns[:, 476:482]), columns[:, 482:485]
