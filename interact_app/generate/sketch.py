"""An object's path by key poses: what was set, the mouse that sets it, and the line over the picture."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from interact_app.theme.palette import Tones
from interact_core.errors import InputError
from interact_core.generate.key_poses import KeyPose, path_of

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene

_REACH: Final = 14.0
"""Logical pixels around a key's middle at which the mouse takes hold of it."""
_METRES_PER_PIXEL: Final = 0.005
_DEGREES_PER_PIXEL: Final = 0.7
_EVERY: Final = 2
"""Of the path's frames, to draw."""
_EDGES: Final = ((0, 1), (1, 3), (3, 2), (2, 0), (4, 5), (5, 7), (7, 6), (6, 4), (0, 4), (1, 5), (2, 6), (3, 7))
Box = tuple[float, float, float]


class Sketch(QObject):
    """Keys in the order of their times; one of them is chosen. Undo takes back the last change of the keys."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        self.keys: tuple[KeyPose, ...] = ()
        self.chosen = 0
        self.half: Box = (0.15, 0.15, 0.15)
        """Half sizes of the object's box, as it is drawn."""
        self._before: list[tuple[KeyPose, ...]] = []

    def turn(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            self.changed.emit()

    def put(self, keys: tuple[KeyPose, ...], chosen: int = 0) -> None:
        """All keys at once; one step of undo."""
        self._before.append(self.keys)
        self._set(keys, keys[chosen] if keys else None)

    def add(self, key: KeyPose) -> None:
        self._before.append(self.keys)
        self._set((*self.keys, key), key)

    def change(self, *, settled: bool = True, **values: object) -> None:
        """The chosen key; a drag is one step of undo: only its beginning is `settled`."""
        if not self.keys:
            return
        if settled:
            self._before.append(self.keys)
        key = replace(self.keys[self.chosen], **values)  # type: ignore[arg-type]  # fields of KeyPose
        self._set((*self.keys[: self.chosen], key, *self.keys[self.chosen + 1 :]), key)

    def remove(self) -> None:
        if self.keys:
            self.put(self.keys[: self.chosen] + self.keys[self.chosen + 1 :])

    def choose(self, index: int) -> None:
        if 0 <= index < len(self.keys) and index != self.chosen:
            self.chosen = index
            self.changed.emit()

    def problem(self, seconds: float) -> str:
        """What is wrong with the path, "" where it can be followed."""
        try:
            path_of(self.keys, seconds)
        except InputError as error:
            return f"{error.problem[0].upper()}{error.problem[1:]}. {error.remedy or ''}".strip()
        return ""

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> None:
        if self._before:
            keys = self._before.pop()
            self._set(keys, keys[min(self.chosen, len(keys) - 1)] if keys else None)

    def _set(self, keys: tuple[KeyPose, ...], chosen: KeyPose | None) -> None:
        self.keys = tuple(sorted(keys, key=lambda key: key.time))
        self.chosen = 0 if chosen is None else self.keys.index(chosen)
        self.changed.emit()


class SketchLayer(QWidget):
    """Draws the path over the picture and lets the mouse through; watches the canvas for what happens at its keys. While a sheet
    has the picture (`covered`) the path stays what is asked for, and waits."""

    def __init__(
        self, canvas: QWidget, sketch: Sketch, scene: Callable[[], "Scene | None"], tones: Callable[[], Tones],
        seconds: Callable[[], float], covered: Callable[[], bool],
    ) -> None:  # fmt: skip
        super().__init__(canvas)
        self.setObjectName("generate.sketch")
        self.setAccessibleName(self.tr("Sketched path"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas, self._sketch, self._scene, self._tones = canvas, sketch, scene, tones
        self._seconds, self._covered = seconds, covered
        self._held: QPointF | None = None
        self._offset = np.zeros(3)
        canvas.installEventFilter(self)
        self.setGeometry(canvas.rect())
        sketch.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.setVisible(self._sketch.on and not self._covered())
        self.update()

    # Mouse

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        if not self._sketch.on or self._covered() or not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            return self._press(event)
        if event.type() == QEvent.Type.MouseMove and self._held is not None:
            self._drag(event)
            return True
        if event.type() == QEvent.Type.MouseButtonRelease and self._held is not None:
            self._held = None
            return True
        return False

    def _press(self, event: QMouseEvent) -> bool:
        """Takes hold of a key, or with Ctrl sets another one; elsewhere the mouse turns the camera as always."""
        at, sketch = event.position(), self._sketch
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            height = sketch.keys[-1].place[1] if sketch.keys else sketch.half[1]
            place = self.floor_place(at, height)
            if place is not None:
                last = sketch.keys[-1] if sketch.keys else None
                time = 0.0 if last is None else last.time + 1.0
                sketch.add(KeyPose(time, (float(place[0]), height, float(place[2])), last.yaw if last else 0.0))
            return True
        middles = self.projected(np.array([key.place for key in sketch.keys]).reshape(-1, 3))
        for k, middle in enumerate(middles):
            if middle is not None and (middle - at).manhattanLength() < _REACH:
                sketch.choose(k)
                sketch.change()  # where it is: what undo comes back to
                self._held = at
                ground = self.floor_place(at, sketch.keys[k].place[1])
                self._offset = np.zeros(3) if ground is None else np.array(sketch.keys[k].place) - ground
                return True
        return False

    def _drag(self, event: QMouseEvent) -> None:
        assert self._held is not None
        at, key = event.position(), self._sketch.keys[self._sketch.chosen]
        delta, self._held = at - self._held, at
        x, y, z = key.place
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._sketch.change(settled=False, place=(x, max(y - delta.y() * _METRES_PER_PIXEL, 0.0), z))
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._sketch.change(settled=False, yaw=key.yaw + float(np.radians(delta.x() * _DEGREES_PER_PIXEL)))
        else:
            ground = self.floor_place(at, y)
            if ground is not None:
                place = ground + self._offset
                self._sketch.change(settled=False, place=(float(place[0]), y, float(place[2])))

    def floor_place(self, at: QPointF, height: float) -> NDArray[np.float64] | None:
        """Where the line of sight at a place of the canvas is `height` above the floor; None above the horizon or far away."""
        scene = self._scene()
        if scene is None:
            return None
        from interact_app.scene.pick import ray

        x, y = 2 * at.x() / self._canvas.width() - 1, 1 - 2 * at.y() / self._canvas.height()
        view = scene.camera.view
        way = ray(view, (x, y), self._canvas.width() / self._canvas.height())
        distance = (height - view.eye[1]) / way[1] if abs(way[1]) > 1e-6 else -1.0
        return view.eye + distance * way if 0 < distance < 30 else None

    def projected(self, points: NDArray[np.float64]) -> list[QPointF | None]:
        """On the canvas, in logical pixels; None behind the eye."""
        scene = self._scene()
        if scene is None:
            return [None] * len(points)
        from interact_app.scene.pick import seen_at

        width, height = self._canvas.width(), self._canvas.height()
        places = seen_at(scene.camera.view, points, width / height)
        return [
            QPointF((x + 1) / 2 * width, (1 - y) / 2 * height) if np.isfinite(x) else None for x, y in places.tolist()
        ]  # fmt: skip

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tones = QPainter(self), self._tones()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter, QColor(tones.accent), QColor(tones.danger))
        for k, key in enumerate(self._sketch.keys):
            self._paint_key(painter, key, chosen=k == self._sketch.chosen)
        painter.setPen(QColor(tones.muted))
        painter.setFont(self.font())
        text = self.tr("Ctrl+click sets a key  ·  drag moves it, Shift higher or lower, Alt turns it")
        painter.drawText(QRectF(8, self.height() - 26, self.width() - 16, 22), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_line(self, painter: QPainter, color: QColor, danger: QColor) -> None:
        keys, seconds = self._sketch.keys, self._seconds()
        if len(keys) < 2:
            return
        if self._sketch.problem(seconds):  # the panel says it
            places, color = np.array([key.place for key in keys]), danger
        else:
            places = path_of(keys, seconds)[0][::_EVERY]
        on_floor = places * np.array([1.0, 0.0, 1.0])
        for points, pen in (
            (on_floor, QPen(QColor(color.red(), color.green(), color.blue(), 90), 1.5)),
            (places, QPen(color, 3)),
        ):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([p for p in self.projected(points) if p is not None]))

    def _paint_key(self, painter: QPainter, key: KeyPose, *, chosen: bool) -> None:
        tones = self._tones()
        color = QColor(tones.accent if chosen else tones.muted)
        corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * self._sketch.half
        c, s = np.cos(key.yaw), np.sin(key.yaw)
        turned = corners @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + key.place
        seen = self.projected(turned)
        painter.setPen(QPen(color, 2 if chosen else 1))
        for a, b in _EDGES:
            first, second = seen[a], seen[b]
            if first is not None and second is not None:
                painter.drawLine(first, second)
        middle = self.projected(np.array([key.place]))[0]
        if middle is not None:
            painter.setBrush(color)
            painter.drawEllipse(middle, 5, 5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            painter.setFont(bold)
            painter.setPen(QColor(tones.text))
            painter.drawText(middle + QPointF(9, -7), f"{key.time:.1f} s")
