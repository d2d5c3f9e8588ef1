"""Paths by key poses: through every key, never past it, refused where they jump."""

import math

import numpy as np
import pytest

from interact_core.clip import Mesh
from interact_core.errors import InputError
from interact_core.generate.key_poses import FASTEST, KeyPose, path_clip, path_of

KEYS = (KeyPose(0.0, (0.0, 0.5, 0.0)), KeyPose(1.0, (1.0, 1.2, 0.0), 0.5), KeyPose(2.0, (1.0, 1.2, 1.0), 0.5))


def test_the_path_goes_through_every_key_and_not_past_it() -> None:
    places, yaws = path_of(KEYS, 3.0)
    assert len(places) == 91
    for key in KEYS:
        assert places[round(key.time * 30)] == pytest.approx(key.place, abs=1e-9)
        assert yaws[round(key.time * 30)] == pytest.approx(key.yaw, abs=1e-9)
    assert places[:, 1].max() <= 1.2 + 1e-9 and places[:, 0].max() <= 1.0 + 1e-9
    assert np.allclose(places[60:], KEYS[-1].place), "still after the last key"
    assert np.abs(np.diff(places, axis=0)).max() * 30 < FASTEST


def test_the_order_of_the_keys_does_not_matter_and_turns_take_the_short_way() -> None:
    shuffled = path_of((KEYS[2], KEYS[0], KEYS[1]), 3.0)[0]
    assert np.array_equal(shuffled, path_of(KEYS, 3.0)[0])
    _, yaws = path_of((KeyPose(0, (0, 1, 0), math.radians(170)), KeyPose(1, (0, 1, 0), math.radians(-170))), 1.0)
    assert yaws.max() <= math.radians(190) + 1e-9 and yaws.min() >= math.radians(170) - 1e-9


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (KEYS[:1], "no path"),
        ((KeyPose(0, (0, 1, 0)), KeyPose(0.2, (3, 1, 0))), "jumps at 0.0 s: 15.0 m/s"),
        ((KeyPose(0, (0, 1, 0)), KeyPose(0, (1, 1, 0))), "same time"),
        ((KeyPose(0, (0, math.nan, 0)), KeyPose(1, (1, 1, 0))), "not finite"),
        ((KeyPose(0, (0, 1, 0)), KeyPose(9, (1, 1, 0))), "outside"),
    ],
)
def test_what_is_no_path_is_refused_in_words(keys: tuple[KeyPose, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        path_of(keys, 4.0)


def test_the_box_middle_follows_the_path_whatever_the_mesh_is_centred_on() -> None:
    corners = np.array([[x, y, z] for x in (0.0, 0.2) for y in (0.0, 0.4) for z in (0.0, 0.6)], np.float32)
    mesh = Mesh(corners, np.array([[0, 1, 2], [1, 3, 2]], np.int32), "off centre")
    part = path_clip(KEYS, 2.0, "thing", mesh).objects[0].parts[0]
    for key in KEYS:
        frame = round(key.time * 30)
        middle = part.rotation[frame] @ np.array([0.1, 0.2, 0.3]) + part.translation[frame]
        assert middle == pytest.approx(key.place, abs=1e-6)
    ahead = part.rotation[30] @ np.array([0.0, 0.0, 1.0])
    assert math.atan2(ahead[0], ahead[2]) == pytest.approx(0.5, abs=1e-6), "a yaw turns +Z towards +X"
