"""Runs of `interact evaluate` side by side: rows that can be compared stand under one key."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from interact_core.errors import InputError
from interact_core.generate.evaluation.record import REAL, RECORD, SCHEMA
from interact_core.generate.evaluation.scores import Interval
from interact_core.generate.evaluation.tables import Table

_DEEP: Final = 3
"""Folders below the one that is asked for."""


@dataclass(frozen=True)
class LeaderRow:
    """One method on one task of one run. Rows of one task and key were measured on the same clips with the same evaluator."""

    run: Path
    task: str
    method: str
    key: str
    data: str
    created: str
    protocol: str
    figures: dict[str, Interval]


@dataclass(frozen=True)
class Board:
    """`problems`: files that look like runs and are none."""

    rows: tuple[LeaderRow, ...]
    problems: tuple[str, ...] = ()


def leaderboard(folder: Path) -> Board:
    """Every run in a folder and below it, oldest first. InputError where the folder is none."""
    if not folder.is_dir():
        raise InputError("there is no such folder", path=folder, remedy="Name the folder that runs were written into")
    rows: list[LeaderRow] = []
    problems: list[str] = []
    for path in sorted(p for k in range(_DEEP + 1) for p in folder.glob("/".join(["*"] * k + [RECORD]))):
        try:
            rows += _rows(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"{path}: {error!r}")
    return Board(tuple(sorted(rows, key=lambda row: (row.task, row.key, row.created, row.method))), tuple(problems))


def tables_of(rows: tuple[LeaderRow, ...]) -> list[Table]:
    """One table per task and key; real clips once, runs of the same name told apart by their folder."""
    groups: dict[tuple[str, str], list[LeaderRow]] = {}
    for row in rows:
        groups.setdefault((row.task, row.key), []).append(row)
    found = []
    for (task, key), members in groups.items():
        named: dict[str, dict[str, Interval]] = {}
        for row in members:
            name = row.method
            if name != REAL and sum(other.method == name for other in members) > 1:
                name = f"{name} ({row.run.name})"
            named.setdefault(name, row.figures)
        found.append(Table(f"{task} [{key}]", named, members[0].protocol))
    return found


def _rows(path: Path) -> list[LeaderRow]:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if told["schema"] != SCHEMA or told["version"] != 1:
        raise ValueError(f"{told['schema']}, version {told['version']}")
    found = []
    for task, table in told["tasks"].items():
        for method, row in table["rows"].items():
            figures = {name: _interval(value) for name, value in row.items()}
            key, data, created, protocol = (str(told[name]) for name in ("key", "data_name", "created", "protocol"))
            found.append(LeaderRow(path.parent, task, method, key, data, created, protocol, figures))
    return found


def _interval(value: dict[str, Any]) -> Interval:
    mean, half = (float("nan") if value[name] is None else float(value[name]) for name in ("mean", "half"))
    return Interval(mean, half, int(value["repeats"]))
