"""Rows of the library for a list view. Ten thousand of them are a list of tuples; nothing is copied per row."""

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from interact_app.widgets.review_state import state_title
from interact_app.widgets.severity import LEVELS, level_of
from interact_core.figures import duration_text

if TYPE_CHECKING:
    from interact_core.project.library import ClipRow

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for besides Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1
    CURRENT = Qt.ItemDataRole.UserRole + 2


class ClipModel(QAbstractListModel):
    """One ClipRow per row, and which of them is open."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[ClipRow] = ()
        self._places: dict[str, int] = {}
        self._open_id = ""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._places)

    def set_rows(self, rows: Sequence["ClipRow"]) -> bool:
        """Take over a search result. True if other clips, or another order, than before: the view was reset."""
        places = {row.id: place for place, row in enumerate(rows)}
        if tuple(places) == tuple(self._places):
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        self.beginResetModel()
        self._rows, self._places = rows, places
        self.endResetModel()
        return True

    def set_open(self, clip_id: str) -> None:
        """Mark the clip that the window shows."""
        before, self._open_id = self._open_id, clip_id
        for changed in (before, clip_id):
            self.touch(changed)

    def touch(self, clip_id: str) -> None:
        """Paint one clip again, for instance because its picture has arrived."""
        index = self.index_of(clip_id)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def index_of(self, clip_id: str) -> QModelIndex:
        place = self._places.get(clip_id)
        return QModelIndex() if place is None else self.index(place)

    def row_at(self, index: Index) -> "ClipRow | None":
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Role.ROW:
            return row
        if role == Role.CURRENT:
            return row.id == self._open_id
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title or row.id
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return description(row)
        return None


def description(row: "ClipRow") -> str:
    """Everything known about a clip, a fact per line."""
    lines = [row.id, row.dataset]
    if row.objects:
        lines.append("Objects: " + ", ".join(row.objects))
    if row.duration is not None and row.frames is not None and row.fps:
        lines.append(f"{row.frames} frames, {duration_text(row.duration)} at {row.fps:g} fps")
    if row.severity is not None:
        lines.append(f"Severity: {LEVELS[level_of(row.severity)]} ({row.severity:.2f})")
    lines.append(f"{state_title(row.state)}, {row.segment_count} segments")
    if row.corruption:
        lines.append(f"Corrupted: {row.corruption}" + (f", clean parent {row.parent}" if row.parent else ""))
    if row.caption:
        lines.append(row.caption)
    if row.problem:
        lines.append(row.problem)
    return "\n".join(lines)
