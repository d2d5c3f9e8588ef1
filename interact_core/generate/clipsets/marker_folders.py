"""Clip folders with markers and no body: the markers are fitted with the open body once, and the fit is kept."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interact_core.bodies.library import open_body
from interact_core.clip import BodyMotion, Clip, Notice, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder
from interact_core.formats.clip_store import clip_files, read_clip_files
from interact_core.formats.clip_words import read_actions, read_captions
from interact_core.formats.companions import mesh_in
from interact_core.formats.datasets import objects_in_name
from interact_core.formats.interact_layout import dataset_of_folder, dataset_root_of, read_meta, settle_dataset
from interact_core.formats.interact_objects import ObjectRoots, read_objects
from interact_core.formats.listing import ClipRef
from interact_core.formats.meshes import read_mesh
from interact_core.generate.fitting.fit import fit_markers
from interact_core.generate.fitting.marker_files import as_markers, object_track, read_array
from interact_core.generate.fitting.options import FitOptions

MARKERS: Final = "markers"
"""The format of such a :class:`ClipRef`."""
_FILES: Final = ("markers.npy", "motion.npy")
_MAX_DEPTH: Final = 5


def marker_refs(root: Path) -> Iterator[ClipRef]:
    """Folders below a path with one of these files and no human.npz."""
    base = len(root.parts)
    for folder, folders, files in os.walk(root):
        path = Path(folder)
        deep = len(path.parts) - base >= _MAX_DEPTH
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        if "human.npz" not in files and any(name in files for name in _FILES):
            dataset = dataset_of_folder(path)
            yield ClipRef(str(path.relative_to(root)), dataset, path, MARKERS, objects_in_name(dataset, path.name))


def read_marker_clip(ref: ClipRef, cache: Path) -> Clip:
    """The fitted body with the folder's object, words and classes. Fitting takes about a second for 15 frames, the first time."""
    entry, notices = settle_dataset(ref.path, ref.dataset), list[Notice]()
    files = [ref.path / name for name in _FILES if (ref.path / name).is_file()]
    fps = _fps(ref.path)
    body = _fitted(files[0], fps, cache)
    objects: tuple[ObjectMotion, ...]
    if (ref.path / "object.npz").is_file():
        objects = read_objects(ObjectRoots((ref.path,), (dataset_root_of(ref.path),), entry, body.num_frames), notices)
    else:
        objects = _object_of_motion(ref, files[-1])
    captions = read_captions((ref.path,), fps, body.num_frames, notices)
    return Clip(ref.id, fps, body, objects, captions, read_actions((ref.path,), notices), notices=tuple(notices))


def _fps(folder: Path) -> float:
    told = read_meta(folder).get("fps", "30")
    try:
        return float(told)
    except ValueError as error:
        raise InputError(f"{told!r} is no frame rate", path=folder / "meta.json", field="fps") from error


def _fitted(path: Path, fps: float, cache: Path) -> BodyMotion:
    markers = as_markers(read_array(path), path)
    told = hashlib.sha256(markers.tobytes() + f"{fps:g}".encode()).hexdigest()[:32]
    kept = cache / "fitted" / told
    if not kept.is_dir():
        motion = fit_markers(markers, open_body("neutral"), FitOptions(fps=fps)).motion
        with new_folder(kept, overwrite=True) as folder:
            for name, data in clip_files(Clip("fitted", fps, motion, ())).items():
                (folder / name).write_bytes(data)
    return read_clip_files(kept).body


def _object_of_motion(ref: ClipRef, path: Path) -> tuple[ObjectMotion, ...]:
    """motion.npy has the object's way; which object it is says the clip's name."""
    track = object_track(read_array(path))
    if track is None or not ref.object_names:
        raise InputError("tells of no object: there is no object.npz, and no motion.npy with an object in the clip's name",
                         path=ref.path, remedy="Add object.npz")  # fmt: skip
    name = ref.object_names[0]
    mesh = mesh_in(dataset_root_of(ref.path) / "objects" / name, name)
    if mesh is None:
        raise InputError(f"there is no mesh of {name!r}", path=ref.path, remedy=f"Put it into objects/{name}/")
    return (ObjectMotion(name, (ObjectPart("base", read_mesh(mesh), *track),)),)
