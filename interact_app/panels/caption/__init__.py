"""The annotation panel: captions, and whatever else is said about the clip."""

from interact_app.panels.caption.panel import AnnotationPanel

__all__ = ["AnnotationPanel"]
