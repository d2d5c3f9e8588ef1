"""One animated surface in the scene: preallocated VTK arrays that each frame is written into."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from interact_app.scene import shading
from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_app.scene.drawn import DrawnMesh, as_rigid, as_skin, is_closed
from interact_app.scene.normals import RigidNormals, SkinNormals

Floats = NDArray[np.float32]
Colour = tuple[float, float, float]
_COARSE_TRIANGLES = 3000
"""Below this a mesh is lit per pixel: its triangles are large, and light per vertex would show them."""


class Surface:
    """vertices (T, V, 3) float32 of a mesh with faces (F, 3), shown one frame at a time; NaN frames cannot be shown.

    With `parts` (slices of the vertices) each part is rigid and keeps its sharp edges; without, it is a smooth skin.
    """

    def __init__(
        self, vertices: Floats, faces: NDArray[np.integer], colour: Colour, reference: int, parts: tuple[slice, ...] | None = None
    ) -> None:
        rest = np.asarray(vertices[reference], np.float32)
        self._vertices = vertices
        self.drawn = as_skin(rest, faces) if parts is None else as_rigid(rest, faces, parts)
        self.closed = is_closed(rest, faces)
        self.coarse = len(self.drawn.faces) < _COARSE_TRIANGLES
        self._allocate(rest)
        self._skin = SkinNormals(vertices, faces) if parts is None else None
        self._rigid = _rigid(self.points.data, self.drawn)
        self._field: Floats | None = None
        self._build_geometry()
        self._build_actor(colour)

    @property
    def vertices(self) -> Floats:
        """(T, V, 3) as given."""
        return self._vertices

    def take(self, vertices: Floats) -> None:
        """Another motion (T, V, 3) of the same mesh; nothing is built again."""
        self._vertices = vertices
        if self._skin is not None:
            self._skin.take(vertices)

    def show(self, frame: int) -> None:
        """Write the frame's points, normals and field values into the arrays the renderer reads."""
        self._vertices[frame].take(self.drawn.source, axis=0, out=self.points.data, mode="clip")
        if self._skin is not None:
            self._skin.write(frame, self.normals.data)
        elif self._rigid is not None:
            self._rigid.write(self.points.data, self.normals.data)
        self.normals.touch()
        self.points.touch()
        self._points.Modified()
        self.show_values(frame)

    def show_values(self, frame: int) -> None:
        """Only the field's values of a frame."""
        if self._field is not None:
            self._field[frame].take(self.drawn.source, out=self.values.data, mode="clip")
            self.values.touch()
        self.poly.Modified()

    def set_field(self, values: Floats | None, table: Any | None) -> None:
        """values (T, V) float32 coloured through a vtkLookupTable; None shows the surface's own colour."""
        if (self._field is None) != (values is None):
            shading.install(self.actor.GetShaderProperty(), self._stage, values is not None)
        self._field = values
        self.mapper.SetScalarVisibility(values is not None)
        if table is not None:
            self.mapper.SetLookupTable(table)

    def forget(self, start: int, stop: int) -> None:
        """Vertices of frames [start, stop) were rewritten by their owner."""
        if self._skin is not None:
            self._skin.forget(start, stop)

    def set_visible(self, visible: bool) -> None:
        self.actor.SetVisibility(visible)

    def set_wireframe(self, on: bool) -> None:
        prop = self.actor.GetProperty()
        (prop.SetRepresentationToWireframe if on else prop.SetRepresentationToSurface)()
        prop.SetBackfaceCulling(self.closed and not on)

    def fade(self, amount: float) -> None:
        """Darken the whole surface: 1 is normal, less says "this is not the frame you asked for"."""
        self._uniforms.SetUniformf("fade", amount)

    def _allocate(self, rest: Floats) -> None:
        self.points = SharedArray(rest[self.drawn.source])
        self.normals = SharedArray(np.zeros_like(self.points.data), shading.NORMAL_ATTRIBUTE)
        self.values = SharedArray(np.zeros(len(self.points.data), np.float32), "field")

    def _build_geometry(self) -> None:
        self.poly = vtkPolyData()
        self._points = shared_points(self.points)
        self.poly.SetPoints(self._points)
        self.poly.SetPolys(cells(self.drawn.faces))
        self.poly.GetPointData().AddArray(self.normals.vtk)
        self.poly.GetPointData().SetScalars(self.values.vtk)

    def _build_actor(self, colour: Colour) -> None:
        name = shading.NORMAL_ATTRIBUTE
        self.mapper = vtkPolyDataMapper()
        self.mapper.SetInputData(self.poly)
        self.mapper.SetVBOShiftScaleMethod(0)
        self.mapper.UseLookupTableScalarRangeOn()
        self.mapper.ScalarVisibilityOff()
        self.mapper.SetInterpolateScalarsBeforeMapping(self.coarse)
        self.mapper.MapDataArrayToVertexAttribute(name, name, vtkDataObject.FIELD_ASSOCIATION_POINTS, -1)
        self.actor = vtkActor()
        self.actor.SetMapper(self.mapper)
        # VTK would walk all cells for their bounds at every render; the camera has its own idea of the clip's extent.
        self.actor.UseBoundsOff()
        self.actor.GetProperty().LightingOff()
        self.actor.GetProperty().SetColor(*colour)
        # Half the triangles, the same picture: on software OpenGL this is the largest single saving.
        self.actor.GetProperty().SetBackfaceCulling(self.closed)
        shaders = self.actor.GetShaderProperty()
        self._stage: shading.Stage = "fragment" if self.coarse else "vertex"
        shading.install(shaders, self._stage, False)
        self._uniforms = shaders.GetFragmentCustomUniforms() if self.coarse else shaders.GetVertexCustomUniforms()
        self._uniforms.SetUniformi("twoSided", 0 if self.closed else 1)
        self._uniforms.SetUniform3f("surfaceColour", colour)
        self.fade(1.0)


def _rigid(points: Floats, drawn: DrawnMesh) -> RigidNormals | None:
    return None if drawn.normals is None else RigidNormals(points.copy(), drawn.normals, drawn.parts)
