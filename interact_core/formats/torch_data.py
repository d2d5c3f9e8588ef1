"""Dictionaries of tensors as torch saves them, read without torch and without unpickling: its zip format, the older one
(consecutive pickles, then the numbers) and plain pickles of tensors, whose numbers are a file of the older kind inside.

Source: torch/serialization.py and torch/storage.py, as documented there. Only dense tensors of plain numbers are read,
wherever they lived.
"""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.formats.pickle_tree import (
    Call,
    DamagedPickleError,
    Name,
    Persistent,
    PickleSyntaxError,
    inspect_pickle,
    pickle_refused,
    walk_pickle,
)  # fmt: skip
from interact_core.formats.plain_data import plain, raw_bytes
from interact_core.formats.torch_zip import STORAGES
from interact_core.formats.zip_members import ZipMembers, unreadable

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_MAX_PICKLE: Final = 1 << 30
Storages = Callable[[object], NDArray[np.generic]]


def read_torch_data(path: Path) -> Any:
    """What torch.save or pickle.dump wrote of tensors, arrays and plain values."""
    try:
        with path.open("rb") as stream:
            start = stream.read(2)
            stream.seek(0)
            if start == b"PK":
                return _zipped(path)
            return _pickled(cast(BinaryIO, stream))
    except PickleSyntaxError as error:
        raise pickle_refused(path, "pickle", error) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _zipped(path: Path) -> Any:
    archive = ZipMembers(path)
    pickles = [name for name in archive.names if name.endswith("data.pkl")]
    if len(pickles) != 1:
        raise InputError("is not a torch file (no data.pkl inside)", path=path, remedy="Expected a file of torch.save")
    prefix = pickles[0][: -len("data.pkl")]
    swapped = f"{prefix}byteorder" in archive.names and archive.read(f"{prefix}byteorder", limit=64).strip() == b"big"

    def storage(key: object) -> NDArray[np.generic]:
        kind, name, count = _described(key)
        member = f"{prefix}data/{name}"
        if member not in archive.names:
            raise PickleSyntaxError(f"storage {name} is not there")
        numbers = np.frombuffer(archive.read(member), np.dtype((">" if swapped else "<") + kind))
        return _counted(numbers, count)

    return plain(inspect_pickle(archive.read(pickles[0]), _MAX_PICKLE), lambda call: _tensor(call, storage))


def _pickled(stream: BinaryIO) -> Any:
    first = walk_pickle(stream)
    if first == _MAGIC:
        return _old_format(stream)
    return plain(first, lambda call: _tensor(call, _no_storage))


def _old_format(stream: BinaryIO) -> Any:
    """Behind the magic number: protocol, system, the object, the storages' keys, and for each a count and its numbers."""
    walk_pickle(stream)
    system, tree, keys = walk_pickle(stream), walk_pickle(stream), walk_pickle(stream)
    little = not isinstance(system, dict) or system.get("little_endian") is not False
    if not isinstance(keys, list):
        raise PickleSyntaxError("no list of storages")
    kinds = {name: kind for kind, name in _storages_in(tree)}
    found: dict[str, NDArray[np.generic]] = {}
    for key in keys:
        if key not in kinds:
            raise PickleSyntaxError(f"a storage '{key}' that nothing refers to")
        dtype = np.dtype(("<" if little else ">") + kinds[key])
        count = int.from_bytes(stream.read(8), "little" if little else "big", signed=True)
        data = stream.read(max(count, 0) * dtype.itemsize) if count < 1 << 30 else b""
        if len(data) != count * dtype.itemsize:
            raise DamagedPickleError(f"{len(data)} bytes stored for {count} numbers")
        found[key] = np.frombuffer(data, dtype)
    if isinstance(tree, Persistent):
        return found[_described(tree.key)[1]]

    def storage(key: object) -> NDArray[np.generic]:
        return found[_described(key)[1]]

    return plain(tree, lambda call: _tensor(call, storage))


def _storages_in(node: object) -> list[tuple[str, str]]:
    """(kind, key) of every storage a tree refers to."""
    pending, seen, found = [node], set(), []
    while pending:
        item = pending.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        match item:
            case Persistent(key):
                kind, name, _ = _described(key)
                found.append((kind, name))
            case Call(_, args, state):
                pending.extend((args, state))
            case dict():
                pending.extend(item.values())
            case list() | tuple():
                pending.extend(item)
    return found


def _described(key: object) -> tuple[str, str, int]:
    match key:
        case ("storage", Name(kind), str(name), str(), int(count), *_) if kind.replace(".cuda.", ".") in STORAGES:
            return STORAGES[kind.replace(".cuda.", ".")], name, count
    raise PickleSyntaxError("a storage that is not plain numbers")


def _counted(numbers: NDArray[np.generic], count: int) -> NDArray[np.generic]:
    if len(numbers) != count:
        raise DamagedPickleError(f"{len(numbers)} numbers stored, {count} expected")
    return numbers


def _no_storage(key: object) -> NDArray[np.generic]:
    raise PickleSyntaxError("a tensor whose numbers are not there")


def _tensor(call: Call, storages: Storages) -> NDArray[np.generic]:
    match call.args:
        case (holder, int(offset), tuple(shape), tuple(strides), *_):
            pass
        case _:
            raise PickleSyntaxError("a tensor without a shape")
    match holder:
        case Persistent(key):
            numbers = storages(key)
        case Call(Name("torch.storage._load_from_bytes"), (data,)):
            numbers = _inner(raw_bytes(data))
        case _:
            raise PickleSyntaxError("a tensor without numbers")
    sizes, steps = _naturals(shape), _naturals(strides)
    if len(sizes) != len(steps) or len(sizes) > 8 or offset < 0:
        raise PickleSyntaxError("a tensor whose shape and strides differ")
    if math.prod(sizes) == 0:
        return np.zeros(sizes, numbers.dtype.newbyteorder("="))
    if offset + sum((n - 1) * s for n, s in zip(sizes, steps, strict=True)) >= len(numbers):
        raise DamagedPickleError(f"tensor {sizes} needs more than the {len(numbers)} numbers there are")
    item = numbers.dtype.itemsize
    view = np.lib.stride_tricks.as_strided(numbers[offset:], sizes, tuple(s * item for s in steps), writeable=False)
    return np.ascontiguousarray(view, numbers.dtype.newbyteorder("=")).reshape(sizes)


def _inner(data: bytes) -> NDArray[np.generic]:
    """The storage inside a plainly pickled tensor, itself a file of the old format."""
    stream = io.BytesIO(data)
    found = _old_format(stream) if walk_pickle(stream) == _MAGIC else None
    if not isinstance(found, np.ndarray):
        raise PickleSyntaxError("a tensor whose numbers are no storage")
    return found


def _naturals(values: tuple[object, ...]) -> tuple[int, ...]:
    numbers = tuple(v for v in values if isinstance(v, int) and v >= 0)
    if len(numbers) != len(values):
        raise PickleSyntaxError("a tensor with a size that is no number")
    return numbers
