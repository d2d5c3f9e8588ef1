"""Plots as SVG text: they need no library, stay sharp at every size and take the page's colours from its style sheet."""

import html
from collections.abc import Sequence
from typing import Final

import numpy as np

from interact_core.figures import number_text, shown_unit

WIDTH: Final = 360
HEIGHT: Final = 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 8, 34
_BINS: Final = 24


def histogram(values: Sequence[float], unit: str, title: str, after: Sequence[float] = ()) -> str:
    """How many clips have how much; with `after`, its outline over the bars, in the same bins. Lines mark the medians."""
    both = np.asarray([*values, *after], np.float64)
    if both.size == 0:
        return ""
    low, high = float(both.min()), float(both.max())
    if high <= low:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    edges = np.linspace(low, high, _BINS + 1)
    counts, later = np.histogram(values, edges)[0].tolist(), np.histogram(after, edges)[0].tolist()
    top = max(*counts, *later, 1)
    parts = [_bars(counts, top), _outline(later, top) if len(after) else ""]
    for name, some in (("median", values), ("median after", after)):
        if len(some):
            parts.append(_marker(_x((float(np.median(some)) - low) / (high - low)), name))
    label = html.escape(f"{title}: {len(values)} clips, largest bar {top}")
    axis = _axis(low, high, unit, top)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}"><title>{label}</title>{"".join(parts)}{axis}</svg>'
    )


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _bars(counts: Sequence[int], top: int) -> str:
    wide = (WIDTH - _LEFT - _RIGHT) / len(counts)
    return "".join(
        f'<rect class="bar" x="{_x(k / len(counts)) + 0.5:.1f}" y="{_y(n / top):.1f}" width="{wide - 1:.1f}" '
        f'height="{_y(0) - _y(n / top):.1f}"/>'
        for k, n in enumerate(counts) if n
    )  # fmt: skip


def _outline(counts: Sequence[int], top: int) -> str:
    points = [f"{_x(0):.1f},{_y(0):.1f}"]
    for k, n in enumerate(counts):
        points += [f"{_x(k / len(counts)):.1f},{_y(n / top):.1f}", f"{_x((k + 1) / len(counts)):.1f},{_y(n / top):.1f}"]
    points.append(f"{_x(1):.1f},{_y(0):.1f}")
    return f'<polyline class="after" points="{" ".join(points)}"/>'


def _marker(x: float, name: str) -> str:
    kind = "m2" if name.endswith("after") else "m1"
    return f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_y(0):.1f}"><title>{name}</title></line>'


def _axis(low: float, high: float, unit: str, top: int) -> str:
    base = _y(0)
    texts = [
        f'<text x="{_LEFT}" y="{base + 14:.0f}">{number_text(low, unit)}</text>',
        f'<text x="{WIDTH - _RIGHT}" y="{base + 14:.0f}" text-anchor="end">{number_text(high, unit)}</text>',
        f'<text x="{WIDTH / 2}" y="{base + 28:.0f}" text-anchor="middle">{html.escape(shown_unit(unit) or "share")}</text>',
        f'<text x="{WIDTH - _RIGHT}" y="{_TOP + 8}" text-anchor="end">{top} clips</text>',
    ]
    return f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{base:.1f}" y2="{base:.1f}"/>{"".join(texts)}'
