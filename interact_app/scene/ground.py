"""The floor at y = 0: a checker that fades into the background, and the soft shadow of what stands on it.

Tiles are triangles coloured at their corners and the shadow is one small quad, because a checker computed per pixel cost a
third of the whole frame on software OpenGL.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

from interact_app.scene import opaque
from interact_app.scene.arrays import SharedArray, cells, shared_points
from interact_app.scene.studio import Mood

Floats = NDArray[np.float32]
SHADOW_PIXELS: Final = 96
_TILE: Final = 0.5
_DARKEST: Final = 0.62
_ABOVE_FLOOR: Final = 0.002

_FADE = """
  vec4 groundClip = MCDCMatrix * vertexMC;
  float groundHeight = groundClip.w > 0.0 ? clamp(0.5 + 0.5 * groundClip.y / groundClip.w, 0.0, 1.0) : 0.0;
  vec3 groundSky = mix(skyBottom, skyTop, groundHeight);
  float groundShown = 1.0 - smoothstep(0.35, 1.0, length(vertexMC.xz - groundCentre.xz) / groundRadius);
"""
_TILE_COLOUR = _FADE + f"  {opaque.COLOUR} = mix(groundSky, mix(tileA, tileB, scalarColor.r), groundShown);\n"


class Ground:
    """Tiles and the shadow upon them, both among the opaque things, so that VTK sorts nothing."""

    def __init__(self, mood: Mood) -> None:
        self._tiles = _flat_actor()
        self._tiles.GetMapper().SetColorModeToDirectScalars()
        shaders = self._tiles.GetShaderProperty()
        self._uniforms: Any = shaders.GetVertexCustomUniforms()
        shaders.AddVertexShaderReplacement("//VTK::Color::Dec", True, opaque.DECLARE_OUT + "//VTK::Color::Dec", False)
        shaders.AddVertexShaderReplacement("//VTK::Normal::Impl", True, _TILE_COLOUR + "//VTK::Normal::Impl", False)
        opaque.plain_colour(shaders)
        self._shadow = ShadowQuad()
        self._actors = (self._tiles, self._shadow.actor)
        self._visible, self._kept = True, False
        self.set_area(np.zeros(3), 4.0)
        self.set_mood(mood)

    def add_to(self, renderer: Any) -> None:
        for actor in self._actors:
            renderer.AddActor(actor)
        opaque.set_blending(renderer, self._tiles, False)
        opaque.set_blending(renderer, self._shadow.actor, True)

    @property
    def still(self) -> tuple[Any, ...]:
        """The actors that only the camera, the area and the mood change; the shadow moves with the clip."""
        return (self._tiles,)

    def set_visible(self, visible: bool) -> None:
        self._visible = visible
        self._tiles.SetVisibility(visible and not self._kept)
        self._shadow.actor.SetVisibility(visible)

    def set_kept(self, kept: bool) -> None:
        """Whether somebody else puts a copy of the tiles under the picture."""
        self._kept = kept
        self._tiles.SetVisibility(self._visible and not kept)

    def set_area(self, centre: NDArray[np.floating], radius: float) -> None:
        """Lay tiles around centre (3,) out to radius, metres. They stay on multiples of the tile size."""
        self.area = (float(centre[0]), float(centre[2]), float(radius))
        count = min(2 * int(np.ceil(radius / _TILE)) + 2, 200)
        first = np.round(np.array([centre[0], centre[2]]) / _TILE) - count // 2
        column, row = (grid.ravel() for grid in np.meshgrid(np.arange(count), np.arange(count)))
        corner = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])
        place = (np.stack([column, row], axis=1)[:, None] + corner + first).reshape(-1, 2) * _TILE
        points = np.zeros((len(place), 3), np.float32)
        points[:, [0, 2]] = place
        odd = (column + row + first.sum()).astype(int) % 2
        self._points = SharedArray(points)
        self._shades = SharedArray(np.repeat(odd * 255, 4)[:, None].repeat(3, axis=1).astype(np.uint8), "shade")
        poly = vtkPolyData()
        poly.SetPoints(shared_points(self._points))
        poly.SetPolys(cells(np.arange(len(points)).reshape(-1, 4)))
        poly.GetPointData().SetScalars(self._shades.vtk)
        self._tiles.GetMapper().SetInputData(poly)
        self._uniforms.SetUniform3f("groundCentre", (float(centre[0]), 0.0, float(centre[2])))
        self._uniforms.SetUniformf("groundRadius", radius)

    def set_mood(self, mood: Mood) -> None:
        for name, colour in (("tileA", mood.tile_a), ("tileB", mood.tile_b), ("skyTop", mood.top), ("skyBottom", mood.bottom)):
            self._uniforms.SetUniform3f(name, colour)

    def set_shadow(self, darkness: Floats, origin: tuple[float, float], size: float) -> None:
        """darkness (SHADOW_PIXELS, SHADOW_PIXELS) in [0, 1], rows along z, covering size metres from origin (x, z)."""
        self._shadow.set(darkness, origin, size)


class ShadowQuad:
    """A black square just above the floor whose opacity is a picture."""

    def __init__(self) -> None:
        self._corners = SharedArray(np.zeros((4, 3), np.float32))
        self._places = SharedArray(np.array([[0, 0], [0, 1], [1, 1], [1, 0]], np.float32), "place")
        self._poly = vtkPolyData()
        self._points = shared_points(self._corners)
        self._poly.SetPoints(self._points)
        self._poly.SetPolys(cells(np.array([[0, 1, 2, 3]])))
        self._poly.GetPointData().SetTCoords(self._places.vtk)
        self._pixels = SharedArray(np.zeros((SHADOW_PIXELS**2, 4), np.uint8), "shadow")
        self._image = vtkImageData()
        self._image.SetDimensions(SHADOW_PIXELS, SHADOW_PIXELS, 1)
        self._image.GetPointData().SetScalars(self._pixels.vtk)
        texture = vtkTexture()
        texture.SetInputData(self._image)
        texture.InterpolateOn()
        texture.SetColorModeToDirectScalars()
        self.actor = _flat_actor()
        self.actor.GetMapper().SetInputData(self._poly)
        self.actor.SetTexture(texture)
        # Drawn right after the tiles, blended on the spot: VTK's pass for translucent things costs a full-screen copy.
        self.actor.ForceOpaqueOn()

    def set(self, darkness: Floats, origin: tuple[float, float], size: float) -> None:
        self._pixels.data[:, 3] = (darkness * (255 * _DARKEST)).ravel()
        self._pixels.touch()
        self._image.Modified()
        self._corners.data[:, [0, 2]] = self._places.data * size + origin
        self._corners.data[:, 1] = _ABOVE_FLOOR
        self._corners.touch()
        self._points.Modified()
        self._poly.Modified()


def _flat_actor() -> Any:
    """Unlit, seen from above only."""
    actor = vtkActor()
    mapper = vtkPolyDataMapper()
    mapper.SetVBOShiftScaleMethod(0)
    actor.SetMapper(mapper)
    actor.UseBoundsOff()
    actor.GetProperty().LightingOff()
    actor.GetProperty().BackfaceCullingOn()
    return actor
