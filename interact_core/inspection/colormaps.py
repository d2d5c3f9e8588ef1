"""Names of colour maps that fields ask for; interact_app.scene owns the colours. All are safe for colour-blind eyes."""

from typing import Final

PENETRATION: Final = "penetration"
"""Sequential; zero has the colour of bare skin."""
CONTACT: Final = "contact"
"""Sequential over 0..1; zero has the colour of bare skin."""
SIGNED: Final = "signed"
"""Diverging, neutral at zero: inside on one side, outside on the other."""
CHANGE: Final = "change"
"""Diverging, neutral at zero: more of what is bad in the colours in which SIGNED shows the inside, less of it in the others."""
