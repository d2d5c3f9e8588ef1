"""The 3D scene: VTK without Qt. `Scene(plotter)` shows a posed clip; `offscreen` makes pictures and films of one."""

from interact_app.scene.pick import Pick
from interact_app.scene.scene import OVERLAYS, Look, Scene

__all__ = ["OVERLAYS", "Look", "Pick", "Scene"]
