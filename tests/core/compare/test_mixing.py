"""Cross-fading two versions, against scipy's Slerp and by its borders."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from interact_core.clip import Betas, BodyMotion, Clip, Mesh, ObjectMotion, ObjectPart
from interact_core.compare import mix_versions, pose_mix
from interact_core.compare.mixing import mixing_weights
from interact_core.errors import InputError
from interact_core.inspection.posed import pose_clip

FRAMES = 60
MESH = Mesh(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32))


def make(seed: int, size: float = 1.0) -> Clip:
    rng = np.random.default_rng(seed)
    still = lambda *shape: np.broadcast_to(rng.normal(0, size, shape).astype(np.float32), (FRAMES, *shape)).copy()  # noqa: E731
    body = BodyMotion("open", "neutral", Betas(np.zeros(10)), still(3), still(21, 3), still(15, 3), still(15, 3), still(3))
    turn = Rotation.from_rotvec(still(3)).as_matrix().astype(np.float32)
    return Clip("x", 30.0, body, (ObjectMotion("box", (ObjectPart("box", MESH, turn, still(3)),)),))


def test_outside_the_fade_both_are_taken_bit_by_bit() -> None:
    a, b = make(0), make(1)
    mixed = mix_versions(a, b, [(20, 40, "b")], fade_frames=6)
    for name in ("global_orient", "body_pose", "left_hand_pose", "transl"):
        got = getattr(mixed.body, name)
        assert np.array_equal(got[:17], getattr(a.body, name)[:17]) and np.array_equal(got[43:], getattr(a.body, name)[43:])
        assert np.array_equal(got[23:37], getattr(b.body, name)[23:37])
        assert not np.array_equal(got[20], getattr(a.body, name)[20])
    part, one, two = (clip.objects[0].parts[0] for clip in (mixed, a, b))
    assert np.array_equal(part.rotation[23:37], two.rotation[23:37]) and np.array_equal(
        part.translation[:17], one.translation[:17]
    )


def test_the_fade_is_the_shortest_turn() -> None:
    a, b = make(2), make(3)
    mixed = mix_versions(a, b, [(30, FRAMES, "b")], fade_frames=10)
    share = mixing_weights(FRAMES, [(30, FRAMES, "b")], 10)
    for got, one, two in (
        (mixed.body.body_pose[:, 4], a.body.body_pose[0, 4], b.body.body_pose[0, 4]),
        (mixed.body.right_hand_pose[:, 7], a.body.right_hand_pose[0, 7], b.body.right_hand_pose[0, 7]),
    ):
        expected = Slerp([0, 1], Rotation.from_rotvec([one, two]))(share)
        assert (Rotation.from_rotvec(got) * expected.inv()).magnitude().max() < 1e-5
    ends = Rotation.from_matrix([a.objects[0].parts[0].rotation[0], b.objects[0].parts[0].rotation[0]])
    found = Rotation.from_matrix(mixed.objects[0].parts[0].rotation)
    assert (found * Slerp([0, 1], ends)(share).inv()).magnitude().max() < 1e-5
    line = (1 - share)[:, None] * a.body.transl + share[:, None] * b.body.transl
    assert np.allclose(mixed.body.transl, line, atol=1e-6)


def test_weights_rise_smoothly_and_reach_both_ends() -> None:
    share = mixing_weights(FRAMES, [(20, 40, "b")], 8)
    assert np.allclose(share[16:24], 1 - share[16:24][::-1]) and (np.diff(share[10:30]) >= 0).all()
    assert share[15] == 0 and 0 < share[16] < 0.05 and share[24] == 1
    assert np.abs(np.diff(share)).max() < 1.6 / 8
    assert np.array_equal(share, share[::-1])


def test_short_runs_keep_their_own() -> None:
    share = mixing_weights(30, [(10, 11, "b"), (15, 18, "b")], 20)
    assert share[10] == 1 and share[16] == 1 and share[13] == 0
    assert set(mixing_weights(30, [(10, 20, "b")], 0)) == {0.0, 1.0}


def test_a_later_segment_wins() -> None:
    share = mixing_weights(30, [(0, 30, "b"), (10, 20, "a")], 0)
    assert share[9] == 1 and share[10] == 0 and share[19] == 0 and share[20] == 1


@pytest.mark.parametrize("segment", [(5, 5, "b"), (-1, 5, "b"), (5, FRAMES + 1, "b"), (5, 9, "c")])
def test_ranges_outside_are_refused(segment: tuple[int, int, str]) -> None:
    with pytest.raises(InputError):
        mix_versions(make(0), make(1), [segment])  # type: ignore[list-item]


def test_other_clips_are_refused() -> None:
    a = make(0)
    with pytest.raises(InputError, match="objects"):
        mix_versions(a, replace(a, objects=()), [(0, 5, "b")])
    with pytest.raises(InputError, match="bodies"):
        mix_versions(a, replace(a, body=replace(a.body, family="smplx")), [(0, 5, "b")])


def test_a_mix_is_posed_as_if_all_of_it_were_posed() -> None:
    a, b = make(4, 0.2), make(5, 0.2)
    segments = [(20, 40, "b")]
    mixed = mix_versions(a, b, segments, fade_frames=6)
    found = pose_mix(pose_clip(a), pose_clip(b), mixed, mixing_weights(FRAMES, segments, 6))
    expected = pose_clip(mixed)
    for name in ("body_vertices", "joints", "object_vertices"):
        assert np.allclose(getattr(found, name), getattr(expected, name), atol=1e-5), name
    assert found.ready.all()
