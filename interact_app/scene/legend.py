"""The colour legend: what is shown, in which unit, from where to where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interact_app.scene.fields import ColourRange, colours
from interact_app.scene.flat import Label, Strip
from interact_app.scene.studio import Mood

_TICKS: Final = 5
_WIDTH, _HEIGHT, _BAR, _PAD, _MARGIN = 288, 62, 12, 12, 16


@dataclass(frozen=True)
class LegendEntry:
    """One bar of the legend: title ("Penetration depth"), what it lies on ("body + object"), unit and colours."""

    title: str
    where: str
    unit: str
    range: ColourRange


class Legend:
    """Bars stacked in the lower right corner. Sizes are logical pixels times the screen's pixel ratio."""

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer
        self._bars: list[_Bar] = []
        self._visible = True

    def show(self, entries: tuple[LegendEntry, ...], mood: Mood, ratio: float, size: tuple[int, int]) -> None:
        """Rebuild; called when the field, its range, the theme, the size or the screen changes, never per frame."""
        self.clear()
        for k, entry in enumerate(entries):
            bar = _Bar(entry, mood, ratio)
            bar.place(size[0] - (_WIDTH + _MARGIN) * ratio, (_MARGIN + k * (_HEIGHT + 8)) * ratio, ratio)
            self._bars.append(bar)
            for actor in bar.actors():
                actor.SetVisibility(self._visible)
                self._renderer.AddViewProp(actor)

    def set_visible(self, visible: bool) -> None:
        self._visible = visible
        for bar in self._bars:
            for actor in bar.actors():
                actor.SetVisibility(visible)

    def clear(self) -> None:
        for bar in self._bars:
            for actor in bar.actors():
                self._renderer.RemoveViewProp(actor)
        self._bars = []


class _Bar:
    def __init__(self, entry: LegendEntry, mood: Mood, ratio: float) -> None:
        used = entry.range.symmetric()
        scale, unit = readable_unit(entry.unit, max(abs(used.vmin), abs(used.vmax)))
        self._panel = Strip(np.array([mood.panel]), mood.panel_opacity)
        self._bar = Strip(colours(used.colormap, used.diverging, 128))
        self._title, self._unit = Label(bold=True), Label("right")
        self._title.set(entry.title, round(13 * ratio), mood.text)
        self._unit.set(f"{entry.where}   {unit}".strip(), round(12 * ratio), mood.text)
        values = np.linspace(used.vmin, used.vmax, _TICKS) * scale
        anchors = ["left", *["centre"] * (_TICKS - 2), "right"]
        self._ticks = [Label(anchor) for anchor in anchors]
        for tick, value in zip(self._ticks, values, strict=True):
            tick.set(_number(value, _digits(values)), round(11.5 * ratio), mood.text)

    def place(self, x: float, y: float, ratio: float) -> None:
        inner, width = x + _PAD * ratio, (_WIDTH - 2 * _PAD) * ratio
        self._panel.place(x, y, _WIDTH * ratio, _HEIGHT * ratio)
        self._bar.place(inner, y + 24 * ratio, width, _BAR * ratio)
        self._title.place(inner, y + 41 * ratio)
        self._unit.place(inner + width, y + 41 * ratio)
        for k, tick in enumerate(self._ticks):
            tick.place(inner + width * k / (_TICKS - 1), y + 6 * ratio)

    def actors(self) -> Iterator[Any]:
        yield from (strip.actor for strip in (self._panel, self._bar))
        yield from (label.actor for label in (self._title, self._unit, *self._ticks))


def readable_unit(unit: str, largest: float) -> tuple[float, str]:
    """(factor, unit) to show lengths in: millimetres below 5 cm, centimetres below a metre."""
    if unit != "m":
        return 1.0, unit
    return (1000.0, "mm") if largest <= 0.05 else (100.0, "cm") if largest < 1.0 else (1.0, "m")


def _digits(values: NDArray[np.float64]) -> int:
    """Decimals that tell the ticks apart to a hundredth of their spread."""
    spread = float(values[-1] - values[0])
    return next((d for d in range(5) if np.abs(values - values.round(d)).max() <= 0.005 * spread), 5)


def _number(value: float, digits: int) -> str:
    return f"{value + 0.0:.{digits}f}".replace("-", "−")
