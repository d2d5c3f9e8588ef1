"""Colour maps: readable, safe, exact at the ends."""

import numpy as np
import pytest

from interact_app.scene.fields import ColourRange, colormap_names, colours, lookup_table
from interact_app.scene.legend import readable_unit
from interact_core.inspection import colormaps

_LUMA = np.array([0.2126, 0.7152, 0.0722])


def _lightness(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ _LUMA


@pytest.mark.parametrize("name", ["viridis", "cividis"])
def test_published_maps_are_reproduced(name: str) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    reference = matplotlib.colormaps[name](np.linspace(0, 1, 256))[:, :3]
    difference = np.abs(colours(name) - reference)
    assert difference.max() < 0.05 and difference.mean() < 0.006


@pytest.mark.parametrize("name", ["viridis", "cividis", "penetration", "contact"])
def test_sequential_maps_go_one_way_in_lightness(name: str) -> None:
    steps = np.diff(_lightness(colours(name)))
    assert (steps > -1e-4).all() or (steps < 1e-4).all()


def test_every_map_that_fields_ask_for_exists() -> None:
    asked = {value for key, value in vars(colormaps).items() if key.isupper()}
    assert asked and asked <= set(colormap_names())


def test_the_diverging_map_is_neutral_in_its_middle_and_apart_at_its_ends() -> None:
    signed = colours("signed", diverging=True, count=257)
    assert np.ptp(signed[128]) < 0.06 and signed[128].min() > 0.85
    inside, outside = signed[0], signed[-1]
    assert inside[0] > inside[2] and outside[2] > outside[0]
    # The two sides stay apart without red-green vision: they differ in blue against yellow.
    assert abs((inside[2] - inside[:2].mean()) - (outside[2] - outside[:2].mean())) > 0.2


def test_a_diverging_range_is_centred_on_zero() -> None:
    used = ColourRange("signed", -0.02, 0.1, True).symmetric()
    assert (used.vmin, used.vmax) == (-0.1, 0.1)
    table = lookup_table(ColourRange("signed", -0.02, 0.1, True))
    assert table.GetRange() == (-0.1, 0.1)
    rgb = [0.0, 0.0, 0.0]
    table.GetColor(0.0, rgb)
    assert min(rgb) > 0.85


def test_an_empty_range_still_colours() -> None:
    assert lookup_table(ColourRange("viridis", 1.0, 1.0)).GetRange()[1] > 1.0


def test_lengths_are_shown_in_the_unit_people_use() -> None:
    assert readable_unit("m", 0.03) == (1000.0, "mm")
    assert readable_unit("m", 0.5) == (100.0, "cm")
    assert readable_unit("m", 3.0) == (1.0, "m")
    assert readable_unit("%", 0.5) == (1.0, "%")
