"""What a version is worth: how it was made, and its figures before and after, the worst regression first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from interact_app.panels.versions.tree import when
from interact_app.widgets.labels import muted_label
from interact_app.widgets.tones import VERMILLION
from interact_core.figures import duration_text, figure_text

if TYPE_CHECKING:
    from interact_core.compare import Row
    from interact_core.project import Version

_SIGNS = {
    "worse": "▲ worse",
    "better": "✓ better",
    "same": "same",
    "changed": "changed",
    "only before": "gone",
    "only after": "new",
}


class VersionFigures(QWidget):
    """Of the version that is chosen in the tree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = muted_label("", self)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._table = QTreeWidget(self)
        self._table.setAccessibleName(self.tr("Figures before and after"))
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.setHeaderLabels([self.tr("Measure"), self.tr("Before"), self.tr("After"), self.tr("Verdict")])
        header = self._table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        beside = QHBoxLayout()
        beside.setContentsMargins(8, 0, 8, 0)
        beside.addWidget(self._about)
        column.addLayout(beside)
        column.addWidget(self._table, 1)

    def show_version(self, version: "Version | None") -> None:
        """None is the source, which has no before."""
        self._table.clear()
        self._table.setVisible(version is not None and bool(version.manifest.before or version.manifest.after))
        if version is None:
            self._about.setText(self.tr("The data as it was recorded. It is never changed."))
            return
        from interact_core.compare import compare_figures  # late: it loads the measures, which no window needs to appear

        self._about.setText(self._story(version))
        for row in compare_figures(version.manifest.before, version.manifest.after).rows:
            item = QTreeWidgetItem(self._table, [row.title, _text(row.before, row), _text(row.after, row), _SIGNS[row.verdict]])
            item.setToolTip(0, row.title)
            for place in (1, 2):
                item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if row.verdict == "worse":
                item.setForeground(3, QBrush(QColor(*VERMILLION)))

    def _story(self, version: "Version") -> str:
        made = version.manifest
        parts = [f"{version.name} · {when(made.created)}"]
        if made.backend:
            parts.append(self.tr("{0} on {1}, {2}, seed {3}").format(
                made.backend, made.device or "cpu", duration_text(made.seconds), made.seed
            ))  # fmt: skip
        if made.frames is not None:
            parts.append(self.tr("frames {0} to {1}").format(made.frames[0], made.frames[1] if made.frames[1] >= 0 else "end"))
        lines = [" · ".join(parts), *made.notes]
        if version.problem:
            lines.append(
                self.tr("Damaged: {0}. It cannot be opened; delete it or bring its folder back.").format(version.problem)
            )
        return "\n".join(lines)


def _text(value: float | None, row: "Row") -> str:
    return figure_text(float("nan") if value is None else value, row.unit)
