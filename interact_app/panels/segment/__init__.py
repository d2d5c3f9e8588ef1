"""The selected segments: what is said about them, and what the motion proposes."""

from interact_app.panels.segment.section import SegmentSection

__all__ = ["SegmentSection"]
