"""Colours: interface tones mixed from the palette, data colours fixed in every theme.

Data colours are Okabe and Ito's colour-blind safe set (https://jfly.uni-koeln.de/color/), the blue a little lighter so
that it also reads on a dark ground.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QPalette

Rgb = tuple[int, int, int]

VERMILLION: Final[Rgb] = (213, 94, 0)
ORANGE: Final[Rgb] = (230, 159, 0)
BLUE: Final[Rgb] = (38, 133, 205)
SKY: Final[Rgb] = (86, 180, 233)
GREEN: Final[Rgb] = (0, 158, 115)
PURPLE: Final[Rgb] = (190, 105, 160)

COMPARED: Final[Rgb] = (219, 76, 158)
"""The second of two versions: its ghost, its curves, the mark at its name."""

LEFT_HAND: Final = BLUE
RIGHT_HAND: Final = ORANGE

_ROLE = QPalette.ColorRole


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of the second colour in the first, opaque."""
    return QColor(
        round(first.red() + (second.red() - first.red()) * share),
        round(first.green() + (second.green() - first.green()) * share),
        round(first.blue() + (second.blue() - first.blue()) * share),
    )


def with_alpha(color: QColor, alpha: float) -> QColor:
    faded = QColor(color)
    faded.setAlphaF(alpha)
    return faded


@dataclass(frozen=True)
class Tones:
    """Interface colours derived from a palette, so that dark and light need no second list."""

    base: QColor
    window: QColor
    text: QColor
    muted: QColor
    faint: QColor
    line: QColor
    heading: QColor
    """The ground of a heading inside a panel."""
    accent: QColor
    on_accent: QColor

    @classmethod
    def of(cls, palette: QPalette) -> "Tones":
        base, text, window = palette.color(_ROLE.Base), palette.color(_ROLE.Text), palette.color(_ROLE.Window)
        return cls(
            base=base,
            window=window,
            text=text,
            muted=mix(text, base, 0.35),
            faint=mix(base, text, 0.06),
            line=mix(base, text, 0.16),
            heading=mix(window, text, 0.05),
            accent=palette.color(_ROLE.Highlight),
            on_accent=palette.color(_ROLE.HighlightedText),
        )

    @property
    def is_dark(self) -> bool:
        return self.base.lightnessF() < 0.5


def data_color(rgb: Rgb) -> QColor:
    return QColor(*rgb)
