"""What the canvas asks of a lane. A lane holds its data and draws itself; it knows neither scrolling nor the mouse cursor.

A new lane is one file here with a class of this kind, and its name in `lanes/__init__.py`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QImage, QPainter, qRgba

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.envelope import Coverage
from interact_app.widgets.glyphs import Glyph
from interact_app.widgets.tones import Rgb, Tones


@dataclass(frozen=True)
class LaneStyle:
    """Everything of the look that a lane needs: interface tones, a small font, device pixels per logical pixel."""

    tones: Tones
    font: QFont
    scale: float


@dataclass(frozen=True)
class Sign:
    """A shape and a colour, so that neither has to tell alone."""

    glyph: Glyph
    rgb: Rgb


class Lane(ABC):
    """One row of the timeline. Heights are logical pixels; a stretchable lane takes its share of spare height."""

    id: str
    title: str
    height: ClassVar[int] = 28
    smallest: ClassVar[int] = 14
    """What is left of the height where the timeline is low: still readable, not pretty."""
    stretchable: ClassVar[bool] = True
    help: str = ""
    shows_text: ClassVar[bool] = False
    """Whether its content comes from what people write, which changes with every key."""

    @abstractmethod
    def load(self, data: TimelineData) -> None:
        """Take what is needed from the data; called when it changed."""

    @abstractmethod
    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        """Draw the frames of the axis into rect, whose left edge is axis.start. The result is cached as a pixmap."""

    def value_text(self, frame: int) -> str:
        """The value at a frame for the header, short."""
        return ""

    def scale_text(self) -> str:
        """The second line of the header in a tall lane: range and threshold."""
        return ""

    def tooltip(self, frame: int) -> str:
        """One line about a frame for the hover box."""
        return f"{self.title} {self.value_text(frame)}"

    @property
    def rows(self) -> int:
        """How many times the lane's height it needs: blocks that overlap are stacked."""
        return 1

    @property
    def has_data(self) -> bool:
        return True

    @property
    def content(self) -> object:
        """What is drawn of words: the same again need not be drawn again."""
        return None

    @property
    def wanted(self) -> bool:
        """Whether it is shown where the user has not chosen."""
        return True

    @property
    def sign(self) -> Sign | None:
        """Shape and colour before its title."""
        return None

    @property
    def is_target(self) -> bool:
        """Whether new segments go here."""
        return False


def draw_coverage(painter: QPainter, rect: QRectF, coverage: Coverage, rgb: Rgb, alpha: float, style: LaneStyle) -> None:
    """Coverage in device pixels onto rect, sharp at any scale. A colour table turns it into colour, four times
    cheaper than making four channels here."""
    rows = np.flatnonzero(coverage.any(axis=1))
    if not len(rows):
        return
    # Only the rows that hold something: a flat curve covers three of a hundred, and blending is what costs.
    first = int(rows[0])
    pixels = np.ascontiguousarray(coverage[first : int(rows[-1]) + 1])
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_shades(rgb, alpha))
    image.setDevicePixelRatio(style.scale)
    painter.drawImage(rect.topLeft() + QPointF(0, first / style.scale), image)


@lru_cache(maxsize=64)
def _shades(rgb: Rgb, alpha: float) -> list[int]:
    """One colour at 256 opacities, as QRgb."""
    return [qRgba(*rgb, round(level * alpha)) for level in range(256)]


def device_size(rect: QRectF, style: LaneStyle) -> tuple[int, int]:
    """Width and height of rect in device pixels, at least 1."""
    return max(round(rect.width() * style.scale), 1), max(round(rect.height() * style.scale), 1)
