"""Finding a dataset's own folders below what a user points at."""

import re
from pathlib import Path

from interact_core.errors import InputError
from interact_core.formats.zip_members import unreadable

_NESTS = (".", "raw")


def folder_with(root: Path, name: str, pattern: str, expected: str) -> Path:
    """The folder whose `<name>/<pattern>` exists: the root itself, its `raw`, or the root's parent if it is `<name>`."""
    root = Path(root)
    try:
        if not root.is_dir():
            raise InputError("is not a folder", path=root, remedy=expected)
        homes = [root / nest for nest in _NESTS] + ([root.parent] if root.name == name else [])
        found = next((home for home in homes if next((home / name).glob(pattern), None) is not None), None)
    except OSError as error:
        raise unreadable(root, error) from error
    if found is None:
        raise InputError("holds no recordings of this source", path=root, remedy=expected)
    return Path(*found.parts)


def subfolders(folder: Path) -> list[Path]:
    """In natural order."""
    return sorted((p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")), key=natural)


def natural(path: Path) -> str:
    return re.sub(r"\d+", lambda match: match[0].zfill(12), path.name.lower())


def existing(*paths: Path) -> tuple[Path, ...]:
    return tuple(path for path in paths if path.is_file())


def name_in_path(name: str, path: Path, field: str) -> str:
    """A name from a file that becomes part of a path: it must not lead elsewhere."""
    if not re.fullmatch(r"\w[\w .()+-]*", name):
        raise InputError(
            f"names '{name[:40]}', which cannot be a folder or file name", path=path, field=field, remedy="Copy the file again"
        )
    return name
