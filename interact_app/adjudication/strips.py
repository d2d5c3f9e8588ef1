"""Per tier two rows, A over B, and below them what the clip says now. Drawn as the timeline draws its segments."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from interact_app.adjudication.desk import Adjudication
from interact_app.adjudication.words import said_text, verdict_text
from interact_app.clock import Clock
from interact_app.session import Session
from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.lanes.base import LaneStyle
from interact_app.timeline.lanes.segment_look import SegmentLook, paint_segment
from interact_app.timeline.lanes.tiers import SIGNS
from interact_app.widgets.tones import GREEN, VERMILLION, Tones, data_color
from interact_core.annotation.records import SegmentRecord

if TYPE_CHECKING:
    from interact_core.annotation.adjudication import Item
    from interact_core.clip import Segment

_ROW: Final = 20
_GAP: Final = 7
_HEAD: Final = 92
_ROWS: Final = ("A", "B", "=")


@dataclass(frozen=True)
class _Box:
    """A painted segment: `item` is None on the third row."""

    rect: QRectF
    segment: "Segment"
    color: int
    row: int = 2
    item: "Item | None" = None


class StripCanvas(QWidget):
    """A click turns to the point and its frame."""

    def __init__(self, session: Session, clock: Clock, desk: Adjudication, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._clock, self._desk = session, clock, desk
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(self.tr("Segments of both annotators"))
        self.setAccessibleDescription(self.tr("The same points are in the list beside it, which the arrow keys walk"))
        desk.changed.connect(self._refresh)
        desk.current_changed.connect(self.update)
        clock.frame_changed.connect(lambda _frame: self.update())

    @property
    def tiers(self) -> tuple[str, ...]:
        """Those that either annotator used, in the vocabulary's order."""
        used = dict.fromkeys(item.tier for item in self._desk.items if not item.is_caption)
        known = [tier.id for tier in self._session.advice.vocabulary.tiers]
        return tuple(sorted(used, key=lambda name: known.index(name) if name in known else len(known)))

    def sizeHint(self) -> QSize:
        return QSize(420, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self._height())

    def box_of(self, item: "Item", side: str) -> QRectF | None:
        """Where A's ("a") or B's ("b") segment of a point is drawn."""
        return next((box.rect for box in self._boxes() if box.item is item and box.row == "ab".index(side)), None)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = Tones.of(self.palette())
        painter.fillRect(self.rect(), tones.base)
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() * 0.88, 6))
        style = LaneStyle(tones, font, self.devicePixelRatioF())
        painter.setFont(font)
        self._paint_heads(painter, tones)
        lane = QRectF(_HEAD, 0, max(self.width() - _HEAD - 4, 1), self.height())
        painter.setClipRect(lane)
        current = self._desk.current
        for box in self._boxes():
            chosen = box.item is not None and box.item is current
            paint_segment(painter, box.rect, lane, SegmentLook(box.segment, SIGNS[box.color % len(SIGNS)].rgb, chosen), style)
            if box.item is not None:
                self._paint_verdict(painter, box)
        x = lane.left() + self._axis().center_of(self._clock.frame)
        painter.setPen(QPen(tones.text, 1.0))
        painter.drawLine(round(x), 0, round(x), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self._item_at(event.position().toPoint())
        if item is not None:
            self._desk.set_current(item.key)
        elif event.position().x() >= _HEAD and self._clock.num_frames:
            self._clock.pause()
            self._clock.set_frame(self._axis().frame_at(event.position().x() - _HEAD))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self._item_at(event.pos())
            QToolTip.showText(event.globalPos(), self._told(item) if item is not None else "", self)
            return True
        return super().event(event)

    # Inside

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()

    def _height(self) -> int:
        return max(len(self.tiers) * (len(_ROWS) * _ROW + _GAP), 3 * _ROW)

    def _axis(self) -> TimeAxis:
        return TimeAxis.fitted(self._clock.num_frames, max(self.width() - _HEAD - 4, 1))

    def _paint_heads(self, painter: QPainter, tones: Tones) -> None:
        titles = {tier.id: tier.title for tier in self._session.advice.vocabulary.tiers}
        for place, tier in enumerate(self.tiers):
            top = place * (len(_ROWS) * _ROW + _GAP)
            painter.fillRect(QRectF(0, top + len(_ROWS) * _ROW + _GAP / 2, self.width(), 1), tones.line)
            for row, letter in enumerate(_ROWS):
                painter.setPen(tones.muted if row else tones.text)
                cell = QRectF(6, top + row * _ROW, _HEAD - 28, _ROW)
                if row == 0:
                    text = painter.fontMetrics().elidedText(
                        titles.get(tier, tier), Qt.TextElideMode.ElideRight, int(cell.width())
                    )
                    painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter, text)
                painter.setPen(tones.text)
                painter.drawText(QRectF(_HEAD - 20, top + row * _ROW, 14, _ROW), Qt.AlignmentFlag.AlignCenter, letter)

    def _paint_verdict(self, painter: QPainter, box: _Box) -> None:
        """Decided: a check mark's colour below; still open and different: a dashed rim."""
        assert box.item is not None
        if self._desk.decision(box.item):
            painter.fillRect(QRectF(box.rect.left(), box.rect.bottom() - 2, box.rect.width(), 2), data_color(GREEN))
        elif box.item.verdict != "agreed":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(data_color(VERMILLION), 1.2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _boxes(self) -> list[_Box]:
        axis, tiers = self._axis(), self.tiers
        colors = {tier.id: tier.color_index for tier in self._session.advice.vocabulary.tiers}
        found = []
        for item in self._desk.items:
            for row, record in enumerate((item.a, item.b)):
                if isinstance(record, SegmentRecord):
                    rect = self._rect(axis, tiers.index(item.tier), row, record.segment)
                    found.append(_Box(rect, record.segment, colors.get(item.tier, 6), row, item))
        writing = self._session.writing
        for record in writing.document.segments if writing is not None else ():
            if record.segment.tier in tiers:
                rect = self._rect(axis, tiers.index(record.segment.tier), 2, record.segment)
                found.append(_Box(rect, record.segment, colors.get(record.segment.tier, 6)))
        return found

    def _rect(self, axis: TimeAxis, tier: int, row: int, segment: "Segment") -> QRectF:
        top = tier * (len(_ROWS) * _ROW + _GAP) + row * _ROW
        left, right = axis.x_of(segment.start_frame), axis.x_of(segment.end_frame)
        return QRectF(_HEAD + left, top + 1.5, max(right - left - 1, 2.0), _ROW - 3)

    def _item_at(self, place: QPoint) -> "Item | None":
        return next((box.item for box in reversed(self._boxes()) if box.item and box.rect.contains(place.toPointF())), None)

    def _told(self, item: "Item") -> str:
        a, b = self._desk.a, self._desk.b
        names = (a.annotator if a else "A", b.annotator if b else "B")
        lines = [f"{name}: {said_text(record)}" for name, record in zip(names, (item.a, item.b), strict=True) if record]
        return "\n".join([*lines, verdict_text(item, *names)])
