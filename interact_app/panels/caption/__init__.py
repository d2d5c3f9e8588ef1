"""The panel of captions."""

from interact_app.panels.caption.panel import CaptionPanel

__all__ = ["CaptionPanel"]
