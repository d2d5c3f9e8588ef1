"""How fine to draw: full when nothing moves, as coarse as it takes to stay fluid while something does."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

IDLE_MS: Final = 150
BUDGET_SECONDS: Final = 1 / 30
_STEPS: Final = (1.0, 0.8, 0.65)
_WORTH: Final = 0.85
"""A coarser step stays only if it takes at most this share of the time: with many vertices, pixels are not what costs.

Smaller gains are within what times differ by on a busy machine, and a sharp picture is worth more."""
_MEMORY: Final = 0.7
"""Share of the past in the average time of a step."""
_ENOUGH: Final = 3
"""Draws at a step before its time counts: the first one pays for the change of size."""


class QualityLadder(QObject):
    """`moving()` on every change that will be followed by another; after IDLE_MS without one, `settled` is sent.

    The scale is of lengths: 0.5 would draw a quarter of the pixels.
    """

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moving = False
        self._step = 0
        self.last_seconds = 0.0
        """What the last picture took."""
        self._moved_at = -math.inf
        self._times: dict[int, tuple[int, float]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(IDLE_MS)
        self._timer.timeout.connect(self._settle)

    @property
    def is_moving(self) -> bool:
        return self._moving

    @property
    def scale(self) -> float:
        return _STEPS[self._step] if self._moving else 1.0

    @property
    def still_for(self) -> float:
        """Seconds since the last change. From any thread."""
        return time.monotonic() - self._moved_at

    def moving(self) -> None:
        self._moving = True
        self._moved_at = time.monotonic()
        self._timer.start()

    def forget(self) -> None:
        """Another clip or another size: what was learned does not hold any more."""
        self._times.clear()
        self._step = 0

    @contextmanager
    def measured(self, painting: float = 0.0) -> Iterator[None]:
        """Around a draw: its time decides how coarse the next one is, with the seconds that painting such a picture takes."""
        start = time.perf_counter()
        yield
        self.last_seconds = time.perf_counter() - start + painting
        self.drew(self.last_seconds)

    def drew(self, seconds: float) -> None:
        """Told after each draw while moving: coarser when over budget and worth it, finer when far below it."""
        if not self._moving:
            return
        count, average = self._times.get(self._step, (0, seconds))
        average = seconds if count <= 1 else min(seconds, average) if count < _ENOUGH else _mixed(average, seconds)
        self._times[self._step] = (count + 1, average)
        if count + 1 < _ENOUGH:
            return
        if self._step > 0 and average > _WORTH * self._times[self._step - 1][1]:
            self._step -= 1
        elif average > BUDGET_SECONDS and self._coarser_may_help(average):
            self._step += 1
        elif average < 0.4 * BUDGET_SECONDS and self._step > 0:
            self._step -= 1
            self._times.pop(self._step + 1)

    def _coarser_may_help(self, average: float) -> bool:
        coarser = self._step + 1
        if coarser >= len(_STEPS):
            return False
        return coarser not in self._times or self._times[coarser][1] <= _WORTH * average

    def _settle(self) -> None:
        self._moving = False
        self.settled.emit()


def _mixed(average: float, seconds: float) -> float:
    return _MEMORY * average + (1 - _MEMORY) * seconds
