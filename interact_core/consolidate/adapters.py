"""Which adapter stands behind a source's `kind`, and the one that is ours: folders that the readers open already."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from interact_core.consolidate.config import Config, SourceConfig
from interact_core.consolidate.sources.recording import Adapter, Raw, Recording
from interact_core.errors import InputError
from interact_core.formats.interact_layout import dataset_root_of
from interact_core.formats.listing import ClipRef
from interact_core.formats.registry import open_path, read_clip


class FolderAdapter:
    """Clips that `interact` opens: InterAct folders, InterMimic tensors. Ours and +Y up already, on the floor."""

    name = "folder"

    def __init__(self, models: Path | None) -> None:
        self._models = models

    def recordings(self, root: Path) -> Iterator[Recording]:
        for ref in open_path(root).refs:
            yield Recording(
                ref.path.stem if ref.path.is_file() else ref.path.name, ref.dataset, _files(ref), partial(self._read, ref)
            )

    def _read(self, ref: ClipRef) -> Raw:
        return Raw(read_clip(ref, self._models), grounded=True)


def _files(ref: ClipRef) -> tuple[Path, ...]:
    """The clip's own files and its objects' meshes."""
    own = [path for path in sorted(ref.path.iterdir()) if path.is_file()] if ref.path.is_dir() else [ref.path]
    homes = [dataset_root_of(ref.path)] if ref.path.is_dir() else list(ref.path.parents)[:4]
    for home in homes:
        folders = [home / "objects" / name for name in ref.object_names] or [home / "objects"]
        own += [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple(own)


ADAPTERS: Final[dict[str, Callable[[SourceConfig, Config], Adapter]]] = {
    "folder": lambda source, config: FolderAdapter(config.body.models),
}


def adapter_for(source: SourceConfig, config: Config) -> Adapter:
    """InputError on a kind that there is none for."""
    if source.kind not in ADAPTERS:
        known = ", ".join(sorted(ADAPTERS))
        raise InputError(f"there is no source '{source.kind}'", field="source.kind", remedy=f"Known: {known}")
    return ADAPTERS[source.kind](source, config)
