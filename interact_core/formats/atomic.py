"""Files that are either whole or not there: written beside the target, then renamed over it."""

import contextlib
import errno
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.paths import write_atomic


def write_bytes(path: Path, data: bytes) -> None:
    """Replace or create one file; InputError on a full disk or a read-only folder, and nothing is left behind."""
    with _told_to_the_user(path):
        write_atomic(path, data)


def write_text(path: Path, text: str) -> None:
    """UTF-8, line ends as given."""
    write_bytes(path, text.encode("utf-8"))


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A compressed `.npz` of plain arrays; ValueError on an object array, which would need pickling."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            # A fixed date makes equal arrays equal files; numpy's own savez would also stamp the clock.
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, npy_bytes(array))
    return buffer.getvalue()


def npy_bytes(array: NDArray[Any]) -> bytes:
    """One plain array as `.npy`; ValueError on objects."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """A compressed `.npz`, atomically."""
    write_bytes(path, npz_bytes(arrays))


@contextlib.contextmanager
def new_folder(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder that takes `target`'s place when the block ends well, and vanishes when it does not.

    InputError if the target exists and may not be overwritten, or on a full disk or read-only parent.
    """
    if target.exists() and not overwrite:
        raise InputError("exists already", path=target, remedy="Choose another name or ask for it to be overwritten")
    with _told_to_the_user(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        try:
            yield temporary
            temporary.chmod(0o777 & ~_umask())
            _swap(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _swap(temporary: Path, target: Path) -> None:
    """Put the new folder in place; the old one is set aside first because a folder cannot replace a full one."""
    if not target.exists():
        temporary.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
    target.replace(aside / target.name)
    try:
        temporary.replace(target)
    except OSError:
        (aside / target.name).replace(target)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def _told_to_the_user(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                "could not be written: the disk is full", path=path, remedy="Free some space and try again"
            ) from error
        reason = error.strerror or type(error).__name__
        raise InputError(f"could not be written ({reason})", path=path, remedy="Choose a folder you may write to") from error


def _umask() -> int:
    """The process's file mask; mkstemp makes private files, users expect ordinary ones."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
