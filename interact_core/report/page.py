"""The report as one HTML page that needs nothing else: style, plots and tables inline, readable in light and dark."""

import html
import math
from collections.abc import Iterable, Sequence
from typing import Final

from interact_core.figures import NONE, figure_text
from interact_core.report.gather import KEY_MEASURES, Change, DatasetReport, Distribution, Group
from interact_core.report.plots import histogram

_ROWS: Final = 50
"""Of a table on the page; clips.csv has all."""
_STYLE: Final = """
:root{--bg:#fff;--ink:#1d2026;--soft:#626a76;--line:#dfe3e8;--bar:#6d93c9;--after:#c8641c;--bad:#b3261e;--good:#1b7a46}
@media(prefers-color-scheme:dark){:root{--bg:#17191d;--ink:#e8e9ec;--soft:#9aa1ac;--line:#33373e;--bar:#5d86c2;--after:#f0995a;
--bad:#ff8a80;--good:#6fd19a}}
body{background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1180px;padding:0 1.2rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p,.soft{color:var(--soft)}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:1.2rem}
.plot h3{font-size:.9rem;font-weight:600;margin:0}.plot p{font-size:.8rem;margin:.1rem 0 .3rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;width:100%}
th,td{padding:.28rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:600}
.bad{color:var(--bad)}.good{color:var(--good)}
svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:11px}.bar{fill:var(--bar)}.axis{stroke:var(--line)}
.after{fill:none;stroke:var(--after);stroke-width:1.6}.m1{stroke:var(--ink);stroke-dasharray:3 3}
.m2{stroke:var(--after);stroke-dasharray:3 3}
"""


def page(report: DatasetReport) -> str:
    """The whole document."""
    sections = [
        _head(report), _changed(report), _distributions(report), _worst(report), _groups("By object", report.by_object, report),
        _groups("By source", report.by_source, report), _problems(report),
    ]  # fmt: skip
    return whole(f"Inspection of {report.title}", sections)


def whole(title: str, sections: Iterable[str]) -> str:
    """A page of its own around sections that are HTML already; the title is text."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{''.join(sections)}</body></html>\n"
    )


def _head(report: DatasetReport) -> str:
    frames = sum(clip.frames for clip in report.clips)
    seconds = sum(clip.frames / clip.fps for clip in report.clips)
    faulty = sum(bool(clip.artifacts) for clip in report.clips)
    facts = f"{len(report.clips)} clips, {frames} frames, {seconds / 60:.1f} min. {faulty} clips have artifacts."
    if report.against:
        facts += f" Before: {report.title}; after: {report.against}."
    made = f"Made {report.created} by InterAct Studio {report.code}."
    return f"<h1>Inspection of {html.escape(report.title)}</h1><p>{html.escape(facts)}<br>{html.escape(made)}</p>"


def _changed(report: DatasetReport) -> str:
    if not report.changes:
        return ""
    rows = []
    for found in report.distributions:
        if not found.after:
            continue
        verdicts = [row.verdict for change in report.changes for row in change.comparison.rows if row.measure == found.measure]
        before, after = found.quantile(0.5), found.quantile(0.5, after=True)
        p95 = found.quantile(0.95), found.quantile(0.95, after=True)
        rows.append((
            html.escape(found.title), _figure(before, found.unit), _figure(after, found.unit), _figure(p95[0], found.unit),
            _figure(p95[1], found.unit), _count(verdicts.count("better"), "good"), _count(verdicts.count("worse"), "bad"),
        ))  # fmt: skip
    heads = ("Measure", "median before", "after", "95 % before", "after", "clips better", "clips worse")
    return section("Before and after", table(heads, rows)) + _regressions(report.regressions)


def _regressions(changes: Sequence[Change]) -> str:
    if not changes:
        return "<p>No clip got worse in any measure.</p>"
    rows = []
    for change in changes[:_ROWS]:
        row = change.comparison.worse[0]
        before = float("nan") if row.before is None else row.before
        after = float("nan") if row.after is None else row.after
        rows.append((
            html.escape(change.clip), html.escape(row.title), _figure(before, row.unit), _figure(after, row.unit),
            f"{len(change.comparison.worse)} / {len(change.comparison.better)}",
            f"{change.severity[0]:.2f} → {change.severity[1]:.2f}",
        ))  # fmt: skip
    heads = ("Clip", "worst regression", "before", "after", "measures worse / better", "severity")
    return section("Clips that got worse", table(heads, rows), _cut(len(changes)))


def _distributions(report: DatasetReport) -> str:
    plots = "".join(_plot(found) for found in report.distributions if found.values or found.after)
    hint = "Bars: clips. Dashed: median." + (" Orange: after." if report.changes else "")
    return f'<h2>Distributions</h2><p>{hint}</p><div class="grid">{plots}</div>'


def _plot(found: Distribution) -> str:
    facts = f"median {figure_text(found.quantile(0.5), found.unit)}, 95 % {figure_text(found.quantile(0.95), found.unit)}"
    if found.worst_clip:
        facts += f", worst: {found.worst_clip}"
    picture = histogram(found.values, found.unit, found.title, found.after)
    return f'<div class="plot"><h3>{html.escape(found.title)}</h3><p>{html.escape(facts)}</p>{picture}</div>'


def _worst(report: DatasetReport) -> str:
    rows = []
    for clip in report.worst[:_ROWS]:
        kinds = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in clip.artifacts.items())
        after = NONE if clip.after_severity is None else f"{clip.after_severity:.2f}"
        cells = [html.escape(clip.id), f"{clip.severity:.2f}", html.escape(kinds) or NONE, str(clip.frames)]
        rows.append((*cells, after) if report.changes else tuple(cells))
    heads = ("Clip", "severity", "artifacts", "frames", *(("severity after",) if report.changes else ()))
    return section("Worst clips", table(heads, rows), _cut(len(report.clips)))


def _groups(title: str, groups: Sequence[Group], report: DatasetReport) -> str:
    units = {found.measure: (found.title, found.unit) for found in report.distributions}
    measures = [name for name in KEY_MEASURES if any(name in group.medians for group in groups)]
    rows = []
    for group in groups:
        cells = [html.escape(group.name), str(group.clips), f"{group.severity:.2f}"]
        for name in measures:
            text = _figure(group.medians.get(name, math.nan), units[name][1])
            if report.changes:
                text += f" → {_figure(group.after.get(name, math.nan), units[name][1])}"
            cells.append(text)
        rows.append(tuple(cells))
    heads = (title.removeprefix("By ").capitalize(), "clips", "mean severity", *(units[name][0] for name in measures))
    return section(title, table(heads, rows), "Medians over the clips.")


def _problems(report: DatasetReport) -> str:
    if not report.problems:
        return ""
    rows = [(html.escape(p.get("clip", "")) or "data set", html.escape(p.get("message", ""))) for p in report.problems]
    return section("Could not be measured", table(("Clip", "why"), rows))


def section(title: str, body: str, note: str = "") -> str:
    """A heading, a remark and what follows it; the body is HTML already."""
    return f"<h2>{html.escape(title)}</h2>{f'<p>{html.escape(note)}</p>' if note else ''}{body}"


def table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already, heads are text."""
    head = "".join(f"<th>{html.escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _figure(value: float, unit: str) -> str:
    return html.escape(figure_text(value, unit))


def _count(number: int, kind: str) -> str:
    return f'<span class="{kind}">{number}</span>' if number else "0"


def _cut(total: int) -> str:
    return f"The first {_ROWS} of {total}; clips.csv has all." if total > _ROWS else ""
