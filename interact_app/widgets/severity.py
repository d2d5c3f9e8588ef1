"""Severity as one to three bars, a check mark when clean: readable without its colour."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from interact_app.widgets import glyphs
from interact_app.widgets.tones import GREEN, ORANGE, VERMILLION, Rgb, Tones, data_color

LEVELS: Final = ("clean", "slight", "clear", "severe")
LIMITS: Final = (0.02, 0.35, 0.7)
"""Where slight, clear and severe begin, on the scale of `Inspection.severity`."""
_COLORS: Final[tuple[Rgb, ...]] = (GREEN, ORANGE, ORANGE, VERMILLION)


def level_of(severity: float) -> int:
    """0 clean .. 3 severe."""
    return sum(severity >= limit for limit in LIMITS)


def paint_severity(painter: QPainter, rect: QRectF, severity: float | None, tones: Tones) -> None:
    """Into a square of about 16 pixels. None, not inspected yet, is an empty outline."""
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16, rect.height() / 16)
    if severity is not None and level_of(severity) == 0:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(glyphs.check(), data_color(GREEN))
    else:
        level = 0 if severity is None else level_of(severity)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in range(3):
            height = 5.0 + 4 * bar
            color = data_color(_COLORS[level]) if bar < level else tones.line
            painter.fillRect(QRectF(1.5 + 4.6 * bar, 14.5 - height, 3.6, height), color)
    painter.restore()
