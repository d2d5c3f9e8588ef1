"""Distance between each hand and the object while the hand holds it."""

from interact_app.timeline.lanes.curve import Curve, CurveLane
from interact_app.widgets.tones import LEFT_HAND, RIGHT_HAND


class GapLane(CurveLane):
    id = "gap"
    title = "Gap"
    help = "Distance from each hand to the object while it is held; right hand dashed"
    curves = (Curve("gap_left_hand", LEFT_HAND, "L"), Curve("gap_right_hand", RIGHT_HAND, "R", dashed=True))
