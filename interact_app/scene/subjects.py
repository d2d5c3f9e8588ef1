"""What the clip is about, as drawn: the body's and the object's surface, their fields, and which frames can be shown."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from interact_app.scene import opaque
from interact_app.scene.fields import ColourRange, lookup_table
from interact_app.scene.ground import SHADOW_PIXELS, Ground
from interact_app.scene.pick import Hit, Pick
from interact_app.scene.shadow import ContactShadow, soften
from interact_app.scene.studio import BODY_COLOUR, OBJECT_COLOUR
from interact_app.scene.surface import Surface
from interact_core.inspection import PosedClip, VertexField

Target = Literal["body", "object"]
TARGETS: Final[tuple[Target, Target]] = ("body", "object")
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]
_STALE_LIGHT = 0.55
_EXTENT_FRAMES, _EXTENT_VERTICES = 40, 600


@dataclass(frozen=True)
class Extent:
    """Where things are in some frames: a thinned-out cloud of their vertices (N, 3), metres, and the box around it."""

    points: Floats

    @property
    def centre(self) -> NDArray[np.float64]:
        return (self.points.min(axis=0) + self.points.max(axis=0)).astype(np.float64) / 2

    @property
    def radius(self) -> float:
        return float(np.linalg.norm(np.ptp(self.points, axis=0))) / 2


class Subjects:
    """The surfaces of one clip. They are built when their first frame is ready, since shape and creases need a pose."""

    def __init__(self, posed: PosedClip, renderer: Any) -> None:
        self.posed = posed
        self.ready: Mask = np.array(posed.ready, bool)
        self.surfaces: dict[Target, Surface] = {}
        self.shown: int | None = None
        """The frame whose vertices are in the arrays, None before the first one."""
        self._renderer = renderer
        self._shadows: dict[Target, ContactShadow] = {}
        self._hidden: set[Target] = set()
        self._wireframe = False
        self._fields: dict[Target, VertexField] = {}
        self._tables: dict[Target, Any] = {}

    def vertices(self, target: Target) -> Floats:
        """(T, V, 3)"""
        return self.posed.body_vertices if target == "body" else self.posed.object_vertices

    def take(self, posed: PosedClip) -> None:
        """The same body and objects in another motion."""
        self.posed, self.ready = posed, np.array(posed.ready, bool)
        for target, surface in self.surfaces.items():
            surface.take(self.vertices(target))

    def moves_as(self, posed: PosedClip) -> bool:
        """Whether `take` can be asked: the same meshes, as many frames."""
        own = self.posed
        return (
            own.body_faces is posed.body_faces and own.object_faces is posed.object_faces and own.num_frames == posed.num_frames
        )

    def show(self, frame: int) -> bool:
        """Write a frame into the arrays. False if it is not ready: then the last one stays, darkened."""
        fresh = bool(self.ready[frame])
        if fresh:
            self._build_missing(frame)
            for target, surface in self.surfaces.items():
                if np.isfinite(self.vertices(target)[frame, 0, 0]):
                    surface.show(frame)
            self.shown = frame
        for surface in self.surfaces.values():
            surface.fade(1.0 if fresh else _STALE_LIGHT)
        return fresh

    def set_field(self, target: Target, field: VertexField | None, shown: ColourRange | None) -> None:
        """Colour a surface by a field in a range, or by nothing."""
        self._fields.pop(target, None)
        if field is not None and shown is not None:
            self._fields[target] = field
            self._tables[target] = lookup_table(shown)
        self._apply_field(target)

    def set_hidden(self, target: Target, hidden: bool) -> None:
        (self._hidden.add if hidden else self._hidden.discard)(target)
        if target in self.surfaces:
            self.surfaces[target].set_visible(not hidden)

    def set_wireframe(self, on: bool) -> None:
        self._wireframe = on
        for surface in self.surfaces.values():
            surface.set_wireframe(on)

    def cast_shadow(self, ground: Ground) -> None:
        """Shadow of the frame in the arrays onto the floor."""
        if self.shown is None:
            return
        casting = [
            (shadow, shadow.points(self.vertices(t)[self.shown])) for t, shadow in self._shadows.items() if t not in self._hidden
        ]
        casting = [(shadow, points) for shadow, points in casting if np.isfinite(points).all()]
        if not casting:
            return
        flat = np.concatenate([points for _, points in casting])[:, [0, 2]].T
        low, high = flat.min(axis=1), flat.max(axis=1)
        size = 1.25 * float((high - low).max()) + 0.3
        origin = (float(low[0] + high[0] - size) / 2, float(low[1] + high[1] - size) / 2)
        picture = np.zeros((SHADOW_PIXELS, SHADOW_PIXELS), np.float32)
        for shadow, points in casting:
            shadow.splat(points, picture, origin, size)
        ground.set_shadow(soften(picture, size), origin, size)

    def visible(self) -> dict[Target, Surface]:
        """Surfaces that are built and not hidden."""
        return {target: surface for target, surface in self.surfaces.items() if target not in self._hidden}

    def describe(self, target: Target, met: Hit, field: VertexField | None) -> Pick:
        """A hit on a surface's drawn vertices in the clip's own terms, with the field's value there."""
        vertex = int(self.surfaces[target].drawn.source[met.vertex])
        value = None if field is None or self.shown is None else float(field.values[self.shown, vertex])
        owners = zip(self.posed.part_names, self.posed.part_slices, strict=True)
        part = next((name for name, own in owners if own.start <= vertex < own.stop), "") if target == "object" else ""
        x, y, z = (float(v) for v in met.point)
        unit, title = ("", "") if field is None else (field.unit, field.title)
        return Pick(target, vertex, (x, y, z), value, unit, title, part)

    def extent(self, frames: slice = slice(None), *, visible_only: bool = False) -> Extent | None:
        """Of the ready frames among those given; None if there is none."""
        chosen = np.arange(len(self.ready))[frames]
        chosen = chosen[self.ready[chosen]]
        chosen = chosen[:: max(1, len(chosen) // _EXTENT_FRAMES)]
        counted = [t for t in TARGETS if not (visible_only and t in self._hidden)]
        thinned = [self.vertices(t)[chosen, :: max(1, self.vertices(t).shape[1] // _EXTENT_VERTICES)] for t in counted]
        points = np.concatenate([cloud.reshape(-1, 3) for cloud in thinned]) if thinned else np.empty((0, 3), np.float32)
        points = points[np.isfinite(points).all(axis=1)]
        return Extent(points) if len(points) else None

    def forget(self, start: int, stop: int) -> None:
        for surface in self.surfaces.values():
            surface.forget(start, stop)

    def remove(self) -> None:
        for surface in self.surfaces.values():
            self._renderer.RemoveActor(surface.actor)
        self.surfaces = {}
        self._shadows = {}

    def _build_missing(self, frame: int) -> None:
        for target in TARGETS:
            vertices = self.vertices(target)
            if target in self.surfaces or not vertices.shape[1] or not np.isfinite(vertices[frame]).all():
                continue
            faces = self.posed.body_faces if target == "body" else self.posed.object_faces
            parts = None if target == "body" else self.posed.part_slices
            colour = BODY_COLOUR if target == "body" else OBJECT_COLOUR
            surface = Surface(vertices, faces, colour, frame, parts)
            surface.set_visible(target not in self._hidden)
            surface.set_wireframe(self._wireframe)
            self.surfaces[target] = surface
            self._shadows[target] = ContactShadow(vertices[frame], faces)
            self._renderer.AddActor(surface.actor)
            opaque.draw_first(self._renderer, surface.actor)
            opaque.set_blending(self._renderer, surface.actor, False)
            self._apply_field(target)

    def _apply_field(self, target: Target) -> None:
        if target not in self.surfaces:
            return
        surface, field = self.surfaces[target], self._fields.get(target)
        surface.set_field(None if field is None else field.values, self._tables.get(target))
        if self.shown is not None:
            surface.show_values(self.shown)
