"""Words over the compared pictures: which version is seen where, its figures, and the line of the wipe."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from interact_app.compare.comparison import Comparison
from interact_app.compare.composer import Composer
from interact_app.compare.modes import LETTERS, QUANTITIES
from interact_app.compare.panes import panes
from interact_app.compare.sides import Side
from interact_app.theme.palette import Tones
from interact_app.widgets.tones import COMPARED, data_color

_MARGIN: Final = 12
_PAD: Final = 7
_CLOCK: Final = 200
"""Room in the upper right corner that belongs to the time."""
_GRAB: Final = 8
_HANDLE: Final = 9.0


class PaneLabels(QWidget):
    """Lies over the canvas and lets the mouse through, but for the line of the wipe."""

    divider_moved = Signal(float)

    def __init__(self, canvas: QWidget, comparison: Comparison, composer: Composer, tones: Callable[[], Tones]) -> None:
        super().__init__(canvas)
        self.setObjectName("compare.labels")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._comparison, self._composer, self._tones = comparison, composer, tones
        self._canvas, self._dragging = canvas, False
        canvas.installEventFilter(self)
        self.setGeometry(canvas.rect())
        comparison.changed.connect(self._changed)
        comparison.view_changed.connect(self._changed)
        comparison.figures_changed.connect(self._changed)
        self._changed()

    def texts(self) -> list[tuple[str, str]]:
        """Title and figures of each view, as they are shown."""
        return [(title, figures) for _rect, title, figures, _other in self._plates()]

    # Inside

    def _changed(self) -> None:
        self.setVisible(self._composer.mode != "off")
        self.update()

    def _plates(self) -> list[tuple[QRect, str, str, bool]]:
        """Where, what, its figures, and whether it is the second version."""
        sides, mode = self._comparison.sides, self._composer.mode
        if mode == "off" or not sides:
            return []
        if mode == "side_by_side":
            rects = panes(self.size(), len(sides))
            return [(rect, *self._words(k, side), k > 0) for k, (rect, side) in enumerate(zip(rects, sides, strict=True))]
        if mode in ("wipe", "ghost"):
            half = self.width() // 2
            rects = [QRect(0, 0, half, self.height()), QRect(half, 0, self.width() - half, self.height())]
            return [(rect, *self._words(k, side), k > 0) for k, (rect, side) in enumerate(zip(rects, sides[:2], strict=True))]
        if mode == "difference":
            return [(self.rect(), *self._difference(sides), True)]
        shown = self._composer.shown[0]
        return [(self.rect(), *self._words(shown, sides[shown]), shown > 0)]

    def _words(self, place: int, side: Side) -> tuple[str, str]:
        title = f"{LETTERS[place]}  {side.title}"
        if self._composer.mode == "ghost":
            title += self.tr(" (ghost)") if place else ""
        if side.error is not None:
            return title, self.tr("cannot be shown")
        if side.posed is None:
            return title, self.tr("being computed …")
        return title, "  ·  ".join(side.figures()) or self.tr("not measured yet")

    def _difference(self, sides: tuple[Side, ...]) -> tuple[str, str]:
        differing, quantity = self._comparison.differing, self._comparison.quantity
        title = self.tr("From A {0} to B {1}").format(sides[0].title, sides[1].title)
        if differing.problem:
            return title, differing.problem
        if differing.field("body") is None and differing.field("object") is None:
            return title, self.tr("being computed …")
        return title, QUANTITIES[quantity]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._composer.mode == "wipe":
            self._paint_divider(painter)
        for rect, title, figures, other in self._plates():
            self._paint_plate(painter, rect, title, figures, other)

    def _paint_plate(self, painter: QPainter, rect: QRect, title: str, figures: str, other: bool) -> None:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        head, small = QFontMetricsF(bold), QFontMetricsF(self.font())
        beside_clock = rect.top() == 0 and rect.right() > self.width() - rect.width() / 2
        room = rect.width() - 2 * _MARGIN - 2 * _PAD - 6
        # A name too long to stand beside the time stands below it.
        below = beside_clock and head.horizontalAdvance(title) > room - _CLOCK
        room -= _CLOCK if beside_clock and not below else 0
        title = head.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        figures = _fitting(figures, small, room)
        width = max(head.horizontalAdvance(title), small.horizontalAdvance(figures)) + 2 * _PAD + 6
        height = head.height() + small.height() + _PAD
        top = rect.top() + _MARGIN + (height + _MARGIN / 2 if below else 0)
        plate = QRectF(rect.left() + _MARGIN, top, width, height)
        tones = self._tones()
        ground = QColor(tones.panel)
        ground.setAlphaF(0.82)
        path = QPainterPath()
        path.addRoundedRect(plate, 5, 5)
        painter.fillPath(path, ground)
        painter.fillRect(QRectF(plate.left(), plate.top() + 4, 4, plate.height() - 8),
                         data_color(COMPARED) if other else QColor(tones.muted))  # fmt: skip
        painter.setPen(QColor(tones.text))
        painter.setFont(bold)
        base = plate.top() + _PAD / 2 + head.ascent()
        painter.drawText(QPointF(plate.left() + _PAD + 4, base), title)
        painter.setFont(self.font())
        painter.setPen(QColor(tones.muted))
        painter.drawText(QPointF(plate.left() + _PAD + 4, base + small.height()), figures)

    def _paint_divider(self, painter: QPainter) -> None:
        x = self._divider_x
        # Light on dark on light: it shows on any picture.
        for pen in (QPen(QColor(0, 0, 0, 120), 4), QPen(QColor(255, 255, 255, 230), 1.6)):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        middle = QPointF(x, self.height() / 2)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor(255, 255, 255, 235))
        painter.drawEllipse(middle, _HANDLE, _HANDLE)
        painter.setPen(QPen(QColor(40, 40, 40), 1.6))
        for way in (-1, 1):
            tip = middle + QPointF(way * 6, 0)
            painter.drawLine(tip, tip + QPointF(-way * 3, -3))
            painter.drawLine(tip, tip + QPointF(-way * 3, 3))

    # The wipe's line under the mouse

    @property
    def _divider_x(self) -> float:
        return self._comparison.divider * self.width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        if self._composer.mode != "wipe" or not isinstance(event, QMouseEvent):
            self._dragging = False
            return False
        return self._mouse(event)

    def _mouse(self, event: QMouseEvent) -> bool:
        x, kind = event.position().x(), event.type()
        near = abs(x - self._divider_x) <= _GRAB
        if kind == QEvent.Type.MouseButtonPress and near and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
        elif kind == QEvent.Type.MouseMove and self._dragging:
            self.divider_moved.emit(x / max(self.width(), 1))
        elif kind == QEvent.Type.MouseButtonRelease and self._dragging:
            self._dragging = False
        else:
            if kind == QEvent.Type.MouseMove and not event.buttons():
                shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
                self._canvas.setCursor(shape)
            return False
        return True


def _fitting(text: str, metrics: QFontMetricsF, room: float) -> str:
    """As many figures as there is room for: half a figure is none."""
    parts = text.split("  ·  ")
    while len(parts) > 1 and metrics.horizontalAdvance("  ·  ".join(parts)) > room:
        parts.pop()
    return metrics.elidedText("  ·  ".join(parts), Qt.TextElideMode.ElideRight, room)
