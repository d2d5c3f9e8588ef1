"""The measures as a table: name, value now, worst, mean. Painted by hand so that a new frame costs one narrow column.

Labels would cost a layout pass per frame, an item view some two hundred calls into Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from interact_app.panels.inspector.measures import Group, Measure
from interact_app.widgets import glyphs
from interact_app.widgets.paced import Paced
from interact_app.widgets.tones import VERMILLION, Tones, data_color, mix
from interact_core.figures import figure_text, shown_unit

_PAD: Final = 8
_MARK: Final = 8.0
_INDENT: Final = 8
_COLUMN_SAMPLES: Final = ("000.0", "000.0", "00.00")
"""The widest number that each column has to hold."""
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class _Line:
    """A heading (measure None) or a measure, from `top` on."""

    top: int
    group: Group
    measure: Measure | None


@dataclass(frozen=True)
class _Look:
    """Colours and widths that a frame needs, worked out once per palette, font and width."""

    tones: Tones
    over: QColor
    row_height: int
    columns: tuple[tuple[int, int], ...]


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
        self._look: _Look | None = None
        self._numbers = Paced(self._update_numbers, self)
        # Every pixel is painted here, so a new frame does not wake the widgets below this one.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Measures"))

    # Content

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        self._groups = groups
        self._place_lines()

    def show_frame(self, frame: int) -> None:
        """Only the column of current values is painted again, and not for every frame of many."""
        self._frame = frame
        self._numbers.ask()

    def _update_numbers(self) -> None:
        look = self._current_look()
        left, width = look.columns[0]
        below_title, mark = look.row_height, round(_MARK) + 4
        self.update(QRect(left - mark, below_title, width + mark, self.height() - below_title))

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

    def _columns(self) -> tuple[tuple[int, int], ...]:
        """Left edge and width of now, worst, mean; the names have what is left of them."""
        widths = [self.fontMetrics().horizontalAdvance(sample) + 10 for sample in _COLUMN_SAMPLES]
        left = self.width() - _PAD - sum(widths)
        places = []
        for width in widths:
            places.append((left, width))
            left += width
        return tuple(places)

    def _current_look(self) -> _Look:
        if self._look is None:
            tones = Tones.of(self.palette())
            over = mix(data_color(VERMILLION), tones.text, 0.15)
            self._look = _Look(tones, over, self._row_height(), self._columns())
        return self._look

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._look = None

    def changeEvent(self, event: QEvent) -> None:
        self._look = None
        super().changeEvent(event)

    def _line_at(self, y: float) -> _Line | None:
        return next((line for line in reversed(self._lines) if line.top <= y), None)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, dirty = self._current_look(), event.rect()
        painter.fillRect(dirty, look.tones.window)
        names_too = dirty.left() < look.columns[0][0] - _MARK - 5
        if names_too:
            self._paint_titles(painter, look)
        for line in self._lines:
            if line.top > dirty.bottom() or line.top + look.row_height + 2 < dirty.top():
                continue
            if line.measure is None:
                self._paint_heading(painter, line, look, names_too=names_too)
            else:
                self._paint_measure(painter, line.top, line.measure, look, names_too=names_too)

    def _paint_titles(self, painter: QPainter, look: _Look) -> None:
        painter.setPen(look.tones.muted)
        for (left, width), text in zip(look.columns, (self.tr("now"), self.tr("worst"), self.tr("mean")), strict=True):
            painter.drawText(QRectF(left, 0, width, look.row_height), _RIGHT, text)

    def _paint_heading(self, painter: QPainter, line: _Line, look: _Look, *, names_too: bool) -> None:
        rect = QRectF(0, line.top, self.width(), look.row_height)
        painter.fillRect(rect, look.tones.heading)
        if not names_too:
            return
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(look.tones.text)
        fold = "▸" if line.group.id in self._folded else "▾"
        painter.drawText(rect.adjusted(_PAD, 0, 0, 0), _MIDDLE, f"{fold}  {line.group.title}")
        painter.setFont(self.font())

    def _paint_measure(self, painter: QPainter, top: int, measure: Measure, look: _Look, *, names_too: bool) -> None:
        hovered = measure.id == self._hovered
        if hovered or (measure.id == self._chosen and self.hasFocus()):
            shade = mix(look.tones.window, look.tones.accent, 0.18 if hovered else 0.3)
            painter.fillRect(QRectF(0, top, self.width(), look.row_height), shade)
        now, worst, mean = look.columns
        if measure.values is not None:
            value = measure.at(self._frame)
            self._paint_number(painter, now, top, measure.text(value), look, over=measure.is_over(value))
        if names_too:
            self._paint_number(painter, worst, top, measure.worst_text(), look, over=measure.is_over(measure.worst))
            self._paint_number(painter, mean, top, measure.mean_text(), look, over=False)
            self._paint_name(painter, top, measure, look)

    def _paint_name(self, painter: QPainter, top: int, measure: Measure, look: _Look) -> None:
        left = _PAD + _INDENT
        rect = QRectF(left, top, look.columns[0][0] - _MARK - left - 2, look.row_height)
        metrics = painter.fontMetrics()
        unit = f" {shown_unit(measure.unit)}" if measure.unit else ""
        title = metrics.elidedText(
            measure.short_title, Qt.TextElideMode.ElideMiddle, int(rect.width()) - metrics.horizontalAdvance(unit)
        )
        painter.setPen(look.tones.text)
        painter.drawText(rect, _MIDDLE, title)
        painter.setPen(look.tones.muted)
        painter.drawText(rect.adjusted(metrics.horizontalAdvance(title), 0, 0, 0), _MIDDLE, unit)

    def _paint_number(self, painter: QPainter, column: tuple[int, int], top: int, text: str, look: _Look, *, over: bool) -> None:
        """Over the limit: a triangle before the number as well as another colour."""
        left, width = column
        painter.setPen(look.over if over else look.tones.text)
        painter.drawText(QRectF(left, top, width, look.row_height), _RIGHT, text)
        if over:
            x = left + width - painter.fontMetrics().horizontalAdvance(text) - _MARK - 2
            _paint_mark(painter, QPointF(x, top + (look.row_height - _MARK) / 2), look.over)

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


def _paint_mark(painter: QPainter, at: QPointF, color: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    painter.scale(_MARK / 16, _MARK / 16)
    painter.fillPath(glyphs.triangle_up(), color)
    painter.restore()
