"""A second clip in the room of the first, translucent and in one colour; where both are the same only the first is seen.

Drawn twice: once into the depth alone, then in colour, so that of the ghost too only what is in front shows. It is a
millimetre and a half thinner than it should be, which hides it inside a body that has not moved.
"""

from typing import Any, Final

import numpy as np
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from interact_app.scene import opaque
from interact_app.scene.studio import Colour
from interact_app.scene.subjects import TARGETS, Target
from interact_app.scene.surface import Surface
from interact_core.inspection import PosedClip

_THINNER: Final = 0.0015


class Ghost:
    """Lives in a renderer until `remove`. Surfaces are built with their first frame, as those of the clip are."""

    def __init__(self, posed: PosedClip, renderer: Any, colour: Colour, opacity: float) -> None:
        self.posed = posed
        self._renderer, self._colour, self._opacity = renderer, colour, opacity
        self._surfaces: dict[Target, Surface] = {}
        self._depths: dict[Target, Any] = {}
        self._shades: dict[Target, Any] = {}

    def show(self, frame: int, hidden: frozenset[Target] = frozenset()) -> None:
        """Write a frame; nothing is seen of one that is not posed."""
        ready = frame < self.posed.num_frames and bool(self.posed.ready[frame])
        for target in TARGETS:
            vertices = self.posed.body_vertices if target == "body" else self.posed.object_vertices
            there = ready and bool(vertices.shape[1]) and bool(np.isfinite(vertices[frame, 0]).all())
            if there and target not in self._surfaces:
                self._build(target, frame)
            if target not in self._surfaces:
                continue
            for actor in (self._depths[target], self._shades[target]):
                actor.SetVisibility(there and target not in hidden)
            if there:
                self._write(self._surfaces[target], frame)

    def remove(self) -> None:
        for actor in (*self._depths.values(), *self._shades.values()):
            self._renderer.RemoveActor(actor)
        self._surfaces, self._depths, self._shades = {}, {}, {}

    # Inside

    @staticmethod
    def _write(surface: Surface, frame: int) -> None:
        surface.show(frame)
        surface.points.data -= _THINNER * surface.normals.data
        surface.points.touch()

    def _build(self, target: Target, frame: int) -> None:
        body = target == "body"
        vertices = self.posed.body_vertices if body else self.posed.object_vertices
        faces = self.posed.body_faces if body else self.posed.object_faces
        surface = Surface(vertices, faces, self._colour, frame, None if body else self.posed.part_slices)
        shade = surface.actor
        shade.GetShaderProperty().AddFragmentShaderReplacement(
            "//VTK::TCoord::Impl", True, f"  gl_FragData[0].a = {self._opacity:.3f};\n//VTK::TCoord::Impl", False
        )
        depth = _depth_only(surface)
        for actor in (depth, shade):
            # Among the opaque things, blended on the spot: VTK's pass for translucent ones costs a full-screen copy.
            actor.ForceOpaqueOn()
            self._renderer.AddActor(actor)
            opaque.set_blending(self._renderer, actor, True)
        self._surfaces[target], self._depths[target], self._shades[target] = surface, depth, shade


def _depth_only(surface: Surface) -> Any:
    """The same triangles, invisible, but in the way of what is behind them."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(surface.poly)
    mapper.SetVBOShiftScaleMethod(0)
    mapper.ScalarVisibilityOff()
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.UseBoundsOff()
    actor.GetProperty().LightingOff()
    actor.GetProperty().SetBackfaceCulling(surface.closed)
    shaders = actor.GetShaderProperty()
    shaders.AddFragmentShaderReplacement("//VTK::Light::Impl", True, "  gl_FragData[0] = vec4(0.0);\n", False)
    opaque.never_discard(shaders)
    return actor
