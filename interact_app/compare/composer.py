"""The picture of a comparison, mode by mode. Every side is posed already: changing the mode or the side computes nothing."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from interact_app.compare.comparison import Comparison
from interact_app.compare.modes import Mode
from interact_app.compare.panes import pane_at, panes
from interact_app.compare.sides import Side

if TYPE_CHECKING:
    from interact_app.compare.stage import Stage
    from interact_app.scene.scene import Scene
    from interact_app.viewport.render_target import RenderTarget

_BETWEEN = QColor("#808080")
_LEGEND: Final = 320
"""Logical pixels that a legend needs: half a legend is none."""


class Composer(QObject):
    """Draws nothing where nothing is compared: the viewport then draws the open clip as ever."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(comparison)
        self._comparison = comparison
        self._stage: Stage | None = None
        self._size = QSize(1, 1)

    # What the viewport calls

    def compose(self, target: "RenderTarget", scene: "Scene", size: QSize, frame: int) -> QImage | None:
        if self.mode == "off":
            self.close()
            return None
        stage = self._stage_of(target, scene)
        if scene.viewing.followed is not None:
            # The one camera goes along before anybody looks through it.
            scene.set_frame(frame)
        self._size = size
        stage.ratio, stage.quality = scene.pixel_ratio, scene.quality
        sides = self._comparison.sides
        stage.keep_only({key for side in sides for key in (side.key, (side.key, "coloured"))})
        return self._draw(stage, sides, frame, size)

    def close(self) -> None:
        if self._stage is not None:
            self._stage.clear()
            self._stage = None

    # What is drawn

    @property
    def mode(self) -> Mode:
        """With the key down, the other version alone: "flicker"; the mix is drawn as the open clip would be."""
        if self._comparison.held:
            return "flicker"
        if self._comparison.mixed:
            return "off"
        return self._comparison.mode if self._comparison.active else "off"

    @property
    def shown(self) -> list[int]:
        """The places of the sides that have a view of their own now, in the order of their views."""
        if self.mode == "side_by_side":
            return list(range(len(self._comparison.keys)))
        if self.mode == "flicker":
            return [1 if self._comparison.held else 0]
        return [1] if self.mode == "difference" else [0]

    def place(self, x: float, y: float) -> "tuple[Scene, float, float] | None":
        """Which scene is seen at fractions of the canvas, for whoever asks what is under the mouse."""
        if self._stage is None or self.mode == "off":
            return None
        which, fx, fy = 0, x, y
        if self.mode == "side_by_side":
            found = pane_at(self._size, len(self._comparison.keys), QPointF(x * self._size.width(), y * self._size.height()))
            if found is None:
                return None
            which, fx, fy = found
        elif self.mode == "wipe":
            which = int(x > self._comparison.divider)
        else:
            which = self.shown[0]
        scene = self._stage.scene_of(self._comparison.sides[which], coloured=self.mode == "difference")
        return None if scene is None else (scene, fx, fy)

    def _draw(self, stage: "Stage", sides: tuple[Side, ...], frame: int, size: QSize) -> QImage:
        if self.mode == "side_by_side":
            return self._beside(stage, sides, frame, size)
        if self.mode == "wipe":
            return self._wiped(stage, sides, frame, size)
        if self.mode == "difference":
            differing = self._comparison.differing
            fields = (differing.field("body"), differing.field("object"))
            return stage.coloured(sides[1], frame, size, fields, self._comparison.limit)
        if self.mode == "ghost":
            return stage.picture(sides[0], frame, size, ghost=sides[1].posed, opacity=self._comparison.opacity)
        return stage.picture(sides[self.shown[0]], frame, size)

    def _beside(self, stage: "Stage", sides: tuple[Side, ...], frame: int, size: QSize) -> QImage:
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.fill(_BETWEEN)
        painter = QPainter(picture)
        for place, (side, rect) in enumerate(zip(sides, panes(size, len(sides)), strict=True)):
            roomy = rect.width() >= _LEGEND * stage.ratio
            view = stage.picture(side, frame, rect.size(), legend=roomy and place == len(sides) - 1)
            painter.drawImage(rect.topLeft(), view)
        painter.end()
        return picture

    def _wiped(self, stage: "Stage", sides: tuple[Side, ...], frame: int, size: QSize) -> QImage:
        """Both pictures whole, the second one cut off left of the divider."""
        first = stage.picture(sides[0], frame, size, legend=False)
        second = stage.picture(sides[1], frame, size)
        edge = round(self._comparison.divider * size.width())
        painter = QPainter(second)
        painter.drawImage(QPoint(0, 0), first, QRect(0, 0, edge, size.height()))
        painter.end()
        return second

    def _stage_of(self, target: "RenderTarget", scene: "Scene") -> "Stage":
        if self._stage is None:
            from interact_app.compare.stage import Stage

            self._stage = Stage(target, scene)
        return self._stage
