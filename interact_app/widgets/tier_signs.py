"""How tiers are told apart: Okabe and Ito's colours, the same in every theme, each with a shape of its own."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from interact_app.widgets import glyphs
from interact_app.widgets.tones import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Rgb, data_color

YELLOW: Final[Rgb] = (240, 228, 66)
TIER_SIGNS: Final = (
    (glyphs.flat_bar, BLUE),
    (glyphs.square, GREEN),
    (glyphs.pentagon, PURPLE),
    (glyphs.triangle_down, VERMILLION),
    (glyphs.diamond, SKY),
    (glyphs.triangle_up, ORANGE),
    (glyphs.zigzag, YELLOW),
)
"""By a tier's colour index, which begins again where the list ends."""
COLOR_NAMES: Final = ("Blue", "Green", "Purple", "Vermillion", "Sky blue", "Orange", "Yellow")
_SIDE: Final = 16


def tier_icon(color_index: int) -> QIcon:
    """The sign of a tier for lists and menus, sharp at any density."""
    glyph, rgb = TIER_SIGNS[color_index % len(TIER_SIGNS)]
    drawn = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(_SIDE, _SIDE) * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(glyph(), data_color(rgb))
        painter.end()
        drawn.addPixmap(pixmap)
    return drawn
