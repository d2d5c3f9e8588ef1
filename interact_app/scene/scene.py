"""The 3D scene of one clip on any pyvista plotter. No Qt: the viewport hands in its own, the command line an offscreen one."""

from typing import Any, Protocol

import numpy as np
import vtkmodules.vtkRenderingFreeType
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - registers VTK's OpenGL classes

from interact_app.scene.camera import OrbitCamera
from interact_app.scene.fields import ColourRange
from interact_app.scene.flat import Label
from interact_app.scene.legend import Legend, LegendEntry
from interact_app.scene.probe import Renderer, probe
from interact_app.scene.quality import Quality, QualityLadder
from interact_app.scene.studio import MOODS, Ground, Theme
from interact_app.scene.subjects import TARGETS, Mask, Subjects, Target
from interact_core.inspection import PosedClip, VertexField


class Plotter(Protocol):
    """The little the scene needs of a pyvista plotter."""

    @property
    def render_window(self) -> Any: ...
    @property
    def renderer(self) -> Any: ...


class Scene:
    """Shows a PosedClip frame by frame. Every setter leaves drawing to `render`, so that several cost one picture."""

    def __init__(self, plotter: Plotter, *, theme: Theme = "dark", pixel_ratio: float = 1.0) -> None:
        self._window: Any = plotter.render_window
        self._renderer: Any = plotter.renderer
        self._theme, self._ratio = theme, pixel_ratio
        # The studio's light is in the surfaces' own shaders; VTK's would only lengthen them.
        self._renderer.RemoveAllLights()
        self._renderer.SetAutomaticLightCreation(False)
        self._subjects: Subjects | None = None
        self._fields: dict[Target, VertexField | None] = dict.fromkeys(TARGETS)
        self._range: tuple[float, float] | None = None
        self._size = (0, 0)
        self.frame = 0
        self.camera = OrbitCamera(self._renderer.GetActiveCamera())
        self._ground = Ground()
        self._renderer.AddActor(self._ground.actor)
        self._legend = Legend(self._renderer)
        self._note = Label("centre")
        self._renderer.AddViewProp(self._note.actor)
        self._ladder = QualityLadder(self._window, self.renderer_info().software)
        self.set_theme(theme)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_clip(self, posed: PosedClip | None) -> None:
        """Show another clip from its first frame; fields are forgotten, camera and overlays adapt. None empties the room."""
        if self._subjects is not None:
            self._subjects.remove()
        self._subjects = None if posed is None else Subjects(posed, self._renderer)
        self._fields = dict.fromkeys(TARGETS)
        self._refresh_legend()
        self.frame = 0
        if posed is not None:
            self._write_frame()
            self.frame_clip()

    def show_frame(self, frame: int) -> None:
        """Write frame `frame` (clamped) into the arrays and draw once. A frame that is not ready keeps the last one, marked."""
        if self._subjects is None:
            return
        self.frame = int(np.clip(frame, 0, len(self._subjects.ready) - 1))
        self._write_frame()
        self.render()

    def set_ready(self, mask: Mask) -> None:
        """Frames (T,) that are posed now. Draws nothing; call show_frame if the present one changed."""
        if self._subjects is None:
            return
        first = not self._subjects.ready.any() and mask.any()
        self._subjects.ready = np.asarray(mask, bool).copy()
        if first or mask.all():
            self._write_frame()
            self.frame_clip()

    def set_field(self, body: VertexField | None, object: VertexField | None) -> None:
        """Colour the surfaces by fields, in the fields' own range until set_range; None shows the plain surface."""
        self._fields = {"body": body, "object": object}
        self._range = None
        self._apply_fields()

    def set_range(self, vmin: float, vmax: float) -> None:
        """Values at the ends of the colours, for both surfaces."""
        self._range = (vmin, vmax)
        self._apply_fields()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        mood = MOODS[theme]
        self._renderer.SetBackground(*mood.bottom)
        self._renderer.SetBackground2(*mood.top)
        self._renderer.SetGradientBackground(True)
        self._ground.set_mood(mood)
        self._refresh_legend()

    def set_pixel_ratio(self, ratio: float) -> None:
        """Physical per logical pixel of the screen the window is on."""
        self._ratio = ratio
        self._refresh_legend()

    def hide(self, target: Target, hidden: bool = True) -> None:
        if self._subjects is not None:
            self._subjects.set_hidden(target, hidden)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def render(self) -> None:
        """One picture of the present state."""
        size = tuple(self._window.GetSize())
        if size != self._size:
            self._size = (size[0], size[1])
            self._ground.set_viewport_height(size[1])
            self._refresh_legend()
        self._window.Render()

    def set_quality(self, quality: Quality) -> bool:
        """ "interactive" while something moves, "still" when it rests. True if a render would look different."""
        return self._ladder.set(quality)

    def renderer_info(self) -> Renderer:
        return probe(self._window)

    # -- camera ------------------------------------------------------------------------------------------------------

    def frame_clip(self) -> None:
        """Show all that happens in the clip."""
        extent = None if self._subjects is None else self._subjects.extent()
        if extent is None:
            return
        self.camera.set_extent(extent.radius)
        self._ground.set_area(extent.centre, max(3.0, 2.2 * extent.radius))
        width, height = self._window.GetSize()
        self.camera.frame(extent.low, extent.high, width / max(height, 1))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _write_frame(self) -> None:
        assert self._subjects is not None
        fresh = self._subjects.show(self.frame)
        if fresh:
            self._subjects.cast_shadow(self._ground)
        self._mark(fresh)

    def _mark(self, fresh: bool) -> None:
        self._note.actor.SetVisibility(not fresh)
        if not fresh:
            self._note.set(f"Frame {self.frame} is not computed yet", round(15 * self._ratio), MOODS[self._theme].text)
            width, height = self._window.GetSize()
            self._note.place(width / 2, height - 44 * self._ratio)

    def _apply_fields(self) -> None:
        for target in TARGETS:
            field = self._fields[target]
            if self._subjects is not None:
                self._subjects.set_field(target, field, None if field is None else self._shown_range(field))
        self._refresh_legend()

    def _shown_range(self, field: VertexField) -> ColourRange:
        vmin, vmax = self._range or (field.vmin, field.vmax)
        return ColourRange(field.colormap, vmin, vmax, field.diverging)

    def _refresh_legend(self) -> None:
        entries: dict[tuple[str, str, ColourRange], list[str]] = {}
        for target in TARGETS:
            field = self._fields[target]
            if field is not None:
                entries.setdefault((field.title, field.unit, self._shown_range(field)), []).append(target)
        width, height = self._window.GetSize()
        shown = tuple(LegendEntry(title, " + ".join(where), unit, colours) for (title, unit, colours), where in entries.items())
        self._legend.show(shown, MOODS[self._theme], self._ratio, (width, height))
