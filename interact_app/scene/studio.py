"""The room the clip is shown in: background, floor with checker and soft contact shadow, in a dark and a light mood."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

from interact_app.scene.arrays import SharedArray, cells, shared_points

Theme = Literal["dark", "light"]
Colour = tuple[float, float, float]
SHADOW_PIXELS: Final = 96


@dataclass(frozen=True)
class Mood:
    """Colours that depend on the theme. Those of body, object and data do not."""

    top: Colour
    bottom: Colour
    tile_a: Colour
    tile_b: Colour
    text: Colour
    panel: Colour
    panel_opacity: float


MOODS: Final[dict[Theme, Mood]] = {
    "dark": Mood(
        top=(0.105, 0.112, 0.128), bottom=(0.185, 0.195, 0.215), tile_a=(0.215, 0.225, 0.245), tile_b=(0.250, 0.262, 0.284),
        text=(0.90, 0.91, 0.93), panel=(0.07, 0.075, 0.09), panel_opacity=0.62,
    ),
    "light": Mood(
        top=(0.80, 0.825, 0.86), bottom=(0.93, 0.94, 0.95), tile_a=(0.845, 0.855, 0.87), tile_b=(0.895, 0.905, 0.915),
        text=(0.10, 0.11, 0.13), panel=(0.99, 0.99, 1.0), panel_opacity=0.74,
    ),
}  # fmt: skip


def tinted(mood: Mood, top: Colour, bottom: Colour) -> Mood:
    """The mood with another background; the floor's tiles keep their distance from it."""
    step = np.asarray(bottom) - mood.bottom
    tiles = [np.clip(np.asarray(tile) + step, 0, 1) for tile in (mood.tile_a, mood.tile_b)]
    return replace(mood, top=top, bottom=bottom, tile_a=rgb(tiles[0]), tile_b=rgb(tiles[1]))


def rgb(colour: NDArray[np.floating] | str | Colour) -> Colour:
    """A colour as three numbers in [0, 1]; "#rrggbb" is understood."""
    if isinstance(colour, str):
        text = colour.removeprefix("#")
        colour = np.array([int(text[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    r, g, b = (float(v) for v in colour)
    return r, g, b


BODY_COLOUR: Final[Colour] = (0.86, 0.795, 0.74)
OBJECT_COLOUR: Final[Colour] = (0.33, 0.55, 0.69)

_GROUND_LIGHT = """
  vec2 cell = groundPosition.xz * 2.0;
  vec2 soft = max(fwidth(cell), vec2(0.0001));
  // Area-filtered checker: the triangle wave's slope is clamped to one pixel, and melts into the mean far away.
  vec2 wave = clamp((abs(fract(cell * 0.5) - 0.5) - 0.25) / (soft * 0.5), -1.0, 1.0);
  float melt = clamp(1.2 - 1.6 * max(soft.x, soft.y), 0.0, 1.0);
  float checker = 0.5 + 0.5 * wave.x * wave.y * melt;
  float away = length(groundPosition.xz - groundCentre.xz) / groundRadius;
  float shown = 1.0 - smoothstep(0.35, 1.0, away);
  vec2 at = (groundPosition.xz - shadowOrigin.xz) / shadowSize;
  float dark = texture(shadowMap, clamp(at, 0.002, 0.998)).r;
  vec3 colour = mix(tileA, tileB, checker) * (1.0 - 0.62 * dark);
  float height = clamp(gl_FragCoord.y / viewHeight, 0.0, 1.0);
  gl_FragData[0] = vec4(mix(mix(skyBottom, skyTop, height), colour, shown), 1.0);
"""


class Ground:
    """A floor at y = 0 that fades into the background; drawn opaque, so that it costs no blending."""

    def __init__(self) -> None:
        self._corners = SharedArray(np.zeros((4, 3), np.float32))
        poly = vtkPolyData()
        self._points = shared_points(self._corners)
        poly.SetPoints(self._points)
        poly.SetPolys(cells(np.array([[0, 1, 2, 3]])))
        self._poly = poly
        self.actor = vtkActor()
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(poly)
        mapper.SetVBOShiftScaleMethod(0)
        self.actor.SetMapper(mapper)
        self.actor.UseBoundsOff()
        self.actor.GetProperty().LightingOff()
        self.actor.GetProperty().BackfaceCullingOn()
        self._build_shadow()
        self._install()
        self.set_area(np.zeros(3), 4.0)
        self.set_mood(MOODS["dark"])
        self.set_viewport_height(720)

    def set_area(self, centre: NDArray[np.floating], radius: float) -> None:
        """Show the floor around centre (3,) out to radius, metres."""
        reach = 1.05 * radius
        x, z = float(centre[0]), float(centre[2])
        square = [(x - reach, z - reach), (x - reach, z + reach), (x + reach, z + reach), (x + reach, z - reach)]
        self._corners.data[:] = [(a, 0.0, b) for a, b in square]
        self._corners.touch()
        self._points.Modified()
        self._poly.Modified()
        self._uniforms.SetUniform3f("groundCentre", (x, 0.0, z))
        self._uniforms.SetUniformf("groundRadius", radius)

    def set_mood(self, mood: Mood) -> None:
        for name, colour in (("tileA", mood.tile_a), ("tileB", mood.tile_b), ("skyTop", mood.top), ("skyBottom", mood.bottom)):
            self._uniforms.SetUniform3f(name, colour)

    def set_viewport_height(self, pixels: int) -> None:
        """The floor's edge repeats the background's gradient, which is laid out in pixels."""
        self._uniforms.SetUniformf("viewHeight", float(pixels))

    def set_shadow(self, darkness: NDArray[np.float32], origin: tuple[float, float], size: float) -> None:
        """darkness (SHADOW_PIXELS, SHADOW_PIXELS) in [0, 1], rows along z, covering size metres from origin (x, z)."""
        np.rint(darkness * 255, out=self._scratch)
        self._shadow.data[:] = self._scratch.ravel()
        self._shadow.touch()
        self._image.Modified()
        self._uniforms.SetUniform3f("shadowOrigin", (origin[0], 0.0, origin[1]))
        self._uniforms.SetUniformf("shadowSize", size)

    def _build_shadow(self) -> None:
        self._shadow = SharedArray(np.zeros(SHADOW_PIXELS**2, np.uint8))
        self._scratch = np.zeros((SHADOW_PIXELS, SHADOW_PIXELS), np.float32)
        self._image = vtkImageData()
        self._image.SetDimensions(SHADOW_PIXELS, SHADOW_PIXELS, 1)
        self._image.GetPointData().SetScalars(self._shadow.vtk)
        texture = vtkTexture()
        texture.SetInputData(self._image)
        texture.InterpolateOn()
        texture.SetColorModeToDirectScalars()
        self.actor.GetProperty().SetTexture("shadowMap", texture)

    def _install(self) -> None:
        shaders = self.actor.GetShaderProperty()
        self._uniforms = shaders.GetFragmentCustomUniforms()
        self._uniforms.SetUniform3f("shadowOrigin", (0.0, 0.0, 0.0))
        self._uniforms.SetUniformf("shadowSize", 1.0)
        vertex, fragment = shaders.AddVertexShaderReplacement, shaders.AddFragmentShaderReplacement
        vertex("//VTK::Normal::Dec", True, "out vec3 groundPosition;\n//VTK::Normal::Dec", False)
        vertex("//VTK::Normal::Impl", True, "  groundPosition = vertexMC.xyz;\n//VTK::Normal::Impl", False)
        fragment("//VTK::Normal::Dec", True, "in vec3 groundPosition;\n//VTK::Normal::Dec", False)
        fragment("//VTK::Light::Impl", True, "//VTK::Light::Impl\n" + _GROUND_LIGHT, False)
