"""Deepest penetration of each frame, the mean over the touching vertices below it."""

from interact_app.timeline.lanes.curve import Curve, CurveLane
from interact_app.widgets.tones import VERMILLION


class PenetrationLane(CurveLane):
    id = "penetration"
    title = "Penetration"
    help = "Depth of the deepest vertex inside the other surface"
    height = 38
    smallest = 22
    curves = (Curve("penetration_max", VERMILLION, filled=True), Curve("penetration_mean", VERMILLION, dashed=True))
