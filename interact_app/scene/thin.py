"""A clip for a small picture: fewer triangles, the same motion. A view of 300 pixels shows no more than a few thousand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkDecimatePro

from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_core.inspection import PosedClip

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Thinned:
    """`kept` (Vt,) of a mesh's vertices, and faces (Ft, 3) into them."""

    kept: NDArray[np.int32]
    faces: NDArray[np.int32]


@dataclass(frozen=True)
class ThinClip(PosedClip):
    """A posed clip with fewer body vertices; `clip` and `choice` are those of the clip it stands beside."""

    thin_faces: NDArray[np.int32]

    @property
    def num_frames(self) -> int:
        return len(self.body_vertices)

    @property
    def body_faces(self) -> NDArray[np.int32]:
        return self.thin_faces


def thinned(vertices: Floats, faces: NDArray[np.integer], triangles: int) -> Thinned:
    """At most about so many triangles, where the shape allows; vertices stay where they are, so they can be posed."""
    if len(faces) <= triangles:
        return Thinned(np.arange(len(vertices), dtype=np.int32), np.asarray(faces, np.int32))
    poly = vtkPolyData()
    poly.SetPoints(shared_points(SharedArray(np.ascontiguousarray(vertices, np.float32))))
    poly.SetPolys(cells(faces))
    names = numpy_to_vtk(np.arange(len(vertices), dtype=np.int64), deep=True)
    names.SetName("source")
    poly.GetPointData().AddArray(names)
    decimate = vtkDecimatePro()
    decimate.SetInputData(poly)
    decimate.SetTargetReduction(1.0 - triangles / len(faces))
    decimate.PreserveTopologyOff()
    decimate.SplittingOff()
    decimate.Update()
    result = decimate.GetOutput()
    kept = vtk_to_numpy(result.GetPointData().GetArray("source")).astype(np.int32)
    drawn = vtk_to_numpy(result.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int32)
    return Thinned(kept, drawn)
