"""Look at a pickle without running it.

A pickle is a program; loading one from a stranger runs it. This reader walks the opcodes and builds an inert tree
instead: a name stays a :class:`Name`, a call stays a :class:`Call`. Nothing is imported, nothing is called. Opcodes
follow the comments of CPython's ``pickletools``.
"""

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from interact_core.errors import InputError

MAX_BYTES: Final = 1 << 20
"""Most pickles we need describe one tensor or one string; anything larger is something else."""


@dataclass(frozen=True)
class Name:
    """A global the pickle refers to, "module.attribute"; never imported."""

    dotted: str


@dataclass(frozen=True)
class Call:
    """What would have been function(*args), and the state set on the result."""

    function: object
    args: object
    state: object = None


@dataclass(frozen=True)
class Persistent:
    """A reference to data outside the pickle."""

    key: object


class _Mark:
    pass


class PickleSyntaxError(ValueError):
    """The opcodes do not make a value, or use one that plain data does not need."""


class DamagedPickleError(PickleSyntaxError):
    """Not even the opcodes can be read: the file is cut short or its bytes are wrong."""


def inspect_pickle(data: bytes, limit: int = MAX_BYTES) -> object:
    """The inert tree of a pickle; PickleSyntaxError if it is damaged, too large or needs an unknown opcode."""
    if len(data) > limit:
        raise PickleSyntaxError(f"a pickle of {len(data)} bytes, more than the {limit} we look at")
    return walk_pickle(io.BytesIO(data))


Built = Callable[[Call, BinaryIO], object]
"""Sees every finished object with the stream behind it: joblib keeps an array's bytes there. Gives what stands in the tree."""


# A table of our own: pickletools.genops asks the stream for its position at every opcode, which takes half the time.
_OPCODES: Final = {op.code.encode("latin-1"): (op.name, op.arg.reader if op.arg else None) for op in pickletools.opcodes}


def walk_pickle(stream: BinaryIO, built: Built | None = None) -> object:
    """The tree of the pickle that begins here; afterwards the stream stands behind its last byte."""
    machine = _Machine()
    try:
        while code := stream.read(1):
            name, read = _OPCODES[code]
            if name == "STOP":
                return machine.pop()
            machine.step(name, read(stream) if read else None)
            if name == "BUILD" and built is not None and isinstance(machine.stack[-1], Call):
                machine.replace_top(built(machine.stack[-1], stream))
    except PickleSyntaxError:
        raise
    # IndexError and KeyError: an empty stack, an unknown opcode or memo entry; MemoryError: a length that no file has; the others
    # come from pickletools on damaged bytes.
    except (
        ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError, AttributeError, MemoryError,
    ) as error:  # fmt: skip
        raise DamagedPickleError(str(error) or type(error).__name__) from error
    raise DamagedPickleError("it has no end")


class _Machine:
    def __init__(self) -> None:
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}
        self._entries: dict[int, list[int]] = {}

    def remember(self, index: int) -> None:
        self.memo[index] = self.stack[-1]
        self._entries.setdefault(id(self.stack[-1]), []).append(index)

    def replace_top(self, value: object) -> None:
        """The memo names the same object: what is read from there later must be the finished one."""
        old = self.stack[-1]
        for index in self._entries.pop(id(old), ()):
            if self.memo[index] is old:
                self.memo[index] = value
                self._entries.setdefault(id(value), []).append(index)
        self.stack[-1] = value

    def pop(self) -> object:
        value = self.stack.pop()
        if isinstance(value, _Mark):
            raise PickleSyntaxError("a mark where a value should be")
        return value

    def pop_to_mark(self) -> list[object]:
        items: list[object] = []
        while not isinstance(self.stack[-1], _Mark):
            items.append(self.stack.pop())
        self.stack.pop()
        return items[::-1]

    def step(self, name: str, arg: object) -> None:
        if name in _IGNORED:
            return
        if name in _LITERALS:
            self.stack.append(arg)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _ACTIONS:
            _ACTIONS[name](self, arg)
        else:
            raise PickleSyntaxError(f"opcode {name} is not used by plain data")


def _tuple_of(count: int) -> Callable[[_Machine, object], None]:
    def make(machine: _Machine, arg: object) -> None:
        items = [machine.pop() for _ in range(count)]
        machine.stack.append(tuple(items[::-1]))

    return make


def _put(machine: _Machine, arg: object) -> None:
    machine.remember(int(str(arg)))


def _get(machine: _Machine, arg: object) -> None:
    machine.stack.append(machine.memo[int(str(arg))])


def _memoize(machine: _Machine, arg: object) -> None:
    machine.remember(len(machine.memo))


def _global(machine: _Machine, arg: object) -> None:
    machine.stack.append(Name(str(arg).replace(" ", ".", 1)))


def _stack_global(machine: _Machine, arg: object) -> None:
    attribute, module = machine.pop(), machine.pop()
    machine.stack.append(Name(f"{module}.{attribute}"))


def _reduce(machine: _Machine, arg: object) -> None:
    args, function = machine.pop(), machine.pop()
    # An ordered dictionary is filled after it was made, and every dictionary keeps its order.
    machine.stack.append({} if function == Name("collections.OrderedDict") and args == () else Call(function, args))


def _build(machine: _Machine, arg: object) -> None:
    state = machine.pop()
    target = machine.stack[-1]
    if not isinstance(target, Call):
        raise PickleSyntaxError("state set on something that is not an object")
    machine.replace_top(Call(target.function, target.args, state))


def _append(machine: _Machine, arg: object) -> None:
    value = machine.pop()
    _list(machine).append(value)


def _appends(machine: _Machine, arg: object) -> None:
    values = machine.pop_to_mark()
    _list(machine).extend(values)


def _list(machine: _Machine) -> list[object]:
    target = machine.stack[-1]
    if not isinstance(target, list):
        raise PickleSyntaxError("append to something that is not a list")
    return target


def _set_items(machine: _Machine, arg: object) -> None:
    values = machine.pop_to_mark()
    _dict(machine).update(_pairs(values))


def _set_item(machine: _Machine, arg: object) -> None:
    value, key = machine.pop(), machine.pop()
    _dict(machine).update(_pairs([key, value]))


def _pairs(values: list[object]) -> dict[object, object]:
    """TypeError, which the caller turns into a refusal, for a key that cannot be one."""
    return dict(zip(values[::2], values[1::2], strict=True))


def _dict(machine: _Machine) -> dict[object, object]:
    target = machine.stack[-1]
    if not isinstance(target, dict):
        raise PickleSyntaxError("items set on something that is not a dictionary")
    return target


_IGNORED: Final = frozenset({"PROTO", "FRAME"})
_LITERALS: Final = frozenset(
    {"BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE",
     "BINUNICODE8", "UNICODE", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "BINSTRING",
     "SHORT_BINSTRING", "STRING", "FLOAT"}
)  # fmt: skip
_CONSTANTS: Final[dict[str, Callable[[], object]]] = {
    "NONE": lambda: None, "NEWTRUE": lambda: True, "NEWFALSE": lambda: False, "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list, "EMPTY_DICT": dict, "MARK": _Mark,
}  # fmt: skip
_ACTIONS: Final[dict[str, Callable[[_Machine, object], None]]] = {
    "TUPLE1": _tuple_of(1), "TUPLE2": _tuple_of(2), "TUPLE3": _tuple_of(3),
    "TUPLE": lambda machine, arg: machine.stack.append(tuple(machine.pop_to_mark())),
    "LIST": lambda machine, arg: machine.stack.append(machine.pop_to_mark()),
    "DICT": lambda machine, arg: machine.stack.append(_pairs(machine.pop_to_mark())),
    "SETITEM": _set_item, "SETITEMS": _set_items, "NEWOBJ": _reduce,
    "BINPUT": _put, "LONG_BINPUT": _put, "PUT": _put, "BINGET": _get, "LONG_BINGET": _get, "GET": _get,
    "MEMOIZE": _memoize, "GLOBAL": _global, "STACK_GLOBAL": _stack_global, "REDUCE": _reduce, "BUILD": _build,
    "BINPERSID": lambda machine, arg: machine.stack.append(Persistent(machine.pop())),
    "APPEND": _append, "APPENDS": _appends,
}  # fmt: skip


def pickle_refused(path: object, field: str, error: PickleSyntaxError) -> InputError:
    """The one message for a payload we do not load."""
    if isinstance(error, DamagedPickleError):
        return InputError(
            f"is cut short or damaged ({error})", path=str(path), field=field, remedy="Copy or download the file again"
        )
    return InputError(
        f"holds Python objects that are not plain data ({error})", path=str(path), field=field,
        remedy="Pickled objects can run code when loaded, so they are refused. Save plain arrays instead",
    )  # fmt: skip
