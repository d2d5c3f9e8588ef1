"""Remarks of reviewers as pins in time: a filled flag for a rejection, a hollow one for a remark, a pale one when settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from interact_app.timeline.axis import TimeAxis
from interact_app.timeline.data import TimelineData
from interact_app.timeline.lanes.base import LaneStyle
from interact_app.widgets.tones import VERMILLION, data_color, with_alpha
from interact_core.annotation.records import RemarkRecord

_REACH: Final = 9.0


@dataclass(frozen=True)
class Pin:
    frame: int
    remark: RemarkRecord

    @property
    def text(self) -> str:
        """One line for the hover box."""
        kind = "Rejected" if self.remark.rejection else "Remark"
        done = " (settled)" if self.remark.resolved else ""
        who = f", {self.remark.author}" if self.remark.author else ""
        return f"{kind}{done}{who}: {self.remark.text}"


def pins_of(data: TimelineData) -> tuple[Pin, ...]:
    """By frame; remarks about the whole clip have no place in time."""
    placed = ((data.frame_of(remark), remark) for remark in data.remarks)
    return tuple(sorted((Pin(frame, remark) for frame, remark in placed if frame is not None), key=lambda pin: pin.frame))


def pin_at(pins: Sequence[Pin], axis: TimeAxis, x: float) -> Pin | None:
    """The pin whose flag is under pixel x of the plot; open ones before settled ones."""
    near = [pin for pin in pins if -_REACH / 2 <= x - axis.center_of(pin.frame) <= _REACH + 2]
    return min(near, key=lambda pin: (pin.remark.resolved, abs(axis.center_of(pin.frame) - x)), default=None)


def paint_pins(painter: QPainter, rect: QRectF, pins: Sequence[Pin], axis: TimeAxis, style: LaneStyle) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pin in sorted(pins, key=lambda pin: not pin.remark.resolved):
        x = rect.left() + axis.center_of(pin.frame)
        color = data_color(VERMILLION) if pin.remark.rejection else style.tones.text
        color = with_alpha(color, 0.4) if pin.remark.resolved else color
        top, bottom = rect.top() + 1.5, rect.bottom() - 1
        painter.setPen(QPen(color, 1.5))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setBrush(color if pin.remark.rejection else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + _REACH, top + 3.5), QPointF(x, top + 7)]))
