"""The colour scale of the shown field: a bar with its ends and middle in the field's unit."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interact_app.widgets.tones import Tones
from interact_core.figures import figure_text, number_text

_BAR_HEIGHT = 14


class Legend(QWidget):
    """Shows a map by name between two values; says nothing about vertices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: tuple[str, bool] | None = None
        self._low, self._high, self._unit = 0.0, 1.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, colormap: str, low: float, high: float, unit: str, *, diverging: bool) -> None:
        """A diverging map keeps its neutral colour at zero, so its bar is symmetric, as the scene draws it."""
        if diverging:
            reach = max(abs(low), abs(high))
            low, high = -reach, reach
        self._map = (colormap, diverging)
        self._low, self._high, self._unit = low, high, unit
        self.setAccessibleName(self.tr("Colour scale from {0} to {1}").format(figure_text(low, unit), figure_text(high, unit)))
        self.update()

    def clear(self) -> None:
        self._map = None
        self.setAccessibleName(self.tr("No colour scale"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _BAR_HEIGHT + 5 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = Tones.of(self.palette())
        bar = QRectF(0.5, 0.5, self.width() - 1, _BAR_HEIGHT)
        if self._map is None:
            painter.setPen(tones.line)
            painter.drawRect(bar)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, _bar_image(*self._map))
        painter.setPen(tones.line)
        painter.drawRect(bar)
        self._paint_labels(painter, tones)

    def _paint_labels(self, painter: QPainter, tones: Tones) -> None:
        row = QRectF(0, _BAR_HEIGHT + 4, self.width(), self.fontMetrics().height())
        middle = (self._low + self._high) / 2
        painter.setPen(tones.text)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft, number_text(self._low, self._unit))
        painter.drawText(row, Qt.AlignmentFlag.AlignHCenter, number_text(middle, self._unit))
        painter.drawText(row, Qt.AlignmentFlag.AlignRight, figure_text(self._high, self._unit))


@lru_cache(maxsize=16)
def _bar_image(colormap: str, diverging: bool) -> QImage:
    """256 x 1 pixels of the map."""
    from interact_app.scene.fields import colours  # late: VTK is slow to import and the window comes first

    rgb = np.rint(colours(colormap, diverging) * 255).astype(np.uint8)
    return QImage(rgb.tobytes(), len(rgb), 1, 3 * len(rgb), QImage.Format.Format_RGB888).copy()
