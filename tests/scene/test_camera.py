"""The camera: presets by where the person faces, framing, following, bookmarks, the mouse."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from vtkmodules.vtkRenderingCore import vtkCamera
from vtkmodules.vtkRenderingUI import vtkGenericRenderWindowInteractor

from interact_app.scene.camera import PRESETS, OrbitCamera, View
from interact_app.scene.paths import calm, facing
from interact_app.scene.scene import Scene
from interact_core.inspection import PosedClip


def _on_screen(scene: Scene, points: np.ndarray) -> np.ndarray:
    """(N, 2) in [-1, 1] by VTK's own projection."""
    matrix = scene._renderer.GetActiveCamera().GetCompositeProjectionTransformMatrix(scene.viewing.aspect, -1, 1)
    rows = np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])
    clip = np.c_[points, np.ones(len(points))] @ rows.T
    return clip[:, :2] / clip[:, 3:]


def test_presets_look_at_the_person_from_the_named_side(scene: Scene, posed: PosedClip) -> None:
    turn = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)  # the person now faces +X
    posed.joints[:] = (posed.joints - posed.joints[:, :1]) @ turn.T + posed.joints[:, :1]
    expected = {"front": (1, 0), "back": (-1, 0), "left": (0, -1), "right": (0, 1)}
    for name, (x, z) in expected.items():
        scene.preset(name)
        eye = np.array(scene._renderer.GetActiveCamera().GetPosition()) - scene.camera.view.target
        flat = eye[[0, 2]] / np.linalg.norm(eye[[0, 2]])
        np.testing.assert_allclose(flat, (x, z), atol=1e-6)
    scene.preset("top")
    assert scene._renderer.GetActiveCamera().GetDirectionOfProjection()[1] < -0.99
    with pytest.raises(KeyError):
        scene.preset("diagonal")
    assert set(PRESETS) == {"front", "back", "left", "right", "top", "three_quarter"}


@pytest.mark.parametrize("name", ["front", "left", "top", "three_quarter"])
@pytest.mark.parametrize("size", [(400, 300), (200, 400)])
def test_framing_shows_everything_and_fills_the_picture(
    make_scene: Callable[..., Scene], posed: PosedClip, name: str, size: tuple[int, int]
) -> None:
    scene = make_scene(size)
    scene.set_clip(posed)
    scene.preset(name)
    scene.frame_clip()
    everything = np.concatenate([posed.body_vertices.reshape(-1, 3), posed.object_vertices.reshape(-1, 3)])
    reach = np.abs(_on_screen(scene, everything)).max(axis=0)
    assert reach.max() < 1.0
    assert reach.max() > 0.75


def test_following_keeps_the_body_in_place_while_the_user_turns(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(4)
    scene.follow("body")
    before = _on_screen(scene, posed.joints[4, :1])
    scene.show_frame(5)
    assert np.abs(_on_screen(scene, posed.joints[5, :1]) - before).max() < 0.01
    scene.camera.orbit(30, 10)
    turned = _on_screen(scene, posed.joints[5, :1])
    scene.show_frame(7)
    assert np.abs(_on_screen(scene, posed.joints[7, :1]) - turned).max() < 0.02
    scene.follow(None)
    eye = scene.camera.view.eye
    scene.show_frame(0)
    np.testing.assert_array_equal(scene.camera.view.eye, eye)


def test_a_followed_path_is_calmer_than_the_body_and_bridges_gaps() -> None:
    rng = np.random.default_rng(1)
    path = np.cumsum(np.full((120, 3), 0.01), axis=0) + rng.normal(0, 0.01, (120, 3))
    path[40:50] = np.nan
    smooth = calm(path, 30.0)
    assert np.isfinite(smooth).all()
    assert np.abs(np.diff(smooth, 2, axis=0)).max() < 0.1 * np.nanmax(np.abs(np.diff(path, 2, axis=0)))
    assert np.isnan(calm(np.full((5, 3), np.nan), 30.0)).all()


def test_facing_is_measured_from_the_hips() -> None:
    joints = np.zeros((52, 3))
    joints[1], joints[2] = (0, 1, -0.1), (0, 1, 0.1)  # the left hip at -Z: the person faces +X
    assert facing(joints) == pytest.approx(90.0)
    assert facing(joints * np.nan) == 0.0


def test_bookmarks_survive_json(scene: Scene) -> None:
    scene.camera.orbit(33, -7)
    scene.camera.pan(0.1, 0.2)
    scene.camera.zoom(1.7)
    scene.follow("body")
    saved = json.loads(json.dumps(scene.bookmark()))
    view = scene.camera.view
    scene.reset_camera()
    scene.follow(None)
    assert scene.camera.view != view
    scene.restore(saved)
    assert scene.camera.view == view and scene.viewing.followed == "body"


@pytest.mark.parametrize(
    "broken", [{}, {"target": [0, 0]}, {"target": None}, {"distance": -1.0}, {"yaw": float("nan")}, {"pitch": "up"}]
)
def test_a_broken_bookmark_changes_nothing(scene: Scene, broken: dict[str, object]) -> None:
    before = scene.camera.view
    bookmark = {} if not broken else scene.bookmark() | broken
    with pytest.raises(ValueError):
        scene.restore(bookmark)
    assert scene.camera.view == before


def test_the_camera_never_rolls_or_turns_over() -> None:
    camera = OrbitCamera(vtkCamera())
    camera.orbit(0, 500)
    assert camera.view.pitch == 89.0
    right, up = camera.view.axes
    assert right[1] == 0 and up[1] > 0
    np.testing.assert_allclose(np.cross(right, up), camera.view.backward, atol=1e-12)


def test_near_and_far_hold_the_room_at_any_distance() -> None:
    vtk_camera = vtkCamera()
    camera = OrbitCamera(vtk_camera)
    camera.set_extent(3.0)
    for distance in (0.1, 1.0, 5.0, 40.0):
        camera.view = View(distance=distance)
        near, far = vtk_camera.GetClippingRange()
        assert near < max(distance - 3.0, 0.3 * distance) and far > distance + 3.0 and far / near < 20000


class _Mouse:
    def __init__(self, scene: Scene) -> None:
        self.interactor = vtkGenericRenderWindowInteractor()
        self.interactor.SetRenderWindow(scene._window)
        self.moving: list[bool] = []
        scene.attach(self.interactor, self.moving.append)

    def drag(self, button: str, dx: int, dy: int, shift: bool = False) -> None:
        self.interactor.SetEventInformation(100, 100, False, shift)
        self.interactor.InvokeEvent(f"{button}ButtonPressEvent")
        self.interactor.SetEventInformation(100 + dx, 100 + dy, False, shift)
        self.interactor.InvokeEvent("MouseMoveEvent")
        self.interactor.InvokeEvent(f"{button}ButtonReleaseEvent")


def test_the_mouse_turns_shifts_and_goes_nearer(scene: Scene) -> None:
    mouse = _Mouse(scene)
    start = scene.camera.view
    mouse.drag("Left", 30, 0)
    assert scene.camera.view.yaw < start.yaw and scene.camera.view.target == start.target
    middle = scene.camera.view
    mouse.drag("Left", 0, 30, shift=True)
    assert scene.camera.view.target[1] < middle.target[1] and scene.camera.view.yaw == middle.yaw
    mouse.drag("Middle", 30, 0)
    mouse.drag("Right", 0, 30)
    assert scene.camera.view.distance < middle.distance
    near = scene.camera.view.distance
    mouse.interactor.InvokeEvent("MouseWheelBackwardEvent")
    assert scene.camera.view.distance > near
    assert mouse.moving == [True, False] * 4
    still = scene.camera.view
    mouse.interactor.InvokeEvent("MouseMoveEvent")
    assert scene.camera.view == still
    scene.detach()
    mouse.drag("Left", 30, 0)
    assert scene.camera.view == still


def test_vtk_letter_keys_are_dead(scene: Scene) -> None:
    mouse = _Mouse(scene)
    assert mouse.interactor.GetInteractorStyle() is None
    for event in ("CharEvent", "KeyPressEvent"):
        assert not mouse.interactor.HasObserver(event)
