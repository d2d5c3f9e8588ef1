"""A ghost is seen where it differs and nowhere else, and leaves no trace."""

from dataclasses import replace

import numpy as np

from interact_app.scene.ghost import Ghost
from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip

COLOUR = (0.9, 0.1, 0.6)


def picture(scene: Scene) -> np.ndarray:
    scene.set_quality("interactive")
    scene.render()
    return scene.pixels().astype(int)


def renderer_of(scene: Scene) -> object:
    return scene._renderer


def moved(posed: PosedClip, by: float) -> PosedClip:
    shift = np.array([by, 0, 0], np.float32)
    return replace(posed, body_vertices=posed.body_vertices + shift, object_vertices=posed.object_vertices.copy())


def test_the_same_clip_haunts_nobody(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(3)
    plain = picture(scene)
    ghost = Ghost(posed, renderer_of(scene), COLOUR, 0.5)
    ghost.show(3)
    same = picture(scene)
    assert (np.abs(same - plain).max(axis=2) > 12).mean() < 0.001
    ghost.remove()
    assert np.array_equal(picture(scene), plain)


def test_what_differs_shows_in_its_colour_and_lets_the_room_through(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(3)
    plain = picture(scene)
    pale, strong = (Ghost(moved(posed, 0.25), renderer_of(scene), COLOUR, alpha) for alpha in (0.25, 0.75))
    shown = []
    for ghost in (pale, strong):
        ghost.show(3)
        shown.append(picture(scene) - plain)
        ghost.remove()
    changed = [np.abs(one).max(axis=2) > 12 for one in shown]
    assert 0.005 < changed[1].mean() < 0.2, "a crescent beside the ball"
    reddened = shown[1][changed[1]].mean(axis=0)
    assert reddened[0] > 25 and reddened[0] > reddened[1] + 25, "in the ghost's colour"
    assert np.abs(shown[0]).sum() < 0.6 * np.abs(shown[1]).sum(), "as much as its opacity"


def test_frames_that_are_not_posed_and_hidden_parts_do_not_show(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(3)
    plain = picture(scene)
    ready = posed.ready.copy()
    ready[3] = False
    ghost = Ghost(replace(moved(posed, 0.25), ready=ready), renderer_of(scene), COLOUR, 0.5)
    ghost.show(2)
    ghost.show(3)
    assert np.array_equal(picture(scene), plain)
    ghost.show(999)
    assert np.array_equal(picture(scene), plain)
    ghost.remove()
    whole = Ghost(moved(posed, 0.25), renderer_of(scene), COLOUR, 0.5)
    whole.show(3, frozenset({"body"}))
    assert (np.abs(picture(scene) - plain).max(axis=2) > 12).mean() < 0.001, "the box has not moved, and the body is hidden"
    whole.remove()
