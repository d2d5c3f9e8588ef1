"""Deepest penetration of each frame, the mean over the touching vertices below it, and depth behind thin walls."""

from interact_app.timeline.lanes.curve import Curve, CurveLane
from interact_app.widgets.tones import PURPLE, VERMILLION


class PenetrationLane(CurveLane):
    id = "penetration"
    title = "Penetration"
    help = "Depth of the deepest vertex inside the other surface; in purple behind a thin wall"
    height = 38
    smallest = 22
    curves = (
        Curve("penetration_max", VERMILLION, filled=True), Curve("penetration_mean", VERMILLION, dashed=True),
        Curve("thin_wall", PURPLE),
    )  # fmt: skip
