"""The picture of a sheet for the viewport; while none is on, somebody else's."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QColor, QImage, QPainter

from interact_app.session import Session
from interact_app.sheet.sheet import Sheet
from interact_app.sheet.trials import Timing
from interact_app.viewport.viewport import Composer, Viewport

if TYPE_CHECKING:
    from interact_app.scene.scene import Scene
    from interact_app.scene.thin import ThinClip
    from interact_app.sheet.views import Motions, Views
    from interact_app.viewport.render_target import RenderTarget


class Placing(Composer, Protocol):
    """A composer that knows which scene is seen at a place of the canvas."""

    def place(self, x: float, y: float) -> "tuple[Scene, float, float] | None": ...


class SheetComposer(QObject):
    """Asked by the viewport for every picture. `behind` draws where there is no sheet, `timing` tells each view its moment."""

    def __init__(
        self, session: Session, viewport: Viewport, sheet: Sheet, behind: Placing, timing: Timing,
    ) -> None:  # fmt: skip
        super().__init__(sheet)
        self._session, self._viewport, self._sheet, self._behind, self._timing = session, viewport, sheet, behind, timing
        self._views: Views | None = None
        self._motions: Motions | None = None
        self._waiting: set[int] = set()
        # One view a turn of the event loop: the first picture of a page comes in pieces, and nothing waits for it.
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._build)
        session.clip_opening.connect(lambda _clip_id: self._forget())

    # What the viewport calls

    def compose(self, target: "RenderTarget", scene: "Scene", size: QSize, frame: int) -> QImage | None:
        if not self._sheet.on:
            self._end()
            return self._behind.compose(target, scene, size, frame)
        if self._views is None:
            from interact_app.sheet.views import Views

            self._behind.close()
            self._views = Views(target, scene)
        if scene.viewing.followed is not None:
            scene.set_frame(frame)  # the one camera goes along before anybody looks through it
        return self._draw(self._views, scene, size, frame)

    def close(self) -> None:
        self._end()
        self._behind.close()

    def place(self, x: float, y: float) -> "tuple[Scene, float, float] | None":
        """Nothing is asked about the small views: their surfaces are not the measured ones."""
        return None if self._sheet.on else self._behind.place(x, y)

    # What the words over the picture ask

    def is_waiting(self, place: int) -> bool:
        """Whether the view of that place is still on its way."""
        return place in self._waiting

    # Inside

    def _draw(self, views: "Views", scene: "Scene", size: QSize, frame: int) -> QImage:
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.fill(QColor(self._viewport.hud.tones.panel))
        clips = self._clips()
        scale = size.width() / max(self._viewport.canvas.width(), 1)
        painter = QPainter(picture)
        self._waiting = set()
        for k, (clip, rect) in enumerate(zip(clips, self._sheet.places(), strict=True)):
            own = _scaled(rect, scale)
            moment = 0 if clip is None else self._timing(self._sheet.shown[k], frame, clip.num_frames)
            view = views.picture(k, clip, moment, own.size(), scene.quality)
            if view is None:
                self._waiting.add(k)
                painter.fillRect(own, QColor(self._viewport.hud.tones.viewport_bottom))
            else:
                painter.drawImage(QPoint(own.left(), own.top()), view)
        painter.end()
        if views.missing(clips):
            self._next.start(0)
        return picture

    def _clips(self) -> "list[ThinClip | None]":
        if self._motions is None:
            from interact_app.sheet.views import Motions

            self._motions = Motions(self._session, self._viewport.draw_soon)
        return [self._motions.get(trial) for trial in self._sheet.shown]

    def _build(self) -> None:
        if self._views is not None and self._sheet.on:
            self._views.build_one(self._clips())
            self._viewport.draw_soon()

    def _end(self) -> None:
        if self._views is not None:
            self._next.stop()
            self._views.close()
            self._views = None

    def _forget(self) -> None:
        self._end()
        if self._motions is not None:
            self._motions.forget()


def _scaled(rect: QRect, scale: float) -> QRect:
    left, top = round(rect.left() * scale), round(rect.top() * scale)
    return QRect(left, top, max(round(rect.width() * scale), 1), max(round(rect.height() * scale), 1))
