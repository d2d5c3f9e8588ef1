"""How fine to draw: full when nothing moves, as coarse as it takes to stay fluid while something does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

IDLE_MS: Final = 150
BUDGET_SECONDS: Final = 1 / 30
_STEPS: Final = (1.0, 0.8, 0.65, 0.5)


class QualityLadder(QObject):
    """`moving()` on every change that will be followed by another; after IDLE_MS without one, `settled` is sent.

    The scale is of lengths: 0.5 draws a quarter of the pixels.
    """

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moving = False
        self._step = 0
        self.last_seconds = 0.0
        """What the last picture took."""
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

    def moving(self) -> None:
        self._moving = True
        self._timer.start()

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Around a draw: its time decides how coarse the next one is."""
        start = time.perf_counter()
        yield
        self.last_seconds = time.perf_counter() - start
        self.drew(self.last_seconds)

    def drew(self, seconds: float) -> None:
        """Told after each draw while moving: coarser when over budget, finer when far below it."""
        if not self._moving:
            return
        if seconds > BUDGET_SECONDS and self._step < len(_STEPS) - 1:
            self._step += 1
        elif seconds < 0.4 * BUDGET_SECONDS and self._step > 0:
            self._step -= 1

    def _settle(self) -> None:
        self._moving = False
        self.settled.emit()
