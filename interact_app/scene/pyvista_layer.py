"""PyVista on the scene's picture: its own renderer over ours, with one camera and one depth buffer."""

from typing import Any

import pyvista as pv


class PyVistaLayer(pv.BasePlotter):
    """Whatever PyVista can add (`add_mesh`, `add_points`, ...) stands in the same room as the scene, hidden by what is in front.

    A layer, because PyVista's renderers are Python objects that must be made before the window has any. The camera is the
    scene's: PyVista draws through it and never moves it.
    """

    def __init__(self, window: Any, below: Any) -> None:
        super().__init__()
        self.ren_win: Any = window
        layer = self.renderer
        layer.SetActiveCamera(below.GetActiveCamera())
        layer.camera_set = True
        layer.SetPreserveDepthBuffer(True)
        layer.SetInteractive(False)
        layer.SetLayer(1)
        window.SetNumberOfLayers(2)
        window.AddRenderer(layer)
