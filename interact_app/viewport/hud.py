"""Words on the picture: what is shown, when, how fast; and, where there is no picture yet, what to do."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen

from interact_app.theme.palette import LIGHT, Tones

_MARGIN: Final = 12
_PAD: Final = 7


@dataclass
class HudText:
    """Everything the overlay says; empty strings say nothing."""

    title: str = ""
    subtitle: str = ""
    time: str = ""
    rate: str = ""
    computing: str = ""
    stale: bool = False
    preview: str = ""
    """That the picture is not the clip, but what becomes of it."""
    empty_title: str = ""
    empty_hint: str = ""


class Hud:
    """Paints on the canvas in logical pixels, so that text is crisp at every density."""

    def __init__(self) -> None:
        self.text = HudText()
        self.tones: Tones = LIGHT
        self.font = QFont()
        self.names_clip = True
        """Whether the picture is of the clip alone: its name and what stands in its place are then said."""
        self.slim = False
        """Only the time, in one line at the very top: the rest of the canvas belongs to somebody else's words."""

    def paint_background(self, painter: QPainter, rect: QRect) -> None:
        """The same gradient as the scene's, for as long as there is no scene."""
        gradient = QLinearGradient(0, rect.top(), 0, rect.bottom())
        gradient.setColorAt(0, QColor(self.tones.viewport_top))
        gradient.setColorAt(1, QColor(self.tones.viewport_bottom))
        painter.fillRect(rect, gradient)

    def paint(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.text
        if text.empty_title:
            self._paint_empty(painter, rect)
            return
        if self.slim:
            self._tag(painter, rect, (f"{text.time} · {text.rate}",), right=True, bottom=False, margin=5)
            return
        if self.names_clip:
            self._tag(painter, rect, (text.title, text.subtitle), right=False, bottom=False)
        self._tag(painter, rect, (text.time, text.rate), right=True, bottom=False)
        if text.computing:
            self._tag(painter, rect, (text.computing,), right=True, bottom=True, warn=text.stale)
        if text.preview and self.names_clip:
            self._tag(painter, rect, (text.preview,), right=False, bottom=True, warn=True)

    def _tag(
        self, painter: QPainter, rect: QRect, lines: tuple[str, ...], *, right: bool, bottom: bool, warn: bool = False,
        margin: int = _MARGIN,
    ) -> None:  # fmt: skip
        shown = [line for line in lines if line]
        if not shown:
            return
        bold = QFont(self.font)
        bold.setWeight(QFont.Weight.DemiBold)
        fonts = [bold, *[self.font] * (len(shown) - 1)]
        metrics = [QFontMetricsF(font) for font in fonts]
        room = rect.width() / 2 - 2 * _MARGIN
        shown = [m.elidedText(line, Qt.TextElideMode.ElideMiddle, room) for m, line in zip(metrics, shown, strict=True)]
        width = max(m.horizontalAdvance(line) for m, line in zip(metrics, shown, strict=True)) + 2 * _PAD
        height = sum(m.height() for m in metrics) + _PAD
        x = rect.right() - _MARGIN - width if right else rect.left() + _MARGIN
        y = rect.bottom() - margin - height if bottom else rect.top() + margin
        self._plate(painter, QRectF(x, y, width, height), warn)
        baseline = y + _PAD / 2
        for font, m, line in zip(fonts, metrics, shown, strict=True):
            painter.setFont(font)
            painter.drawText(QPointF(x + _PAD, baseline + m.ascent()), line)
            baseline += m.height()

    def _plate(self, painter: QPainter, rect: QRectF, warn: bool) -> None:
        """Text must read on any picture: a plate of the window's own colour under it."""
        color = QColor(self.tones.panel)
        color.setAlphaF(0.78)
        path = QPainterPath()
        path.addRoundedRect(rect, 5, 5)
        painter.fillPath(path, color)
        painter.setPen(QPen(QColor(self.tones.warning if warn else self.tones.text)))

    def _paint_empty(self, painter: QPainter, rect: QRect) -> None:
        title = QFont(self.font)
        title.setPointSizeF(title.pointSizeF() * 1.5)
        title.setWeight(QFont.Weight.DemiBold)
        painter.setPen(QColor(self.tones.text))
        painter.setFont(title)
        middle = rect.center().y()
        above = QRect(rect.left() + 24, middle - 80, rect.width() - 48, 72)
        painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, self.text.empty_title)
        painter.setPen(QColor(self.tones.muted))
        painter.setFont(self.font)
        below = QRect(rect.left() + 24, middle + 4, rect.width() - 48, rect.height() // 2 - 8)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, flags, self.text.empty_hint)
