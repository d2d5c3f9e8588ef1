"""What keys, menus and the timeline do with segments of the open clip."""

from interact_app.segments.marking import Marking
from interact_app.segments.proposed import Proposed
from interact_app.segments.work import SegmentWork

__all__ = ["Marking", "Proposed", "SegmentWork"]
