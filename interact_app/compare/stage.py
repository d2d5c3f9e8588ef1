"""The scenes of several sides in the one hidden window, drawn in turns.

One window, because a second one costs a graphics context (20 MB) and no less time; turns, because renderers next to each
other in one picture cannot keep a copy of the empty room: 57 ms of processor time against 33 for two views of 640 x 720.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from vtkmodules.vtkRenderingCore import vtkRenderer

from interact_app.compare.sides import Side
from interact_app.scene.camera import View
from interact_app.scene.ghost import Ghost
from interact_app.scene.scene import Scene
from interact_core.inspection import VertexField

if TYPE_CHECKING:
    from interact_app.scene.quality import Quality
    from interact_app.scene.scene import Look
    from interact_app.scene.studio import Colour
    from interact_app.viewport.render_target import RenderTarget
    from interact_core.inspection import DistanceFields, PosedClip

Fields = tuple[VertexField | None, VertexField | None]
_NOWHERE: Final = View()
"""Looks are compared without where they look from: that is copied for every picture."""
GHOST_COLOUR: Final["Colour"] = (0.86, 0.30, 0.62)


class Layer:
    """What a scene wants of a plotter: the shared window, and a renderer of its own that is drawn when it is its turn."""

    def __init__(self, target: "RenderTarget") -> None:
        self.render_window: Any = target.render_window
        self.renderer: Any = vtkRenderer()
        self.renderer.SetDraw(False)
        self.render_window.AddRenderer(self.renderer)

    def close(self) -> None:
        self.render_window.RemoveRenderer(self.renderer)


class Guest:
    """The scene of one side that is not the viewport's own. It wears what the viewport's scene wears."""

    def __init__(self, target: "RenderTarget", ratio: float) -> None:
        # A new scene takes the window to be its own and sets its multisampling.
        samples = target.render_window.GetMultiSamples()
        self.layer = Layer(target)
        self.scene = Scene(self.layer, pixel_ratio=ratio)
        target.render_window.SetMultiSamples(samples)
        self._posed: PosedClip | None = None
        self._ready = -1
        self._distances: DistanceFields | None = None
        self._look: Look | None = None
        self._fields: Fields = (None, None)

    def prepare(self, side: Side, main: Scene, fields: Fields, colours: tuple[float, float] | None = None) -> None:
        """Everything but the frame, and only what is other than last time. `colours`: their range, if not the display's."""
        posed = side.posed
        if posed is not self._posed:
            self.scene.set_clip(posed)
            self._posed, self._ready, self._look, self._distances, self._fields = posed, -1, None, None, (None, None)
        if posed is not None and int(posed.ready.sum()) != self._ready:
            self._ready = int(posed.ready.sum())
            self.scene.set_ready(posed.ready)
        if side.inspection is not None and side.fields is not self._distances:
            self._distances = side.fields
            self.scene.set_distances(side.fields)
        self._wear(main, fields, colours)
        self.scene.share_room(main)

    def _wear(self, main: Scene, fields: Fields, colours: tuple[float, float] | None) -> None:
        shown = main.look()
        look = replace(shown, view=_NOWHERE, follow=None, range=colours or shown.range)
        changed = not all(_same(one, other) for one, other in zip(fields, self._fields, strict=True))
        if changed:
            self._fields = fields
            self.scene.set_field(*fields)
        if changed or look != self._look:
            self._look = look
            self.scene.wear(look)
        self.scene.camera.view = shown.view

    def close(self) -> None:
        self.scene.close()
        self.layer.close()


def _same(one: VertexField | None, other: VertexField | None) -> bool:
    """The same colours from the same array: fields are made anew whenever somebody asks for one."""
    if one is None or other is None:
        return one is other
    return one.values is other.values and (one.vmin, one.vmax, one.id) == (other.vmin, other.vmax, other.id)


class Stage:
    """Made when a comparison is first drawn; `clear` when it is over."""

    def __init__(self, target: "RenderTarget", main: Scene) -> None:
        self._target, self._main = target, main
        self._guests: dict[object, Guest] = {}
        self._ghost: Ghost | None = None
        self._ghost_of: tuple[int, int, float] | None = None
        self.ratio = 1.0
        self.quality: Quality = "interactive"

    def picture(
        self, side: Side, frame: int, size: QSize, *, ghost: "PosedClip | None" = None, opacity: float = 0.5, legend: bool = True
    ) -> QImage:
        """The side as the display asks for it, with another clip's ghost in it."""
        fields = (side.vertex_field("body"), side.vertex_field("object"))
        scene, renderer = self._scene(side, side.key, fields)
        self._haunt(renderer, ghost, opacity)
        if self._ghost is not None:
            self._ghost.show(frame, scene.look().hidden)
        return self._draw(scene, renderer, frame, size, legend=legend)

    def coloured(self, side: Side, frame: int, size: QSize, fields: Fields, limit: float | None) -> QImage:
        """The side coloured by fields of the comparison; in a scene of its own, since the other one has the display's."""
        field = fields[0] or fields[1]
        high = 0.0 if field is None else limit or field.vmax
        colours = None if field is None else (-high if field.diverging else 0.0, high)
        scene, renderer = self._guest(side, (side.key, "coloured"), fields, colours)
        self._haunt(renderer, None, 0.0)
        return self._draw(scene, renderer, frame, size, legend=True)

    def scene_of(self, side: Side, *, coloured: bool = False) -> Scene | None:
        """Who draws a side now."""
        if side.entry is None and not coloured:
            return self._main
        guest = self._guests.get((side.key, "coloured") if coloured else side.key)
        return None if guest is None else guest.scene

    def keep_only(self, keys: set[object]) -> None:
        for key in [one for one in self._guests if one not in keys]:
            self._haunt(None, None, 0.0)
            self._guests.pop(key).close()

    def clear(self) -> None:
        """The window belongs to the viewport's scene alone again."""
        self._haunt(None, None, 0.0)
        self.keep_only(set())
        self._main.show_legend(True)
        self._target.renderer.SetDraw(True)

    # Inside

    def _scene(self, side: Side, key: object, fields: Fields) -> tuple[Scene, Any]:
        return (self._main, self._target.renderer) if side.entry is None else self._guest(side, key, fields)

    def _guest(
        self, side: Side, key: object, fields: Fields, colours: tuple[float, float] | None = None
    ) -> tuple[Scene, Any]:  # fmt: skip
        if key not in self._guests:
            self._guests[key] = Guest(self._target, self.ratio)
        guest = self._guests[key]
        guest.scene.set_pixel_ratio(self.ratio)
        guest.scene.set_quality(self.quality)
        guest.prepare(side, self._main, fields, colours)
        return guest.scene, guest.layer.renderer

    def _haunt(self, renderer: Any, posed: "PosedClip | None", opacity: float) -> None:
        """The ghost of `posed` in a renderer, and in no other."""
        wanted = None if posed is None else (id(renderer), id(posed), opacity)
        if self._ghost is not None and wanted != self._ghost_of:
            self._ghost.remove()
            self._ghost = self._ghost_of = None
        if posed is not None and self._ghost is None:
            self._ghost, self._ghost_of = Ghost(posed, renderer, GHOST_COLOUR, opacity), wanted

    def _draw(self, scene: Scene, renderer: Any, frame: int, size: QSize, *, legend: bool) -> QImage:
        self._target.resize(size)
        for one in (self._target.renderer, *(guest.layer.renderer for guest in self._guests.values())):
            one.SetDraw(one is renderer)
        scene.show_legend(legend)
        scene.show_frame(frame)
        return self._target.image()
