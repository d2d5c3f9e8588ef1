"""What came of augmenting, as bars: how many held the limits and were kept, what spoke against the others, by variation."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from interact_app.augment import words
from interact_app.augment.bench import Bench
from interact_app.widgets.labels import muted_label, title_label
from interact_app.widgets.tones import BLUE, GREEN, VERMILLION, Rgb, Tones, data_color, with_alpha
from interact_core.figures import duration_text, figure_text

if TYPE_CHECKING:
    from interact_core.augment.tally import Tally

_MOST: Final = 8
Row = tuple[str, str, float, Rgb]


class YieldSection(QWidget):
    """Over the open clip or over the project so far."""

    def __init__(self, bench: Bench, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench = bench
        self._project = False
        self._buttons = (self._button(self.tr("This clip"), False), self._button(self.tr("Project"), True))
        top = QHBoxLayout()
        top.addWidget(title_label(self.tr("Yield"), self), 1)
        for button in self._buttons:
            top.addWidget(button)
        self._summary = muted_label("", self)
        self.bars = Bars(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._summary)
        column.addWidget(self.bars)
        bench.changed.connect(self.refresh)
        bench.tallied.connect(self.refresh)
        self.refresh()

    @property
    def summary(self) -> str:
        return self._summary.text()

    def refresh(self) -> None:
        found = self._bench.project_tally if self._project else self._bench.clip_tally()
        for button, project in zip(self._buttons, (False, True), strict=True):
            button.setChecked(project == self._project)
        if found is None or not found.whole.tried:
            empty = (
                self.tr("Nothing was tried in this project yet.")
                if self._project
                else self.tr("Nothing was tried with this clip.")
            )
            self._summary.setText(empty)
            self.bars.show_rows([])
            return
        self._summary.setText("  ·  ".join(self._sentences(found)))
        self.bars.show_rows(_rows(found, self.tr("Holds every limit"), self.tr("Kept"), self.tr("Discarded")))

    def _sentences(self, found: "Tally") -> list[str]:
        parts = [self.tr("{0} candidates").format(found.whole.tried)]
        if self._project:
            parts.append(self.tr("{0} clips").format(found.clips))
        if found.diversity is not None:
            parts.append(self.tr("{0} apart on average").format(figure_text(found.diversity, "m")))
        if found.whole.kept or found.whole.passed:
            good = found.whole.kept or found.whole.passed
            word = self.tr("a kept one") if found.whole.kept else self.tr("a good one")
            parts.append(self.tr("{0} {1}").format(duration_text(found.seconds / good), word))
        return parts

    def _button(self, text: str, project: bool) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolTip(
            self.tr("Everything that was tried in this project") if project else self.tr("The open clip's candidates")
        )
        button.clicked.connect(lambda: self._turn(project))
        return button

    def _turn(self, project: bool) -> None:
        self._project = project
        if project and self._bench.project_tally is None:
            self._bench.count()
        self.refresh()


def _rows(found: "Tally", passed: str, kept: str, discarded: str) -> list[Row | str]:
    whole = found.whole
    rows: list[Row | str] = [(passed, words.share_text(whole), whole.passed / whole.tried, GREEN)]
    if whole.kept:
        rows.append((kept, f"{whole.kept}", whole.kept / whole.tried, BLUE))
    if found.discarded:
        rows.append((discarded, f"{found.discarded}", found.discarded / whole.tried, VERMILLION))
    if found.reasons:
        rows.append("Turned down for")
        rows += [(words.TITLES.get(n, n), f"{count}", count / whole.tried, VERMILLION) for n, count in found.reasons[:_MOST]]
    if len(found.modes) > 1:
        rows.append("Holds every limit, by variation")
        rows += [(words.MODES[mode], words.share_text(s), s.passed / max(s.tried, 1), GREEN) for mode, s in found.modes]
    return rows


class Bars(QWidget):
    """Lines with a name, a figure, and a bar under both; a text alone is a heading."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row | str] = []

    def show_rows(self, rows: list[Row | str]) -> None:
        self._rows = rows
        told = [row if isinstance(row, str) else f"{row[0]}: {row[1]}" for row in rows]
        self.setAccessibleName("; ".join(told))
        self.setFixedHeight(self._height * len(rows))
        self.update()

    @property
    def _height(self) -> int:
        return self.fontMetrics().height() + 8

    def sizeHint(self) -> QSize:
        return QSize(220, self._height * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tones = QPainter(self), Tones.of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, row in enumerate(self._rows):
            place = QRectF(0, k * self._height, self.width(), self._height - 3)
            if isinstance(row, str):
                painter.setPen(tones.muted)
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, row)
                continue
            name, figure, share, color = row
            painter.fillRect(place, tones.faint)
            painter.fillRect(QRectF(place.left(), place.top(), place.width() * min(share, 1.0), place.height()),
                             with_alpha(data_color(color), 0.42))  # fmt: skip
            painter.setPen(tones.text)
            inner = place.adjusted(6, 0, -6, 0)
            room = inner.width() - self.fontMetrics().horizontalAdvance(figure) - 10
            name = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
