"""A corrected copy of a clip as a data set of its own, with everything beside the motion that its source has.

<root>/<dataset>_correct/sequences_canonical/<clip>/, objects/<object>/, objects_bps/<object>/: InterAct's layout and keys.
Texts, labels and whatever else lies beside the clip come along unchanged; what was computed from the old motion does not,
because it would be wrong now: the caller computes it anew, or it is named as left out. Hands are absolute axis-angle, 156
columns, as optimisers write them.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.clip import Clip, Mesh
from interact_core.errors import InputError
from interact_core.formats.atomic import new_folder, npy_bytes, npz_bytes, write_bytes
from interact_core.formats.companions import mesh_in
from interact_core.formats.datasets import DATASETS, Dataset, dataset_for
from interact_core.formats.interact_layout import SEQUENCE_FOLDERS, dataset_root_of
from interact_core.formats.interact_writer import human_arrays, obj_text, object_files, write_words
from interact_core.formats.listing import ClipRef
from interact_core.formats.meshes import read_mesh

_WRITTEN: Final = frozenset({"human.npz", "object.npz", "meta.json"})
_FROM_MOTION: Final = frozenset(
    {"joints.npy", "markers.npy", "motion.npy", "data.npz", "object_bps.npy", "contact.npz", "loss.pkl"}
)
"""Files of a clip folder that were computed from the motion: data format note, sections 2 and 6."""

_NONE: Final[Mapping[str, NDArray[np.generic]]] = MappingProxyType({})


@dataclass(frozen=True)
class Written:
    """The clip's folder, what was carried along and what was left behind because the motion it told of is gone."""

    folder: Path
    carried: tuple[str, ...]
    left_out: tuple[str, ...]


def corrected_name(dataset: str) -> str:
    """`behave` -> `behave_correct`; a root that is derived already keeps its name, an unknown one becomes `demo_correct`."""
    if dataset in DATASETS:
        return f"{dataset}_correct"
    return dataset if dataset_for(dataset) is not None else "demo_correct"


def write_corrected(
    clip: Clip, ref: ClipRef, root: Path, computed: Mapping[str, NDArray[np.generic]] = _NONE, *, new_words: bool = False,
    overwrite: bool = False,
) -> Written:  # fmt: skip
    """Write the corrected clip of a source: whole or not at all. `new_words`: the clip's captions replace the text file.

    `computed` are arrays of the corrected motion by file name (inspection.motion_files), in place of the source's.

    InputError where `root` lies in the source or the other way round, where the clip is there already, or the disk refuses.
    """
    name = corrected_name(ref.dataset)
    dataset = Path(root) / name
    source = ref.path if ref.path.is_dir() else None
    check_not_source(ref.path, dataset)
    entry = dataset_for(name)
    assert entry is not None, name
    target = dataset / "sequences_canonical" / ref.id.rsplit("/", 1)[-1]
    homes = _homes(source, entry)
    with new_folder(target, overwrite=overwrite) as folder:
        carried, left = _carry(homes.clips, folder)
        for file, values in computed.items():
            (folder / file).write_bytes(npy_bytes(values))
        (folder / "human.npz").write_bytes(npz_bytes(human_arrays(clip.body, face=entry.face)))
        for file, arrays in object_files(clip.objects):
            (folder / file).write_bytes(npz_bytes(arrays))
        if new_words or "text.txt" not in carried:
            write_words(clip, folder)
        dataset_key = {"dataset": name} if "dataset" in clip.metadata else {}
        meta = {**clip.metadata, **dataset_key, "fps": f"{clip.fps:g}", "family": clip.body.family}
        (folder / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), "utf-8")
        _carry_objects(clip, homes.datasets, dataset)
    return Written(target, tuple(carried), tuple(name for name in left if name not in computed))


def check_not_source(source: Path, target: Path) -> None:
    """InputError where a target folder is the data, holds it or lies in the data set's own folder."""
    data, target = source.resolve(), target.resolve()
    home = dataset_root_of(data) if data.parent.name in SEQUENCE_FOLDERS else data.parent if data.is_file() else data
    if target.is_relative_to(home) or data.is_relative_to(target):
        raise InputError(
            "is where the clip was read from; sources are never changed", path=target, remedy="Choose another folder"
        )


@dataclass(frozen=True)
class _Homes:
    """Clip folders and data set roots to take things from: its own, then those of the base data set."""

    clips: tuple[Path, ...]
    datasets: tuple[Path, ...]


def _homes(source: Path | None, entry: Dataset) -> _Homes:
    if source is None:
        return _Homes((), ())
    root = dataset_root_of(source)
    base = root.parent / entry.base
    if not entry.base or base.resolve() == root.resolve() or not base.is_dir():
        return _Homes((source,), (root,))
    twins = [twin for name in SEQUENCE_FOLDERS if (twin := base / name / source.name).is_dir()]
    return _Homes((source, *twins[:1]), (root, base))


def _carry(clips: Iterable[Path], target: Path) -> tuple[list[str], list[str]]:
    """Names carried and names left out. What the first folder has comes before what the base's has."""
    carried: dict[str, None] = {}
    left: dict[str, None] = {}
    for path in (path for folder in clips for path in sorted(folder.iterdir())):
        written_anew = path.name in _WRITTEN or fnmatch(path.name, "object_*_*.npz")
        if path.name in carried or written_anew or not path.is_file() or path.name.startswith("."):
            continue
        if path.name in _FROM_MOTION:
            left[path.name] = None
        else:
            shutil.copyfile(path, target / path.name)
            carried[path.name] = None
    return list(carried), list(left)


def _carry_objects(clip: Clip, roots: Iterable[Path], target: Path) -> None:
    """Meshes, samples and BPS of the clip's objects: as the source has them, else its meshes written as OBJ."""
    for obj in clip.objects:
        for kind in ("objects", "objects_bps"):
            found = next((home for root in roots if (home := root / kind / obj.name).is_dir()), None)
            if found is not None:
                _copy_missing(found, target / kind / obj.name)
        several = len(clip.objects) > 1 or len(obj.parts) > 1
        for part in obj.parts:
            stem = part.name if several else obj.name
            _ensure_mesh(target / "objects" / obj.name, stem, part.mesh, check=several)


def _ensure_mesh(folder: Path, stem: str, mesh: Mesh, *, check: bool) -> None:
    """The surface that the motion belongs to. Parts of articulated sources may lie in another frame than their files say:
    with `check` a file that has other vertices is replaced by ours."""
    found = mesh_in(folder, stem)
    if found is not None and (not check or np.array_equal(read_mesh(found).vertices, mesh.vertices)):
        return
    write_bytes(folder / f"{stem}.obj", obj_text(mesh).encode())


def _copy_missing(source: Path, target: Path) -> None:
    """Objects are shared by a data set's clips: what an earlier clip brought stays."""
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists():
            write_bytes(copy, path.read_bytes())
