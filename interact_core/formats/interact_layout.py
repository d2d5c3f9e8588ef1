"""The InterAct layout: one folder per clip with human.npz, object*.npz, texts and labels.

Clips are posed by the table in datasets.py; derived roots (`behave_correct`) borrow what they lack from the base
dataset beside them. Sources: the data format note, sections 2 to 5, 7 and 8.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, Family, Notice, Source
from interact_core.errors import InputError
from interact_core.formats.clip_words import read_actions, read_captions
from interact_core.formats.companions import mesh_in
from interact_core.formats.datasets import Dataset, as_stated, dataset_for, guess_dataset
from interact_core.formats.interact_body import BodySettings, read_body
from interact_core.formats.interact_objects import ObjectRoots, read_objects
from interact_core.formats.npz_files import NpzFile, check_floats, read_npy
from interact_core.formats.options import DEFAULT_OPTIONS, ReadOptions
from interact_core.formats.text_files import read_text
from interact_core.formats.zip_members import unreadable

SEQUENCE_FOLDERS: Final = ("sequences_canonical", "sequences_seg", "sequences")
"""In the order we prefer them; a root is opened at the first that holds clips."""
CLIP_FILES: Final = frozenset({"human.npz", "object.npz", "text.txt", "action.txt", "action.npy", "contact.npz"})
_TEMPLATE_FOLDERS: Final = (
    "subject_vtemplates",
    "meta/subject_vtemplates",
    "raw/meta/subject_vtemplates",
    "raw/subject_vtemplates",
)
_OF_FILES: Final = frozenset((
    "format", "format_version", "frames", "up", "units", "gender", "shape", "num_betas", "hand_coding", "hand_mean", "body",
    "stand_in", "source_fps", "frame_start", "frame_end", "tool",
))  # fmt: skip
"""Keys of meta.json that tell of the files beside it: a clip that is written elsewhere has files of its own."""
_FAMILIES: Final[dict[str, Family]] = {"smplh": "smplh", "smplx": "smplx", "smpl": "smpl", "open": "open"}


@dataclass(frozen=True)
class _Places:
    """Folders of one clip: its own and, for a derived root, the same clip in the base dataset."""

    clip_folders: tuple[Path, ...]
    dataset_roots: tuple[Path, ...]


def dataset_root_of(folder: Path) -> Path:
    """`<dataset>/sequences_canonical/<clip>` -> `<dataset>`; the parent where there is no sequences folder."""
    return folder.parent.parent if folder.parent.name in SEQUENCE_FOLDERS else folder.parent


def dataset_of_folder(folder: Path) -> str:
    """The dataset a clip folder seems to belong to, by the folder names around it."""
    return dataset_root_of(folder).name


def read_interact(
    folder: Path, clip_id: str, dataset: str = "", models_dir: Path | None = None, options: ReadOptions = DEFAULT_OPTIONS
) -> Clip:
    """One clip folder; InputError names the file and field that cannot be used, notices what was worked around."""
    notices: list[Notice] = []
    meta = read_meta(folder)
    entry = settle_dataset(folder, options.dataset or meta.get("dataset", "") or dataset, meta)
    places = _places(folder, entry)
    _check_folder(folder)
    settings = BodySettings(
        entry, _family(meta, entry, folder), options.hand_mean, models_dir, _template(folder, entry, places.dataset_roots)
    )
    body = read_body(folder / "human.npz", settings, notices)
    t, fps = body.num_frames, _fps(meta, entry, folder)
    objects = read_objects(ObjectRoots(places.clip_folders, places.dataset_roots, entry, t), notices)
    captions, actions = read_captions(places.clip_folders, fps, t, notices), read_actions(places.clip_folders, notices)
    joints, contact = _recorded_joints(folder, t, notices), _recorded_contact(folder, t, notices)
    return Clip(
        id=clip_id, fps=fps, body=body, objects=objects, captions=captions, actions=actions,
        source=Source(folder, "interact", entry.name), notices=tuple(notices),
        recorded_joints=joints, recorded_contact=contact,
        metadata=MappingProxyType({key: value for key, value in meta.items() if key not in _OF_FILES}),
    )  # fmt: skip


def settle_dataset(folder: Path, name: str, meta: Mapping[str, str] = MappingProxyType({})) -> Dataset:
    """The table entry for a clip; InputError if neither folder, clip name nor meta.json says which dataset it is."""
    named = name or dataset_of_folder(folder)
    for candidate in (name, dataset_of_folder(folder), *(() if "hand_coding" in meta else (guess_dataset(folder.name),))):
        if entry := as_stated(dataset_for(candidate), named, meta):
            return entry
    raise InputError(
        f"belongs to a dataset we do not know ('{name or dataset_of_folder(folder)}')", path=folder, field="dataset",
        remedy='Put it under <dataset>/sequences_canonical/, or name the dataset in its meta.json: {"dataset": "behave"}',
    )  # fmt: skip


def read_meta(folder: Path) -> Mapping[str, str]:
    """meta.json as text to text, nested values left out; empty where there is none."""
    path = folder / "meta.json"
    if not path.is_file():
        return {}
    try:
        loaded = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON ({error})", path=path, remedy="Repair or remove it") from error
    if not isinstance(loaded, dict):
        raise InputError("holds no key-value pairs", path=path, remedy='Expected {"key": "value", ...}')
    return {key: str(value) for key, value in loaded.items() if isinstance(value, str | int | float | bool)}


def _check_folder(folder: Path) -> None:
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise unreadable(folder, error) from error
    if "human.npz" not in names:
        raise InputError(
            "has no human.npz, so there is no motion to show", path=folder, field="human.npz",
            remedy="Check that the folder is a clip and completely copied",
        )  # fmt: skip


def _places(folder: Path, entry: Dataset) -> _Places:
    root = dataset_root_of(folder)
    if not entry.base:
        return _Places((folder,), (root,))
    base = root.parent / entry.base
    twins = tuple(twin for name in SEQUENCE_FOLDERS if (twin := base / name / folder.name).is_dir())
    return _Places((folder, *twins[:1]), (root, base))


def _family(meta: Mapping[str, str], entry: Dataset, folder: Path) -> Family:
    name = meta.get("family", entry.family)
    if name not in _FAMILIES:
        raise InputError(
            f"names the body family '{name}'", path=folder / "meta.json", field="family",
            remedy=f"Known families: {', '.join(_FAMILIES)}",
        )  # fmt: skip
    return _FAMILIES[name]


def _fps(meta: Mapping[str, str], entry: Dataset, folder: Path) -> float:
    try:
        fps = float(meta.get("fps", entry.fps))
    except ValueError:
        fps = 0.0
    if not 1.0 <= fps <= 1000.0:
        raise InputError(
            f"has the frame rate '{meta['fps']}'", path=folder / "meta.json", field="fps", remedy="Expected 1 to 1000"
        )
    return fps


def _template(folder: Path, entry: Dataset, roots: tuple[Path, ...]) -> Path | None:
    """ARCTIC's `<subject>.obj`; the subject is the clip name's first field."""
    if entry.shape != "subject_template":
        return None
    subject = folder.name.split("_")[0]
    places = (root / name for root in roots for name in _TEMPLATE_FOLDERS)
    return next((found for place in places if (found := mesh_in(place, subject))), None)


def _recorded_joints(folder: Path, t: int, notices: list[Notice]) -> NDArray[np.float32] | None:
    """joints.npy of the release, for checks only: one that does not fit is left out."""
    path = folder / "joints.npy"
    if not path.is_file():
        return None
    try:
        return check_floats(read_npy(path), (t, 52, 3), path, None).astype(np.float32)
    except InputError as error:
        notices.append(Notice("joints-unusable", f"{error} It is left out.", "joints.npy"))
        return None


def _recorded_contact(folder: Path, t: int, notices: list[Notice]) -> Mapping[str, NDArray[np.float32]]:
    """contact.npz of a demo or exported clip, one row per frame; labels that do not fit are left out."""
    path = folder / "contact.npz"
    if not path.is_file():
        return MappingProxyType({})
    arrays = {}
    try:
        file = NpzFile(path)
        for key in sorted(file.keys):
            array = file.array(key)
            arrays[key] = check_floats(array, (t, *(None for _ in array.shape[1:])), path, key).astype(np.float32)
    except InputError as error:
        notices.append(Notice("contact-unusable", f"{error} Its labels are left out.", "contact.npz"))
    return MappingProxyType(arrays)
