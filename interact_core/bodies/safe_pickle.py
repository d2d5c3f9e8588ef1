"""Reads the pickles in which SMPL and SMPL-H are distributed without running anything in them.

Such a file is a dictionary of numpy arrays, scipy sparse matrices and arrays of the old `chumpy` package. Only the functions
that rebuild those are let through; any other name in the file is refused before it is looked up. chumpy itself is not needed:
a stand-in keeps the plain array that each of its objects holds.
"""

import pickle
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError

_REMEDY: Final = "Download the model again from its official site, or use its npz version"


class _ChumpyArray:
    """What chumpy.ch.Ch and chumpy.reordering.Select leave in a pickle: `x`, or a selection `idxs` of another array `a`."""

    def __setstate__(self, state: dict[str, object]) -> None:
        self._state = state

    def array(self) -> NDArray[np.generic]:
        if "x" in self._state:
            return np.asarray(self._state["x"])
        source, picked = self._state.get("a"), self._state.get("idxs")
        if source is None or picked is None:
            raise ValueError("a chumpy object without values")
        flat = (source.array() if isinstance(source, _ChumpyArray) else np.asarray(source)).ravel()[np.asarray(picked)]
        shape = self._state.get("preferred_shape")
        return flat.reshape(shape) if isinstance(shape, tuple) else flat


_NUMPY: Final = {
    ("numpy", "ndarray"), ("numpy", "dtype"),
    *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
}  # fmt: skip
_PLAIN: Final = {
    ("copy_reg", "_reconstructor"), ("copyreg", "_reconstructor"), ("__builtin__", "object"), ("builtins", "object"),
    ("collections", "OrderedDict"), ("_codecs", "encode"),
}  # fmt: skip
_SPARSE: Final = {f"{kind}_matrix" for kind in ("csc", "csr", "coo")}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _NUMPY or (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("scipy.sparse") and name in _SPARSE:
            return super().find_class("scipy.sparse", name)
        if (module, name) in {("chumpy.ch", "Ch"), ("chumpy.reordering", "Select")}:
            return _ChumpyArray
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which a body model has no use for")


def read_array_pickle(path: Path) -> dict[str, NDArray[np.generic]]:
    """The numeric arrays of a pickled dictionary by key. InputError when it holds anything but data."""
    try:
        with path.open("rb") as stream:
            content = _load(stream)
        if not isinstance(content, dict):
            raise pickle.UnpicklingError("it is not a dictionary of arrays")
        return {str(key): array for key, value in content.items() if (array := _plain(value)) is not None}
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path, remedy="Check the file's permissions") from error
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, KeyError) as error:
        raise InputError(f"not a body model pickle that is safe to read: {error}", path=path, remedy=_REMEDY) from error


def _load(stream: BinaryIO) -> object:
    return _ArrayUnpickler(stream, encoding="latin1").load()


def _plain(value: object) -> NDArray[np.generic] | None:
    """A dense numeric array, or None for strings and whatever else a model file carries along."""
    from scipy.sparse import issparse

    if isinstance(value, _ChumpyArray):
        value = value.array()
    if issparse(value):
        value = value.toarray()  # type: ignore[attr-defined]
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        return value
    return None
