"""Before and after of every measure, the worst regression first; a row leads to the frame where it is worst."""

from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from interact_app.widgets import glyphs
from interact_app.widgets.glyphs import Glyph
from interact_app.widgets.tones import GREEN, VERMILLION, Rgb, data_color
from interact_core.figures import NONE, figure_text, number_text, shown_unit

if TYPE_CHECKING:
    from interact_core.compare import Comparison, Row

_MARKS: Final[dict[str, tuple[Glyph, Rgb]]] = {
    "worse": (glyphs.triangle_up, VERMILLION),
    "better": (glyphs.check, GREEN),
}
"""Shape and colour: neither has to tell alone."""
_SIDE: Final = 12
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class FiguresModel(QAbstractTableModel):
    """Read only; `show_figures` replaces everything."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._titles = (self.tr("Measure"), self.tr("Before"), self.tr("After"), self.tr("Change"))

    @property
    def rows(self) -> "tuple[Row, ...]":
        return self._rows

    def show_figures(self, figures: "Comparison | None") -> None:
        self.beginResetModel()
        self._rows = figures.rows if figures is not None else ()
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return _mark(row.verdict)
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._sentence(row)
        return None

    def _text(self, row: "Row", column: int) -> str:
        if column == 0:
            unit = shown_unit(row.unit)
            return f"{row.title}, {unit}" if unit else row.title
        if column == 3:
            change = row.change
            return NONE if change is None else f"{'+' if change > 0 else ''}{number_text(change, row.unit)}".replace("-", "−")
        value = row.before if column == 1 else row.after
        return NONE if value is None else number_text(value, row.unit)

    def _sentence(self, row: "Row") -> str:
        before, after = (NONE if value is None else figure_text(value, row.unit) for value in (row.before, row.after))
        text = self.tr("{0}: {1}, before {2}, after {3}").format(row.title, row.verdict, before, after)
        return text if row.worst_frame is None else text + self.tr("\nclick: to frame {0}").format(row.worst_frame)


class FiguresTable(QTableView):
    """Arrows walk the rows, Enter or a click goes to the frame."""

    frame_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.figures = FiguresModel(self)
        self.setModel(self.figures)
        self.setObjectName("compare.figures")
        self.setAccessibleName(self.tr("Figures before and after"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(170)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)
        self.clicked.connect(self._go)
        self.activated.connect(self._go)

    def _go(self, index: QModelIndex) -> None:
        frame = self.figures.rows[index.row()].worst_frame
        if frame is not None:
            self.frame_wanted.emit(frame)

    def sizeHint(self) -> QSize:
        return QSize(280, 320)


def _mark(verdict: str) -> QIcon | None:
    return _icon(verdict) if verdict in _MARKS else None


@cache
def _icon(verdict: str) -> QIcon:
    glyph, rgb = _MARKS[verdict]
    drawn = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(QSize(_SIDE, _SIDE) * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_SIDE * scale / 16, _SIDE * scale / 16)
        painter.fillPath(glyph(), data_color(rgb))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        drawn.addPixmap(pixmap)
    return drawn
