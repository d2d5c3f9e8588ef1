"""The ways to look at two versions at once."""

from typing import Final, Literal

Mode = Literal["off", "side_by_side", "ghost", "flicker", "wipe", "difference"]
Quantity = Literal["displacement", "penetration_change"]

MODES: Final[dict[Mode, str]] = {
    "off": "Off",
    "side_by_side": "Side by side",
    "ghost": "Ghost",
    "flicker": "Flicker",
    "wipe": "Wipe",
    "difference": "Difference",
}
"""In the order in which one key goes through them."""
QUANTITIES: Final[dict[Quantity, str]] = {
    "displacement": "How far it moved",
    "penetration_change": "How much deeper it lies",
}
LETTERS: Final = "ABCD"
MOST: Final = len(LETTERS)
"""Views next to each other."""
