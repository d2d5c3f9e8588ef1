"""Scenes come and go."""

import resource
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from interact_app.scene.hidden_window import HiddenWindow
from interact_app.scene.scene import OVERLAYS, Scene
from interact_core.inspection import PosedClip


def _cycle(posed: PosedClip, make_field: Callable[..., object]) -> None:
    plotter = HiddenWindow((120, 90))
    scene = Scene(plotter)
    scene.set_clip(posed)
    scene.set_field(make_field(posed, np.zeros(posed.body_vertices.shape[:2], np.float32)), None)
    for name in OVERLAYS:
        scene.set_overlay(name, True)
    scene.show_frame(3)
    scene.pixels()
    scene.close()
    plotter.close()


def test_twenty_scenes_one_after_the_other_do_not_pile_up(posed: PosedClip, make_field) -> None:
    for _ in range(3):
        _cycle(posed, make_field)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20):
        _cycle(posed, make_field)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 40, f"{grown:.0f} MB more after 20 scenes"


def test_many_clips_in_one_scene(scene: Scene, posed: PosedClip) -> None:
    empty = scene._renderer.GetViewProps().GetNumberOfItems()
    for _ in range(10):
        scene.set_clip(posed)
        scene.set_overlay("skeleton", True)
        scene.show_frame(2)
        scene.set_overlay("skeleton", False)
    assert scene._renderer.GetViewProps().GetNumberOfItems() == empty
    scene.set_clip(None)
    scene.show_frame(3)


def test_another_motion_looks_as_if_the_clip_were_new(scene: Scene, posed: PosedClip, make_field) -> None:
    moved = replace(
        posed, body_vertices=posed.body_vertices + np.float32([0, 0.2, 0]), object_vertices=posed.object_vertices[::-1]
    )
    scene.set_clip(moved)
    scene.show_frame(4)
    expected = scene.pixels().copy()
    view = scene.bookmark()
    scene.set_clip(posed)
    scene.set_field(make_field(posed, np.ones(posed.body_vertices.shape[:2], np.float32)), None)
    scene.show_frame(4)
    scene.restore(view)
    built = dict(scene._subjects.surfaces)
    scene.set_motion(moved)
    scene.render()
    assert scene.frame == 4 and np.abs(scene.pixels().astype(int) - expected).mean() < 0.5
    assert scene._subjects.surfaces == built, "nothing was built again"


def test_quality_can_change_at_any_time(scene: Scene) -> None:
    scene.set_overlay("skeleton", True)
    scene.show_frame(1)
    rough = scene.pixels()
    assert scene.set_quality("still") and not scene.set_quality("still")
    scene.render()
    fine = scene.pixels()
    assert scene.set_quality("interactive")
    scene.render()
    np.testing.assert_array_equal(scene.pixels(), rough)
    # Multisampling softens edges and leaves the rest alone.
    assert 0 < (np.abs(fine.astype(int) - rough).max(axis=2) > 12).mean() < 0.2


def test_a_pyvista_plotter_will_do(posed: PosedClip) -> None:
    pv = pytest.importorskip("pyvista")
    plotter = pv.Plotter(off_screen=True, window_size=(320, 240))
    scene = Scene(plotter)
    scene.set_clip(posed)
    scene.show_frame(4)
    assert scene.pixels().shape == (240, 320, 3) and scene.pixels().std() > 15
    scene.close()
    plotter.close()


def test_what_pyvista_adds_stands_in_the_same_room(posed: PosedClip) -> None:
    pv = pytest.importorskip("pyvista")
    window = HiddenWindow((320, 240))
    scene = Scene(window)
    scene.set_clip(posed)
    scene.show_frame(0)
    before, view = scene.pixels(), scene.camera.view
    centre = posed.body_vertices[0].mean(axis=0)
    behind = centre + 0.5 * (centre - view.eye) / np.linalg.norm(centre - view.eye)
    window.plotter.add_mesh(pv.Sphere(radius=0.04, center=centre), color="red", lighting=False, name="ball")
    scene.render()
    np.testing.assert_array_equal(scene.pixels(), before, "a ball inside the body was seen")
    window.plotter.add_mesh(pv.Sphere(radius=0.9, center=behind), color="red", lighting=False, name="ball")
    scene.render()
    after = scene.pixels().astype(int)
    red = (after[..., 0] > 200) & (after[..., 1] < 60)
    assert 0.02 < red.mean() < 0.9
    assert (after[~red] == before[~red]).mean() > 0.95
    assert scene.camera.view == view, "PyVista moved the camera"
    scene.close()
    window.close()
