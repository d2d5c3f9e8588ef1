"""The only owner of time.

Everybody who shows a frame listens to :attr:`Clock.frame_changed`; nobody else keeps a frame number. A frame is drawn
inside that signal, so a tick can never overtake a draw: the next one is armed only after the listeners have returned.
Real time follows a monotonic clock and skips what it missed; "every frame" shows each one and slows down instead.
"""

from collections import deque
from collections.abc import Mapping
from typing import Final, Literal, get_args

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

Loop = Literal["off", "clip", "range"]
Policy = Literal["realtime", "every_frame"]

SPEEDS: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
"""What the keys 1 to 6 choose."""
MIN_SPEED: Final = 0.25
MAX_SPEED: Final = 4.0
_FPS_WINDOW_MS: Final = 1000.0


class Clock(QObject):
    """Frame numbers count from 0; a range is half open, [start, stop); fps is the clip's own rate."""

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    settings_changed = Signal()
    clip_changed = Signal(int, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame = 0
        self._num_frames = 0
        self._fps = 30.0
        self._playing = False
        self._speed = 1.0
        self._chosen_speed = 1.0
        self._direction = 1
        self._loop: Loop = "clip"
        self._policy: Policy = "realtime"
        self._range: tuple[int, int] = (0, 0)
        self._solo: tuple[int, int, bool] | None = None
        """The frames that `play_span` plays, and whether again and again."""
        self._showing = False
        self._shown_at: deque[float] = deque(maxlen=256)
        self._time = QElapsedTimer()
        self._time.start()
        self._origin_ms = 0.0
        self._origin_position = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)

    # What time it is

    @property
    def frame(self) -> int:
        return self._frame

    @property
    def num_frames(self) -> int:
        return self._num_frames

    @property
    def fps(self) -> float:
        return self._fps

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def direction(self) -> int:
        """1 forward, -1 backward."""
        return self._direction

    @property
    def loop(self) -> Loop:
        return self._loop

    @property
    def range(self) -> tuple[int, int]:
        """The chosen frames [start, stop); the whole clip until somebody chooses."""
        return self._range

    @property
    def has_range(self) -> bool:
        return self._range != (0, self._num_frames)

    @property
    def span(self) -> tuple[int, int] | None:
        """The frames [start, stop) that are played by themselves now; None otherwise."""
        return self._solo[:2] if self._solo is not None else None

    @property
    def first_frame(self) -> int:
        return 0

    @property
    def last_frame(self) -> int:
        return max(0, self._num_frames - 1)

    @property
    def policy(self) -> Policy:
        return self._policy

    @property
    def seconds(self) -> float:
        return self._frame / self._fps

    @property
    def effective_fps(self) -> float:
        """Frames shown per second over the last second of playback; 0 while standing."""
        if not self._playing or len(self._shown_at) < 2:
            return 0.0
        span = self._shown_at[-1] - self._shown_at[0]
        return 1000.0 * (len(self._shown_at) - 1) / span if span > 0 else 0.0

    # Moving

    def attach(self, num_frames: int, fps: float) -> None:
        """A new clip: standing at its first frame, with no range chosen."""
        self.pause()
        self._num_frames = max(0, num_frames)
        self._fps = fps if fps > 0 else 30.0
        self._range = (0, self._num_frames)
        self._frame = 0
        self.clip_changed.emit(self._num_frames, self._fps)
        self.frame_changed.emit(0)

    def set_frame(self, frame: int) -> None:
        """Go there, clamped to the clip; playback goes on from there, outside of a span that is played with all the clip."""
        frame = self._clamped(frame)
        if self._solo is not None and not self._solo[0] <= frame < self._solo[1]:
            self._solo = None
        self._show(frame)
        if self._playing:
            self._rebase()

    def step(self, frames: int) -> None:
        """Pause and move by a number of frames; clamps at the ends, never wraps."""
        self.pause()
        self.set_frame(self._frame + frames)

    def step_seconds(self, seconds: float) -> None:
        """At least one frame, so that a step always moves."""
        frames = max(1, round(abs(seconds) * self._fps))
        self.step(frames if seconds > 0 else -frames)

    def play(self, speed: float | None = None, direction: int = 1) -> None:
        """Play from here, or from the other end when already at the end of what is played."""
        self._solo = None
        self._start(speed, direction)

    def play_span(self, start: int, stop: int, *, repeat: bool = False) -> None:
        """Play frames [start, stop) from their beginning, once or until the next pause.

        What is chosen to repeat stays as it is and holds again afterwards.
        """
        if self._num_frames < 2:
            return
        start = self._clamped(start)
        stop = min(self._num_frames, max(stop, start + 1))
        self.pause()
        self.set_frame(start)
        self._solo = (start, stop, repeat)
        self._start(None, 1)

    def _start(self, speed: float | None, direction: int) -> None:
        if self._num_frames < 2:
            return
        self._speed = self._chosen_speed if speed is None else _clamped_speed(speed)
        self._direction = 1 if direction >= 0 else -1
        start, stop = self._span()
        if (self._at_end() and self._solo is None) or not start <= self._frame < stop:
            self._show(start if self._direction > 0 else stop - 1)
        self._shown_at.clear()
        was_playing, self._playing = self._playing, True
        self._rebase()
        self._arm()
        self.settings_changed.emit()
        if not was_playing:
            self.playing_changed.emit(True)

    def pause(self) -> None:
        self._timer.stop()
        self._solo = None
        if self._playing:
            self._playing = False
            self._speed = self._chosen_speed
            self._shown_at.clear()
            self.playing_changed.emit(False)
            self.settings_changed.emit()

    def toggle(self) -> None:
        """Pause, or play forward at the chosen speed."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def shuttle(self, direction: int) -> None:
        """J and L: play that way; again doubles the speed until the next pause, the other way starts over."""
        same_way = self._playing and self._direction == direction
        self.play(self._speed * 2 if same_way else None, direction)

    # Choices that outlive a clip

    def set_speed(self, speed: float) -> None:
        self._speed = self._chosen_speed = _clamped_speed(speed)
        self._rebase()
        self.settings_changed.emit()

    def set_loop(self, loop: Loop) -> None:
        if loop not in get_args(Loop):
            raise ValueError(f"loop is one of {get_args(Loop)}, not {loop!r}")
        self._loop = loop
        self._rebase()
        self.settings_changed.emit()

    def cycle_loop(self, offered: tuple[int, int] | None = None) -> None:
        """Off, clip, range, off; a range only where one is chosen, or `offered` (a selected segment's)."""
        if self._loop == "clip" and not self.has_range and offered is not None:
            self.set_range(*offered)
        order: tuple[Loop, ...] = ("off", "clip", "range") if self.has_range else ("off", "clip")
        at = order.index(self._loop) if self._loop in order else -1
        self.set_loop(order[(at + 1) % len(order)])

    def set_policy(self, policy: Policy) -> None:
        if policy not in get_args(Policy):
            raise ValueError(f"policy is one of {get_args(Policy)}, not {policy!r}")
        self._policy = policy
        self._rebase()
        self.settings_changed.emit()

    def set_range(self, start: int, stop: int) -> None:
        """Choose [start, stop), clamped, at least one frame; (0, num_frames) is no choice."""
        if self._num_frames == 0:
            return
        low, high = sorted((start, stop))
        low = self._clamped(low)
        self._range = (low, min(self._num_frames, max(high, low + 1)))
        self._rebase()
        self.settings_changed.emit()

    def start_range_here(self) -> None:
        """The range begins with this frame; a range that lies before it then ends with the clip."""
        stop = self._range[1]
        self._choose_range(self._frame, stop if stop > self._frame else self._num_frames)

    def end_range_here(self) -> None:
        """The range ends with this frame; a range that lies after it then begins with the clip."""
        start = self._range[0]
        self._choose_range(start if start <= self._frame else 0, self._frame + 1)

    def clear_range(self) -> None:
        """The whole clip again; what was repeating goes on repeating."""
        self.set_range(0, self._num_frames)
        if self._loop == "range":
            self.set_loop("clip")

    def _choose_range(self, start: int, stop: int) -> None:
        # Whoever marks a range while the clip repeats wants to see the range repeat.
        self.set_range(start, stop)
        if self._loop == "clip" and self.has_range:
            self.set_loop("range")

    def state(self) -> dict[str, str | float]:
        """What the next start should remember."""
        return {"speed": self._chosen_speed, "loop": self._loop, "policy": self._policy}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over :meth:`state` of an earlier run; anything unreadable is left as it is."""
        try:
            self.set_speed(float(str(state.get("speed", 1.0))))
        except ValueError:
            self.set_speed(1.0)
        for loop in get_args(Loop):
            if state.get("loop") == loop:
                self.set_loop(loop)
        for policy in get_args(Policy):
            if state.get("policy") == policy:
                self.set_policy(policy)

    # Inside

    def _clamped(self, frame: int) -> int:
        return max(0, min(int(frame), self._num_frames - 1))

    def _span(self) -> tuple[int, int]:
        if self._solo is not None:
            return self._solo[:2]
        return self._range if self._loop == "range" else (0, self._num_frames)

    def _repeats(self) -> bool:
        return self._loop != "off" if self._solo is None else self._solo[2]

    def _at_end(self) -> bool:
        start, stop = self._span()
        return self._frame >= stop - 1 if self._direction > 0 else self._frame <= start

    def _show(self, frame: int) -> None:
        if frame == self._frame or self._showing:
            return
        self._frame = frame
        self._showing = True
        try:
            self.frame_changed.emit(frame)
        finally:
            self._showing = False

    def _now(self) -> float:
        return self._time.nsecsElapsed() / 1e6

    def _rebase(self) -> None:
        self._origin_ms = self._now()
        self._origin_position = float(self._frame)

    def _interval(self) -> float:
        return 1000.0 / (self._fps * self._speed)

    def _arm(self) -> None:
        if not self._playing:
            return
        passed = self._now() - self._origin_ms
        interval = self._interval()
        if self._policy == "every_frame":
            wait = interval - passed
        elif self._due_frame() != self._frame:
            # The draw took longer than a frame: the one that is due is late already.
            wait = 0.0
        else:
            # The next whole frame after now, not one interval from now: late ticks must not add up.
            wait = interval - passed % interval
        self._timer.start(max(1, round(wait)))

    def _tick(self) -> None:
        if not self._playing or self._showing:
            return
        target = self._due_frame()
        if target is None:
            start, stop = self._span()
            self._show(stop - 1 if self._direction > 0 else start)
            self.pause()
            return
        if target != self._frame:
            if self._policy == "every_frame":
                self._origin_ms = self._now()
            self._show(target)
            self._count_shown()
        self._arm()

    def _due_frame(self) -> int | None:
        """The frame to show now; None where playback has run out of frames."""
        if self._policy == "every_frame":
            position = self._frame + self._direction
        else:
            # Half a tick of grace: timers may fire a little early.
            moved = (self._now() - self._origin_ms + 0.5) / self._interval()
            position = int(self._origin_position + self._direction * int(moved))
        start, stop = self._span()
        if start <= position < stop:
            return position
        if not self._repeats():
            return None
        return start + (position - start) % (stop - start)

    def _count_shown(self) -> None:
        now = self._now()
        self._shown_at.append(now)
        while now - self._shown_at[0] > _FPS_WINDOW_MS:
            self._shown_at.popleft()


def _clamped_speed(speed: float) -> float:
    return min(MAX_SPEED, max(MIN_SPEED, speed)) if speed == speed else 1.0
