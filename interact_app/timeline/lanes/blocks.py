"""A lane of text blocks over frame ranges: captions today, every tier of segments later."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

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


class BlockLane(Lane):
    """Overlapping blocks are stacked in as many rows as they need."""

    rgb: ClassVar[Rgb] = BLUE
    height: ClassVar[int] = 21
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

    def place(self, blocks: Sequence[Block]) -> None:
        """Give each block the first row in which it overlaps nothing."""
        ends: list[int] = []
        self._blocks = []
        for block in sorted(blocks, key=lambda b: (b.start_frame, -b.end_frame)):
            row = next((i for i, end in enumerate(ends) if end <= block.start_frame), len(ends))
            ends[row : row + 1] = [block.end_frame]
            self._blocks.append((row, block))
        self._rows = max(len(ends), 1)

    def block_at(self, frame: int, y: float, height: float) -> Block | None:
        row = min(int(y / height * self._rows), self._rows - 1)
        return next((b for r, b in self._blocks if r == row and b.start_frame <= frame < b.end_frame), None)

    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        painter.setFont(style.font)
        row_height = rect.height() / self._rows
        for row, block in self._blocks:
            left, right = axis.x_of(block.start_frame), axis.x_of(block.end_frame)
            if right < 0 or left > rect.width():
                continue
            box = QRectF(rect.left() + left, rect.top() + row * row_height + 2, right - left - 1, row_height - 4)
            self._paint_block(painter, box, rect, block, style)

    def _paint_block(self, painter: QPainter, box: QRectF, rect: QRectF, block: Block, style: LaneStyle) -> None:
        color = data_color(self.rgb)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(style.tones.base, color, 0.28))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(with_alpha(color, 0.9))
        painter.drawRect(QRectF(box.left(), box.top(), 3, box.height()))
        # The text stays in view while its block is partly scrolled out.
        seen = box.intersected(rect).adjusted(7, 0, -4, 0)
        if seen.width() > 14:
            text = painter.fontMetrics().elidedText(block.text, Qt.TextElideMode.ElideRight, int(seen.width()))
            painter.setPen(style.tones.text)
            painter.drawText(seen, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def value_text(self, frame: int) -> str:
        count = sum(1 for _, b in self._blocks if b.start_frame <= frame < b.end_frame)
        return str(count) if count else NONE

    def tooltip(self, frame: int) -> str:
        texts = [b.text for _, b in self._blocks if b.start_frame <= frame < b.end_frame]
        return "\n".join(texts) if texts else f"{self.title} {NONE}"
