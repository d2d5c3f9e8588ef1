"""How grave a finding is, told by shape first and by colour second."""

from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF

from interact_app.widgets.tones import BLUE, ORANGE, data_color, mix

if TYPE_CHECKING:
    from interact_core.annotation.lint.findings import Severity

SIDE: Final = 14


def finding_color(severity: "Severity", palette: QPalette) -> QColor:
    """An error in the theme's red; a warning orange, darker on a light ground; a hint blue."""
    if severity == "error":
        return palette.color(QPalette.ColorRole.BrightText)
    if severity == "warning":
        on_light = palette.color(QPalette.ColorRole.Base).lightness() >= 128
        return mix(data_color(ORANGE), QColor(0, 0, 0), 0.32) if on_light else data_color(ORANGE)
    return data_color(BLUE)


def finding_icon(severity: "Severity", palette: QPalette) -> QIcon:
    """A disc with a cross, a triangle, an i in a ring."""
    return _icon(severity, finding_color(severity, palette).rgb())


@cache
def _icon(severity: "Severity", rgb: int) -> QIcon:
    drawn = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(SIDE, SIDE) * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _DRAW[severity](painter, QColor(rgb))
        painter.end()
        drawn.addPixmap(pixmap)
    return drawn


def _error(painter: QPainter, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QRectF(1, 1, 12, 12))
    painter.setPen(QPen(QColor("white" if color.lightness() < 140 else "black"), 1.6))
    painter.drawLine(QPointF(4.8, 4.8), QPointF(9.2, 9.2))
    painter.drawLine(QPointF(9.2, 4.8), QPointF(4.8, 9.2))


def _warning(painter: QPainter, color: QColor) -> None:
    painter.setPen(QPen(color, 1.5, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPolygon(QPolygonF([QPointF(7, 1.6), QPointF(13, 12.4), QPointF(1, 12.4)]))
    _exclaim(painter, color, 5.4, 8.6, 10.6)


def _hint(painter: QPainter, color: QColor) -> None:
    painter.setPen(QPen(color, 1.4))
    painter.drawEllipse(QRectF(1.2, 1.2, 11.6, 11.6))
    _exclaim(painter, color, 6.6, 10.2, 4.2)


def _exclaim(painter: QPainter, color: QColor, top: float, bottom: float, dot: float) -> None:
    painter.setPen(QPen(color, 1.5))
    painter.drawLine(QPointF(7, top), QPointF(7, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(7, dot), 0.95, 0.95)


_DRAW: Final = {"error": _error, "warning": _warning, "hint": _hint}
