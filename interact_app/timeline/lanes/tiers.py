"""A lane for a tier: its segments as blocks, what is proposed as dashed ones, overlaps stacked."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes.base import Lane, LaneStyle, Sign
from interact_app.timeline.lanes.blocks import row_box, stacked
from interact_app.timeline.lanes.segment_look import SegmentLook, paint_proposal, paint_segment
from interact_app.widgets.tier_signs import TIER_SIGNS
from interact_core.annotation.vocabulary import Tier
from interact_core.clip import Segment
from interact_core.figures import NONE, time_text

SIGNS: Final = tuple(Sign(glyph, rgb) for glyph, rgb in TIER_SIGNS)
"""By a tier's colour index."""
_GRIP: Final = 5.0
"""Pixels inside of an edge in which it can be taken."""
_REACH: Final = 3.0
"""Pixels outside of it."""
QUIET: Final = ("artifact",)
"""Tiers whose proposals alone do not open a lane: the marks above the lanes show the same."""

Part = Literal["start", "end", "body"]


@dataclass(frozen=True)
class TierBlock:
    """`uid` of a segment, or `key` of a proposal; the other is empty."""

    segment: Segment
    uid: str = ""
    key: str = ""
    reason: str = ""
    selected: bool = False
    remarked: bool = False


class TierLane(Lane):
    """Segments keep their rows while proposals come and go."""

    height: ClassVar[int] = 21
    smallest: ClassVar[int] = 15
    stretchable: ClassVar[bool] = False
    shows_text: ClassVar[bool] = True

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        self.id = f"tier.{tier.id}"
        self.title = tier.title
        self.help = f"Segments of the tier “{tier.title}”"
        self._placed: list[tuple[int, TierBlock]] = []
        self._rows = 1
        self._fps = 30.0
        self._active = False

    @property
    def sign(self) -> Sign:
        return SIGNS[self.tier.color_index % len(SIGNS)]

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def has_data(self) -> bool:
        return any(block.uid for _, block in self._placed)

    @property
    def content(self) -> object:
        return tuple(self._placed)

    @property
    def is_target(self) -> bool:
        return self._active

    @property
    def wanted(self) -> bool:
        proposed = bool(self._placed) and self.tier.id not in QUIET
        return self._active or self.has_data or proposed

    def load(self, data: TimelineData) -> None:
        tier = self.tier.id
        remarked = {remark.about for remark in data.remarks if remark.about and not remark.resolved}
        made = [
            TierBlock(one.segment, one.uid, selected=one.uid in data.selected, remarked=one.uid in remarked)
            for one in data.segments if one.segment.tier == tier
        ]  # fmt: skip
        made.sort(key=lambda block: (block.segment.start_frame, -block.segment.end_frame, block.uid))
        offered = [TierBlock(p.segment, key=p.key, reason=p.reason) for p in data.proposals if p.segment.tier == tier]
        blocks = [*made, *offered]
        rows = stacked([(block.segment.start_frame, block.segment.end_frame) for block in blocks])
        self._placed = list(zip(rows, blocks, strict=True))
        self._rows = max(rows, default=0) + 1
        self._fps, self._active = data.fps, tier == data.active_tier

    # Where things are

    def box(self, rect: QRectF, axis: TimeAxis, name: str) -> QRectF | None:
        """Of the segment with that uid or the proposal with that key."""
        found = next(((row, block) for row, block in self._placed if name in (block.uid, block.key)), None)
        if found is None or not name:
            return None
        row, block = found
        return row_box(rect, axis, block.segment.start_frame, block.segment.end_frame, row, self._rows)

    def hit(self, rect: QRectF, axis: TimeAxis, x: float, y: float) -> tuple[TierBlock, Part] | None:
        """The block at a place and what of it; a block that lies under the mouse before one that ends beside it."""
        beside = None
        for row, block in reversed(self._placed):
            box = row_box(rect, axis, block.segment.start_frame, block.segment.end_frame, row, self._rows)
            if not box.top() - 2 <= y <= box.bottom() + 2:
                continue
            if box.left() <= x <= box.right():
                return block, _part(box, x) if block.uid else "body"
            if block.uid and box.left() - _REACH <= x <= box.right() + _REACH:
                beside = (block, _part(box, x))
        return beside

    # Drawing

    def paint(self, painter: QPainter, rect: QRectF, axis: TimeAxis, style: LaneStyle) -> None:
        painter.setFont(style.font)
        for row, block in self._placed:
            box = row_box(rect, axis, block.segment.start_frame, block.segment.end_frame, row, self._rows)
            if not box.intersects(rect):
                continue
            look = SegmentLook(block.segment, self.sign.rgb, block.selected, block.remarked)
            if block.uid:
                paint_segment(painter, box, rect, look, style)
            else:
                paint_proposal(painter, box, rect, look, style)

    # Words

    def value_text(self, frame: int) -> str:
        here = [block.segment for block in self._at(frame) if block.uid]
        return ", ".join(dict.fromkeys(said.label or said.text or "·" for said in here)) if here else NONE

    def tooltip(self, frame: int) -> str:
        lines = [self._said(block) for block in self._at(frame)]
        return "\n".join(lines) if lines else f"{self.title} {NONE}"

    def _at(self, frame: int) -> list[TierBlock]:
        return [block for _, block in self._placed if block.segment.start_frame <= frame < block.segment.end_frame]

    def _said(self, block: TierBlock) -> str:
        said = block.segment
        frames = said.end_frame - said.start_frame
        what = " · ".join(filter(None, (said.label, said.text, said.hand and f"{said.hand} hand", said.object, said.note)))
        if said.hand == "both":
            what = what.replace("both hand", "both hands")
        where = f"{said.start_frame}–{said.end_frame - 1}, {frames} frames, {time_text(frames, self._fps)}"
        return f"{what or self.title} ({where})" + (f"\nProposed: {block.reason}" if block.key else "")


def _part(box: QRectF, x: float) -> Part:
    grip = min(_GRIP, box.width() / 4)
    if x <= box.left() + grip:
        return "start"
    return "end" if x >= box.right() - grip else "body"
