"""The measures as a table: name, value now, worst, mean. Painted by hand so that a new frame costs one narrow column.

Labels would cost a layout pass per frame, an item view some two hundred calls into Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from interact_app.panels.inspector.measures import Group, Measure
from interact_app.widgets import glyphs
from interact_app.widgets.figures import figure_text, shown_unit
from interact_app.widgets.tones import VERMILLION, Tones, data_color, mix

_PAD: Final = 8
_MARK: Final = 8.0
_COLUMN_SAMPLES: Final = ("000.0", "000.0", "00.00")
"""The widest number that each column has to hold."""


@dataclass(frozen=True)
class _Line:
    """A heading (measure None) or a measure, from `top` on."""

    top: int
    group: Group
    measure: Measure | None


class MeasureTable(QWidget):
    """Up and Down choose a measure, Enter or a click goes to its worst frame, a click on a heading folds its group."""

    frame_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[Group, ...] = ()
        self._folded = {"contact_parts"}
        self._lines: list[_Line] = []
        self._frame = 0
        self._chosen = ""
        self._hovered = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Measures"))

    # Content

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        self._groups = groups
        self._place_lines()

    def show_frame(self, frame: int) -> None:
        """Only the column of current values is painted again."""
        self._frame = frame
        left, width = self._columns()[0]
        self.update(QRect(left - round(_MARK) - 4, 0, width + round(_MARK) + 4, self.height()))

    def _place_lines(self) -> None:
        self._lines = []
        top = self._row_height()
        for group in self._groups:
            self._lines.append(_Line(top, group, None))
            top += self._row_height() + 2
            if group.id not in self._folded:
                for measure in group.measures:
                    self._lines.append(_Line(top, group, measure))
                    top += self._row_height()
        self.setFixedHeight(top + 4)
        self.update()

    # Geometry

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 4

    def _columns(self) -> list[tuple[int, int]]:
        """Left edge and width of now, worst, mean; the names have what is left of them."""
        widths = [self.fontMetrics().horizontalAdvance(sample) + 12 for sample in _COLUMN_SAMPLES]
        left = self.width() - _PAD - sum(widths)
        places = []
        for width in widths:
            places.append((left, width))
            left += width
        return places

    def _line_at(self, y: float) -> _Line | None:
        return next((line for line in reversed(self._lines) if line.top <= y), None)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = Tones.of(self.palette())
        dirty = event.rect()
        names_too = dirty.left() < self._columns()[0][0] - _MARK - 5
        if names_too:
            self._paint_titles(painter, tones)
        for line in self._lines:
            if line.top > dirty.bottom() or line.top + self._row_height() + 2 < dirty.top():
                continue
            if line.measure is None:
                if names_too:
                    self._paint_heading(painter, line, tones)
            else:
                self._paint_measure(painter, line.top, line.measure, tones, names_too=names_too)

    def _paint_titles(self, painter: QPainter, tones: Tones) -> None:
        painter.setPen(tones.muted)
        for (left, width), text in zip(self._columns(), (self.tr("now"), self.tr("worst"), self.tr("mean")), strict=True):
            painter.drawText(
                QRectF(left, 0, width, self._row_height()), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )

    def _paint_heading(self, painter: QPainter, line: _Line, tones: Tones) -> None:
        rect = QRectF(0, line.top, self.width(), self._row_height())
        painter.fillRect(rect, mix(tones.window, tones.text, 0.05))
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(tones.text)
        fold = "▸" if line.group.id in self._folded else "▾"
        painter.drawText(rect.adjusted(_PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, f"{fold}  {line.group.title}")
        painter.setFont(self.font())

    def _paint_measure(self, painter: QPainter, top: int, measure: Measure, tones: Tones, *, names_too: bool) -> None:
        row = QRectF(0, top, self.width(), self._row_height())
        if measure.id in (self._hovered, self._chosen if self.hasFocus() else ""):
            painter.fillRect(row, mix(tones.window, tones.accent, 0.18 if measure.id == self._hovered else 0.3))
        now, worst, mean = self._columns()
        value = measure.at(self._frame)
        if measure.values is not None:
            self._paint_number(painter, now, top, measure.text(value), tones, over=measure.is_over(value))
        if not names_too:
            return
        self._paint_number(painter, worst, top, measure.worst_text(), tones, over=measure.is_over(measure.worst))
        self._paint_number(painter, mean, top, measure.mean_text(), tones, over=False)
        name = QRectF(_PAD + 14, top, now[0] - _MARK - _PAD - 18, row.height())
        unit = f" {shown_unit(measure.unit)}" if measure.unit else ""
        unit_width = painter.fontMetrics().horizontalAdvance(unit)
        title = painter.fontMetrics().elidedText(measure.title, Qt.TextElideMode.ElideRight, int(name.width()) - unit_width)
        painter.setPen(tones.text)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(tones.muted)
        painter.drawText(
            name.adjusted(painter.fontMetrics().horizontalAdvance(title), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, unit
        )

    def _paint_number(self, painter: QPainter, column: tuple[int, int], top: int, text: str, tones: Tones, *, over: bool) -> None:
        """Over the limit: a triangle before the number as well as another colour."""
        left, width = column
        rect = QRectF(left, top, width, self._row_height())
        color = mix(data_color(VERMILLION), tones.text, 0.15) if over else tones.text
        painter.setPen(color)
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        if over:
            x = rect.right() - painter.fontMetrics().horizontalAdvance(text) - _MARK - 2
            _paint_mark(painter, QPointF(x, rect.center().y() - _MARK / 2), color)

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().y())
        hovered = line.measure.id if line and line.measure and line.measure.worst_frame is not None else ""
        clickable = bool(hovered) or (line is not None and line.measure is None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().y())
        if line is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if line.measure is None:
            self._folded ^= {line.group.id}
            self._place_lines()
        else:
            self._choose(line.measure)
            self._go_to(line.measure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = list(self._shown())
        place = next((i for i, m in enumerate(shown) if m.id == self._chosen), -1)
        if event.key() == Qt.Key.Key_Down and shown:
            self._choose(shown[min(place + 1, len(shown) - 1)])
        elif event.key() == Qt.Key.Key_Up and shown:
            self._choose(shown[max(place - 1, 0)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and place >= 0:
            self._go_to(shown[place])
        else:
            super().keyPressEvent(event)

    def _shown(self) -> Iterator[Measure]:
        return (line.measure for line in self._lines if line.measure is not None)

    def _choose(self, measure: Measure) -> None:
        self._chosen = measure.id
        self.setAccessibleDescription(self._description(measure).replace("\n", ", "))
        self.update()

    def _go_to(self, measure: Measure) -> None:
        if measure.worst_frame is not None:
            self.frame_wanted.emit(measure.worst_frame)

    def _description(self, measure: Measure) -> str:
        lines = [measure.title]
        if measure.values is not None:
            lines.append(self.tr("now {0}").format(measure.text(measure.at(self._frame))))
        if measure.worst_text():
            lines.append(self.tr("worst {0}").format(figure_text(measure.worst, measure.unit)))
        if measure.mean_text():
            lines.append(self.tr("mean {0}").format(measure.mean_text()))
        if measure.threshold is not None:
            lines.append(self.tr("limit {0}").format(figure_text(measure.threshold, measure.unit)))
        if measure.worst_frame is not None:
            lines.append(self.tr("click: to frame {0}").format(measure.worst_frame))
        return "\n".join(lines)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._description(line.measure) if line and line.measure else "", self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.minimumHeight())


def _paint_mark(painter: QPainter, at: QPointF, color: object) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    painter.scale(_MARK / 16, _MARK / 16)
    painter.fillPath(glyphs.triangle_up(), color)  # type: ignore[arg-type]
    painter.restore()
