"""Plain data out of foreign pickles: dictionaries, lists, numbers, strings, numpy arrays and torch tensors.

Nothing is imported or called for them: `pickle_tree` walks the opcodes, and here the few calls that rebuild an array or
a tensor are recognised by name and done by us. Everything else is refused. Read so: pickled dictionaries (InterCap,
ParaHome), object arrays in `.npy` and `.npz` (GRAB, ARCTIC), joblib dumps with their arrays behind the objects (OMOMO).
Formats: numpy's ndarray.__reduce__, joblib.numpy_pickle, torch._utils; each as their published sources document them.
"""

import bz2
import gzip
import io
import lzma
import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.formats.pickle_tree import Call, DamagedPickleError, Name, PickleSyntaxError, pickle_refused, walk_pickle
from interact_core.formats.zip_members import unreadable

Tensor = Callable[[Call], NDArray[np.generic]]
_DTYPE: Final = re.compile(r"[<>|=]?([biufc]\d{1,2}|[SU]\d{1,6}|b1|\?)")
_NESTED: Final = 64
_MAX_INFLATED: Final = 4 << 30
_ARRAYS: Final = {f"numpy.{core}.multiarray._reconstruct" for core in ("core", "_core")}
_SCALARS: Final = {f"numpy.{core}.multiarray.scalar" for core in ("core", "_core")}
_BUFFERS: Final = {f"numpy.{core}.numeric._frombuffer" for core in ("core", "_core")}
_WRAPPER: Final = Name("joblib.numpy_pickle.NumpyArrayWrapper")
_COMPRESSED: Final[tuple[tuple[bytes, Callable[[Any], Any]], ...]] = (
    (b"\x1f\x8b", lambda f: gzip.GzipFile(fileobj=f)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ", lzma.LZMAFile),
    (b"\x5d\x00", lzma.LZMAFile),
)


@dataclass(frozen=True)
class StoredArray:
    """An array that still lies in its file: a dictionary of thousands of recordings is listed without reading them."""

    path: Path
    offset: int
    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool

    def load(self) -> NDArray[np.generic]:
        try:
            flat = np.fromfile(self.path, self.dtype, math.prod(self.shape), offset=self.offset)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if len(flat) != math.prod(self.shape):
            raise InputError("is cut short", path=self.path, remedy="Copy or download the file again")
        return flat.reshape(self.shape, order="F" if self.fortran else "C")


def read_pickle(path: Path) -> Any:
    """A pickled or joblib-dumped file as plain data; arrays of an uncompressed joblib dump as :class:`StoredArray`."""
    try:
        with path.open("rb") as stream:
            return plain(walk_pickle(*_opened(cast(BinaryIO, stream), path)))
    except PickleSyntaxError as error:
        raise pickle_refused(path, "pickle", error) from error
    except (zlib.error, lzma.LZMAError, EOFError, gzip.BadGzipFile) as error:
        raise InputError(f"is damaged ({error})", path=path, remedy="Copy or download the file again") from error
    except OSError as error:
        raise unreadable(path, error) from error


def plain_array(data: bytes, path: Path, field: str) -> Any:
    """What a pickled numpy object array (the payload of an `.npy`) holds: the value of a 0-d one, else a list."""
    try:
        return plain(walk_pickle(io.BytesIO(data)))
    except PickleSyntaxError as error:
        raise pickle_refused(path, field, error) from error


def plain(tree: object, tensor: Tensor | None = None) -> Any:
    """The tree with arrays in place of the calls that make them; PickleSyntaxError for any other call."""
    return _Plain(tensor).value(tree, 0)


def _opened(stream: BinaryIO, path: Path) -> tuple[BinaryIO, Callable[[Call, BinaryIO], object]]:
    start = stream.read(8)
    stream.seek(0)
    if start[:1] == b"\x78":
        return io.BytesIO(_inflated(stream.read())), _joblib_array(None)
    for magic, opener in _COMPRESSED:
        if start.startswith(magic):
            return cast(BinaryIO, opener(stream)), _joblib_array(None)
    if not start:
        raise InputError("is empty (0 bytes)", path=path, remedy="Copy the file again")
    return stream, _joblib_array(path)


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    plain_bytes = machine.decompress(data, _MAX_INFLATED)
    if machine.unconsumed_tail:
        raise DamagedPickleError(f"it unpacks to more than {_MAX_INFLATED >> 30} GB")
    return plain_bytes


def _joblib_array(path: Path | None) -> Callable[[Call, BinaryIO], object]:
    """Takes the bytes that joblib wrote behind an array's description; without a path they are read at once."""

    def built(call: Call, stream: BinaryIO) -> object:
        if call.function != _WRAPPER:
            return call
        match call.state:
            case {"shape": tuple(shape), "order": str(order), "dtype": dtype, **more}:
                pass
            case _:
                raise PickleSyntaxError("an array of joblib without shape and type")
        if more.get("numpy_array_alignment_bytes") is not None:
            stream.read(stream.read(1)[0])
        kind, size = _dtype(dtype), _shape(shape)
        if path is None:
            return _from_bytes(stream.read(math.prod(size) * kind.itemsize), kind, size, order == "F")
        stored = StoredArray(path, stream.tell(), kind, size, order == "F")
        if stream.seek(math.prod(size) * kind.itemsize, io.SEEK_CUR) > path.stat().st_size:
            raise DamagedPickleError(f"an array of shape {size} ends behind the file")
        return stored

    return built


class _Plain:
    def __init__(self, tensor: Tensor | None) -> None:
        self._tensor = tensor
        # One result per node: a pickle may name the same list a million times.
        self._done: dict[int, Any] = {}

    def value(self, node: object, depth: int) -> Any:
        if depth > _NESTED:
            raise PickleSyntaxError("nested too deeply")
        if isinstance(node, str | bytes | int | float | bool | StoredArray | np.ndarray) or node is None:
            return node
        if id(node) not in self._done:
            self._done[id(node)] = self._made(node, depth + 1)
        return self._done[id(node)]

    def _made(self, node: object, depth: int) -> Any:
        match node:
            case bytearray():
                return bytes(node)
            case dict():
                return {self.value(key, depth): self.value(item, depth) for key, item in node.items()}
            case list():
                return [self.value(item, depth) for item in node]
            case tuple():
                return tuple(self.value(item, depth) for item in node)
            case Call(Name(dotted), tuple(args), state):
                return self._call(dotted, args, state, node, depth)
        raise PickleSyntaxError(f"{type(node).__name__.lower()} {getattr(node, 'dotted', '')}".strip())

    def _call(self, dotted: str, args: tuple[object, ...], state: object, node: Call, depth: int) -> Any:
        if dotted in _ARRAYS:
            return self._array(state, depth)
        if dotted in _SCALARS and len(args) == 2:
            return _from_bytes(raw_bytes(args[1]), _dtype(args[0]), (), False)[()]
        if dotted in _BUFFERS and len(args) == 4:
            return _from_bytes(raw_bytes(args[0]), _dtype(args[1]), _shape(args[2]), args[3] == "F")
        if dotted == "_codecs.encode":
            return raw_bytes(node)
        if dotted == "torch._utils._rebuild_parameter" and args:
            return self.value(args[0], depth)
        if dotted == "torch._utils._rebuild_tensor_v2" and self._tensor is not None:
            return self._tensor(node)
        raise PickleSyntaxError(dotted)

    def _array(self, state: object, depth: int) -> Any:
        match state:
            case (_, tuple(shape), dtype, fortran, list(items)):
                if not _is_object(dtype):
                    raise PickleSyntaxError("an array whose numbers are a list")
                found = [self.value(item, depth) for item in items]
                return found[0] if shape == () and len(found) == 1 else found
            case (_, tuple(shape), dtype, fortran, raw):
                return _from_bytes(raw_bytes(raw), _dtype(dtype), _shape(shape), bool(fortran))
        raise PickleSyntaxError("an array without numbers")


def raw_bytes(node: object) -> bytes:
    """Bytes, also as old pickles spell them: a string of characters below 256."""
    match node:
        case bytes() | bytearray():
            return bytes(node)
        case str():
            return node.encode("latin-1")
        case Call(Name("_codecs.encode"), (str(text), "latin1" | "latin-1")):
            return text.encode("latin-1")
        case Call(Name("builtins.bytes" | "__builtin__.bytes"), ()):
            return b""
    raise PickleSyntaxError("numbers that are not bytes")


def _is_object(node: object) -> bool:
    return isinstance(node, Call) and isinstance(node.args, tuple) and node.args[:1] in (("O8",), ("O",), ("O4",))


def _dtype(node: object) -> np.dtype:
    match node:
        case Call(Name("numpy.dtype"), (str(code), *_), state) if _DTYPE.fullmatch(code):
            order = state[1] if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "=") else "="
            return np.dtype(code) if code[0] in "<>|=" else np.dtype(str(order) + code)
    raise PickleSyntaxError("an array of something that is neither numbers nor text")


def _shape(node: object) -> tuple[int, ...]:
    sizes = node if isinstance(node, tuple) else ()
    numbers = tuple(n for n in sizes if isinstance(n, int) and n >= 0)
    if len(numbers) != len(sizes) or len(numbers) > 8:
        raise PickleSyntaxError("an array without a shape")
    return numbers


def _from_bytes(data: bytes, dtype: np.dtype, shape: tuple[int, ...], fortran: bool) -> NDArray[np.generic]:
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise DamagedPickleError(f"{len(data)} bytes where the shape {shape} needs {math.prod(shape) * dtype.itemsize}")
    flat = np.frombuffer(data, dtype) if data else np.zeros(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C").astype(dtype.newbyteorder("="))


def keys_of(data: Any, path: Path, field: str = "pickle") -> Mapping[Any, Any]:
    """The data as a dictionary, or an InputError."""
    if isinstance(data, dict):
        return data
    raise InputError(
        f"holds a {type(data).__name__} where a dictionary was expected", path=path, field=field,
        remedy="Check that the file belongs to this dataset and is complete",
    )  # fmt: skip
