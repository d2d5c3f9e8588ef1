"""CSV and JSON Lines with one record a line, as plain fields. What the fields of a record must be, the reader of the
records says; here is only how they are spelled."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from interact_core.errors import InputError
from interact_core.formats.words.json_text import load_json
from interact_core.formats.words.model import NEWLINE, decode, fail

_NUMBERS: Final = ("start_frame", "end_frame", "frame", "confidence")
_FLAGS: Final = ("rejection", "resolved")


@dataclass(frozen=True)
class Row:
    """The fields of one record and the line where it begins, counted from 1."""

    line: int
    content: dict[str, Any]


def read_jsonl(data: bytes, path: Path) -> tuple[Row, ...]:
    """InputError naming the line that holds no JSON object. Blank lines count for nothing."""
    rows = []
    for number, line in enumerate(NEWLINE.split(decode(data, path)), start=1):
        if line.strip():
            content = load_json(line, path, number)
            if not isinstance(content, dict):
                fail(path, number, "is no JSON object", "Expected one record in braces")
            rows.append(Row(number, content))
    return tuple(rows)


def write_jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Names sorted, LF after every line. ValueError for numbers that are not finite."""
    return "".join(json.dumps(dict(row), ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n" for row in rows).encode()


def read_csv(data: bytes, path: Path) -> tuple[Row, ...]:
    """Empty cells are fields that are not there; numbers, flags and tokens are what they were. InputError naming the line."""
    csv.field_size_limit(max(csv.field_size_limit(), 1 << 22))
    reader = csv.DictReader(io.StringIO(decode(data, path), newline=""), strict=True)
    rows = []
    try:
        if not reader.fieldnames or "clip" not in reader.fieldnames:
            fail(path, 1, "has no column 'clip'", "Export a table first to see the columns")
        for cells in reader:
            if None in cells:
                fail(path, reader.line_num, "has more cells than the first line has names")
            line = reader.line_num
            rows.append(Row(line, {name: _typed(name, value, path, line) for name, value in cells.items() if value}))
    except csv.Error as error:
        raise InputError(f"is not a table ({error})", path=path, field=f"line {reader.line_num}") from error
    return tuple(rows)


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Begins with a byte-order mark, without which spreadsheets take a file for something else than UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list | tuple) else str(value)


def _typed(name: str, value: str, path: Path, line: int) -> Any:
    if name == "tokens":
        return value.split()
    if name in _FLAGS:
        if value.lower() not in ("true", "false"):
            fail(path, line, f"{name} is '{value[:20]}', not true or false")
        return value.lower() == "true"
    if name not in _NUMBERS:
        return value
    try:
        return float(value) if name == "confidence" else int(value)
    except ValueError:
        fail(path, line, f"{name} is '{value[:20]}', not a number")
