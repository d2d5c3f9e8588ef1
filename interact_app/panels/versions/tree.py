"""The lineage of the open clip as a tree: the source at the root, under each version what was made from it."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from interact_app.widgets.tones import VERMILLION
from interact_core.figures import NONE, figure_text

if TYPE_CHECKING:
    from interact_core.project import Version
    from interact_core.project.version_records import LineageNode

KEY: Final = ("penetration_max", "contact_object", "jerk_body")
"""What is shown of each version in the tree; everything else is in the figures below."""
_ID: Final = Qt.ItemDataRole.UserRole
STATE_SIGNS: Final = {"candidate": "", "accepted": "✓ accepted", "rejected": "✗ rejected"}


class VersionTree(QTreeWidget):
    """`chosen` says which version is looked at (None: the source), `opened` that it is to be shown."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Versions of the clip"))
        self.setHeaderLabels([self.tr("Version"), self.tr("State"), self.tr("Penetration"), self.tr("Touched"), self.tr("Jerk")])
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(14)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setMinimumSectionSize(48)
        self._versions: dict[str, Version] = {}
        self.currentItemChanged.connect(lambda now, _before: self.chosen.emit(self.version(now)))
        self.itemDoubleClicked.connect(lambda item, _column: self.opened.emit(self.version(item)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many figures as there is room for; all of them stand below for the version that is chosen."""
        room = self.viewport().width()
        for column in range(self.columnCount()):
            silent = column == 1 and not any(self._state(version) for version in self._versions.values())
            width = max(self.sizeHintForColumn(column), self.header().sectionSizeHint(column))
            room -= 0 if silent else width
            self.setColumnHidden(column, silent or (column > 1 and room < 0))

    def version(self, item: QTreeWidgetItem | None) -> "Version | None":
        """None for the source."""
        return None if item is None else self._versions.get(str(item.data(0, _ID)))

    def show_lineage(self, root: "LineageNode", shown: str, current: str) -> None:
        """Everything anew; `shown` is set in bold, `current` stays selected where it is still there."""
        self.blockSignals(True)
        self.clear()
        self._versions.clear()
        source = QTreeWidgetItem([self.tr("Source")])
        source.setData(0, _ID, "")
        self.addTopLevelItem(source)
        items = {"": source}
        for child in root.children:
            self._add(child, source, items)
        self.expandAll()
        bold = source.font(0)
        bold.setBold(True)
        items.get(shown, source).setFont(0, bold)
        self.setCurrentItem(items.get(current, items.get(shown, source)))
        self._fit()
        self.blockSignals(False)
        self.chosen.emit(self.version(self.currentItem()))

    def _add(self, node: "LineageNode", parent: QTreeWidgetItem, items: dict[str, QTreeWidgetItem]) -> None:
        version = node.version
        assert version is not None
        item = QTreeWidgetItem(parent, [version.name, self._state(version), *(change_text(version, name) for name in KEY)])
        item.setData(0, _ID, version.id)
        item.setToolTip(0, version.problem or f"{version.name}, {when(version.created)}")
        for column in range(2, 5):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if version.problem:
            item.setForeground(1, QBrush(QColor(*VERMILLION)))
        self._versions[version.id] = version
        items[version.id] = item
        for child in node.children:
            self._add(child, item, items)

    def _state(self, version: "Version") -> str:
        return self.tr("⚠ damaged") if version.problem else self.tr(STATE_SIGNS[version.state])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, as a double click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.version(self.currentItem()))
        else:
            super().keyPressEvent(event)


def change_text(version: "Version", measure: str) -> str:
    """ "12 → 4.1 mm", the unit once."""
    before, after = version.manifest.before.get(measure, {}), version.manifest.after.get(measure, {})
    unit = str(after.get("unit") or before.get("unit") or "")
    texts = [figure_text(float("nan") if r.get("value") is None else float(r["value"]), unit) for r in (before, after)]
    if texts == [NONE, NONE]:
        return ""
    return f"{texts[0].split()[0]} → {texts[1]}"


def when(created: str) -> str:
    """In the time of this place."""
    try:
        return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:  # a manifest that somebody else wrote
        return created
