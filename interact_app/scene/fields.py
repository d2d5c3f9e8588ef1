"""Scalar fields on a surface: colours that colour-blind people can read, one range, one colour for "no value".

Maps are given by a few sRGB anchors, interpolated in Oklab (Ottosson 2020), so that equal steps look equal. Anchors of
viridis and cividis are read off the published tables (CC0: van der Walt & Smith 2015; Nuñez, Anderton & Renslow 2018).
"penetration" and "contact" start at the neutral skin colour, so that only what matters stands out.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkLookupTable

NAN_COLOUR: Final = (0.42, 0.40, 0.46)
"""A violet grey that no map contains: "not computed or nothing to measure"."""
_ENTRIES: Final = 256

_ANCHORS: Final[dict[str, tuple[str, ...]]] = {
    "viridis": (
        "440154", "48186a", "472d7b", "424086", "3b528b", "33638d", "2c728e", "26828e", "21918c",
        "1fa088", "28ae80", "3fbc73", "5ec962", "84d44b", "addc30", "d8e219", "fde725",
    ),
    "cividis": (
        "00224e", "002e6a", "1a386f", "32436d", "434e6c", "535a6d", "61656f", "6f7073", "7d7c78",
        "8c8878", "9b9476", "aba072", "bcae6c", "cdbb63", "dec958", "f0d846", "fee838",
    ),
    "penetration": ("dcd6cf", "f6cf6a", "f39a3b", "dd5a3a", "a8244f", "5a1246"),
    "contact": ("dcd6cf", "a9d3d2", "58b3c4", "1f86ab", "14578c", "10295e"),
    "signed": ("7a1f3d", "c2504f", "eaa37f", "f3efe9", "8fbcd6", "3f7fb5", "173a6e"),
    "change": ("173a6e", "3f7fb5", "8fbcd6", "f3efe9", "eaa37f", "c2504f", "7a1f3d"),
}  # fmt: skip
_ALIASES: Final = {
    "inferno": "penetration", "magma": "penetration", "plasma": "penetration", "hot": "penetration", "depth": "penetration",
    "diverging": "signed", "coolwarm": "signed", "coolwarm_r": "signed", "RdBu": "signed", "distance": "cividis",
    "teal": "contact", "Blues": "contact",
}  # fmt: skip


@dataclass(frozen=True)
class ColourRange:
    """What is coloured how: a map's name, the values at its ends, and whether its middle must be zero."""

    colormap: str
    vmin: float
    vmax: float
    diverging: bool = False

    def symmetric(self) -> "ColourRange":
        """The range actually used: a diverging map is stretched so that zero keeps the neutral colour."""
        if not self.diverging:
            return self if self.vmax > self.vmin else ColourRange(self.colormap, self.vmin, self.vmin + 1e-6)
        reach = max(abs(self.vmin), abs(self.vmax), 1e-6)
        return ColourRange(self.colormap, -reach, reach, True)


def colormap_names() -> tuple[str, ...]:
    return tuple(_ANCHORS)


def colours(name: str, diverging: bool = False, count: int = _ENTRIES) -> NDArray[np.float64]:
    """sRGB (count, 3) in [0, 1] of a map; an unknown name gets the default of its kind."""
    fallback = "signed" if diverging else "viridis"
    known = _ALIASES.get(name, name)
    anchors = np.array([_parse(h) for h in _ANCHORS.get(known, _ANCHORS[fallback])])
    lab = _to_oklab(anchors)
    at = np.linspace(0, len(anchors) - 1, count)
    mixed = np.stack([np.interp(at, np.arange(len(anchors)), lab[:, k]) for k in range(3)], axis=1)
    return _from_oklab(mixed)


def lookup_table(colour_range: ColourRange) -> Any:
    """vtkLookupTable of a range, NaN included. Values beyond the ends take the end's colour."""
    used = colour_range.symmetric()
    table = vtkLookupTable()
    table.SetNumberOfTableValues(_ENTRIES)
    rgba = np.full((_ENTRIES, 4), 255, np.uint8)
    rgba[:, :3] = np.rint(colours(used.colormap, used.diverging) * 255)
    table.SetTable(numpy_to_vtk(rgba, deep=True))
    table.SetRange(used.vmin, used.vmax)
    table.SetNanColor(*NAN_COLOUR, 1.0)
    return table


def _parse(text: str) -> tuple[float, ...]:
    return tuple(int(text[k : k + 2], 16) / 255 for k in (0, 2, 4))


_TO_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _to_oklab(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def _from_oklab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = ((lab @ np.linalg.inv(_TO_LAB).T) ** 3) @ np.linalg.inv(_TO_LMS).T
    linear = np.clip(linear, 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.clip(srgb, 0, 1)
