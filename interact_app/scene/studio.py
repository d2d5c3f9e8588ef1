"""The room's colours: background, floor and text in a dark and a light mood, and those of body and object, which stay."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Theme = Literal["dark", "light"]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Mood:
    """Colours that depend on the theme. Those of body, object and data do not."""

    top: Colour
    bottom: Colour
    tile_a: Colour
    tile_b: Colour
    text: Colour
    panel: Colour
    panel_opacity: float


MOODS: Final[dict[Theme, Mood]] = {
    "dark": Mood(
        top=(0.105, 0.112, 0.128), bottom=(0.185, 0.195, 0.215), tile_a=(0.215, 0.225, 0.245), tile_b=(0.250, 0.262, 0.284),
        text=(0.90, 0.91, 0.93), panel=(0.07, 0.075, 0.09), panel_opacity=0.62,
    ),
    "light": Mood(
        top=(0.80, 0.825, 0.86), bottom=(0.93, 0.94, 0.95), tile_a=(0.845, 0.855, 0.87), tile_b=(0.895, 0.905, 0.915),
        text=(0.10, 0.11, 0.13), panel=(0.99, 0.99, 1.0), panel_opacity=0.74,
    ),
}  # fmt: skip


def tinted(mood: Mood, top: Colour, bottom: Colour) -> Mood:
    """The mood with another background; the floor's tiles keep their distance from it."""
    step = np.asarray(bottom) - mood.bottom
    tiles = [np.clip(np.asarray(tile) + step, 0, 1) for tile in (mood.tile_a, mood.tile_b)]
    return replace(mood, top=top, bottom=bottom, tile_a=rgb(tiles[0]), tile_b=rgb(tiles[1]))


def rgb(colour: NDArray[np.floating] | str | Colour) -> Colour:
    """A colour as three numbers in [0, 1]; "#rrggbb" is understood."""
    if isinstance(colour, str):
        text = colour.removeprefix("#")
        colour = np.array([int(text[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    r, g, b = (float(v) for v in colour)
    return r, g, b


BODY_COLOUR: Final[Colour] = (0.86, 0.795, 0.74)
OBJECT_COLOUR: Final[Colour] = (0.33, 0.55, 0.69)
