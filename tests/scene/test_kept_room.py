"""With the room kept and with the room drawn, the pictures are the same, whatever changes between them."""

from collections.abc import Callable

import numpy as np
import pytest

from interact_app.scene.camera import PRESETS
from interact_app.scene.hidden_window import HiddenWindow
from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip

Change = Callable[[Scene], object]


@pytest.fixture
def pair(make_scene: Callable[..., Scene], posed: PosedClip) -> tuple[Scene, Scene]:
    """A scene as it is and one that draws its room every time."""
    scenes = make_scene(), make_scene()
    for scene in scenes:
        scene.set_clip(posed)
    room = scenes[1]._room
    if room is None:
        pytest.skip("a graphics card draws here")
    room.close()
    return scenes


def is_kept(scene: Scene) -> bool:
    """Whether the last picture was drawn upon a copy."""
    return scene._room is not None and bool(scene._renderer.GetPreserveColorBuffer())


def play(pair: tuple[Scene, Scene], *, kept: bool = True) -> None:
    """Five frames; the last ones must be drawn upon a copy, and all must look alike."""
    for frame in (0, 3, 6, 9, 11):
        for scene in pair:
            scene.show_frame(frame)
        np.testing.assert_array_equal(pair[0].pixels(), pair[1].pixels(), f"frame {frame}")
    assert is_kept(pair[0]) is kept and not is_kept(pair[1])


def each(pair: tuple[Scene, Scene], change: Change) -> None:
    for scene in pair:
        change(scene)


@pytest.mark.parametrize("preset", PRESETS)
def test_from_every_side(pair: tuple[Scene, Scene], preset: str) -> None:
    play(pair)
    each(pair, lambda scene: scene.preset(preset))
    play(pair)


def test_whatever_the_room_looks_like(pair: tuple[Scene, Scene]) -> None:
    play(pair)
    changes: tuple[Change, ...] = (
        lambda scene: scene.set_theme("light"),
        lambda scene: scene.set_background("#303050", "#506070"),
        lambda scene: scene.set_overlay("ground", False),
        lambda scene: scene.hide("body"),
        lambda scene: scene.hide("object"),
        lambda scene: scene.set_overlay("ground", True),
        lambda scene: scene.hide("body", False),
        lambda scene: scene.set_overlay("skeleton", True),
        lambda scene: scene.set_overlay("wireframe", True),
        lambda scene: scene.set_pixel_ratio(2.0),
        lambda scene: scene._window.SetSize(500, 260),
        lambda scene: scene.camera.orbit(0, -80),  # through the floor from below
        lambda scene: scene.camera.zoom(3.0),
        lambda scene: scene._ground.set_area(np.array([1.0, 0.0, 1.0]), 5.0),
    )
    for change in changes:
        each(pair, change)
        play(pair)


def test_things_below_the_floor_stay_hidden_by_it(pair: tuple[Scene, Scene], posed: PosedClip) -> None:
    posed.body_vertices[:, :, 1] -= 0.6
    each(pair, lambda scene: scene.set_clip(posed))
    play(pair)


def test_multisampled_pictures_come_between(pair: tuple[Scene, Scene]) -> None:
    play(pair)
    each(pair, lambda scene: scene.set_quality("still"))
    play(pair, kept=False)
    each(pair, lambda scene: scene.set_quality("interactive"))
    each(pair, lambda scene: scene.show_frame(2))
    assert is_kept(pair[0]), "the copy is still good"
    play(pair)


def test_a_camera_that_moves_keeps_nothing(scene: Scene) -> None:
    for frame in range(8):
        scene.camera.orbit(2.0, 0)
        scene.show_frame(frame)
        assert not is_kept(scene)


def test_a_machine_that_cannot_copy_depth_draws_all(pair: tuple[Scene, Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    from interact_app.scene import kept_room

    monkeypatch.setattr(kept_room, "_COLOUR_AND_DEPTH", 0x4000)
    play(pair, kept=False)
    each(pair, lambda scene: scene.preset("top"))
    play(pair, kept=False)


def test_a_machine_without_memory_for_it_draws_all(pair: tuple[Scene, Scene]) -> None:
    assert pair[0]._room is not None
    pair[0]._room._make_copy = lambda: False  # type: ignore[method-assign]
    play(pair, kept=False)


def test_what_pyvista_adds_is_not_kept_with_the_room(posed: PosedClip) -> None:
    pv = pytest.importorskip("pyvista")
    window = HiddenWindow((320, 240))
    scene = Scene(window)
    scene.set_clip(posed)
    window.plotter.add_mesh(pv.Sphere(radius=0.3, center=(0, 1.5, 0)), color="red", lighting=False, name="ball")
    for frame in (0, 1, 2, 3):
        scene.show_frame(frame)
    with_ball = scene.pixels().astype(int)
    assert is_kept(scene) and (with_ball[..., 0] - with_ball[..., 1] > 150).any()
    window.plotter.remove_actor("ball")
    scene.render()
    without = scene.pixels().astype(int)
    assert is_kept(scene) and not (without[..., 0] - without[..., 1] > 150).any()
    scene.close()
    window.close()
