"""Members of a zip archive (`.npz`, `.pt`), read with every way it can be damaged turned into one kind of error."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from interact_core.errors import InputError

MAX_MEMBER_BYTES: Final = 2 << 30
LFS_MAGIC: Final = b"version https://git-lfs"
_DAMAGE: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, KeyError, IndexError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What zipfile raises on damaged archives; RuntimeError is an encrypted member, NotImplementedError a new method."""


class ZipMembers:
    """A small archive held open only while one of its members is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sizes = self._directory()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sizes)

    def size(self, name: str) -> int:
        return self._sizes[name]

    def read(self, name: str, limit: int = MAX_MEMBER_BYTES) -> bytes:
        """All bytes of a member, its checksum verified; nothing is allocated for one that claims more than `limit`."""
        if self._sizes[name] > limit:
            raise InputError(f"claims {self._sizes[name]} bytes, more than any clip needs", path=self.path, field=name)
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(name)
        except _DAMAGE as error:
            raise self._damaged(error, name) from error
        except OSError as error:
            raise unreadable(self.path, error) from error

    def _directory(self) -> dict[str, int]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                actual = self.path.stat().st_size
                sizes = {info.filename: info.file_size for info in archive.infolist()}
                # A deflated member may grow about a thousandfold, not more.
                if any(size > 1100 * max(actual, 1) for size in sizes.values()):
                    raise ValueError("a member claims to be larger than its archive can hold")
                return sizes
        except _DAMAGE as error:
            raise self._damaged(error, None) from error
        except OSError as error:
            raise unreadable(self.path, error) from error

    def _damaged(self, error: Exception, field: str | None) -> InputError:
        try:
            with self.path.open("rb") as stream:
                start = stream.read(len(LFS_MAGIC))
        except OSError as unreadable_now:
            return unreadable(self.path, unreadable_now)
        if not start:
            return InputError("is empty (0 bytes)", path=self.path, remedy="Copy the file again")
        if start == LFS_MAGIC:
            return lfs_pointer(self.path)
        return InputError(
            f"is not an intact archive ({error})", path=self.path, field=field,
            remedy="The file is cut short or damaged: copy or download it again",
        )  # fmt: skip


def lfs_pointer(path: Path) -> InputError:
    """A clone without Git LFS leaves such three-line files in place of the real ones."""
    return InputError("is a Git LFS pointer, not the file itself", path=path, remedy="Run 'git lfs pull' where it came from")


def unreadable(path: Path, error: OSError) -> InputError:
    """The message for a file the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return InputError("does not exist", path=path, remedy="Check the path")
    if isinstance(error, IsADirectoryError):
        return InputError("is a folder, not a file", path=path, remedy="Give the file inside it")
    reason = error.strerror or type(error).__name__
    return InputError(f"cannot be read ({reason})", path=path, remedy="Check the path and its permissions")


def read_bytes(path: Path, limit: int = MAX_MEMBER_BYTES) -> bytes:
    """A whole plain file, or an InputError that says why not."""
    try:
        if not path.is_file() and path.exists():
            raise InputError("is not a regular file", path=path, remedy="Give a file")
        if path.stat().st_size > limit:
            raise InputError(f"is larger than {limit} bytes, which no such file needs", path=path)
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
