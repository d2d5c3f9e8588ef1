"""The 3D scene of one clip on any pyvista plotter. No Qt: the viewport hands in its own, the command line an offscreen one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import vtkmodules.vtkRenderingFreeType
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - registers VTK's OpenGL classes

from interact_app.scene.backdrop import Backdrop
from interact_app.scene.camera import OrbitCamera, View
from interact_app.scene.controls import MouseControls, Scheme
from interact_app.scene.fields import ColourRange
from interact_app.scene.flat import Label
from interact_app.scene.gizmo import Gizmo
from interact_app.scene.ground import Ground
from interact_app.scene.kept_room import KeptRoom
from interact_app.scene.legend import Legend, LegendEntry
from interact_app.scene.overlays.stack import CONTACT_METRES, NAMES, OverlayStack
from interact_app.scene.pick import Pick, hit, ray
from interact_app.scene.pixels import Pixels, read_pixels, save_png
from interact_app.scene.probe import Renderer, probe
from interact_app.scene.quality import Quality, QualityLadder
from interact_app.scene.studio import MOODS, Colour, Mood, Theme, rgb, tinted
from interact_app.scene.subjects import TARGETS, Mask, Subjects, Target
from interact_app.scene.viewing import Viewing
from interact_core.inspection import DistanceFields, PosedClip, VertexField

OVERLAYS = (*NAMES, "ground", "wireframe")


class Plotter(Protocol):
    """The little the scene needs of a pyvista plotter."""

    @property
    def render_window(self) -> Any: ...
    @property
    def renderer(self) -> Any: ...


@dataclass(frozen=True)
class Look:
    """Everything a person has set about the picture: hand it to another scene and it shows the same."""

    mood: Mood
    view: View
    follow: Target | None
    overlays: frozenset[str]
    hidden: frozenset[Target]
    range: tuple[float, float] | None


class Scene:
    """Shows a PosedClip frame by frame. Setters draw nothing, so that several cost one picture: call `render` after them.

    `show_frame` writes one frame's points, normals and field values into arrays that VTK reads, and draws once.
    """

    def __init__(self, plotter: Plotter, *, theme: Theme = "dark", pixel_ratio: float = 1.0) -> None:
        self._window: Any = plotter.render_window
        self._renderer: Any = plotter.renderer
        self._mood, self._ratio = MOODS[theme], pixel_ratio
        self._subjects: Subjects | None = None
        self._fields: dict[Target, VertexField | None] = dict.fromkeys(TARGETS)
        self._range: tuple[float, float] | None = None
        self._hidden: set[Target] = set()
        self._flags = {"ground": True, "wireframe": False}
        self._size = (0, 0)
        self._controls: MouseControls | None = None
        self.frame = 0
        self.viewing = Viewing(OrbitCamera(self._renderer.GetActiveCamera()))
        self._furnish()
        self._set_mood(self._mood)

    def _furnish(self) -> None:
        # The studio's light is in the surfaces' own shaders; VTK's would only lengthen them.
        self._renderer.RemoveAllLights()
        self._renderer.SetAutomaticLightCreation(False)
        self._renderer.SetGradientBackground(False)
        # Nothing is ever far out of view, and asking each mesh for its bounds costs more than drawing what is.
        self._renderer.GetCullers().RemoveAllItems()
        self._backdrop = Backdrop(self._mood)
        self._ground = Ground(self._mood)
        self._ground.add_to(self._renderer)
        self._backdrop.add_to(self._renderer)
        self._overlays = OverlayStack(self._renderer)
        self._legend = Legend(self._renderer)
        self._gizmo = Gizmo(self._renderer)
        self._note = Label("centre")
        self._note.actor.SetVisibility(False)
        self._renderer.AddViewProp(self._note.actor)
        software = self.renderer_info().software
        self._ladder = QualityLadder(self._window, software)
        # A graphics card draws floor and background for nothing.
        self._room = KeptRoom(self._window, self._renderer, self._ground, self._backdrop, self._room_state) if software else None

    @property
    def camera(self) -> OrbitCamera:
        return self.viewing.camera

    # What is shown

    def set_clip(self, posed: PosedClip | None) -> None:
        """Show another clip from its first frame, all of it in view. Fields are forgotten, overlays and hiding stay."""
        if self._subjects is not None:
            self._subjects.remove()
        self._subjects = None if posed is None else Subjects(posed, self._renderer)
        self.frame = 0
        self._fields = dict.fromkeys(TARGETS)
        self._range = None
        self._refresh_legend()
        self._overlays.set_clip(posed)
        self.viewing.set_subjects(self._subjects)
        self._note.actor.SetVisibility(False)
        if self._subjects is not None:
            self._apply_flags()
            self._write_frame()
            self.reset_camera()

    def set_motion(self, posed: PosedClip) -> None:
        """The clip's body and objects in another motion: frame and camera stay, fields and distances are forgotten."""
        if self._subjects is None or not self._subjects.moves_as(posed):
            view, frame = self.bookmark(), self.frame
            self.set_clip(posed)
            self.set_frame(frame)
            self.restore(view)
            return
        self._subjects.take(posed)
        self.set_field(None, None)
        self._overlays.set_clip(posed)
        self.viewing.refresh()
        self._write_frame()

    def show_frame(self, frame: int) -> None:
        """Draw frame `frame` (clamped). One that is not ready leaves the last one standing, darkened and labelled."""
        self.set_frame(frame)
        self.render()

    def set_frame(self, frame: int) -> None:
        """show_frame without the drawing."""
        if self._subjects is not None:
            self.frame = int(np.clip(frame, 0, len(self._subjects.ready) - 1))
            self._write_frame()

    def set_ready(self, mask: Mask) -> None:
        """Frames (T,) that are posed now. The first ones to arrive, and the last, bring the clip into view."""
        if self._subjects is None:
            return
        before = self._subjects.ready
        self._subjects.ready = np.asarray(mask, bool).copy()
        self.viewing.refresh()
        if self._subjects.shown is None and mask.any():
            self._subjects.show(int(mask.argmax()))
            self.reset_camera()
        elif mask.all() and not before.all():
            self._set_room()
        self._write_frame()

    def set_field(self, body: VertexField | None, object: VertexField | None) -> None:
        """Colour the surfaces by fields, in the fields' own range until set_range; None shows the plain surface."""
        self._fields = {"body": body, "object": object}
        self._range = None
        self._apply_fields()

    def set_range(self, vmin: float | None, vmax: float | None) -> None:
        """Values at the ends of the colours, for both surfaces; None goes back to the fields' own."""
        self._range = None if vmin is None or vmax is None else (vmin, vmax)
        self._apply_fields()

    def set_distances(self, fields: DistanceFields | None, threshold: float = CONTACT_METRES) -> None:
        """What the contact points are taken from: vertices at most `threshold` metres from the other surface."""
        self._overlays.set_distances(fields, threshold)
        self._update_overlays()

    def set_overlay(self, name: str, on: bool) -> None:
        """One of OVERLAYS. KeyError for another name."""
        if name in self._flags:
            self._flags[name] = on
            self._apply_flags()
        else:
            self._overlays.set_shown(name, on)
            self._update_overlays()

    def hide(self, target: Target, hidden: bool = True) -> None:
        """Leave the body or the object out of the picture, its shadow and the picking."""
        (self._hidden.add if hidden else self._hidden.discard)(target)
        if self._subjects is not None:
            self._subjects.set_hidden(target, hidden)
            self._subjects.cast_shadow(self._ground)

    # How it looks

    def set_theme(self, theme: Theme) -> None:
        self._set_mood(MOODS[theme])

    def set_background(self, top: Colour | str, bottom: Colour | str) -> None:
        """The theme's own shades, (r, g, b) in [0, 1] or "#rrggbb"; the floor follows, and text stays readable."""
        light = sum(rgb(bottom)) > 1.5
        self._set_mood(tinted(MOODS["light" if light else "dark"], rgb(top), rgb(bottom)))

    def set_pixel_ratio(self, ratio: float) -> None:
        """Device pixels per logical pixel of the screen: text and lines grow with it."""
        if ratio != self._ratio:
            self._ratio = ratio
            self._restyle()

    @property
    def pixel_ratio(self) -> float:
        return self._ratio

    @property
    def quality(self) -> Quality:
        return self._ladder.current

    def show_legend(self, visible: bool) -> None:
        self._legend.set_visible(visible)

    def show_gizmo(self, visible: bool) -> None:
        self._gizmo.set_visible(visible)

    def look(self) -> Look:
        """What `wear` on another scene needs to show the same."""
        overlays = self._overlays.shown | {name for name, on in self._flags.items() if on}
        return Look(self._mood, self.camera.view, self.viewing.followed, overlays, frozenset(self._hidden), self._range)

    def wear(self, look: Look) -> None:
        """Take over another scene's look; the clip must be set."""
        self._set_mood(look.mood)
        for name in OVERLAYS:
            self.set_overlay(name, name in look.overlays)
        for target in TARGETS:
            self.hide(target, target in look.hidden)
        self.set_range(*(look.range or (None, None)))
        self.viewing.follow(look.follow, self.frame)
        self.camera.view = look.view

    def share_room(self, other: "Scene") -> None:
        """Floor and depths of another scene: pictures of both are then of one place."""
        if self._ground.area != other._ground.area:
            x, z, radius = other._ground.area
            self._ground.set_area(np.array([x, 0.0, z]), radius)
            self.camera.set_extent(other.camera.extent)

    # Drawing

    def render(self) -> None:
        """One picture of the present state."""
        self._notice_size()
        self._gizmo.turn(self.camera.view)
        self._window.Render()

    def set_quality(self, quality: Quality) -> bool:
        """ "interactive" while something moves, "still" when it rests. True if a render would look different."""
        return self._ladder.set(quality)

    def pixels(self) -> Pixels:
        """The last picture as (height, width, 3) uint8, top row first."""
        return read_pixels(self._window)

    def screenshot(self, path: Path | str) -> None:
        """The picture at full quality into a PNG. For another size than the window's see offscreen.render_png."""
        before = self._ladder.current
        self.set_quality("still")
        self.render()
        save_png(self.pixels(), Path(path))
        if self.set_quality(before):
            self.render()

    def renderer_info(self) -> Renderer:
        return probe(self._window)

    # Camera

    def preset(self, name: str) -> None:
        """One of camera.PRESETS, relative to where the person faces now."""
        self.viewing.preset(name, self.frame)

    def frame_clip(self) -> None:
        """Bring everything that happens in the clip into view, from the present direction."""
        self._set_room()
        self.viewing.frame_extent(None if self._subjects is None else self._subjects.extent())

    def frame_selection(self) -> None:
        """Bring what is seen in this frame into view; what is hidden does not count."""
        if self._subjects is not None and self._subjects.shown is not None:
            shown = self._subjects.shown
            self.viewing.frame_extent(self._subjects.extent(slice(shown, shown + 1), visible_only=True))

    def reset_camera(self) -> None:
        """Three-quarter view of the whole clip."""
        self._notice_size()
        self.preset("three_quarter")
        self.frame_clip()

    def follow(self, target: Target | None) -> None:
        """Let the camera go along with the body or the object; None stops."""
        self.viewing.follow(target, self.frame)

    def bookmark(self) -> dict[str, Any]:
        """The camera as JSON values."""
        return self.viewing.bookmark()

    def restore(self, bookmark: Mapping[str, Any]) -> None:
        """Back to a bookmark; ValueError if it is none."""
        self.viewing.restore(bookmark, self.frame)

    def attach(self, interactor: Any, active: Callable[[bool], None] = lambda moving: None, scheme: Scheme = "standard") -> None:
        """Let the mouse of a vtkRenderWindowInteractor move the camera. VTK's letter keys are cleared."""

        def dragged(moving: bool) -> None:
            self.set_quality("interactive" if moving else "still")
            self.render()
            active(moving)

        self.detach()
        self._controls = MouseControls(interactor, self.camera, self.render, dragged, scheme)

    def detach(self) -> None:
        if self._controls is not None:
            self._controls.detach()
            self._controls = None

    # Asking

    def pick(self, x: float, y: float) -> Pick | None:
        """What is seen at (x, y), fractions of the picture from its upper left corner; None over floor and background."""
        if self._subjects is None or self._subjects.shown is None:
            return None
        view, found = self.camera.view, None
        direction = ray(view, (2 * x - 1, 1 - 2 * y), self.viewing.aspect)
        for target, surface in self._subjects.visible().items():
            met = hit(surface.points.data, surface.drawn.faces, view.eye, direction)
            if met is not None and (found is None or met.distance < found[0].distance):
                found = (met, target)
        return None if found is None else self._subjects.describe(found[1], found[0], self._fields[found[1]])

    # Life

    def close(self) -> None:
        """Let go of everything in the renderer; the window itself belongs to whoever made it."""
        self.detach()
        self.set_clip(None)
        self._legend.clear()
        if self._room is not None:
            self._room.close()
        self._renderer.RemoveAllViewProps()
        self._renderer.ReleaseGraphicsResources(self._window)

    # Inside

    def _write_frame(self) -> None:
        assert self._subjects is not None
        fresh = self._subjects.show(self.frame)
        if fresh:
            if self._flags["ground"]:
                self._subjects.cast_shadow(self._ground)
            self._overlays.update(self.frame)
            self.viewing.track(self.frame)
        self._note.actor.SetVisibility(not fresh)
        if not fresh:
            self._note.set(f"Frame {self.frame} is not computed yet", round(14 * self._ratio), self._mood.text)

    def _update_overlays(self) -> None:
        if self._subjects is not None and self._subjects.shown is not None:
            self._overlays.update(self._subjects.shown)

    def _apply_flags(self) -> None:
        self._ground.set_visible(self._flags["ground"])
        if self._subjects is not None:
            self._subjects.set_wireframe(self._flags["wireframe"])
            for target in TARGETS:
                self._subjects.set_hidden(target, target in self._hidden)

    def _apply_fields(self) -> None:
        for target in TARGETS:
            field = self._fields[target]
            if self._subjects is not None:
                self._subjects.set_field(target, field, None if field is None else self._shown_range(field))
        self._refresh_legend()

    def _shown_range(self, field: VertexField) -> ColourRange:
        vmin, vmax = self._range or (field.vmin, field.vmax)
        return ColourRange(field.colormap, vmin, vmax, field.diverging)

    def _set_mood(self, mood: Mood) -> None:
        self._mood = mood
        self._renderer.SetBackground(*mood.bottom)
        self._backdrop.set_mood(mood)
        self._ground.set_mood(mood)
        self._restyle()

    def _restyle(self) -> None:
        self._gizmo.restyle(self._mood, self._ratio)
        self._overlays.set_pixel_ratio(self._ratio)
        self._refresh_legend()

    def _refresh_legend(self) -> None:
        entries: dict[tuple[str, str, ColourRange], list[str]] = {}
        for target in TARGETS:
            field = self._fields[target]
            if field is not None:
                entries.setdefault((field.title, field.unit, self._shown_range(field)), []).append(target)
        shown = tuple(LegendEntry(title, " + ".join(where), unit, colours) for (title, unit, colours), where in entries.items())
        self._legend.show(shown, self._mood, self._ratio, self._window.GetSize())

    def _notice_size(self) -> None:
        width, height = self._window.GetSize()
        if (width, height) == self._size:
            return
        self._size = (width, height)
        self.viewing.aspect = width / max(height, 1)
        self._note.place(width / 2, height - 40 * self._ratio)
        self._refresh_legend()

    def _room_state(self) -> tuple[object, ...]:
        """All that the empty room's picture depends on."""
        camera = self._renderer.GetActiveCamera()
        place = (camera.GetPosition(), camera.GetFocalPoint(), camera.GetViewUp())
        lens = (camera.GetViewAngle(), camera.GetClippingRange())
        return (place, lens, self._mood, self._flags["ground"], self._ground.area)

    def _set_room(self) -> None:
        """Floor and depth range large enough for the whole clip."""
        extent = None if self._subjects is None else self._subjects.extent()
        if extent is not None:
            self.camera.set_extent(extent.radius)
            self._ground.set_area(extent.centre, max(3.0, 2.2 * extent.radius))
