"""What every overlay is, and the two kinds of marks they are made of."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from interact_app.scene.arrays import SharedArray, cells, shared_points

Colour = tuple[float, float, float]
NOWHERE = -1e5
"""A coordinate far outside every view: marks that are not needed in a frame wait there."""


class Overlay(Protocol):
    """Made for one clip; `update` writes a ready frame into preallocated arrays, in well under a millisecond."""

    @property
    def actors(self) -> tuple[Any, ...]: ...
    def update(self, frame: int) -> None: ...
    def set_pixel_ratio(self, ratio: float) -> None: ...


class Marks:
    """Points, or lines between them, of one colour or one colour each (N, 4) uint8, optionally seen through surfaces."""

    def __init__(
        self, count: int, colour: Colour, size: float, *, lines: NDArray[np.integer] | None = None, through: bool = True
    ) -> None:
        self.points = SharedArray(np.full((count, 3), NOWHERE, np.float32))
        self._size, self._lines = size, lines is not None
        self._poly = vtkPolyData()
        self._vtk_points = shared_points(self.points)
        self._poly.SetPoints(self._vtk_points)
        if lines is None:
            self._poly.SetVerts(cells(np.arange(count)[:, None]))
        else:
            self._poly.SetLines(cells(lines))
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self._poly)
        mapper.SetVBOShiftScaleMethod(0)
        self.actor = vtkActor()
        self.actor.SetMapper(mapper)
        self.actor.UseBoundsOff()
        prop = self.actor.GetProperty()
        prop.SetColor(*colour)
        prop.LightingOff()
        prop.SetRenderPointsAsSpheres(lines is None)
        if through:
            _draw_in_front(self.actor)
        self.set_pixel_ratio(1.0)

    def touch(self) -> None:
        """After writing to points.data."""
        self.points.touch()
        self._vtk_points.Modified()
        self._poly.Modified()

    def set_colours(self, rgba: SharedArray) -> None:
        """Colour each point; write to the array and `touch` both to change them."""
        self._poly.GetPointData().SetScalars(rgba.vtk)

    def set_pixel_ratio(self, ratio: float) -> None:
        prop = self.actor.GetProperty()
        (prop.SetLineWidth if self._lines else prop.SetPointSize)(self._size * ratio)


def _draw_in_front(actor: Any) -> None:
    """Squeeze the actor's depth into the nearest hundredth: in front of all surfaces, still sorted among its own kind."""
    squeeze = "  gl_Position.z = 0.01 * gl_Position.z - 0.99 * gl_Position.w;\n//VTK::PrimID::Impl"
    tag = "//VTK::Light::Impl"
    actor.GetShaderProperty().AddVertexShaderReplacement(tag, True, squeeze.replace("//VTK::PrimID::Impl", tag), False)
