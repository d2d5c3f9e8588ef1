"""One door to every clip format: list what a path holds, then read one clip at a time."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from interact_core.clip import Clip, Notice
from interact_core.errors import InputError
from interact_core.formats.clip_store import read_clip_files
from interact_core.formats.datasets import dataset_for, guess_dataset, objects_in_name
from interact_core.formats.interact_layout import CLIP_FILES, SEQUENCE_FOLDERS, dataset_of_folder, dataset_root_of, read_interact
from interact_core.formats.intermimic import COLUMNS, object_name_of, read_intermimic
from interact_core.formats.listing import ClipRef, Listing, is_folder
from interact_core.formats.meshes import MESH_SUFFIXES
from interact_core.formats.options import DEFAULT_OPTIONS, ReadOptions
from interact_core.formats.torch_zip import read_tensor_shape
from interact_core.formats.zip_members import unreadable

__all__ = ["ClipRef", "Listing", "ReadOptions", "open_path", "read_clip", "sniff"]

INTERACT: Final = "interact"
INTERMIMIC: Final = "intermimic"
STORED: Final = "stored"
"""A folder of `clip_store`: what a project made of a clip and treats as one of its own."""
_NOT_CLIPS: Final = frozenset({"raw", "objects", "objects_bps", "annotation", "annotations", "text"})
_MAX_DEPTH: Final = 5
_LATER: Final = {"skillmimic": "SkillMimic clips (337 columns)", "joints": "joint positions without rotations (.npy)"}


def open_path(path: Path | str) -> Listing:
    """The clips of a clip folder or file, a dataset root, a `data/` root or any folder above; natural order.

    Names alone are looked at: no clip file is opened (one `.pt` header per folder excepted). InputError if the path
    cannot be read or holds nothing we know; a clip that is broken shows when it is read.
    """
    path = Path(path)
    try:
        path = path.expanduser().absolute()
        folder = path.is_dir()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        raise unreadable(path, error if isinstance(error, OSError) else OSError(str(error))) from error
    if not folder:
        return _open_file(path)
    problems: list[Notice] = []
    root = path
    if _is_clip_folder(path):
        refs = [_interact_ref(path, path.name)]
        root = path.parent
    else:
        refs = sorted(_walk(path, path, problems, set(), 0), key=lambda ref: _natural(ref.id))
    if not refs:
        raise InputError(
            "holds no clips we recognise", path=path,
            remedy="Open an InterAct clip folder (with human.npz), a dataset or data/ root, or InterMimic .pt files",
        )  # fmt: skip
    formats = {ref.format for ref in refs}
    refs = _with_unique_ids(refs)
    return Listing(tuple(refs), tuple(problems), root, formats.pop() if len(formats) == 1 else "mixed")


def read_clip(ref: ClipRef, models_dir: Path | None = None, options: ReadOptions = DEFAULT_OPTIONS) -> Clip:
    """Read one clip. `models_dir`: the user's licensed models, needed only to decode PCA hands and add hand means.

    InputError, naming file, field and remedy, is the only exception that file content can cause.
    """
    if ref.format == INTERMIMIC:
        return read_intermimic(ref.path, ref.id, ref.dataset)
    if ref.format == INTERACT:
        return read_interact(ref.path, ref.id, ref.dataset, models_dir, options)
    if ref.format == STORED:
        return replace(read_clip_files(ref.path), id=ref.id)
    raise InputError(f"has the unknown format '{ref.format}'", path=ref.path)


def sniff(path: Path | str) -> str | None:
    """ "interact", "intermimic", "skillmimic", "joints" or "mesh" for one clip folder or file; None if it is nothing of these."""
    path = Path(path)
    try:
        if path.is_dir():
            return INTERACT if _is_clip_folder(path) else None
    except OSError:
        return None
    suffix = path.suffix.lower()
    if suffix in MESH_SUFFIXES:
        return "mesh"
    if path.name in CLIP_FILES:
        return INTERACT
    if suffix == ".npy":
        return "joints"
    return _sniff_pt(path) if suffix == ".pt" else None


def _sniff_pt(path: Path) -> str | None:
    try:
        shape = read_tensor_shape(path)
    except InputError:
        return None
    if len(shape) != 2:
        return None
    return {COLUMNS: INTERMIMIC, 337: "skillmimic"}.get(shape[1])


def _open_file(path: Path) -> Listing:
    kind = sniff(path)
    if path.name in CLIP_FILES or re.fullmatch(r"object_.+\.npz", path.name):
        return open_path(path.parent)
    if kind in _LATER:
        raise InputError(f"recognised, not readable yet: {_LATER[kind]}", path=path)
    if kind == "mesh":
        raise InputError("is a mesh, not a clip", path=path, remedy="Open the clip or dataset folder that uses it")
    if path.suffix.lower() != ".pt":
        raise InputError("is not a clip file we recognise", path=path, remedy="Open a clip folder or an InterMimic .pt file")
    # A damaged .pt stays in the list: reading it says what is wrong with it.
    ref = _intermimic_ref(path, path.stem)
    return Listing((ref,), (), path.parent, INTERMIMIC)


def _walk(folder: Path, root: Path, problems: list[Notice], seen: set[str], depth: int) -> Iterator[ClipRef]:
    """All clips below a folder; `seen` holds real paths, so that a loop of symlinks ends."""
    real = os.path.realpath(folder)
    if real in seen or depth > _MAX_DEPTH:
        return
    seen.add(real)
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, is_folder(entry)) for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        problems.append(Notice("folder-unreadable", str(unreadable(folder, error)), str(folder), "error"))
        return
    names = {name for name, _ in found}
    folders = [name for name, is_dir in found if is_dir]
    if "human.npz" in names:
        yield _interact_ref(folder, _id(folder, root))
        return
    if folder.name in SEQUENCE_FOLDERS:
        yield from _sequence_refs(folder, folders, root)
        return
    chosen = next((name for name in SEQUENCE_FOLDERS if name in folders and _has_folder(folder / name)), None)
    if chosen is not None:
        yield from _walk(folder / chosen, root, problems, seen, depth + 1)
        folders = [name for name in folders if name not in SEQUENCE_FOLDERS]
    yield from _pt_refs(folder, sorted(name for name, is_dir in found if name.endswith(".pt") and not is_dir), root, problems)
    for name in folders:
        if name not in _NOT_CLIPS:
            yield from _walk(folder / name, root, problems, seen, depth + 1)


def _pt_refs(folder: Path, names: list[str], root: Path, problems: list[Notice]) -> Iterator[ClipRef]:
    if not names:
        return
    kind = _sniff_pt(folder / names[0])
    if kind in _LATER:
        text = f"{folder}: {len(names)} files recognised, not readable yet: {_LATER[kind]}"
        problems.append(Notice("not-readable-yet", text, str(folder), "info"))
        return
    yield from (_intermimic_ref(folder / name, _id(folder / name, root)) for name in names)


def _interact_ref(folder: Path, clip_id: str) -> ClipRef:
    dataset, objects = _settled(dataset_of_folder(folder), folder.name, _object_folders(dataset_root_of(folder)))
    return ClipRef(clip_id, dataset, folder, INTERACT, objects)


def _sequence_refs(folder: Path, names: list[str], root: Path) -> Iterator[ClipRef]:
    """As _interact_ref for ten thousand siblings: what they share is found out once."""
    prefix = _id(folder / "_", root)[:-1]
    named, known = dataset_root_of(folder / "_").name, _object_folders(folder.parent)
    for name in names:
        dataset, objects = _settled(named, name, known)
        yield ClipRef(prefix + name, dataset, folder / name, INTERACT, objects)


def _settled(named: str, clip: str, known: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Dataset and objects of a clip by its name; for datasets without a naming rule (demo) the object folders it mentions."""
    dataset = named if dataset_for(named) is not None else guess_dataset(clip) or named
    return dataset, objects_in_name(dataset, clip) or tuple(name for name in known if f"_{name}_" in f"_{clip}_")


def _object_folders(dataset_root: Path) -> tuple[str, ...]:
    try:
        with os.scandir(dataset_root / "objects") as entries:
            return tuple(sorted(entry.name for entry in entries if is_folder(entry)))
    except OSError:
        return ()


def _intermimic_ref(path: Path, clip_id: str) -> ClipRef:
    name = object_name_of(path.stem)
    return ClipRef(clip_id, path.parent.name, path, INTERMIMIC, (name,) if name else ())


def _id(path: Path, root: Path) -> str:
    """Path below the root; sequences folders and the `.pt` suffix add nothing and are dropped."""
    parts = list(path.relative_to(root).parts)
    if path.suffix == ".pt":
        parts[-1] = parts[-1][: -len(".pt")]
    return "/".join(part for part in parts[:-1] if part not in SEQUENCE_FOLDERS) + ("/" if _deep(parts) else "") + parts[-1]


def _deep(parts: list[str]) -> bool:
    return any(part not in SEQUENCE_FOLDERS for part in parts[:-1])


def _with_unique_ids(refs: list[ClipRef]) -> list[ClipRef]:
    """Dropped folder and suffix names may make two ids equal (x/clip and x/sequences/clip): the later ones are numbered."""
    used: dict[str, int] = {}
    unique = []
    for ref in refs:
        used[ref.id] = count = used.get(ref.id, 0) + 1
        unique.append(ref if count == 1 else replace(ref, id=f"{ref.id}~{count}"))
    return unique


def _is_clip_folder(folder: Path) -> bool:
    return (folder / "human.npz").is_file()


def _has_folder(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(is_folder(entry) for entry in entries)
    except OSError:
        return False


_DIGITS: Final = re.compile(r"\d+")


def _natural(text: str) -> str:
    """Sort key with numbers by value, sub2 before sub10: every number is padded to the same width."""
    return _DIGITS.sub(lambda match: match[0].zfill(12), text.lower())
