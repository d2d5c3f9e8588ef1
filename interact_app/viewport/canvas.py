"""Shows the picture and turns mouse and wheel into gestures. It knows neither the scene nor the session."""

import time
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from interact_app.viewport.hud import Hud

_HOVER_MS: Final = 60
_CLICK_PIXELS: Final = 4


class Canvas(QWidget):
    """Positions in signals are logical pixels, y from the top; deltas likewise."""

    orbited = Signal(float, float)
    panned = Signal(float, float)
    dollied = Signal(float)
    gesture_started = Signal()
    gesture_ended = Signal()
    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)
    hovered = Signal(QPointF)
    left = Signal()
    resized = Signal()

    def __init__(self, hud: Hud, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewport.canvas")
        self.setAccessibleName("3D view")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._hud = hud
        self._image = QImage()
        self.paint_seconds = 0.0
        """What the last painting took: a stretched image costs more than one that fits."""
        self._last: QPointF | None = None
        self._pressed_at = QPointF()
        self._hover_at = QPointF()
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.timeout.connect(lambda: self.hovered.emit(self._hover_at))

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    @property
    def pixel_size(self) -> QSize:
        """Device pixels of the whole canvas."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    @property
    def image(self) -> QImage:
        return self._image

    def show_image(self, image: QImage) -> None:
        """Stretched over the canvas, whatever its size: a coarser picture while moving, a sharp one after."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        start = time.perf_counter()
        painter = QPainter(self)
        if self._image.isNull():
            self._hud.paint_background(painter, self.rect())
        else:
            smooth = self._image.size() != self.pixel_size
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(QRectF(self.rect()), self._image)
        self._hud.paint(painter, self.rect())
        painter.end()
        self.paint_seconds = time.perf_counter() - start

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.resized.emit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._last = self._pressed_at = event.position()
        self._hover_timer.stop()
        self.left.emit()
        self.gesture_started.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is None:
            self._hover_at = event.position()
            self._hover_timer.start(_HOVER_MS)
            return
        delta = event.position() - self._last
        self._last = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        buttons = event.buttons()
        if buttons & Qt.MouseButton.MiddleButton or (buttons & Qt.MouseButton.LeftButton and shift):
            self.panned.emit(delta.x(), delta.y())
        elif buttons & Qt.MouseButton.LeftButton:
            self.orbited.emit(delta.x(), delta.y())
        elif buttons & Qt.MouseButton.RightButton:
            self.dollied.emit(1.01 ** (-delta.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._last is None or event.buttons() != Qt.MouseButton.NoButton:
            return
        self._last = None
        self.gesture_ended.emit()
        moved = event.position() - self._pressed_at
        if event.button() == Qt.MouseButton.LeftButton and moved.manhattanLength() < _CLICK_PIXELS:
            self.clicked.emit(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A notch is 120; touchpads send many small steps of it.
        self.dollied.emit(1.15 ** (event.angleDelta().y() / 120))
        event.accept()

    def leaveEvent(self, event: object) -> None:
        self._hover_timer.stop()
        self.left.emit()
