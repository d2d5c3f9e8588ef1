"""One key starts a segment while the clip plays, the same key ends it; the time that a hand takes is taken off."""

from PySide6.QtCore import QObject, Signal

from interact_app.clock import Clock


class Marking(QObject):
    """Frames only: whoever owns this makes the segment of what :meth:`finish` returns."""

    changed = Signal()
    """Begun or ended; that it grows with the frame that is shown is no news."""
    ran_out = Signal(int)
    """Playback went round: the segment ends with this frame (exclusive)."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._start: int | None = None
        self._tier = ""
        self._last = 0
        clock.frame_changed.connect(self._follow)
        clock.clip_changed.connect(lambda _frames, _fps: self.cancel())

    @property
    def active(self) -> bool:
        return self._start is not None

    @property
    def begun(self) -> int | None:
        """The frame that it starts with."""
        return self._start

    @property
    def tier(self) -> str:
        """Where the segment will be."""
        return self._tier

    @property
    def range(self) -> tuple[int, int] | None:
        """[start, end) as it would be if it ended with the frame that is shown; None while nothing is marked."""
        return None if self._start is None else _ordered(self._start, self._clock.frame)

    def start(self, tier: str, reaction: float) -> None:
        """Begin at the frame that was shown `reaction` seconds ago."""
        self._start, self._tier, self._last = self._seen(reaction), tier, self._clock.frame
        self.changed.emit()

    def finish(self, reaction: float) -> tuple[int, int]:
        """[start, end) with the frame that was shown `reaction` seconds ago as its last. RuntimeError without a start."""
        if self._start is None:
            raise RuntimeError("nothing is being marked")
        found = _ordered(self._start, self._seen(reaction))
        self.cancel()
        return found

    def cancel(self) -> None:
        if self._start is not None:
            self._start = None
            self.changed.emit()

    def _seen(self, reaction: float) -> int:
        """What was on the screen when the eye saw it: while playing, earlier by what the hand takes at this speed."""
        clock = self._clock
        if not clock.playing:
            return clock.frame
        late = round(reaction * clock.fps * clock.speed) * clock.direction
        return max(0, min(clock.frame - late, clock.last_frame))

    def _follow(self, frame: int) -> None:
        if self._start is None:
            return
        # A jump to the other end while playing is the repeat: nobody wants a segment from there.
        went_round = self._clock.playing and (frame - self._last) * self._clock.direction < 0
        if went_round and self._clock.direction > 0:
            self.ran_out.emit(self._last + 1)
        self._last = frame


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other) + 1
