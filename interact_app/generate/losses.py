"""Training as it runs: the losses of a run's log.jsonl as curves, read again while the file grows."""

import json
import math
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from interact_app.generate.previews import PreviewList
from interact_app.session import Session
from interact_app.widgets.labels import muted_label
from interact_app.widgets.tones import BLUE, GREEN, VERMILLION, Rgb, Tones, data_color

LOG: Final = "log.jsonl"
_EVERY_MS: Final = 2000
_SHOWN: Final[tuple[tuple[str, str, Rgb], ...]] = (
    ("loss", "loss", BLUE), ("reconstruction", "reconstruction", GREEN), ("contact", "contact", VERMILLION),
)  # fmt: skip


class TrainingLog:
    """Reads what was added since the last time; a line that is half written waits, one that is damaged is passed over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._at = 0

    def read(self) -> bool:
        """Whether there is anything new. A file that got shorter is another run: it is read from its beginning."""
        try:
            size = self.path.stat().st_size
            if size < self._at:
                self.lines, self._at = [], 0
            if size == self._at:
                return False
            with self.path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
        except OSError:
            return False
        whole = data[: data.rfind(b"\n") + 1]
        self._at += len(whole)
        self.lines += [line for line in map(_line, whole.splitlines()) if line is not None]
        return bool(whole)


def _line(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    good = isinstance(found, dict) and isinstance(found.get("step"), int) and isinstance(found.get("losses"), dict)
    return found if good else None


class TrainingPage(QWidget):
    """Which run is watched, how far it is, its curves and its sample clips."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.log: TrainingLog | None = None
        self._words = muted_label(
            self.tr(
                "Training is started with `interact train CONFIG --out FOLDER`. Open that folder to watch its losses here,"
                " while it runs or afterwards."
            ),
            self,
        )
        self.choose = QPushButton(self.tr("Open a training folder…"), self)
        self.choose.setToolTip(self.tr("The folder given to --out: its log.jsonl is read again every two seconds"))
        self.choose.clicked.connect(self._choose)
        self.chart = LossChart(self)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(row)
        column.addWidget(self._words)
        column.addWidget(self.chart, 1)
        self.previews = PreviewList(session, self)
        column.addWidget(self.previews)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.refresh)

    @property
    def words(self) -> str:
        return self._words.text()

    def watch(self, folder: Path) -> None:
        self.log = TrainingLog(folder / LOG)
        self.chart.show_lines([])
        self.previews.watch(folder)
        self._timer.start()
        self.refresh()

    def refresh(self) -> None:
        """Nothing is read while nobody looks."""
        log = self.log
        if log is None or not (self.isVisible() or not log.lines):
            return
        log.read()
        self.previews.refresh()
        if not log.lines:
            self._words.setText(self.tr("{0} has no {1} yet. It appears after the first steps.").format(log.path.parent, LOG))
            return
        self.chart.show_lines(log.lines)
        last = log.lines[-1]
        loss = last["losses"].get("loss")
        parts = [self.tr("Step {0}").format(last["step"])]
        if isinstance(loss, int | float):
            parts.append(self.tr("loss {0:.3g}").format(loss))
        left = last.get("remaining")
        if isinstance(left, int | float) and math.isfinite(left):
            parts.append(self.tr("{0:.0f} min left").format(left / 60))
        if last.get("skipped"):
            parts.append(self.tr("{0} batches skipped").format(last["skipped"]))
        self._words.setText(f"{log.path.parent.name}: {', '.join(parts)}")

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("A training folder"))
        if name:
            self.watch(Path(name))


class LossChart(QWidget):
    """Losses over steps, logarithmic upwards."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[dict[str, Any]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Losses over training steps"))

    def sizeHint(self) -> QSize:
        return QSize(280, 260)

    def show_lines(self, lines: list[dict[str, Any]]) -> None:
        self._lines = list(lines)
        self.update()

    def curves(self) -> list[tuple[str, Rgb, list[tuple[float, float]]]]:
        """Name, colour and (step, log10 of the loss) of what is drawn; values that are no positive number are left out."""
        found = []
        for name, title, color in _SHOWN:
            points = [
                (float(line["step"]), math.log10(value))
                for line in self._lines
                if isinstance(value := line["losses"].get(name), int | float) and math.isfinite(value) and value > 0
            ]
            if points:
                found.append((title, color, points))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        curves = self.curves()
        if not curves:
            return
        painter, tones = QPainter(self), Tones.of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self.fontMetrics().height()
        place = QRectF(46, 6, self.width() - 54, self.height() - 2 * height - 18)
        every = [value for _, _, points in curves for _, value in points]
        low, high = math.floor(min(every)), max(math.ceil(max(every)), math.floor(min(every)) + 1)
        last = max(points[-1][0] for _, _, points in curves)
        self._paint_axes(painter, tones, place, low, high, last)
        for _, color, points in curves:
            across, up = place.width() / max(last, 1), place.height() / (high - low)
            line = QPolygonF([QPointF(place.left() + across * x, place.bottom() - up * (y - low)) for x, y in points])
            painter.setPen(QPen(data_color(color), 1.8))
            painter.drawPolyline(line)
        left = place.left()
        for title, color, _ in curves:
            painter.setPen(QPen(data_color(color), 3))
            base = self.height() - height / 2 - 2
            painter.drawLine(QPointF(left, base), QPointF(left + 14, base))
            painter.setPen(tones.text)
            painter.drawText(QPointF(left + 18, base + height * 0.3), title)
            left += 34 + self.fontMetrics().horizontalAdvance(title)

    def _paint_axes(self, painter: QPainter, tones: Tones, place: QRectF, low: int, high: int, last: float) -> None:
        height = self.fontMetrics().height()
        for power in range(low, high + 1):
            y = place.bottom() - place.height() * (power - low) / (high - low)
            painter.setPen(QPen(QColor(tones.faint), 1))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
            painter.setPen(tones.muted)
            painter.drawText(
                QRectF(0, y - height / 2, 42, height),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{10.0**power:g}",
            )
        below = QRectF(place.left(), place.bottom() + 2, place.width(), height)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("step {0:.0f}").format(last))
