"""Files that were computed from a clip, against the clip as it stands: markers.npy, motion.npy, data.npz, the object's BPS.

Shapes and columns: the data format note, sections 6.4 to 6.8.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, ObjectPart
from interact_core.errors import InputError
from interact_core.formats.findings import Finding
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.npz_files import check_floats, read_npy
from interact_core.formats.zip_members import ZipMembers

NUM_MARKERS: Final = 77
MOTION_WIDTH: Final = 962
_PLACE: Final = slice(482, 485)
"""Columns of motion.npy that hold the object's translation."""
_SAME: Final = 1e-3
_REACH: Final = 0.8
"""Metres that the middle of the markers may lie from the model's origin: half a person."""
_REBUILD: Final = "Make the file again from the clip; without it readers compute what they need"


def check_derived(clip: Clip) -> Iterator[Finding]:
    """Findings about one InterAct clip's computed files."""
    if clip.source is None or clip.source.format != "interact":
        return
    folder, parts = clip.source.path, [part for obj in clip.objects for part in obj.parts]
    markers: NDArray[np.float64] | None = None
    for name, width, code in (("markers.npy", (NUM_MARKERS, 3), "markers"), ("motion.npy", (MOTION_WIDTH,), "motion")):
        path = folder / name
        if not path.is_file():
            continue
        array, finding = _read(path, (clip.num_frames, *width), code)
        if finding is not None:
            yield finding
        elif array is not None and code == "markers":
            markers = array
            yield from _check_place(clip, array, path)
        elif array is not None:
            yield from _check_motion(array, markers, parts, path)
    yield from _check_light(folder / "data.npz")
    yield from _check_bps(clip, folder)


def _read(path: Path, shape: tuple[int, ...], code: str) -> tuple[NDArray[np.float64] | None, Finding | None]:
    try:
        array = read_npy(path)
        if array.shape != shape:
            text = f"has the shape {array.shape}, the clip asks for {shape}"
            return None, Finding(f"{code}-shape", "error", path, path.name, text, _REBUILD)
        return check_floats(array, shape, path, None), None
    except InputError as error:
        return None, Finding(f"{code}-unreadable", "error", path, path.name, error.problem, _REBUILD)


def _check_place(clip: Clip, markers: NDArray[np.float64], path: Path) -> Iterator[Finding]:
    """Markers of another frame: InterAct's script leaves those from before the canonical one."""
    away = float(np.median(np.linalg.norm(markers.mean(axis=1) - clip.body.transl, axis=1)))
    if away > _REACH:
        text = f"the markers lie {away:.2f} m from the body: they are of another frame"
        yield Finding("markers-elsewhere", "warning", path, path.name, text, _REBUILD)


def _check_motion(
    motion: NDArray[np.float64], markers: NDArray[np.float64] | None, parts: list[ObjectPart], path: Path
) -> Iterator[Finding]:
    off = []
    if len(parts) == 1:
        off.append(("the object", float(np.abs(motion[:, _PLACE] - parts[0].translation).max())))
    if markers is not None:
        off.append(("the markers", float(np.abs(motion[:, :231] - markers.reshape(len(markers), -1)).max())))
    for what, distance in off:
        if distance > _SAME:
            text = f"{what} of motion.npy is up to {distance:.3g} m away from the clip's"
            yield Finding("motion-stale", "warning", path, path.name, text, _REBUILD)
            return


def _check_light(path: Path) -> Iterator[Finding]:
    """LIGHT's loader wants a key that InterAct's script never writes (D11). Names only: the file holds pickled objects."""
    if not path.is_file():
        return
    try:
        names = {name.removesuffix(".npy") for name in ZipMembers(path).names}
    except InputError as error:
        yield Finding("light-unreadable", "warning", path, path.name, error.problem, _REBUILD)
        return
    if "foot_contact" not in names:
        text = "has no foot_contact, without which LIGHT's loader stops"
        yield Finding("light-no-feet", "warning", path, "foot_contact", text, "Make data.npz again with this program")


def _check_bps(clip: Clip, folder: Path) -> Iterator[Finding]:
    for obj in clip.objects:
        path = dataset_root_of(folder) / "objects_bps" / obj.name / f"{obj.name}_1024.npy"
        if not path.is_file():
            continue
        _, finding = _read(path, (1, 1024, 3), "bps")
        if finding is not None:
            yield finding
