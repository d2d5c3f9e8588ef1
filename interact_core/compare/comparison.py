"""The figures of two inspections side by side: what got better, what got worse, the worst regression first."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from interact_core.compare.directions import Direction, dead_band, direction_of, weight_of
from interact_core.inspection.figures import Figures, figures_of
from interact_core.inspection.results import Inspection

Verdict = Literal["worse", "better", "same", "changed", "only before", "only after"]
"""`changed`: the measure has no direction."""
_ORDER: Final[dict[Verdict, int]] = {"worse": 0, "better": 1, "changed": 2, "only before": 3, "only after": 4, "same": 5}


@dataclass(frozen=True)
class Row:
    """One measure. `before` and `after` are None where nothing was measured; `weight` is the size of the change."""

    measure: str
    title: str
    unit: str
    group: str
    before: float | None
    after: float | None
    verdict: Verdict
    direction: Direction
    weight: float = 0.0
    worst_frame: int | None = None
    """Where to look in the second one."""

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """Rows with the worst regressions first, then what got better, most first, then the rest by name."""

    rows: tuple[Row, ...]

    @property
    def worse(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.verdict == "worse")

    @property
    def better(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.verdict == "better")

    def row(self, measure: str) -> Row:
        """KeyError where neither side has it."""
        found = next((row for row in self.rows if row.measure == measure), None)
        if found is None:
            raise KeyError(measure)
        return found


def compare_inspections(a: Inspection, b: Inspection) -> Comparison:
    """`a` is before, `b` after."""
    return compare_figures(figures_of(a.summary), figures_of(b.summary))


def compare_figures(before: Figures, after: Figures) -> Comparison:
    """The same of what a manifest or a report keeps of two inspections."""
    names = dict.fromkeys((*before, *after))
    rows = (_row(name, before.get(name), after.get(name)) for name in names)
    return Comparison(tuple(sorted(rows, key=lambda row: (_ORDER[row.verdict], -row.weight, row.measure))))


def _row(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Row:
    known = after or before or {}
    # What is never touched is not listed.
    untouched = 0.0 if name.startswith("contact_") else None
    a = untouched if before is None else _number(before)
    b = untouched if after is None else _number(after)
    unit, direction = str(known.get("unit", "")), direction_of(name)
    verdict = _verdict(a, b, unit, direction)
    weight = weight_of(b - a, a, unit) if a is not None and b is not None else 0.0
    frame = (after or {}).get("worst_frame")
    return Row(name, str(known.get("title", name)), unit, str(known.get("group", "")), a, b, verdict, direction, weight, frame)


def _number(record: Mapping[str, Any] | None) -> float | None:
    value = None if record is None else record.get("value")
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _verdict(a: float | None, b: float | None, unit: str, direction: Direction) -> Verdict:
    if a is None or b is None:
        return "same" if a == b else "only before" if b is None else "only after"
    change = b - a
    if abs(change) <= dead_band(a, unit):
        return "same"
    if direction == "none":
        return "changed"
    return "worse" if (change > 0) == (direction == "less") else "better"
