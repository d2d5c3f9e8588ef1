"""The panel of heatmaps, overlays and camera."""

from interact_app.panels.display.panel import DisplayPanel

__all__ = ["DisplayPanel"]
