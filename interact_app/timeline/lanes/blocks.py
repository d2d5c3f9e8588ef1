"""Blocks of text over frame ranges: what captions and segments share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.lanes.base import Lane, LaneStyle
from interact_app.widgets.tones import BLUE, Rgb, data_color, mix, with_alpha
from interact_core.figures import NONE


@dataclass(frozen=True)
class Block:
    """Frames [start_frame, end_frame) and what to write on them."""

    start_frame: int
    end_frame: int
    text: str


def stacked(ranges: Sequence[tuple[int, int]]) -> list[int]:
    """A row for each range: the first in which it overlaps nothing that came before it."""
    rows: list[list[tuple[int, int]]] = []
    found = []
    for start, end in ranges:
        row = next((k for k, taken in enumerate(rows) if all(end <= a or b <= start for a, b in taken)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((start, end))
        found.append(row)
    return found


def row_box(rect: QRectF, axis: TimeAxis, start: int, end: int, row: int, rows: int) -> QRectF:
    """Where a range of frames lies in a lane that has so many rows."""
    height = rect.height() / rows
    margin = 2.0 if height >= 18 else 1.0
    left, right = axis.x_of(start), axis.x_of(end)
    return QRectF(rect.left() + left, rect.top() + row * height + margin, max(right - left - 1, 2.0), height - 2 * margin)


def paint_ground(painter: QPainter, box: QRectF, color: QColor, style: LaneStyle, share: float = 0.28) -> None:
    """A tinted ground with a strong bar at its start."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(style.tones.base, color, share))
    painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(with_alpha(color, 0.9))
    painter.drawRect(QRectF(box.left(), box.top(), min(3.0, box.width()), box.height()))


def paint_text(painter: QPainter, box: QRectF, visible: QRectF, text: str, color: QColor) -> None:
    """Stays in view while its block is partly scrolled out; cut where there is no room for it."""
    seen = box.intersected(visible).adjusted(7, 0, -4, 0)
    if seen.width() > 14:
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(seen.width()))
        painter.setPen(color)
        painter.drawText(seen, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class BlockLane(Lane):
    """Overlapping blocks are stacked in as many rows as they need."""

    rgb: ClassVar[Rgb] = BLUE
    height: ClassVar[int] = 21
    smallest: ClassVar[int] = 15
    stretchable: ClassVar[bool] = False

    def __init__(self) -> None:
        self._blocks: list[tuple[int, Block]] = []
        self._rows = 1

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def has_data(self) -> bool:
        return bool(self._blocks)

    @property
    def content(self) -> object:
        return tuple(self._blocks)

    def place(self, blocks: Sequence[Block]) -> None:
        """Give each block the first row in which it overlaps nothing."""
        ordered = sorted(blocks, key=lambda b: (b.start_frame, -b.end_frame))
        rows = stacked([(b.start_frame, b.end_frame) for b in ordered])
        self._blocks = list(zip(rows, ordered, strict=True))
        self._rows = max(rows, default=0) + 1

    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        painter.setFont(style.font)
        color = data_color(self.rgb)
        for row, block in self._blocks:
            box = row_box(rect, axis, block.start_frame, block.end_frame, row, self._rows)
            if box.intersects(rect):
                paint_ground(painter, box, color, style)
                paint_text(painter, box, rect, block.text, style.tones.text)

    def value_text(self, frame: int) -> str:
        count = sum(1 for _, b in self._blocks if b.start_frame <= frame < b.end_frame)
        return str(count) if count else NONE

    def tooltip(self, frame: int) -> str:
        texts = [b.text for _, b in self._blocks if b.start_frame <= frame < b.end_frame]
        return "\n".join(texts) if texts else f"{self.title} {NONE}"
