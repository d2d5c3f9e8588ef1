"""The baked demo clips keep what the demo promises: planted feet, held things, honest contact labels, words."""

import numpy as np
import pytest
from numpy.typing import NDArray

from interact_core.bodies.library import open_body
from interact_core.clip import Mesh, ObjectPart
from interact_core.demo.corruptions import KINDS
from interact_core.formats.validate import validate_path


def mesh_distance(mesh: Mesh, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signed distance by libigl: the written mesh is asked, not the formulas it was made from."""
    import igl

    kind = igl.SIGNED_DISTANCE_TYPE_FAST_WINDING_NUMBER
    vertices, faces, points = mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64), np.ascontiguousarray(points)
    # Only the sign: libigl scales the value by 1 - 2w, three times too much where two solids of a thing overlap.
    sign = np.sign(igl.signed_distance(points, vertices, faces, sign_type=kind)[0])
    return np.asarray(sign * np.sqrt(igl.point_mesh_squared_distance(points, vertices, faces)[0]))


def near_distance(part: ObjectPart, frame: int, skin: NDArray[np.float32], reach: float = 0.02) -> NDArray[np.float64]:
    """Signed distances of the points that lie within `reach` of the part's box; `reach` if there are none."""
    local = (skin.astype(np.float64) - part.translation[frame]) @ part.rotation[frame]
    low, high = part.mesh.vertices.min(axis=0) - reach, part.mesh.vertices.max(axis=0) + reach
    local = local[((local > low) & (local < high)).all(axis=1)]
    return mesh_distance(part.mesh, local) if len(local) else np.array([reach])


def test_enough_varied_clips(demo_clips):
    clean = [c for c in demo_clips.values() if not c.metadata["parent"]]
    twins = [c for c in demo_clips.values() if c.metadata["parent"]]
    assert len(clean) >= 12
    assert {c.metadata["corruption"] for c in twins} == set(KINDS)
    assert len({c.metadata["parent"] for c in twins}) == len(twins)
    assert {c.metadata["parent"] for c in twins} <= {c.id for c in clean}
    assert {c.body.gender for c in clean} == {"male", "female", "neutral"}
    assert len({a for c in clean for a in c.actions}) >= 8


def test_lengths_and_words(demo_clips):
    for clip in demo_clips.values():
        assert clip.fps == 30
        assert 4 <= clip.duration <= 10, clip.id
        assert [c.variant for c in clip.captions] == ["natural", "change", "shorten"], clip.id
        assert all(c.text.endswith(".") and c.tokens for c in clip.captions)
        assert len(clip.actions) == 1


def test_nothing_to_complain_about(demo_clips):
    from interact_core.demo import demo_root

    errors = [f for f in validate_path(demo_root()).findings if f.severity == "error"]
    assert not errors
    assert all(not [n for n in c.notices if n.severity == "error"] for c in demo_clips.values())


def test_starts_at_the_origin_facing_forward(clean):
    for shown in clean.values():
        pelvis, left, right = shown.joint("pelvis")[0], shown.joint("left_hip")[0], shown.joint("right_hip")[0]
        assert np.abs(pelvis[[0, 2]]).max() < 1e-3
        assert (left - right)[0] > 0 and abs((left - right)[2]) < 0.03


@pytest.mark.parametrize("side", ["left", "right"])
def test_planted_feet_stay(clean, side):
    for shown in clean.values():
        planted = shown.contact(f"{side}_foot_planted")
        both = planted[1:] & planted[:-1]
        for joint in (f"{side}_ankle", f"{side}_foot"):
            slip = np.linalg.norm(np.diff(shown.joint(joint), axis=0), axis=1)
            assert slip[both].max() < 0.002, (shown.clip.id, joint, int(np.argmax(slip * both)))


@pytest.mark.parametrize("side", ["left", "right"])
def test_planted_feet_touch_the_floor(clean, side):
    for shown in clean.values():
        sole = open_body(shown.clip.body.gender).regions.mask(f"{side}_whole_foot")
        low = shown.skin[:, sole, 1].min(axis=1)
        planted = shown.contact(f"{side}_foot_planted")[shown.frames]
        assert low[planted].min() > -0.005 and low[planted].max() < 0.010, shown.clip.id
        assert low.min() > -0.005, shown.clip.id


@pytest.mark.parametrize("side", ["left", "right"])
def test_hands_touch_when_they_say_and_do_not_sink_in(clean, side):
    for shown in clean.values():
        hand = open_body(shown.clip.body.gender).regions.mask(f"{side}_hand")
        parts = [p for o in shown.clip.objects for p in o.parts]
        labels = shown.contact(f"{side}_hand")[shown.frames]
        nearest = np.array(
            [min(near_distance(p, t, shown.skin[i, hand]).min() for p in parts) for i, t in enumerate(shown.frames)]
        )
        assert nearest.min() > -0.005, (shown.clip.id, int(shown.frames[nearest.argmin()]), nearest.min())
        if labels.any():
            assert np.mean(nearest[labels] < 0.008) >= 0.95, shown.clip.id


def test_no_part_of_the_body_is_inside_a_thing(clean):
    """Forearms, thighs and feet too, not only the hands that hold it."""
    deep = []
    for shown in clean.values():
        for part in (p for o in shown.clip.objects for p in o.parts):
            depths = [near_distance(part, t, shown.skin[i]).min(initial=0.0) for i, t in enumerate(shown.frames)]
            worst = int(np.argmin(depths))
            if depths[worst] < -0.006:
                deep.append((shown.clip.id, part.name, int(shown.frames[worst]), round(depths[worst], 4)))
    assert not deep


def test_the_kicking_foot_meets_the_ball_from_outside(clean):
    """Every frame: at the ball's speed the foot is inside for a frame or two, which every sixth frame misses."""
    clip = clean["demo_kick_ball"].clip
    kick = int(np.flatnonzero(clip.recorded_contact["right_whole_foot"])[0])
    skin = open_body(clip.body.gender).bind(clip.body.shape).pose(clip.body, slice(kick - 3, kick + 6)).vertices
    depths = [near_distance(clip.objects[0].parts[0], kick - 3 + i, skin[i]).min(initial=0.02) for i in range(len(skin))]
    assert min(depths) > -0.005
    assert abs(depths[3]) < 0.008


def test_things_move_only_while_something_moves_them(clean):
    for shown in clean.values():
        hands = shown.contact("left_hand") | shown.contact("right_hand") | shown.contact("right_whole_foot")
        allowed = hands | shown.contact("object_free")
        allowed = allowed[1:] | allowed[:-1]
        for part in (p for o in shown.clip.objects for p in o.parts):
            corner = part.posed()[:, :: max(1, len(part.mesh.vertices) // 40)]
            speed = np.linalg.norm(np.diff(corner, axis=0), axis=2).max(axis=1)
            assert speed[~allowed].max(initial=0.0) < 3e-4, (shown.clip.id, part.name)


def test_things_rest_on_something(clean):
    """Nothing sinks through the floor, and what no hand holds and does not fly has its support right below."""
    for shown in clean.values():
        parts = [p for o in shown.clip.objects for p in o.parts]
        for part in parts:
            lowest = part.posed()[:, :, 1].min(axis=1)
            assert lowest.min() > -0.001, (shown.clip.id, part.name)
        first = shown.clip.objects[0]
        if len(parts) == 1:
            held = shown.contact("left_hand") | shown.contact("right_hand") | ~shown.contact("object_supported")
            lowest = first.parts[0].posed()[:, :, 1].min(axis=1)
            assert np.abs(lowest[~held]).max(initial=0.0) < 0.001, shown.clip.id


def test_motion_is_smooth(clean):
    for shown in clean.values():
        jerk = np.diff(shown.joints[:, :22], 3, axis=0) * 30.0**3
        assert np.linalg.norm(jerk, axis=2).max() < 2500, (shown.clip.id, float(np.abs(jerk).max()))
        step = np.linalg.norm(np.diff(shown.clip.body.body_pose, axis=0), axis=2)
        assert step.max() < 0.35, shown.clip.id


def test_joints_bend_the_right_way(clean):
    for shown in clean.values():
        pose = shown.clip.body.body_pose
        for knee in (3, 4):
            assert pose[:, knee, 0].min() > -0.05 and pose[:, knee, 0].max() < 2.6, shown.clip.id
        assert pose[:, 17, 1].max() < 0.1 and pose[:, 18, 1].min() > -0.1, shown.clip.id
        assert np.abs(pose[:, [19, 20]]).max() < 1.3, shown.clip.id


def test_small_enough_to_ship():
    from interact_core.demo import demo_root

    size = sum(p.stat().st_size for p in demo_root().rglob("*") if p.is_file())
    assert size < 8e6
