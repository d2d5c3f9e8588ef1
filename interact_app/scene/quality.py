"""The quality ladder: rough while something moves, fine when it rests."""

from typing import Any, Literal

Quality = Literal["interactive", "still"]


class QualityLadder:
    """Switches multisampling. On software OpenGL it costs three to ten times the frame, so moving pictures do without."""

    def __init__(self, window: Any, software: bool) -> None:
        self._window = window
        self._samples = {"interactive": 0 if software else 4, "still": 4 if software else 8}
        self.current: Quality = "still"
        self.set("interactive")

    def set(self, quality: Quality) -> bool:
        """True if the picture has to be drawn again to show the difference."""
        if quality == self.current:
            return False
        self.current = quality
        self._window.SetMultiSamples(self._samples[quality])
        return True
