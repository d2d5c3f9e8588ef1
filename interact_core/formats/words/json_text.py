"""JSON that people send: every way it can be broken is one error that names the line."""

import json
from pathlib import Path
from typing import Any, NoReturn

from interact_core.errors import InputError
from interact_core.formats.words.model import fail

_MEND = "Mend it in a text editor, or ask for the file again"


def load_json(text: str, path: Path | None, first_line: int = 1) -> Any:
    """NaN, infinities, names given twice and halves of surrogate pairs are refused: other readers would choke on them."""
    try:
        loaded = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
        json.dumps(loaded, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        fail(path, first_line - 1 + error.lineno, f"is not JSON ({error.msg}, column {error.colno})", _MEND)
    except UnicodeEncodeError as error:
        raise InputError("holds half of a character pair", path=path, field=f"line {first_line}", remedy=_MEND) from error
    except ValueError as error:  # from our two hooks, and numbers of thousands of digits
        raise InputError(f"is not JSON ({error})", path=path, field=f"line {first_line}", remedy=_MEND) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", path=path, field=f"line {first_line}", remedy=_MEND) from error
    return loaded


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"'{next(name for name in names if names.count(name) > 1)[:60]}' is given twice")
    return found
