"""How far the clip is and what reviewers say about it."""

from interact_app.panels.review.panel import ReviewPanel

__all__ = ["ReviewPanel"]
