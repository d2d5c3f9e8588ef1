"""The value under the mouse, as a tooltip."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QToolTip

from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.viewport.canvas import Canvas

if TYPE_CHECKING:
    from interact_app.scene.pick import Pick
    from interact_app.scene.scene import Scene


class HoverProbe(QObject):
    """Asks the scene while nothing plays: under playback the answer would be old before it is read."""

    def __init__(self, session: Session, clock: Clock, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._clock, self._canvas = session, clock, canvas
        self._scene: Scene | None = None
        self.text = ""
        """What the tooltip says now; empty over nothing."""
        self.place: Callable[[float, float], tuple[Scene, float, float] | None] | None = None
        """Which scene is seen at a place of the canvas, and where in its picture, as fractions; where there are several."""
        canvas.hovered.connect(self.probe)

    def attach(self, scene: "Scene") -> None:
        self._scene = scene

    def detach(self) -> None:
        self._scene = None

    def probe(self, position: QPointF) -> None:
        """Look under a position of the canvas, in logical pixels."""
        self.text = ""
        if self._scene is None or self._session.posed is None or self._clock.playing:
            QToolTip.hideText()
            return
        x, y = position.x() / max(self._canvas.width(), 1), position.y() / max(self._canvas.height(), 1)
        elsewhere = None if self.place is None else self.place(x, y)
        scene, x, y = elsewhere or (self._scene, x, y)
        found = scene.pick(x, y)
        if found is None:
            QToolTip.hideText()
            return
        self.text = describe(found)
        QToolTip.showText(self._canvas.mapToGlobal(position.toPoint()), self.text, self._canvas)


def describe(pick: "Pick") -> str:
    """One or two lines: where it is and what the field says there."""
    where = pick.part.replace("_", " ") or pick.target
    lines = [f"{where} · vertex {pick.vertex}"]
    if pick.value is not None and pick.value == pick.value:
        lines.append(f"{pick.title}: {format_value(pick.value, pick.unit)}")
    elif pick.title:
        lines.append(f"{pick.title}: not computed yet")
    return "\n".join(lines)


def format_value(value: float, unit: str) -> str:
    """Metres below one are easier to read in millimetres."""
    if unit == "m" and abs(value) < 1.0:
        return f"{1000 * value:.1f} mm"
    return f"{value:.3g} {unit}".rstrip()
