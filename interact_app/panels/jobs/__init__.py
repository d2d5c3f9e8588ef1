"""The panel of background work."""

from interact_app.panels.jobs.panel import JobsPanel

__all__ = ["JobsPanel"]
