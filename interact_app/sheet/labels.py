"""Words over the small views: which candidate, what it scores, whether it holds the limits and why not, what was decided."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from interact_app.sheet.composer import SheetComposer
from interact_app.sheet.sheet import FOOT, HEAD, Sheet
from interact_app.sheet.trials import Tells, Trial
from interact_app.theme.palette import Tones
from interact_app.widgets.tones import GREEN, VERMILLION, data_color, with_alpha

_PAD: Final = 6.0
_ROOMY: Final = 230
"""Pixels of height from which a view has room for all lines."""
_CLOCK: Final = 240
"""Room in the upper right corner that belongs to the time."""


class SheetWords(QWidget):
    """Lies over the canvas and lets the mouse through. `pointed` says which candidate is under a place of the canvas."""

    def __init__(self, canvas: QWidget, sheet: Sheet, composer: SheetComposer, tells: Tells, tones: Callable[[], Tones]) -> None:
        super().__init__(canvas)
        self.setObjectName("sheet.labels")
        self.setAccessibleName(self.tr("Contact sheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas, self._sheet, self._composer, self._tells, self._tones = canvas, sheet, composer, tells, tones
        canvas.installEventFilter(self)
        self.setGeometry(canvas.rect())
        sheet.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.setVisible(self._sheet.on)
        self.update()

    def pointed(self, at: QPointF) -> Trial | None:
        found = zip(self._sheet.shown, self._sheet.places(), strict=True)
        return next((trial for trial, rect in found if rect.contains(at.toPoint())), None)

    def texts(self) -> list[str]:
        """What each view says, line by line, for tests and screen readers."""
        tells = self._tells
        return ["\n".join((self._title(t), tells.verdict(t)[0], *tells.reasons(t), *tells.scores(t))) for t in self._sheet.shown]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._sheet.on:
            trial = self.pointed(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "\n".join(self._tells.details(trial)) if trial else "", self._canvas)
            return True
        return False

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        shown = self._sheet.shown
        if not shown:
            self._paint_empty(painter)
            return
        for k, (trial, rect) in enumerate(zip(shown, self._sheet.places(), strict=True)):
            self._paint_view(painter, trial, rect, self._composer.is_waiting(k))
        painter.setPen(QColor(self._tones().muted))
        foot = QRectF(8, self.height() - FOOT, self.width() - 16, FOOT)
        metrics = QFontMetricsF(self.font())
        keys = self._tells.keys
        text = keys if metrics.horizontalAdvance(keys) < foot.width() else self._tells.short_keys
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(text, Qt.TextElideMode.ElideRight, foot.width()))

    def _paint_head(self, painter: QPainter) -> None:
        sheet, tones = self._sheet, self._tones()
        count, every = len(sheet.trials), len(sheet.bench.trials)
        told = [
            self.tr("{0} candidates").format(count) if count == every else self.tr("{0} of {1} candidates").format(count, every)
        ]
        if every:
            told.append(self.tr("{0} hold every limit").format(sum(t.passed for t in sheet.bench.trials)))
            told.append(self.tr("{0} kept").format(sum(t.decision == "kept" for t in sheet.bench.trials)))
        if sheet.pages > 1:
            told.insert(0, self.tr("Page {0} of {1}").format(sheet.page + 1, sheet.pages))
        painter.setPen(QColor(tones.text))
        place = QRectF(10, 0, self.width() - _CLOCK - 20, HEAD)
        text = QFontMetricsF(self.font()).elidedText("  ·  ".join(told), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._tones().muted))
        bench = self._sheet.bench
        text = self._tells.empty(bool(bench.trials), bench.running)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_view(self, painter: QPainter, trial: Trial, rect: QRect, waiting: bool) -> None:
        tones = self._tones()
        if trial.decision == "discarded":
            painter.fillRect(rect, with_alpha(QColor(tones.panel), 0.62))
        if not trial.made or waiting:
            painter.setPen(QColor(tones.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.tr("no motion") if not trial.made else "…")
        self._paint_lines(painter, trial, rect)
        self._paint_scores(painter, trial, rect)
        self._paint_frame(painter, trial, rect)

    def _paint_lines(self, painter: QPainter, trial: Trial, rect: QRect) -> None:
        """Number and badge in one line; below it why it was turned down, else what was drawn; both where there is room."""
        tones, bold = self._tones(), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        head, small = QFontMetricsF(bold), QFontMetricsF(self.font())
        verdict, good = self._tells.verdict(trial)
        room = rect.width() - 4 * _PAD
        badge = small.horizontalAdvance(verdict) + 2 * _PAD
        number = head.elidedText(self._tells.label(trial), Qt.TextElideMode.ElideRight, room - badge - _PAD)
        lines = [small.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in self._lines(trial, rect)]
        start = head.horizontalAdvance(number) + _PAD
        width = max(start + badge, *(small.horizontalAdvance(line) for line in lines)) + 2 * _PAD
        height = head.height() + small.height() * len(lines) + 1.6 * _PAD
        plate = QRectF(rect.left() + _PAD, rect.top() + _PAD, width, height)
        _plate(painter, plate, with_alpha(QColor(tones.panel), 0.8))
        top = plate.top() + _PAD * 0.6
        _text(painter, bold, tones.text, plate.left() + _PAD, top + head.ascent(), number)
        pill = QRectF(plate.left() + _PAD + start, top, badge, small.height())
        _plate(painter, pill, data_color(GREEN if good else VERMILLION))
        _text(painter, self.font(), "#ffffff", pill.left() + _PAD, pill.top() + small.ascent(), verdict)
        for k, line in enumerate(lines):
            base = pill.bottom() + 2 + small.ascent() + k * small.height()
            _text(painter, self.font(), tones.text, plate.left() + _PAD, base, line)

    def _lines(self, trial: Trial, rect: QRect) -> list[str]:
        told = self._tells.reasons(trial)
        most = 1 if rect.height() < _ROOMY else 3
        lines = told[:most]
        if len(told) > len(lines):
            lines[-1] = self.tr("{0}, +{1} more").format(lines[-1], len(told) - len(lines))
        return lines if lines and rect.height() < _ROOMY else [*lines, self._tells.subject(trial)]

    def _paint_scores(self, painter: QPainter, trial: Trial, rect: QRect) -> None:
        tones, small = self._tones(), QFontMetricsF(self.font())
        parts, room = self._tells.scores(trial), rect.width() - 4 * _PAD
        while len(parts) > 1 and small.horizontalAdvance("  ·  ".join(parts)) > room:
            parts.pop()
        text = small.elidedText("  ·  ".join(parts), Qt.TextElideMode.ElideRight, room)
        if not text:
            return
        plate = QRectF(rect.left() + _PAD, rect.bottom() - _PAD - small.height() - 4, small.horizontalAdvance(text) + 2 * _PAD,
                       small.height() + 4)  # fmt: skip
        _plate(painter, plate, with_alpha(QColor(tones.panel), 0.8))
        _text(painter, self.font(), tones.muted, plate.left() + _PAD, plate.top() + 2 + small.ascent(), text)

    def _paint_frame(self, painter: QPainter, trial: Trial, rect: QRect) -> None:
        """What was decided as a ribbon above the scores, what is chosen as a frame."""
        tones = self._tones()
        if trial.decision:
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.Bold)
            text = self.tr("KEPT") if trial.decision == "kept" else self.tr("DISCARDED")
            metrics = QFontMetricsF(bold)
            width = metrics.horizontalAdvance(text) + 2 * _PAD
            top = rect.bottom() - _PAD - 2 * metrics.height() - 12
            plate = QRectF(rect.right() - _PAD - width, top, width, metrics.height() + 4)
            kept = trial.decision == "kept"
            _plate(painter, plate, data_color(GREEN) if kept else QColor(tones.disabled))
            _text(painter, bold, "#ffffff", plate.left() + _PAD, plate.top() + 2 + metrics.ascent(), text)
            painter.setPen(QPen(data_color(GREEN) if kept else QColor(tones.disabled), 2))
            painter.drawRect(QRectF(rect).adjusted(1, 1, -1, -1))
        if self._sheet.chosen is not None and trial.id == self._sheet.chosen.id:
            painter.setPen(QPen(QColor(tones.accent), 3))
            painter.drawRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5))

    def _title(self, trial: Trial) -> str:
        return f"{self._tells.label(trial)}   {self._tells.subject(trial)}"


def _plate(painter: QPainter, rect: QRectF, color: QColor) -> None:
    path = QPainterPath()
    path.addRoundedRect(rect, 4, 4)
    painter.fillPath(path, color)


def _text(painter: QPainter, font: QFont, color: str, x: float, base: float, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(QPointF(x, base), text)
