"""Everything that moves the camera: the mouse, presets, framing, following, bookmarks."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QPointF

from interact_app.clock import Clock
from interact_app.display import FOLLOW
from interact_app.session import Session
from interact_app.viewport.canvas import Canvas

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene

log = logging.getLogger(__name__)
_ORBIT_DEGREES: Final = 220.0
"""Turned by a drag across the height of the view."""


class CameraDesk(QObject):
    """`moved` is called after every change of view. Bookmarks are plain values: the application stores them."""

    def __init__(self, session: Session, clock: Clock, canvas: Canvas, moved: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._clock, self._canvas, self._moved = session, clock, canvas, moved
        self._scene: Scene | None = None
        self.bookmarks: dict[int, dict[str, Any]] = {}
        canvas.orbited.connect(self._orbit)
        canvas.panned.connect(self._pan)
        canvas.dollied.connect(self._dolly)
        canvas.double_clicked.connect(self._look_at)

    def attach(self, scene: "Scene") -> None:
        self._scene = scene

    def detach(self) -> None:
        self._scene = None

    # Actions

    def look_from(self, preset: str) -> None:
        """ "front", "back", "left", "right" or "top", relative to the way the person faces."""
        if self._scene is not None:
            self._scene.preset(preset)
            self._moved()

    def frame_selection(self) -> None:
        """Body and object as they are in this frame."""
        if self._scene is not None:
            self._scene.frame_selection()
            self._moved()

    def reset_camera(self) -> None:
        """The whole clip in view, from the first direction."""
        if self._scene is not None:
            self._scene.reset_camera()
            self._moved()

    def cycle_follow(self) -> None:
        """Off, body, object, off."""
        at = FOLLOW.index(self._session.display.follow)
        chosen = FOLLOW[(at + 1) % len(FOLLOW)]
        self._session.set_display(follow=chosen)
        self._session.notice.emit("The camera stands still." if chosen == "off" else f"The camera follows the {chosen}.")

    def recall_bookmark(self, slot: int) -> None:
        """Go to a stored view; an empty slot takes the present one."""
        if self._scene is None:
            return
        if slot not in self.bookmarks:
            self.store_bookmark(slot)
            return
        try:
            self._scene.restore(self.bookmarks[slot])
        except ValueError as error:
            log.warning("Camera %s is damaged and is stored anew: %s", slot, error)
            self.store_bookmark(slot)
        self._session.set_display(follow=self._scene.viewing.followed or "off")
        self._moved()

    def store_bookmark(self, slot: int) -> None:
        if self._scene is not None:
            self.bookmarks[slot] = self._scene.bookmark()
            self._session.notice.emit(f"This view is camera {slot} now: Ctrl+{slot} brings it back.")

    # Mouse

    def _orbit(self, dx: float, dy: float) -> None:
        if self._scene is not None:
            turn = _ORBIT_DEGREES / max(self._canvas.height(), 1)
            self._scene.camera.orbit(-dx * turn, dy * turn)
            self._moved()

    def _pan(self, dx: float, dy: float) -> None:
        if self._scene is not None:
            height = max(self._canvas.height(), 1)
            self._scene.camera.pan(dx / height, -dy / height)
            self._moved()

    def _dolly(self, factor: float) -> None:
        if self._scene is not None:
            self._scene.camera.zoom(factor)
            self._moved()

    def _look_at(self, _position: QPointF) -> None:
        self.frame_selection()
