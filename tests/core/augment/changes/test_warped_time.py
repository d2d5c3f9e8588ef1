"""A clip in other time against curves whose values between the frames are known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interact_core.augment.changes.time_warp import flying, time_warp, warped_frames
from interact_core.clip import Caption, Clip
from interact_core.errors import InputError

PathOf = Callable[[Clip, np.ndarray], Clip]


def test_no_change_gives_the_same_bytes(clip: Clip, frozen: Callable[[Clip], str]) -> None:
    seconds = (clip.num_frames - 1) / clip.fps
    for warp in (1.0, [(0.0, 0.0), (seconds, seconds)], [(0, 0), (seconds / 2, seconds / 2), (seconds, seconds)]):
        assert frozen(time_warp(clip, warp).clip) == frozen(clip)


@pytest.mark.parametrize("factor", [0.6, 0.85, 1.2, 1.9])
def test_duration_and_ends(clip: Clip, factor: float) -> None:
    changed = time_warp(clip, factor).clip
    assert changed.fps == clip.fps
    assert abs((changed.num_frames - 1) - factor * (clip.num_frames - 1)) <= 0.5
    for frame in (0, -1):
        assert np.allclose(changed.body.transl[frame], clip.body.transl[frame], atol=1e-12)
        assert np.allclose(changed.body.body_pose[frame], clip.body.body_pose[frame], atol=1e-9)


def test_between_frames_the_motion_is_the_true_one(clip: Clip, with_path: PathOf) -> None:
    def path(frames: np.ndarray) -> np.ndarray:
        return np.stack([np.sin(frames / 9), 1 + np.cos(frames / 11), frames / 40], axis=1)

    def turn(frames: np.ndarray) -> np.ndarray:
        return Rotation.from_rotvec(frames[:, None] * [0.05, 0.02, -0.03]).as_rotvec()

    frames = np.arange(clip.num_frames, dtype=float)
    known = replace(with_path(clip, path(frames)), body=replace(clip.body, transl=path(frames), global_orient=turn(frames)))
    changed = time_warp(known, 1.3).clip
    source = warped_frames(known, 1.3)
    inner = slice(4, -4)
    assert np.abs(changed.body.transl - path(source))[inner].max() < 2e-5
    assert np.abs(changed.objects[0].parts[0].translation - path(source))[inner].max() < 2e-5
    apart = Rotation.from_rotvec(turn(source)).inv() * Rotation.from_rotvec(changed.body.global_orient)
    assert apart.magnitude()[inner].max() < 1e-4
    speed = np.linalg.norm(np.diff(changed.body.transl, axis=0), axis=1)
    true = np.linalg.norm(np.diff(path(source), axis=0), axis=1)
    assert np.abs(speed / true - 1)[inner].max() < 1e-3


def test_rotations_past_half_a_turn_go_on(clip: Clip) -> None:
    """Rotation vectors jump where an angle passes pi; the motion does not."""
    angle = np.linspace(2.6, 3.8, clip.num_frames)
    spun = replace(clip, body=replace(clip.body, global_orient=Rotation.from_rotvec(angle[:, None] * [0, 1, 0]).as_rotvec()))
    changed = time_warp(spun, 1.5).clip
    steps = (
        Rotation.from_rotvec(changed.body.global_orient[:-1]).inv() * Rotation.from_rotvec(changed.body.global_orient[1:])
    ).magnitude()
    assert steps.max() < 1.01 * 1.2 / (changed.num_frames - 1)


def test_knots_are_met(clip: Clip) -> None:
    seconds = (clip.num_frames - 1) / clip.fps
    source = warped_frames(clip, [(0.0, 0.0), (0.3, 0.4), (seconds, seconds + 0.2)])
    assert np.interp(0.4 * clip.fps, np.arange(len(source)), source) == pytest.approx(0.3 * clip.fps, abs=0.1)
    assert (np.diff(source) > 0).all()
    assert source[-1] == clip.num_frames - 1


def test_labels_take_the_nearest_frame_and_words_follow(clip: Clip) -> None:
    changed = time_warp(clip, 2.0).clip
    assert set(np.unique(changed.recorded_contact["left_hand"])) == set(clip.recorded_contact["left_hand"])
    assert (np.diff(changed.recorded_contact["left_hand"]) >= 0).all()
    caption = changed.captions[0]
    shown = changed.recorded_contact["left_hand"][caption.start_frame : caption.end_frame]
    assert (shown.min(), shown.max()) == (3, 8)  # the caption was about frames 3 to 8
    whole = replace(clip, captions=(Caption("all of it"),))
    assert time_warp(whole, 2.0).clip.captions == whole.captions
    hinge = changed.objects[2].parts[1].hinge
    assert hinge is not None and len(hinge.angle) == changed.num_frames


def test_what_nobody_does_is_refused(clip: Clip) -> None:
    seconds = (clip.num_frames - 1) / clip.fps
    for warp in (0.4, 2.5, [(0.0, 0.0), (0.5, 0.2), (0.4, 0.6)], [(0.0, 0.0), (2 * seconds, seconds)], [(0.0, 0.0)]):
        with pytest.raises(InputError):
            time_warp(clip, warp)


def test_a_thrown_thing_falls_as_it_did(clip: Clip, with_path: PathOf) -> None:
    time = np.arange(clip.num_frames) / clip.fps
    path = np.zeros((clip.num_frames, 3))
    path[:, 1] = 1.0
    air = slice(6, 18)
    since = time[air] - time[6]
    path[air, 1] = 1.0 + 1.8 * since - 9.81 / 2 * since**2
    thrown = with_path(clip, path)
    assert flying(thrown, "bent")[8:16].all()
    assert not flying(thrown, "bent")[:5].any()
    assert not flying(clip, "box").any()
    with pytest.raises(InputError, match="'bent' flies"):
        time_warp(thrown, 1.2)
    time_warp(thrown, 1.04)
