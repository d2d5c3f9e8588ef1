"""What is opaque, drawn as opaque: nearest things first, nothing blended, nothing discarded.

VTK draws everything with blending on and a shader that may discard pixels; either keeps a renderer from deciding by depth
alone. On software OpenGL that, and a background painted under everything, was a third of the work on pixels.
"""

from typing import Any, Final

_GL_BLEND: Final = 0x0BE2
COLOUR: Final = "opaqueColour"
"""The vec3 that a vertex shader hands over and `plain_colour` shows."""
DECLARE_OUT: Final = f"out vec3 {COLOUR};\n"


def plain_colour(shaders: Any) -> None:
    """The fragment stage of a vtkOpenGLShaderProperty shows COLOUR and nothing else."""
    shaders.AddFragmentShaderReplacement("//VTK::Color::Dec", True, f"in vec3 {COLOUR};\n", False)
    shaders.AddFragmentShaderReplacement("//VTK::Color::Impl", True, "", False)
    shaders.AddFragmentShaderReplacement("//VTK::Light::Impl", True, f"  gl_FragData[0] = vec4({COLOUR}, 1.0);\n", False)
    never_discard(shaders)


def never_discard(shaders: Any) -> None:
    """VTK's test for invisible pixels: a shader that may discard cannot be told by depth alone what it need not draw."""
    shaders.AddFragmentShaderReplacement("if (gl_FragData[0].a <= 0.0)", True, "if (false)", True)


def draw_first(renderer: Any, actor: Any) -> None:
    """Draw an actor of the renderer before all others, so that what it covers is not painted at all."""
    props = renderer.GetViewProps()
    props.RemoveItem(actor)
    props.InsertItem(-1, actor)


def set_blending(renderer: Any, actor: Any, on: bool) -> None:
    """Switch blending when this actor is drawn, for it and all that follow until one that switches it back."""
    switch = "vtkglEnable" if on else "vtkglDisable"

    def about_to_draw(_mapper: Any, _event: str) -> None:
        getattr(renderer.GetRenderWindow().GetState(), switch)(_GL_BLEND)

    # Sent for each draw once the shader is bound: the only moment between two actors that VTK lets anybody see.
    actor.GetMapper().AddObserver("UpdateShaderEvent", about_to_draw)
