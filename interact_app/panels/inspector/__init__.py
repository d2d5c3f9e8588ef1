"""The panel of numbers and facts."""

from interact_app.panels.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]
