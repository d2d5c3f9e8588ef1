"""What the session shows, put into the scene: the clip, which frames are ready, fields, overlays, what is hidden."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from interact_app.clock import Clock
from interact_app.display import OVERLAYS
from interact_app.session import Session

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene
    from interact_app.scene.subjects import Target


class SceneLink(QObject):
    """Changes the scene and asks for a draw; never draws by itself but in `show`."""

    def __init__(self, session: Session, clock: Clock, redraw: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._clock, self._redraw = session, clock, redraw
        self._scene: Scene | None = None
        session.clip_opened.connect(self._clip_opened)
        session.frames_ready.connect(self._frames_ready)
        session.fields_ready.connect(self._fields_ready)
        session.inspection_ready.connect(self._inspection_ready)
        session.display_changed.connect(self._apply_display)
        session.versions.preview_changed.connect(self._preview_changed)

    def attach(self, scene: "Scene") -> None:
        self._scene = scene
        self._clip_opened()
        if self._session.inspection is not None:
            self._inspection_ready()

    def detach(self) -> None:
        self._scene = None

    def show(self, frame: int) -> None:
        """Draw a frame, or the empty room."""
        if self._scene is None:
            return
        if self._session.posed is None:
            self._scene.render()
        else:
            self._scene.show_frame(frame)

    def _clip_opened(self) -> None:
        if self._scene is None:
            return
        self._scene.set_clip(self._session.posed)
        self._apply_display()

    def _preview_changed(self) -> None:
        """What is not stored yet shows where it is; measured colours would be those of the clip that is."""
        preview, posed = self._session.versions.preview, self._session.posed
        if self._scene is None or posed is None:
            return
        self._scene.set_motion(posed if preview is None else preview.posed)
        if preview is None:
            self._scene.set_distances(self._session.fields)
            self._apply_display()
        self._redraw()

    def _frames_ready(self, start: int, stop: int) -> None:
        posed = self._session.posed
        if self._scene is None or posed is None:
            return
        self._scene.set_ready(posed.ready)
        if start <= self._clock.frame < stop:
            self._redraw()

    def _fields_ready(self, start: int, stop: int) -> None:
        if start <= self._clock.frame < stop:
            self._apply_fields()
            self._redraw()

    def _inspection_ready(self) -> None:
        if self._scene is not None:
            if self._session.versions.preview is None:
                self._scene.set_distances(self._session.fields)
            self._apply_display()

    def _apply_display(self) -> None:
        if self._scene is None:
            return
        display = self._session.display
        for name in OVERLAYS:
            self._scene.set_overlay(name, name in display.overlays)
        self._scene.hide("body", display.hide_body)
        self._scene.hide("object", display.hide_object)
        if (self._scene.viewing.followed or "off") != display.follow:
            self._scene.follow(_target(display.follow))
        self._apply_fields()
        self._redraw()

    def _apply_fields(self) -> None:
        if self._scene is None or self._session.versions.preview is not None:
            return
        display = self._session.display
        body = self._session.vertex_field("body") if display.field_on_body else None
        thing = self._session.vertex_field("object") if display.field_on_object else None
        self._scene.set_field(body, thing)
        shown = body or thing
        if shown is not None and (display.vmin is not None or display.vmax is not None):
            low = shown.vmin if display.vmin is None else display.vmin
            high = shown.vmax if display.vmax is None else display.vmax
            self._scene.set_range(low, high)


def _target(name: str) -> "Target | None":
    return "body" if name == "body" else "object" if name == "object" else None
