"""Jerk of the body and of the object."""

from interact_app.timeline.lanes.curve import Curve, CurveLane
from interact_app.widgets.tones import PURPLE, SKY


class JitterLane(CurveLane):
    id = "jitter"
    title = "Jitter"
    help = "Jerk of the body's joints and of the object (dashed)"
    curves = (Curve("jerk_body", SKY, "B"), Curve("jerk_object", PURPLE, "O", dashed=True))
