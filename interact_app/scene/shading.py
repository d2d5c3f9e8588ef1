"""The studio's light, as GLSL: key, fill and rim from the camera's side, sky and floor from the world's.

Light is evaluated per vertex, not per pixel. Our meshes are dense (a triangle covers a few pixels), so the picture is the
same, and on software OpenGL the fragment stage is two to three times cheaper (33 against 11 ms a thread at 1280x720).
Coarse meshes (a box of twelve triangles) are lit per pixel by the same function; for them it costs nothing.
"""

from typing import Any, Literal

from interact_app.scene import opaque

Stage = Literal["vertex", "fragment"]
NORMAL_ATTRIBUTE = "studioNormal"

# The uniforms `fade`, `twoSided` and `surfaceColour` are custom ones of the actor: VTK writes their declarations itself.
_LIGHT = """
vec4 studioLight(vec3 n, vec3 v, vec3 up) {
  if (twoSided == 1 && dot(n, v) < 0.0) n = -n;
  const vec3 key = vec3(0.42, 0.62, 0.66);
  const vec3 fill = vec3(-0.78, 0.10, 0.62);
  float wrapped = max((dot(n, key) + 0.18) / 1.18, 0.0);
  float sky = 0.5 + 0.5 * dot(n, up);
  vec3 light = mix(vec3(0.31, 0.295, 0.29), vec3(0.43, 0.445, 0.47), sky)
             + wrapped * vec3(0.52, 0.50, 0.47)
             + max(dot(n, fill), 0.0) * vec3(0.10, 0.12, 0.15);
  float facing = max(dot(n, v), 0.0);
  light += 0.16 * facing;
  float edge = 1.0 - facing;
  float rim = 0.20 * edge * edge * edge * smoothstep(-0.3, 0.7, n.y);
  float glint = max(dot(n, normalize(key + v)), 0.0);
  glint *= glint; glint *= glint; glint *= glint; glint *= glint;
  float shine = 0.10 * glint * glint;
  return vec4(light * fade, (rim + shine) * fade);
}
"""

_VERTEX_DECLARATIONS = f"""
in vec3 {NORMAL_ATTRIBUTE};
uniform mat4 MCVCMatrix;
uniform mat3 normalMatrix;
"""
_VIEW_VECTORS = f"""
  vec3 studioN = normalMatrix * {NORMAL_ATTRIBUTE};
  vec3 studioV = -(MCVCMatrix * vertexMC).xyz;
  vec3 studioUp = normalMatrix * vec3(0.0, 1.0, 0.0);
"""


def install(shaders: Any, stage: Stage, coloured: bool) -> None:
    """Put the studio's light into a vtkOpenGLShaderProperty whose actor has VTK's own lighting off.

    `coloured` says whether the surface has a colour per vertex (a field). Lit per vertex, light and colour travel to the
    fragment stage as one value; the surface's own colour is then the custom uniform `surfaceColour`.
    """
    shaders.ClearAllVertexShaderReplacements()
    shaders.ClearAllFragmentShaderReplacements()
    if stage == "fragment":
        _install_fragment(shaders)
        opaque.never_discard(shaders)
    else:
        _install_vertex(shaders, "vertexColorVSOutput.rgb" if coloured else "surfaceColour")
        opaque.plain_colour(shaders)


def _install_vertex(shaders: Any, colour: str) -> None:
    _vertex(shaders, "//VTK::Normal::Dec", _VERTEX_DECLARATIONS + opaque.DECLARE_OUT + _LIGHT)
    lit = f"""  vec4 lit = studioLight(normalize(studioN), normalize(studioV), studioUp);
  {opaque.COLOUR} = {colour} * lit.rgb + lit.a;
"""
    # The tag stands after VTK's own assignment of vertexColorVSOutput.
    _vertex(shaders, "//VTK::Normal::Impl", _VIEW_VECTORS + lit)


def _install_fragment(shaders: Any) -> None:
    declare = "{} vec3 studioNVS; {} vec3 studioVVS; {} vec3 studioUpVS;\n"
    outputs = declare.format("out", "out", "flat out")
    inputs = declare.format("in", "in", "flat in")
    _vertex(shaders, "//VTK::Normal::Dec", _VERTEX_DECLARATIONS + outputs)
    hand_over = "  studioNVS = studioN;\n  studioVVS = studioV;\n  studioUpVS = studioUp;\n"
    _vertex(shaders, "//VTK::Normal::Impl", _VIEW_VECTORS + hand_over)
    _fragment(shaders, "//VTK::Normal::Dec", inputs + _LIGHT)
    _fragment_after_light(
        shaders,
        "vec4 lit = studioLight(normalize(studioNVS), normalize(studioVVS), studioUpVS);\n"
        "  gl_FragData[0].rgb = gl_FragData[0].rgb * lit.rgb + lit.a;",
    )


def _vertex(shaders: Any, tag: str, code: str) -> None:
    shaders.AddVertexShaderReplacement(tag, True, f"{code}\n{tag}", False)


def _fragment(shaders: Any, tag: str, code: str) -> None:
    shaders.AddFragmentShaderReplacement(tag, True, f"{code}\n{tag}", False)


def _fragment_after_light(shaders: Any, code: str) -> None:
    shaders.AddFragmentShaderReplacement("//VTK::Light::Impl", True, f"//VTK::Light::Impl\n  {code}\n", False)
