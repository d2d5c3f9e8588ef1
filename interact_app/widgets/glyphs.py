"""Shapes as vector paths in a 16 x 16 box: the marks of artifacts, and the few icons that the theme does not have.

Drawn at paint time, so they follow dark and light and stay sharp at any scale without image files.
"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPalette,
    QPixmap,
    QPolygonF,
)

Glyph = Callable[[], QPainterPath]
_BOX = 16.0


class _GlyphEngine(QIconEngine):
    """Paints a path in the palette's text colour."""

    def __init__(self, glyph: Glyph) -> None:
        super().__init__()
        self._glyph = glyph

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._glyph)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        palette = QGuiApplication.palette()
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        color = palette.color(group, QPalette.ColorRole.ButtonText)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(rect).topLeft())
        painter.scale(rect.width() / _BOX, rect.height() / _BOX)
        painter.fillPath(self._glyph(), color)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


def icon(glyph: Glyph) -> QIcon:
    return QIcon(_GlyphEngine(glyph))


def polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _bar(x: float, y: float, w: float, h: float) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(x, y, w, h))
    return path


def _stroked(path: QPainterPath, width: float = 1.6) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(path)


def _lines(*polylines: tuple[tuple[float, float], ...], width: float = 1.6) -> QPainterPath:
    path = QPainterPath()
    for points in polylines:
        path.moveTo(*points[0])
        for x, y in points[1:]:
            path.lineTo(x, y)
    return _stroked(path, width)


def _joined(*paths: QPainterPath) -> QPainterPath:
    result = QPainterPath()
    result.setFillRule(Qt.FillRule.WindingFill)
    for path in paths:
        result.addPath(path)
    return result


def loop_range() -> QPainterPath:
    brackets = _lines(((4.4, 2.8), (2.4, 2.8), (2.4, 13.2), (4.4, 13.2)), ((11.6, 2.8), (13.6, 2.8), (13.6, 13.2), (11.6, 13.2)))
    return _joined(brackets, _lines(((5.2, 8), (10, 8))), polygon((8.6, 5.4), (11.4, 8), (8.6, 10.6)))


def no_loop() -> QPainterPath:
    return _joined(_lines(((2.6, 8), (9.6, 8))), polygon((8.2, 4.6), (11.6, 8), (8.2, 11.4)), _bar(12, 3.4, 1.7, 9.2))


def real_time() -> QPainterPath:
    circle = QPainterPath()
    circle.addEllipse(QPointF(8, 8), 5.8, 5.8)
    return _joined(_stroked(circle), _lines(((8, 4.6), (8, 8), (10.6, 9.4))))


def every_frame() -> QPainterPath:
    return _joined(*(_lines(((x, 3), (x + 3, 3), (x + 3, 13), (x, 13), (x, 3)), width=1.3) for x in (1.4, 6.5, 11.6)))


def minus() -> QPainterPath:
    return _lines(((3.4, 8), (12.6, 8)))


def menu() -> QPainterPath:
    return _lines(((3, 4), (13, 4)), ((3, 8), (13, 8)), ((3, 12), (13, 12)))


def check() -> QPainterPath:
    return _lines(((3, 8.4), (6.6, 12), (13, 4.4)), width=1.9)


def retry() -> QPainterPath:
    arc = QPainterPath()
    arc.arcMoveTo(QRectF(2.6, 2.6, 10.8, 10.8), 60)
    arc.arcTo(QRectF(2.6, 2.6, 10.8, 10.8), 60, 290)
    return _joined(_stroked(arc), polygon((8.4, 0.4), (12.6, 3.4), (8.6, 6.6)))


def diamond() -> QPainterPath:
    return polygon((8, 2), (14, 8), (8, 14), (2, 8))


def triangle_down() -> QPainterPath:
    return polygon((1.8, 3), (14.2, 3), (8, 14))


def triangle_up() -> QPainterPath:
    return polygon((8, 2), (14.2, 13), (1.8, 13))


def square() -> QPainterPath:
    return _bar(3, 3, 10, 10)


def disc() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), 5.8, 5.8)
    return path


def zigzag() -> QPainterPath:
    return _lines(((2, 11), (5.4, 4.4), (8, 12), (10.8, 4), (14, 10.6)), width=2.4)


def flat_bar() -> QPainterPath:
    return _bar(2, 9, 12, 4)


def pentagon() -> QPainterPath:
    return polygon((8, 1.8), (14.4, 6.6), (12, 14), (4, 14), (1.6, 6.6))
