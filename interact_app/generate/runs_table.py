"""One table of the leaderboard: methods down, metrics across, the best figure of each bold, sorted by any of them."""

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

if TYPE_CHECKING:
    from interact_core.generate.evaluation.tables import Table

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class RunsModel(QAbstractTableModel):
    """Read only; `show_table` replaces everything."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self._methods: list[str] = []
        self._metrics: tuple[str, ...] = ()
        self._best: dict[str, str | None] = {}

    def show_table(self, table: "Table | None") -> None:
        self.beginResetModel()
        self.table = table
        self._methods = list(table.rows) if table is not None else []
        self._metrics = table.metrics if table is not None else ()
        self._best = {name: table.best(name) for name in self._metrics} if table is not None else {}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._methods)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if self.table is None else 1 + len(self._metrics)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        from interact_core.generate.evaluation.tables import head_text

        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return _RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return head_text(self._metrics[section - 1]) if section else self.tr("Method")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.FontRole and self._is_best(row, column):
            bold = QFont()
            bold.setBold(True)
            return bold
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return _RIGHT
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._sentence(row, column)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """What has no figure stays at the end either way."""
        if self.table is None or not 0 <= column < self.columnCount():
            return
        self.layoutAboutToBeChanged.emit()
        down = order == Qt.SortOrder.DescendingOrder
        if column == 0:
            self._methods.sort(key=str.casefold, reverse=down)
        else:
            values = {method: self._mean(method, self._metrics[column - 1]) for method in self._methods}
            with_one = sorted((m for m in self._methods if math.isfinite(values[m])), key=lambda m: values[m], reverse=down)
            self._methods = with_one + [m for m in self._methods if not math.isfinite(values[m])]
        self.layoutChanged.emit()

    def _mean(self, method: str, metric: str) -> float:
        assert self.table is not None
        found = self.table.rows[method].get(metric)
        return math.nan if found is None else found.mean

    def _is_best(self, row: int, column: int) -> bool:
        return column > 0 and self._best[self._metrics[column - 1]] == self._methods[row]

    def _text(self, row: int, column: int) -> str:
        from interact_core.generate.evaluation.tables import cell_text

        assert self.table is not None
        method = self._methods[row]
        return cell_text(self.table.rows[method].get(self._metrics[column - 1])) if column else method

    def _sentence(self, row: int, column: int) -> str:
        assert self.table is not None
        if column == 0:
            return self._methods[row]
        metric = self._metrics[column - 1]
        found = self.table.rows[self._methods[row]].get(metric)
        head = str(self.headerData(column, Qt.Orientation.Horizontal))
        if found is None or not math.isfinite(found.mean):
            return self.tr("{0}, {1}: no figure").format(self._methods[row], head)
        said = self.tr("{0}, {1}: {2}, of {3} repeats").format(
            self._methods[row], head, self._text(row, column), found.repeats
        )  # fmt: skip
        return said + (self.tr(", the best") if self._is_best(row, column) else "")


class RunsTable(QTableView):
    """Headers sort; a second click turns the order round."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self.setModel(self.runs)
        self.setAccessibleName(self.tr("Methods and their figures"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSortIndicatorClearable(False)
        self.setSortingEnabled(True)

    def show_table(self, table: "Table | None") -> None:
        """In the order of the runs, until a header is clicked."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.runs.show_table(table)
