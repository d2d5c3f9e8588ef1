"""Small flat things drawn over the picture, in pixels from the lower left corner: panels, colour strips, text."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D, vtkTextActor

from interact_app.scene.arrays import SharedArray, cells, shared_points

Colour = tuple[float, float, float]


class Strip:
    """A rectangle of one colour, or of a row of colours from left to right."""

    def __init__(self, colours: NDArray[np.floating], opacity: float = 1.0) -> None:
        count = len(colours)
        self._corners = SharedArray(np.zeros((2 * count + 2, 3), np.float32))
        left = np.arange(count) * 2
        self._poly = vtkPolyData()
        self._points = shared_points(self._corners)
        self._poly.SetPoints(self._points)
        self._poly.SetPolys(cells(np.stack([left, left + 2, left + 3, left + 1], axis=1)))
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._poly)
        self.actor = vtkActor2D()
        self.actor.SetMapper(mapper)
        self.set_colours(colours, opacity)

    def set_colours(self, colours: NDArray[np.floating], opacity: float = 1.0) -> None:
        rgb = numpy_to_vtk(np.rint(np.asarray(colours) * 255).astype(np.uint8), deep=True)
        self._poly.GetCellData().SetScalars(rgb)
        self.actor.GetProperty().SetOpacity(opacity)

    def place(self, x: float, y: float, width: float, height: float) -> None:
        edges = np.linspace(x, x + width, len(self._corners.data) // 2)
        self._corners.data[0::2, 0] = self._corners.data[1::2, 0] = edges
        self._corners.data[0::2, 1] = y
        self._corners.data[1::2, 1] = y + height
        self._corners.touch()
        self._points.Modified()
        self._poly.Modified()


class Label:
    """One line of text. `anchor` is where (x, y) lies on it: left, centre or right; y is the baseline's height."""

    def __init__(self, anchor: str = "left", bold: bool = False) -> None:
        self.actor = vtkTextActor()
        self._style: Any = self.actor.GetTextProperty()
        self._style.SetFontFamilyToArial()
        self._style.SetBold(bold)
        {"left": self._style.SetJustificationToLeft, "centre": self._style.SetJustificationToCentered,
         "right": self._style.SetJustificationToRight}[anchor]()  # fmt: skip
        self._style.SetVerticalJustificationToBottom()

    def set(self, text: str, size: int, colour: Colour) -> None:
        self.actor.SetInput(text)
        self._style.SetFontSize(size)
        self._style.SetColor(*colour)

    def place(self, x: float, y: float) -> None:
        self.actor.SetPosition(round(x), round(y))
