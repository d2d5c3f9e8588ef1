"""The 3D view: the scene on a canvas, following the clock and the session."""

import logging
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.theme.palette import Tones
from interact_app.viewport.banners import BannerStack
from interact_app.viewport.camera_desk import CameraDesk
from interact_app.viewport.canvas import Canvas
from interact_app.viewport.hover import HoverProbe
from interact_app.viewport.hud import Hud
from interact_app.viewport.hud_writer import HudWriter
from interact_app.viewport.quality import QualityLadder
from interact_app.viewport.scene_link import SceneLink

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene
    from interact_app.scene.studio import Theme
    from interact_app.viewport.render_target import RenderTarget

log = logging.getLogger(__name__)


class Composer(Protocol):
    """Draws something else than the open clip alone, with the viewport's window and scene."""

    def compose(self, target: "RenderTarget", scene: "Scene", size: QSize, frame: int) -> QImage | None: ...
    def close(self) -> None: ...


class Viewport(QWidget):
    """Draws one picture for every `frame_changed`, and none while nothing changes. `start` makes the scene."""

    started = Signal()
    pictured = Signal()
    """Once, when the first picture of a clip is drawn."""
    settled = Signal()
    """A picture in full quality is shown and nothing moves."""

    def __init__(self, session: Session, clock: Clock, actions: ActionRegistry) -> None:
        super().__init__()
        self.setObjectName("viewport")
        self._session, self._clock = session, clock
        self._target: RenderTarget | None = None
        self._scene: Scene | None = None
        self._dark = True
        self._had_clip = False
        self._had_picture = False
        self.composer: Composer | None = None
        self.hud = Hud()
        self.canvas = Canvas(self.hud, self)
        self.banners = BannerStack(self)
        self.quality = QualityLadder(self)
        self._link = SceneLink(session, clock, self.draw_soon, self)
        self.cameras = CameraDesk(session, clock, self.canvas, self._camera_moved, self)
        self._writer = HudWriter(session, clock, self.hud, self.canvas)
        self.hover = HoverProbe(session, clock, self.canvas, self)
        self._draw_timer = QTimer(self)
        self._draw_timer.setSingleShot(True)
        self._draw_timer.timeout.connect(self._draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banners)
        layout.addWidget(self.canvas, 1)
        clock.frame_changed.connect(self._frame_changed)
        session.clip_opening.connect(lambda _clip_id: self.quality.forget())
        self.canvas.resized.connect(self._resized)
        self.canvas.left.connect(QToolTip.hideText)
        self.quality.settled.connect(self.draw_soon)

    # Life

    @property
    def scene(self) -> "Scene | None":
        """None until `start` and after `close_scene`."""
        return self._scene

    @property
    def renderer_name(self) -> str:
        return str(self._scene.renderer_info()) if self._scene is not None else "not started"

    def start(self) -> None:
        """Make render window and scene, once."""
        if self._scene is not None:
            return
        from interact_app.scene.scene import Scene
        from interact_app.viewport.render_target import RenderTarget

        self._target = RenderTarget(self.canvas.pixel_size)
        self._scene = Scene(self._target, theme=self._mood, pixel_ratio=self.canvas.devicePixelRatioF())
        log.info("Drawing with %s", self.renderer_name)
        self._link.attach(self._scene)
        self.cameras.attach(self._scene)
        self.hover.attach(self._scene)
        self.draw_soon()
        self.started.emit()

    def close_scene(self) -> None:
        """Free what the graphics driver holds; the application calls it before the window goes."""
        self._draw_timer.stop()
        if self.composer is not None:
            self.composer.close()
        for part in (self._link, self.cameras, self.hover):
            part.detach()
        if self._target is not None:
            self._target.close()
        self._target = self._scene = None

    def set_tones(self, tones: Tones) -> None:
        """The theme's shades: for the words, and for the room of the scene."""
        self.hud.tones = tones
        self.hud.font = self.font()
        self._dark = tones.dark
        if self._scene is not None:
            self._scene.set_theme(self._mood)
        self.canvas.update()
        self.draw_soon()

    @property
    def _mood(self) -> "Theme":
        return "dark" if self._dark else "light"

    # Drawing

    def draw_soon(self) -> None:
        """Once the event loop is free, however often it is asked for."""
        if not self._draw_timer.isActive():
            self._draw_timer.start(0)

    def image(self) -> QImage:
        """The picture as it is shown, without the words; null before the first one."""
        return self.canvas.image

    def _frame_changed(self, _frame: int) -> None:
        self.quality.moving()
        self._draw()

    def _camera_moved(self) -> None:
        self.quality.moving()
        self.draw_soon()

    def _draw(self) -> None:
        if self._target is None or self._scene is None or not self.canvas.isVisible() or self._awaits_first_clip():
            return
        self._draw_timer.stop()
        with self.quality.measured(self.canvas.paint_seconds):
            self._scene.set_pixel_ratio(self.canvas.devicePixelRatioF() * self.quality.scale)
            self._scene.set_quality("interactive" if self.quality.is_moving else "still")
            self.canvas.show_image(self._picture(self._target, self._scene, self.canvas.pixel_size * self.quality.scale))
        if not self._had_picture and self._session.posed is not None:
            self._had_picture = True
            self.pictured.emit()
        if not self.quality.is_moving:
            self.settled.emit()

    def _picture(self, target: "RenderTarget", scene: "Scene", size: QSize) -> QImage:
        """What somebody else composes, else the open clip."""
        composed = None if self.composer is None else self.composer.compose(target, scene, size, self._clock.frame)
        if composed is not None:
            return composed
        target.resize(size)
        self._link.show(self._clock.frame)
        return target.image()

    def _awaits_first_clip(self) -> bool:
        """A clip on its way brings its own picture: an empty room before it would only delay it."""
        self._had_clip = self._had_clip or self._session.posed is not None
        return not self._had_clip and self._session.loading

    def _resized(self) -> None:
        self.quality.forget()
        if self._scene is not None:
            self.quality.moving()
            self.draw_soon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.hud.font = self.font()
