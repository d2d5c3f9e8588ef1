"""The panel of a clip's versions."""

from interact_app.panels.versions.panel import VersionsPanel

__all__ = ["VersionsPanel"]
