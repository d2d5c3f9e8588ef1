"""Speed of each planted foot over the floor."""

from interact_app.timeline.lanes.curve import Curve, CurveLane
from interact_app.widgets.tones import LEFT_HAND, RIGHT_HAND


class FootSkateLane(CurveLane):
    id = "foot_skate"
    title = "Foot skating"
    help = "Horizontal speed of a foot while it stands on the floor; right foot dashed"
    curves = (Curve("foot_skate_left", LEFT_HAND, "L"), Curve("foot_skate_right", RIGHT_HAND, "R", dashed=True))
