"""The report as files: a page for people, CSV for spreadsheets, JSON for programs."""

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from interact_core.formats.atomic import write_text
from interact_core.report.gather import DatasetReport, value_of
from interact_core.report.page import page

_SCHEMA: Final = "interact/report"
_QUANTILES: Final = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
_NAMES: Final = ("min", "p25", "median", "p75", "p95", "max")


def write_report(report: DatasetReport, out: Path) -> tuple[Path, ...]:
    """report.html, clips.csv, measures.csv and report.json in the folder `out`. InputError where it cannot be written."""
    files = {
        "report.html": page(report), "clips.csv": _clips_csv(report), "measures.csv": _measures_csv(report),
        "report.json": json.dumps(document(report), indent=1, ensure_ascii=False, allow_nan=False),
    }  # fmt: skip
    for name, text in files.items():
        write_text(out / name, text)
    return tuple(out / name for name in files)


def document(report: DatasetReport) -> dict[str, Any]:
    """The JSON form; numbers that are not finite are null."""
    return finite({
        "schema": _SCHEMA, "version": 1, "title": report.title, "against": report.against, "created": report.created,
        "code": report.code,
        "clips": [asdict(clip) for clip in report.clips],
        "measures": [
            {
                "measure": d.measure, "title": d.title, "unit": d.unit, "direction": d.direction, "clips": len(d.values),
                "worst_clip": d.worst_clip, **_quantiles(d.values), "after": _quantiles(d.after) if d.after else None,
            } for d in report.distributions
        ],
        "by_object": [asdict(group) for group in report.by_object],
        "by_source": [asdict(group) for group in report.by_source],
        "changes": [
            {"clip": c.clip, "severity": list(c.severity),
             "rows": [asdict(row) | {"change": row.change} for row in c.comparison.rows]} for c in report.changes
        ],
        "problems": [dict(problem) for problem in report.problems],
    })  # fmt: skip


def _clips_csv(report: DatasetReport) -> str:
    measures = [found.measure for found in report.distributions]
    after = [f"{name}_after" for name in measures] if report.changes else []
    heads = ["clip", "dataset", "objects", "frames", "fps", "severity", "artifacts", *measures]
    rows = []
    for clip in report.clips:
        row: list[object] = [clip.id, clip.dataset, " ".join(clip.objects), clip.frames, clip.fps, clip.severity,
                             sum(clip.artifacts.values()), *(value_of(clip.figures, name) for name in measures)]  # fmt: skip
        if report.changes:
            row += [clip.after_severity, *(value_of(clip.after, name) for name in measures)]
        rows.append(row)
    return csv_text([*heads, *(["severity_after", *after] if report.changes else [])], rows)


def _measures_csv(report: DatasetReport) -> str:
    heads = ["measure", "title", "unit", "better", "clips", *_NAMES, "worst_clip", "clips_after", *(f"{n}_after" for n in _NAMES)]
    rows = [
        [d.measure, d.title, d.unit, d.direction, len(d.values), *_quantiles(d.values).values(), d.worst_clip, len(d.after),
         *_quantiles(d.after).values()] for d in report.distributions
    ]  # fmt: skip
    return csv_text(heads, rows)


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    import numpy as np

    found = np.quantile(values, _QUANTILES).tolist() if len(values) else [math.nan] * len(_QUANTILES)
    return dict(zip(_NAMES, found, strict=True))


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Numbers in full, in the units of the measures (metres, seconds); an empty cell where there is none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in row])
    return stream.getvalue()


def finite(value: Any) -> Any:
    """As JSON can say it: numbers that are not finite become null, keys text."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
