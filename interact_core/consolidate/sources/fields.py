"""Dictionaries out of foreign files: every value that is fetched is checked, and what is wrong is said with file and field."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.formats.npz_files import check_floats
from interact_core.formats.plain_data import StoredArray, keys_of

_REMEDY = "Check that the file belongs to this dataset and is complete"


class Fields:
    """One dictionary of a file; `where` is its own place in it, "body.params"."""

    def __init__(self, data: Any, path: Path, where: str = "") -> None:
        self._data: Mapping[Any, Any] = keys_of(data, path, where or "content")
        self.path, self.where = path, where

    def has(self, key: str) -> bool:
        return key in self._data

    def value(self, key: str) -> Any:
        if key not in self._data:
            have = ", ".join(sorted(map(str, self._data))[:20]) or "nothing"
            raise InputError(f"lacks '{key}' (it has {have})", path=self.path, field=self.place(key), remedy=_REMEDY)
        return self._data[key]

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def inside(self, key: str) -> "Fields":
        return Fields(self.value(key), self.path, self.place(key))

    def floats(self, key: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
        """Finite numbers of that shape; axes of length one are added or dropped where only they differ."""
        array = self.array(key)
        if array.dtype.kind in "fiub" and array.ndim != len(shape):
            array = _fitted(array, shape)
        return check_floats(array, shape, self.path, self.place(key))

    def array(self, key: str) -> NDArray[Any]:
        """Whatever numpy makes of the value; nothing is checked."""
        value = self.value(key)
        return value.load() if isinstance(value, StoredArray) else np.asarray(value)

    def number(self, key: str) -> float:
        return float(self.floats(key, ()))

    def text(self, key: str) -> str:
        value = self.value(key)
        value = value.load() if isinstance(value, StoredArray) else value
        if isinstance(value, np.ndarray | np.generic) and np.size(value) == 1:
            value = np.asarray(value).reshape(-1)[0].item()
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str):
            raise InputError(
                f"holds a {type(value).__name__} instead of text", path=self.path, field=self.place(key), remedy=_REMEDY
            )
        return value


def _fitted(array: NDArray[Any], shape: tuple[int | None, ...]) -> NDArray[Any]:
    """(T, 63) for (T, 21, 3), (T, 3) for (T, 3, 1) and the like: the same numbers in the same order."""
    known = [n for n in shape if n is not None]
    size = int(np.prod(known)) if known else 1
    if len(known) == len(shape):
        return array.reshape(known) if array.size == size else array
    if shape[0] is None and len(known) == len(shape) - 1 and array.ndim and array.size == len(array) * size:
        return array.reshape(-1, *known)
    return array


def same_length(path: Path, **arrays: NDArray[Any]) -> int:
    """The number of frames, or an InputError that lists them all."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in lengths.items())
        raise InputError(
            f"has arrays of different numbers of frames ({told})", path=path, field=next(iter(lengths)),
            remedy="Copy the recording again, or leave it out",
        )  # fmt: skip
    return next(iter(lengths.values()))
