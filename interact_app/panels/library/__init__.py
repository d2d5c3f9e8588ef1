"""The panel of the project's clips."""

from interact_app.panels.library.panel import LibraryPanel

__all__ = ["LibraryPanel"]
