"""Lanes from top to bottom: the words right under the contact that they describe.

Add one here and it has a place, a header, a menu entry and a cursor value.
"""

from interact_app.timeline.lanes.base import Lane, LaneStyle
from interact_app.timeline.lanes.captions import CaptionLane
from interact_app.timeline.lanes.contact import ContactLane
from interact_app.timeline.lanes.foot_skate import FootSkateLane
from interact_app.timeline.lanes.gap import GapLane
from interact_app.timeline.lanes.jitter import JitterLane
from interact_app.timeline.lanes.penetration import PenetrationLane
from interact_app.timeline.lanes.tiers import TierLane


def default_lanes() -> list[Lane]:
    """Without those of the tiers, which follow the vocabulary and stand after the captions."""
    return [PenetrationLane(), ContactLane(), CaptionLane(), GapLane(), FootSkateLane(), JitterLane()]


__all__ = ["Lane", "LaneStyle", "TierLane", "default_lanes"]
