"""Painted rows kept as pixmaps: a moving playhead copies pixels instead of drawing curves again."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

PaintRow = Callable[[QPainter, QRectF], None]


class RowCache:
    """One pixmap per row name, made on first use, remade when its size or the pixel density changed."""

    def __init__(self) -> None:
        self._pixmaps: dict[str, QPixmap] = {}

    def drop(self, *names: str) -> None:
        """Forget these rows, or all of them."""
        if not names:
            self._pixmaps.clear()
        for name in names:
            self._pixmaps.pop(name, None)

    def draw(self, painter: QPainter, name: str, rect: QRectF, scale: float, paint: PaintRow) -> None:
        """Copy the row onto rect; `paint` gets a painter and the row's own rectangle from (0, 0)."""
        width, height = max(round(rect.width() * scale), 1), max(round(rect.height() * scale), 1)
        pixmap = self._pixmaps.get(name)
        if pixmap is None or pixmap.width() != width or pixmap.height() != height or pixmap.devicePixelRatio() != scale:
            pixmap = QPixmap(width, height)
            pixmap.setDevicePixelRatio(scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            row_painter = QPainter(pixmap)
            paint(row_painter, QRectF(QPointF(0, 0), rect.size()))
            row_painter.end()
            self._pixmaps[name] = pixmap
        painter.drawPixmap(rect.topLeft(), pixmap)
