"""The statistics as files: a page, the table and the clips as CSV, everything as JSON."""

import html
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from interact_core.figures import NONE
from interact_core.formats.atomic import write_text
from interact_core.report.page import section, table, whole
from interact_core.report.statistics import ClipFacts, Row, Statistics
from interact_core.report.write import csv_text, finite

_MOST: Final = 60
"""Rows of the counts on the page; the JSON has all."""
_HEADS: Final = (
    "Source", "clips", "made from others", "hours", "subjects", "objects", "clips with moving fingers", "texts", "words",
    "clips with text", "contact", "artifacts",
)  # fmt: skip


def write_statistics(found: Statistics, out: Path) -> tuple[Path, ...]:
    """statistics.html, sources.csv, clips.csv and statistics.json in the folder `out`. InputError where it cannot be."""
    rows = (*found.rows, found.total)
    names = [f.name for f in fields(Row)]
    own = [f.name for f in fields(ClipFacts)]
    files = {
        "statistics.html": _page(found),
        "sources.csv": csv_text(names, ([_cell(getattr(row, name)) for name in names] for row in rows)),
        "clips.csv": csv_text(own, ([_cell(getattr(clip, name)) for name in own] for clip in found.clips)),
        "statistics.json": json.dumps(statistics_document(found), indent=1, ensure_ascii=False, allow_nan=False),
    }
    for name, text in files.items():
        write_text(out / name, text)
    return tuple(out / name for name in files)


def statistics_document(found: Statistics) -> dict[str, Any]:
    """The JSON form; numbers that are not finite are null."""
    document: dict[str, Any] = finite({
        "schema": "interact/stats", "version": 1, "title": found.title, "created": found.created, "code": found.code,
        "sources": [asdict(row) for row in found.rows], "total": asdict(found.total),
        "actions": dict(found.by_action), "objects": dict(found.by_object), "clips": [asdict(clip) for clip in found.clips],
        "problems": [dict(problem) for problem in found.problems],
    })  # fmt: skip
    return document


def _page(found: Statistics) -> str:
    head = f"<h1>{html.escape(found.title)}</h1><p>{html.escape(f'Made {found.created} by InterAct Studio {found.code}.')}</p>"
    rows = [_shown(row) for row in (*found.rows, found.total)]
    note = "Contact: share of the frames of those clips that were measured or labelled."
    sections = [head, section("Sources", table(_HEADS, rows), note)]
    for title, counts in (("Actions", found.by_action), ("Objects", found.by_object)):
        if counts:
            remark = f"The {_MOST} most frequent of {len(counts)}." if len(counts) > _MOST else ""
            cells = [(html.escape(name), str(count)) for name, count in counts[:_MOST]]
            sections.append(section(title, table((title.removesuffix("s"), "clips"), cells), remark))
    if found.problems:
        told = [(html.escape(p.get("clip", "")) or "data set", html.escape(p.get("message", ""))) for p in found.problems]
        sections.append(section("Could not be read", table(("Clip", "why"), told)))
    return whole(f"Statistics of {found.title}", sections)


def _shown(row: Row) -> Sequence[str]:
    contact = NONE if row.contact != row.contact else f"{100 * row.contact:.0f} % of {row.contact_clips} clips"
    artifacts = NONE if row.artifacts is None else str(row.artifacts)
    counts = (row.subjects, row.objects, row.hands, row.texts, row.words, row.with_text)
    return (
        html.escape(row.name),
        str(row.clips),
        str(row.children),
        f"{row.hours:.2f}",
        *map(str, counts),
        contact,
        artifacts,
    )


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else value
