"""Which way is better, measure by measure, and how small a change is no change."""

import re
from typing import Final, Literal

Direction = Literal["less", "more", "none"]

_NO_DIRECTION: Final = re.compile(r"foot_height_(left|right)$")
_MORE: Final = frozenset({"contact_left_hand", "contact_right_hand", "contact_object", "paper_contact_ratio"})
"""A refinement must not lose contact: the paper counts its ratio so too. Which part of a body or which side of an object
is touched has no better and no worse."""

_BANDS: Final[dict[str, float]] = {
    "m": 0.0005, "m^3": 1e-6, "%": 1.0, "m/s": 0.01, "m/s^3": 5.0, "deg": 0.5, "rad/s": 0.2, "s": 1 / 30, "": 0.005,
}  # fmt: skip
RELATIVE_BAND: Final = 0.05
"""A twentieth of a figure is neither here nor there."""


def direction_of(measure: str) -> Direction:
    if measure in _MORE:
        return "more"
    if measure.startswith("contact_") or _NO_DIRECTION.match(measure):
        return "none"
    return "less"


def dead_band(before: float, unit: str) -> float:
    """A change up to this is none: half a millimetre, a per cent of the frames, or a twentieth of the figure itself."""
    return max(_BANDS.get(unit, 0.0), RELATIVE_BAND * abs(before))


def weight_of(change: float, before: float, unit: str) -> float:
    """The change against what was there, comparable between measures; what was next to nothing counts as ten bands."""
    scale = max(abs(before), 10 * _BANDS.get(unit, 0.0))
    return abs(change) / scale if scale else 0.0
