"""Versions of a clip against each other: linked pictures, figures before and after, and the best of two in one."""

from interact_app.compare.comparison import Comparison
from interact_app.compare.modes import MODES, Mode
from interact_app.compare.sides import Side, SideKey

__all__ = ["MODES", "Comparison", "Mode", "Side", "SideKey"]
