"""Which frames the timeline shows and where: the only place that converts between frames and pixels. No Qt."""

from dataclasses import dataclass, replace

MIN_FRAMES_SHOWN = 12.0
"""Zooming stops here: below it a frame is wider than any detail in it."""


@dataclass(frozen=True)
class TimeAxis:
    """Frames [start, start + span) across `width` logical pixels. Frame k fills the cell [k, k + 1)."""

    num_frames: int = 1
    start: float = 0.0
    span: float = 1.0
    width: float = 1.0

    @classmethod
    def fitted(cls, num_frames: int, width: float) -> "TimeAxis":
        """The whole clip."""
        frames = max(num_frames, 1)
        return cls(frames, 0.0, float(frames), max(width, 1.0))

    @property
    def pixels_per_frame(self) -> float:
        return self.width / self.span

    @property
    def stop(self) -> float:
        return self.start + self.span

    @property
    def is_fitted(self) -> bool:
        return self.span >= self.num_frames

    def x_of(self, position: float) -> float:
        """Pixel of a position in frames; whole numbers are the left edges of frame cells."""
        return (position - self.start) * self.width / self.span

    def center_of(self, frame: int) -> float:
        """Pixel of the middle of a frame's cell: where the playhead and curve samples are."""
        return self.x_of(frame + 0.5)

    def position_at(self, x: float) -> float:
        return self.start + x * self.span / self.width

    def frame_at(self, x: float) -> int:
        """The frame whose cell holds pixel x, kept inside the clip."""
        return min(max(int(self.position_at(x) // 1), 0), self.num_frames - 1)

    def edge_at(self, x: float) -> int:
        """The nearest cell edge, 0..num_frames: what a dragged range or segment edge snaps to."""
        return min(max(round(self.position_at(x)), 0), self.num_frames)

    def resized(self, width: float) -> "TimeAxis":
        return replace(self, width=max(width, 1.0))

    def showing(self, start: float, span: float) -> "TimeAxis":
        """The same clip with another window, kept inside the clip and above the smallest span."""
        span = min(max(span, min(MIN_FRAMES_SHOWN, self.num_frames)), float(self.num_frames))
        start = min(max(start, 0.0), self.num_frames - span)
        return replace(self, start=start, span=span)

    def zoomed(self, factor: float, anchor_x: float) -> "TimeAxis":
        """Factor above 1 shows fewer frames; what lies under anchor_x stays there."""
        anchor = self.position_at(anchor_x)
        span = min(max(self.span / factor, min(MIN_FRAMES_SHOWN, self.num_frames)), float(self.num_frames))
        return self.showing(anchor - anchor_x / self.width * span, span)

    def panned(self, pixels: float) -> "TimeAxis":
        """Positive pixels drag the content to the right, as a hand would."""
        return self.showing(self.start - pixels * self.span / self.width, self.span)

    def revealing(self, frame: int, margin: float = 0.05) -> "TimeAxis":
        """Self if the frame is in view, else the next page with the frame near the edge it came in by.

        Paging instead of gliding keeps playback cheap: lanes are drawn once a page, not once a frame.
        """
        if self.start <= frame and frame + 1 <= self.stop:
            return self
        if frame < self.start and frame + 1 > self.start - self.span:
            return self.showing(frame + 1 - self.span * (1 - margin), self.span)
        return self.showing(frame - self.span * margin, self.span)
