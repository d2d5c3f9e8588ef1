"""`.npz` and `.npy` arrays, checked before anything is allocated and never unpickled.

numpy's loader trusts the header's shape and unpickles object arrays. Here the header must match the bytes that are
there, and of object arrays only a 0-d one with a plain string is accepted (ARCTIC's `name`), its pickle only looked at.
Format: numpy.lib.format, version 1 to 3.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.formats.pickle_tree import Call, PickleSyntaxError, inspect_pickle, pickle_refused
from interact_core.formats.plain_data import plain_array
from interact_core.formats.zip_members import ZipMembers, read_bytes

_MAGIC: Final = b"\x93NUMPY"
_HEADER: Final = re.compile(
    r"\{\s*'descr':\s*'([<>|=]?[?a-zA-Z]\d*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\sL]*)\),?\s*\}\s*"
)
_PLAIN_KINDS: Final = "fiubUS"
_ABSURD: Final = 1e4


@dataclass(frozen=True)
class ArrayHeader:
    """What an .npy header claims, and where its data start."""

    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    start: int


class NpzFile:
    """The arrays of one `.npz`; every accessor raises InputError naming file and field."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._members = ZipMembers(path)
        self.keys = frozenset(n[: -len(".npy")] for n in self._members.names if n.endswith(".npy"))

    def array(self, key: str) -> NDArray[np.generic]:
        """Any plain array; object arrays are refused."""
        return _decode(self._bytes(key), self.path, key)

    def floats(self, key: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
        """A finite numeric array of the given shape, None standing for any length of at least 1."""
        return check_floats(self.array(key), shape, self.path, key)

    def string(self, key: str) -> str:
        """A 0-d (or one-element) string, also bytes and ARCTIC's pickled one."""
        data = self._bytes(key)
        header = _header(data, self.path, key)
        if header.dtype.hasobject:
            return _string_object(data, header, self.path, key)
        array = _decode(data, self.path, key)
        if array.size != 1 or array.dtype.kind not in "US":
            raise InputError(f"holds {array.dtype} {array.shape} instead of one string", path=self.path, field=key)
        value = array.reshape(-1)[0]
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def data(self, key: str) -> Any:
        """Also what an object array holds: dictionaries, arrays, text, as far as it is plain data."""
        return _data(self._bytes(key), self.path, key)

    def require(self, *keys: str) -> None:
        """InputError listing what is there, if one of the keys is not."""
        for key in keys:
            if key not in self.keys:
                have = ", ".join(sorted(self.keys)) or "nothing"
                raise InputError(f"lacks the array '{key}' (it has {have})", path=self.path, field=key, remedy=_COPY_AGAIN)

    def _bytes(self, key: str) -> bytes:
        self.require(key)
        return self._members.read(f"{key}.npy")


_COPY_AGAIN: Final = "Check that the file belongs to this dataset and is complete"


def read_npy(path: Path) -> NDArray[np.generic]:
    """One `.npy` file of plain numbers or strings."""
    return _decode(read_bytes(path), path, None)


def read_npy_data(path: Path) -> Any:
    """One `.npy` file, also of an object array, as far as it holds plain data."""
    return _data(read_bytes(path), path, "array")


def _data(data: bytes, path: Path, field: str) -> Any:
    header = _header(data, path, field)
    if header.dtype.hasobject:
        return plain_array(data[header.start :], path, field)
    array = _decode(data, path, field)
    return array[()] if array.ndim == 0 else array


def check_floats(array: NDArray[np.generic], shape: tuple[int | None, ...], path: Path, field: str | None) -> NDArray[np.float64]:
    """As float64, if it is numeric, has that shape and is finite; InputError otherwise."""
    wanted = "(" + ", ".join("T" if n is None else str(n) for n in shape) + ")"
    if array.dtype.kind not in "fiub":
        raise InputError(f"holds {array.dtype} instead of numbers", path=path, field=field, remedy=_COPY_AGAIN)
    if array.ndim != len(shape) or any(n is not None and n != m for n, m in zip(shape, array.shape, strict=True)):
        raise InputError(f"has the shape {array.shape}, expected {wanted}", path=path, field=field, remedy=_COPY_AGAIN)
    if array.size == 0:
        raise InputError(f"is empty, shape {array.shape}", path=path, field=field, remedy="There is no motion in it")
    numbers = array.astype(np.float64)
    bad = ~np.isfinite(numbers)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise InputError(
            f"has {int(bad.sum())} values that are not numbers (first at {first})", path=path, field=field,
            remedy="Export the clip again or remove the damaged frames",
        )  # fmt: skip
    if np.abs(numbers).max() > _ABSURD:
        raise InputError(
            f"has values up to {np.abs(numbers).max():.3g}", path=path, field=field,
            remedy="Positions are metres and rotations radians: the file is damaged or in other units",
        )  # fmt: skip
    return numbers


def _header(data: bytes, path: Path, field: str | None) -> ArrayHeader:
    broken = InputError("is not an intact numpy array", path=path, field=field, remedy="Copy or download the file again")
    if len(data) < 10 or data[:6] != _MAGIC or data[6] not in (1, 2, 3):
        raise broken
    wide = 2 if data[6] == 1 else 4
    length = int.from_bytes(data[8 : 8 + wide], "little")
    start = 8 + wide + length
    match = _HEADER.fullmatch(data[8 + wide : start].decode("latin-1")) if length <= 4096 else None
    if match is None or start > len(data):
        raise broken
    try:
        dtype = np.dtype(match[1])
        shape = tuple(int(n.strip().rstrip("L")) for n in match[3].split(",") if n.strip())
    except (TypeError, ValueError, OverflowError) as error:
        raise broken from error
    return ArrayHeader(dtype, shape, match[2] == "True", start)


def _decode(data: bytes, path: Path, field: str | None) -> NDArray[np.generic]:
    header = _header(data, path, field)
    if header.dtype.kind not in _PLAIN_KINDS:
        raise pickle_refused(path, field or "array", PickleSyntaxError(f"type {header.dtype}"))
    claimed = math.prod(header.shape) * header.dtype.itemsize
    if claimed != len(data) - header.start:
        raise InputError(
            f"claims the shape {header.shape} ({claimed} bytes), but {len(data) - header.start} bytes are there",
            path=path, field=field, remedy="The file is cut short or damaged: copy or download it again",
        )  # fmt: skip
    if claimed == 0:
        return np.empty(header.shape, header.dtype.newbyteorder("="))
    flat = np.frombuffer(data, header.dtype, offset=header.start)
    array = flat.reshape(header.shape, order="F" if header.fortran else "C")
    return np.ascontiguousarray(array).astype(header.dtype.newbyteorder("=")).reshape(header.shape)


def _string_object(data: bytes, header: ArrayHeader, path: Path, field: str) -> str:
    """The string of a pickled 0-d object array: a rebuild call with the state (version, (), dtype, order, [str])."""
    try:
        tree = inspect_pickle(data[header.start :])
    except PickleSyntaxError as error:
        raise pickle_refused(path, field, error) from error
    match tree:
        case Call(_, _, (_, (), _, _, [str(value)])) if header.shape == ():
            return value
        case _:
            raise pickle_refused(path, field, PickleSyntaxError("an object array that is not one string"))
