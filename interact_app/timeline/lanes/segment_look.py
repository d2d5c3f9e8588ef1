"""How a segment is drawn: ground, hand, words, outline; and a proposal, which is only an outline."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from interact_app.timeline.lanes.base import LaneStyle
from interact_app.timeline.lanes.blocks import paint_ground, paint_text
from interact_app.widgets.tones import LEFT_HAND, RIGHT_HAND, VERMILLION, Rgb, data_color, mix, with_alpha
from interact_core.clip import Segment

_HANDS: Final[dict[str, tuple[tuple[str, Rgb], ...]]] = {
    "left": (("L", LEFT_HAND),),
    "right": (("R", RIGHT_HAND),),
    "both": (("L", LEFT_HAND), ("R", RIGHT_HAND)),
}
_TAG: Final = 11.0


@dataclass(frozen=True)
class SegmentLook:
    """What to draw: the segment, its tier's colour, whether it is selected and whether a remark is about it."""

    segment: Segment
    rgb: Rgb
    selected: bool = False
    remarked: bool = False


def words_of(segment: Segment) -> str:
    """Label first, then the text; the object where there is no text that would name it."""
    parts = [segment.label, segment.text or segment.object]
    return " · ".join(" ".join(part.split()) for part in parts if part)


def paint_segment(painter: QPainter, box: QRectF, lane: QRectF, look: SegmentLook, style: LaneStyle) -> None:
    color = data_color(look.rgb)
    paint_ground(painter, box, color, style, 0.5 if look.selected else 0.28)
    inside = _paint_hands(painter, box, lane, look.segment, style, 1.0)
    paint_text(painter, inside, lane, words_of(look.segment), style.tones.text)
    if look.remarked:
        corner = box.topRight()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(data_color(VERMILLION))
        painter.drawPolygon(QPolygonF([corner, corner - QPointF(8, 0), corner + QPointF(0, 8)]))
    if look.selected:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(style.tones.text, 2.0))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_proposal(painter: QPainter, box: QRectF, lane: QRectF, look: SegmentLook, style: LaneStyle) -> None:
    """Dashed and pale: nobody has said this yet."""
    color = data_color(look.rgb)
    painter.setBrush(with_alpha(color, 0.08))
    painter.setPen(QPen(mix(color, style.tones.text, 0.2), 1.0, Qt.PenStyle.DashLine))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    inside = _paint_hands(painter, box, lane, look.segment, style, 0.55)
    paint_text(painter, inside, lane, words_of(look.segment), style.tones.muted)


def _paint_hands(painter: QPainter, box: QRectF, lane: QRectF, segment: Segment, style: LaneStyle, strength: float) -> QRectF:
    """Letters on their hand's colour at the start of what is seen of the block; what is left for the words."""
    tags = _HANDS.get(segment.hand, ())
    seen = box.intersected(lane)
    if not tags or seen.width() < 10 + _TAG * len(tags):
        return box
    left = max(seen.left(), lane.left()) + 5
    for letter, rgb in tags:
        tag = QRectF(left, box.center().y() - min(6.5, box.height() / 2 - 1), _TAG, min(13.0, box.height() - 2))
        painter.fillRect(tag, mix(style.tones.base, data_color(rgb), 0.75 * strength))
        painter.setPen(style.tones.text)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, letter)
        left += _TAG + 1
    return QRectF(left - 4, box.top(), box.right() - left + 4, box.height())
