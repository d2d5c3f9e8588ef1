"""The small cross of axes in the lower left corner that says which way the room is turned."""

from typing import Any, Final

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D

from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_app.scene.camera import View
from interact_app.scene.flat import Label
from interact_app.scene.studio import Mood

_COLOURS: Final = np.array([[226, 86, 82], [112, 184, 84], [72, 138, 226]], np.uint8)
_LENGTH, _CENTRE, _THICK = 24.0, 44.0, 2.0


class Gizmo:
    """Three lines and three letters, placed anew when the view turns. Flat, so that it costs no second renderer."""

    def __init__(self, renderer: Any) -> None:
        self._ends = SharedArray(np.zeros((6, 3), np.float32))
        self._poly = vtkPolyData()
        self._points = shared_points(self._ends)
        self._poly.SetPoints(self._points)
        self._poly.SetLines(cells(np.arange(6).reshape(3, 2)))
        self._colours = SharedArray(_COLOURS.copy())
        self._poly.GetCellData().SetScalars(self._colours.vtk)
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._poly)
        self._lines = vtkActor2D()
        self._lines.SetMapper(mapper)
        self._letters = [Label("centre", bold=True) for _ in range(3)]
        self._ratio = 1.0
        self._turn = (np.nan, np.nan)
        for actor in (self._lines, *(letter.actor for letter in self._letters)):
            renderer.AddViewProp(actor)

    def restyle(self, mood: Mood, ratio: float) -> None:
        self._ratio = ratio
        self._lines.GetProperty().SetLineWidth(_THICK * ratio)
        for letter, name, colour in zip(self._letters, "XYZ", _COLOURS / 255, strict=True):
            letter.set(name, round(11 * ratio), (float(colour[0]), float(colour[1]), float(colour[2])))
        self._turn = (np.nan, np.nan)

    def set_visible(self, visible: bool) -> None:
        self._lines.SetVisibility(visible)
        for letter in self._letters:
            letter.actor.SetVisibility(visible)

    def turn(self, view: View) -> None:
        """Follow the camera; does nothing if it only moved."""
        if (view.yaw, view.pitch) == self._turn:
            return
        self._turn = (view.yaw, view.pitch)
        right, up = view.axes
        tips = np.stack([right, up], axis=1)
        self._ends.data[0::2, :2] = _CENTRE * self._ratio
        self._ends.data[1::2, :2] = (_CENTRE + _LENGTH * tips) * self._ratio
        self._ends.touch()
        self._points.Modified()
        self._poly.Modified()
        for letter, tip in zip(self._letters, tips, strict=True):
            x, y = (_CENTRE + (_LENGTH + 9) * tip) * self._ratio
            letter.place(x, y - 6 * self._ratio)
