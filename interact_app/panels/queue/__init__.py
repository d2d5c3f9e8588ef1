"""What to do next, and how far the work is."""

from interact_app.panels.queue.panel import QueuePanel

__all__ = ["QueuePanel"]
