"""The one owner of time, against a real event loop."""

import time

import pytest
from pytestqt.qtbot import QtBot

from interact_app.clock import SPEEDS, Clock


@pytest.fixture
def clock(qtbot: QtBot) -> Clock:
    made = Clock()
    made.attach(60, 30.0)
    return made


def test_a_new_clip_stands_at_its_first_frame(qtbot: QtBot) -> None:
    clock = Clock()
    clock.attach(10, 20.0)
    clock.set_frame(7)
    clock.set_range(2, 5)
    clock.play()
    with qtbot.waitSignals([clock.clip_changed, clock.frame_changed]):
        clock.attach(30, 120.0)
    assert (clock.frame, clock.num_frames, clock.fps, clock.playing) == (0, 30, 120.0, False)
    assert clock.range == (0, 30) and not clock.has_range


@pytest.mark.parametrize(("wanted", "got"), [(-5, 0), (0, 0), (59, 59), (60, 59), (10_000, 59)])
def test_frames_are_clamped(clock: Clock, wanted: int, got: int) -> None:
    clock.set_frame(wanted)
    assert clock.frame == got


def test_the_same_frame_is_not_announced_again(clock: Clock) -> None:
    seen: list[int] = []
    clock.frame_changed.connect(seen.append)
    clock.set_frame(4)
    clock.set_frame(4)
    assert seen == [4]


def test_real_time_keeps_time_and_shows_only_rising_frames(clock: Clock, qtbot: QtBot) -> None:
    seen: list[int] = []
    clock.frame_changed.connect(seen.append)
    clock.set_loop("off")
    started = time.perf_counter()
    clock.play()
    qtbot.waitUntil(lambda: clock.frame >= 15, timeout=5000)
    took = time.perf_counter() - started
    assert seen == sorted(seen)
    # Frame 15 is due after 0.5 s; the machine may be slow, but never early by more than the half millisecond of grace.
    assert took >= 0.495


def test_a_slow_draw_drops_frames_and_never_queues_them(clock: Clock, qtbot: QtBot) -> None:
    """A 100 ms draw at 30 fps shows about every third frame, and the clock stays on time."""
    seen: list[tuple[int, float]] = []
    inside: list[bool] = []

    def draw(frame: int) -> None:
        assert not inside
        inside.append(True)
        time.sleep(0.1)
        seen.append((frame, time.perf_counter()))
        inside.pop()

    clock.frame_changed.connect(draw)
    clock.set_loop("off")
    started = time.perf_counter()
    clock.play()
    qtbot.waitUntil(lambda: not clock.playing, timeout=15_000)
    took = time.perf_counter() - started
    assert took < 5.5  # 60 frames at 30 fps; every one drawn would take 6 s
    assert 2 <= len(seen) <= 25
    assert clock.frame == 59


def test_a_draw_a_little_longer_than_a_frame_does_not_halve_the_rate(clock: Clock, qtbot: QtBot) -> None:
    """40 ms a draw at 30 fps is 25 pictures a second, not 15: the frame that is due is shown as soon as there is time."""
    drawing: list[float] = []

    def draw(_frame: int) -> None:
        begun = time.perf_counter()
        time.sleep(0.04)
        drawing.append(time.perf_counter() - begun)

    clock.frame_changed.connect(draw)
    clock.set_loop("clip")
    begun = time.perf_counter()
    clock.play()
    qtbot.wait(1500)
    # The share of the time that is spent on pictures, so that a stalled machine cannot upset it: 15 a second would be 0.6.
    assert sum(drawing) / (time.perf_counter() - begun) > 0.75


def test_every_frame_shows_all_of_them_however_slow(clock: Clock, qtbot: QtBot) -> None:
    seen: list[int] = []

    def draw(frame: int) -> None:
        time.sleep(0.01)
        seen.append(frame)

    clock.frame_changed.connect(draw)
    clock.set_policy("every_frame")
    clock.set_loop("off")
    clock.play(4.0)
    qtbot.waitUntil(lambda: not clock.playing, timeout=15_000)
    assert seen == list(range(1, 60))


def test_backward_stops_at_the_first_frame(clock: Clock, qtbot: QtBot) -> None:
    clock.set_loop("off")
    clock.set_frame(5)
    clock.play(4.0, direction=-1)
    qtbot.waitUntil(lambda: not clock.playing, timeout=5000)
    assert clock.frame == 0


@pytest.mark.parametrize("direction", [1, -1])
def test_the_range_repeats_within_its_ends(clock: Clock, qtbot: QtBot, direction: int) -> None:
    seen: list[int] = []
    clock.set_range(20, 26)
    clock.set_loop("range")
    clock.play(4.0, direction)
    clock.frame_changed.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) > 25, timeout=10_000)
    assert set(seen) <= set(range(20, 26))
    assert len(set(seen)) >= 4


def test_the_clip_repeats(clock: Clock, qtbot: QtBot) -> None:
    clock.attach(6, 30.0)
    seen: list[int] = []
    clock.frame_changed.connect(seen.append)
    clock.set_loop("clip")
    clock.play(4.0)
    qtbot.waitUntil(lambda: seen.count(2) >= 2 or seen.count(3) >= 2, timeout=5000)
    assert clock.playing


def test_playing_at_the_end_starts_over(clock: Clock) -> None:
    clock.set_loop("off")
    clock.set_frame(59)
    clock.play()
    assert clock.frame == 0 and clock.playing


def test_stop_then_drag_moves_and_stays(clock: Clock, qtbot: QtBot) -> None:
    """napari's hang: pausing inside a tick and dragging at once."""
    clock.play(4.0)
    qtbot.waitUntil(lambda: clock.frame > 3, timeout=5000)
    clock.pause()
    for frame in (50, 3, 40, 7):
        clock.set_frame(frame)
        assert clock.frame == frame
    qtbot.wait(120)
    assert clock.frame == 7 and not clock.playing


def test_dragging_while_playing_goes_on_from_there(clock: Clock, qtbot: QtBot) -> None:
    clock.set_loop("off")
    clock.play(0.25)
    clock.set_frame(40)
    qtbot.waitUntil(lambda: clock.frame > 40, timeout=5000)
    assert clock.frame < 50


def test_pausing_inside_a_draw_stops_it(clock: Clock, qtbot: QtBot) -> None:
    clock.frame_changed.connect(lambda frame: clock.pause() if frame >= 5 else None)
    clock.play(4.0)
    qtbot.waitUntil(lambda: not clock.playing, timeout=5000)
    stopped_at = clock.frame
    qtbot.wait(100)
    assert clock.frame == stopped_at


def test_a_frame_set_inside_a_draw_is_dropped_not_nested(clock: Clock) -> None:
    seen: list[int] = []

    def draw(frame: int) -> None:
        seen.append(frame)
        if len(seen) < 50:
            clock.set_frame(frame + 1)

    clock.frame_changed.connect(draw)
    clock.set_frame(10)
    assert seen == [10]


def test_j_k_l(clock: Clock) -> None:
    clock.shuttle(1)
    assert (clock.playing, clock.direction, clock.speed) == (True, 1, 1.0)
    clock.shuttle(1)
    assert clock.speed == 2.0
    clock.shuttle(1)
    clock.shuttle(1)
    assert clock.speed == 4.0
    clock.shuttle(-1)
    assert (clock.direction, clock.speed) == (-1, 1.0)
    clock.pause()
    assert not clock.playing
    clock.play()
    assert (clock.direction, clock.speed) == (1, 1.0), "shuttling does not change the chosen speed"


def test_steps_pause_and_clamp(clock: Clock) -> None:
    clock.play()
    clock.step(-1)
    assert clock.frame == 0 and not clock.playing
    clock.step_seconds(0.1)
    assert clock.frame == 3
    clock.step_seconds(1.0)
    assert clock.frame == 33
    clock.step_seconds(-0.001)
    assert clock.frame == 32, "a step moves by at least one frame"


def test_marking_a_range_repeats_it(clock: Clock) -> None:
    clock.set_frame(10)
    clock.start_range_here()
    clock.set_frame(20)
    clock.end_range_here()
    assert clock.range == (10, 21) and clock.loop == "range"
    clock.set_frame(40)
    clock.start_range_here()
    assert clock.range == (40, 60)
    clock.clear_range()
    assert clock.range == (0, 60) and clock.loop == "clip"


def test_cycling_skips_a_range_that_nobody_chose(clock: Clock) -> None:
    clock.set_loop("off")
    clock.cycle_loop()
    assert clock.loop == "clip"
    clock.cycle_loop()
    assert clock.loop == "off"
    clock.set_range(3, 9)
    clock.cycle_loop()
    clock.cycle_loop()
    assert clock.loop == "range"


def test_choices_survive_a_restart(clock: Clock, qtbot: QtBot) -> None:
    clock.set_speed(0.5)
    clock.set_loop("off")
    clock.set_policy("every_frame")
    other = Clock()
    other.restore(clock.state())
    assert other.state() == clock.state()
    other.restore({"speed": "fast", "loop": 7})
    assert (other.speed, other.loop, other.policy) == (1.0, "off", "every_frame")


@pytest.mark.parametrize("speed", [-1.0, 0.0, 99.0, float("nan")])
def test_impossible_speeds_are_clamped(clock: Clock, speed: float) -> None:
    clock.set_speed(speed)
    assert SPEEDS[0] <= clock.speed <= SPEEDS[-1]


def test_effective_rate_is_what_was_shown(clock: Clock, qtbot: QtBot) -> None:
    clock.attach(600, 60.0)
    clock.frame_changed.connect(lambda _frame: time.sleep(0.05))
    clock.play()
    qtbot.wait(900)
    assert 5 < clock.effective_fps <= 20.5
    clock.pause()
    assert clock.effective_fps == 0.0


def test_nothing_to_play(qtbot: QtBot) -> None:
    clock = Clock()
    clock.play()
    clock.set_frame(3)
    clock.step(1)
    clock.set_range(0, 5)
    assert not clock.playing and clock.num_frames == 0


def test_a_span_plays_once_from_its_start_and_leaves_the_choices_alone(clock: Clock, qtbot: QtBot) -> None:
    shown: list[int] = []
    clock.set_policy("every_frame")
    clock.set_frame(50)
    clock.frame_changed.connect(shown.append)
    clock.play_span(10, 16)
    assert clock.span == (10, 16)
    qtbot.waitUntil(lambda: not clock.playing, timeout=3000)
    assert shown == [10, 11, 12, 13, 14, 15]
    assert clock.span is None and clock.loop == "clip" and not clock.has_range


def test_a_span_repeats_until_the_pause(clock: Clock, qtbot: QtBot) -> None:
    shown: list[int] = []
    clock.set_policy("every_frame")
    clock.play_span(20, 23, repeat=True)
    clock.frame_changed.connect(shown.append)
    qtbot.waitUntil(lambda: shown.count(20) >= 2, timeout=3000)
    assert set(shown) == {20, 21, 22}
    clock.pause()
    clock.play()
    assert clock.span is None


def test_scrubbing_out_of_a_span_plays_on_from_there(clock: Clock, qtbot: QtBot) -> None:
    clock.play_span(20, 23, repeat=True)
    clock.set_frame(40)
    assert clock.playing and clock.span is None
    qtbot.waitUntil(lambda: clock.frame > 43, timeout=3000)


def test_cycling_offers_the_range_of_what_is_selected(clock: Clock) -> None:
    clock.cycle_loop((5, 9))
    assert clock.loop == "range" and clock.range == (5, 9)
    clock.cycle_loop((5, 9))
    assert clock.loop == "off"
