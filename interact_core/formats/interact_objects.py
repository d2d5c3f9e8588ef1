"""`object*.npz` and the meshes they name -> ObjectMotion: rigid, ARCTIC's hinged lid, ParaHome's parts."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Hinge, Mesh, Notice, ObjectMotion, ObjectPart
from interact_core.errors import InputError
from interact_core.formats.arctic_parts import ArcticParts, read_arctic_parts
from interact_core.formats.companions import find_mesh, mesh_in
from interact_core.formats.datasets import Dataset
from interact_core.formats.meshes import read_mesh_noting
from interact_core.formats.npz_files import NpzFile
from interact_core.formats.parahome_gaps import fill_gaps, missing_frames
from interact_core.geometry.rotations import axis_angle_to_matrix

Doubles = NDArray[np.float64]
_KEYS: Final = {"angles": "obj_angle", "trans": "obj_trans", "name": "obj_name"}
"""Standard key -> the optimisers' key for the same array."""


@dataclass(frozen=True)
class Track:
    """One object file: rotation (T, 3, 3), translation (T, 3), the name it states, and our writer's extra keys."""

    name: str
    rotation: Doubles
    translation: Doubles
    arti: Doubles | None
    missing: NDArray[np.bool_] | None
    parent: str | None
    hinge: Hinge | None


@dataclass(frozen=True)
class ObjectRoots:
    """Where a clip's object files and meshes may lie: the clip folder first, then the base dataset's."""

    clip_folders: tuple[Path, ...]
    dataset_roots: tuple[Path, ...]
    dataset: Dataset
    num_frames: int


def read_objects(roots: ObjectRoots, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    """The clip's objects; an absent file or mesh gives a notice and no object, a broken one an InputError."""
    for folder in roots.clip_folders:
        if (folder / "object.npz").is_file():
            _note_borrowed(folder, roots, notices)
            return _single(folder / "object.npz", roots, notices)
        if parts := _part_files(folder):
            _note_borrowed(folder, roots, notices)
            return _many_parts(parts, roots, notices)
    base = f" (nor in {roots.clip_folders[1]})" if len(roots.clip_folders) > 1 else ""
    text = f"There is no object.npz in {roots.clip_folders[0]}{base}; the clip is shown without its object."
    notices.append(Notice("object-missing", text, "object.npz", "error"))
    return ()


def _note_borrowed(folder: Path, roots: ObjectRoots, notices: list[Notice]) -> None:
    if folder != roots.clip_folders[0]:
        notices.append(Notice("object-borrowed", f"The object's motion comes from {folder}.", "object.npz", "info"))


def read_track(path: Path, num_frames: int | None = None) -> Track:
    """One object file in either key dialect."""
    file = NpzFile(path)
    angles, trans = (key if key in file.keys else _KEYS[key] for key in ("angles", "trans"))
    if angles not in file.keys:
        file.require("angles")
    rotation = axis_angle_to_matrix(file.floats(angles, (None, 3)))
    translation = file.floats(trans if trans in file.keys else "trans", (None, 3))
    name = next((file.string(k) for k in ("name", "obj_name") if k in file.keys), "")
    _check_frames(path, len(rotation), len(translation), num_frames)
    t = len(rotation)
    missing = file.floats("missing", (t,)) > 0.5 if "missing" in file.keys else None
    return Track(name, rotation, translation, _arti(file, t), missing, *_parentage(file, t))


def _check_frames(path: Path, rotations: int, translations: int, body: int | None) -> None:
    if rotations != translations or (body is not None and rotations != body):
        told = f"{rotations} rotations, {translations} translations" + (f", the body has {body} frames" if body else "")
        raise InputError(
            f"has another number of frames ({told})", path=path, field="trans",
            remedy="Body and object must cover the same frames: export the clip again, or cut all files to the same frames",
        )  # fmt: skip


def _arti(file: NpzFile, t: int) -> Doubles | None:
    if "arti" not in file.keys:
        return None
    array = file.array("arti")
    return file.floats("arti", (t, 1))[:, 0] if array.ndim == 2 else file.floats("arti", (t,))


def _parentage(file: NpzFile, t: int) -> tuple[str | None, Hinge | None]:
    """Our writer's own keys: which part this one hangs on, and the hinge it turned about."""
    parent = file.string("parent") if "parent" in file.keys else None
    if "hinge_axis" not in file.keys:
        return parent, None
    axis, point = file.floats("hinge_axis", (3,)), file.floats("hinge_point", (3,))
    return parent, Hinge(axis, point, file.floats("hinge_angle", (t,)))


def _single(path: Path, roots: ObjectRoots, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    track = read_track(path, roots.num_frames)
    name = track.name or _name_from_clip(path, roots, notices)
    _check_name(name, path)
    if roots.dataset.objects == "arctic" and track.arti is not None:
        return _arctic(name, track, roots, notices)
    mesh = _mesh(name, name, roots, notices)
    return (ObjectMotion(name, (_part(name, mesh, track),)),) if mesh else ()


def _name_from_clip(path: Path, roots: ObjectRoots, notices: list[Notice]) -> str:
    match = re.match(roots.dataset.clip_object, path.parent.name) if roots.dataset.clip_object else None
    name = match[1] if match and match.groups() else ""
    notices.append(Notice("object-unnamed", f"object.npz names no object; '{name}' is taken from the clip's name", "name"))
    return name


def _check_name(name: str, path: Path) -> None:
    """Names become paths: nothing in a file may lead out of the objects folder."""
    if not re.fullmatch(r"[\w .()+-]+", name) or name.startswith("."):
        raise InputError(
            f"names the object '{name[:40]}', which cannot be a folder name", path=path, field="name",
            remedy="Use letters, digits, '_' and '-'",
        )  # fmt: skip


def _part(name: str, mesh: Mesh, track: Track) -> ObjectPart:
    return ObjectPart(
        name, mesh, track.rotation.astype(np.float32), track.translation.astype(np.float32),
        track.parent, track.hinge, track.missing,
    )  # fmt: skip


def _mesh(folder: str, stem: str, roots: ObjectRoots, notices: list[Notice]) -> Mesh | None:
    """`objects/<folder>/<stem>.*` in the dataset, then in its base, then beside or above a loose clip."""
    found = next((p for root in roots.dataset_roots if (p := mesh_in(root / "objects" / folder, stem))), None)
    if found is None and folder == stem:
        found = find_mesh(roots.clip_folders[0], stem, siblings=False)
        if found is not None:
            notices.append(Notice("mesh-borrowed", f"The object's mesh comes from {found}.", "objects", "info"))
    if found is None:
        text = f"No mesh {roots.dataset_roots[0] / 'objects' / folder / stem}.obj; the object is not shown."
        notices.append(Notice("mesh-missing", text, "objects", "error"))
        return None
    mesh, more = read_mesh_noting(found)
    notices.extend(more)
    return mesh


def _arctic(name: str, track: Track, roots: ObjectRoots, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    folder = next((f for root in roots.dataset_roots if (f := root / "objects" / name).is_dir()), None)
    parts = read_arctic_parts(folder, notices) if folder else None
    if parts is None or track.arti is None:
        mesh = _mesh(name, name, roots, notices) or _mesh(name, "mesh", roots, notices)
        if mesh is not None:
            notices.append(Notice("arctic-not-hinged", f"{name}: no parts.json or top/bottom meshes; shown closed", "arti"))
        return (ObjectMotion(name, (_part(name, mesh, track),)),) if mesh else ()
    return (ObjectMotion(name, hinged(parts, track, track.arti)),)


_ARCTIC_AXIS: Final = np.array([0.0, 0.0, -1.0])


def hinged(parts: ArcticParts, track: Track, angle: Doubles) -> tuple[ObjectPart, ...]:
    """v_lid' = R (Rot (v + c) - c) + t about the hinge through the original origin, which lies at -c in a centred mesh."""
    base = _part("base", parts.base, track)
    turn = axis_angle_to_matrix(angle[:, None] * _ARCTIC_AXIS)
    shift = (turn - np.eye(3)) @ parts.centre
    translation = track.translation + (track.rotation @ shift[..., None])[..., 0]
    lid = replace(track, rotation=track.rotation @ turn, translation=translation)
    hinge = Hinge(_ARCTIC_AXIS.astype(np.float32), (-parts.centre).astype(np.float32), angle.astype(np.float32))
    return base, replace(_part("lid", parts.lid, lid), parent="base", hinge=hinge)


def _part_files(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(sorted(folder.glob("object_*_*.npz")))
    except OSError:
        return ()


def _many_parts(files: tuple[Path, ...], roots: ObjectRoots, notices: list[Notice]) -> tuple[ObjectMotion, ...]:
    grouped: dict[str, list[tuple[str, Track]]] = {}
    tracks = [(path, read_track(path, roots.num_frames)) for path in files]
    masks = missing_frames([(t.rotation, t.translation) for _, t in tracks]) if roots.dataset.objects == "parts" else None
    for index, (path, track) in enumerate(tracks):
        name, _, part = path.stem.removeprefix("object_").rpartition("_")
        _check_name(name, path)
        if masks is not None and track.missing is None and masks[index].any():
            track = _with_gaps(track, masks[index], path, notices)
        grouped.setdefault(name, []).append((part, track))
    if roots.dataset.objects == "parts":
        notices.append(_NO_MASK)
    return tuple(motion for name, parts in grouped.items() if (motion := _assemble(name, parts, roots, notices)))


_NO_MASK: Final = Notice(
    "parahome-missing-mask", "ParaHome files do not say in which frames a part was not seen; frames holding the identity "
    "pose are taken for missing.", "object_*.npz", "info",
)  # fmt: skip


def _with_gaps(track: Track, mask: NDArray[np.bool_], path: Path, notices: list[Notice]) -> Track:
    notices.append(
        Notice("part-missing", f"{path.name}: not seen in {int(mask.sum())} frames; its last known pose is held", path.name)
    )
    source = fill_gaps(mask)
    return replace(track, rotation=track.rotation[source], translation=track.translation[source], missing=mask)


def _assemble(name: str, parts: list[tuple[str, Track]], roots: ObjectRoots, notices: list[Notice]) -> ObjectMotion | None:
    parts.sort(key=lambda item: (item[0] != "base", item[0]))
    made = []
    for part, track in parts:
        mesh = _mesh(name, part, roots, notices)
        if mesh is not None:
            parent = track.parent or ("base" if part != "base" and parts[0][0] == "base" else None)
            made.append(replace(_part(part, mesh, track), parent=parent))
    return ObjectMotion(name, tuple(made)) if made else None
