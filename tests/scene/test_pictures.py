"""What the pixels say."""

from collections.abc import Callable

import numpy as np
import pytest

from interact_app.scene.fields import NAN_COLOUR, colours
from interact_app.scene.scene import OVERLAYS, Scene
from interact_core.inspection import DistanceFields, PosedClip


def _shot(scene: Scene, frame: int = 0) -> np.ndarray:
    scene.show_frame(frame)
    return scene.pixels().astype(int)


def _changed(a: np.ndarray, b: np.ndarray) -> int:
    return int((np.abs(a - b).max(axis=2) > 12).sum())


def _has_hue(pixels: np.ndarray, colour: tuple[float, ...] | np.ndarray, tolerance: float = 0.06) -> np.ndarray:
    """Mask of pixels with the colour's chromaticity, however it is lit."""
    shares = pixels / np.maximum(pixels.sum(axis=2, keepdims=True), 1)
    wanted = np.asarray(colour) / np.sum(colour)
    return (np.abs(shares - wanted).max(axis=2) < tolerance) & (pixels.max(axis=2) > 28)


def _centre(scene: Scene, posed: PosedClip) -> None:
    scene.set_overlay("ground", False)
    scene.hide("object")
    scene.show_gizmo(False)
    scene.show_legend(False)
    scene.preset("front")
    scene.frame_selection()


def test_a_block_of_high_values_shows_the_top_colour_where_it_is(scene: Scene, posed: PosedClip, make_field) -> None:
    _centre(scene, posed)
    values = np.zeros(posed.body_vertices.shape[:2], np.float32)
    values[:, posed.body_vertices[0, :, 1] > 0.6] = 1.0
    scene.set_field(make_field(posed, values), None)
    picture = _shot(scene)
    ends = colours("viridis")
    top, bottom = _has_hue(picture, ends[-1]), _has_hue(picture, ends[0])
    rows = np.arange(len(picture))
    assert top.sum() > 2000 and bottom.sum() > 2000
    assert (
        (rows @ top.sum(axis=1)) / top.sum()
        < 0.45 * len(picture)
        < 0.55 * len(picture)
        < (rows @ bottom.sum(axis=1)) / bottom.sum()
    )


def test_values_change_with_the_frame_and_with_the_range(scene: Scene, posed: PosedClip, make_field) -> None:
    _centre(scene, posed)
    values = np.zeros(posed.body_vertices.shape[:2], np.float32)
    values[1] = 0.5
    scene.set_field(make_field(posed, values), None)
    ends = colours("viridis")
    assert _has_hue(_shot(scene, 0), ends[0]).sum() > 5000
    middle = _shot(scene, 1)
    assert _has_hue(middle, ends[-1]).sum() == 0 and _has_hue(middle, colours("viridis", count=3)[1]).sum() > 5000
    scene.set_range(0.0, 0.5)
    assert _has_hue(_shot(scene, 1), ends[-1]).sum() > 5000


def test_not_a_number_has_its_own_colour(scene: Scene, posed: PosedClip, make_field) -> None:
    _centre(scene, posed)
    scene.set_field(make_field(posed, np.full(posed.body_vertices.shape[:2], np.nan, np.float32)), None)
    assert _has_hue(_shot(scene), NAN_COLOUR, 0.03).sum() > 5000


def test_both_meshes_carry_fields_at_once(scene: Scene, posed: PosedClip, make_field) -> None:
    scene.show_legend(False)
    body = make_field(posed, np.ones(posed.body_vertices.shape[:2], np.float32))
    thing = make_field(posed, np.ones(posed.object_vertices.shape[:2], np.float32), "object", colormap="contact")
    scene.set_field(body, thing)
    picture = _shot(scene)
    assert _has_hue(picture, colours("viridis")[-1]).sum() > 1000
    deep = colours("contact")[-1]
    assert ((picture[..., 2] > 1.6 * picture[..., 0]) & (picture.max(axis=2) > 255 * deep[2] * 0.4)).sum() > 300


def test_the_legend_appears_with_a_field_and_goes_with_it(scene: Scene, posed: PosedClip, make_field) -> None:
    bare = _shot(scene)
    low = make_field(posed, np.zeros(posed.body_vertices.shape[:2], np.float32), colormap="penetration")
    scene.set_field(low, None)
    corner = (slice(-80, None), slice(-310, None))
    assert _changed(bare[corner], _shot(scene)[corner]) > 3000
    scene.set_field(None, None)
    assert _changed(bare, _shot(scene)) == 0


def test_frames_that_are_not_ready_keep_the_last_picture_darker_and_labelled(scene: Scene, posed: PosedClip) -> None:
    scene.show_gizmo(False)
    first = _shot(scene, 2)
    mask = np.ones(posed.num_frames, bool)
    mask[6:] = False
    posed.body_vertices[6:] = np.nan
    scene.set_ready(mask)
    stale = _shot(scene, 8)
    assert scene.frame == 8
    assert (first - stale).max() > 30 and (first[60:] - stale[60:]).min() > -6  # the subjects are darker, nothing is brighter
    assert _changed(first[:60], stale[:60]) > 150  # the label
    assert _changed(first, _shot(scene, 2)) == 0


def test_a_clip_without_any_frame_yet_fills_in_later(make_scene: Callable[..., Scene], posed: PosedClip) -> None:
    scene = make_scene()
    vertices = posed.body_vertices.copy(), posed.object_vertices.copy()
    posed.body_vertices[:], posed.object_vertices[:], posed.ready[:] = np.nan, np.nan, False
    scene.set_clip(posed)
    empty = _shot(scene, 0)
    posed.body_vertices[:4], posed.object_vertices[:4] = vertices[0][:4], vertices[1][:4]
    scene.set_ready(np.arange(posed.num_frames) < 4)
    assert _changed(empty, _shot(scene, 1)) > 3000


def test_hiding_and_showing(scene: Scene) -> None:
    both = _shot(scene)
    scene.hide("body")
    without = _shot(scene)
    assert _changed(both, without) > 2000
    scene.hide("object")
    assert _changed(without, _shot(scene)) > 500
    scene.hide("body", False)
    scene.hide("object", False)
    assert _changed(both, _shot(scene)) == 0


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_overlay_can_be_seen_and_switched_off(scene: Scene, posed: PosedClip, name: str) -> None:
    scene.set_distances(_touching(posed), 0.01)
    scene.set_overlay(name, False)
    before = _shot(scene, 3)
    scene.set_overlay(name, True)
    assert _changed(before, _shot(scene, 3)) > 20
    scene.set_overlay(name, False)
    assert _changed(before, _shot(scene, 3)) == 0


def test_overlays_follow_the_frame_and_survive_the_next_clip(scene: Scene, posed: PosedClip) -> None:
    scene.set_overlay("skeleton", True)
    scene.show_frame(7)
    overlay = scene._overlays._made["skeleton"]
    np.testing.assert_array_equal(overlay._bones.points.data, posed.joints[7])
    scene.set_clip(posed)
    scene.show_frame(2)
    np.testing.assert_array_equal(scene._overlays._made["skeleton"]._bones.points.data, posed.joints[2])


def test_contact_points_lie_on_touching_vertices(scene: Scene, posed: PosedClip) -> None:
    fields = _touching(posed)
    scene.set_overlay("contact_points", True)
    scene.set_distances(fields, 0.01)
    scene.show_frame(4)
    drawn = scene._overlays._made["contact_points"]._sides[1][2].points.data
    touching = posed.object_vertices[4][fields.object_signed_distance[4] <= 0.01]
    np.testing.assert_array_equal(drawn[: len(touching)], touching)
    assert (drawn[len(touching) :] < -1e4).all()


def test_light_and_dark(scene: Scene) -> None:
    dark = _shot(scene)
    scene.set_theme("light")
    light = _shot(scene)
    assert dark[:20].mean() < 80 and light[:20].mean() > 180
    scene.set_background("#203040", "#405060")
    np.testing.assert_allclose(_shot(scene)[1, 5], [0x20, 0x30, 0x40], atol=4)


def test_text_grows_with_the_pixel_ratio(make_scene: Callable[..., Scene], posed: PosedClip, make_field) -> None:
    widths = []
    for ratio in (1.0, 2.0):
        scene = make_scene((800, 600), pixel_ratio=ratio)
        scene.set_clip(posed)
        scene.hide("object")
        bare = _shot(scene)
        scene.set_field(None, make_field(posed, np.zeros(posed.object_vertices.shape[:2], np.float32), "object"))
        difference = np.abs(_shot(scene) - bare)[-200:, -650:].max(axis=2) > 12
        widths.append(np.flatnonzero(difference.any(axis=0)).size)
    assert 1.8 < widths[1] / widths[0] < 2.2


def test_an_object_that_is_missing_in_a_frame_stays_where_it_was(scene: Scene, posed: PosedClip) -> None:
    scene.show_frame(3)
    posed.object_vertices[4] = np.nan
    scene.show_frame(4)
    surface = scene._subjects.surfaces["object"]
    np.testing.assert_array_equal(surface.points.data, posed.object_vertices[3][surface.drawn.source])


def test_a_clip_without_objects(make_scene: Callable[..., Scene], posed: PosedClip) -> None:
    bare = PosedClip(
        posed.clip, posed.choice, posed.body_vertices, posed.joints, np.empty((posed.num_frames, 0, 3), np.float32),
        np.empty((0, 3), np.int32), (), (), posed.ready,
    )  # fmt: skip
    scene = make_scene()
    scene.set_clip(bare)
    for name in OVERLAYS:
        scene.set_overlay(name, True)
    scene.follow("object")
    scene.show_frame(5)
    assert scene.pick(0.5, 0.5) is not None


def _touching(posed: PosedClip) -> DistanceFields:
    body = np.where(posed.body_vertices[..., 2] > 0.4, 0.0, 1.0).astype(np.float32)
    thing = np.tile(np.array([0, 0, 1, 1, 0, 1, 1, 1], np.float32), (posed.num_frames, 1))
    return DistanceFields(body, thing, (False,), 0.1, posed.ready)
