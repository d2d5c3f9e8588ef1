"""What has readers in `formats` already: released InterAct folders of every dataset, and InterMimic tensors."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from interact_core.clip import Clip
from interact_core.consolidate.sources.recording import Raw, Recording
from interact_core.consolidate.sources.rotation_check import with_checked_rotations
from interact_core.errors import InputError
from interact_core.formats.companions import find_mesh
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.intermimic import object_name_of
from interact_core.formats.meshes import MESH_SUFFIXES
from interact_core.formats.registry import INTERACT, INTERMIMIC, ClipRef, open_path, read_clip


@dataclass(frozen=True)
class Released:
    """`kind` is the format to take from what lies below the root; the rest of it is another source's."""

    models_dir: Path | None = None
    name: str = "released"
    kind: str = INTERACT

    def recordings(self, root: Path) -> Iterator[Recording]:
        refs = [ref for ref in open_path(root).refs if ref.format == self.kind]
        if not refs:
            raise InputError(
                "holds no recordings of this source", path=root, remedy=f"Expected clips of the format '{self.kind}'"
            )
        for ref in refs:
            yield Recording(ref.id, self.name, _files(ref), partial(self._read, ref))

    def _read(self, ref: ClipRef) -> Raw:
        clip: Clip = with_checked_rotations(read_clip(ref, self.models_dir), self.models_dir)
        return Raw(clip, np.eye(3), grounded=True)


def released(models_dir: Path | None = None) -> Released:
    return Released(models_dir)


def intermimic(models_dir: Path | None = None) -> Released:
    return Released(models_dir, "intermimic", INTERMIMIC)


def _files(ref: ClipRef) -> tuple[Path, ...]:
    """The clip's own files and the meshes of the objects that its name tells."""
    if ref.format == INTERMIMIC:
        mesh = find_mesh(ref.path.parent, object_name_of(ref.path.stem), siblings=True)
        return (ref.path, *((mesh,) if mesh else ()))
    folders = [ref.path, *(dataset_root_of(ref.path) / "objects" / name for name in ref.object_names)]
    return tuple(
        path for k, folder in enumerate(folders) if folder.is_dir()
        for path in sorted(folder.iterdir()) if path.is_file() and (k == 0 or path.suffix in MESH_SUFFIXES)
    )  # fmt: skip
