"""JSON from outside, field by field: every field is asked for by name and type, and what nobody asked for is an error too.

Written here rather than with a schema library: the checks are few, and each message names file, field and remedy.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from interact_core.errors import InputError

MAX_BYTES: Final = 64 << 20
MAX_TEXT: Final = 1 << 20
MAX_FRAME: Final = 10**9
"""A year at 30 frames per second; larger numbers are mistakes and would not fit everywhere."""
_MEND: Final = "Mend it in a text editor, or ask for the file again"


class Fields:
    """One JSON object. Every getter raises InputError naming the field; `finish` does for fields nobody has asked for."""

    def __init__(self, content: object, path: Path | None, where: str = "") -> None:
        self.path, self.where = path, where
        if not isinstance(content, dict):
            self.fail("", f"is {_kind(content)}, not an object")
        self._left: dict[str, Any] = dict(content)

    def fail(self, name: str, problem: str, remedy: str = _MEND) -> NoReturn:
        raise InputError(problem, path=self.path, field=self._at(name) or None, remedy=remedy)

    def text(self, name: str, default: str | None = None) -> str:
        """Required unless there is a default."""
        value = self._take(name, default)
        if not isinstance(value, str):
            self.fail(name, f"is {_kind(value)}, not text")
        return self._checked_text(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Empty where it is not there."""
        values = self._list(name)
        for value in values:
            if not isinstance(value, str):
                self.fail(name, f"holds {_kind(value)}, not text")
        return tuple(self._checked_text(name, value) for value in values)

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            self.fail(name, f"is '{value[:40]}', none of {', '.join(choices)}")
        return value

    def flag(self, name: str) -> bool:
        """False where it is not there."""
        value = self._take(name, False)
        if not isinstance(value, bool):
            self.fail(name, f"is {_kind(value)}, not true or false")
        return value

    def frame(self, name: str, default: int | None = None) -> int:
        """A whole number from 0 on. Required unless there is a default."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(name, f"is {_kind(value)}, not a frame number")
        if not 0 <= value <= MAX_FRAME:
            self.fail(name, f"is {str(value)[:20]}, not a frame number from 0 to {MAX_FRAME}")
        return value

    def optional_frame(self, name: str) -> int | None:
        return None if self._absent(name) else self.frame(name)

    def optional_number(self, name: str, low: float, high: float) -> float | None:
        """None where it is not there; both ends are allowed."""
        if self._absent(name):
            return None
        value = self._take(name, None)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(name, f"is {_kind(value)}, not a number")
        if not low <= value <= high:
            self.fail(name, f"is {str(value)[:20]}, not between {low:g} and {high:g}")
        return float(value)

    def objects(self, name: str) -> Iterator["Fields"]:
        """Each entry of a list of objects; nothing where the list is not there."""
        for index, content in enumerate(self._list(name)):
            yield Fields(content, self.path, f"{self._at(name)}[{index}]")

    def plain(self, name: str) -> dict[str, Any] | None:
        """An object as it is, for a reader of its own; None where it is not there."""
        if self._absent(name):
            return None
        value = self._take(name, None)
        if not isinstance(value, dict):
            self.fail(name, f"is {_kind(value)}, not an object")
        return value

    def finish(self) -> None:
        for name in self._left:
            self.fail(str(name)[:60], "is not known here", "Correct its name, or update InterAct Studio if a newer one wrote it")

    def _take(self, name: str, default: Any) -> Any:
        if name not in self._left and default is None:
            self.fail(name, "is missing")
        return self._left.pop(name, default)

    def _absent(self, name: str) -> bool:
        if self._left.get(name) is None:
            self._left.pop(name, None)
            return True
        return False

    def _list(self, name: str) -> list[Any]:
        value = self._take(name, [])
        if not isinstance(value, list):
            self.fail(name, f"is {_kind(value)}, not a list")
        return value

    def _checked_text(self, name: str, value: str) -> str:
        if len(value) > MAX_TEXT:
            self.fail(name, f"is longer than {MAX_TEXT} characters")
        if value != clean_text(value):
            self.fail(name, "holds characters that cannot be stored (NUL, or half of a pair)")
        return value

    def _at(self, name: str) -> str:
        return ".".join(filter(None, (self.where, name)))


def read_fields(path: Path, limit: int = MAX_BYTES) -> Fields:
    """The object that a JSON file holds. InputError for a file that cannot be read, is too large or is not JSON."""
    try:
        if path.stat().st_size > limit:
            raise InputError(f"is larger than {limit >> 20} MB, which no such file needs", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})", path=path, remedy="Check that it is there and readable"
        ) from error
    return parse_fields(data, path)


def parse_fields(data: bytes, path: Path) -> Fields:
    """As `read_fields`, from bytes that came out of `path`. NaN, infinities and names given twice are refused: not JSON."""
    try:
        text = data.decode("utf-8-sig")
        return Fields(json.loads(text, parse_constant=_refuse, object_pairs_hook=_once), path)
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start})", path=path, remedy="Save it as UTF-8") from error
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno} is not JSON ({error.msg})"
        raise InputError(problem, path=path, remedy=_MEND) from error
    except ValueError as error:  # from our two hooks, and integers of thousands of digits
        raise InputError(f"is not JSON ({error})", path=path, remedy=_MEND) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", path=path, remedy=_MEND) from error


def json_bytes(content: dict[str, Any]) -> bytes:
    """One field a line, names sorted: a change of one field is a change of one line."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def clean_text(text: str) -> str:
    """Text that UTF-8 and every store can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"'{twice[:60]}' is given twice")
    return found


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "not finite"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")
