"""Figures of several methods side by side: Markdown for people, CSV for spreadsheets, JSON for programs."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from interact_core.generate.evaluation.scores import Interval

_UP, _DOWN, _NEAR = "higher", "lower", "as the real"
METRICS: Final[dict[str, tuple[str, str]]] = {
    "r_precision_1": ("R-precision top 1", _UP), "r_precision_2": ("R-precision top 2", _UP),
    "r_precision_3": ("R-precision top 3", _UP), "fid": ("FID", _DOWN), "mm_dist": ("MM-Dist", _DOWN),
    "diversity": ("Diversity", _NEAR), "multimodality": ("MultiModality", _UP), "mpmpe_cm": ("MPMPE, cm", _DOWN),
    "mpvpe_cm": ("MPVPE, cm", _DOWN), "foot_sliding": ("FS", _DOWN), "contact_precision": ("Contact precision", _UP),
    "contact_recall": ("Contact recall", _UP), "contact_accuracy": ("Contact accuracy", _UP), "contact_f1": ("Contact F1", _UP),
    "t_cm": ("T, cm", _DOWN), "o": ("O", _DOWN), "global_cm": ("Global, cm", _DOWN), "local_cm": ("Local, cm", _DOWN),
    "penetration_cm": ("Penetration, cm", _DOWN), "penetration_worst_cm": ("Deepest penetration, cm", _DOWN),
    "contact_share": ("Frames in contact, %", _NEAR), "jerk": ("Jerk, m/s^3", _NEAR),
    "point_depth_cm": ("Depth of 16 points, cm", _DOWN), "point_deepest_cm": ("Deepest of 16 points, cm", _DOWN),
    "hand_share": ("Frames with a hand at the object, %", _NEAR), "stance": ("Speed of planted feet, m/s", _DOWN),
}  # fmt: skip
"""Name -> title, and which figures are good."""
_ARROWS: Final = {_UP: " ↑", _DOWN: " ↓", _NEAR: " →"}


@dataclass(frozen=True)
class Table:
    """rows: method -> metric -> interval. `protocol` says what the figures were measured on; without it they mean nothing."""

    title: str
    rows: Mapping[str, Mapping[str, Interval]]
    protocol: str

    @property
    def metrics(self) -> tuple[str, ...]:
        """Those of any method, in the order they come."""
        return tuple(dict.fromkeys(name for row in self.rows.values() for name in row))

    def best(self, metric: str) -> str | None:
        """The method with the best mean; None where that has no meaning or there is no figure. "real" never competes."""
        better = METRICS.get(metric, ("", _NEAR))[1]
        found = {m: row[metric].mean for m, row in self.rows.items() if m != "real" and metric in row}
        found = {m: value for m, value in found.items() if math.isfinite(value)}
        if better == _NEAR or not found:
            return None
        return (max if better == _UP else min)(found, key=lambda m: found[m])


def markdown(table: Table) -> str:
    """Best figures are bold; an en dash where there is none."""
    heads = [head_text(name) for name in table.metrics]
    lines = [
        f"### {table.title}",
        "",
        table.protocol,
        "",
        "| method | " + " | ".join(heads) + " |",
        "|---" * (len(heads) + 1) + "|",
    ]
    best = {name: table.best(name) for name in table.metrics}
    for method, row in table.rows.items():
        cells = [f"**{text}**" if best[n] == method else text for n in table.metrics for text in [cell_text(row.get(n))]]
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def head_text(metric: str) -> str:
    """Title and an arrow to where it is better."""
    return METRICS[metric][0] + _ARROWS[METRICS[metric][1]] if metric in METRICS else metric


def cell_text(value: Interval | None) -> str:
    """The mean and its interval; an en dash where there is no number."""
    if value is None or not math.isfinite(value.mean):
        return "–"
    return f"{value.mean:.3f}" + (f" ± {value.half:.3f}" if math.isfinite(value.half) else "")


def csv_text(table: Table) -> str:
    """One line per method and metric, in full; an empty cell where there is no number."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["method", "metric", "mean", "half_width_95", "repeats"])
    for method, row in table.rows.items():
        for name, value in row.items():
            writer.writerow(
                [method, name, *("" if (n := _number(v)) is None else n for v in (value.mean, value.half)), value.repeats]
            )
    return stream.getvalue()


def json_text(table: Table) -> str:
    return json.dumps(document(table), indent=1, ensure_ascii=False, allow_nan=False)


def document(table: Table) -> dict[str, Any]:
    """Numbers that are none are null."""
    rows = {
        method: {n: {"mean": _number(v.mean), "half": _number(v.half), "repeats": v.repeats} for n, v in row.items()}
        for method, row in table.rows.items()
    }  # fmt: skip
    best = {name: table.best(name) for name in table.metrics}
    return {"schema": "interact/evaluation", "version": 1, "title": table.title, "protocol": table.protocol, "rows": rows,
            "best": best}  # fmt: skip


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
