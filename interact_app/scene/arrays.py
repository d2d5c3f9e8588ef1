"""VTK arrays over numpy memory: written in place, never reallocated, never copied by us again."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray


class SharedArray:
    """A C-contiguous numpy array and the VTK array that reads the same memory. Write to `data`, then call `touch`."""

    def __init__(self, data: NDArray[Any], name: str = "") -> None:
        self.data = np.ascontiguousarray(data)
        self.vtk = numpy_to_vtk(self.data, deep=False)
        self.vtk.SetName(name)

    def touch(self) -> None:
        self.vtk.Modified()


def shared_points(array: SharedArray) -> Any:
    """vtkPoints over array (N, 3)."""
    points = vtkPoints()
    points.SetData(array.vtk)
    return points


def cells(connectivity: NDArray[np.integer]) -> Any:
    """vtkCellArray of cells with equal size: connectivity (C, k)."""
    count, size = connectivity.shape
    result = vtkCellArray()
    offsets = numpy_to_vtkIdTypeArray(np.arange(0, (count + 1) * size, size, dtype=np.int64), deep=True)
    ids = numpy_to_vtkIdTypeArray(np.ascontiguousarray(connectivity, np.int64).ravel(), deep=True)
    result.SetData(offsets, ids)
    return result
