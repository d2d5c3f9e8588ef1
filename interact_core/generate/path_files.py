"""Key poses of an object from a file: a CSV table or a JSON list with time, x, y, z and yaw."""

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from interact_core.errors import InputError
from interact_core.generate.key_poses import KeyPose

_NEEDED: Final = ("time", "x", "y", "z")
_NAMES: Final = (*_NEEDED, "yaw")
_FORM: Final = "Name the columns time,x,y,z,yaw: seconds, metres of the middle of the object's box, degrees about the vertical"
_MOST_BYTES: Final = 10_000_000


def read_path(path: Path) -> tuple[KeyPose, ...]:
    """In the order of the file; yaw may be left out. InputError names the row and column that cannot be used."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("is too long for key poses", path=path, remedy=_FORM)
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error})", path=path, remedy=_FORM) from error
    rows = _json_rows(text, path) if path.suffix.lower() == ".json" else _csv_rows(text, path)
    return tuple(_key(row, number, path) for number, row in enumerate(rows, 1))


def _json_rows(text: str, path: Path) -> list[Any]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", path=path) from error
    if not isinstance(rows, list):
        raise InputError("is not a list of key poses", path=path, remedy='Such as [{"time": 0, "x": 0, "y": 1, "z": 0}, …]')
    return rows


def _csv_rows(text: str, path: Path) -> list[Any]:
    try:
        return list(csv.DictReader(text.splitlines(), skipinitialspace=True))
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}", path=path, remedy=_FORM) from error


def _key(row: Any, number: int, path: Path) -> KeyPose:
    where = f"key pose {number}"
    if not isinstance(row, Mapping):
        raise InputError("is no record", path=path, field=where, remedy=_FORM)
    if strange := [str(name) for name in row if name not in _NAMES]:
        raise InputError(f"{strange[0]!r} is not known", path=path, field=where, remedy=_FORM)
    missing = [name for name in _NEEDED if row.get(name) in (None, "")]
    if missing:
        raise InputError(f"{missing[0]} is missing", path=path, field=where, remedy=_FORM)
    values = {}
    for name in _NAMES:
        said = row.get(name) or 0.0
        try:
            values[name] = float(said) if not isinstance(said, bool) else math.nan
        except (TypeError, ValueError, OverflowError):
            values[name] = math.nan
        if not math.isfinite(values[name]):
            raise InputError(f"{name} is {str(said)[:40]!r}, which is no number", path=path, field=where, remedy=_FORM)
    return KeyPose(values["time"], (values["x"], values["y"], values["z"]), math.radians(values["yaw"]))
