"""From a mesh as measured to a mesh as drawn: split where edges are sharp, and know whether it is closed."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkPolyDataNormals

from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_app.scene.locality import morton, near_each_other

Floats = NDArray[np.float32]
_CREASE_DEGREES = 48.0
_OPEN_EDGE_SHARE = 0.005
"""A scan with fewer boundary edges than this is closed enough to leave out its back faces while playing."""


@dataclass(frozen=True)
class DrawnMesh:
    """`source` (Vd,) says which vertex each drawn one copies; faces (F, 3) into the drawn ones; part k is parts[k] of them.

    normals (Vd, 3) are those of the reference pose; None for a skin, whose normals change with every frame.
    """

    source: NDArray[np.intp]
    faces: NDArray[np.int32]
    parts: tuple[slice, ...]
    normals: Floats | None = None


def as_skin(vertices: Floats, faces: NDArray[np.integer]) -> DrawnMesh:
    """The mesh itself, smooth everywhere, its triangles in an order that is quick to draw."""
    order = near_each_other(vertices, faces)
    return DrawnMesh(np.arange(len(vertices)), np.asarray(faces[order], np.int32), (slice(0, len(vertices)),))


def as_rigid(vertices: Floats, faces: NDArray[np.integer], parts: tuple[slice, ...]) -> DrawnMesh:
    """Split at creases in the reference pose vertices (V, 3), so that a box keeps its edges and a ball its roundness.

    Vertices keep together by part, within a part by place, and triangles by place, which is quick to draw.
    """
    source, split_faces, normals = _split(vertices, faces)
    owner = np.zeros(len(vertices), np.intp)
    for k, part in enumerate(parts):
        owner[part] = k
    order = np.lexsort((morton(vertices[source]), owner[source]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    bounds = np.searchsorted(owner[source][order], np.arange(len(parts) + 1))
    slices = tuple(slice(int(a), int(b)) for a, b in pairwise(bounds))
    drawn_faces = place[split_faces[near_each_other(vertices[source], split_faces)]].astype(np.int32)
    return DrawnMesh(source[order], drawn_faces, slices, normals[order])


def is_closed(vertices: Floats, faces: NDArray[np.integer]) -> bool:
    """Whether back faces are never seen: (nearly) no boundary, neighbours wound alike, normals outward.

    Edges with more than two faces are common in scans and do no harm; they are not asked how they are wound.
    """
    wide = faces.astype(np.int64)
    edges = np.concatenate([wide[:, [0, 1]], wide[:, [1, 2]], wide[:, [2, 0]]])
    forward = edges[:, 0] < edges[:, 1]
    keys = edges.min(axis=1) * len(vertices) + edges.max(axis=1)
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    ahead = np.bincount(inverse, weights=forward, minlength=len(counts))
    boundary = np.count_nonzero(counts == 1)
    against = np.count_nonzero((counts == 2) & (ahead != 1))
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    volume = float(np.einsum("ij,ij->", a, np.cross(b, c)))
    return bool(volume > 0 and max(boundary, against) < _OPEN_EDGE_SHARE * len(counts))


def _split(vertices: Floats, faces: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.int32], Floats]:
    poly = vtkPolyData()
    poly.SetPoints(shared_points(SharedArray(vertices.astype(np.float32))))
    poly.SetPolys(cells(faces))
    ids = numpy_to_vtk(np.arange(len(vertices), dtype=np.int64), deep=True)
    ids.SetName("source")
    poly.GetPointData().AddArray(ids)
    normals = vtkPolyDataNormals()
    normals.SetInputData(poly)
    normals.SetFeatureAngle(_CREASE_DEGREES)
    normals.SplittingOn()
    normals.ConsistencyOff()
    normals.AutoOrientNormalsOff()
    normals.Update()
    result = normals.GetOutput()
    source = vtk_to_numpy(result.GetPointData().GetArray("source")).astype(np.intp)
    drawn = vtk_to_numpy(result.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return source, drawn.astype(np.int32), vtk_to_numpy(result.GetPointData().GetNormals()).astype(np.float32)
