"""The panel of a comparison: what with what, the figures before and after, and what is taken over."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from interact_app.actions import ActionRegistry
from interact_app.clock import Clock
from interact_app.compare.chooser import Chooser
from interact_app.compare.comparison import Comparison
from interact_app.compare.table import FiguresTable
from interact_app.compare.take_box import TakeBox
from interact_app.compare.takes import Takes
from interact_app.widgets.labels import muted_label


class ComparePanel(QScrollArea):
    """Reads the comparison; a row of the table moves the clock."""

    def __init__(self, comparison: Comparison, takes: Takes, clock: Clock, actions: ActionRegistry) -> None:
        super().__init__()
        self._comparison = comparison
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        self.chooser = Chooser(comparison, actions, inner)
        self.table = FiguresTable(inner)
        self.takes = TakeBox(takes, clock, actions, inner)
        self._note = muted_label("", inner)
        column.addWidget(self.chooser)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        column.addWidget(self.takes)
        self.setWidget(inner)
        self.table.frame_wanted.connect(clock.set_frame)
        comparison.changed.connect(self._show_note)
        comparison.figures_changed.connect(self._show_figures)
        self._show_figures()

    def _show_figures(self) -> None:
        self.table.figures.show_figures(self._comparison.figures())
        self._show_note()

    def _show_note(self) -> None:
        rows = self.table.figures.rows
        self.table.setVisible(bool(rows))
        self.takes.setVisible(self._comparison.active)
        self._note.setText(self._words())

    def _words(self) -> str:
        comparison, rows = self._comparison, self.table.figures.rows
        if not comparison.active:
            return self.tr("Choose two versions of the clip, or a second clip, and a way to look at them.")
        if not rows:
            return self.tr("The figures are there once both are measured.")
        worse = sum(row.verdict == "worse" for row in rows)
        better = sum(row.verdict == "better" for row in rows)
        return self.tr("From A to B: {0} better, {1} worse, {2} as they were.").format(better, worse, len(rows) - better - worse)

    def sizeHint(self) -> QSize:
        return QSize(300, 520)
