"""Read the one tensor of a `torch.save` file without torch and without unpickling.

Since PyTorch 1.6 such a file is a zip: `<stem>/data.pkl` describes the tensor (storage key, offset, size, stride),
`<stem>/data/<key>` holds the raw numbers. Source: the file itself, and torch/serialization.py's documented layout.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interact_core.errors import InputError
from interact_core.formats.pickle_tree import Call, Name, Persistent, PickleSyntaxError, inspect_pickle, pickle_refused
from interact_core.formats.zip_members import ZipMembers, unreadable

STORAGES: Final = {
    "torch.FloatStorage": "f4", "torch.DoubleStorage": "f8", "torch.HalfStorage": "f2",
    "torch.LongStorage": "i8", "torch.IntStorage": "i4",
}  # fmt: skip
_MAX_ELEMENTS: Final = 1 << 28


@dataclass(frozen=True)
class TensorHeader:
    """What data.pkl says about the tensor; sizes are checked against the storage before anything is allocated."""

    storage: str
    dtype: np.dtype
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    count: int


def read_tensor(path: Path) -> NDArray[np.generic]:
    """The tensor as a C-contiguous array. InputError unless the file is a zip with exactly one plain CPU tensor."""
    archive = _open(path)
    header = _header(archive)
    raw = archive.read(header.storage)
    if len(raw) != header.count * header.dtype.itemsize:
        raise InputError(f"storage has {len(raw)} bytes, {header.count} numbers were promised", path=path, field="data")
    numbers = np.frombuffer(raw, header.dtype)
    item = header.dtype.itemsize
    view = np.lib.stride_tricks.as_strided(
        numbers[header.offset :], header.shape, tuple(s * item for s in header.strides), writeable=False
    )
    return np.ascontiguousarray(view, header.dtype.newbyteorder("="))


def read_tensor_shape(path: Path) -> tuple[int, ...]:
    """Only the shape: the numbers are not read."""
    return _header(_open(path)).shape


def _open(path: Path) -> ZipMembers:
    try:
        with path.open("rb") as stream:
            magic = stream.read(2)
    except OSError as error:
        raise unreadable(path, error) from error
    if magic[:1] == b"\x80":
        raise InputError(
            "was saved in PyTorch's old format (before 1.6), which is a bare pickle", path=path,
            remedy="Load and save it again with a current PyTorch on a machine where you trust the file",
        )  # fmt: skip
    return ZipMembers(path)


def _header(archive: ZipMembers) -> TensorHeader:
    pickles = [name for name in archive.names if name.endswith("data.pkl")]
    if len(pickles) != 1:
        raise InputError("is not a torch file (no data.pkl inside)", path=archive.path, remedy="Expected one saved tensor")
    try:
        tree = inspect_pickle(archive.read(pickles[0], limit=1 << 20))
    except PickleSyntaxError as error:
        raise pickle_refused(archive.path, "data.pkl", error) from error
    prefix = pickles[0][: -len("data.pkl")]
    order = "<"
    if f"{prefix}byteorder" in archive.names:
        order = ">" if archive.read(f"{prefix}byteorder", limit=64).strip() == b"big" else "<"
    return _describe(archive, prefix, order, _unwrap_parameter(tree))


def _unwrap_parameter(tree: object) -> object:
    if isinstance(tree, Call) and tree.function == Name("torch._utils._rebuild_parameter") and isinstance(tree.args, tuple):
        return tree.args[0] if tree.args else None
    return tree


def _describe(archive: ZipMembers, prefix: str, order: str, tree: object) -> TensorHeader:
    refusal = InputError(
        "does not hold a single plain tensor", path=archive.path, field="data.pkl",
        remedy="InterMimic clips are one float32 tensor (frames, 591) saved with torch.save",
    )  # fmt: skip
    if not (isinstance(tree, Call) and tree.function == Name("torch._utils._rebuild_tensor_v2")):
        raise refusal
    match tree.args:
        case (Persistent(("storage", Name(kind), str(key), str(), int(count))), int(offset), tuple(shape), tuple(strides), *_):
            pass
        case _:
            raise refusal
    name = f"{prefix}data/{key}"
    if kind not in STORAGES or name not in archive.names:
        raise refusal
    header = TensorHeader(name, np.dtype(order + STORAGES[kind]), offset, _ints(shape, refusal), _ints(strides, refusal), count)
    _check_bounds(archive, header, refusal)
    return header


def _ints(values: tuple[object, ...], refusal: InputError) -> tuple[int, ...]:
    numbers = tuple(v for v in values if isinstance(v, int) and not isinstance(v, bool) and v >= 0)
    if len(numbers) != len(values):
        raise refusal
    return numbers


def _check_bounds(archive: ZipMembers, header: TensorHeader, refusal: InputError) -> None:
    if len(header.shape) != len(header.strides) or len(header.shape) > 8 or header.offset < 0:
        raise refusal
    elements = math.prod(header.shape)
    last = header.offset + sum((n - 1) * s for n, s in zip(header.shape, header.strides, strict=True))
    available = archive.size(header.storage) // header.dtype.itemsize
    if elements == 0:
        raise InputError(f"holds an empty tensor {header.shape}", path=archive.path, remedy="There is no motion to show")
    if elements > _MAX_ELEMENTS or header.count != available or last >= available:
        raise InputError(
            f"tensor {header.shape} does not fit the {available} numbers stored", path=archive.path, field="data",
            remedy="The file is damaged: copy or download it again",
        )  # fmt: skip
