"""The background: a vertical gradient.

VTK's own gradient is computed per pixel; a quad coloured at its corners took a third less on software OpenGL.
"""

from typing import Any, Final

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from interact_app.scene import opaque
from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_app.scene.studio import Mood

# The corners are already on the screen: no camera moves them, and everything else is nearer.
_POSITION = f"  {opaque.COLOUR} = vertexColorVSOutput.rgb;\n  gl_Position = vec4(vertexMC.xy, 0.99999, 1.0);\n//VTK::Light::Impl"
_CORNERS: Final = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)


class Backdrop:
    """Fills what nothing else covers: drawn after the opaque things, so that nothing is painted twice."""

    def __init__(self, mood: Mood) -> None:
        self._corners = SharedArray(_CORNERS.copy())
        self._kept = False
        self._colours = SharedArray(np.zeros((4, 3), np.uint8), "colour")
        self._poly = vtkPolyData()
        self._points = shared_points(self._corners)
        self._poly.SetPoints(self._points)
        self._poly.SetPolys(cells(np.array([[0, 1, 2, 3]])))
        self._poly.GetPointData().SetScalars(self._colours.vtk)
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self._poly)
        mapper.SetColorModeToDirectScalars()
        mapper.SetVBOShiftScaleMethod(0)
        self.actor: Any = vtkActor()
        self.actor.SetMapper(mapper)
        self.actor.UseBoundsOff()
        self.actor.GetProperty().LightingOff()
        shaders = self.actor.GetShaderProperty()
        shaders.AddVertexShaderReplacement("//VTK::Color::Dec", True, opaque.DECLARE_OUT + "//VTK::Color::Dec", False)
        shaders.AddVertexShaderReplacement("//VTK::Light::Impl", True, _POSITION, False)
        opaque.plain_colour(shaders)
        self.set_mood(mood)

    def add_to(self, renderer: Any) -> None:
        """After everything opaque: whatever is added later finds blending switched on, as VTK has it."""
        renderer.AddActor(self.actor)
        opaque.set_blending(renderer, self.actor, True)

    def set_mood(self, mood: Mood) -> None:
        self._colours.data[:] = np.rint(np.array([mood.bottom, mood.bottom, mood.top, mood.top]) * 255)
        self._colours.touch()
        self._poly.Modified()

    def set_kept(self, kept: bool) -> None:
        """Whether somebody else puts a copy under the picture. It then covers nothing, but still switches blending back on."""
        if kept != self._kept:
            self._kept = kept
            self._corners.data[:] = 0 if kept else _CORNERS
            self._corners.touch()
            self._points.Modified()
            self._poly.Modified()
