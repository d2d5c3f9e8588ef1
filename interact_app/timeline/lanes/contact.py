"""When each hand touches the object: a bar per hand, left above right."""

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.envelope import share, share_coverage
from interact_app.timeline.lanes.base import Lane, LaneStyle, device_size, draw_coverage
from interact_app.widgets.tones import LEFT_HAND, RIGHT_HAND, Rgb
from interact_core.figures import NONE

_ROWS: Final[tuple[tuple[str, str, Rgb], ...]] = (
    ("contact_left_hand", "L", LEFT_HAND),
    ("contact_right_hand", "R", RIGHT_HAND),
)


class ContactLane(Lane):
    id = "contact"
    title = "Contact"
    help = "When each hand touches the object: left above, right below"
    height: ClassVar[int] = 25
    smallest: ClassVar[int] = 18

    def __init__(self) -> None:
        self._states: list[NDArray[np.float32] | None] = [None, None]

    @property
    def has_data(self) -> bool:
        return any(state is not None for state in self._states)

    def load(self, data: TimelineData) -> None:
        tracks = [data.track(track_id) for track_id, _, _ in _ROWS]
        self._states = [None if t is None else (np.nan_to_num(t.values) > 0.5).astype(np.float32) for t in tracks]

    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        gap = 2.0
        row_height = (rect.height() - 3 * gap) / 2
        painter.setFont(style.font)
        for row, (_, name, rgb) in enumerate(_ROWS):
            top = rect.top() + gap + row * (row_height + gap)
            box = QRectF(rect.left(), round(top * style.scale) / style.scale, rect.width(), row_height)
            self._paint_row(painter, box, self._states[row], rgb, axis, style)
            self._paint_name(painter, box, name, style)

    def _paint_row(
        self, painter: QPainter, box: QRectF, state: NDArray[np.float32] | None, rgb: Rgb, axis: TimeAxis, style: LaneStyle
    ) -> None:
        if state is None:
            return
        width, height = device_size(box, style)
        columns = share(state, axis.start, axis.span, width)
        # A contact of a single frame stays visible when a column holds many frames.
        columns = np.where(columns > 0, np.maximum(columns, 0.45), 0.0).astype(np.float32)
        draw_coverage(painter, box, share_coverage(columns, height), rgb, 1.0, style)

    def _paint_name(self, painter: QPainter, box: QRectF, name: str, style: LaneStyle) -> None:
        tag = QRectF(box.left(), box.top(), 12, box.height())
        painter.fillRect(tag, style.tones.base)
        painter.setPen(style.tones.muted)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, name)

    def value_text(self, frame: int) -> str:
        held = [name for (_, name, _), state in zip(_ROWS, self._states, strict=True) if _on(state, frame)]
        if not self.has_data:
            return NONE
        return " + ".join(held) if held else "none"

    def tooltip(self, frame: int) -> str:
        words = {"L": "left", "R": "right", "L + R": "both hands", "none": "no hand", NONE: NONE}
        return f"{self.title}: {words[self.value_text(frame)]}"


def _on(state: NDArray[np.float32] | None, frame: int) -> bool:
    return state is not None and 0 <= frame < len(state) and bool(state[frame] > 0.5)
