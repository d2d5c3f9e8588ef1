"""What a path holds, by names alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from interact_core.clip import Notice


@dataclass(frozen=True, slots=True)
class ClipRef:
    """Where one clip is. `id` is unique within its listing: the path below the root without suffix, "/" between folders."""

    id: str
    dataset: str
    path: Path
    format: str
    object_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The clips under a root; no clip file has been read."""

    refs: tuple[ClipRef, ...]
    problems: tuple[Notice, ...]
    root: Path
    format: str


def is_folder(entry: os.DirEntry[str]) -> bool:
    """As entry.is_dir(), but a link that leads nowhere (or to itself) is simply no folder."""
    try:
        return entry.is_dir()
    except OSError:
        return False
