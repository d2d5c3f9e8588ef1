"""A render window nobody sees: what the viewport, exports and thumbnails draw into. Works with and without a display."""

import sys
from typing import TYPE_CHECKING, Any

from vtkmodules import vtkRenderingOpenGL2
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

from interact_core.errors import InputError

if TYPE_CHECKING:
    from interact_app.scene.pyvista_layer import PyVistaLayer

Size = tuple[int, int]
# Without an X connection first: it is quicker, and it cannot disturb the application's own windows.
_WINDOWS = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow") if sys.platform == "linux" else ()


class HiddenWindow:
    """A render window and its renderer. InputError if the machine has no OpenGL at all. `close` frees what the driver holds."""

    def __init__(self, size: Size) -> None:
        self.render_window: Any = _open_window(size)
        self.renderer: Any = vtkRenderer()
        self.render_window.AddRenderer(self.renderer)
        self._plotter: PyVistaLayer | None = None

    @property
    def plotter(self) -> "PyVistaLayer":
        """PyVista on the same picture, from the first time somebody asks: importing its plotting takes 1.5 s."""
        if self._plotter is None:
            from interact_app.scene.pyvista_layer import PyVistaLayer

            self._plotter = PyVistaLayer(self.render_window, self.renderer)
        return self._plotter

    def close(self) -> None:
        if self._plotter is not None:
            self._plotter.close()
        self.render_window.Finalize()


def _open_window(size: Size) -> Any:
    hidden = [getattr(vtkRenderingOpenGL2, name) for name in _WINDOWS if hasattr(vtkRenderingOpenGL2, name)]
    for kind in hidden or [vtkRenderWindow]:
        window = kind()
        window.SetOffScreenRendering(True)
        window.SetShowWindow(False)
        window.SetMultiSamples(0)
        # Pixels are read from where they were drawn; swapping would copy colour and depth into buffers nobody looks at.
        window.SetSwapBuffers(False)
        window.SetSize(*size)
        window.Initialize()
        if window.SupportsOpenGL():
            return window
    raise InputError(
        "this machine offers no OpenGL to draw with",
        remedy="Install Mesa's software renderer (Debian: apt install libegl1 libgl1-mesa-dri libosmesa6) or a graphics driver",
    )
