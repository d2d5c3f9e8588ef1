"""Pictures and films without a window: for the command line, thumbnails and export."""

from typing import Any

from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow


class OffscreenPlotter:
    """A render window nobody sees, with what Scene needs of a plotter. Importing pyvista for this would cost a second."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.render_window: Any = vtkRenderWindow()
        self.render_window.SetOffScreenRendering(True)
        self.render_window.SetSize(*size)
        self.renderer: Any = vtkRenderer()
        self.render_window.AddRenderer(self.renderer)
